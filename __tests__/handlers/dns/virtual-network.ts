import { Query } from '../../../handlers/dns/codec';
import type { GateRequest } from '../../../handlers/dns/conclude';
import { formatEndpoint } from '../../../handlers/dns/endpoint';
import type { Exchange, ExchangeResult } from '../../../handlers/dns/exchange';
import { type GateWorld, proveRecord } from '../../../handlers/dns/gate';
import type { GateOutcome } from '../../../handlers/words/gate';
import { parseQuery, writeReply } from '../../../packages/sandbox/dns/reply';
import { applies, type Misbehaviour, type Rule } from '../../../packages/sandbox/dns/rules';
import {
  emptyAnswer,
  Zone,
  type ZoneAnswer,
  type ZoneRecords,
  type Zones,
  zoneOf,
} from '../../../packages/sandbox/dns/zone';
import { resolve } from '../../support/dns/network';
import { RESOLVER, type Scenario, zonesOf } from '../../support/dns/scenarios';
import { DOMAIN, EXPECTED, SELECTOR, VALUE } from './support';

const TTL_SECONDS = 60;
const DEADLINE_MS = 2_500;
const PORT = 53;
const FIRST_SERVER = '127.0.2.1';
/** A resolver that knows everything, and two more that are asked if the settings name them. */
export const RESOLVERS: readonly string[] = [RESOLVER, '127.0.2.31', '127.0.2.32'];

export interface Network extends Omit<Scenario, 'title' | 'runs' | 'chain' | 'rules'> {
  /** What goes wrong, by the server's address; of several rules the first that applies decides. */
  readonly rules?: Readonly<Record<string, Rule | readonly Rule[]>>;
  /**
   * Additional records in a server's own copy of example.com, by its address; for a resolver, the records in its cache.
   */
  readonly copies?: Readonly<Record<string, ZoneRecords>>;
  /** Additional records of servers, by address and zone; an empty list removes a record. */
  readonly zones?: Readonly<Record<string, Zones>>;
  /** Servers of example.com that a server names in addition to its answers, by its address. */
  readonly beside?: Readonly<Record<string, readonly string[]>>;
  /** Resolvers that find the signatures of the record broken. */
  readonly bogus?: readonly string[];
  /** The servers of example.com have no address. */
  readonly unaddressed?: boolean;
}

export interface Measured {
  readonly outcome: GateOutcome;
  /** Of the virtual clock. */
  readonly ms: number;
  /** `address TYPE name`, in their order. */
  readonly asked: readonly string[];
}

function replyTo(
  query: Query,
  answer: ZoneAnswer,
  isResolver: boolean,
  { delayMs: _, ...fault }: Misbehaviour,
): ExchangeResult {
  const via = { transport: 'tcp', serverAddress: '' } as const;
  const parsed = parseQuery(query.encode(), via)!;
  const written = writeReply(
    parsed,
    { ...answer, authoritative: answer.authoritative && !isResolver },
    isResolver,
    fault,
  )!;
  const decoded = query.decode(written.bytes);
  return 'reply' in decoded
    ? { reply: decoded.reply, transport: 'udp', roundTripMs: 0 }
    : { problem: { kind: 'not-dns' }, roundTripMs: 0 };
}

/** Waits by the virtual clock. */
const sleep = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });

