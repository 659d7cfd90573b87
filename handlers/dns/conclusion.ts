import type { GateOutcome, ServerVerdict, Verdict } from './outcome';

/** What one round found out, before it is put into words. */
export interface Findings {
  readonly mode: 'authoritative' | 'recursive';
  readonly recordName: string;
  readonly domain: string;
  readonly zone?: string;
  readonly expectedFingerprint: string;
  readonly expectedValue: string;
  readonly servers: readonly ServerVerdict[];
  /** Why no server could be asked at all; a sentence. */
  readonly problem?: string;
  /** Whether a validating resolver confirmed that it holds the record back (DNSSEC). */
  readonly bogus?: boolean;
  /** What else was seen; sentences. */
  readonly hints: readonly string[];
  readonly warnings: readonly string[];
}

type Code = NonNullable<GateOutcome['code']>;

export const reachable = (servers: readonly ServerVerdict[]): readonly ServerVerdict[] =>
  servers.filter(({ verdict }) => verdict !== 'unreachable');

/** Every server that answers has the record, and at least one answers. */
export const agreed = (servers: readonly ServerVerdict[]): boolean => {
  const answering = reachable(servers);
  return answering.length > 0 && answering.every(({ verdict }) => verdict === 'ready');
};

/** A server, in a text of one line. */
const shown = ({ name, address, role }: ServerVerdict): string =>
  name ? `${name} (${address})` : role === 'recursive' ? `resolver ${address}` : address;

/** At most this many servers are named per reason; the details have all of them. */
const NAMED = 4;

/** `ns1 (192.0.2.1:53), ns2 (192.0.2.2:53): says that …; …`: servers of the same mind together. */
export const byReason = (servers: readonly ServerVerdict[]): string => {
  const groups = new Map<string, ServerVerdict[]>();
  for (const server of servers) {
    const found = server.fingerprint && server.verdict === 'other-value' ? ` (${server.fingerprint})` : '';
    const left =
      server.role === 'recursive' && server.verdict !== 'ready' && server.ttlSeconds !== undefined
        ? `, and will say so for ${server.ttlSeconds} more seconds at most`
        : '';
    const reason = `${server.reason}${found}${left}`;
    groups.set(reason, [...(groups.get(reason) ?? []), server]);
  }
  return [...groups]
    .map(([reason, group]) => {
      const named = group.slice(0, NAMED).map(shown).join(', ');
      const more = group.length > NAMED ? ` and ${group.length - NAMED} more` : '';
      return `${named}${more}: ${reason}`;
    })
    .join('; ');
};

const count = (servers: readonly ServerVerdict[], verdict: Verdict): number =>
  servers.filter((server) => server.verdict === verdict).length;

/** Which of the servers decide: the resolvers do, once the authoritative ones agree. */
const deciding = ({ mode, servers }: Findings): readonly ServerVerdict[] => {
  const authoritative = servers.filter(({ role }) => role === 'authoritative');
  return mode === 'authoritative' && !agreed(authoritative)
    ? authoritative
    : servers.filter(({ role }) => role === 'recursive');
};

const codeOf = (findings: Findings): Code => {
  const servers = deciding(findings);
  if (findings.bogus || reachable(servers).length === 0) return 'DNS_LOOKUP_FAILED';
  // Where somebody has the right record already, the others are only late.
  if (
    count(servers, 'ready') > 0 ||
    servers.some(({ role }) => role === 'recursive' && findings.mode !== 'recursive')
  ) {
    return 'DNS_TXT_NOT_READY';
  }
  if (count(servers, 'invalid') > 0) return 'DNS_TXT_INVALID';
  if (count(servers, 'other-value') > 0) return 'DNS_KEY_MISMATCH';
  return 'DNS_TXT_NOT_READY';
};

const SES_UNTOUCHED = 'SES has not been changed.';

