import { ledgerObject } from '../../../handlers/contract';
import { emptyLedger, type Ledger } from '../../../handlers/ledger/ledger';
import { ledgerSchema } from '../../../handlers/ledger/ledger-schema';
import { type LedgerStore, ledgerStore, ledgersIn } from '../../../handlers/ledger/ledger-store';
import { placesIn, withAt } from '../../support/places';
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
const KEY_OF_S1 = { bucket: BUCKET, key: 'k/s1', versionId: 'v', etag: 'e', fingerprint: 'f' };
const WANTED = { selector: 's1', key: KEY_OF_S1 };
const EASY = { observedAt: 1, origin: 'AWS_SES', enabled: true, status: 'SUCCESS', tokens: ['t'] };
const OWNER = {
  transaction: 't1',
  wanted: WANTED,
  gate: { strict: true },
  rotation: { records: ['s1'], overlapDays: 9 },
  heal: { dnsRecords: 'd/' },
  mailFrom: { domain: 'bounce.example.com', onMxFailure: 'reject' as const },
  zoneServers: ['192.0.2.1:53'],
  driftToken: 'token',
  confirmed: true,
  replaces: 't0',
};
const FULL: Ledger = {
  ...ledger('one'),
  lease: { holder: 'h', acquiredAt: 1, expiresAt: 2 },
  baseline: { ...EASY, restoration: { kind: 'easy-dkim' } },
  owner: OWNER,
  inForce: WANTED,
  open: {
    transaction: 't2',
    source: 'terraform',
    wanted: WANTED,
    owner: OWNER,
    phase: 'applied',
    previous: { ...EASY, selector: 's1', restoration: { kind: 'byodkim', ...WANTED } },
    armed: { number: 1, schedule: 'byodkim-1', at: 3 },
    startedAt: 1,
    result: {
      statusCode: 200,
      message: '',
      domain: DOMAIN,
      selector: 's1',
      final_dkim_status: 'SUCCESS',
      signing_origin: 'EXTERNAL',
      timestamp: '',
      automation_type: 'lambda_extension',
      transaction: 't2',
      changed: true,
      fingerprint: 'f',
      key_version: 'v',
      unverified_seconds: 4,
      reverts_at: '',
      retiring: { selector: 's0', until: '' },
      warnings: [''],
    },
    putAt: 1,
    verifyBy: 2,
    checks: 0,
  },
  lastRevert: { undid: ['t0'], restored: 't1', driftToken: 'token', at: 1, byHand: true },
  unverified: {
    transaction: 't0',
    selector: 's0',
    at: 1,
    minutes: 60,
    status: 'PENDING',
    verification: {
      errorType: '',
      lastCheckedAt: '',
      lastSuccessAt: '',
      primaryNameServer: '',
      soaSerial: '',
    },
    times: 1,
    signed: true,
  },
  seen: { status: 'SUCCESS', enabled: true, person: 'unknown' },
  callsOfOthers: [{ call: 'DeleteIdentity', words: '' }],
  changedByOthersAt: 1,
  signers: [{ selector: 's1', since: 1, stoppedAt: 2 }],
  records: ['s1'],
  destroyBegun: 't1',
  recreated: ['t1'],
  regated: ['t1'],
  history: [{ at: '', event: 'opened', transaction: 't2', selector: 's1', detail: '' }],
};
const isRead = (json: unknown): boolean => ledgerSchema.safeParse(json).success;

test('every field is read as it was written, and one that an earlier version did not have is empty', () => {
  expect(ledgerSchema.parse(FULL)).toEqual(FULL);
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

test('a value of another form is refused, wherever it stands', () => {
  expect(placesIn(FULL).filter((at) => isRead(withAt(FULL, at, [[]])))).toEqual([]);
});

describe('what is no ledger of ours is refused with the field, what was expected and what was found', () => {
  const another = (found: string) =>
    `expected the ledger of example.com in ${REGION}, found that of ${found}`;
  const line = 'expected one line of text, at most 1024 characters, found "a\\nb"';

  test.each<[string, string, unknown, string]>([
    ['a later format', 'format', 2, 'format: expected 1, found 2'],
    ['a text for a count', 'armings', 'many', 'armings: expected a number, found "many"'],
    ['a negative count', 'generation', -1, 'generation: expected at least 0, found -1'],
    ['nothing for a list', 'history', undefined, 'history: expected a list, found nothing'],
    ['a wrong selector', 'records', ['s1', 'a b'], 'records.1: expected a selector, found "a b"'],
    ['a line break in a name', 'baseline.origin', 'a\nb', `baseline.origin: ${line}`],
    [
      'a bucket that is none',
      'inForce.key.bucket',
      'key/store',
      'inForce.key.bucket: expected the name of a bucket, found "key/store"',
    ],
    [
      'a schedule that is none',
      'open.armed.schedule',
      'a/b',
      'open.armed.schedule: expected the name of a schedule, found "a/b"',
    ],
    ['nothing in an open change', 'open', {}, 'open.transaction: expected a text, found nothing'],
    [
      'a restoration that we do not know',
      'baseline.restoration.kind',
      'magic',
      'baseline.restoration.kind: expected one of easy-dkim, byodkim, disable, found "magic"',
    ],
    ['a domain that is none', 'domain', 'a b', 'domain: expected a domain name, found "a b"'],
    ['a region in words', 'region', 'tokyo', 'region: expected an AWS region, found "tokyo"'],
    ['another domain', 'domain', 'example.org', another(`example.org in ${REGION}`)],
    ['another region', 'region', 'eu-west-1', another('example.com in eu-west-1')],
  ])('%s', async (_, at, value, problem) => {
    const cloud = new FakeCloud();
    cloud.s3.write(BUCKET, KEY, JSON.stringify(withAt(FULL, at.split('.'), value)));

    await expect(using(cloud, (store) => store.read())).rejects.toMatchObject({
      code: 'DEPENDENCY_FAILED',
      message: expect.stringContaining(`(${problem})`),
      details: { unreadable: problem },
    });
  });
});
