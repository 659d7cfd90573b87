import { hasCode } from '../../handlers/errors';
import { type FindTexts, findTexts } from '../../handlers/mail-domain/texts';
import { usageError } from '../cli-error';
import type { CliWorld } from '../world';
import { gateWorld } from './mail-domain';
import type { Proof } from './prove';

/**
 * Asks for TXT records as a receiver of mail does: resolvers; or the name servers that were given instead.
 * @throws CliError for a malformed server, or where there is no server to ask
 */
export function findText(world: CliWorld, settings: Proof['settings']): FindTexts {
  const { mode, nameservers = [] } = settings;
  const isGiven = mode === 'authoritative' && nameservers.length > 0;
  const find = findTexts(world.lookUp, isGiven ? { ...settings, resolvers: [] } : settings, gateWorld(world));
  return (name) =>
    find(name).catch((error: unknown) => {
      throw hasCode(error, 'VALIDATION_ERROR') ? usageError(error.message) : error;
    });
}
