import { dnsRecordObject, privateKeyObject } from '../../../handlers/contract/contract';
import type { Ledger } from '../../../handlers/ledger/ledger';
import { BUCKET, FAILURES, type FakeCloud, newTestKey, testKey } from '../../support/world';
import * as setup from './support';

const allow = { irreversible: 'allow' };
/** SES signs with `s1`, set by hand; the stack wants `s2`. */
const byHand = () => {
  const cloud = setup.givenCloud();
  cloud.ses.give(setup.DOMAIN, { origin: 'EXTERNAL', selector: 's1', spki: testKey('s1').publicKey.spki });
  return { cloud, stack: new setup.Stack(cloud) };
};

test('can restore Easy DKIM with its flag and its tokens, whether or not it is verified', async () => {
  const cloud = setup.givenCloud();
  cloud.ses.tamper(setup.DOMAIN, { enabled: false, status: 'NOT_STARTED' });

  await new setup.Stack(cloud).signing('t1', 's1');

  expect(setup.ledgerOf(cloud).open?.previous).toMatchObject({
    origin: 'AWS_SES',
    enabled: false,
    status: 'NOT_STARTED',
    tokens: ['token1', 'token2', 'token3'],
    restoration: { kind: 'easy-dkim' },
  });
});

test('can restore BYODKIM that was set manually, if its key is in S3 and its record is published', async () => {
  const { cloud, stack } = byHand();

  await stack.signing('t1', 's2');

  expect(cloud.calls.list('dns:Prove')).toEqual([
    `dns:Prove s2._domainkey.${setup.DOMAIN}`,
    `dns:Prove s1._domainkey.${setup.DOMAIN}`,
  ]);
  expect(setup.ledgerOf(cloud).open?.previous.restoration).toMatchObject({
    kind: 'byodkim',
    selector: 's1',
    key: { bucket: BUCKET, fingerprint: testKey('s1').publicKey.fingerprint },
  });
});

test('lets a region that signed manually share another region’s key at once, since its own key is in its own store', async () => {
  const HOME = 'home-keys';
  const cloud = setup.givenCloud({ environment: { alsoRead: JSON.stringify([`${HOME}/`]) } });
  cloud.ses.give(setup.DOMAIN, { origin: 'EXTERNAL', selector: 's1', spki: testKey('s1').publicKey.spki });
  for (const object of [privateKeyObject, dnsRecordObject])
    cloud.s3.write(HOME, object(setup.DOMAIN, 's2'), cloud.s3.text(BUCKET, object(setup.DOMAIN, 's2'))!);
  const keyStore = { bucket: HOME };

  await new setup.Stack(cloud, { keyStore }).signing('t1', 's2');

  expect(setup.ledgerOf(cloud).open).toMatchObject({
    wanted: { selector: 's2', key: { bucket: HOME } },
    previous: { restoration: { kind: 'byodkim', selector: 's1', key: { bucket: BUCKET } } },
  });
  await cloud.fireAll();
  expect(cloud.ses.signingKey(setup.DOMAIN)).toBe(testKey('s1').publicKey.spki);
});

test('rolls a rotation back to the version of the key that was used', async () => {
  const { cloud, stack } = byHand();
  await stack.apply('t1', 's1');
  const { versionId } = setup.ledgerOf(cloud).owner!.wanted.key;
  cloud.s3.write(BUCKET, `dkim-certificates/${setup.DOMAIN}/s1/private_key.pem`, newTestKey().pem);

  await stack.signing('t2', 's2');
  await cloud.fireAll();

  expect(versionId).toBeDefined();
  expect(cloud.ses.signingKey(setup.DOMAIN)).toBe(testKey('s1').publicKey.spki);
});

test.each<[string, (at: ReturnType<typeof byHand>) => void, RegExp]>([
  [
    'its key is not in S3',
    ({ cloud }) => setup.removeKey(cloud, 's1'),
    /no private key of selector s1 exists at s3:\S+private_key\.pem\. Nothing was changed/,
  ],
  [
    'its key is none',
    ({ cloud }) => cloud.s3.write(BUCKET, privateKeyObject(setup.DOMAIN, 's1'), 'none'),
    /the private key of selector s1 is not usable/,
  ],
  [
    'nobody knows its origin',
    ({ cloud }) => cloud.ses.give(setup.DOMAIN, { origin: 'NEW' }),
    /signing origin NEW cannot be set again/,
  ],
  [
    'its record is gone',
    ({ cloud }) => setup.unpublish(cloud, 's1'),
    /selector s1 would not verify again: The record (?!.*wait).*exist\. Nothing was changed/,
  ],
  [
    'SES shows no selector',
    ({ cloud }) => cloud.ses.tamper(setup.DOMAIN, { tokens: [] }),
    /SES shows no selector/,
  ],
  [
    'it replicates the key of another region',
    ({ cloud }) => cloud.ses.give(setup.DOMAIN, { origin: 'AWS_SES_EU_WEST_1' }),
    /AWS_SES_EU_WEST_1 \(deterministic Easy DKIM\) replicates the key of another region's identity/,
  ],
])('refuses a state that cannot be restored: %s', async (_, spoil, reason) => {
  const at = byHand();
  spoil(at);
  const before = setup.signing(at.cloud);

  const { code, message } = await setup.failure(at.stack.signing('t1', 's2'));

  expect(code).toBe('PRIOR_STATE_NOT_RESTORABLE');
  expect(message).toMatch(reason);
  expect(message).toMatch(
    /^example\.com signs with \w+( selector s1)? \(SUCCESS\), and that could not be restored after a failure: .*Nothing was changed.*To give it up instead: `irreversible: allow`\.$/,
  );
  expect(at.cloud.calls.count(/^ses:Put|^scheduler:/)).toBe(0);
  expect(setup.signing(at.cloud)).toBe(before);
  expect(setup.ledgerOf(at.cloud)).toMatchObject({ open: null, baseline: null, lease: null });
});

