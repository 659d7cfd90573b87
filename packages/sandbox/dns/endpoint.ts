import { isIPv6 } from 'node:net';

/** The address at which a DNS server listens. */
export interface Endpoint {
  /** IPv4 or IPv6 address, without brackets. */
  readonly address: string;
  readonly port: number;
}

/** `192.0.2.1:53`, `[2001:db8::1]:53` */
export const formatEndpoint = ({ address, port }: Endpoint): string =>
  isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;

/** Reads an endpoint in the form of `formatEndpoint`. */
export const endpointOf = (text: string): Endpoint => {
  const [, address = '', port = '53'] = /^\[?(.*?)\]?:(\d+)$/.exec(text) ?? [];
  return { address, port: Number(port) };
};
