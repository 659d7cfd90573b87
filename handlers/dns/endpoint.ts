import { isIP } from 'node:net';

/** Where a DNS server listens. */
export interface Endpoint {
  /** IPv4 or IPv6 address, without brackets. */
  readonly address: string;
  readonly port: number;
}

/** `192.0.2.1:53`, `[2001:db8::1]:53`: how servers are written everywhere. */
export const formatEndpoint = ({ address, port }: Endpoint): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;

/**
 * Reads `ip`, `ip:port`, `ipv6` or `[ipv6]:port`; without a port it is `defaultPort`.
 * @returns undefined if it is none of these; a host name is none, since it would need DNS to find DNS.
 */
export const parseEndpoint = (text: string, defaultPort = 53): Endpoint | undefined => {
  const bare = text.trim();
  if (isIP(bare)) return { address: bare, port: defaultPort };
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(bare) ?? [];
  const address = bracketed ?? plain;
  if (address === undefined || isIP(address) !== (bracketed === undefined ? 4 : 6)) return undefined;
  const port = digits === undefined ? defaultPort : Number(digits);
  return port >= 1 && port <= 65535 ? { address, port } : undefined;
};
