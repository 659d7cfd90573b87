/** Judges the answer of each server, and decides whether the answers prove the record. */

import type { GateSettings } from '../contract/settings/settings';
import type { Limit } from '../dns-limits';
import {
  answering,
  isOfThisMachine,
  type Problem,
  type ServerRole,
  type Verdict,
  withRole,
  withVerdict,
} from '../dns-verdicts';
import { type PublicKey, sameKey } from '../keys/format/public-key';
import { readRecord } from '../keys/format/record';
import type { Count, FailureKind, FoundServers, RecordHint, ServerVerdict } from '../words/gate';
import type { RecordWarning } from '../words/record';
import type { Content, ServerAnswer } from './answer';

/** Number of characters that are printed of a value: its beginning shows its kind, and its end whether it was cut off. */
const VALUE_HEAD = 48;
const VALUE_TAIL = 16;

const LISTED_RECORDS = 4;

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** Formats a record's value for people as short printable text on one line. */
function shorten(value: string): string {
  return value.length <= VALUE_HEAD + VALUE_TAIL + 1
    ? printable(value)
    : `${printable(value.slice(0, VALUE_HEAD))}…${printable(value.slice(-VALUE_TAIL))}`;
}

export type AnswerJudgement = Pick<ServerVerdict, 'verdict' | 'why' | 'problem' | 'value' | 'fingerprint'> & {
  readonly warnings?: readonly RecordWarning[];
};

function judgeValues(values: readonly string[], expected: PublicKey): AnswerJudgement {
  const [text = '', ...others] = values;
  if (others.length > 0)
    return {
      verdict: 'invalid',
      why: { kind: 'several-records', count: values.length },
      // Servers rotate the order of records.
      value: values.toSorted().slice(0, LISTED_RECORDS).map(shorten).join(' | '),
    };
  const reading = readRecord(text, expected);
  const found = { value: shorten(text), fingerprint: reading.key?.fingerprint };
  if ('problem' in reading)
    return { verdict: 'invalid', why: { kind: 'unusable-record', problem: reading.problem }, ...found };
  if (!sameKey(reading.key, expected))
    return { verdict: 'other-value', why: { kind: 'has-other-key' }, ...found };
  return { verdict: 'ready', why: { kind: 'has-record' }, ...found, warnings: reading.warnings };
}

/** Judges one server's answer for the name. */
export function judgeRecord({ values, rcode, problem }: Content, expected: PublicKey): AnswerJudgement {
  if (problem) {
    const why = { kind: 'no-answer', problem } as const;
    // Nobody can follow such an alias.
    return problem.kind === 'alias-loop'
      ? { verdict: 'invalid', why }
      : { verdict: 'unreachable', why, problem };
  }
  if (values.length > 0) return judgeValues(values, expected);
  return { verdict: 'missing', why: { kind: rcode === 'NXDOMAIN' ? 'no-name' : 'no-record' } };
}

/** Judges every server's answer. */
export function judgeServers(
  answers: readonly ServerAnswer[],
  expected: PublicKey,
): Pick<RoundEvidence, 'servers' | 'warnings'> {
  const allWarnings: RecordWarning[] = [];
  const servers = answers.map((answer): ServerVerdict => {
    const { address, name, role, askedFor, aliasTo, ttlSeconds, roundTripMs } = answer;
    const { warnings = [], ...judgement } = judgeRecord(answer, expected);
    allWarnings.push(...warnings);
    return { address, name, role, askedFor, aliasTo, ...judgement, ttlSeconds, roundTripMs };
  });
  return { servers, warnings: allWarnings };
}

export interface GateRequest extends GateSettings {
  /** A domain in A-labels, lower case, without a trailing dot. */
  readonly domain: string;
  readonly selector: string;
  /** The public half of the key that SES will sign with. */
  readonly expected: PublicKey;
  readonly mode: ServerRole;
  /** Number of seconds for which to repeat until the record is published; 0 asks once. */
  readonly waitSeconds: number;
}

/** The result of one round. */
export interface RoundEvidence extends FoundServers {
  readonly servers: readonly ServerVerdict[];
  readonly hints: readonly RecordHint[];
  readonly warnings: readonly RecordWarning[];
  readonly request: GateRequest;
  readonly recordName: string;
  /** Whether this round or an earlier one found that the record was missing. */
  readonly wasMissing: boolean;
}

/** The evidence that decides whether a round proves the record. */
type Judged = Pick<RoundEvidence, 'servers' | 'hosts' | 'limits'> & {
  readonly request: Pick<GateRequest, 'mode' | 'strict' | 'resolvers'>;
};

