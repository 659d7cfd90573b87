import { ledgerObject } from '../../../handlers/contract';
import { BUCKET, FAILURES, REGION } from '../../support/world';
import { byHand, call, expectEnd, inTurn, type Step, sign } from './steps';
import * as setup from './support';

const given = async () => {
  const { cloud, stack } = await setup.signed();
  return { cloud, stack, payload: cloud.scheduler.pending()[0]!.payload };
};

test('an unconfirmed change is undone when its schedule fires', async () => {
  const { cloud } = await given();

  const [answer] = await cloud.fireAll();

  expect(answer).toMatchObject({ reverted: true, reason: 'Easy DKIM as before (signing on)' });
  await setup.expectEnded(cloud, 'AWS_SES on', {
    owner: null,
    lastRevert: { undid: ['t1'], restored: null },
  });
});

test('fires twice: the second does nothing', async () => {
  const { cloud, payload } = await given();
  await cloud.fireAll();

  expect(await cloud.invoke(payload)).toMatchObject({
    reverted: false,
    reason: expect.stringContaining('no longer waits for this revert'),
  });
});

test('fires late, after a newer arming of the same transaction: does nothing', async () => {
  const { cloud, stack, payload } = await given();
  await cloud.fireAll();
  await stack.signing('t1', 's1');

  expect(await cloud.invoke(payload)).toMatchObject({ reverted: false });
  expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
});

test('fires while the change is being made: waits for it, and undoes it', async () => {
  const cloud = setup.givenCloud();
  cloud.ses.verifySeconds = 60;
  cloud.calls.latencyMs = () => 50;
  const stack = new setup.Stack(cloud);
  const change = stack.signing('t1', 's1', { confirmTimeoutMinutes: 2 });
  await cloud.clock.advance(30_000);

  const [, answer] = await Promise.all([change, cloud.invoke(cloud.scheduler.pending()[0]!.payload)]);
  await cloud.clock.advance(100_000);

  expect(answer).toMatchObject({ reverted: true });
  expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
});

test('fails where the ledger is gone, changes nothing, and goes on once the ledger is restored', async () => {
  const { cloud, payload } = await given();
  const key = ledgerObject(REGION, setup.DOMAIN);
  const { body } = cloud.s3.object(BUCKET, key)!;
  cloud.s3.remove(BUCKET, key);
  const before = setup.signing(cloud);

  const { code, message } = await setup.failure(cloud.invoke(payload));

  expect(code).toBe('DEPENDENCY_FAILED');
  expect(message).toContain(`its ledger s3://${BUCKET}/${key} is gone`);
  expect(message).toContain(`byodkim revert ${setup.DOMAIN}`);
  expect(setup.signing(cloud)).toBe(before);
  expect(cloud.s3.keys(BUCKET, 'byodkim-ledger/')).toEqual([]);

  cloud.s3.write(BUCKET, key, body);
  expect(await cloud.invoke({ action: 'revert', domain: setup.DOMAIN })).toMatchObject({ reverted: true });
  await cloud.fireAll();
  await setup.expectEnded(cloud, 'AWS_SES on');
});

test('passes over what a newer function wrote into the ledger, and keeps it', async () => {
  const { cloud, payload } = await given();
  setup.rewriteLedger(cloud, (ledger) => ({
    ...ledger,
    colour: 'red',
    open: { ...ledger.open!, shape: 'round' },
  }));

  expect(await cloud.invoke(payload)).toMatchObject({ reverted: true });
  expect(setup.ledgerOf(cloud)).toMatchObject({ colour: 'red', open: null });
});

describe('a revert that fails is thrown and armed again', () => {
  test('whatever failed, until it succeeds', async () => {
    const { cloud } = await given();
    cloud.calls.addFault({ action: setup.SES_PUT, times: 7, error: FAILURES.internal() });

    const ends = await cloud.fireAll();

    expect((ends[0] as Error).name).toBe('SES_UPDATE_FAILED');
    expect(ends[2]).toMatchObject({ reverted: true });
    await setup.expectEnded(cloud, 'AWS_SES on');
  });

  test.each([
    ['the ledger cannot be read', { action: 's3:GetObject', resource: /ledger/ }],
    ['the ledger cannot be written', { action: 's3:PutObject', resource: /ledger/ }],
  ])('%s', async (_, call) => {
    const { cloud } = await given();
    cloud.calls.addFault({ ...call, times: 40 });

    const ends = await cloud.fireAll();

    expect((ends[0] as Error).name).toBe('DEPENDENCY_FAILED');
    expect(ends.at(-1)).toMatchObject({ reverted: false });
    await setup.expectEnded(cloud, 'AWS_SES on');
  });

  test('the lease is taken all the time', async () => {
    const { cloud } = await given();
    const until = cloud.scheduler.pending()[0]!.at + 3_600_000;
    cloud.calls.latencyMs = ({ action, at }) => {
      const lease = { holder: 'another', acquiredAt: at, expiresAt: at + 40_000 };
      if (action === 's3:GetObject' && at <= until)
        setup.rewriteLedger(cloud, (ledger) => ({ ...ledger, lease }));
      return 0;
    };

    const ends = await cloud.fireAll(60);

    expect((ends[0] as Error).name).toBe('CONCURRENT_UPDATE');
    await setup.expectEnded(cloud, 'AWS_SES on');
  });

  test.each(['before', 'after'] as const)('killed %s its Put: the next one ends it', async (when) => {
    const { cloud } = await given();
    cloud.calls.addFault(setup.kill(setup.SES_PUT, when));

    await cloud.fireAll();

    await setup.expectEnded(cloud, 'AWS_SES on');
  });
});

const NOTHING = { reverted: false, reason: 'nothing is waiting for a confirmation, or for SES' };
test.each<[string, Step, object, string]>([
  ['undoes what is open, and removes its schedule', sign('t1', 's1'), { reverted: true }, 'AWS_SES on'],
  ['does nothing when nothing is open', call('s1'), NOTHING, 'EXTERNAL s1 on'],
])('by hand: %s', (_, before, answer, end) => expectEnd(inTurn(before, byHand('revert', answer)), end));
