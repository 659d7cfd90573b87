import type { MailFromDetails, ServerVerdict } from '../facts/gate';

export function formatServer({ name, address, role }: ServerVerdict): string {
  if (name) return `${name} (${address})`;
  return role === 'recursive' ? `resolver ${address}` : address;
}

/** How many servers a reason names, and how many reasons there are. The facts have all of them. */
const NAMED = 4;
const REASONS = 6;

function reasonOf({ reason, verdict, fingerprint, role, ttlSeconds, value }: ServerVerdict): string {
  const found = verdict === 'other-value' && fingerprint ? ` (${fingerprint})` : '';
  const seen = verdict === 'invalid' && value ? ` (${value})` : '';
  // Only a resolver's TTL runs down: then the old answer goes away.
  const cached =
    role === 'recursive' && (verdict === 'missing' || verdict === 'other-value' || verdict === 'invalid');
  const left = cached && ttlSeconds !== undefined ? `, from its cache for ${ttlSeconds} s more at most` : '';
  return `${reason}${found}${seen}${left}`;
}

/** Formats servers on one line, grouped by reason: `ns1 (192.0.2.1:53), ns2 (192.0.2.2:53): says that …; …`. */
export function byReason(servers: readonly ServerVerdict[]): string {
  const groups = new Map<string, ServerVerdict[]>();
  for (const server of servers) {
    const reason = reasonOf(server);
    groups.set(reason, [...(groups.get(reason) ?? []), server]);
  }
  const reasons = [...groups].map(([reason, group]) => {
    const more = group.length > NAMED ? ` and ${group.length - NAMED} more` : '';
    return `${group.slice(0, NAMED).map(formatServer).join(', ')}${more}: ${reason}`;
  });
  const rest = reasons.length - REASONS;
  const left = rest > 0 ? [`other servers: ${rest} more ${rest === 1 ? 'reason' : 'reasons'}`] : [];
  return [...reasons.slice(0, REASONS), ...left].join('; ');
}

/** Formats that a MAIL FROM domain is ready. */
export const mailFromIsReady = ({ mailFromDomain, servers }: MailFromDetails): string =>
  `The MAIL FROM domain ${mailFromDomain} has its MX and SPF records on ${servers.length} of ${servers.length} servers.`;
