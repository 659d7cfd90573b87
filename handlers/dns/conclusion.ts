import type { GateOutcome, ServerVerdict, Verdict } from './outcome';
import { byReason } from './wording';

/** What one round found out, before it is put into words. */
export interface Findings {
  readonly mode: 'authoritative' | 'recursive';
  readonly recordName: string;
  readonly domain: string;
  readonly zone?: string;
  readonly expectedFingerprint: string;
  readonly expectedValue: string;
  readonly servers: readonly ServerVerdict[];
  /** Why no server could be asked at all; a sentence that continues after a colon. */
  readonly problem?: string;
  /** How many resolvers hold the record back, since its DNSSEC is broken. */
  readonly bogus: number;
  /** What else was seen; sentences. */
  readonly hints: readonly string[];
  readonly warnings: readonly string[];
}

type Code = NonNullable<GateOutcome['code']>;

const answering = (servers: readonly ServerVerdict[]): readonly ServerVerdict[] =>
  servers.filter(({ verdict }) => verdict !== 'unreachable');

const withVerdict = (servers: readonly ServerVerdict[], verdict: Verdict): readonly ServerVerdict[] =>
  servers.filter((server) => server.verdict === verdict);

const withRole = (servers: readonly ServerVerdict[], role: ServerVerdict['role']): readonly ServerVerdict[] =>
  servers.filter((server) => server.role === role);

/** Every server that answers has the record, and at least one answers. */
export const agreed = (servers: readonly ServerVerdict[]): boolean => {
  const answers = answering(servers);
  return answers.length > 0 && answers.every(({ verdict }) => verdict === 'ready');
};

/** The part of the proof that failed, which is what the message is about. */
type Failure =
  /** Authoritative servers (or, in recursive mode, resolvers) do not all have the record. */
  | { readonly stage: 'publication'; readonly servers: readonly ServerVerdict[] }
  /** They all have it, but no resolver sees it. */
  | { readonly stage: 'visibility'; readonly servers: readonly ServerVerdict[] }
  /** They all have it, but most resolvers that check DNSSEC hold it back. */
  | { readonly stage: 'dnssec'; readonly servers: readonly ServerVerdict[] };

const failureIn = ({ mode, servers, bogus }: Findings): Failure | undefined => {
  const resolvers = withRole(servers, 'recursive');
  const seeing = withVerdict(resolvers, 'ready').length;
  // Where most resolvers hold a record back, most receivers of mail will not see it.
  const heldBack = bogus > seeing;
  if (mode === 'recursive') {
    if (heldBack) return { stage: 'dnssec', servers: resolvers };
    return agreed(resolvers) ? undefined : { stage: 'publication', servers: resolvers };
  }
  const authoritative = withRole(servers, 'authoritative');
  if (!agreed(authoritative)) return { stage: 'publication', servers: authoritative };
  if (heldBack) return { stage: 'dnssec', servers: resolvers };
  return resolvers.length === 0 || seeing > 0 ? undefined : { stage: 'visibility', servers: resolvers };
};

const codeOf = ({ stage, servers }: Failure): Code => {
  if (stage === 'dnssec' || answering(servers).length === 0) return 'DNS_LOOKUP_FAILED';
  // Where the right record is on some server already, the others are only late.
  const late = stage === 'visibility' || withVerdict(servers, 'ready').length > 0;
  if (late) return 'DNS_TXT_NOT_READY';
  if (withVerdict(servers, 'invalid').length > 0) return 'DNS_TXT_INVALID';
  if (withVerdict(servers, 'other-value').length > 0) return 'DNS_KEY_MISMATCH';
  return 'DNS_TXT_NOT_READY';
};

const whatIsWrong = (findings: Findings, { stage, servers }: Failure, code: Code): string => {
  const { recordName, problem, mode, zone } = findings;
  const wrong = answering(servers).filter(({ verdict }) => verdict !== 'ready');
  const who =
    withRole(servers, 'recursive').length > 0 ? 'resolvers' : `name servers${zone ? ` of ${zone}` : ''}`;
  switch (code) {
    case 'DNS_TXT_NOT_READY': {
      const ready = `${withVerdict(servers, 'ready').length} of ${answering(servers).length} ${who} that answer have it`;
      const published =
        stage === 'visibility' ? 'Its own name servers have it, but resolvers do not see it yet. ' : '';
      return (
        `DNS TXT record for ${recordName} is not yet available. Please wait for DNS propagation. ` +
        `${published}${ready}. ${byReason(wrong)}.`
      );
    }
    case 'DNS_TXT_INVALID':
      return `DNS TXT record for ${recordName} cannot be used, and waiting does not help. ${byReason(wrong)}.`;
    case 'DNS_KEY_MISMATCH':
      return (
        `DNS TXT record for ${recordName} is of another key: expected ${findings.expectedFingerprint}. ` +
        `${byReason(wrong)}.`
      );
    case 'DNS_LOOKUP_FAILED':
      if (problem) return `DNS could not be asked for ${recordName}: ${problem}`;
      if (stage === 'dnssec') {
        return (
          `DNS TXT record for ${recordName} is published, but resolvers that check DNSSEC hold it back: the signatures of ` +
          `${zone ?? 'its zone'} are broken, and mail servers will not see the record. ${byReason(servers)}.`
        );
      }
      return (
        `DNS could not be asked for ${recordName}: ${mode === 'authoritative' && stage === 'visibility' ? 'its own name servers have the record, but ' : ''}` +
        `none of the ${who} gave an answer. ${byReason(servers)}.`
      );
  }
};

