import { REVERT_RETRY } from '../../../handlers/budgets';
import { ledgerObject } from '../../../handlers/contract/contract';
import type { Ledger, Open } from '../../../handlers/ledger/ledger';
import { decideCheck } from '../../../handlers/transaction/fired';
import { BUCKET, FAILURES, type FakeCloud, REGION, TOPICS } from '../../support/world';
import * as setup from './support';

const MINUTE = 60_000;

/** A stack has reached its end, and SES needs `seconds` to verify. */
async function givenWaiting(seconds: number, fields: Record<string, unknown> = {}) {
  const cloud = setup.givenCloud({ environment: { resultTopicArn: TOPICS.result } });
  const stack = new setup.Stack(cloud, fields);
  cloud.ses.verifySeconds = seconds;
  await stack.signing('t1', 's1');
  return { cloud, stack, confirmed: await stack.confirmation('t1', 's1') };
}

const subjects = (cloud: FakeCloud) => cloud.sns.to(TOPICS.result).map(({ subject }) => subject);

describe('a change that its stack has confirmed while SES is still verifying', () => {
  test('is confirmed, not verified, and stays armed', async () => {
    const { cloud, stack, confirmed } = await givenWaiting(20 * 60);

    expect(confirmed).toMatchObject({ confirmed: true, verified: false });
    expect(confirmed.reverts_at).toBe('2025-09-17T11:30:00.000Z');
    expect(await stack.confirmation('t1', 's1')).toEqual(confirmed);
    expect(cloud.scheduler.pending()).toHaveLength(1);
    expect(setup.ledgerOf(cloud)).toMatchObject({
      open: { checks: 0, transaction: 't1' },
      settledAt: expect.any(Number),
      owner: { transaction: 't1', confirmed: true },
      inForce: null,
    });
  });

  test('completes as soon as SES reports SUCCESS, and a person is notified', async () => {
    const { cloud } = await givenWaiting(20 * 60);

    const checks = await cloud.fireAll();

    expect([checks[0], checks.at(-1)]).toMatchObject([
      { statusCode: 200, reverted: false, reason: expect.stringMatching(/not verified selector s1 yet/) },
      { reverted: false, reason: 'SES has verified selector s1: the change is done' },
    ]);
    await setup.expectEnded(cloud, 'EXTERNAL s1 on', { inForce: { selector: 's1' }, unverified: null });
    expect(setup.events(cloud).at(-1)).toBe('verified t1');
    expect(subjects(cloud)).toEqual([
      'DKIM changed: example.com (s1, PENDING)',
      'DKIM verified: example.com (s1)',
    ]);
    expect(cloud.calls.count(setup.SES_PUT)).toBe(1);
  });

  test.each([
    ['as its schedule fires', 10, [11, 13, 18, 28, 43, 58, 60]],
    ['at once where its schedule fires much later', 30, [3, 5, 10, 20, 35, 50, 60]],
  ])('is checked %s, after 2, 5, 10, then every 15 minutes', async (_, confirmTimeoutMinutes, expected) => {
    const { cloud } = await givenWaiting(Number.POSITIVE_INFINITY, { confirmTimeoutMinutes });
    const began = Date.parse('2025-09-17T10:30:00.000Z');
    const at: number[] = [];
    for (let [next] = cloud.scheduler.pending(); next !== undefined; [next] = cloud.scheduler.pending()) {
      at.push((next.at - began) / MINUTE);
      await cloud.clock.advance(next.at - cloud.clock.now());
      await cloud.fireDue();
    }

    expect(at.map(Math.floor)).toEqual(expected);
  });

  test('is rolled back at the deadline: the notice has SES’s time, its result, and the setting that extends it', async () => {
    const { cloud } = await givenWaiting(Number.POSITIVE_INFINITY);
    cloud.ses.seen = {
      errorType: 'HOST_NOT_FOUND',
      lastCheckedAt: '2025-09-17T11:20:00.000Z',
      primaryNameServer: 'ns1.example.com',
      soaSerial: '2025091701',
    };

    await cloud.fireAll();

    expect(setup.signing(cloud)).toContain('AWS_SES on');
    expect(setup.ledgerOf(cloud)).toMatchObject({
      open: null,
      unverified: { selector: 's1', minutes: 60, status: 'PENDING', times: 1 },
      owner: { transaction: 't1' },
    });
    const { subject, message } = cloud.sns.to(TOPICS.result).at(-1)!;
    expect(subject).toBe('DKIM rolled back: example.com (s1 was not verified)');
    for (const sentence of [
      '60 minutes',
      'PENDING (HOST_NOT_FOUND)',
      '2025-09-17T11:20:00.000Z',
      'ns1.example.com, serial 2025091701',
      'verification.timeoutMinutes',
      'Easy DKIM as before',
    ])
      expect(message).toContain(sentence);
  });

  test.each<[string, (cloud: FakeCloud) => void, string, object]>([
    [
      'is rolled back at once when SES gives up',
      ({ ses }) => ses.tamper(setup.DOMAIN, { status: 'FAILED' }),
      'AWS_SES on',
      { unverified: { status: 'FAILED', minutes: 11 } },
    ],
    [
      'is abandoned when something else has been set since',
      ({ ses }) => ses.give(setup.DOMAIN, { origin: 'EXTERNAL', selector: 's9' }),
      'EXTERNAL s9 on',
      { unverified: null },
    ],
    [
      'is checked again when a check fails',
      ({ calls }) => calls.addFault({ action: setup.SES_GET, times: 3, error: FAILURES.internal() }),
      'EXTERNAL s1 on',
      { inForce: { selector: 's1' } },
    ],
  ])('%s', async (_, meanwhile, end, ledger) => {
    const { cloud } = await givenWaiting(20 * 60);
    meanwhile(cloud);

    await cloud.fireAll();

    cloud.ses.verifySeconds = 2;
    await setup.expectEnded(cloud, end, ledger);
  });

  test('has 72 hours, as long as SES tries, if nothing signed before, even the second time', async () => {
    const { cloud, stack } = setup.given();
    cloud.ses.tamper(setup.DOMAIN, { enabled: false });
    cloud.ses.verifySeconds = Number.POSITIVE_INFINITY;
    await stack.signing('t1', 's1');

    expect((await stack.confirmation('t1', 's1')).reverts_at).toBe('2025-09-20T10:30:00.000Z');
    await cloud.fireAll(400);
    cloud.ses.verifySeconds = 50 * 3600;
    await stack.apply('t2', 's1');
    await cloud.fireAll(400);

    expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
  });

  test('is armed even if the confirmed commit is turned off, which only concerns its stack', async () => {
    const { cloud } = await givenWaiting(Number.POSITIVE_INFINITY, { confirmTimeoutMinutes: 0 });

    expect(cloud.scheduler.pending()).toHaveLength(1);
    await cloud.fireAll();

    expect(setup.signing(cloud)).toContain('AWS_SES on');
  });

  describe.each([
    ['by hand', (cloud: FakeCloud) => cloud.invoke({ action: 'revert', domain: setup.DOMAIN })],
    ['since SES gave up', (cloud: FakeCloud) => cloud.fireAll()],
  ])('whose rollback %s is killed', (_, rollBack) => {
    test.each([
      ['between the two writes of SES', 'AWS_SES off'],
      ['after its one write', 'AWS_SES on'],
    ])('%s is rolled back by the armed revert: SES has its prior state', async (_, before) => {
      const cloud = setup.givenCloud();
      cloud.ses.give(setup.DOMAIN, { origin: 'AWS_SES', enabled: before === 'AWS_SES on' });
      Object.assign(cloud.ses, { verifySeconds: 90, ending: 'fails' });
      await new setup.Stack(cloud).apply('t1', 's1');
      await cloud.clock.advance(120_000);
      cloud.calls.addFault({ action: setup.SES_PUT, kind: 'kill', when: 'after' });

      await rollBack(cloud).catch(() => undefined);
      await cloud.fireAll();

      expect(setup.signing(cloud)).toContain(before);
      expect(setup.events(cloud).at(-1)).toBe('reverted t1');
      expect(setup.ledgerOf(cloud)).toMatchObject({ open: null, lease: null });
    });
  });

  test('has its check wait for a run that is working on the domain', async () => {
    const { cloud } = await givenWaiting(20 * 60);
    const lease = { holder: 'a', acquiredAt: cloud.clock.now(), expiresAt: cloud.clock.now() + 30_000 };
    setup.rewriteLedger(cloud, (ledger) => ({ ...ledger, lease }));

    await cloud.invoke(cloud.scheduler.pending()[0]!.payload);

    expect(cloud.clock.now()).toBeGreaterThanOrEqual(lease.expiresAt);
  });

  test('ignores a repeated or late firing', async () => {
    const { cloud } = await givenWaiting(Number.POSITIVE_INFINITY);
    const [first] = cloud.scheduler.pending();
    await cloud.clock.advance(first!.at - cloud.clock.now());
    await cloud.fireDue();
    const before = setup.ledgerOf(cloud);

    expect(await cloud.invoke(first!.payload)).toMatchObject({ reverted: false });
    expect(setup.ledgerOf(cloud)).toEqual({ ...before, writeId: expect.any(String) });
    expect(cloud.scheduler.pending()).toHaveLength(1);
  });

  test('rolls a rotation back to the earlier key, and a destroy to the baseline', async () => {
    const { cloud, stack } = await setup.applied();
    cloud.ses.verifySeconds = Number.POSITIVE_INFINITY;
    await stack.apply('t2', 's2');
    await cloud.fireAll();
    expect(setup.signing(cloud)).toContain('EXTERNAL s1 on');

    await stack.destroy();
    expect(setup.signing(cloud)).toContain('AWS_SES on');
    expect(setup.ledgerOf(cloud)).toMatchObject({
      open: null,
      owner: null,
      inForce: null,
      unverified: null,
    });
  });
});

