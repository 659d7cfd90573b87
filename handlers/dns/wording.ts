import { recordValue } from '../contract/contract';
import { LIMIT_WORDS } from '../dns-limits';
import { ByodkimError } from '../errors/errors';
import { withoutFullStop } from '../escape';
import {
  FAILURES,
  type FailureKind,
  type GateDetails,
  type GateOutcome,
  hostList,
  isOfThisMachine,
  isServfail,
  isSilence,
  otherAliases,
  type ServerVerdict,
  type StaleDelegation,
} from '../facts/gate';
import { adviceOf } from '../words/errors';
import { byReason, formatServer } from '../words/gate';
import { answering, type Evidence, type Failure, failureIn, withRole, withVerdict } from './conclude';

function formatStale({ zone, above, own }: StaleDelegation): string {
  return `The zone above names other servers of ${zone} (${hostList(above)}) than ${zone} itself does (${hostList(own)}).`;
}

function serversOf({ zone }: Evidence, servers: readonly ServerVerdict[]): string {
  return withRole(servers, 'recursive').length > 0 ? 'resolvers' : `name servers${zone ? ` of ${zone}` : ''}`;
}

const isUnreached = ({ problem }: ServerVerdict): boolean => isSilence(problem) || isOfThisMachine(problem);

/** Formats that no server could be asked, or that none gave a usable answer. */
function noAnswer(evidence: Evidence, { kind, servers }: Failure): string {
  const asked = `DNS could not be asked for ${evidence.recordName}:`;
  if (evidence.problem) return `${asked} ${evidence.problem}`;
  const silent = servers.every(isUnreached);
  return (
    `${asked} ${kind === 'unseen' ? 'its own name servers have the record, but ' : ''}` +
    `none of the ${serversOf(evidence, servers)} gave ${silent ? 'an answer' : 'a usable answer'}. ${byReason(servers)}.`
  );
}

function describeFailure(evidence: Evidence, failure: Failure): string {
  const { recordName, zone, request } = evidence;
  const { servers } = failure;
  const others = servers.filter(({ verdict }) => verdict !== 'ready');
  const contradiction = byReason(answering(others));
  const unknown = `Whether ${recordName} is published everywhere is unknown:`;
  switch (failure.kind) {
    case 'late':
    case 'hidden':
      return (
        `DNS TXT record for ${recordName} is not yet available. Please wait for DNS propagation. ` +
        `${failure.kind === 'hidden' ? 'Its own name servers have it, but resolvers do not see it yet. ' : ''}` +
        `${withVerdict(servers, 'ready').length} of ${answering(servers).length} ${serversOf(evidence, servers)} that answer have it ` +
        `(the key is ${request.expected.fingerprint}). ${contradiction}.`
      );
    case 'invalid':
      return `DNS TXT record for ${recordName} cannot be used, and waiting does not help. ${contradiction}.`;
    case 'other-key':
      return `DNS TXT record for ${recordName} is of another key: expected ${request.expected.fingerprint}. ${contradiction}. That is the value of another selector, or of an earlier key.`;
    case 'limit': {
      const limits = failure.limits.map((limit) => `Limit ${limit}: ${LIMIT_WORDS[limit]}`).join('; ');
      return `${unknown} there is more to ask than the gate asks. ${limits}.`;
    }
    case 'false-answer':
      return `${unknown} some servers give answers that cannot be used. ${byReason(others)}.`;
    case 'thin': {
      const { counted } = failure;
      const needed = request.strict ? 'every address of each must (gate.strict)' : 'at least half must';
      return (
        `${unknown} ${counted.ready} of ${counted.of} ${serversOf(evidence, servers)}` +
        `${counted.askedFor ? ` asked for ${counted.askedFor}` : ''} gave the record, and ${needed}. ` +
        `${others.length > 0 ? `${byReason(others)}.` : ''}`
      );
    }
    case 'dnssec':
      return (
        `DNS TXT record for ${recordName} is published, but resolvers that check DNSSEC hold it back: the signatures of ` +
        `${zone ?? 'its zone'} are broken, and mail servers will not see the record. ${byReason(servers)}.`
      );
    case 'unanswered':
    case 'unseen':
      return `${noAnswer(evidence, failure)} This says nothing about the record itself.`;
  }
}

/** Returns the likely cause if the domain is not delegated, if no server answers, or if only former ones contradict. */
function likelyCause(evidence: Evidence, { kind, servers }: Failure): string | undefined {
  const { zone, request, hosts } = evidence;
  const { domain } = request;
  // Servers of a top-level domain answered for the name.
  if (zone !== undefined && !zone.includes('.'))
    return `The domain ${domain} is not delegated: it is not registered, or its registration has lapsed.`;
  const others = answering(servers).filter(({ verdict }) => verdict !== 'ready');
  const isFormer = ({ address, askedFor }: ServerVerdict): boolean => {
    const own = hosts.filter((host) => host.askedFor === askedFor && host.addresses.includes(address));
    return own.length > 0 && own.every((host) => host.isFormer);
  };
  if (others.length > 0 && others.every(isFormer))
    return (
      'The zone above does not name these servers, but resolvers here do, from their caches or a view of their own (split ' +
      'horizon): wait until the caches expire, or name the servers to ask in gate.nameservers.'
    );
  if ((kind !== 'unanswered' && kind !== 'unseen') || servers.length === 0) return undefined;
  if (kind === 'unseen' && servers.some(({ problem }) => isServfail(problem)))
    return `The likely cause is DNSSEC: the signatures of ${zone ?? domain}, or the DS record at the zone above, are wrong or expired.`;
  if (servers.every((each) => each.address.startsWith('[') && isUnreached(each)))
    return (
      'These servers have IPv6 addresses only, and this machine seems to have no IPv6 (a Lambda function has it only in ' +
      'a dual-stack subnet); gate.mode: recursive asks resolvers instead.'
    );
  return undefined;
}

