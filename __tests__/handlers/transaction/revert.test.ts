import { ledgerObject } from '../../../handlers/contract';
import { BUCKET, FAILURES, type FakeCloud, REGION } from '../../support/world';
import * as setup from './support';

const open = async () => {
  const { cloud, stack } = await setup.signed();
  return { cloud, stack, payload: cloud.scheduler.pending()[0]!.payload };
};

/** What the function did to SES from now on. */
const watch = (cloud: FakeCloud) => {
  const before = cloud.calls.made.length;
  return () =>
    cloud.calls.made
      .slice(before)
      .map(({ action }) => action)
      .filter((action) => action.startsWith('ses:'));
};

test('an unconfirmed change is undone when its schedule fires: one read and one Put', async () => {
  const { cloud } = await open();
  const calls = watch(cloud);

  const [answer] = await cloud.fireAll();
  await setup.verify(cloud);

  expect(answer).toMatchObject({ reverted: true, reason: 'Easy DKIM as before (signing on)' });
  expect(calls()).toEqual([setup.SES_GET, setup.SES_PUT]);
  expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
  expect(setup.ledgerOf(cloud)).toMatchObject({
    open: null,
    owner: null,
    lastRevert: { undid: ['t1'], restored: null },
    lease: null,
  });
});

test('fires twice: the second does nothing', async () => {
  const { cloud, payload } = await open();
  await cloud.fireAll();
  const calls = watch(cloud);

  expect(await cloud.invoke(payload)).toMatchObject({
    reverted: false,
    reason: expect.stringContaining('not waiting for this revert any more'),
  });
  expect(calls()).toEqual([]);
});

test('fires late, after a newer arming of the same transaction: does nothing', async () => {
  const { cloud, stack, payload } = await open();
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
  const { cloud, payload } = await open();
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
  await setup.verify(cloud);
  expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
});

test('passes over what a newer function wrote into the ledger, and keeps it', async () => {
  const { cloud, payload } = await open();
  setup.rewriteLedger(cloud, (ledger) => ({
    ...ledger,
    colour: 'red',
    open: { ...ledger.open!, shape: 'round' },
  }));

  expect(await cloud.invoke(payload)).toMatchObject({ reverted: true });
  expect(setup.ledgerOf(cloud)).toMatchObject({ colour: 'red', open: null });
});

test('a prior state with signing off takes two writes and no read', async () => {
  const cloud = setup.givenCloud();
  cloud.ses.tamper(setup.DOMAIN, { enabled: false });
  await new setup.Stack(cloud).signing('t1', 's1');
  const calls = watch(cloud);

  await cloud.fireAll();
  await setup.verify(cloud);

  expect(calls()).toEqual([setup.SES_PUT, 'ses:PutEmailIdentityDkimAttributes']);
  expect(setup.signing(cloud)).toBe('AWS_SES off SUCCESS');
});

describe('a revert that fails is thrown and armed again', () => {
  test('whatever failed, until it succeeds', async () => {
    const { cloud } = await open();
    cloud.calls.addFault({ action: setup.SES_PUT, times: 7, error: FAILURES.internal() });

    const ends = await cloud.fireAll();
    await setup.verify(cloud);

    expect((ends[0] as Error).name).toBe('SES_UPDATE_FAILED');
    expect(ends[2]).toMatchObject({ reverted: true });
    expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
    expect(cloud.scheduler.pending()).toEqual([]);
  });

  test.each([
    ['the ledger cannot be read', { action: 's3:GetObject', resource: /ledger/ }],
    ['the ledger cannot be written', { action: 's3:PutObject', resource: /ledger/ }],
  ])('%s', async (_, call) => {
    const { cloud } = await open();
    cloud.calls.addFault({ ...call, times: 40 });

    const ends = await cloud.fireAll();
    await setup.verify(cloud);

    expect((ends[0] as Error).name).toBe('DEPENDENCY_FAILED');
    expect(ends.at(-1)).toMatchObject({ reverted: false });
    expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
    expect(setup.ledgerOf(cloud).open).toBeNull();
    expect(cloud.scheduler.pending()).toEqual([]);
  });

  test('the lease is taken all the time', async () => {
    const { cloud } = await open();
    const busy = cloud.calls;
    let until = Number.POSITIVE_INFINITY;
    busy.latencyMs = ({ action, at }) => {
      if (action !== 's3:GetObject' || at > until) return 0;
      const ledger = setup.ledgerOf(cloud);
      const lease = { holder: 'another', acquiredAt: at, expiresAt: at + 40_000 };
      cloud.s3.write(BUCKET, ledgerObject(REGION, setup.DOMAIN), JSON.stringify({ ...ledger, lease }));
      return 0;
    };
    until = cloud.scheduler.pending()[0]!.at + 3_600_000;

    const ends = await cloud.fireAll(60);
    await setup.verify(cloud);

    expect((ends[0] as Error).name).toBe('CONCURRENT_UPDATE');
    expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
  });

  test('killed before and after its Put: the next one ends it', async () => {
    for (const when of ['before', 'after'] as const) {
      const { cloud } = await open();
      cloud.calls.addFault({ action: setup.SES_PUT, kind: 'kill', when });

      await cloud.fireAll();
      await setup.verify(cloud);

      expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
      expect(setup.ledgerOf(cloud)).toMatchObject({ open: null, lease: null });
    }
  });
});

describe('by hand', () => {
  const byHand = { action: 'revert', domain: setup.DOMAIN };

  test('undoes what is open, and removes its schedule', async () => {
    const { cloud } = await open();

    expect(await cloud.invoke(byHand)).toMatchObject({ reverted: true });
    expect(cloud.scheduler.pending()).toEqual([]);
    expect(cloud.ses.state(setup.DOMAIN)?.origin).toBe('AWS_SES');
  });

  test('does nothing when nothing is open', async () => {
    const cloud = setup.givenCloud();
    await setup.direct(cloud, 's1');

    expect(await cloud.invoke(byHand)).toMatchObject({ reverted: false });
    expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
  });
});
