import { DEFAULT_TIMING } from '../../../handlers/dns/exchange';
import type { Rule } from '../../../packages/sandbox/dns/rules';
import type { ZoneRecords, Zones } from '../../../packages/sandbox/dns/zone';

export const NAME = 'selector1._domainkey.example.com';
export const RESOLVER = '127.0.2.30';
/** A resolver that answers nothing. */
export const SILENT_RESOLVER = '127.0.2.29';
/** The root and the top-level domains on one server; the second one also serves the top-level domains. */
export const TOPS = ['127.0.2.20', '127.0.2.21'] as const;
/** Of each zone that an alias leads to: as many servers as providers have. */
const PROVIDERS = [41, 51].map((first) => Array.from({ length: 4 }, (_, i) => `127.0.2.${first + i}`));

/** The servers of a zone that begins below example.com, on the way to the record. */
const SUB_ZONE = '_domainkey.example.com';
const SUB_ZONE_SERVERS = ['127.0.2.61', '127.0.2.62'];

/** How long the gate may take at most: so many times the floor, or another network (by its title); or so many milliseconds. */
export type AtMost = { readonly times: number; readonly of?: string } | { readonly ms: number };

/** A network, and the expected result in it. */
export interface Scenario {
  readonly title: string;
  /** Of example.com. */
  readonly servers: number;
  readonly roundTripMs: number;
  readonly runs: number;
  /** Questions of which each needs the answer before it, on the longest way. */
  readonly chain: number;
  /** An additional delay that cannot be avoided: a dead server's deadline, a slow answer. */
  readonly deadlineMs?: number;
  /** Aliases one after another, from the record's name to the name that has the record. */
  readonly aliases?: readonly string[];
  /** @default true */
  readonly published?: boolean;
  /**
   * Whether servers name those of the zone in addition to an answer, as BIND and Route 53 do.
   * @default false
   */
  readonly namesServers?: boolean;
  /** What goes wrong, by the server's address. */
  readonly rules?: Readonly<Record<string, Rule>>;
  /** Whether the name lies in a zone of its own below example.com. @default false */
  readonly hasSubZone?: boolean;
  /** The resolvers that are asked, in their order. @default one that knows everything */
  readonly resolvers?: readonly string[];
  readonly atMost?: AtMost;
  /** Whether datagrams are lost: what that costs is no part of the floor. */
  readonly lossy?: boolean;
}

export const serversOf = ({ servers }: Pick<Scenario, 'servers'>): string[] =>
  Array.from({ length: servers }, (_, i) => `127.0.2.${i + 1}`);

const FAR_MS = 50;
const NEAR_MS = 2;

/** NS and address at a resolver, TXT at the servers. */
const PER_ZONE = 3;
/** TXT at a resolver. */
const AT_RESOLVER = 1;
/** A record that is missing is looked for elsewhere, which is not asked as long as it may be there. */
const WHERE_ELSE = 1;
const WHOLE = PER_ZONE + AT_RESOLVER;

const far = { servers: 8, roundTripMs: FAR_MS, runs: 9, chain: WHOLE };
const near = { servers: 2, roundTripMs: NEAR_MS, runs: 31, chain: WHOLE };
const SILENT_TOP = { [TOPS[1]]: { drop: true } };
const DEAD = { deadlineMs: DEFAULT_TIMING.deadlineMs - FAR_MS, runs: 1 };
const WITH_SILENT_RESOLVER = {
  resolvers: [SILENT_RESOLVER, RESOLVER],
  // Half a second for the first question, and as much for the last.
  deadlineMs: 1_000,
  atMost: { ms: 3_000 },
  runs: 3,
};
const WITHIN = ['first.example.com', 'second.example.com'];

