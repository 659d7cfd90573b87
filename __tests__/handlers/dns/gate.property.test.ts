import fc from 'fast-check';
import type { ResourceRecord as Answer, Question, Reply } from '../../../handlers/dns/codec';
import { formatEndpoint } from '../../../handlers/dns/endpoint';
import type { Exchange } from '../../../handlers/dns/exchange';
import { proveRecord } from '../../../handlers/dns/gate';
import { proofWords } from '../../../handlers/words/errors';
import * as setup from './support';

const NAMES = [
  setup.NAME,
  '_domainkey.example.com',
  'example.com',
  'com',
  'a.example.com',
  'b.example.net',
  'example.net',
  'c.org',
];
const HOSTS = ['ns1.example.com', 'ns2.example.net', 'ns3.org', 'ns4.example.com'];
const ADDRESSES = ['192.0.2.1', '192.0.2.2', '192.0.2.3', '2001:db8::1'];
const VALUES = [setup.VALUE, setup.OTHER_VALUE, 'v=DKIM1; p=', 'v=spf1 -all', ''];

const name = fc.constantFrom(...NAMES);
const host = fc.constantFrom(...HOSTS);

/** An answer to the question, most of the time; to another one otherwise. */
function answer({ name: asked, type }: Question): fc.Arbitrary<Answer> {
  const owner = fc.oneof({ weight: 12, arbitrary: fc.constant(asked) }, { weight: 1, arbitrary: name });
  const record = (of: string, data: fc.Arbitrary<unknown>) =>
    fc.record({
      type: fc.constant(of),
      name: owner,
      ttl: fc.constantFrom(0, 60),
      class: fc.constant('IN'),
      data,
    });
  const text = fc.oneof({ weight: 8, arbitrary: fc.constant(setup.VALUE) }, fc.constantFrom(...VALUES));
  const records = {
    TXT: record(
      'TXT',
      text.map((value) => Buffer.from(value)),
    ),
    NS: record('NS', host),
    A: record('A', fc.constantFrom(...ADDRESSES.slice(0, 3))),
    AAAA: record('AAAA', fc.constant(ADDRESSES[3])),
  };
  const fitting =
    type === 'TXT'
      ? fc.oneof(records.TXT, record('CNAME', name))
      : records[type === 'SOA' || type === 'MX' ? 'NS' : type];
  return fc.oneof({ weight: 12, arbitrary: fitting }, ...Object.values(records)) as fc.Arbitrary<Answer>;
}

const reply = (asked: Question): fc.Arbitrary<Reply> =>
  fc.record({
    rcode: fc.oneof(
      { weight: 12, arbitrary: fc.constant('NOERROR') },
      fc.constantFrom('NXDOMAIN', 'SERVFAIL', 'REFUSED'),
    ),
    authoritative: fc.oneof({ weight: 5, arbitrary: fc.constant(!asked.recursionDesired) }, fc.boolean()),
    recursionAvailable: fc.boolean(),
    answers: fc.oneof(
      {
        weight: 9,
        arbitrary: fc.array(answer(asked), { minLength: 1, maxLength: asked.type === 'TXT' ? 1 : 4 }),
      },
      fc.constant([]),
    ),
    authorities: fc.array(
      fc.record({
        type: fc.constant('NS'),
        class: fc.constant('IN'),
        name,
        ttl: fc.constant(60),
        data: host,
      }) as fc.Arbitrary<Answer>,
      { maxLength: 3 },
    ),
    additionals: fc.array(
      fc.record({
        type: fc.constant('A'),
        class: fc.constant('IN'),
        name: host,
        ttl: fc.constant(60),
        data: fc.constantFrom(...ADDRESSES),
      }) as fc.Arbitrary<Answer>,
      { maxLength: 3 },
    ),
  });

/** A network in which every server may say anything, differently to each question, but the same when asked again. */
const network = fc.gen();

type Gen = fc.GeneratorValue;

function exchangeOf(gen: Gen, asked: Question[]): Exchange {
  const known = new Map<string, Reply | undefined>();
  return async (endpoint, question) => {
    asked.push(question);
    const key = `${formatEndpoint(endpoint)} ${question.name} ${question.type} ${question.checkingDisabled ?? ''}`;
    if (!known.has(key))
      known.set(
        key,
        gen(() => fc.option(reply(question), { freq: 12, nil: undefined })),
      );
    const found = known.get(key);
    return found === undefined
      ? { problem: { kind: 'silent' }, roundTripMs: 1 }
      : { reply: found, transport: 'udp', roundTripMs: 1 };
  };
}

const CODES = ['DNS_TXT_NOT_READY', 'DNS_TXT_INVALID', 'DNS_KEY_MISMATCH', 'DNS_LOOKUP_FAILED'];

test.each([
  ['discovered servers', {}],
  ['listed servers', { nameservers: ['192.0.2.1', '192.0.2.2'] }],
  ['resolvers alone', { mode: 'recursive' as const }],
])('reaches a verdict whatever %s answer, after a limited number of questions', async (_, change) => {
  await fc.assert(
    fc.asyncProperty(network, async (gen) => {
      const asked: Question[] = [];
      const outcome = await proveRecord(
        {
          domain: setup.DOMAIN,
          selector: setup.SELECTOR,
          expected: setup.EXPECTED,
          mode: 'authoritative',
          resolvers: ['198.51.100.1', '198.51.100.2'],
          waitSeconds: 0,
          ...change,
        },
        {
          clock: { now: () => 0, sleep: async () => {} },
          remainingMs: () => 5_000,
          exchange: exchangeOf(gen, asked),
        },
      );
      expect(asked.length).toBeLessThan(1_500);
      expect(proofWords(outcome).message.length).toBeGreaterThan(0);
      expect(proofWords(outcome).message).not.toMatch(/[\r\n]/);
      if (outcome.ready) {
        const answering = outcome.servers.filter(
          ({ role, verdict }) => role === 'authoritative' && verdict !== 'unreachable',
        );
        expect(answering.filter(({ verdict }) => verdict !== 'ready')).toEqual([]);
        expect(outcome.servers.some(({ verdict }) => verdict === 'ready')).toBe(true);
        expect(outcome.code).toBeUndefined();
      } else {
        expect(CODES).toContain(outcome.code);
      }
    }),
    { numRuns: 60 },
  );
});
