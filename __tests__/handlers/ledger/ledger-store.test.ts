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

test('reads what was written, with the ETag to overwrite it', async () => {
  const cloud = new FakeCloud();

  const written = await using(cloud, (store) => store.write(ledger('one'), null));

  expect(await using(cloud, (store) => store.read())).toEqual(written);
  expect(cloud.s3.object(BUCKET, KEY)?.options).toEqual({ contentType: 'application/json', ifAbsent: true });
});

test('returns null if somebody else has written first', async () => {
  const cloud = new FakeCloud();
  const first = await using(cloud, (store) => store.write(ledger('one'), null));
  await using(cloud, (store) => store.write(ledger('two'), first!.etag));

  expect(await using(cloud, (store) => store.write(ledger('three'), null))).toBeNull();
  expect(await using(cloud, (store) => store.write(ledger('three'), first!.etag))).toBeNull();
  expect(cloud.s3.json<Ledger>(BUCKET, KEY).writeId).toBe('two');
});

test('treats a write that the SDK repeated as a success', async () => {
  const cloud = new FakeCloud();
  cloud.calls.addFault({ action: 's3:PutObject', kind: 'repeat' });

  const written = await using(cloud, (store) => store.write(ledger('one'), null));

  expect(written).toEqual(await using(cloud, (store) => store.read()));
});

test('lists its domains and regions, and no other objects next to them', async () => {
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
  ['null', 'null', { kind: 'field', field: 'format', expected: '1', found: 'null' }],
])('fails with advice if it holds %s', async (_, text, problem) => {
  const cloud = new FakeCloud();
  cloud.s3.write(BUCKET, KEY, text);

  await expect(using(cloud, (store) => store.read())).rejects.toMatchObject({
    code: 'DEPENDENCY_FAILED',
    message: expect.stringContaining('s3://key-store/byodkim-ledger'),
    advice: expect.stringMatching(/^Restore an earlier version of the object.* the state to roll back to\.$/),
    facts: { kind: 'object', object: 'ledger', problem },
  });
});

const KEY_OF_S1 = { bucket: BUCKET, key: 'k', etag: '"1"', fingerprint: 'f' };
const OWNER = { transaction: 't1', stack: 'B1', wanted: { selector: 's1', key: KEY_OF_S1 }, confirmed: true };
const PREVIOUS = {
  ...{ observedAt: 1, origin: 'AWS_SES', enabled: true, status: 'SUCCESS', tokens: [] },
  restoration: { kind: 'easy-dkim' },
};
const OPEN = {
  ...{ transaction: 't1', source: 'terraform', wanted: OWNER.wanted, owner: OWNER, state: 'set' },
  ...{ previous: PREVIOUS, armed: { number: 1, schedule: 'x', at: 1 }, startedAt: 1 },
};
const SIGNER = { selector: 's1', since: 1, stoppedAt: null };

