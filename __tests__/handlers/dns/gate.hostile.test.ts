import type { Answer } from 'dns-packet';
import { systemClock } from '../../../handlers/clock';
import type { GateSettings } from '../../../handlers/contract/settings/settings';
import type { Reply } from '../../../handlers/dns/codec';
import { formatEndpoint } from '../../../handlers/dns/endpoint';
import { createExchange, type Exchange } from '../../../handlers/dns/exchange';
import { proveRecord } from '../../../handlers/dns/gate';
import { LIMITS } from '../../../handlers/dns-limits';
import { proofWords } from '../../../handlers/words/errors';
import { type Answering, type Asked, type HostileDns, startHostileDns } from './hostile-dns';
import { DOMAIN, EXPECTED, SELECTOR, VALUE } from './support';

const RESOLVER = '127.0.4.1';
const SERVERS = Array.from({ length: 64 }, (_, i) => `127.0.4.${i + 10}`);

/** Far above what a proof takes alone (50 MB). What bounds its work and time is the number of questions, below. */
const MEMORY_MB = 1_000;

/** Every one of these servers answers: on a busy machine some of 64 may take their time, and are not silent for that. */
const EXCHANGE = createExchange({ resendsMs: [], tcpMs: 10_000, deadlineMs: LIMITS.roundMs });

const txt = (name: string, value: string, over: Partial<Answer> = {}): Answer =>
  ({
    type: 'TXT',
    name,
    ttl: 60,
    class: 'IN',
    data: strings(Buffer.from(value)),
    ...over,
  }) as Answer;
const strings = (bytes: Buffer): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / 255) }, (_, i) => bytes.subarray(i * 255, (i + 1) * 255));
const record = (type: string, name: string, data: string): Answer =>
  ({ type, name, ttl: 60, class: 'IN', data }) as Answer;

/** Every zone has these servers, whichever is asked, and every host one of their addresses. */
const discoverable =
  (hosts: readonly string[], addressOf: (host: string) => readonly string[], rest: Answering): Answering =>
  (asked) => {
    const { name, type } = asked;
    if (type === 'NS') return { answers: hosts.map((host) => record('NS', name, host)) };
    if (type === 'A') return { answers: addressOf(name).map((address) => record('A', name, address)) };
    if (type === 'AAAA' || type === 'SOA') return {};
    return rest(asked);
  };

const named = (n: number): string[] => SERVERS.slice(0, n).map((_, i) => `ns${i}.example.com`);
function own(host: string): string[] {
  const number = /^ns(\d+)\./.exec(host)?.[1];
  return number === undefined ? [] : [SERVERS[Number(number)]!];
}

const prove = (dns: HostileDns, settings: GateSettings = {}) =>
  proveRecord(
    {
      domain: DOMAIN,
      selector: SELECTOR,
      expected: EXPECTED,
      mode: 'authoritative',
      waitSeconds: 0,
      resolvers: [`${RESOLVER}:${dns.port}`],
      ...settings,
    },
    {
      clock: systemClock,
      remainingMs: () => 60_000,
      dnsPort: dns.port,
      loopback: 'allowed',
      exchange: EXCHANGE,
    },
  );

async function attacked(answering: Answering, servers = 4, settings: GateSettings = {}) {
  const dns = await startHostileDns([RESOLVER, ...SERVERS.slice(0, servers)], answering);
  try {
    const before = process.memoryUsage().rss;
    const outcome = await prove(dns, settings);
    expect((process.memoryUsage().rss - before) / 2 ** 20).toBeLessThan(MEMORY_MB);
    expect(proofWords(outcome).message).toMatch(/^[\x20-\x7e\u00a0-\uffff]*$/);
    // Resends and the same over TCP come on top of the questions.
    expect(dns.asked.length).toBeLessThan(4 * LIMITS.questions);
    return { outcome, asked: dns.asked };
  } finally {
    await dns.close();
  }
}

const lookups = (asked: readonly Asked[]): number =>
  new Set(
    asked.filter(({ type }) => type === 'A' || type === 'AAAA').map(({ name, type }) => `${name} ${type}`),
  ).size;

