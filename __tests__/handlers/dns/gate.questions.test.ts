import { readFileSync } from 'node:fs';
import path from 'node:path';
import { NAME, RESOLVER, SCENARIOS, TOPS } from '../../../tools/bench/gate/scenarios';
import { proveVirtually } from './virtual-network';

/** What each question is for. The first that fits is meant. */
const PURPOSES: readonly (readonly [string, RegExp])[] = [
  ['whether a resolver sees the record', new RegExp(`^${RESOLVER} TXT ${NAME}$`)],
  ['whether every server of its zone shows it, or the alias', new RegExp(`^127\\.0\\.2\\.\\d TXT ${NAME}$`)],
  ['the same of every server of every zone that an alias leads to', /^127\.0\.2\.[45]\d TXT key\./],
  ['who serves each zone, as a resolver says', new RegExp(`^${RESOLVER} NS \\w+\\.\\w+$`)],
  ['at which addresses', new RegExp(`^${RESOLVER} A ns\\d\\.`)],
  ['which servers are above', new RegExp(`^${RESOLVER} (NS \\w+|A a\\.gtld\\.net)$`)],
  ['who serves each zone, as the zone above says', new RegExp(`^${TOPS[0]} TXT `)],
  ['who serves each zone, as it says itself', /^127\.0\.2\.\d+ NS \w+\.\w+$/],
  ['whether a zone of its own begins on the way to a name', /^127\.0\.2\.\d+ (SOA |NS _domainkey\.)/],
  ['where a missing record may be instead', /^127\.0\.2\.1 TXT /],
];

const TITLES = ['8 servers', 'two aliases into other zones', 'no record yet'];

/** How many questions of each scenario are for what. */
const counted = async (title: string): Promise<readonly number[]> => {
  const scenario = SCENARIOS.find((one) => one.title === title)!;
  const { asked } = await proveVirtually(scenario);
  expect(new Set(asked).size).toBe(asked.length);
  const purposes = asked.map((one) => PURPOSES.findIndex(([, pattern]) => pattern.test(one)));
  expect(asked.filter((_, at) => purposes[at] === -1)).toEqual([]);
  return [...PURPOSES.map((_, at) => purposes.filter((purpose) => purpose === at).length), asked.length];
};

test('each question is for something that is written down, with how many of them there are', async () => {
  const columns: (readonly number[])[] = [];
  for (const title of TITLES) columns.push(await counted(title));
  const rows = [...PURPOSES.map(([purpose]) => purpose), 'in all'].map((purpose, at) =>
    [purpose, ...columns.map((column) => column[at] || '–')].join(' | '),
  );
  const page = readFileSync(path.join(__dirname, '../../../docs/evidence/dns-verdicts.md'), 'utf8');
  for (const row of rows) expect(page).toContain(`| ${row} |`);
});
