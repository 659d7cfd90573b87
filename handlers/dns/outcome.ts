/** Makes the outcome of a round, ready or not, with its facts. */

import { answering, isOfThisMachine, isServfail, isSilence } from '../dns-verdicts';
import { ByodkimError } from '../errors/errors';
import { recordValue } from '../keys/format/public-key';
import type {
  FailureKind,
  GateDetails,
  GateOutcome,
  LikelyCause,
  ProofWarning,
  ServerVerdict,
  UnprovedRecord,
} from '../words/gate';
import { type Failure, failureIn, type RoundEvidence } from './conclude';

/** Returns the servers of a name's own zone that answer without an alias to the target. Resolvers do not show their path. */
export function otherAliases(servers: readonly ServerVerdict[], target: string): ServerVerdict[] {
  return servers.filter(
    ({ role, askedFor, verdict, aliasTo }) =>
      role === 'authoritative' &&
      askedFor === undefined &&
      verdict !== 'unreachable' &&
      aliasTo?.toLowerCase() !== target,
  );
}

const isUnreached = ({ problem }: ServerVerdict): boolean => isSilence(problem) || isOfThisMachine(problem);

/** Returns the likely cause if the domain is not delegated, if no server answers, or if only former servers contradict. */
function likelyCause({ zone, hosts }: RoundEvidence, { kind, servers }: Failure): LikelyCause | undefined {
  // Servers of a top-level domain answered for the name.
  if (zone !== undefined && !zone.includes('.')) return 'not-delegated';
  const others = answering(servers).filter(({ verdict }) => verdict !== 'ready');
  const isFormer = ({ address, askedFor }: ServerVerdict): boolean => {
    const own = hosts.filter((host) => host.askedFor === askedFor && host.addresses.includes(address));
    return own.length > 0 && own.every((host) => host.isFormer);
  };
  if (others.length > 0 && others.every(isFormer)) return 'former-servers';
  if ((kind !== 'unanswered' && kind !== 'unseen') || servers.length === 0) return undefined;
  if (kind === 'unseen' && servers.some(({ problem }) => isServfail(problem))) return 'dnssec';
  return servers.every((each) => each.address.startsWith('[') && isUnreached(each)) ? 'no-ipv6' : undefined;
}

/** Failures whose cause may be servers that a stale delegation still names. */
const LACKING: readonly FailureKind[] = ['unanswered', 'late', 'invalid', 'other-key'];

/** Returns the facts that only a failure has. */
function factsOfFailure(evidence: RoundEvidence, failure: Failure): Partial<GateDetails> {
  const { request, staleDelegations, hints, problem } = evidence;
  return {
    failure: failure.kind,
    failing: failure.servers[0]?.role ?? request.mode,
    counted: failure.kind === 'thin' ? failure.counted : undefined,
    strict: request.strict,
    domain: request.domain,
    cause: likelyCause(evidence, failure),
    hints: hints.length > 0 ? hints : undefined,
    problem,
    staleDelegations: LACKING.includes(failure.kind) ? staleDelegations : undefined,
  };
}

/** The error of each failure. */
const CODES: Readonly<Record<FailureKind, NonNullable<GateOutcome['code']>>> = {
  late: 'DNS_TXT_NOT_READY',
  hidden: 'DNS_TXT_NOT_READY',
  invalid: 'DNS_TXT_INVALID',
  'other-key': 'DNS_KEY_MISMATCH',
  unanswered: 'DNS_LOOKUP_FAILED',
  'false-answer': 'DNS_LOOKUP_FAILED',
  unseen: 'DNS_LOOKUP_FAILED',
  dnssec: 'DNS_LOOKUP_FAILED',
  limit: 'DNS_LOOKUP_FAILED',
  thin: 'DNS_LOOKUP_FAILED',
};

/** Returns what a round warns of, each warning once. */
function warningsIn(evidence: RoundEvidence, isReady: boolean): ProofWarning[] {
  const { zone, servers, hosts, staleDelegations } = evidence;
  const lost = hosts.flatMap(({ name, addresses }) => (addresses.length === 0 ? (name ?? []) : []));
  const others = isReady ? servers.filter(({ verdict }) => verdict !== 'ready') : [];
  const warnings: ProofWarning[] = [
    ...evidence.warnings,
    ...(lost.length > 0 ? [{ kind: 'lost-hosts', zone, hosts: lost } as const] : []),
    ...staleDelegations.map((each) => ({ kind: 'stale-delegation', ...each }) as const),
    ...(others.length > 0 ? [{ kind: 'not-every-server', servers: others } as const] : []),
  ];
  return [...new Map(warnings.map((each) => [JSON.stringify(each), each])).values()];
}

/** Concludes a round: ready or not. */
export function gateOutcome(evidence: RoundEvidence, rounds: number): GateOutcome {
  const { recordName, zone, servers, absenceSeconds, limits, request, wasMissing } = evidence;
  const failure = failureIn(evidence);
  const ofFailure = failure?.kind === 'limit' ? failure.limits : limits;
  const facts: GateDetails = {
    ...(failure && factsOfFailure(evidence, failure)),
    recordName,
    zone,
    expectedFingerprint: request.expected.fingerprint,
    expectedValue: recordValue(request.expected),
    servers,
    absenceSeconds,
    wasMissing: wasMissing ? true : undefined,
    limits: ofFailure.length > 0 ? ofFailure : undefined,
    rounds,
    warnings: warningsIn(evidence, failure === undefined),
  };
  return failure === undefined
    ? { ready: true, ...facts }
    : { ready: false, code: CODES[failure.kind], ...facts };
}

/** Converts an outcome that is not ready to an error with the same facts. */
export const gateError = (outcome: GateOutcome): ByodkimError =>
  new ByodkimError(outcome.code ?? 'DNS_LOOKUP_FAILED', factsOf(outcome));

/**
 * Makes the error of a delegated name that is not an alias of the name in our zone on every server. An alias that leads
 * elsewhere may show the right key today, but would not follow the next rotation. `null`: it is one.
 */
export function aliasError(outcome: GateOutcome, target: string): ByodkimError | null {
  const servers = otherAliases(outcome.servers, target);
  if (servers.length === 0) return null;
  return new ByodkimError('DNS_TXT_NOT_READY', { ...factsOf(outcome), servers, expectedAlias: target });
}

/** Returns the facts of an expected record that is not proved. */
export function unprovedRecord(outcome: GateOutcome): UnprovedRecord {
  const { recordName, expectedFingerprint, code = 'DNS_LOOKUP_FAILED' } = outcome;
  const servers = outcome.servers.filter(({ verdict }) => verdict !== 'ready');
  const gate = servers.length === 0 ? factsOf(outcome) : undefined;
  const isUnknown = code === 'DNS_LOOKUP_FAILED';
  return { recordName, expectedFingerprint, servers, asked: outcome.servers.length, isUnknown, gate };
}

/** Returns the outcome without the fields that the error has of its own. */
function factsOf({ ready: _, code: __, ...facts }: GateOutcome): GateDetails {
  return facts;
}
