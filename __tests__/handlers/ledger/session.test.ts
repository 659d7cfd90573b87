import { awsFailure, FAILURES, type FakeCloud, InvocationEnded } from '../../support/world';
import * as setup from '../transaction/support';

const LEDGER = /byodkim-ledger/;
const write = { action: 's3:PutObject', resource: LEDGER } as const;

/** As though another run had taken the lease over for the next minute. */
const takeOver = (cloud: FakeCloud) => () =>
  setup.rewriteLedger(cloud, (ledger) => ({
    ...ledger,
    lease: { holder: 'another', acquiredAt: cloud.clock.now(), expiresAt: cloud.clock.now() + 60_000 },
  }));

test('fails with CONCURRENT_UPDATE and the times of the lease if the lease is kept too long', async () => {
  const cloud = setup.givenCloud();
  cloud.ses.verifySeconds = 1_000;
  cloud.calls.latencyMs = () => 50;
  const stack = new setup.Stack(cloud);
  const [, second] = await Promise.all([
    stack.signing('t1', 's1'),
    cloud.clock.advance(1_000).then(() => setup.direct(cloud, 's1')),
  ]);

  expect(second).toMatchObject({ statusCode: 409, error: 'CONCURRENT_UPDATE' });
  expect(second.message).toMatch(
    /^Another run is at work on example\.com in ap-northeast-1: it has held the lease since 2025-09-17T10:30:0.*Z, and holds it until 2025-09-17T10:3.*Z at least\. Nothing was changed\./,
  );
});

test('a run that was killed frees its lease within a minute', async () => {
  const cloud = setup.givenCloud();
  cloud.calls.addFault({ action: setup.SES_PUT, kind: 'kill', when: 'after' });
  const stack = new setup.Stack(cloud);
  await expect(stack.signing('t1', 's1')).rejects.toThrow(InvocationEnded);
  const killedAt = cloud.clock.now();

  await stack.signing('t1', 's1');

  expect(cloud.clock.now() - killedAt).toBeLessThan(60_000);
  expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
});

test('is not blocked by a lease that lasts longer than this project’s', async () => {
  const { cloud, stack } = await setup.applied();
  const lease = { holder: 'other', acquiredAt: cloud.clock.now(), expiresAt: cloud.clock.now() + 3_600_000 };
  setup.rewriteLedger(cloud, (ledger) => ({ ...ledger, lease }));

  await stack.apply('t2', 's2');

  await setup.expectEnded(cloud, 'EXTERNAL s2 on');
});

test('renews the lease while a run waits', async () => {
  const cloud = setup.givenCloud();
  cloud.ses.verifySeconds = 150;
  const leftMs: number[] = [];
  cloud.calls.latencyMs = ({ action }) => {
    if (action === setup.SES_GET && cloud.calls.count(setup.SES_PUT) > 0)
      leftMs.push((setup.ledgerOf(cloud).lease?.expiresAt ?? 0) - cloud.clock.now());
    return 0;
  };

  await new setup.Stack(cloud).signing('t1', 's1');

  expect(leftMs.length).toBeGreaterThan(4);
  expect(Math.min(...leftMs)).toBeGreaterThan(10_000);
});

test.each([
  ['touches nothing when the lease was lost before the Put', 'scheduler:CreateSchedule', 0],
  ['undoes nothing when the lease was lost after the Put: the other run decides', setup.SES_PUT, 1],
])('fails and %s', async (_, action, puts) => {
  const { cloud, stack } = setup.given();
  setup.beforeCall(cloud, action, takeOver(cloud));

  const { code, message } = await setup.failure(stack.signing('t1', 's1'));

  expect(code).toBe('CONCURRENT_UPDATE');
  expect(message).toContain('Another run took over example.com');
  expect(cloud.calls.count(setup.SES_PUT)).toBe(puts);
  expect(setup.ledgerOf(cloud).lease?.holder).toBe('another');
});