describe('the plan', () => {
  const plan = (stack: setup.Stack) =>
    stack.create<{ token: string; drifted: boolean; reason?: string }>('Inspection', '', 's1', {});

  test('of an untouched waiting stack is empty', async () => {
    const { stack } = await givenWaiting(20 * 60);

    expect(await plan(stack)).toMatchObject({ drifted: false, verify_by: '2025-09-17T11:30:00.000Z' });
  });

  test('shows drift with the reason after the change was rolled back, and the next deploy tries again', async () => {
    const { cloud, stack } = await givenWaiting(Number.POSITIVE_INFINITY);
    await cloud.fireAll();

    const { token, ...planned } = await plan(stack);
    expect(planned).toMatchObject({
      drifted: true,
      reason: expect.stringContaining('SES had not verified selector s1 within 60 minutes (PENDING)'),
    });
    expect(token).toMatch(/^drift-unverified-1x-/);

    cloud.ses.verifySeconds = 2;
    await stack.apply('t2', 's1', { driftToken: token });
    expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
    expect(setup.ledgerOf(cloud).unverified).toBeNull();
    expect(await plan(stack)).toMatchObject({ token, drifted: false });
  });

  test('shows in its token, too, that this was the second time in a row', async () => {
    const { cloud, stack } = await givenWaiting(Number.POSITIVE_INFINITY);
    await cloud.fireAll();
    await stack.apply('t2', 's1', { driftToken: (await plan(stack)).token });
    await cloud.fireAll();

    expect(await plan(stack)).toMatchObject({
      drifted: true,
      token: expect.stringMatching(/^drift-unverified-2x-see-verification\.timeoutMinutes-/),
      reason: expect.stringMatching(/2 times in a row.*verification\.timeoutMinutes/s),
    });
    // What was restored is not verified again either: that it had signed still counts.
    expect(setup.ledgerOf(cloud).unverified).toMatchObject({ times: 2, signed: true });
  });
});

