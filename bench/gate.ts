/**
 * How long the gate takes on simulated networks, beside two other ways to the same proof: the same questions asked one
 * after another, and the physical floor, the longest chain of questions of which each needs the answer before it.
 *
 *   npx tsx bench/gate.ts [--check]
 *
 * With `--check` it fails where all servers are up and it takes more than 1.3 times the floor, and where a dead server
 * costs its deadline more than once.
 */
import { generateKeyPairSync } from 'node:crypto';
import Table from 'cli-table3';
import { type Clock, systemClock } from '../handlers/clock';
import type { Endpoint } from '../handlers/dns/endpoint';
import { createExchange, DEFAULT_TIMING, type Exchange } from '../handlers/dns/exchange';
import { proveRecord } from '../handlers/dns/gate';
import type { Question } from '../handlers/dns/message';
import type { GateOutcome } from '../handlers/dns/outcome';
import { rsaPublicKeyOf } from '../handlers/key/read-public-key';
import { type DnsNetwork, startDnsNetwork } from '../packages/sandbox/dns/network';
import type { ZoneRecords, Zones } from '../packages/sandbox/dns/zone';

const ROUND_TRIP_MS = 50;
const RATIO_MAXIMUM = 1.3;
const SERVERS = Array.from({ length: 8 }, (_, i) => `127.0.2.${i + 1}`);
const TOP = '127.0.2.20';
const PROVIDERS = ['127.0.2.21', '127.0.2.22'];
const RESOLVER = '127.0.2.30';
const NAME = 'selector1._domainkey.example.com';

const KEY = rsaPublicKeyOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey);
const VALUE = `v=DKIM1; k=rsa; p=${KEY.spki}`;

/** Chains of dependent questions: NS, address, TXT per zone, then TXT at a resolver. */
const PER_ZONE = 3;
const AT_RESOLVER = 1;

const served = (zone: string, addresses: readonly string[]): ZoneRecords => ({
  [`${zone} NS`]: addresses.map((_, i) => `ns${i + 1}.${zone}`),
  ...Object.fromEntries(addresses.map((address, i) => [`ns${i + 1}.${zone} A`, address])),
});

interface Scenario {
  readonly title: string;
  /** Dependent questions on the longest way, when all goes well. */
  readonly chain: number;
  /** Milliseconds that cannot be avoided beside: a dead server's deadline. */
  readonly deadlineMs: number;
  readonly runs: number;
  readonly hops: readonly string[];
  /** Whether datagrams are lost: what that costs is no part of the floor. */
  readonly lossy?: boolean;
  prepare?(network: DnsNetwork): void;
}

const silence = (network: DnsNetwork): void => network.servers[SERVERS[7]!]!.misbehave({ drop: true });

/** The rule that applies first decides, so what is special comes before the delay that all have. */
const SCENARIOS: readonly Scenario[] = [
  { title: '8 servers', chain: PER_ZONE + AT_RESOLVER, deadlineMs: 0, runs: 9, hops: [] },
  {
    title: '8 servers, one of them dead',
    chain: PER_ZONE + AT_RESOLVER,
    deadlineMs: DEFAULT_TIMING.deadlineMs - ROUND_TRIP_MS,
    runs: 1,
    hops: [],
    prepare: silence,
  },
  {
    title: '8 servers, 5 % loss',
    chain: PER_ZONE + AT_RESOLVER,
    deadlineMs: 0,
    runs: 15,
    hops: [],
    lossy: true,
    prepare: (network) => {
      for (const { misbehave } of Object.values(network.servers))
        misbehave({ drop: true, transport: 'udp', chance: 0.05 });
    },
  },
  {
    title: '8 servers, two CNAME hops',
    chain: 3 * PER_ZONE + AT_RESOLVER,
    deadlineMs: 0,
    runs: 9,
    hops: ['key.first.net', 'key.second.org'],
  },
];

/** A resolver that knows everything at once is a server of all zones: its own look-ups are not what is measured. */
const startNetwork = (hops: readonly string[], published: boolean): Promise<DnsNetwork> => {
  const names = [NAME, ...hops];
  const record = (i: number): ZoneRecords =>
    i < hops.length
      ? { [`${names[i]} CNAME`]: names[i + 1]! }
      : published
        ? { [`${names[i]} TXT`]: VALUE }
        : {};
  const zones = ['example.com', ...hops.map((hop) => hop.split('.').slice(-2).join('.'))];
  const hosts = [SERVERS, ...PROVIDERS.map((address) => [address])];
  const contents = zones.map((zone, i): [string, ZoneRecords] => [
    zone,
    { ...served(zone, hosts[i]!), ...record(i) },
  ]);
  const tops: Zones = Object.fromEntries(
    ['com', 'net', 'org'].map((top) => [
      top,
      {
        [`${top} NS`]: 'a.nic.test',
        ...Object.assign(
          {},
          ...zones
            .filter((zone) => zone.endsWith(top))
            .map((zone) => served(zone, hosts[zones.indexOf(zone)]!)),
        ),
      },
    ]),
  );
  const own = Object.fromEntries(contents.slice(0, 1));
  return startDnsNetwork({
    servers: {
      ...Object.fromEntries(SERVERS.map((address) => [address, { zones: own }])),
      ...Object.fromEntries(
        hops.map((_, i) => [PROVIDERS[i]!, { zones: Object.fromEntries(contents.slice(i + 1, i + 2)) }]),
      ),
      [TOP]: { zones: tops },
      [RESOLVER]: {
        recursionAvailable: true,
        zones: {
          ...Object.fromEntries(contents),
          // It does not walk aliases either.
          'example.com': {
            ...served('example.com', SERVERS),
            ...(published ? { [`${NAME} TXT`]: VALUE } : {}),
          },
          ...Object.fromEntries(Object.keys(tops).map((top) => [top, { [`${top} NS`]: 'a.nic.test' }])),
          'nic.test': { 'a.nic.test A': TOP },
        },
      },
    },
  });
};

