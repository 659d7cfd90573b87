import { ledgerObject } from '../../../handlers/contract';
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

test.each<[string, string]>([
  ['no JSON', '{'],
  ['another format', JSON.stringify({ ...ledger('one'), format: 2 })],
  ['no history', JSON.stringify({ format: 1 })],
  ['nothing', ''],
  ['null', 'null'],
])('fails with what to do when it holds %s', async (_, text) => {
  const cloud = new FakeCloud();
  cloud.s3.write(BUCKET, KEY, text);

  await expect(using(cloud, (store) => store.read())).rejects.toMatchObject({
    code: 'DEPENDENCY_FAILED',
    message: expect.stringMatching(
      /s3:\/\/key-store\/byodkim-ledger.*Restore an earlier version of the object/s,
    ),
  });
});

describe('what is no ledger of ours is refused with the field, what was expected and what was found', () => {
  const snapshot = {
    observedAt: 1,
    origin: 'AWS_SES',
    enabled: true,
    status: 'SUCCESS',
    tokens: [],
    restoration: { kind: 'easy-dkim' },
  };

  const another = (found: string) =>
    `expected the ledger of example.com in ${REGION}, found that of ${found}`;

  test.each<[string, object, string]>([
    ['a later format', { format: 2 }, 'format: expected 1, found 2'],
    ['a text for a count', { armings: 'many' }, 'armings: expected a number, found "many"'],
    ['a negative count', { generation: -1 }, 'generation: expected at least 0, found -1'],
    ['nothing for a list', { history: undefined }, 'history: expected a list, found nothing'],
    ['a wrong selector', { records: ['s1', 'a b'] }, 'records.1: expected a selector, found "a b"'],
    [
      'a restoration that we do not know',
      { baseline: { ...snapshot, restoration: { kind: 'magic' } } },
      'baseline.restoration.kind: expected one of easy-dkim, byodkim, disable, found "magic"',
    ],
    ['a region in words', { region: 'tokyo' }, 'region: expected an AWS region, found "tokyo"'],
    ['another domain', { domain: 'example.org' }, another(`example.org in ${REGION}`)],
    ['another region', { region: 'eu-west-1' }, another('example.com in eu-west-1')],
    ['an open change with nothing armed', { format: 2, open: {} }, 'format: expected 1, found 2'],
  ])('%s', async (_, change, problem) => {
    const cloud = new FakeCloud();
    cloud.s3.write(BUCKET, KEY, JSON.stringify({ ...ledger('one'), ...change }));

    await expect(using(cloud, (store) => store.read())).rejects.toMatchObject({
      code: 'DEPENDENCY_FAILED',
      message: expect.stringContaining(`(${problem})`),
      details: { unreadable: problem },
    });
  });
});
