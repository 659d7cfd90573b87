import type { ServerVerdict } from './outcome';

/** A server, in a text of one line. */
const shown = ({ name, address, role }: ServerVerdict): string =>
  name ? `${name} (${address})` : role === 'recursive' ? `resolver ${address}` : address;

/** So many servers are named per reason; the details of the outcome have all of them. */
const NAMED = 4;

const reasonOf = ({ reason, verdict, fingerprint, role, ttlSeconds, value }: ServerVerdict): string => {
  const found = verdict === 'other-value' && fingerprint ? ` (${fingerprint})` : '';
  const seen = verdict === 'invalid' && value ? ` (${value})` : '';
  // Only a resolver's TTL runs down: it tells when the old answer goes away.
  const cached =
    role === 'recursive' && (verdict === 'missing' || verdict === 'other-value' || verdict === 'invalid');
  const left = cached && ttlSeconds !== undefined ? `, from its cache for ${ttlSeconds} s more at most` : '';
  return `${reason}${found}${seen}${left}`;
};

/** `ns1 (192.0.2.1:53), ns2 (192.0.2.2:53): says that …; …`: servers of the same mind together, on one line. */
export const byReason = (servers: readonly ServerVerdict[]): string => {
  const groups = new Map<string, ServerVerdict[]>();
  for (const server of servers) {
    const reason = reasonOf(server);
    groups.set(reason, [...(groups.get(reason) ?? []), server]);
  }
  return [...groups]
    .map(([reason, group]) => {
      const more = group.length > NAMED ? ` and ${group.length - NAMED} more` : '';
      return `${group.slice(0, NAMED).map(shown).join(', ')}${more}: ${reason}`;
    })
    .join('; ');
};
