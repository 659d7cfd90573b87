import { createPublicKey, type KeyObject } from 'node:crypto';
import { systemClock } from '../../../handlers/clock';
import { createExchange, type Exchange } from '../../../handlers/dns/exchange';
import { type GateRequest, type GateWorld, proveRecord } from '../../../handlers/dns/gate';
import type { GateOutcome } from '../../../handlers/errors/gate-outcome';
import { rsaPublicKeyOf } from '../../../handlers/key/public-key';
import type { ZoneRecords, Zones } from '../../../packages/sandbox/dns/zone';
import { type DnsNetwork, type DnsNetworkOptions, startDnsNetwork } from '../../support/dns/network';
import { rsaKey } from '../../support/keys-of-the-run';

export const DOMAIN = 'example.com';
export const SELECTOR = 'selector1';
export const NAME = 'selector1._domainkey.example.com';

export function makeKey(bits = 1024): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  const privateKey = rsaKey(bits);
  return { privateKey, publicKey: createPublicKey(privateKey) };
}
export const EXPECTED = rsaPublicKeyOf(makeKey().publicKey);
export const OTHER = rsaPublicKeyOf(makeKey().publicKey);
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
export const internet = (
  change: { servers?: DnsNetworkOptions['servers']; resolvers?: DnsNetworkOptions['resolvers'] } = {},
): Promise<DnsNetwork> =>
  startDnsNetwork({
    servers: {
      [ROOT]: { zones: ROOT_ZONES },
      [NS1]: { zones: { 'example.com': ZONE } },
      [NS2]: { zones: { 'example.com': ZONE } },
      [OUTSIDE]: { zones: { 'example.net': OTHER_ZONE } },
      ...change.servers,
    },
    resolvers: change.resolvers ?? { [RESOLVER]: { roots: [ROOT] } },
  });

/** Publishes at both servers of example.com. */
export function publish(network: DnsNetwork, value: string, name = NAME): void {
  for (const address of [NS1, NS2]) network.servers[address]!.setTxt(name, value);
}

/** TCP is tried so soon if UDP brings nothing. */
const TCP_MS = 20;

/**
 * Asks as the gate does, and gives up only what never comes: who is silent is what the test has made silent, and not who
 * shares a machine that stands still for a moment.
 */
const askingOf =
  (network: Pick<DnsNetwork, 'servers' | 'resolvers' | 'patience'>): Exchange =>
  (endpoint, question, signal) => {
    const { name, type } = question;
    const ms = (transport: 'udp' | 'tcp'): number => network.patience(endpoint, { name, type, transport });
    const server = network.servers[endpoint.address] ?? network.resolvers[endpoint.address];
    const fault = server?.misbehaviourAt({ name, type, transport: 'udp', serverAddress: endpoint.address });
    const { garbage, wrongId, wrongQuestion, drop, wrongSource } = fault ?? {};
    const needsTcp = garbage || wrongId || wrongQuestion || drop || wrongSource;
    const timing = needsTcp
      ? { resendsMs: [], tcpMs: TCP_MS, deadlineMs: TCP_MS + ms('tcp') }
      : { resendsMs: [], tcpMs: ms('udp') / 2, deadlineMs: ms('udp') };
    return createExchange({ timing })(endpoint, question, signal);
  };

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
  exchange: askingOf(network),
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
