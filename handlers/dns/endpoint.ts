import { getServers } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { GateSettings } from '../contract';
import { ByodkimError } from '../errors';

export interface SocketEndpoint {
  /** IPv4 or IPv6 address, without brackets. */
  readonly address: string;
  readonly port: number;
}

/** A resolver that is asked over HTTPS (RFC 8484). */
export interface HttpsEndpoint {
  readonly url: string;
}

export type Endpoint = SocketEndpoint | HttpsEndpoint;

export const isHttps = (endpoint: Endpoint): endpoint is HttpsEndpoint => 'url' in endpoint;

/** `192.0.2.1:53`, `[2001:db8::1]:53`, `https://…`: how servers are written everywhere. */
export const formatEndpoint = (endpoint: Endpoint): string => {
  if (isHttps(endpoint)) return endpoint.url;
  const { address, port } = endpoint;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
};

/**
 * Reads `ip`, `ip:port`, `ipv6` or `[ipv6]:port`; without a port it is `defaultPort`.
 * @returns undefined if it is none of these; a host name is none, since it would need DNS to find DNS.
 */
export const parseEndpoint = (text: string, defaultPort = 53): SocketEndpoint | undefined => {
  const bare = text.trim();
  if (isIP(bare)) return { address: bare, port: defaultPort };
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(bare) ?? [];
  const address = bracketed ?? plain;
  if (address === undefined || isIP(address) !== (bracketed === undefined ? 4 : 6)) return undefined;
  const port = digits === undefined ? defaultPort : Number(digits);
  return port >= 1 && port <= 65535 ? { address, port } : undefined;
};

/** Reads an address as above, or `https://…` without user, password and fragment. */
export const parseResolver = (text: string, defaultPort = 53): Endpoint | undefined => {
  if (!/^https:\/\//i.test(text.trim())) return parseEndpoint(text, defaultPort);
  if (!URL.canParse(text.trim())) return undefined;
  const url = new URL(text.trim());
  return url.username || url.password || url.hash || url.hostname === '' ? undefined : { url: url.href };
};

const addressOf = (endpoint: Endpoint): string | undefined => {
  if (!isHttps(endpoint)) return endpoint.address;
  const host = new URL(endpoint.url).hostname.replace(/^\[|\]$/g, '');
  return isIP(host) ? host : host === 'localhost' || host.endsWith('.localhost') ? '127.0.0.1' : undefined;
};

/** Also finds IPv4 addresses that an IPv6 one holds: mapped ones by itself, and those of NAT64 (RFC 6052). */
const blockList = (...subnets: readonly (readonly [network: string, prefix: number])[]): BlockList => {
  const list = new BlockList();
  for (const [network, prefix] of subnets) {
    list.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4');
    if (!network.includes(':')) list.addSubnet(`64:ff9b::${network}`, 96 + prefix, 'ipv6');
  }
  return list;
};

/** Nobody listens there, or everybody does: unspecified, multicast, reserved, broadcast (RFC 6890, RFC 4291). */
const NOBODY = blockList(['0.0.0.0', 8], ['224.0.0.0', 4], ['240.0.0.0', 4], ['::', 128], ['ff00::', 8]);
/** This machine and its link; the cloud's metadata service is on that. */
const NEAR = blockList(
  ['127.0.0.0', 8],
  ['::1', 128],
  ['169.254.0.0', 16],
  ['fe80::', 10],
  ['fd00:ec2::254', 128],
);
/** Amazon's resolver in a VPC. */
const AMAZON_RESOLVERS = blockList(['169.254.169.253', 32], ['fd00:ec2::253', 128]);

/** Whether this machine and its own link may be asked; `given`: only where a person, not DNS, named the address. */
export type Loopback = 'refused' | 'given' | 'allowed';

/**
 * Whether a server may be asked. What a zone says of its servers must not make us talk to our own machine, to the
 * cloud's metadata service, or to a whole network.
 */
export const mayBeAsked = (endpoint: Endpoint, named: 'by-dns' | 'given', loopback: Loopback): boolean => {
  const address = addressOf(endpoint);
  if (address === undefined) return true;
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (NOBODY.check(address, family)) return false;
  if (!NEAR.check(address, family) || loopback === 'allowed') return true;
  return named === 'given' && (loopback === 'given' || AMAZON_RESOLVERS.check(address, family));
};

/** Whether this machine has an address from which IPv6 servers of the internet could be reached (2000::/3, RFC 4291). */
export const hasIPv6 = (): boolean =>
  Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ family, address }) => family === 'IPv6' && /^[23]/.test(address)),
  );