/** The servers of a top-level domain answered for the name: nobody is in charge of the domain. */
const isUndelegated = ({ zone }: Findings): boolean => zone !== undefined && !zone.includes('.');

/** What the failure looks like; undefined if it looks like nothing in particular. */
const likelyCause = (findings: Findings, { stage, servers }: Failure): string | undefined => {
  const { zone, domain } = findings;
  if (isUndelegated(findings)) {
    return `The domain ${domain} is not delegated: it is not registered, or its registration has lapsed.`;
  }
  if (stage === 'dnssec' || servers.length === 0 || answering(servers).length > 0) return undefined;
  if (stage === 'visibility' && servers.some(({ reason }) => reason.includes('SERVFAIL'))) {
    return `The likely cause is DNSSEC: the signatures of ${zone ?? domain}, or the DS record at the zone above, are wrong or expired.`;
  }
  if (servers.every(({ address }) => address.startsWith('['))) {
    return (
      'These servers have IPv6 addresses only, and this machine seems to have no IPv6 (a Lambda function has it only in ' +
      'a dual-stack subnet); gate.mode: recursive asks resolvers instead.'
    );
  }
  if (servers.every(({ reason }) => reason.startsWith('does not answer'))) {
    return stage === 'publication' && zone === undefined
      ? 'If this machine may not send DNS questions to the outside, gate.mode: recursive with resolvers that it may ask is the way.'
      : undefined;
  }
  return undefined;
};

const whatToDo = (findings: Findings, { stage }: Failure, code: Code): string => {
  const { domain, zone, expectedValue } = findings;
  const dnsTeam = `whoever runs the DNS of ${isUndelegated(findings) ? domain : (zone ?? domain)}`;
  switch (code) {
    case 'DNS_TXT_NOT_READY':
      return stage === 'visibility'
        ? 'To do: nothing but wait until their caches run out, then apply again.'
        : `To do: ${dnsTeam} publishes the record on every one of these servers, or waits until it has got there; then apply again. The record reads: ${expectedValue}`;
    case 'DNS_TXT_INVALID':
      return `To do: ${dnsTeam} replaces it with one TXT record that reads: ${expectedValue}`;
    case 'DNS_KEY_MISMATCH':
      return (
        `To do: ${dnsTeam} publishes the record of the private key in S3, or, if that key is the wrong one, the right one ` +
        `is put there. The record of the key in S3 reads: ${expectedValue}`
      );
    case 'DNS_LOOKUP_FAILED':
      if (findings.problem)
        return 'This says nothing about the record itself. To do: mend that, then apply again.';
      return stage === 'dnssec'
        ? `To do: ${dnsTeam} mends its DNSSEC (the DS record at the zone above, or the signatures); then apply again.`
        : 'This says nothing about the record itself. To do: find out why these servers do not answer here (are DNS questions, port 53 over UDP and TCP, let out?); then apply again.';
  }
};

const SES_UNTOUCHED = 'SES has not been changed.';

const oneLine = (sentences: readonly (string | undefined)[]): string => sentences.filter(Boolean).join(' ');

/** Puts a round into words, and into the code of the error that is due. */
export const conclude = (findings: Findings, rounds: number): GateOutcome => {
  const { recordName, zone, expectedFingerprint, expectedValue, servers, bogus } = findings;
  const common = { recordName, zone, expectedFingerprint, expectedValue, servers, rounds };
  const failure = failureIn(findings);
  if (failure) {
    const code = codeOf(failure);
    const message = oneLine([
      whatIsWrong(findings, failure, code),
      likelyCause(findings, failure),
      ...findings.hints,
      SES_UNTOUCHED,
      whatToDo(findings, failure, code),
    ]);
    return { ready: false, code, message, ...common, warnings: findings.warnings };
  }
  const others = servers.filter(({ verdict }) => verdict !== 'ready');
  const warnings = [
    ...findings.warnings,
    ...(bogus > 0
      ? ['Some resolvers hold the record back, since the DNSSEC signatures of its zone are broken.']
      : []),
    ...(others.length > 0 ? [`Not every server has been seen to have it: ${byReason(others)}.`] : []),
  ];
  const message = `DNS TXT record for ${recordName} is published: ${withVerdict(servers, 'ready').length} of ${servers.length} servers have it.`;
  return { ready: true, message, ...common, warnings };
};
