import type { GateSettings } from '../../handlers/contract/settings';
import type { GateWorld } from '../../handlers/dns/gate';
import { hasCode } from '../../handlers/errors/errors';
import type { GateOutcome, ServerVerdict } from '../../handlers/facts/gate';
import type { RsaPublicKey } from '../../handlers/key/public-key';
import type { ListedDomain } from '../../list/domain-list';
import { usageError } from '../errors/cli-error';
import { exitCodeOfOutcome } from '../errors/failure-catalogue';
import { EXIT, type ExitCode } from '../facts/exit-codes';
import { counted } from '../words/format';
import type { CliWorld } from '../world/world';

/** A record to look for in DNS. */
interface RecordRequest extends Pick<ListedDomain, 'domain' | 'selector' | 'gate'> {
  readonly waitSeconds?: number;
}

/** Returns how DNS is asked. */
export const settingsOf = (gate: GateSettings | undefined) => ({ mode: 'authoritative' as const, ...gate });

export const gateWorld = ({ clock, signal }: CliWorld): GateWorld => ({
  clock,
  signal,
  remainingMs: () => Number.POSITIVE_INFINITY,
});

/** Proves a record by the function's own gate, from the operator's machine. @throws CliError for a malformed server */
export async function prove(
  world: CliWorld,
  { gate, waitSeconds = 0, ...proof }: RecordRequest & { readonly expected: RsaPublicKey },
): Promise<GateOutcome> {
  try {
    return await world.prove({ ...settingsOf(gate), ...proof, waitSeconds }, gateWorld(world));
  } catch (error) {
    throw hasCode(error, 'VALIDATION_ERROR')
      ? usageError('server-malformed', { reason: error.message })
      : error;
  }
}

/** Matches no record: each valid one is "of another key", with its fingerprint. */
const NO_KEY: RsaPublicKey = { modulus: '', exponent: '', bits: 0, spki: '', fingerprint: 'none' };

/** Asks every server what it has, whatever it is. */
export const findPublished = (world: CliWorld, request: RecordRequest): Promise<GateOutcome> =>
  prove(world, { ...request, expected: NO_KEY });

/** The state of a record, in few words. */
export interface Standing {
  readonly exitCode: ExitCode;
  /** e.g. `ready on 4 of 4 servers`. */
  readonly words: string;
}

/** Compares what is published with the key of that fingerprint; without one, says how far the servers agree. */
export function standingOf(servers: readonly ServerVerdict[], fingerprint?: string): Standing {
  const answering = servers.filter(({ verdict }) => verdict !== 'unreachable');
  if (answering.length === 0) {
    const none = `no answer from ${counted(servers.length, 'server')}`;
    return { exitCode: EXIT.cannotTell, words: servers.length === 0 ? 'no name server found' : none };
  }
  const stands = (exitCode: ExitCode, what: string, { length }: readonly unknown[], only = ''): Standing => ({
    exitCode,
    words: `${what} on ${length} of ${counted(answering.length, 'server')}${only}`,
  });
  const valid = answering.filter(
    (server) => server.verdict !== 'invalid' && server.fingerprint !== undefined,
  );
  const holders = valid.filter((server) => server.fingerprint === fingerprint);
  if (holders.length === answering.length) return stands(EXIT.ok, 'ready', holders);
  if (holders.length > 0) return stands(EXIT.notReady, 'ready', holders, ' only');
  const invalid = answering.filter(({ verdict }) => verdict === 'invalid');
  if (invalid.length > 0) return stands(EXIT.wrong, 'unusable record', invalid);
  if (valid.length === 0) return stands(EXIT.notReady, 'missing', answering);
  if (fingerprint !== undefined) return stands(EXIT.wrong, 'record of another key', valid);
  const keys = [...new Set(valid.map((server) => server.fingerprint))];
  const what = keys.length === 1 ? `key ${keys[0]}` : `${keys.length} different keys`;
  return stands(EXIT.cannotTell, what, valid);
}

/** Compares an outcome of the gate with the expected key. Counts the zone's servers, if they were asked. */
export function standingOfOutcome(outcome: GateOutcome): Standing {
  const authoritative = outcome.servers.filter(({ role }) => role === 'authoritative');
  const servers = authoritative.length > 0 ? authoritative : outcome.servers;
  const { exitCode, words } = standingOf(servers, outcome.expectedFingerprint);
  const late = exitCode === EXIT.ok && !outcome.ready ? ', but resolvers do not see it' : '';
  return { exitCode: exitCodeOfOutcome(outcome), words: `${words}${late}` };
}