test('reports a direct call that ends PENDING as pending, and checks it like any other change', async () => {
  const cloud = setup.givenCloud();
  cloud.ses.verifySeconds = 20 * 60;

  expect(await setup.direct(cloud, 's1')).toMatchObject({
    statusCode: 200,
    final_dkim_status: 'PENDING',
    reverts_at: '2025-09-17T11:30:00.000Z',
    message: expect.stringContaining('without that the change is rolled back at 2025-09-17T11:30:00.000Z'),
  });
  await cloud.fireAll();

  await setup.expectEnded(cloud, 'EXTERNAL s1 on', { inForce: { selector: 's1' } });
});

describe('a ledger that is not ours', () => {
  test.each<[string, (ledger: Ledger) => object, number]>([
    ['of another format that shows the arming is armed again', (ledger) => ({ ...ledger, format: 2 }), 1],
    ['breeds no schedules', () => ({ format: 1 }), 0],
  ])('%s', async (_, forge, armed) => {
    const { cloud } = await givenWaiting(20 * 60);
    const { payload, name } = cloud.scheduler.pending()[0]!;
    cloud.scheduler.remove(name);
    cloud.s3.write(BUCKET, ledgerObject(REGION, setup.DOMAIN), JSON.stringify(forge(setup.ledgerOf(cloud))));

    await expect(cloud.invoke(payload)).rejects.toThrow('is not a ledger that this project wrote');
    expect(cloud.scheduler.pending()).toHaveLength(armed);
  });
});