export const SCENARIOS: readonly Scenario[] = [
  { ...far, title: '8 servers', atMost: { times: 1.1 } },
  { ...far, title: '8 servers that name themselves', namesServers: true },
  { ...far, title: '2 servers', servers: 2 },
  { ...near, title: '2 servers near by' },
  { ...near, title: '4 servers near by', servers: 4 },
  { ...near, title: '1 server near by', servers: 1 },
  { ...far, title: '8 servers, one dead', ...DEAD, rules: { '127.0.2.8': { drop: true } } },
  {
    ...far,
    title: '8 servers, 5 % loss',
    runs: 15,
    rules: { all: { drop: true, transport: 'udp', chance: 0.05 } },
    lossy: true,
  },
  {
    ...far,
    title: 'a silent top-level server',
    rules: SILENT_TOP,
    deadlineMs: FAR_MS / 2,
    atMost: { times: 1.5, of: '8 servers' },
  },
  {
    ...near,
    title: 'a silent top-level server, near by',
    rules: SILENT_TOP,
    deadlineMs: 5,
    atMost: { times: 1.5, of: '2 servers near by' },
  },
  { ...far, title: 'a silent resolver', ...WITH_SILENT_RESOLVER },
  { ...near, title: 'a silent resolver, near by', ...WITH_SILENT_RESOLVER },
  { ...far, title: 'a zone below', servers: 2, hasSubZone: true, chain: WHOLE + 1 },
  { ...near, title: 'a zone below, near by', hasSubZone: true, chain: WHOLE + 1 },
  {
    ...near,
    title: 'two aliases in the zone, near by',
    servers: 4,
    aliases: WITHIN,
    chain: WHOLE + 2,
    atMost: { times: 2.5 },
  },
  { ...far, title: 'two aliases in the zone', servers: 4, aliases: WITHIN, chain: WHOLE + 2 },
  {
    ...far,
    title: 'two aliases into other zones',
    aliases: ['key.first.net', 'key.second.org'],
    chain: 3 * PER_ZONE + AT_RESOLVER,
  },
  {
    ...far,
    title: 'a resolver that is slow with addresses',
    // NS and TXT at a resolver, TXT at the servers, and the addresses.
    chain: WHOLE - 1,
    deadlineMs: 8 * FAR_MS,
    rules: { [RESOLVER]: { name: /^ns\d+\.example\.com$/, delayMs: 8 * FAR_MS } },
  },
  { ...far, title: 'no record yet', published: false, chain: PER_ZONE + WHERE_ELSE },
  { ...near, title: 'no record yet, near by', published: false, chain: PER_ZONE + WHERE_ELSE },
];

const served = (zone: string, addresses: readonly string[]): ZoneRecords => ({
  [`${zone} NS`]: addresses.map((_, i) => `ns${i + 1}.${zone}`),
  ...Object.fromEntries(addresses.map((address, i) => [`ns${i + 1}.${zone} A`, address])),
});

/** The zones of each server. */
export function zonesOf(
  scenario: Pick<Scenario, 'servers' | 'aliases' | 'published' | 'hasSubZone'>,
  value: string,
): Readonly<Record<string, Zones>> {
  const { aliases = [], published = true, hasSubZone = false } = scenario;
  const names = [NAME, ...aliases];
  const hosts = new Map([['example.com', serversOf(scenario)]]);
  for (const alias of aliases) {
    const zone = alias.split('.').slice(-2).join('.');
    if (!hosts.has(zone)) hosts.set(zone, PROVIDERS[hosts.size - 1]!);
  }
  const below = hasSubZone ? served(SUB_ZONE, SUB_ZONE_SERVERS) : {};
  const recordsIn = (zone: string): ZoneRecords =>
    Object.fromEntries(
      names.flatMap((name, at): [string, string][] => {
        const isBelow = hasSubZone && zone !== SUB_ZONE && name.endsWith(SUB_ZONE);
        if (!name.endsWith(zone) || isBelow) return [];
        if (at < aliases.length) return [[`${name} CNAME`, names[at + 1]!]];
        return published ? [[`${name} TXT`, value]] : [];
      }),
    );
  const tops: Zones = Object.fromEntries(
    ['com', 'net', 'org'].map((top) => [
      top,
      {
        [`${top} NS`]: ['a.gtld.net', 'b.gtld.net'],
        ...(top === 'net' && { 'a.gtld.net A': TOPS[0], 'b.gtld.net A': TOPS[1] }),
        ...Object.assign(
          {},
          ...[...hosts].filter(([zone]) => zone.endsWith(top)).map(([zone, at]) => served(zone, at)),
        ),
      },
    ]),
  );
  const root = Object.fromEntries(Object.keys(tops).map((top) => [`${top} NS`, 'a.gtld.net']));
  return {
    [TOPS[0]]: { '.': { ...root, 'a.gtld.net A': TOPS[0] }, ...tops },
    [TOPS[1]]: tops,
    ...Object.fromEntries(
      [...hosts].flatMap(([zone, at]) =>
        at.map((address) => {
          const delegated = zone === 'example.com' ? below : {};
          return [address, { [zone]: { ...served(zone, at), ...delegated, ...recordsIn(zone) } }];
        }),
      ),
    ),
    ...Object.fromEntries(
      hasSubZone
        ? SUB_ZONE_SERVERS.map((address) => [address, { [SUB_ZONE]: { ...below, ...recordsIn(SUB_ZONE) } }])
        : [],
    ),
  };
}
