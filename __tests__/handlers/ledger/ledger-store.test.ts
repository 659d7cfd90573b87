import { ledgerObject } from '../../../handlers/contract/contract';
import { emptyLedger, type Ledger } from '../../../handlers/ledger/ledger';
import { ledgerSchema } from '../../../handlers/ledger/ledger-schema';
import { type LedgerStore, ledgerStore, ledgersIn } from '../../../handlers/ledger/ledger-store';
import { placesIn, withAt } from '../../support/places';
import { BUCKET, FakeCloud, REGION } from '../../support/world';
import { given, ledgerOf } from '../transaction/support';

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

test.each<[string, string, string]>([
  ['no JSON', '{', 'expected JSON'],
  ['nothing', '', 'expected JSON'],
  ['null', 'null', 'the whole: expected an object, found null'],
])('fails with what to do when it holds %s', async (_, text, problem) => {
  const cloud = new FakeCloud();
  cloud.s3.write(BUCKET, KEY, text);

  await expect(using(cloud, (store) => store.read())).rejects.toMatchObject({
    code: 'DEPENDENCY_FAILED',
    message: expect.stringMatching(
      /s3:\/\/key-store\/byodkim-ledger.*Restore an earlier version of the object.* the state to roll back to\./s,
    ),
    details: { unreadable: problem },
  });
});

/** A ledger in which every field is there. */
async function fullLedger(): Promise<Ledger> {
  const { cloud, stack } = given();
  cloud.dns.publishOther('bounce.example.com', 'MX', '10 feedback-smtp.ap-northeast-1.amazonses.com');
  cloud.dns.publishOther('bounce.example.com', 'TXT', 'v=spf1 include:amazonses.com ~all');
  const mailFrom = { subdomain: 'bounce', onMxFailure: 'reject' };
  const rotation = { records: ['s1'], overlapDays: 9 };
  const fields = { heal: true, driftToken: 'token', gate: { strict: true }, mailFrom, rotation };
  await stack.apply('t1', 's1', fields);
  await stack.signing('t2', 's2', fields);
  const verification = {
    errorType: '',
    lastCheckedAt: '',
    lastSuccessAt: '',
    primaryNameServer: '',
    soaSerial: '',
  };
  const made = ledgerOf(cloud);
  return {
    ...made,
    lease: { holder: 'h', acquiredAt: 1, expiresAt: 2 },
    open: { ...made.open!, checks: 0 },
    lastRevert: { undid: ['t0'], restored: 't1', driftToken: 'token', at: 1 },
    unverified: {
      ...{ transaction: 't0', selector: 's0', at: 1, minutes: 60, status: 'PENDING', times: 1, signed: true },
      verification,
    },
    callsOfOthers: [{ call: 'DeleteIdentity', words: '' }],
    changedByOthersAt: 1,
    destroyBegun: 't1',
    recreated: ['t1'],
    regated: ['t1'],
  };
}

test('every field is read as it was written, and one that an earlier version did not have is empty', async () => {
  const full = await fullLedger();
  expect(ledgerSchema.parse(full)).toEqual(full);
  const {
    unverified,
    seen,
    callsOfOthers,
    changedByOthersAt,
    signers,
    records,
    recreated,
    regated,
    ...early
  } = ledger('one');
  expect(ledgerSchema.parse(early)).toEqual(ledger('one'));
});

test('a value of another form is refused, wherever it stands', async () => {
  const full = await fullLedger();
  const taken = placesIn(full).filter((at) => ledgerSchema.safeParse(withAt(full, at, [[]])).success);
  expect(taken).toEqual([]);
});

const found = (place: string) => `expected the ledger of example.com in ${REGION}, found that of ${place}`;

test.each<[string, unknown, string]>([
  ['format', 2, 'expected 1, found 2'],
  ['armings', 'many', 'expected a number, found "many"'],
  ['settledAt', -1, 'expected at least 0, found -1'],
  ['history', undefined, 'expected a list, found nothing'],
  ['records.1', 'a b', 'expected a selector, found "a b"'],
  ['baseline.origin', 'a\nb', 'expected one line of text, at most 1024 characters, found "a\\nb"'],
  ['inForce.key.bucket', 'key/store', 'expected the name of a bucket, found "key/store"'],
  ['open.armed.schedule', 'a/b', 'expected the name of a schedule, found "a/b"'],
  ['open.transaction', undefined, 'expected a text, found nothing'],
  ['baseline.restoration.kind', 'magic', 'expected one of easy-dkim, byodkim, disable, found "magic"'],
  ['domain', 'a b', 'expected a domain name, found "a b"'],
  ['region', 'tokyo', 'expected an AWS region, found "tokyo"'],
  ['domain', 'example.org', found(`example.org in ${REGION}`)],
  ['region', 'eu-west-1', found('example.com in eu-west-1')],
])('a ledger whose %s is %j is refused: %s', async (at, value, problem) => {
  const cloud = new FakeCloud();
  cloud.s3.write(BUCKET, KEY, JSON.stringify(withAt(await fullLedger(), at.split('.'), value)));

  await expect(using(cloud, (store) => store.read())).rejects.toMatchObject({
    code: 'DEPENDENCY_FAILED',
    message: expect.stringContaining(`${problem})`),
    details: { unreadable: problem.includes('that of') ? problem : `${at}: ${problem}` },
  });
});
