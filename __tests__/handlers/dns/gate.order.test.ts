import { RESOLVER } from '../../support/dns/scenarios';
import { verdictsAtRandom } from './random-network';
import { OTHER_VALUE, VALUE } from './support';
import { type Network, proveVirtually } from './virtual-network';

const RECORD = 'selector1._domainkey.example.com';
const HOSTS = [1, 2, 3, 4].map((n) => `ns${n}.example.com`);

type Differing = Pick<Network, 'copies' | 'beside' | 'published'>;

/** How long each of the four servers takes, and which of their addresses the resolver gives last. */
const ORDERS = [
  { delays: [70, 80, 90, 100], last: 'ns4' },
  { delays: [100, 90, 80, 70], last: 'ns1' },
  { delays: [80, 100, 70, 90], last: 'ns3' },
] as const;

/** Returns the outcome, without how long it took. */
async function outcomeIn({ delays, last }: (typeof ORDERS)[number], network: Differing): Promise<unknown> {
  const servers = delays.map((delayMs, at) => [`127.0.2.${at + 1}`, { delayMs }]);
  const late = { name: new RegExp(`^${last}\\.`), delayMs: 120 };
  const rules = { ...Object.fromEntries(servers), [RESOLVER]: late };
  const { outcome } = await proveVirtually({ servers: 4, roundTripMs: 100, rules, ...network });
  return { ...outcome, servers: outcome.servers.map((server) => ({ ...server, roundTripMs: 0 })) };
}

test.each<[string, Differing, RegExp]>([
  [
    'servers that name others than their neighbours do',
    { beside: { '127.0.2.1': HOSTS, '127.0.2.2': [...HOSTS, 'ns5.example.com'], '127.0.2.4': HOSTS } },
    /"kind":"stale-delegation","zone":"example.com",.*"own":\[[^\]]*"ns5.example.com"\]/,
  ],
  [
    'servers of which one names others in its zone',
    { copies: { '127.0.2.2': { 'example.com NS': [...HOSTS, 'ns5.example.com'] } } },
    /"ready":true/,
  ],
  [
    'servers with an alias that their neighbours have not',
    {
      published: false,
      copies: {
        '127.0.2.1': { [`${RECORD} CNAME`]: 'a.example.com', 'a.example.com TXT': VALUE },
        '127.0.2.3': { [`${RECORD} CNAME`]: 'b.first.net' },
        '127.0.2.4': { [`${RECORD} CNAME`]: 'c.first.net' },
      },
    },
    /b\.first\.net/,
  ],
  [
    'servers that show other records than their neighbours do',
    {
      copies: {
        '127.0.2.1': { [`${RECORD} TXT`]: 'v=DKIM1; p=' },
        '127.0.2.2': { [`${RECORD} TXT`]: OTHER_VALUE },
        '127.0.2.3': { [`${RECORD} TXT`]: `${VALUE}; t=y` },
        '127.0.2.4': { [`${RECORD} TXT`]: `${VALUE}; s=email:other` },
      },
    },
    /t=y/,
  ],
])('has the same outcome for %s, whichever server answers first', async (_, network, words) => {
  const [usual, ...others] = ORDERS;
  const expected = await outcomeIn(usual, network);
  expect(JSON.stringify(expected)).toMatch(words);
  for (const order of others) expect(await outcomeIn(order, network)).toEqual(expected);
});

test('has the same verdict in random networks, whichever server answers first', async () => {
  for (let seed = 0; seed < 60; seed += 1) {
    const [usual, ...others] = await verdictsAtRandom(seed, [1, 2, 3]);
    for (const other of others) expect({ seed, ...other }).toEqual({ seed, ...usual });
  }
});
