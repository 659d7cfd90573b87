import {
  dnsRecordObject,
  ledgerObject,
  madeKeysObject,
  privateKeyObject,
} from '../../../../handlers/contract/contract';
import { BUCKET, FakeCloud, newTestKey, REGION, testKey } from '../../../support/world';
import * as setup from '../../transaction/support';

const { DOMAIN } = setup;
const MADE = '2025-09-17T10:30:00.000Z';

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud();
  cloud.ses.give(DOMAIN);
});

const make = (selector: string, more: object = {}) =>
  cloud.invoke({ action: 'create_key', domain: DOMAIN, selector, ...more });
const keys = async () => {
  const { evidence } = await cloud.invoke({ action: 'status', domain: DOMAIN, evidence: true }, 'read');
  return evidence.keys;
};

test('dates a key of the function by the time at which it was recorded', async () => {
  const { record } = await make('s1');
  expect(await keys()).toEqual([
    {
      selector: 's1',
      fingerprint: record.fingerprint,
      maker: 'function',
      madeAt: MADE,
      place: `s3://${BUCKET}/${privateKeyObject(DOMAIN, 's1')}`,
      storedAt: expect.stringMatching(/^2025-09-17T/),
      notifiedAt: null,
    },
  ]);
});

test('attributes a key next to the function’s keys to others', async () => {
  await make('s1');
  cloud.giveKey(DOMAIN, 's2');
  expect(await keys()).toMatchObject([
    { selector: 's1', maker: 'function' },
    { selector: 's2', maker: 'others' },
  ]);
});

test('names no maker for the keys of a domain whose keys were never recorded', async () => {
  cloud.giveKey(DOMAIN, 's1');
  await setup.direct(cloud, 's1');
  const [key] = await keys();
  expect(key).toMatchObject({ maker: 'unrecorded', fingerprint: testKey('s1').publicKey.fingerprint });
});

test('attributes a signing key that its owner has brought to others', async () => {
  cloud.giveKey(DOMAIN, 's1');
  await setup.direct(cloud, 's1');
  await make('s2');
  expect(await keys()).toMatchObject([
    { selector: 's1', maker: 'others', madeAt: null },
    { selector: 's2', maker: 'function' },
  ]);
});

test('names a signing key from the ledger, whatever was described in its place', async () => {
  const { record } = await make('s1');
  cloud.dns.publish(record.name, record.value);
  await setup.direct(cloud, 's1');
  const planted = newTestKey();
  cloud.s3.write(
    BUCKET,
    dnsRecordObject(DOMAIN, 's1'),
    JSON.stringify({
      format: 1,
      publicKey: planted.publicKey.spki,
      fingerprint: planted.publicKey.fingerprint,
      createdAt: '2020-01-01T00:00:00.000Z',
    }),
  );
  expect(await keys()).toMatchObject([{ fingerprint: record.fingerprint, maker: 'function', madeAt: MADE }]);
});

test('lists an earlier key of a renewed selector as well', async () => {
  const { record } = await make('s1');
  const object = madeKeysObject(REGION, DOMAIN);
  const {
    keys: [made],
  } = cloud.s3.json<{ keys: [object] }>(BUCKET, object);
  const earlier = {
    ...made,
    fingerprint: testKey('s1').publicKey.fingerprint,
    at: '2024-01-01T00:00:00.000Z',
  };
  cloud.s3.write(BUCKET, object, JSON.stringify({ format: 1, keys: [earlier, made] }));
  expect(await keys()).toMatchObject([
    { fingerprint: earlier.fingerprint, madeAt: earlier.at },
    { fingerprint: record.fingerprint, madeAt: MADE },
  ]);
});

test('takes a key of another region from the record there', async () => {
  cloud.giveKey(DOMAIN, 's1');
  const rotation = { sharedWith: [{ region: 'us-east-1', bucket: BUCKET, home: true }] };
  await new setup.Stack(cloud).apply('t1', 's1', { rotation });
  expect(setup.ledgerOf(cloud).owner).toMatchObject({ rotation });
  expect(await keys()).toMatchObject([{ selector: 's1', maker: 'home' }]);
});

test('claims nothing about an unknown domain', async () => {
  expect(await keys()).toEqual([]);
  expect(cloud.s3.keys(BUCKET, ledgerObject(REGION, DOMAIN))).toEqual([]);
});