test('does not read 60 kB of blanks inside p=, 64 times over, and reports them', async () => {
  const value = VALUE.replace('p=', `p=${' '.repeat(60_000)}`);
  const { outcome } = await attacked(
    discoverable(named(64), own, ({ name }) => ({ answers: [txt(name, value)] })),
    64,
  );
  expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
  expect(proofWords(outcome).message).toContain('more than 4096 octets');
});

test.each<[string, (server: number, name: string) => string]>([
  ['in the zone', (server, name) => `x${server}.${name}`.slice(-200)],
  ['into another domain', (server) => `key.other${server}.net`],
])('searches a limited number of names if each server has a different alias %s', async (_, targetOf) => {
  const { outcome, asked } = await attacked(
    discoverable(named(32), own, ({ name, serverAddress }) => ({
      answers: [record('CNAME', name, targetOf(SERVERS.indexOf(serverAddress), name))],
    })),
    32,
  );
  expect(outcome.ready).toBe(false);
  expect(outcome.limits).toContain('names');
  const names = (wanted: string): number =>
    new Set(asked.filter(({ type }) => type === wanted).map(({ name }) => name)).size;
  expect(names('TXT')).toBeLessThanOrEqual(LIMITS.names + 6);
  // The zone above each name, and the top-level domains.
  expect(names('NS')).toBeLessThanOrEqual(2 * LIMITS.names + 2);
});

/** A referral to so many servers, each with a name of its own. */
const manyServers = ({ id, name }: Asked, count: number): Buffer =>
  Buffer.concat([
    Buffer.from([id >> 8, id & 255, 0x84, 0, 0, 1, count >> 8, count & 255, 0, 0, 0, 0]),
    ...name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0, 0, 2, 0, 1]),
    ...Array.from({ length: count }, (_, i) => {
      const label = Buffer.from(i.toString(36));
      const fixed = [0xc0, 12, 0, 2, 0, 1, 0, 0, 0, 60, 0, label.length + 3, label.length];
      return Buffer.concat([Buffer.from(fixed), label, Buffer.from([0xc0, 12])]);
    }),
  ]);

test.each([
  [3_500, undefined],
  [400, 'serversPerZone'],
])('looks up a limited number of the names of %i servers', async (count, limit) => {
  const { outcome, asked } = await attacked((one) => {
    if (one.type === 'NS') return manyServers(one, count);
    return one.type === 'A' ? { answers: [record('A', one.name, SERVERS[0]!)] } : {};
  }, 1);
  expect(outcome).toMatchObject({ ready: false });
  expect(lookups(asked)).toBeLessThanOrEqual(2 * LIMITS.serversPerZone + 4);
  if (limit) expect(outcome.limits).toContain(limit);
  else expect(proofWords(outcome).message).toContain('does not answer the question');
});

/** A reply whose records are all owned by a chain of pointers. */
function pointers({ id, name, type }: Asked): Buffer {
  const head = Buffer.concat([
    Buffer.from([id >> 8, id & 255, 0x84, 0, 0, 1, 0x17, 0x70, 0, 0, 0, 0]),
    ...name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0, 0, type === 'TXT' ? 16 : type === 'NS' ? 2 : 1, 0, 1]),
  ]);
  const chain = Buffer.alloc(16_000);
  for (let at = 0; at < chain.length; at += 2) {
    const target = at === 0 ? 12 : head.length + at - 2;
    chain.writeUInt16BE(0xc000 | (target & 0x3fff), at);
  }
  const rest = Buffer.alloc(65_000 - head.length - chain.length);
  for (let at = 0; at + 12 <= rest.length; at += 12) rest.writeUInt16BE(0xc000 | 0x3ffe, at);
  return Buffer.concat([head, chain, rest]);
}

test('gives up 64 kB of compression pointers at once', async () => {
  const { outcome } = await attacked(discoverable(named(16), own, pointers), 16);
  expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
  expect(proofWords(outcome).message).toContain('sends');
});

test('fails if one of four servers answers with a record of class CH', async () => {
  const { outcome } = await attacked(
    discoverable(named(4), own, ({ name, serverAddress }) => ({
      answers: [txt(name, VALUE, serverAddress === SERVERS[0] ? ({ class: 'CH' } as Partial<Answer>) : {})],
    })),
  );
  expect(outcome).toMatchObject({ ready: false, code: 'DNS_TXT_NOT_READY' });
  expect(proofWords(outcome).message).toContain('has no TXT record at the name');
});

