import type { GateOutcome, ServerVerdict } from '../../handlers/words/gate';
import { exitCodeOfOutcome } from '../errors/decisions';
import { EXIT, type ExitCode } from '../exit-codes';
import type { StandingState } from '../words/dns';

/** The state of a record, with the exit code for it. */
export type Standing = StandingState & {
  readonly exitCode: ExitCode;
};

const standing = (exitCode: ExitCode, state: StandingState): Standing => ({
  ...state,
  exitCode,
});

/**
 * Compares the published records with the key of that fingerprint. Without a fingerprint, compares the servers with each
 * other.
 */
export function standingOf(servers: readonly ServerVerdict[], fingerprint?: string): Standing {
  if (servers.length === 0) return standing(EXIT.cannotTell, { code: 'NO_SERVER', facts: {} });
  const answering = servers.filter(({ verdict }) => verdict !== 'unreachable');
  if (answering.length === 0)
    return standing(EXIT.cannotTell, { code: 'NO_ANSWER', facts: { asked: servers.length } });
  const tally = ({ length }: readonly ServerVerdict[]) => ({ on: length, of: answering.length });
  const valid = answering.filter((each) => each.verdict !== 'invalid' && each.fingerprint !== undefined);
  const holders = valid.filter((server) => server.fingerprint === fingerprint);
  if (holders.length === answering.length) return standing(EXIT.ok, { code: 'READY', facts: tally(holders) });
  if (holders.length > 0) return standing(EXIT.notReady, { code: 'PARTLY_READY', facts: tally(holders) });
  const invalid = answering.filter(({ verdict }) => verdict === 'invalid');
  if (invalid.length > 0) return standing(EXIT.wrong, { code: 'UNUSABLE', facts: tally(invalid) });
  if (valid.length === 0) return standing(EXIT.notReady, { code: 'MISSING', facts: tally(answering) });
  if (fingerprint !== undefined) return standing(EXIT.wrong, { code: 'OTHER_KEY', facts: tally(valid) });
  return standing(EXIT.cannotTell, keysOn(valid, tally(valid)));
}

/** Returns how many servers agree on a key, if there is no key to compare with. */
function keysOn(valid: readonly ServerVerdict[], tally: { on: number; of: number }): StandingState {
  const [first, ...others] = new Set(valid.map(({ fingerprint }) => fingerprint));
  if (others.length === 0) return { code: 'ONE_KEY', facts: { ...tally, fingerprint: first! } };
  return { code: 'SEVERAL_KEYS', facts: { ...tally, keys: others.length + 1 } };
}

/** Compares an outcome of the gate with the expected key. Counts the zone's servers if they were asked. */
export function standingOfOutcome(outcome: GateOutcome): Standing {
  const authoritative = outcome.servers.filter(({ role }) => role === 'authoritative');
  const servers = authoritative.length > 0 ? authoritative : outcome.servers;
  const found = standingOf(servers, outcome.expectedFingerprint);
  const exitCode = exitCodeOfOutcome(outcome);
  if (found.code === 'READY' && !outcome.ready)
    return standing(exitCode, { code: 'HIDDEN', facts: found.facts });
  return { ...found, exitCode };
}