test.each<[string, (cloud: FakeCloud) => void, string]>([
  ['another run has taken over', (cloud) => takeOver(cloud)(), 'CONCURRENT_UPDATE'],
  [
    'S3 is down and its lease is running out',
    ({ calls }) => calls.addFault({ action: /^s3:/, times: 1_000 }),
    'ROLLBACK_FAILED',
  ],
])('fails and does not write SES again after a failed Put if %s', async (_, meanwhile, expected) => {
  const { cloud, stack } = setup.given();
  const refusal = awsFailure('BadRequestException', 'Refused.', 400);
  cloud.calls.addFault({ action: setup.SES_PUT, when: 'after', error: refusal });
  let putMs = 29_000;
  cloud.calls.latencyMs = ({ action }) => {
    if (action !== setup.SES_PUT) return action === 's3:PutObject' && putMs === 0 ? 2_000 : 0;
    meanwhile(cloud);
    const latencyMs = putMs;
    putMs = 0;
    return latencyMs;
  };
  expect((await setup.failure(stack.signing('t1', 's1'))).code).toBe(expected);

  expect(cloud.calls.count(/^ses:Put/)).toBe(1);
});

test.each([1, 2, 3])(
  'treats write %i of the ledger, repeated because its answer was lost, as its own',
  async (nth) => {
    const cloud = setup.givenCloud();
    cloud.calls.addFault({ ...write, nth, kind: 'repeat' });
    const stack = new setup.Stack(cloud);

    await stack.apply('t1', 's1');

    expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
    expect(setup.ledgerOf(cloud)).toMatchObject({ open: null, lease: null, owner: { transaction: 't1' } });
  },
);

test.each([1, 2, 3])(
  'fails and rolls back if write %i of the ledger took effect but seemed to fail',
  async (nth) => {
    const cloud = setup.givenCloud();
    cloud.calls.addFault({ ...write, nth, when: 'after' });
    const stack = new setup.Stack(cloud);

    expect((await setup.failure(stack.signing('t1', 's1'))).code).toBe('DEPENDENCY_FAILED');
    await setup.verify(cloud);

    expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
    if (nth > 1) expect(setup.ledgerOf(cloud)).toMatchObject({ open: null, lease: null });
    await cloud.fireAll();
    await stack.apply('t1', 's1');
    expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
  },
);

/** S3 answers some writes of the ledger with 409, which looks like a condition that does not hold. @returns how many it got */
function busyWith(cloud: FakeCloud, isBusy: (write: number) => boolean): () => number {
  const store = cloud.s3.store.bind(cloud.s3);
  let writes = 0;
  jest.spyOn(cloud.s3, 'store').mockImplementation((invocation, clock) => {
    const real = store(invocation, clock);
    return {
      ...real,
      put: (place, body, options) => {
        writes += LEDGER.test(place.key) ? 1 : 0;
        return LEDGER.test(place.key) && isBusy(writes)
          ? Promise.resolve(null)
          : real.put(place, body, options);
      },
    };
  });
  return () => writes;
}

test('repeats a write that S3 refuses since it is still busy', async () => {
  const { cloud, stack } = setup.given();
  busyWith(cloud, (write) => write === 2);

  await stack.apply('t1', 's1');

  expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
});

test('retries a ledger with which S3 stays busy at the pace of a taken lease, then gives up', async () => {
  const { cloud, stack } = setup.given();
  const writes = busyWith(cloud, () => true);

  expect((await setup.failure(stack.apply('t1', 's1'))).code).toBe('CONCURRENT_UPDATE');

  expect(writes()).toBeLessThan(100);
});

test.each(['at once', 'during the rollback'])(
  'loses no time for the rollback through a write without an answer that returns the lease %s',
  async (arrives) => {
    const cloud = setup.givenCloud();
    const leases: boolean[] = [];
    let writes = 0;
    let lost: (() => unknown) | undefined;
    cloud.calls.carryOut = async ({ action, resource }, effect) => {
      if (action === setup.SES_PUT) leases.push(setup.ledgerOf(cloud).lease !== null);
      if (action === 's3:PutObject' && LEDGER.test(resource)) writes += 1;
      if (action === 's3:PutObject' && writes === 3 && lost === undefined) {
        lost = effect;
        if (arrives === 'at once') await effect();
        throw FAILURES.reset();
      }
      const answer = await effect();
      if (action === setup.SES_GET && lost !== undefined) await lost();
      return answer;
    };

    await setup.failure(new setup.Stack(cloud).signing('t1', 's1'));

    expect(leases).toEqual([true, true]);
  },
);
