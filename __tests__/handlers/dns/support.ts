import { generateKeyPairSync } from 'node:crypto';
import { systemClock } from '../../../handlers/clock';
import { createExchange } from '../../../handlers/dns/exchange';
import { type GateRequest, type GateWorld, proveRecord } from '../../../handlers/dns/gate';
import type { GateOutcome } from '../../../handlers/dns/outcome';
import { rsaPublicKeyOf } from '../../../handlers/key/read-public-key';
import {
  type DnsNetwork,
  type DnsNetworkOptions,
  startDnsNetwork,
} from '../../../packages/sandbox/dns/network';
import type { ZoneRecords } from '../../../packages/sandbox/dns/zone';

export const DOMAIN = 'example.com';
export const SELECTOR = 'selector1';
export const NAME = 'selector1._domainkey.example.com';

export const makeKey = (bits = 1024) => generateKeyPairSync('rsa', { modulusLength: bits });
export const EXPECTED = rsaPublicKeyOf(makeKey().publicKey);
export const OTHER = rsaPublicKeyOf(makeKey().publicKey);
export const VALUE = `v=DKIM1; k=rsa; p=${EXPECTED.spki}`;
export const OTHER_VALUE = `v=DKIM1; k=rsa; p=${OTHER.spki}`;

export const RESOLVER = '127.0.0.1';
export const ROOT = '127.0.0.2';
export const NS1 = '127.0.0.3';
export const NS2 = '127.0.0.4';
export const OUTSIDE = '127.0.0.5';
export const CHILD = '127.0.0.6';

export const ZONE: ZoneRecords = {
  'example.com NS': ['ns1.example.com', 'ns2.example.com'],
  'ns1.example.com A': NS1,
  'ns2.example.com A': NS2,
};

/** The root, com and net on one server: they delegate example.com (with glue) and example.net. */
export const ROOT_ZONES = {
  '.': {
    '. NS': ['a.root.test'],
    'com NS': ['a.gtld.net'],
    'net NS': ['a.gtld.net'],
    'a.root.test A': ROOT,
    'a.gtld.net A': ROOT,
  },
  com: { 'com NS': ['a.gtld.net'], ...ZONE },
  net: {
    'net NS': ['a.gtld.net'],
    'a.gtld.net A': ROOT,
    'example.net NS': ['ns1.example.net'],
    'ns1.example.net A': OUTSIDE,
  },
} as const satisfies Record<string, ZoneRecords>;

const REST: ZoneRecords = { 'example.net NS': ['ns1.example.net'], 'ns1.example.net A': OUTSIDE };

/** A small internet: root and top level, two servers of example.com, one of example.net, one resolver. */
export const internet = (
  change: { servers?: DnsNetworkOptions['servers']; resolvers?: DnsNetworkOptions['resolvers'] } = {},
): Promise<DnsNetwork> =>
  startDnsNetwork({
    servers: {
      [ROOT]: { zones: ROOT_ZONES },
      [NS1]: { zones: { 'example.com': ZONE } },
      [NS2]: { zones: { 'example.com': ZONE } },
      [OUTSIDE]: { zones: { 'example.net': REST } },
      ...change.servers,
    },
    resolvers: change.resolvers ?? { [RESOLVER]: { roots: [ROOT] } },
  });

/** Publishes at both servers of example.com. */
export const publish = (network: DnsNetwork, value: string, name = NAME): void => {
  for (const address of [NS1, NS2]) network.servers[address]!.setTxt(name, value);
};

/** Deadlines that keep the tests short; the order of things is that of the real ones. */
export const QUICK = createExchange({ timing: { resendsMs: [80], tcpMs: 160, deadlineMs: 400 } });

/** For verdicts that need every answer: none of these servers is silent, but the machine may be busy. */
export const PATIENT = createExchange({ timing: { resendsMs: [80], tcpMs: 160, deadlineMs: 10_000 } });

export const request = (network: DnsNetwork, change: Partial<GateRequest> = {}): GateRequest => ({
  domain: DOMAIN,
  selector: SELECTOR,
  expected: EXPECTED,
  mode: 'authoritative',
  resolvers: Object.values(network.resolvers).map(({ address }) => address),
  waitSeconds: 0,
  ...change,
});

export const world = (network: DnsNetwork, change: Partial<GateWorld> = {}): GateWorld => ({
  clock: systemClock,
  remainingMs: () => 60_000,
  dnsPort: network.port,
  loopback: 'allowed',
  hasIPv6: () => true,
  exchange: QUICK,
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
export const within = async (
  network: Promise<DnsNetwork>,
  run: (network: DnsNetwork) => Promise<void>,
): Promise<void> => {
  const started = await network;
  try {
    await run(started);
  } finally {
    await started.close();
  }
};