/** Proves a scenario's record on servers without sockets, by a clock without waiting: how long it takes is a number. */
export async function proveVirtually(
  scenario: Network,
  change: Partial<GateRequest> = {},
  worldChange: Partial<GateWorld> = {},
): Promise<Measured> {
  const all = zonesOf(scenario, VALUE);
  const servers = new Map(
    [...new Set([...Object.keys(all), ...Object.keys(scenario.zones ?? {})])].map((address) => {
      const [usual, own] = [all[address] ?? {}, scenario.zones?.[address] ?? {}];
      const apexes = [...new Set([...Object.keys(usual), ...Object.keys(own)])];
      const recordsOf = (apex: string): ZoneRecords => {
        const copy = apex === DOMAIN ? scenario.copies?.[address] : undefined;
        const records = Object.entries({ ...usual[apex], ...own[apex], ...copy });
        const isKept = ([key]: [string, unknown]): boolean =>
          !(scenario.unaddressed && /^ns\d\.example\.com A$/.test(key));
        return Object.fromEntries(records.filter(isKept));
      };
      const zones = apexes.map((apex) => new Zone(apex.replace(/^\.$/, ''), recordsOf(apex), TTL_SECONDS));
      return [address, zones];
    }),
  );
  /** A resolver that remembers something answers with that first. */
  const knownTo = (resolver: string): readonly Zone[] => {
    const everywhere = [...servers.values()].flat();
    const remembered = scenario.copies?.[resolver];
    const usual = all[FIRST_SERVER]?.[DOMAIN];
    return remembered
      ? [new Zone(DOMAIN, { ...usual, ...remembered }, TTL_SECONDS), ...everywhere]
      : everywhere;
  };
  const asked: string[] = [];
  const exchange: Exchange = (endpoint, question, signal) =>
    new Promise((answer, reject) => {
      const address = formatEndpoint(endpoint).replace(/:\d+$/, '');
      asked.push(`${address} ${question.type} ${question.name}`);
      const asks = { ...question, transport: 'udp', serverAddress: address };
      const rule = [scenario.rules?.[address] ?? []].flat().find((each) => applies(each, asks));
      const isResolver = RESOLVERS.includes(address);
      const isSilent = rule?.drop || !(isResolver || servers.has(address));
      const roundTripMs = isSilent ? DEADLINE_MS : rule?.delayMs || scenario.roundTripMs;
      const timer = setTimeout(() => {
        const kind = address.startsWith('[') ? 'no-route' : 'silent';
        if (isSilent) return answer({ problem: { kind }, roundTripMs });
        const { name, type, checkingDisabled } = question;
        const isBogus = scenario.bogus?.includes(address) && type === 'TXT' && !checkingDisabled;
        const zones = servers.get(address);
        const zone = zones && zoneOf(zones, name);
        const plain = isResolver
          ? resolve(knownTo(address), name, type)
          : (zone?.answer(name, type) ?? emptyAnswer('REFUSED'));
        const found = zone && scenario.namesServers ? zone.withServers(plain) : plain;
        const beside = scenario.beside?.[address]?.map((data) => ({
          ...{ name: DOMAIN, type: 'NS' as const, ttl: TTL_SECONDS, data },
        }));
        const authorities = type === 'TXT' && beside ? beside : found.authorities;
        const fault = isBogus ? { rcode: 'SERVFAIL' } : { ...rule };
        const query = new Query(question, true);
        answer({ ...replyTo(query, { ...found, authorities }, isResolver, fault), roundTripMs });
      }, roundTripMs);
      signal?.addEventListener('abort', () => {
        clearTimeout(timer);
        reject(signal.reason);
      });
    });
  jest.useFakeTimers();
  try {
    const began = Date.now();
    let outcome: GateOutcome | undefined;
    const proof = proveRecord(
      {
        domain: DOMAIN,
        selector: SELECTOR,
        expected: EXPECTED,
        mode: 'authoritative',
        resolvers: (scenario.resolvers ?? [RESOLVER]).map((address) => `${address}:${PORT}`),
        waitSeconds: 0,
        ...change,
      },
      {
        clock: { now: Date.now, sleep: async () => {} },
        networkClock: { limit: sleep },
        remainingMs: () => 60_000,
        loopback: 'allowed',
        hasIPv6: () => false,
        exchange,
        ...worldChange,
      },
    ).then((found) => {
      outcome = found;
    });
    while (!outcome && Date.now() - began < 10_000) await jest.advanceTimersByTimeAsync(1);
    const ms = Date.now() - began;
    await proof;
    return { outcome: outcome!, ms, asked };
  } finally {
    jest.useRealTimers();
  }
}
