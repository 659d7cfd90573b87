import { NAME, RESOLVER, SCENARIOS, TOPS } from '../../support/dns/scenarios';
import { proveVirtually } from './virtual-network';

/** What each question is for, and how many of it each network of `TITLES` takes. The first that fits is meant. */
const PURPOSES: readonly (readonly [string, RegExp, readonly [number, number, number, number]])[] = [
  ['whether a resolver sees the record', new RegExp(`^${RESOLVER} TXT ${NAME}$`), [1, 1, 1, 0]],
  [
    'whether every server of its zone shows it, or the alias',
    new RegExp(`^127\\.0\\.2\\.\\d TXT ${NAME}$`),
    [8, 8, 8, 8],
  ],
  [
    'the same of every server of every zone that an alias leads to',
    /^127\.0\.2\.[45]\d TXT key\./,
    [0, 0, 8, 0],
  ],
  ['who serves each zone, as a resolver says', new RegExp(`^${RESOLVER} NS \\w+\\.\\w+$`), [1, 1, 3, 1]],
  ['at which addresses', new RegExp(`^${RESOLVER} A ns\\d\\.`), [8, 8, 16, 8]],
  ['which servers are above', new RegExp(`^${RESOLVER} (NS \\w+|A [ab]\\.gtld\\.net)$`), [3, 3, 5, 3]],
  [
    'who serves each zone, as the zone above says',
    new RegExp(`^(${TOPS.join('|')}) (TXT|NS) `),
    [4, 4, 12, 4],
  ],
  ['who serves each zone, as each of its servers says', /^127\.0\.2\.\d+ NS \w+\.\w+$/, [8, 8, 16, 8]],
  ['whether a zone of its own begins on the way to a name', /^127\.0\.2\.\d+ SOA /, [8, 8, 28, 8]],
  ['what is there instead of a missing record', /^127\.0\.2\.[12] (TXT|A) /, [0, 0, 0, 12]],
];

const TITLES = [
  '8 servers',
  '8 servers that name themselves',
  'two aliases into other zones',
  'no record yet',
];

/** How many questions of each scenario are for what. */
async function counted(title: string): Promise<readonly number[]> {
  const scenario = SCENARIOS.find((one) => one.title === title)!;
  const { asked } = await proveVirtually(scenario);
  expect(new Set(asked).size).toBe(asked.length);
  const purposes = asked.map((one) => PURPOSES.findIndex(([, pattern]) => pattern.test(one)));
  expect(asked.filter((_, at) => purposes[at] === -1)).toEqual([]);
  return [...PURPOSES.map((_, at) => purposes.filter((purpose) => purpose === at).length), asked.length];
}

test('asks each question for a purpose that is written down, with the number of such questions', async () => {
  for (const [network, title] of TITLES.entries()) {
    const expected = PURPOSES.map(([, , counts]) => counts[network]!);
    const total = expected.reduce((sum, each) => sum + each, 0);
    expect([title, ...(await counted(title))]).toEqual([title, ...expected, total]);
  }
});
