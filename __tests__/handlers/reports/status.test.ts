import { FAILURES, type FakeCloud, testKey } from '../../support/world';
import * as setup from '../transaction/support';

const ask = (cloud: FakeCloud) => cloud.invoke({ action: 'status', domain: setup.DOMAIN });
const fingerprint = testKey('s1').publicKey.fingerprint;

test.each<[string, (cloud: FakeCloud, stack: setup.Stack) => unknown, object]>([
  [
    'before the first apply: what SES has, and nothing of ours',
    () => {},
    {
      statusCode: 200,
      domain: setup.DOMAIN,
      region: 'ap-northeast-1',
      ses: { origin: 'AWS_SES', status: 'SUCCESS' },
      selector: null,
      transaction: null,
      confirmed: false,
      revertsAt: null,
      drifted: false,
      busyUntil: null,
      baseline: null,
      history: [],
    },
  ],
  [
    'while a change waits for its confirmation: when it reverts, and to what',
    (_, stack) => stack.signing('t1', 's1'),
    {
      selector: 's1',
      fingerprint,
      transaction: 't1',
      confirmed: false,
      revertsAt: '2025-09-17T10:41:00.000Z',
    },
  ],
  [
    'after a direct call on a domain without a stack: what it has set',
    (cloud) => setup.direct(cloud, 's1'),
    { selector: 's1', fingerprint, confirmed: false, drifted: false },
  ],
  [
    'after a direct call beside a stack: what the call has set',
    async (cloud, stack) => {
      await stack.apply('t1', 's1');
      await setup.direct(cloud, 's2');
    },
    { selector: 's2', drifted: false },
  ],
  [
    'without an identity',
    async (cloud, stack) => {
      await stack.apply('t1', 's1');
      cloud.ses.remove(setup.DOMAIN);
    },
    { ses: null, drifted: true },
  ],
  [
    'after a rollback of a first change that waited for SES: nothing is in force',
    async (cloud, stack) => {
      cloud.ses.verifySeconds = 20 * 60;
      await stack.apply('t1', 's1');
      await cloud.invoke({ action: 'revert', domain: setup.DOMAIN });
    },
    { ses: { origin: 'AWS_SES' }, selector: null, drifted: false },
  ],
])('%s', async (_, happens, expected) => {
  const { cloud, stack } = setup.given();
  await happens(cloud, stack);
  expect(await ask(cloud)).toMatchObject(expected);
});

test('reads, and takes no lease', async () => {
  const { cloud } = await setup.applied();
  const before = cloud.calls.made.length;

  await ask(cloud);

  expect(cloud.calls.made.slice(before).map(({ action }) => action)).not.toContain('s3:PutObject');
});

test('reports until when a run is at work, and the same after one that died', async () => {
  const cloud = setup.givenCloud();
  cloud.calls.addFault({ action: setup.SES_PUT, kind: 'kill' });
  await setup.failure(setup.direct(cloud, 's1'));
  expect((await ask(cloud)).busyUntil).toBe('2025-09-17T10:30:40.000Z');

  await cloud.clock.advance(60_000);
  expect((await ask(cloud)).busyUntil).toBeNull();
});

test('reports the earlier selector in force, without drift, after a rollback of a change that waited for SES', async () => {
  const { cloud, stack } = await setup.applied();
  cloud.ses.verifySeconds = 20 * 60;
  await stack.apply('t2', 's2');
  const { ses, ...waiting } = await ask(cloud);
  expect(waiting).toMatchObject({ selector: 's2', confirmed: true, waiting: true });
  expect(ses.verifiedForSending).toBe(cloud.ses.sending === 'allowed');
  await cloud.invoke({ action: 'revert', domain: setup.DOMAIN });
  const expected = { selector: 's1', fingerprint, drifted: false };
  expect(await ask(cloud)).toMatchObject({ ...expected, ses: { selector: 's1', status: 'PENDING' } });

  await cloud.clock.advance(3_600_000);

  expect(await ask(cloud)).toMatchObject({ ...expected, ses: { selector: 's1', status: 'SUCCESS' } });
});

test.each([0, 50])(
  'reports no drift %i minutes after a rollback, while SES begins to verify again',
  async (minutes) => {
    const { cloud, stack } = await setup.applied();
    cloud.ses.verifySeconds = 20 * 60;
    await stack.apply('t2', 's2');
    await cloud.invoke({ action: 'revert', domain: setup.DOMAIN });
    await cloud.clock.advance(minutes * 60_000);
    cloud.ses.tamper(setup.DOMAIN, { status: 'NOT_STARTED' });

    expect(await ask(cloud)).toMatchObject({ drifted: false, ses: { selector: 's1', status: 'PENDING' } });
  },
);

test('reports when to check again after a failed repair, since SES may still show its earlier state', async () => {
  const { cloud } = await setup.applied();
  await cloud.clock.advance(3_600_000);
  cloud.ses.tamper(setup.DOMAIN, { enabled: false });
  expect((await ask(cloud)).settlesAt).toBeNull();

  cloud.calls.addFault({ action: setup.SES_PUT, error: FAILURES.denied(), times: 9 });
  expect(await setup.direct(cloud, 's2')).toMatchObject({ error: 'ACCESS_DENIED' });
  const { settlesAt, now } = await ask(cloud);
  expect(Date.parse(settlesAt) - Date.parse(now)).toBeGreaterThan(0);

  await cloud.clock.advance(15_000);
  expect((await ask(cloud)).settlesAt).toBeNull();
});