test.each<[keyof Ledger, unknown, object]>([
  ['format', 2, { field: 'format', expected: '1', found: '2' }],
  ['domain', 'example.org', { field: 'domain', expected: '"example.com"', found: '"example.org"' }],
  ['region', 'eu-west-1', { field: 'region', expected: `"${REGION}"`, found: '"eu-west-1"' }],
  ['region', undefined, { field: 'region', expected: `"${REGION}"`, found: 'nothing' }],
  ['open', [], { field: 'open', expected: 'an object', found: 'a list of 0' }],
  ['open', { ...OPEN, armed: { number: 1, schedule: 'x', at: 1e300 } }, { field: 'open.armed.at' }],
  ['open', { ...OPEN, startedAt: 8.64e15 + 1 }, { field: 'open.startedAt', expected: 'a time' }],
  ['open', { ...OPEN, verifyBy: '2026' }, { field: 'open.verifyBy', expected: 'a number' }],
  ['open', { ...OPEN, state: 'none' }, { field: 'open.state' }],
  [
    'open',
    { ...OPEN, previous: { ...PREVIOUS, restoration: { kind: 'byodkim', selector: 's0' } } },
    { field: 'open.previous.restoration' },
  ],
  ['baseline', { ...PREVIOUS, observedAt: 1e300 }, { field: 'baseline.observedAt', expected: 'a time' }],
  ['owner', { ...OWNER, heal: {} }, { field: 'owner.heal.dnsRecords', expected: 'a text' }],
  ['owner', { ...OWNER, gate: ['x'] }, { field: 'owner.gate', expected: 'an object' }],
  [
    'owner',
    { ...OWNER, rotation: { sharedWith: 'xyz' } },
    { field: 'owner.rotation.sharedWith', expected: 'a list', found: '"xyz"' },
  ],
  ['owner', { ...OWNER, rotation: { delegation: 'x' } }, { field: 'owner.rotation.delegation' }],
  ['signers', [null], { field: 'signers.0', expected: 'an object', found: 'null' }],
  ['signers', [{ ...SIGNER, stoppedAt: 1e300 }], { field: 'signers.0.stoppedAt', expected: 'a time' }],
  ['signers', [{ ...SIGNER, selector: { a: 1 } }], { field: 'signers.0.selector', expected: 'a text' }],
  ['sharers', [{ bucket: 'b' }], { field: 'sharers.0.region', expected: 'a text' }],
  ['records', [{}], { field: 'records.0', expected: 'a text' }],
  ['stacks', [1], { field: 'stacks.0', expected: 'a text', found: '1' }],
  ['armings', 1e308, { field: 'armings', expected: 'a whole number' }],
  ['last', { event: 'confirmed', at: 1e300 }, { field: 'last.at', expected: 'a time' }],
  ['last', { event: 'toString', at: 1 }, { field: 'last.event' }],
  ['inForce', { selector: 's1' }, { field: 'inForce.key', expected: 'an object', found: 'nothing' }],
])('refuses a ledger whose %s is %j', async (field, value, problem) => {
  const cloud = new FakeCloud();
  cloud.s3.write(BUCKET, KEY, JSON.stringify({ ...ledger('one'), [field]: value }));

  await expect(using(cloud, (store) => store.read())).rejects.toMatchObject({
    code: 'DEPENDENCY_FAILED',
    facts: { kind: 'object', problem: { kind: 'field', ...problem } },
  });
});

test('reads a ledger with all its parts', async () => {
  const cloud = new FakeCloud();
  const whole = { ...ledger('one'), open: OPEN, owner: OWNER, inForce: OWNER.wanted, signers: [SIGNER] };
  cloud.s3.write(BUCKET, KEY, JSON.stringify(whole));
  expect(await using(cloud, (store) => store.read())).toMatchObject({ ledger: whole, unknown: [] });
});

test.each<[keyof Ledger, unknown]>([
  ['lease', { holder: 'x', acquiredAt: 1e300, expiresAt: 1e300 }],
  ['unverified', { transaction: 't1', selector: 's1', at: 1e300 }],
  ['seen', { status: { a: 1 }, enabled: 'x', person: 'y' }],
  ['callsOfOthers', [null]],
  ['changedByOthersAt', 1e300],
  ['history', 'none'],
])('ignores the information in its %s if that is %j, and keeps the rest', async (field, value) => {
  const cloud = new FakeCloud();
  cloud.s3.write(BUCKET, KEY, JSON.stringify({ ...ledger('one'), signers: [SIGNER], [field]: value }));

  expect(await using(cloud, (store) => store.read())).toMatchObject({
    ledger: { ...ledger('one'), signers: [SIGNER] },
    unknown: [field],
  });
});

test('reads a field that an earlier version lacked as empty, and keeps an unknown one', async () => {
  const cloud = new FakeCloud();
  const { signers: _, ...early } = ledger('one');
  cloud.s3.write(BUCKET, KEY, JSON.stringify({ ...early, later: 1 }));

  expect((await using(cloud, (store) => store.read()))?.ledger).toEqual({ ...ledger('one'), later: 1 });
});
