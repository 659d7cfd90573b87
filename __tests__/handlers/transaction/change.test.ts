import { FAILURES, newTestKey, testKey } from '../../support/world';
import {
  DOMAIN,
  failure,
  givenCloud,
  ledgerOf,
  replaceKey,
  SES_FLAG,
  SES_GET,
  SES_PUT,
  Stack,
  signing,
} from './support';

test('a first change proves, arms, writes the ledger, Puts, verifies and writes the ledger, in this order', async () => {
  const cloud = givenCloud();

  const result = await new Stack(cloud).signing('t1', 's1');

  const order = cloud.calls.made.map(({ action }) => action);
  expect(order).toEqual([
    's3:GetObject', // the ledger, while the gate is asked
    's3:GetObject', // the key
    's3:ListBucket', // its DNS information
    'dns:Prove',
    's3:PutObject', // the lease
    SES_GET,
    'scheduler:CreateSchedule',
    's3:PutObject', // opened
    SES_PUT,
    SES_GET,
    SES_GET,
    SES_GET,
    's3:PutObject', // applied
  ]);
  expect(result).toMatchObject({
    statusCode: 200,
    message: 'SES BYODKIM update completed successfully',
    domain: DOMAIN,
    selector: 's1',
    final_dkim_status: 'SUCCESS',
    signing_origin: 'EXTERNAL',
    automation_type: 'terraform',
    transaction: 't1',
    changed: true,
    fingerprint: testKey('s1').publicKey.fingerprint,
    reverts_at: '2025-09-17T10:41:00.000Z',
    warnings: [],
  });
  expect(result.unverified_seconds).toBeGreaterThan(0);
  expect(cloud.ses.signingKey(DOMAIN)).toBe(testKey('s1').publicKey.spki);
});

