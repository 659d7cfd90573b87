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
    previous: { origin: 'AWS_SES' },
  });
});

test('after the confirmation', async () => {
  const cloud = setup.givenCloud();
  await new setup.Stack(cloud).apply('t1', 's1');

  expect(await ask(cloud)).toMatchObject({
    confirmed: true,
    revertsAt: null,
    drifted: false,
    previous: null,
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
