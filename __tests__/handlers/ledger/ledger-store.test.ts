import { ledgerObject } from '../../../handlers/contract/contract';
import { emptyLedger, type Ledger } from '../../../handlers/ledger/ledger';
import { type LedgerStore, ledgerStore, ledgersIn } from '../../../handlers/ledger/ledger-store';
import { BUCKET, FakeCloud, REGION } from '../../support/world';

const DOMAIN = 'example.com';
const KEY = ledgerObject(REGION, DOMAIN);
const ledger = (writeId: string): Ledger => ({ ...emptyLedger(DOMAIN, REGION), writeId });

const using = <T>(cloud: FakeCloud, work: (store: LedgerStore) => Promise<T>): Promise<T> =>
  cloud.run((world) =>
    work(
      ledgerStore(world.services(DOMAIN, REGION, world.clock).store, BUCKET, {
        domain: DOMAIN,
        region: REGION,
      }),
    ),
  );

test('what was written is read, with the ETag to write over it', async () => {
  const cloud = new FakeCloud();

  const written = await using(cloud, (store) => store.write(ledger('one'), null));

  expect(await using(cloud, (store) => store.read())).toEqual(written);
  expect(cloud.s3.object(BUCKET, KEY)?.options).toEqual({ contentType: 'application/json', ifAbsent: true });
});

test('null when somebody else wrote first', async () => {
  const cloud = new FakeCloud();
  const first = await using(cloud, (store) => store.write(ledger('one'), null));
  await using(cloud, (store) => store.write(ledger('two'), first!.etag));

  expect(await using(cloud, (store) => store.write(ledger('three'), null))).toBeNull();
  expect(await using(cloud, (store) => store.write(ledger('three'), first!.etag))).toBeNull();
  expect(cloud.s3.json<Ledger>(BUCKET, KEY).writeId).toBe('two');
});

test('a write that the SDK repeated meets itself, and is a success', async () => {
  const cloud = new FakeCloud();
  cloud.calls.addFault({ action: 's3:PutObject', kind: 'repeat' });

  const written = await using(cloud, (store) => store.write(ledger('one'), null));

  expect(written).toEqual(await using(cloud, (store) => store.read()));
});

test('lists its domains and regions, and nothing else that lies beside them', async () => {
  const cloud = new FakeCloud();
  for (const key of [KEY, 'byodkim-ledger/README.md', 'byodkim-ledger/eu-west-1/example.org.json'])
    cloud.s3.write(BUCKET, key, '');

  const listed = (region?: string) =>
    cloud.run((world) => ledgersIn(world.services(DOMAIN, REGION, world.clock).store, BUCKET, region));

  expect(await listed(REGION)).toEqual([{ domain: DOMAIN, region: REGION }]);
  expect(await listed()).toContainEqual({ domain: 'example.org', region: 'eu-west-1' });
  expect(await listed()).toHaveLength(2);
});

test.each<[string, string, object]>([
  ['no JSON', '{', { kind: 'not-json' }],
  ['nothing', '', { kind: 'not-json' }],
  ['null', 'null', { kind: 'field', field: 'format', expected: '1', found: 'nothing' }],
])('fails with what to do when it holds %s', async (_, text, problem) => {
  const cloud = new FakeCloud();
  cloud.s3.write(BUCKET, KEY, text);

  await expect(using(cloud, (store) => store.read())).rejects.toMatchObject({
    code: 'DEPENDENCY_FAILED',
    message: expect.stringContaining('s3://key-store/byodkim-ledger'),
    advice: expect.stringMatching(/^Restore an earlier version of the object.* the state to roll back to\.$/),
    facts: { kind: 'object', object: 'ledger', problem },
  });
});

test.each<[keyof Ledger, unknown, object]>([
  ['format', 2, { field: 'format', expected: '1', found: '2' }],
  ['domain', 'example.org', { field: 'domain', expected: '"example.com"', found: '"example.org"' }],
  ['region', 'eu-west-1', { field: 'region', expected: `"${REGION}"`, found: '"eu-west-1"' }],
  ['history', 'none', { field: 'history', expected: 'a list', found: '"none"' }],
  ['open', [], { field: 'open', expected: 'an object or a number', found: 'a list of 0' }],
  [
    'open',
    { previous: { restoration: null } },
    { field: 'open.previous.restoration.kind', expected: 'a text' },
  ],
  ['signers', [null], { field: 'signers', expected: 'a selector in each' }],
  ['callsOfOthers', [null], { field: 'callsOfOthers', expected: 'a call in each' }],
  ['last', { event: 'confirmed', at: 1e300 }, { field: 'last.at', expected: 'a time' }],
  ['changedByOthersAt', 1e300, { field: 'changedByOthersAt', expected: 'a time' }],
  ['inForce', { selector: 's1' }, { field: 'inForce.key.fingerprint', expected: 'a text' }],
])('a ledger whose %s is %j is refused', async (field, value, problem) => {
  const cloud = new FakeCloud();
  cloud.s3.write(BUCKET, KEY, JSON.stringify({ ...ledger('one'), [field]: value }));

  await expect(using(cloud, (store) => store.read())).rejects.toMatchObject({
    code: 'DEPENDENCY_FAILED',
    facts: { kind: 'object', problem: { kind: 'field', ...problem } },
  });
});

test('a field that an earlier version did not have is empty, and one that is not known is kept', async () => {
  const cloud = new FakeCloud();
  const { signers: _, ...early } = ledger('one');
  cloud.s3.write(BUCKET, KEY, JSON.stringify({ ...early, later: 1 }));

  expect((await using(cloud, (store) => store.read()))?.ledger).toEqual({ ...ledger('one'), later: 1 });
});