test('signing that was off is switched on', async () => {
  const cloud = givenCloud();
  cloud.ses.tamper(DOMAIN, { enabled: false });

  await new Stack(cloud).signing('t1', 's1');

  expect(signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
  expect(cloud.calls.count(SES_FLAG)).toBe(1);
});

test('what SES has not verified in time is PENDING, said so, and stays', async () => {
  const cloud = givenCloud();
  cloud.ses.verifySeconds = 3_600;

  const result = await new Stack(cloud).signing('t1', 's1');

  expect(result).toMatchObject({ final_dkim_status: 'PENDING', changed: true });
  expect(result.message).toContain('has not verified the record yet');
  expect(signing(cloud)).toBe('EXTERNAL s1 on PENDING');
});

test('already as wanted: SES is looked at once and not written to, nothing is armed, the ledger takes note', async () => {
  const cloud = givenCloud();
  cloud.ses.give(DOMAIN, { origin: 'EXTERNAL', selector: 's1' });

  const result = await new Stack(cloud).signing('t1', 's1');

  expect(result).toMatchObject({ changed: false, final_dkim_status: 'SUCCESS' });
  expect(cloud.calls.list(/^ses:|^scheduler:/)).toEqual([`${SES_GET} ${DOMAIN}`]);
  expect(ledgerOf(cloud)).toMatchObject({
    open: null,
    owner: { transaction: 't1', confirmed: false },
    baseline: { origin: 'EXTERNAL', selector: 's1', restoration: { kind: 'byodkim' } },
  });
});

test('a new attempt at what is in force already is noted, and the older one is superseded', async () => {
  const cloud = givenCloud();
  const stack = new Stack(cloud);
  await stack.apply('t1', 's1');

  await stack.apply('t2', 's1');

  expect(cloud.calls.count(SES_PUT)).toBe(1);
  expect(ledgerOf(cloud).owner).toMatchObject({ transaction: 't2', confirmed: true });
});

test('the same invocation again gets the recorded result', async () => {
  const cloud = givenCloud();
  const stack = new Stack(cloud);
  const first = await stack.signing('t1', 's1');
  await cloud.clock.advance(30_000);

  expect(await stack.signing('t1', 's1')).toEqual(first);
  expect(cloud.calls.count(SES_PUT)).toBe(1);
});

test('a confirmed attempt that is repeated after a drift mends it, is not left armed, and confirms itself', async () => {
  const cloud = givenCloud();
  const stack = new Stack(cloud);
  await stack.apply('t1', 's1');
  cloud.ses.give(DOMAIN);

  const result = await stack.signing('t1', 's1');

  expect(result.changed).toBe(true);
  expect(result.reverts_at).toBeUndefined();
  expect(cloud.scheduler.pending()).toEqual([]);
  expect(ledgerOf(cloud)).toMatchObject({ open: null, owner: { transaction: 't1', confirmed: true } });
});

test('fails with IDENTITY_NOT_FOUND where there is no identity, and leaves nothing', async () => {
  const cloud = givenCloud();
  cloud.ses.remove(DOMAIN);

  expect((await failure(new Stack(cloud).signing('t1', 's1'))).code).toBe('IDENTITY_NOT_FOUND');
  expect(ledgerOf(cloud)).toMatchObject({ open: null, baseline: null, lease: null });
});

test('refuses an identity that does not carry our tag, before anything is written', async () => {
  const cloud = givenCloud();
  const state = cloud.ses.state(DOMAIN)!;
  jest.spyOn(cloud.ses, 'state').mockReturnValue({ ...state, managed: false });

  const { code, message } = await failure(new Stack(cloud).signing('t1', 's1'));

  expect(code).toBe('ACCESS_DENIED');
  expect(message).toContain('not tagged byodkim=managed');
  expect(cloud.calls.count(/^ses:Put|^scheduler:/)).toBe(0);
  expect(ledgerOf(cloud)).toMatchObject({ open: null, baseline: null, lease: null });
});

test('fails before the Put when the revert cannot be armed: nothing was changed', async () => {
  const cloud = givenCloud();
  cloud.calls.addFault({ action: 'scheduler:CreateSchedule', times: 9, error: FAILURES.denied() });

  const { code, message } = await failure(new Stack(cloud).signing('t1', 's1'));

  expect(code).toBe('ACCESS_DENIED');
  expect(message).toContain('scheduler:CreateSchedule on schedule byodkim-example.com-');
  expect(message).toContain('SES was not touched.');
  expect(cloud.calls.count(SES_PUT)).toBe(0);
  expect(ledgerOf(cloud)).toMatchObject({ open: null, baseline: null, owner: null });
});

test('an armed schedule that seemed to fail is removed', async () => {
  const cloud = givenCloud();
  cloud.calls.addFault({ action: 'scheduler:CreateSchedule', when: 'after' });

  await failure(new Stack(cloud).signing('t1', 's1'));

  expect(cloud.scheduler.pending()).toEqual([]);
});

describe('a key that was overwritten under the selector in force', () => {
  test('fails with PRIOR_STATE_NOT_RESTORABLE: the record of the earlier key is gone', async () => {
    const cloud = givenCloud();
    const stack = new Stack(cloud);
    await stack.apply('t1', 's1');
    replaceKey(cloud, 's1', newTestKey());

    const { code, message } = await failure(stack.signing('t2', 's1'));

    expect(code).toBe('PRIOR_STATE_NOT_RESTORABLE');
    expect(message).toContain('rotate to a new selector');
    expect(cloud.ses.signingKey(DOMAIN)).toBe(testKey('s1').publicKey.spki);
  });

  test('is Put where that is allowed', async () => {
    const cloud = givenCloud();
    const stack = new Stack(cloud, { irreversible: 'allow' });
    await stack.apply('t1', 's1');
    const key = replaceKey(cloud, 's1', newTestKey());

    await stack.apply('t2', 's1');

    expect(cloud.ses.signingKey(DOMAIN)).toBe(key.publicKey.spki);
    expect(signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
  });
});

describe('where SES shows no selector', () => {
  test('a rotation is still made', async () => {
    const cloud = givenCloud();
    const stack = new Stack(cloud);
    await stack.apply('t1', 's1');
    cloud.ses.tamper(DOMAIN, { tokens: [] });

    await stack.apply('t2', 's2');

    expect(cloud.ses.signingKey(DOMAIN)).toBe(testKey('s2').publicKey.spki);
  });

  test('a failed rotation is still undone', async () => {
    const cloud = givenCloud();
    const stack = new Stack(cloud);
    await stack.apply('t1', 's1');
    cloud.ses.tamper(DOMAIN, { tokens: [] });
    await stack.signing('t2', 's2');
    cloud.ses.tamper(DOMAIN, { tokens: [] });

    await cloud.fireAll();

    expect(cloud.ses.signingKey(DOMAIN)).toBe(testKey('s1').publicKey.spki);
  });

  test('what is in force is not Put again', async () => {
    const cloud = givenCloud();
    const stack = new Stack(cloud);
    await stack.apply('t1', 's1');
    cloud.ses.tamper(DOMAIN, { tokens: [] });

    await stack.apply('t2', 's1');

    expect(cloud.calls.count(SES_PUT)).toBe(1);
  });
});

test('the ledger keeps how a stack asks DNS', async () => {
  const cloud = givenCloud();

  await new Stack(cloud).signing('t1', 's1', { gate: { strict: true } });

  expect(ledgerOf(cloud).open?.owner?.gate).toMatchObject({ strict: true });
});
