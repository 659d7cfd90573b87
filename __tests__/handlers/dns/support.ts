import { createPublicKey, type KeyObject } from 'node:crypto';
import { systemClock } from '../../../handlers/clock';
import type { GateRequest } from '../../../handlers/dns/conclude';
import { type GateWorld, proveRecord } from '../../../handlers/dns/gate';
import { publicKeyOf } from '../../../handlers/keys/format/public-key';
import type { GateOutcome } from '../../../handlers/words/gate';
import type { ZoneRecords, Zones } from '../../../packages/sandbox/dns/zone';
import { type DnsNetwork, type DnsServers, startDnsNetwork } from '../../support/dns/network';
import { rsaKey } from '../../support/keys-of-the-run';

export const DOMAIN = 'example.com';
export const SELECTOR = 'selector1';
export const NAME = 'selector1._domainkey.example.com';

export function makeKey(bits = 1024): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  const privateKey = rsaKey(bits);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}
export const EXPECTED = publicKeyOf(makeKey().publicKey);
export const OTHER = publicKeyOf(makeKey().publicKey);
export const VALUE = `v=DKIM1; k=rsa; p=${EXPECTED.spki}`;
export const OTHER_VALUE = `v=DKIM1; k=rsa; p=${OTHER.spki}`;

export const RESOLVER = '127.0.0.1';
const ROOT = '127.0.0.2';
export const NS1 = '127.0.0.3';
export const NS2 = '127.0.0.4';
export const OUTSIDE = '127.0.0.5';

export const ZONE: ZoneRecords = {
  'example.com NS': ['ns1.example.com', 'ns2.example.com'],
  'ns1.example.com A': NS1,
  'ns2.example.com A': NS2,
};
const OTHER_ZONE: ZoneRecords = { 'example.net NS': ['ns1.example.net'], 'ns1.example.net A': OUTSIDE };

/** The root, com and net on one server: they delegate example.com (with glue) and example.net. */
const ROOT_ZONES: Zones = {
  '.': {
    '. NS': ['a.root.test'],
    'com NS': ['a.gtld.net'],
    'net NS': ['a.gtld.net'],
    'a.root.test A': ROOT,
    'a.gtld.net A': ROOT,
  },
  com: { 'com NS': ['a.gtld.net'], ...ZONE },
  net: { 'net NS': ['a.gtld.net'], 'a.gtld.net A': ROOT, ...OTHER_ZONE },
};

/** A small internet: root and top level, two servers of example.com, one of example.net, one resolver. */
export const internet = (servers: DnsServers = {}): Promise<DnsNetwork> =>
  startDnsNetwork(
    {
      [ROOT]: { zones: ROOT_ZONES },
      [NS1]: { zones: { 'example.com': ZONE } },
      [NS2]: { zones: { 'example.com': ZONE } },
      [OUTSIDE]: { zones: { 'example.net': OTHER_ZONE } },
      ...servers,
    },
    RESOLVER,
  );

/** Publishes at both servers of example.com. */
export function publish(network: DnsNetwork, value: string, name = NAME): void {
  for (const address of [NS1, NS2]) network.servers[address]!.setTxt(name, value);
}

export const request = (network: DnsNetwork, change: Partial<GateRequest> = {}): GateRequest => ({
  domain: DOMAIN,
  selector: SELECTOR,
  expected: EXPECTED,
  mode: 'authoritative',
  resolvers: [network.resolver.address],
  waitSeconds: 0,
  ...change,
});

export const world = (network: DnsNetwork, change: Partial<GateWorld> = {}): GateWorld => ({
  clock: systemClock,
  remainingMs: () => 60_000,
  dnsPort: network.port,
  loopback: 'allowed',
  hasIPv6: () => true,
  exchange: network.exchange,
  ...change,
});

export const prove = (
  network: DnsNetwork,
  change: Partial<GateRequest> = {},
  worldChange: Partial<GateWorld> = {},
): Promise<GateOutcome> => proveRecord(request(network, change), world(network, worldChange));

/** Verdicts by `address` without the port. */
export const verdicts = (outcome: GateOutcome): Record<string, string> =>
  Object.fromEntries(outcome.servers.map(({ address, verdict }) => [address.replace(/:\d+$/, ''), verdict]));

/** Runs with a network and closes it, whatever happens. */
export async function within(
  network: Promise<DnsNetwork>,
  run: (network: DnsNetwork) => Promise<void>,
): Promise<void> {
  const started = await network;
  try {
    await run(started);
  } finally {
    await started.close();
  }
}