test('does not count servers of a zone below in an answer about the zone', async () => {
  const usual = discoverable(named(4), own, ({ name, serverAddress }) =>
    serverAddress === RESOLVER || serverAddress === SERVERS[0]
      ? { answers: [txt(name, VALUE)] }
      : { flags: 5 },
  );
  const { outcome } = await attacked((asked) => {
    const answer = usual(asked);
    if (asked.type !== 'NS' || asked.serverAddress !== SERVERS[0] || !answer || Buffer.isBuffer(answer))
      return answer;
    return { answers: [...answer.answers!, record('NS', `_domainkey.${DOMAIN}`, 'ns0.example.com')] };
  });
  expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED', zone: DOMAIN });
  expect(proofWords(outcome).message).toContain('1 of 4 name servers of example.com returned the record');
});

/** Resolvers that know every server, at one address; nothing leaves the machine. */
const knowing =
  (address: string, asked: string[]): Exchange =>
  async (endpoint, { name, type }) => {
    asked.push(formatEndpoint(endpoint));
    const answers =
      type === 'NS'
        ? [record('NS', name, 'ns0.example.com')]
        : type === (address.includes(':') ? 'AAAA' : 'A')
          ? [record(type, name, address)]
          : [];
    return {
      reply: {
        rcode: 'NOERROR',
        authoritative: false,
        recursionAvailable: true,
        answers: answers as unknown as Reply['answers'],
        authorities: [],
        additionals: [],
      },
      transport: 'udp',
      roundTripMs: 1,
    };
  };

const UNUSABLE = [
  ['the metadata service', '169.254.169.254'],
  ['the metadata service over IPv6', 'fd00:ec2::254'],
  ['loopback', '127.0.0.1'],
  ['loopback over IPv6', '::1'],
  ['loopback in IPv6', '::ffff:127.0.0.1'],
  ['loopback behind NAT64', '64:ff9b::7f00:1'],
  ['loopback behind NAT64, written out', '64:ff9b:0:0:0:0:7f00:1'],
  ['loopback in IPv6, the older way', '::127.0.0.1'],
  ['the metadata service behind a NAT64 of its own', '64:ff9b:1::a9fe:a9fe'],
  ['loopback behind 6to4', '2002:7f00:1::1'],
  ['another service of the link over IPv6', 'fd00:ec2::23'],
  ['the link', 'fe80::1'],
  ['multicast', '224.0.0.251'],
  ['multicast over IPv6', 'ff02::fb'],
  ['broadcast', '255.255.255.255'],
  ['the unspecified address', '0.0.0.0'],
  ['reserved addresses', '240.0.0.1'],
] as const;

const REQUEST = {
  domain: DOMAIN,
  selector: SELECTOR,
  expected: EXPECTED,
  mode: 'authoritative',
  waitSeconds: 0,
} as const;

test.each(UNUSABLE)('does not ask name servers that a zone has at %s', async (_, address) => {
  const asked: string[] = [];
  const outcome = await proveRecord(REQUEST, {
    clock: systemClock,
    remainingMs: () => 5_000,
    systemResolvers: () => ['192.0.2.53'],
    exchange: knowing(address, asked),
  });
  expect(asked.filter((server) => server.includes(address))).toEqual([]);
  expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
  expect(proofWords(outcome).message).toContain('its address is one that no name server on the internet has');
});

test("asks Amazon's resolver over IPv6 if a person gives it", async () => {
  const asked: string[] = [];
  await proveRecord(
    { ...REQUEST, mode: 'recursive', resolvers: ['fd00:ec2::253'] },
    { clock: systemClock, remainingMs: () => 5_000, exchange: knowing('192.0.2.1', asked) },
  );
  expect(asked).toEqual(['[fd00:ec2::253]:53']);
});

test('refuses servers on this machine that an event names', async () => {
  const at = ['169.254.169.254:53', '[::1]:53'].flatMap((server) => [
    { nameservers: [server] },
    { resolvers: [server] },
  ]);
  for (const settings of at) {
    const asked: string[] = [];
    const proof = proveRecord(
      { ...REQUEST, ...settings },
      { clock: systemClock, remainingMs: () => 5_000, exchange: knowing('192.0.2.1', asked) },
    );
    await expect(proof).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    expect(asked).toEqual([]);
  }
});
