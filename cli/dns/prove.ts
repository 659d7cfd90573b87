import type { GateSettings } from '../../handlers/contract/settings/settings';
import type { GateWorld } from '../../handlers/dns/gate';
import { hasCode } from '../../handlers/errors/errors';
import type { PublicKey } from '../../handlers/keys/format/public-key';
import type { GateOutcome } from '../../handlers/words/gate';
import type { ListedDomain } from '../../list/domain-list';
import { usageError } from '../errors/cli-error';
import type { CliWorld } from '../world/world';

/** A record to look for in DNS. */
interface RecordRequest extends Pick<ListedDomain, 'domain' | 'selector' | 'gate'> {
  readonly waitSeconds?: number;
}

/** The settings of a gate, with their servers. */
type AskingGate = GateSettings & { readonly mode: NonNullable<GateSettings['mode']> };

/** Returns the options of the DNS queries. */
export const askingGateOf = (gate: GateSettings | undefined): AskingGate => ({
  mode: 'authoritative',
  ...gate,
});

export const cliGateWorld = ({ clock, signal }: CliWorld): GateWorld => ({
  clock,
  signal,
  remainingMs: () => Number.POSITIVE_INFINITY,
});

/** Proves a record by the function's own gate, from the operator's machine. @throws CliError for a malformed server */
export async function prove(
  world: CliWorld,
  { gate, waitSeconds = 0, ...proof }: RecordRequest & { readonly expected: PublicKey },
): Promise<GateOutcome> {
  try {
    return await world.prove({ ...askingGateOf(gate), ...proof, waitSeconds }, cliGateWorld(world));
  } catch (error) {
    throw hasCode(error, 'VALIDATION_ERROR')
      ? usageError('server-malformed', { reason: error.message })
      : error;
  }
}

/** Key that matches no record, so that each valid record counts as another key's, with its fingerprint. */
const NO_KEY: PublicKey = { modulus: '', exponent: '', bits: 0, spki: '', fingerprint: 'none' };

/** Asks every server for its record, without an expected key. */
export const findPublished = (world: CliWorld, request: RecordRequest): Promise<GateOutcome> =>
  prove(world, { ...request, expected: NO_KEY });