const timed = async <T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> => {
  const began = performance.now();
  const result = await work();
  return { result, ms: performance.now() - began };
};

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

interface Asked {
  readonly endpoint: Endpoint;
  readonly question: Question;
}

const prove = (
  network: DnsNetwork,
  exchange: Exchange,
  waitSeconds = 0,
  clock: Clock = systemClock,
): Promise<GateOutcome> =>
  proveRecord(
    {
      domain: 'example.com',
      selector: 'selector1',
      expected: KEY,
      mode: 'authoritative',
      resolvers: [`${RESOLVER}:${network.port}`],
      waitSeconds,
    },
    { clock, remainingMs: () => 120_000, dnsPort: network.port, exchange, loopback: 'allowed' },
  );

interface Measured {
  readonly gateMs: number;
  readonly sequentialMs: number;
  readonly floorMs: number;
  readonly questions: number;
}

const measure = async (scenario: Scenario): Promise<Measured> => {
  const network = await startNetwork(scenario.hops, true);
  try {
    scenario.prepare?.(network);
    for (const { misbehave } of Object.values(network.servers)) misbehave({ delayMs: ROUND_TRIP_MS });
    const exchange = createExchange();
    const gate: number[] = [];
    const floor: number[] = [];
    let asked: Asked[] = [];
    for (let run = 0; run < scenario.runs; run += 1) {
      asked = [];
      const recording: Exchange = (endpoint, question, signal) => {
        asked.push({ endpoint, question });
        return exchange(endpoint, question, signal);
      };
      const { result, ms } = await timed(() => prove(network, recording));
      if (!result.ready) throw new Error(result.message);
      gate.push(ms);
      // The floor is walked, not computed: what a question costs on this machine belongs to it.
      const chain = await timed(async () => {
        const top = { address: TOP, port: network.port };
        for (let step = 0; step < scenario.chain; step += 1) {
          await exchange(top, { name: `step${step}.com`, type: 'NS', recursionDesired: false });
        }
      });
      floor.push(chain.ms + scenario.deadlineMs);
    }
    const sequential = await timed(async () => {
      for (const { endpoint, question } of asked) await exchange(endpoint, question);
    });
    return {
      gateMs: median(gate),
      sequentialMs: sequential.ms,
      floorMs: median(floor),
      questions: asked.length,
    };
  } finally {
    await network.close();
  }
};

/** Rounds with a dead server: what each costs beside the pauses. */
const measureRounds = async (): Promise<{ rounds: number; askingMs: number }> => {
  const network = await startNetwork([], false);
  try {
    silence(network);
    for (const { misbehave } of Object.values(network.servers)) misbehave({ delayMs: ROUND_TRIP_MS });
    let sleptMs = 0;
    const clock: Clock = {
      now: () => Date.now(),
      async sleep(ms, signal) {
        const { ms: slept } = await timed(() => systemClock.sleep(ms, signal));
        sleptMs += slept;
      },
    };
    const { result, ms } = await timed(() => prove(network, createExchange(), 9, clock));
    return { rounds: result.rounds, askingMs: ms - sleptMs };
  } finally {
    await network.close();
  }
};

const milliseconds = (ms: number): string => `${Math.round(ms)} ms`;

const main = async (): Promise<void> => {
  const table = new Table({
    head: ['network', 'gate', 'floor', 'gate / floor', 'one by one', 'times faster', 'questions'],
  });
  const failures: string[] = [];
  for (const scenario of SCENARIOS) {
    const { gateMs, sequentialMs, floorMs, questions } = await measure(scenario);
    const ratio = gateMs / floorMs;
    if (!scenario.lossy && ratio > RATIO_MAXIMUM) {
      failures.push(`${scenario.title}: ${ratio.toFixed(2)} times the floor`);
    }
    table.push([
      scenario.title,
      milliseconds(gateMs),
      milliseconds(floorMs),
      ratio.toFixed(2),
      milliseconds(sequentialMs),
      (sequentialMs / gateMs).toFixed(1),
      questions,
    ]);
  }
  console.log(table.toString());
  console.log(
    `Round trip ${ROUND_TRIP_MS} ms; medians. The floor is walked: as many questions, one after another, as each need the ` +
      'answer before; with a dead server, and its deadline once. With loss it is that of a network without.',
  );
  const { rounds, askingMs } = await measureRounds();
  const perRoundMs = rounds * DEFAULT_TIMING.deadlineMs;
  console.log(
    `${rounds} rounds with a dead server: ${milliseconds(askingMs)} of asking; with its deadline in each round it would be ` +
      `${milliseconds(perRoundMs)} and more.`,
  );
  if (askingMs > 2 * DEFAULT_TIMING.deadlineMs)
    failures.push('a dead server costs its deadline more than once');
  for (const failure of failures) console.error(failure);
  if (failures.length > 0 && process.argv.includes('--check')) process.exitCode = 1;
};

main();