/**
 * Public resolvers, asked beside the machine's own: three operators, all of them validating DNSSEC, as those of large
 * mail receivers do. Cloudflare, Google, Quad9.
 */
export const PUBLIC_RESOLVERS = ['1.1.1.1', '8.8.8.8', '9.9.9.9'] as const;

/** The machine's own resolvers first: they are near, and in closed networks the only ones. */
export const defaultResolvers = (own: () => readonly string[] = getServers): readonly string[] => [
  ...new Set([...own(), ...PUBLIC_RESOLVERS]),
];

const endpoints = <Found extends Endpoint>(
  field: 'nameservers' | 'resolvers',
  list: readonly string[],
  parse: (text: string) => Found | undefined,
  loopback: Loopback,
): Found[] =>
  list.map((text) => {
    const endpoint = parse(text);
    if (endpoint && mayBeAsked(endpoint, 'given', loopback)) return endpoint;
    const https = field === 'resolvers' ? ', or https://dns.example/dns-query' : '';
    const why = endpoint
      ? 'is an address that is not asked: loopback, link-local, multicast, broadcast and reserved ones are no DNS ' +
        'servers of a zone. Give the address that other machines ask.'
      : `is no address of a DNS server. Expected ip:port, e.g. 192.0.2.53:53 or [2001:db8::53]:53${https}.`;
    throw new ByodkimError('VALIDATION_ERROR', {
      what: `gate.${field}: ${JSON.stringify(text)} ${why}`,
      details: { fields: [`gate.${field}`], found: text },
    });
  });

export interface Servers {
  readonly nameservers: readonly SocketEndpoint[];
  readonly resolvers: readonly Endpoint[];
}

/**
 * Reads the servers that the settings name, and puts the machine's own resolvers where they name none.
 * @throws ByodkimError VALIDATION_ERROR where one is malformed or is not to be asked, or where there is nobody to ask
 */
export const readServers = (
  request: Pick<GateSettings, 'nameservers' | 'resolvers'> & { readonly mode: 'authoritative' | 'recursive' },
  world: {
    readonly dnsPort?: number;
    readonly loopback?: Loopback;
    readonly systemResolvers?: () => readonly string[];
  },
): Servers => {
  const { dnsPort: port = 53, loopback = 'refused' } = world;
  const nameservers = endpoints(
    'nameservers',
    request.nameservers ?? [],
    (text) => parseEndpoint(text, port),
    loopback,
  );
  const resolvers = request.resolvers
    ? endpoints('resolvers', request.resolvers, (text) => parseResolver(text, port), loopback)
    : defaultResolvers(world.systemResolvers).flatMap((text) => parseEndpoint(text) ?? []);
  if (resolvers.length === 0 && (request.mode === 'recursive' || nameservers.length === 0)) {
    throw new ByodkimError('VALIDATION_ERROR', {
      what:
        request.mode === 'recursive'
          ? 'gate.resolvers is empty, and gate.mode is recursive: there is nobody to ask. List one resolver at least.'
          : 'gate.resolvers is empty, and gate.nameservers is not given: without a resolver the servers of the zone cannot be found. List one of them at least.',
      details: { fields: ['gate.resolvers'] },
    });
  }
  return { nameservers, resolvers };
};
