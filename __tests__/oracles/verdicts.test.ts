import { judgeRecord } from '../../handlers/dns/conclude';
import { publicKeyOf } from '../../handlers/keys/format/public-key';
import { askPeers, findPeers, missingPeers, type Passes, type Peer } from './support/peers';
import { describeWith } from './support/programs';
import { FEATURES, makeCases, makeKeys, type RecordCase, SIZES } from './support/record-cases';
import { differencesOf, documentedDifferences, versionOf } from './support/verdict-table';

const documented = documentedDifferences();
const ALL_FEATURES = [...FEATURES, ...SIZES.values()];

/** Whether the gate lets the record pass for that key. */
const gatePasses = ({ key, values }: RecordCase): boolean =>
  judgeRecord({ values }, publicKeyOf(key.privateKey)).verdict === 'ready';

const title = ({ key, features }: RecordCase): string =>
  `${key.label}: ${features.map(({ label }) => label).join(' + ')}`;

describeWith('verdicts compared with those of opendkim, Mail::DKIM and dkimpy', missingPeers(), () => {
  const peers = findPeers();
  const unknown = peers.map(versionOf).filter((name) => !documented.has(name));
  const keys = makeKeys();
  const cases = makeCases(keys, 160);
  let passes: ReadonlyMap<Peer, Passes>;

  beforeAll(async () => {
    passes = await askPeers(peers, cases, keys);
  });

  const passing = (one: RecordCase): Peer[] => peers.filter((peer) => passes.get(peer)!.has(one.id));

  /** What a version says that the table does not have yet is evidence to be taken in, not a mistake of ours. */
  const testWithKnown = (name: string, run: () => void): void => {
    if (unknown.length === 0) test(name, run);
    else test.skip(`${name}: skipped, the table does not have ${unknown.join(', ')} yet`, () => {});
  };

  test('cover at least 200 records, of which many pass and many fail', () => {
    expect(cases.length).toBeGreaterThanOrEqual(200);
    expect(cases.filter(gatePasses).length).toBeGreaterThan(50);
    for (const peer of peers) {
      expect(passes.get(peer)!.size).toBeGreaterThan(50);
      expect(passes.get(peer)!.size).toBeLessThan(cases.length - 50);
    }
  });

  testWithKnown('never let a record pass that most of them would fail', () => {
    const tooLenient = cases.filter((one) => gatePasses(one) && passing(one).length * 2 <= peers.length);
    expect(tooLenient.map(title)).toEqual([]);
  });

  testWithKnown('warn of every record that passes although one of them would fail it', () => {
    const silent = cases.filter((one) => {
      if (!gatePasses(one) || passing(one).length === peers.length) return false;
      const { warnings = [] } = judgeRecord({ values: one.values }, publicKeyOf(one.key.privateKey));
      return warnings.length === 0;
    });
    expect(silent.map(title)).toEqual([]);
  });

  testWithKnown('differ in a combination only if one of its parts does, or if tags repeat', () => {
    const explained = new Set(ALL_FEATURES.filter(({ why }) => why !== undefined));
    const unexplained = cases.filter((one) => {
      const theirs = passing(one).length;
      const differs = gatePasses(one) ? theirs < peers.length : theirs > 0;
      return differs && !one.features.some((part) => explained.has(part)) && !repeatsTag(one);
    });
    expect(unexplained.map(title)).toEqual([]);
  });

  test.each(peers)('of $name $version equal the table in the docs, if it has that version', (peer) => {
    const known = documented.get(versionOf(peer));
    const found = differencesOf(cases, gatePasses, passes.get(peer)!);
    if (known) expect([...found].sort()).toEqual([...known].sort());
  });
});

test('every difference in the table of the docs has an explanation, and every explanation a difference', () => {
  const differing = new Set([...documented.values()].flatMap((labels) => [...labels]));
  expect(ALL_FEATURES.flatMap(({ label, why }) => (why === undefined ? [] : [label])).sort()).toEqual(
    [...differing].sort(),
  );
});

const repeatsTag = ({ values }: RecordCase): boolean => {
  const names = (values[0] ?? '').split(';').map((spec) => spec.split('=')[0]!.trim());
  return new Set(names).size < names.length;
};
