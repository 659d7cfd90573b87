import { getServers } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { GateSettings } from '../contract/settings/settings';
import { ByodkimError } from '../errors/errors';
import type { ServerListProblem } from '../words/errors/requests';

export interface Endpoint {
  /** IPv4 or IPv6 address, without brackets. */
  readonly address: string;
  readonly port: number;
}

/** Formats a server as in settings, outcomes and messages: `192.0.2.1:53`, `[2001:db8::1]:53`. */
export function formatEndpoint({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/**
 * Parses `ip`, `ip:port`, `ipv6` or `[ipv6]:port`.
 * @returns undefined for anything else: a host name would need DNS to find DNS
 */
export function parseEndpoint(text: string, defaultPort = 53): Endpoint | undefined {
  const bare = text.trim();
  if (isIP(bare)) return { address: bare, port: defaultPort };
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(bare) ?? [];
  const address = bracketed ?? plain;
  if (address === undefined || isIP(address) !== (bracketed === undefined ? 4 : 6)) return undefined;
  const port = digits === undefined ? defaultPort : Number(digits);
  return port >= 1 && port <= 65535 ? { address, port } : undefined;
}

/**
 * Makes a block list that also finds IPv4 addresses inside IPv6 ones: mapped addresses (built in) and those of NAT64 (RFC
 * 6052).
 */
function blockList(...subnets: readonly (readonly [network: string, prefix: number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) {
    list.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4');
    if (!network.includes(':')) list.addSubnet(`64:ff9b::${network}`, 96 + prefix, 'ipv6');
  }
  return list;
}

/** Unspecified, multicast, reserved and broadcast addresses (RFC 6890, RFC 4291). */
const UNUSABLE = blockList(['0.0.0.0', 8], ['224.0.0.0', 4], ['240.0.0.0', 4], ['::', 128], ['ff00::', 8]);
/**
 * This machine and its link, with the cloud's services, and IPv6 addresses that lead to IPv4 ones: compatible ones
 * (RFC 4291), those of a network's own NAT64 (RFC 8215), and 6to4 (RFC 3056).
 */
const NEAR = blockList(
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['fe80::', 10],
  ['fd00:ec2::', 32],
  ['::', 96],
  ['64:ff9b:1::', 48],
  ['2002::', 16],
);
/** Amazon's resolver in a VPC. */
const AMAZON_RESOLVERS = blockList(['169.254.169.253', 32], ['fd00:ec2::253', 128]);

/** Whether this machine and its link may be asked; with `given`, only at addresses from a person, and not from DNS. */
export type Loopback = 'refused' | 'given' | 'allowed';

/**
 * Checks whether a server may be asked. NS and address records must not make us send queries to our own machine, to the
 * cloud's metadata service, or to a whole network.
 */
export function mayBeAsked({ address }: Endpoint, named: 'by-dns' | 'given', loopback: Loopback): boolean {
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (UNUSABLE.check(address, family)) return false;
  if (!NEAR.check(address, family) || loopback === 'allowed') return true;
  return named === 'given' && (loopback === 'given' || AMAZON_RESOLVERS.check(address, family));
}

/** Checks whether this machine has an address from which IPv6 servers can be reached (2000::/3, RFC 4291). */
export function hasIPv6(): boolean {
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ family, address }) => family === 'IPv6' && /^[23]/.test(address)),
  );
}

/**
 * Cloudflare, Google and Quad9, which are asked in addition to the machine's own resolvers. All validate DNSSEC, as large mail
 * receivers do.
 */
export const PUBLIC_RESOLVERS = ['1.1.1.1', '8.8.8.8', '9.9.9.9'] as const;

/** Lists the default resolvers. The machine's own resolvers come first, since some networks allow no others. */
export function defaultResolvers(own: () => readonly string[] = getServers): readonly string[] {
  return [...new Set([...own(), ...PUBLIC_RESOLVERS])];
}

function malformed(
  field: 'nameservers' | 'resolvers',
  problem: ServerListProblem,
  found?: string,
): ByodkimError {
  return new ByodkimError('VALIDATION_ERROR', {
    kind: 'dns-servers',
    fields: [`gate.${field}`],
    problem,
    found,
  });
}

function parseAll(
  field: 'nameservers' | 'resolvers',
  list: readonly string[],
  { dnsPort, loopback = 'refused' }: WorldOfServers,
): Endpoint[] {
  return list.map((text) => {
    const endpoint = parseEndpoint(text, dnsPort);
    if (endpoint && mayBeAsked(endpoint, 'given', loopback)) return endpoint;
    throw malformed(field, endpoint ? 'never-asked' : 'not-an-address', text);
  });
}

/** Settings of the machine for servers. */
export interface WorldOfServers {
  /** Port of discovered servers and of listed servers without a port. @default 53 */
  readonly dnsPort?: number;
  /** Whether servers on this machine and its link may be asked. @default refused */
  readonly loopback?: Loopback;
  /** The machine's own resolvers, used if none are given. @default those of `node:dns` */
  readonly systemResolvers?: () => readonly string[];
}

/** The servers of the settings, or the default ones. */
export interface GivenServers {
  readonly nameservers: readonly Endpoint[];
  readonly resolvers: readonly Endpoint[];
}

/**
 * Parses the servers of the settings. Without any, uses the default resolvers.
 * @throws ByodkimError VALIDATION_ERROR if a server is malformed or must not be asked, or if no server is left
 */
export function readServers(
  { mode, ...given }: Pick<GateSettings, 'nameservers' | 'resolvers' | 'mode'>,
  world: WorldOfServers,
): GivenServers {
  const nameservers = parseAll('nameservers', given.nameservers ?? [], world);
  const resolvers = given.resolvers
    ? parseAll('resolvers', given.resolvers, world)
    : defaultResolvers(world.systemResolvers).flatMap((text) => parseEndpoint(text, world.dnsPort) ?? []);
  if (resolvers.length === 0 && (mode === 'recursive' || nameservers.length === 0))
    throw malformed('resolvers', 'none-left');
  return { nameservers, resolvers };
}
