import { testKey } from '../../support/world';
import * as setup from '../transaction/support';

const ask = (cloud: ReturnType<typeof setup.givenCloud>) =>
  cloud.invoke({ action: 'status', domain: setup.DOMAIN });

test('before the first apply: what SES has, and nothing of ours', async () => {
  const cloud = setup.givenCloud();

  expect(await ask(cloud)).toMatchObject({
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
  });
});

test('reads, and takes no lease', async () => {
  const cloud = setup.givenCloud();
  await new setup.Stack(cloud).apply('t1', 's1');
  const before = cloud.calls.made.length;

  await ask(cloud);

  expect(cloud.calls.made.slice(before).map(({ action }) => action)).not.toContain('s3:PutObject');
});

test('while a change waits for its confirmation: when it reverts, and to what', async () => {
  const cloud = setup.givenCloud();
  await new setup.Stack(cloud).signing('t1', 's1');

  expect(await ask(cloud)).toMatchObject({
    selector: 's1',
    fingerprint: testKey('s1').publicKey.fingerprint,
    transaction: 't1',
    confirmed: false,
    revertsAt: '2025-09-17T10:41:00.000Z',
  });
});

test('after a direct call on a domain without a stack: what it has set', async () => {
  const cloud = setup.givenCloud();
  await setup.direct(cloud, 's1');

  expect(await ask(cloud)).toMatchObject({
    selector: 's1',
    fingerprint: testKey('s1').publicKey.fingerprint,
    confirmed: false,
    drifted: false,
  });
});

test('without an identity', async () => {
  const cloud = setup.givenCloud();
  await new setup.Stack(cloud).apply('t1', 's1');
  cloud.ses.remove(setup.DOMAIN);

  expect(await ask(cloud)).toMatchObject({ ses: null, drifted: true });
});

test('while a run is at work, and after one that died: until when', async () => {
  const cloud = setup.givenCloud();
  cloud.calls.addFault({ action: setup.SES_PUT, kind: 'kill' });
  await setup.failure(setup.direct(cloud, 's1'));
  expect((await ask(cloud)).busyUntil).toBe('2025-09-17T10:30:40.000Z');

  await cloud.clock.advance(60_000);
  expect((await ask(cloud)).busyUntil).toBeNull();
});

/** Signs with s1; a rotation to s2 is confirmed, waits for SES, and is rolled back by hand. */
async function rolledBackWhileWaiting() {
  const { cloud, stack } = await setup.applied();
  cloud.ses.verifySeconds = 20 * 60;
  await stack.apply('t2', 's2');
  expect(await ask(cloud)).toMatchObject({ selector: 's2', confirmed: true, waiting: true });
  await cloud.invoke({ action: 'revert', domain: setup.DOMAIN });
  return cloud;
}

test('after a rollback of what waited for SES: the earlier selector is in force, and SES has not drifted', async () => {
  const cloud = await rolledBackWhileWaiting();
  const expected = {
    selector: 's1',
    fingerprint: testKey('s1').publicKey.fingerprint,
    drifted: false,
    history: expect.arrayContaining([expect.objectContaining({ event: 'reverted' })]),
  };
  expect(await ask(cloud)).toMatchObject({ ...expected, ses: { selector: 's1', status: 'PENDING' } });

  await cloud.clock.advance(3_600_000);

  expect(await ask(cloud)).toMatchObject({ ...expected, ses: { selector: 's1', status: 'SUCCESS' } });
});

test('after a rollback of a first change that waited for SES: nothing is in force', async () => {
  const { cloud, stack } = setup.given();
  cloud.ses.verifySeconds = 20 * 60;
  await stack.apply('t1', 's1');

  await cloud.invoke({ action: 'revert', domain: setup.DOMAIN });

  expect(await ask(cloud)).toMatchObject({ ses: { origin: 'AWS_SES' }, selector: null, drifted: false });
});

test('after a direct call beside a stack: what the call has set', async () => {
  const { cloud } = await setup.applied();
  await setup.direct(cloud, 's2');

  expect(await ask(cloud)).toMatchObject({ selector: 's2', drifted: false });
});