/** Counts who has the record: servers of the zone and, separately, resolvers. */
function formatPublished(evidence: Evidence): string {
  const parts = (['authoritative', 'recursive'] as const).flatMap((role) => {
    const all = withRole(evidence.servers, role);
    const ready = withVerdict(all, 'ready').length;
    if (all.length === 0) return [];
    if (role === 'authoritative') return [`${ready} of ${all.length} ${serversOf(evidence, all)} have it`];
    return [
      `${ready} ${ready === 1 ? 'resolver' : 'resolvers'} of ${all.length} ${ready === 1 ? 'sees' : 'see'} it`,
    ];
  });
  return `DNS TXT record for ${evidence.recordName} is published: ${parts.join(', and ')}.`;
}

function warningsOf(evidence: Evidence, isReady: boolean): readonly string[] {
  const { servers, hosts, staleDelegations, warnings } = evidence;
  const lost = hosts.flatMap(({ name, addresses }) => (addresses.length === 0 ? (name ?? []) : []));
  const others = isReady ? servers.filter(({ verdict }) => verdict !== 'ready') : [];
  return [
    ...warnings,
    ...(lost.length > 0 ? [`These ${serversOf(evidence, [])} have no address: ${hostList(lost)}.`] : []),
    ...staleDelegations.map(formatStale),
    ...(others.length > 0 ? [`Not every server answered with the record: ${byReason(others)}.`] : []),
  ];
}

const NOT_CHANGED = 'SES has not been changed.';

/** Says why a record that should be there is not proved, whatever has become of SES: a sentence without its full stop. */
export function whyUnproved({ code, servers, recordName, ...outcome }: GateOutcome): string {
  const bad = servers.filter(({ verdict }) => verdict !== 'ready');
  if (bad.length === 0) return withoutFullStop(outcome.message.replace(` ${NOT_CHANGED}`, ''));
  const found =
    (code ?? 'DNS_LOOKUP_FAILED') === 'DNS_LOOKUP_FAILED'
      ? `DNS could not be asked for ${recordName}`
      : `The record ${recordName} is not as expected (key ${outcome.expectedFingerprint}) on ${bad.length} of ${servers.length} servers`;
  return `${found}: ${byReason(bad)}`;
}

/** Formats the message, on one line. */
function formatMessage(evidence: Evidence, failure?: Failure): string {
  const { absenceSeconds, wasMissing, zone, hints } = evidence;
  const isLate = !failure || FAILURES[failure.kind] === 'DNS_TXT_NOT_READY';
  const isRemembered = wasMissing && isLate && absenceSeconds !== undefined;
  const absence = isRemembered
    ? `Resolvers that were asked for it before may go on saying that it is missing, for ${absenceSeconds} s at most (the SOA minimum of ${zone ?? 'its zone'}).`
    : [];
  if (!failure) return [formatPublished(evidence), absence].flat().join(' ');
  const cause = likelyCause(evidence, failure) ?? [];
  const wrong = describeFailure(evidence, failure).trim();
  return [wrong, cause, hints, absence, NOT_CHANGED].flat().join(' ');
}

/** Failures whose cause may be servers that a stale delegation still names. */
const LACKING: readonly FailureKind[] = ['unanswered', 'late', 'invalid', 'other-key'];

/** Concludes a round: ready or not, with the message and the advice. */
export function gateOutcome(evidence: Evidence, rounds: number): GateOutcome {
  const { recordName, zone, servers, absenceSeconds, limits, problem, request, staleDelegations } = evidence;
  const failure = failureIn(evidence);
  const code = failure && FAILURES[failure.kind];
  const details: GateDetails = {
    failure: failure?.kind,
    problem: failure && problem,
    staleDelegations: failure && LACKING.includes(failure.kind) ? staleDelegations : undefined,
    recordName,
    zone,
    expectedFingerprint: request.expected.fingerprint,
    expectedValue: recordValue(request.expected.spki),
    servers,
    absenceSeconds,
    limits: limits.length > 0 ? limits : undefined,
    rounds,
    warnings: [...new Set(warningsOf(evidence, failure === undefined))],
  };
  return {
    ready: failure === undefined,
    code,
    message: formatMessage(evidence, failure),
    advice: code && adviceOf(code, details),
    ...details,
  };
}

/** Makes an error of an outcome that is not ready. Its details are the outcome as data. */
export function gateError(outcome: GateOutcome): ByodkimError {
  const { code = 'DNS_LOOKUP_FAILED', message: what } = outcome;
  return new ByodkimError(code, { what, details: gateDetails(outcome) });
}

/**
 * Makes the error of a delegated name that is not an alias of the name in our zone on every server: one that leads elsewhere
 * may show the right key today, and would not follow the next rotation. `null`: it is one.
 */
export function aliasError(outcome: GateOutcome, target: string): ByodkimError | null {
  const others = otherAliases(outcome.servers, target);
  if (others.length === 0) return null;
  const found = others.map(
    (server) => `${formatServer(server)} has ${server.aliasTo ? `an alias of ${server.aliasTo}` : 'none'}`,
  );
  return new ByodkimError('DNS_TXT_NOT_READY', {
    what: `${outcome.recordName} must be a CNAME to ${target}. Found: ${found.join('; ')}.`,
    details: { ...gateDetails(outcome), servers: others, expectedAlias: target },
  });
}

/** Returns the outcome without the fields that an error has itself. */
function gateDetails({ ready: _, code, message, advice, ...details }: GateOutcome): GateDetails {
  return details;
}