test.each<[string, (cloud: FakeCloud) => Promise<unknown>, string]>([
  [
    'SES had not verified the change',
    (cloud) => cloud.clock.advance(60 * MINUTE),
    'SES did not verify selector s1 of example.com in time, so the change was rolled back.',
  ],
  [
    'a person had begun it',
    (cloud) => cloud.invoke({ action: 'revert', domain: setup.DOMAIN }).catch(() => undefined),
    'was rolled back. An earlier attempt to roll it back had failed, and was repeated.',
  ],
])('a rollback that failed at first is reported with its reason: %s', async (_, begin, lead) => {
  const { cloud } = await givenWaiting(Number.POSITIVE_INFINITY);
  cloud.calls.addFault({ action: setup.SES_PUT, times: 1, error: FAILURES.denied() });
  await begin(cloud);

  await cloud.fireAll();

  const { message } = cloud.sns.to(TOPICS.result).at(-1)!;
  expect(message).toContain(lead);
  expect(message).not.toContain('its deploy or destroy failed');
  expect(setup.events(cloud).slice(-2)).toEqual(['reverting t1', 'reverted t1']);
});

describe('a revert that keeps failing', () => {
  const RETRIES = REVERT_RETRY.often.times + REVERT_RETRY.seldom.times;
  const retriesOf = ({ payload }: { payload: unknown }) => (payload as { retries?: number }).retries;

  test('is tried for two weeks, and not for ever', async () => {
    const { cloud } = await givenWaiting(Number.POSITIVE_INFINITY);
    setup.rewriteLedger(cloud, (ledger) => ({
      ...ledger,
      open: {
        ...ledger.open!,
        previous: {
          ...ledger.open!.previous,
          restoration: {
            kind: 'byodkim',
            selector: 's9',
            key: { bucket: 'gone', key: 'gone', etag: '', fingerprint: '' },
          },
        },
      },
    }));

    // It checks until its time is over; from then on each firing fails, and says how many did before it.
    let [next] = cloud.scheduler.pending();
    for (; next !== undefined && retriesOf(next) !== 3; [next] = cloud.scheduler.pending()) {
      await cloud.clock.advance(next.at - cloud.clock.now());
      await cloud.fireDue();
    }
    const { name, payload } = next!;
    cloud.scheduler.remove(name);
    await cloud.invokeAsync({ ...(payload as object), retries: RETRIES - 2 });
    expect(cloud.scheduler.pending().map(retriesOf)).toContain(RETRIES - 1);
    await cloud.fireAll();

    expect(cloud.scheduler.pending()).toEqual([]);
    expect(cloud.log.some(({ event }) => event === 'revert-given-up')).toBe(true);
  });
});

