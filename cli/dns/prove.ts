import type { GateSettings } from '../../handlers/contract/settings';
import type { GateWorld } from '../../handlers/dns/gate';
import { hasCode } from '../../handlers/errors/errors';
import type { GateOutcome, ServerVerdict } from '../../handlers/errors/gate-outcome';
import type { RsaPublicKey } from '../../handlers/key/public-key';
import { usageError } from '../cli-error';
import { EXIT, type ExitCode, exitCodeOfOutcome } from '../exit-codes';
import { counted } from '../terminal/words';
import type { CliWorld } from '../world';

/** A record to look for in DNS. */
export interface RecordRequest {
  readonly domain: string;
  readonly selector: string;
  /** As the list has it. */
  readonly gate?: GateSettings | undefined;
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
    throw hasCode(error, 'VALIDATION_ERROR') ? usageError(error.message) : error;
  }
}

/** What is published at a record's name, whatever it is. */
export interface Published {
  readonly recordName: string;
  readonly zone?: string;
  readonly servers: readonly ServerVerdict[];
}

/** Matches no record: each valid one is "of another key", with its fingerprint. */
const NO_KEY: RsaPublicKey = { modulus: '', exponent: '', bits: 0, spki: '', fingerprint: 'none' };

/** Asks every server what it has. */
export async function findPublished(world: CliWorld, request: RecordRequest): Promise<Published> {
  const { recordName, zone, servers } = await prove(world, { ...request, expected: NO_KEY });
  return { recordName, ...(zone !== undefined && { zone }), servers };
}

/** The state of a record, in few words. */
export interface Standing {
  readonly exitCode: ExitCode;
  /** e.g. `ready on 4 of 4 servers`. */
  readonly words: string;
}

/** Compares what is published with the key of that fingerprint; without one, says how far the servers agree. */
export function standingOf(published: Published, fingerprint: string | undefined): Standing {
  const answering = published.servers.filter(({ verdict }) => verdict !== 'unreachable');
  if (answering.length === 0)
    return {
      exitCode: EXIT.cannotTell,
      words:
        published.servers.length === 0
          ? 'no name server found'
          : `no answer from ${counted(published.servers.length, 'server')}`,
    };
  const holders = answering.filter((server) => isOf(server, fingerprint));
  const on = (found: readonly unknown[]): string =>
    `on ${found.length} of ${counted(answering.length, 'server')}`;
  if (holders.length > 0 && holders.length < answering.length)
    return { exitCode: EXIT.notReady, words: `ready ${on(holders)} only` };
  if (holders.length > 0) return { exitCode: EXIT.ok, words: `ready ${on(holders)}` };
  const invalid = answering.filter(({ verdict }) => verdict === 'invalid');
  if (invalid.length > 0) return { exitCode: EXIT.wrong, words: `unusable record ${on(invalid)}` };
  const others = answering.filter((server) => server.fingerprint !== undefined);
  if (others.length === 0) return { exitCode: EXIT.notReady, words: `missing ${on(answering)}` };
  if (fingerprint !== undefined)
    return { exitCode: EXIT.wrong, words: `record of another key ${on(others)}` };
  const keys = [...new Set(others.map((server) => server.fingerprint))];
  return {
    exitCode: EXIT.cannotTell,
    words: `${keys.length === 1 ? `key ${keys[0]}` : `${keys.length} different keys`} ${on(others)}`,
  };
}

/** Compares an outcome of the gate with the expected key. Counts the zone's servers, if they were asked. */
export function standingOfOutcome(outcome: GateOutcome): Standing {
  const authoritative = outcome.servers.filter(({ role }) => role === 'authoritative');
  const counted = authoritative.length > 0 ? authoritative : outcome.servers;
  const { exitCode, words } = standingOf({ ...outcome, servers: counted }, outcome.expectedFingerprint);
  const late = exitCode === EXIT.ok && !outcome.ready;
  return {
    exitCode: exitCodeOfOutcome(outcome),
    words: late ? `${words}, but resolvers do not see it` : words,
  };
}

const isOf = (server: ServerVerdict, fingerprint: string | undefined): boolean =>
  fingerprint !== undefined &&
  server.fingerprint === fingerprint &&
  (server.verdict === 'ready' || server.verdict === 'other-value');
