/** Networks of servers that say anything, which a seed decides, on a clock that does not wait. */

import type { Question, Reply, ResourceRecord } from '../../../handlers/dns/codec';
import type { GateRequest } from '../../../handlers/dns/conclude';
import { type Endpoint, formatEndpoint } from '../../../handlers/dns/endpoint';
import type { Exchange, ExchangeResult } from '../../../handlers/dns/exchange';
import { type GateWorld, proveRecord } from '../../../handlers/dns/gate';
import type { GateOutcome } from '../../../handlers/words/gate';
import { DOMAIN, EXPECTED, NAME, OTHER_VALUE, SELECTOR, VALUE } from './support';

/** Returns numbers from 0 to 1 that the texts decide, always the same ones. */
function drawing(...of: readonly (string | number)[]): () => number {
  let state = 0x811c9dc5;
  for (const char of of.join(' ')) state = Math.imul(state ^ char.charCodeAt(0), 0x01000193);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const NAMES = [
  NAME,
  '_domainkey.example.com',
  DOMAIN,
  'com',
  'a.example.com',
  'b.example.net',
  'example.net',
  'c.org',
];
/** The apexes of the zones in which each name may lie. */
const APEXES = ['com', DOMAIN, '_domainkey.example.com', NAME, 'net', 'example.net', 'org'];
const HOSTS = ['ns1.example.com', 'ns2.example.net', 'ns3.org', 'ns4.example.com', 'ns5.example.com'];
const ADDRESSES = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '192.0.2.4', '192.0.2.5', '192.0.2.6'];
const VALUES = [VALUE, VALUE, VALUE, VALUE, OTHER_VALUE, 'v=DKIM1; p='];
const RESOLVERS = ['198.51.100.1', '198.51.100.2'];
const SILENT_MS = 2_500;

/** How wild a network is: the chances, from 0 to 1, that a server lies, and that it is silent. */
interface Temper {
  readonly lies: number;
  readonly silence: number;
}

/** Says what a server answers to a question: nothing, if it is silent. */
type Answering = (server: Endpoint, question: Question) => Reply | undefined;

const owned = (zone: string, name: string): boolean => name === zone || name.endsWith(`.${zone}`);

/** Draws a network: which zones there are, who serves them, what each server has, and what goes wrong. */
export function randomNetwork(seed: number): Answering {
  const draw = drawing('network', seed);
  const temper: Temper = { lies: [0, 0.05, 0.3][seed % 3]!, silence: [0, 0.05, 0.15][(seed >> 2) % 3]! };
  const pick = <T>(from: readonly T[], by: () => number): T => from[Math.floor(by() * from.length)]!;
  const some = <T>(from: readonly T[], by: () => number): readonly T[] => {
    const kept = from.filter(() => by() < 0.4);
    return kept.length > 0 ? kept : [pick(from, by)];
  };
  const zones = APEXES.filter((zone) => !zone.includes('_') || draw() < 0.3);
  const serving = new Map(zones.map((zone) => [zone, some(HOSTS, draw)]));
  const addresses = new Map(
    HOSTS.map((host) => [host, draw() < 0.95 ? some(ADDRESSES, draw).slice(0, 2) : []]),
  );
  const usual = draw() < 0.3 ? pick(NAMES.slice(4), draw) : undefined;
  const hasTxt = draw() < 0.8;
  const record = (type: string, name: string, data: unknown): ResourceRecord =>
    ({ type, name, class: 'IN', ttl: 60, data }) as ResourceRecord;
  const serversOf = (zone: string, by: () => number): ResourceRecord[] => {
    const own = serving.get(zone) ?? [];
    const named = by() < temper.lies ? some(HOSTS, by) : own;
    return named.map((host) => record('NS', zone, host));
  };
  const glueOf = (servers: readonly ResourceRecord[]): ResourceRecord[] =>
    servers.flatMap((server) =>
      server.type === 'NS'
        ? (addresses.get(server.data) ?? []).map((address) => record('A', server.data, address))
        : [],
    );
  const soa = (zone: string): ResourceRecord => record('SOA', zone, { minimum: 30 });

  const answersOf = ({ name, type }: Question, by: () => number): ResourceRecord[] => {
    const isWithTarget = usual !== undefined && name === NAME && by() >= temper.lies;
    if (type !== 'NS' && isWithTarget) return [record('CNAME', name, usual)];
    if (type === 'TXT' && by() < temper.lies / 2) return [record('CNAME', name, pick(NAMES, by))];
    const isThere = by() < temper.lies ? by() < 0.5 : hasTxt;
    if (type === 'TXT')
      return isThere ? [record('TXT', name, textOf(by() < temper.lies ? pick(VALUES, by) : VALUE))] : [];
    if (type === 'NS') return serversOf(name, by);
    if (type === 'A') return (addresses.get(name) ?? []).map((address) => record('A', name, address));
    return type === 'SOA' && zones.includes(name) ? [soa(name)] : [];
  };

  return (server, question) => {
    const key = formatEndpoint(server);
    if (drawing('silent', seed, key)() < temper.silence) return undefined;
    // A random label stands for a name that nobody publishes.
    const asked = question.name.replace(/^x[0-9a-f]{16}\./, 'x.');
    const by = drawing('reply', seed, key, asked, question.type);
    if (by() < temper.silence) return undefined;
    const plain: Omit<Reply, 'answers' | 'authorities' | 'additionals'> = {
      rcode: by() < temper.lies / 3 ? pick(['NXDOMAIN', 'SERVFAIL', 'REFUSED'], by) : 'NOERROR',
      authoritative: by() < temper.lies / 3 ? by() < 0.5 : !question.recursionDesired,
      recursionAvailable: question.recursionDesired,
    };
    const answers = answersOf(question, by);
    if (question.recursionDesired) return { ...plain, answers, authorities: [], additionals: [] };
    const isServed = (zone: string): boolean =>
      (serving.get(zone) ?? []).some((host) => addresses.get(host)?.includes(server.address));
    const above = zones.filter((zone) => owned(zone, question.name)).sort((a, b) => b.length - a.length);
    const own = above.find(isServed);
    const below = above.filter((zone) => own === undefined || zone.length > own.length).at(-1);
    if (below !== undefined && by() >= temper.lies / 2) {
      const authorities = serversOf(below, by);
      const additionals = by() < 0.7 ? glueOf(authorities) : [];
      return { ...plain, authoritative: false, answers: [], authorities, additionals };
    }
    const zone = own ?? pick(zones, by);
    const authorities = answers.length === 0 ? [soa(zone)] : by() < 0.3 ? serversOf(zone, by) : [];
    return { ...plain, answers, authorities, additionals: [] };
  };
}

