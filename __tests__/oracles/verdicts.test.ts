import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { judge } from '../../handlers/dns/judge';
import { rsaPublicKeyOf } from '../../handlers/key/read-public-key';
import { askPeers, missingPeers, type Passes, PEERS, type Peer } from './support/peers';
import { describeWith } from './support/programs';
import { FEATURES, makeCases, makeKeys, type RecordCase, SIZES } from './support/record-cases';
import { differencesTable, replaceSection } from './support/verdict-table';

const DOCUMENT = join(__dirname, '../../docs/dns-verdicts.md');

/** Whether the gate lets the record pass for that key. */
const gatePasses = ({ key, values }: RecordCase): boolean => {
  const answer =
    values.length === 0
      ? ({ kind: 'none', why: 'NODATA' } as const)
      : ({ kind: 'records', values, ttlSeconds: 60 } as const);
  return judge(answer, rsaPublicKeyOf(key.privateKey)).verdict === 'ready';
};

const title = ({ key, features }: RecordCase): string =>
  `${key.label}: ${features.map(({ label }) => label).join(' + ')}`;

describeWith('verdicts beside those of opendkim, Mail::DKIM and dkimpy', missingPeers(), () => {
  const keys = makeKeys();
  const cases = makeCases(keys, 160);
  let peers: Readonly<Record<Peer, Passes>>;

  beforeAll(async () => {
    peers = await askPeers(cases, keys);
  }, 60_000);

  const passing = (one: RecordCase): Peer[] => PEERS.filter((peer) => peers[peer].has(one.id));

  test('are compared on 200 records and more, of which many pass and many fail', () => {
    expect(cases.length).toBeGreaterThanOrEqual(200);
    expect(cases.filter(gatePasses).length).toBeGreaterThan(50);
    for (const peer of PEERS) {
      expect(peers[peer].size).toBeGreaterThan(50);
      expect(peers[peer].size).toBeLessThan(cases.length - 50);
    }
  });

  test('never let a record pass that most of them would fail', () => {
    const tooLenient = cases.filter((one) => gatePasses(one) && passing(one).length * 2 <= PEERS.length);
    expect(tooLenient.map(title)).toEqual([]);
  });

  test('warn of every record that passes and that one of them would fail', () => {
    const silent = cases.filter((one) => {
      if (!gatePasses(one) || passing(one).length === PEERS.length) return false;
      const { warnings = [] } = judge(
        { kind: 'records', values: one.values, ttlSeconds: 60 },
        rsaPublicKeyOf(one.key.privateKey),
      );
      return warnings.length === 0;
    });
    expect(silent.map(title)).toEqual([]);
  });

  test('differ only where it is explained', () => {
    const differs = (one: RecordCase): boolean => {
      const theirs = passing(one).length;
      return gatePasses(one) ? theirs < PEERS.length : theirs > 0;
    };
    const single = cases.filter(({ features }) => features.length === 1);
    const explained = new Set([...FEATURES, ...SIZES.values()].filter(({ why }) => why !== undefined));
    expect(single.filter((one) => differs(one) && !explained.has(one.features[0]!)).map(title)).toEqual([]);
    // An explanation that explains nothing is a mistake in the table.
    const needed = new Set(single.filter(differs).map(({ features }) => features[0]!));
    expect([...explained].filter((feature) => !needed.has(feature)).map(({ label }) => label)).toEqual([]);
    // A combination differs only if one of its parts does, or if two tags of one name came together.
    const unexplained = cases.filter(
      (one) =>
        one.features.length > 1 &&
        differs(one) &&
        !one.features.some((part) => explained.has(part)) &&
        !repeatsTag(one),
    );
    expect(unexplained.map(title)).toEqual([]);
  });

  test('are those of the table in the docs', () => {
    const table = differencesTable(cases, gatePasses, peers);
    const current = readFileSync(DOCUMENT, 'utf8');
    const wanted = replaceSection(current, table);
    if (process.env.UPDATE_DOCS) writeFileSync(DOCUMENT, wanted);
    else expect(current).toBe(wanted);
  });
});

const repeatsTag = ({ values }: RecordCase): boolean => {
  const names = (values[0] ?? '').split(';').map((spec) => spec.split('=')[0]!.trim());
  return new Set(names).size < names.length;
};