test('gives up a state that cannot be restored if allowed, and undoes the change by disabling signing', async () => {
  const { cloud, stack } = byHand();
  setup.removeKey(cloud, 's1');
  await stack.signing('t1', 's2', allow);
  expect(setup.signing(cloud)).toBe('EXTERNAL s2 on SUCCESS');

  const [answer] = await cloud.fireAll();

  expect(answer).toMatchObject({
    reverted: true,
    reason: expect.stringContaining('signing is switched off'),
  });
  expect(cloud.ses.state(setup.DOMAIN)?.enabled).toBe(false);
  expect(setup.ledgerOf(cloud).baseline).toMatchObject({ selector: 's1', restoration: { kind: 'disable' } });
});

test('is not blocked by a state with which nothing signs any more: a rollback leaves signing off', async () => {
  const { cloud, stack } = byHand();
  setup.unpublish(cloud, 's1');
  cloud.ses.tamper(setup.DOMAIN, { status: 'FAILED', enabled: false });

  await stack.signing('t1', 's2');
  expect(setup.signing(cloud)).toBe('EXTERNAL s2 on SUCCESS');

  await cloud.fireAll();
  expect(cloud.ses.state(setup.DOMAIN)?.enabled).toBe(false);
});

test('counts a key that SES has given up as something to lose if its own selector gets another key', async () => {
  const { cloud, stack } = await setup.applied();
  cloud.ses.tamper(setup.DOMAIN, { status: 'FAILED', enabled: false });
  setup.replaceKey(cloud, 's1', newTestKey());

  await stack.signing('t2', 's1', allow);

  expect(setup.ledgerOf(cloud).open?.previous).toMatchObject({
    selector: 's1',
    enabled: true,
    restoration: { kind: 'disable' },
  });
});

test('keeps a state that cannot be restored if SES refused the Put', async () => {
  const { cloud, stack } = byHand();
  setup.removeKey(cloud, 's1');
  cloud.calls.addFault({ action: setup.SES_PUT, times: 9, error: FAILURES.denied() });

  const { message } = await setup.failure(stack.signing('t1', 's2', allow));

  expect(message).toContain('SES is as it was: nothing was changed.');
  expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
  expect(cloud.calls.count(setup.SES_FLAG)).toBe(0);
});

test('fails if the prior key may not be read, which is no reason to give it up', async () => {
  const { cloud, stack } = byHand();
  cloud.calls.addFault({ action: 's3:GetObject', resource: /s1\/private_key/, error: FAILURES.denied() });

  expect((await setup.failure(stack.signing('t1', 's2', allow))).code).toBe('ACCESS_DENIED');
  expect(cloud.calls.count(setup.SES_PUT)).toBe(0);
});

describe('an attempt that takes over an open one', () => {
  const applied = async () => {
    const at = byHand();
    await at.stack.apply('t1', 's1');
    await at.stack.signing('t2', 's2');
    at.cloud.giveKey(setup.DOMAIN, 's3');
    return at;
  };

  test('rolls back to the state in the ledger, not to that in SES', async () => {
    const { cloud, stack } = await applied();
    await stack.signing('t3', 's3');

    await cloud.fireAll();

    expect(cloud.ses.signingKey(setup.DOMAIN)).toBe(testKey('s1').publicKey.spki);
  });

  /** As in a bucket without versions. */
  const withoutVersion = (ledger: Ledger): Ledger => {
    const { previous } = ledger.open!;
    if (previous.restoration.kind !== 'byodkim') throw new Error('expected BYODKIM');
    const { versionId: _, ...key } = previous.restoration.key;
    const restoration = { ...previous.restoration, key };
    return { ...ledger, open: { ...ledger.open!, previous: { ...previous, restoration } } };
  };

  test.each<[string, (cloud: FakeCloud) => void]>([
    ['gone', (cloud) => setup.removeKey(cloud, 's1')],
    [
      'another one now',
      (cloud) => {
        setup.rewriteLedger(cloud, withoutVersion);
        setup.replaceKey(cloud, 's1', newTestKey());
      },
    ],
  ])('refuses if the prior key is %s', async (found, spoil) => {
    const { cloud, stack } = await applied();
    spoil(cloud);

    const { code, message } = await setup.failure(stack.signing('t3', 's3'));

    expect(code).toBe('PRIOR_STATE_NOT_RESTORABLE');
    expect(message).toContain(`private_key.pem is ${found}`);
  });
});

test('keeps the state before the first apply as the baseline through all later changes', async () => {
  const { cloud, stack } = byHand();
  await stack.apply('t1', 's2');
  cloud.giveKey(setup.DOMAIN, 's3');
  await stack.apply('t2', 's3');

  expect(setup.ledgerOf(cloud).baseline).toMatchObject({ origin: 'EXTERNAL', selector: 's1' });
});