/** Draws how long each answer takes, in milliseconds. */
export type Delays = (server: Endpoint, question: Question) => number;

/** Each answer takes from `least` to `most`, in an order of its own. */
export const shuffled =
  (order: number, least: number, most: number): Delays =>
  (server, { name, type }) =>
    least + (most - least) * drawing('delay', order, formatEndpoint(server), name, type)();

/** Time that jumps to the next event when nothing else is running. */
class JumpingTime {
  private readonly due: { readonly at: number; readonly act: () => void }[] = [];
  now = 0;

  after(ms: number, act: () => void): void {
    this.due.push({ at: this.now + ms, act });
  }

  /** Lets time pass until the work has ended. */
  async during<T>(work: Promise<T>): Promise<T> {
    let hasEnded = false;
    const end = (): void => {
      hasEnded = true;
    };
    work.then(end, end);
    for (;;) {
      await new Promise(setImmediate);
      if (hasEnded) return work;
      const next = this.due.reduce((first, each) => (each.at < first.at ? each : first), this.due[0]!);
      this.due.splice(this.due.indexOf(next), 1);
      this.now = next.at;
      next.act();
    }
  }
}

/** A gate: the one of today, or another to compare it with. */
export type Gate = (request: GateRequest, world: GateWorld) => Promise<GateOutcome>;

export interface RandomProof {
  /** Without what time decides. */
  readonly outcome: GateOutcome;
  readonly ms: number;
  readonly questions: number;
}

/** Proves the record in a random network, whose answers come in the order of the delays. */
export async function proveAtRandom(gate: Gate, seed: number, delays: Delays): Promise<RandomProof> {
  const answering = randomNetwork(seed);
  const time = new JumpingTime();
  let questions = 0;
  const exchange: Exchange = (server, question) =>
    new Promise<ExchangeResult>((resolve) => {
      questions += 1;
      const reply = answering(server, question);
      const roundTripMs = reply ? delays(server, question) : SILENT_MS;
      const result = reply
        ? ({ reply, transport: 'udp' } as const)
        : ({ problem: { kind: 'silent' } } as const);
      time.after(roundTripMs, () => resolve({ ...result, roundTripMs }));
    });
  const sleep = (ms: number): Promise<void> => new Promise((resolve) => time.after(ms, resolve));
  const outcome = await time.during(
    gate(
      {
        ...{ domain: DOMAIN, selector: SELECTOR, expected: EXPECTED, mode: 'authoritative' },
        ...{ resolvers: RESOLVERS, waitSeconds: 0, strict: seed % 5 === 0 },
      },
      {
        clock: { now: () => time.now, sleep },
        networkClock: { limit: sleep },
        remainingMs: () => 60_000,
        hasIPv6: () => false,
        exchange,
      },
    ),
  );
  const servers = outcome.servers.map((server) => ({ ...server, roundTripMs: 0 }));
  return { outcome: { ...outcome, servers }, ms: time.now, questions };
}

const textOf = (value: string): Buffer => Buffer.from(value);

/** Whether the record is proved, and why not. */
type RandomVerdict = Pick<GateOutcome, 'ready' | 'failure'>;

/** Returns the verdicts in one random network when its answers come in several orders. */
export const verdictsAtRandom = (
  seed: number,
  orders: readonly number[],
): Promise<readonly RandomVerdict[]> =>
  Promise.all(
    orders.map(async (order) => {
      const { outcome } = await proveAtRandom(proveRecord, seed, shuffled(order, 1, 400));
      return { ready: outcome.ready, failure: outcome.failure };
    }),
  );
