import { createHash } from 'node:crypto';

/**
 * Returns a name of a subscriber's endpoint, which logs and answers may have. The path of a URL often holds a secret, so its
 * place is taken by a hash.
 */
export function endpointName(endpoint: string): string {
  if (!/^https?:/.test(endpoint)) return endpoint;
  const { origin } = URL.parse(endpoint) ?? { origin: 'https:' };
  return `${origin}/… (${createHash('sha256').update(endpoint).digest('hex').slice(0, 8)})`;
}
