import type { GateDetails } from '../error-details';
import { ByodkimError } from '../errors';
import { compareServers } from './endpoint';
import {
  answering,
  type Cause,
  type Code,
  type Failure,
  type Findings,
  isUndelegated,
  type Quorum,
  type Showing,
  withProblem,
  withRole,
  withVerdict,
} from './findings';
import type { GateOutcome, ServerVerdict } from './outcome';
import { isFalseAnswer, isSilence } from './problem';
import { putInWords } from './wording';

/** Every server that answers has the record, and at least one answers. */
const agreed = (servers: readonly ServerVerdict[]): boolean => {
  const answers = answering(servers);
  return answers.length > 0 && answers.every(({ verdict }) => verdict === 'ready');
};

/** For each name that was asked for: how many servers have shown the record, each counted once however many addresses it has. */
const countShowing = (
  { servers, unaddressed, former }: Findings,
  role: ServerVerdict['role'],
  byAddress: boolean,
): readonly Showing[] => {
  const groups = new Map<string | undefined, Map<string, boolean>>();
  const note = (askedFor: string | undefined, server: string, shows: boolean): void => {
    const group = groups.get(askedFor) ?? new Map<string, boolean>();
    groups.set(askedFor, group.set(server, shows || (group.get(server) ?? false)));
  };
  for (const { askedFor, name, address, verdict } of withRole(servers, role)) {
    if (verdict === 'unreachable' && name !== undefined && former.has(name)) continue;
    note(askedFor, byAddress ? address : (name ?? address), verdict === 'ready');
  }
  if (role === 'authoritative') {
    for (const { name, askedFor } of unaddressed) if (!former.has(name)) note(askedFor, name, false);
  }
  return [...groups].map(([askedFor, group]) => ({
    askedFor,
    showing: [...group.values()].filter(Boolean).length,
    of: group.size,
  }));
};

/** The zone that too few servers have spoken for. */
const thinlyShown = (
  findings: Findings,
  role: ServerVerdict['role'],
  { requiredPercent, minimumServers }: Quorum,
): Showing | undefined => {
  const counts = countShowing(findings, role, requiredPercent === 100);
  return counts.find(({ showing, of }) => showing < minimumServers || showing * 100 < of * requiredPercent);
};

const publicationFailure = (
  findings: Findings,
  role: ServerVerdict['role'],
  quorum: Quorum,
): Failure | undefined => {
  const servers = withRole(findings.servers, role);
  const contradicted = answering(servers).some(({ verdict }) => verdict !== 'ready');
  if (contradicted) return { stage: 'publication', servers };
  if (findings.limits.length > 0) return { stage: 'limit', servers, limits: findings.limits };
  if (!agreed(servers)) return { stage: 'publication', servers };
  const limited = servers.flatMap(({ problem }) => (problem?.kind === 'limit' ? [problem.limit] : []));
  if (limited.length > 0) return { stage: 'limit', servers, limits: [...new Set(limited)] };
  if (servers.some(({ problem }) => isFalseAnswer(problem))) return { stage: 'false-answer', servers };
  const counted = thinlyShown(findings, role, quorum);
  return counted && { stage: 'thin', servers, counted, quorum };
};

/** Whether the servers of the zone have proved it, so that resolvers may be asked. */
export const isProved = (findings: Findings, quorum: Quorum): boolean =>
  publicationFailure(findings, 'authoritative', quorum) === undefined;

const failureIn = (findings: Findings, quorum: Quorum): Failure | undefined => {
  const { mode, servers } = findings;
  const resolvers = withRole(servers, 'recursive');
  const seeing = withVerdict(resolvers, 'ready').length;
  // Where most resolvers hold a record back, most receivers of mail will not see it.
  const heldBack = withProblem(resolvers, 'dnssec-bogus').length > seeing;
  if (mode === 'recursive') {
    if (heldBack) return { stage: 'dnssec', servers: resolvers };
    // Of resolvers that nobody named, those that a closed network does not let out need not answer.
    const percent = findings.resolversGiven ? quorum.requiredPercent : 1;
    return publicationFailure(findings, 'recursive', { ...quorum, requiredPercent: percent });
  }
  const failure = publicationFailure(findings, 'authoritative', quorum);
  if (failure) return failure;
  if (heldBack) return { stage: 'dnssec', servers: resolvers };
  return resolvers.length === 0 || seeing > 0 ? undefined : { stage: 'visibility', servers: resolvers };
};

const codeOf = ({ stage, servers }: Failure): Code => {
  const cannotTell = stage === 'dnssec' || stage === 'limit' || stage === 'thin' || stage === 'false-answer';
  if (cannotTell || answering(servers).length === 0) return 'DNS_LOOKUP_FAILED';
  // Where the right record is on some server already, the others are only late.
  const late = stage === 'visibility' || withVerdict(servers, 'ready').length > 0;
  if (late) return 'DNS_TXT_NOT_READY';
  if (withVerdict(servers, 'invalid').length > 0) return 'DNS_TXT_INVALID';
  if (withVerdict(servers, 'other-value').length > 0) return 'DNS_KEY_MISMATCH';
  return 'DNS_TXT_NOT_READY';
};

const isServfail = ({ problem }: ServerVerdict): boolean =>
  problem?.kind === 'rcode' && problem.rcode === 'SERVFAIL';

const causeOf = (findings: Findings, { stage, servers }: Failure): Cause | undefined => {
  if (isUndelegated(findings)) return 'not-delegated';
  if (stage === 'dnssec' || stage === 'limit' || servers.length === 0 || answering(servers).length > 0) {
    return undefined;
  }
  if (stage === 'visibility' && servers.some(isServfail)) return 'dnssec';
  if (servers.every(({ address }) => address.startsWith('['))) return 'no-ipv6';
  const silent = servers.every(({ problem }) => isSilence(problem));
  return silent && stage === 'publication' && findings.zone === undefined ? 'closed-network' : undefined;
};

const inOrder = (servers: readonly ServerVerdict[]): readonly ServerVerdict[] =>
  [...servers].sort(
    (a, b) =>
      a.role.localeCompare(b.role) ||
      (a.askedFor ?? '').localeCompare(b.askedFor ?? '') ||
      compareServers(a, b),
  );

/** Decides what a round proves, and has it put into words. */
export const conclude = (round: Findings, rounds: number, quorum: Quorum): GateOutcome => {
  const findings = { ...round, servers: inOrder(round.servers) };
  const { recordName, zone, expectedFingerprint, expectedValue, servers, absenceSeconds, limits } = findings;
  const failure = failureIn(findings, quorum);
  const code = failure && codeOf(failure);
  const { message, advice, warnings } = putInWords(
    findings,
    failure && code && { failure, code, cause: causeOf(findings, failure) },
  );
  return {
    ready: failure === undefined,
    code,
    message,
    advice,
    recordName,
    zone,
    expectedFingerprint,
    expectedValue,
    servers,
    absenceSeconds,
    limits: limits.length > 0 ? limits : undefined,
    rounds,
    warnings,
  };
};

/** The error of an outcome that is not ready; its details are the outcome as data. */
export const gateError = (outcome: GateOutcome): ByodkimError => {
  const { code = 'DNS_LOOKUP_FAILED', message: what, advice } = outcome;
  return new ByodkimError(code, {
    what,
    advice,
    details: gateDetails(outcome),
  });
};

/** The outcome as data, without what an error says elsewhere. */
export const gateDetails = ({ ready: _, code, message, advice, ...details }: GateOutcome): GateDetails =>
  details;