const whatIsWrong = (findings: Findings, code: Code): string => {
  const { recordName, zone, problem, mode, servers: all } = findings;
  const servers = deciding(findings);
  const late = servers.filter(({ verdict }) => verdict !== 'ready' && verdict !== 'unreachable');
  const silent = all.filter(({ verdict }) => verdict === 'unreachable');
  const where = zone ? `the servers of ${zone}` : mode === 'recursive' ? 'the resolvers' : 'the name servers';
  switch (code) {
    case 'DNS_TXT_NOT_READY': {
      const seen = `${count(servers, 'ready')} of ${reachable(servers).length} have it`;
      const which =
        servers[0]?.role === 'recursive' && mode === 'authoritative' ? 'resolvers' : 'servers that answer';
      return (
        `DNS TXT record for ${recordName} is not yet available. Please wait for DNS propagation. ` +
        `${seen} (${which}). ${byReason(late)}.`
      );
    }
    case 'DNS_TXT_INVALID':
      return `The DNS TXT record for ${recordName} cannot be used, and waiting does not help. ${byReason(late)}.`;
    case 'DNS_KEY_MISMATCH':
      return (
        `The DNS TXT record for ${recordName} is of another key: expected ${findings.expectedFingerprint}. ` +
        `${byReason(late)}.`
      );
    case 'DNS_LOOKUP_FAILED':
      if (problem) return `DNS could not be asked for ${recordName}: ${problem}`;
      if (findings.bogus) {
        return (
          `The DNS TXT record for ${recordName} is published, but resolvers that check DNSSEC hold it back: ` +
          `the signatures of ${zone ?? 'its zone'} are broken, and mail servers will not see the record. ${byReason(servers)}.`
        );
      }
      return `DNS could not be asked for ${recordName}: none of ${where} gave an answer. ${byReason(silent)}.`;
  }
};

const whatToDo = (findings: Findings, code: Code): string => {
  const { domain, recordName, mode } = findings;
  const dnsTeam = `Whoever runs the DNS of ${findings.zone ?? domain}`;
  switch (code) {
    case 'DNS_TXT_NOT_READY':
      return deciding(findings)[0]?.role === 'recursive' && mode === 'authoritative'
        ? 'Nothing needs to be published: the resolvers will see it when their caches run out; then apply again.'
        : `${dnsTeam} has to publish the record on every server (or wait until the zone has been transferred); then apply again.`;
    case 'DNS_TXT_INVALID':
      return `${dnsTeam} has to replace it with one TXT record that reads: ${findings.expectedValue}`;
    case 'DNS_KEY_MISMATCH':
      return (
        `Either ${dnsTeam[0]!.toLowerCase()}${dnsTeam.slice(1)} publishes the record of the private key in S3, ` +
        `or the private key in S3 is the wrong one. The record of the key in S3 reads: ${findings.expectedValue}`
      );
    case 'DNS_LOOKUP_FAILED':
      if (findings.bogus) {
        return `${dnsTeam} has to mend the DNSSEC of the zone: the DS record at its parent, or the signatures, are wrong or expired.`;
      }
      return (
        'This says nothing about the record. Check that the machine that asks may send DNS questions (UDP and TCP, ' +
        `port 53), and that ${recordName} is in a zone that is served; then apply again.`
      );
  }
};

/** Puts a round into words, and into the code of the error that is due. */
export const conclude = (findings: Findings, rounds: number): GateOutcome => {
  const { recordName, zone, expectedFingerprint, expectedValue, servers, mode } = findings;
  const silent = servers.filter(({ verdict }) => verdict === 'unreachable');
  const authoritative = servers.filter(({ role }) => role === 'authoritative');
  const recursive = servers.filter(({ role }) => role === 'recursive');
  const seen =
    mode === 'recursive'
      ? agreed(recursive)
      : agreed(authoritative) &&
        (recursive.length === 0 || recursive.some(({ verdict }) => verdict === 'ready'));
  const ready = seen && !findings.bogus;
  const common = { recordName, zone, expectedFingerprint, expectedValue, servers, rounds };
  if (ready) {
    const warnings =
      silent.length > 0
        ? [...findings.warnings, `Not every server answered. ${byReason(silent)}.`]
        : findings.warnings;
    const message = `DNS TXT record for ${recordName} is published: ${count(servers, 'ready')} of ${servers.length} servers have it.`;
    return { ready, message, ...common, warnings };
  }
  const code = codeOf(findings);
  const message = [
    whatIsWrong(findings, code),
    ...findings.hints,
    whatToDo(findings, code),
    SES_UNTOUCHED,
  ].join(' ');
  return { ready, code, message, ...common, warnings: findings.warnings };
};