test('notifies once for each of two alternating reasons of a failing revert, and again a day later', async () => {
  const cloud = setup.givenCloud({ environment: { resultTopicArn: TOPICS.result } });
  await new setup.Stack(cloud).signing('t1', 's1');
  let fires = 0;
  const fireFailing = async (): Promise<void> => {
    const [next] = cloud.scheduler.pending();
    await cloud.clock.advance(next!.at - cloud.clock.now());
    fires += 1;
    const error = fires % 2 === 0 ? FAILURES.denied() : undefined;
    cloud.calls.addFault({ action: setup.SES_GET, error, times: 50 });
    await cloud.fireDue();
    cloud.calls.clearFaults();
  };
  const told = () => subjects(cloud).filter((subject) => subject.startsWith('DKIM revert failed')).length;
  while (fires < 12) await fireFailing();
  expect(told()).toBe(2);

  const since = cloud.clock.now();
  while (cloud.clock.now() - since < 24 * 60 * MINUTE) await fireFailing();
  expect(told()).toBe(4);
});

test('lets a person keep a verified change while SES refuses to roll it back', async () => {
  const cloud = setup.givenCloud({ environment: { resultTopicArn: TOPICS.result } });
  await new setup.Stack(cloud).signing('t1', 's1');
  cloud.calls.addFault({ action: setup.SES_PUT, error: FAILURES.denied(), times: 1000 });
  const [next] = cloud.scheduler.pending();
  await cloud.clock.advance(next!.at - cloud.clock.now());
  await cloud.fireDue();
  expect(subjects(cloud).at(-1)).toBe('DKIM revert failed: example.com (ACCESS_DENIED)');

  const kept = await cloud.invoke({ action: 'confirm', domain: setup.DOMAIN });

  expect(kept).toMatchObject({ statusCode: 200, confirmed: true });
  expect(await cloud.fireAll()).toMatchObject([{ reverted: false }]);
  await setup.expectEnded(cloud, 'EXTERNAL s1 on', { inForce: { selector: 's1' } });
});

describe('the decision of a check', () => {
  const state = {
    origin: 'EXTERNAL',
    selector: 's1',
    enabled: true,
    status: 'PENDING',
    tokens: ['s1'],
  };
  const open = { wanted: { selector: 's1' }, startedAt: 0, checks: 0 } as unknown as Open;

  test.each([
    ['SUCCESS', { ...state, status: 'SUCCESS' }, 50, 'done'],
    ['PENDING', state, 60 * MINUTE - 1, 'again'],
    ['TEMPORARY_FAILURE', { ...state, status: 'TEMPORARY_FAILURE' }, 50, 'again'],
    ['PENDING an hour after it began, with no other deadline', state, 60 * MINUTE, 'revert'],
    ['FAILED', { ...state, status: 'FAILED' }, 50, 'revert'],
    ['FAILED, SES having switched signing off', { ...state, enabled: false, status: 'FAILED' }, 50, 'revert'],
    ['no identity', null, 150, 'abandon'],
    ['another selector', { ...state, selector: 's2' }, 150, 'abandon'],
    ['Easy DKIM', { ...state, origin: 'AWS_SES' }, 150, 'abandon'],
    ['signing switched off', { ...state, enabled: false }, 150, 'abandon'],
  ])('at %s', (_, seen, now, kind) => {
    expect(decideCheck(open, seen, now).kind).toBe(kind);
  });
});