/** The reason why a proof fails, with the servers of the zone or the resolvers that cause it. */
export type Failure = { readonly servers: readonly ServerVerdict[] } & (
  | { readonly kind: Exclude<FailureKind, 'limit' | 'thin'> }
  | { readonly kind: 'limit'; readonly limits: readonly Limit[] }
  | { readonly kind: 'thin'; readonly counted: Count }
);

type Verdicts = readonly ServerVerdict[];

function withProblem(servers: Verdicts, ...kinds: Problem['kind'][]): Verdicts {
  return servers.filter(({ problem }) => problem && kinds.includes(problem.kind));
}

/** Counts the servers that have the record, by the requested name: at one of their addresses or, if strict, at all of them. */
function countReady({ request: { mode, strict }, servers, hosts }: Judged): readonly Count[] {
  const asked = withRole(servers, mode);
  const resolvers = asked.map(({ address }) => ({
    addresses: [address],
    askedFor: undefined,
    isFormer: false,
  }));
  const counts = new Map<string | undefined, { ready: number; of: number }>();
  for (const { askedFor, addresses, isFormer } of mode === 'authoritative' ? hosts : resolvers) {
    // A former server proves nothing, but may contradict the proof.
    if (isFormer) continue;
    const own = asked.filter((server) => server.askedFor === askedFor && addresses.includes(server.address));
    // An address that only this machine cannot reach does not count against a server that has another one.
    const reached = own.filter(({ problem }) => !isOfThisMachine(problem));
    const ready = withVerdict(reached, 'ready').length;
    const count = counts.get(askedFor) ?? { ready: 0, of: 0 };
    counts.set(askedFor, count);
    count.of += 1;
    if (ready > 0 && (!strict || ready === reached.length)) count.ready += 1;
  }
  return [...counts].map(([askedFor, count]) => ({ askedFor, ...count }));
}

/** Classifies a contradiction. If some server has the record already, the others are only late. */
function contradiction(servers: Verdicts): 'late' | 'invalid' | 'other-key' {
  const is = (verdict: Verdict): boolean => withVerdict(servers, verdict).length > 0;
  if (is('ready')) return 'late';
  if (is('invalid')) return 'invalid';
  return is('other-value') ? 'other-key' : 'late';
}

/** Returns the number of servers that must have the record. */
function fractionNeeded({ mode, strict, resolvers }: Judged['request']): number {
  if (strict) return 1;
  // Default resolvers that cannot be reached, as from some offices, are ignored.
  return mode === 'authoritative' || resolvers ? 0.5 : 0;
}

/**
 * Returns the reason why a record is not published everywhere, or undefined if it is. Every server that answers must have it,
 * and enough servers of the zone, or resolvers in recursive mode, must answer.
 */
export function publicationFailure(evidence: Judged): Failure | undefined {
  const { limits, request } = evidence;
  const servers = withRole(evidence.servers, request.mode);
  const answers = answering(servers);
  if (answers.some(({ verdict }) => verdict !== 'ready')) return { kind: contradiction(servers), servers };
  if (limits.length > 0) return { kind: 'limit', servers, limits };
  if (answers.length === 0) return { kind: 'unanswered', servers };
  const limited = servers.flatMap(({ problem }) => (problem?.kind === 'limit' ? [problem.limit] : []));
  if (limited.length > 0) return { kind: 'limit', servers, limits: [...new Set(limited)] };
  // A working server does not give such an answer, and receivers may get anything.
  if (withProblem(servers, 'odd-alias', 'alias-unanswered').length > 0)
    return { kind: 'false-answer', servers };
  const fraction = fractionNeeded(request);
  const counted = countReady(evidence).find(({ ready, of }) => ready < Math.max(1, of * fraction));
  return counted && { kind: 'thin', servers, counted };
}

/** Returns the reason why a round proves nothing, or undefined if it proves the record. */
export function failureIn(evidence: Judged): Failure | undefined {
  const resolvers = withRole(evidence.servers, 'recursive');
  const seeing = withVerdict(resolvers, 'ready').length;
  // If most resolvers withhold a record, most receivers of mail will not see it.
  const heldBack: Failure | undefined =
    withProblem(resolvers, 'dnssec-bogus').length > seeing
      ? { kind: 'dnssec', servers: resolvers }
      : undefined;
  if (evidence.request.mode === 'recursive') return heldBack ?? publicationFailure(evidence);
  const failure = publicationFailure(evidence) ?? heldBack;
  if (failure || resolvers.length === 0 || seeing > 0) return failure;
  return { kind: answering(resolvers).length > 0 ? 'hidden' : 'unseen', servers: resolvers };
}
