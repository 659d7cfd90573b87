import { ledgerObject } from '../../../handlers/contract';
import { BUCKET, FAILURES, type FakeCloud, REGION, testKey } from '../../support/world';
import * as setup from './support';

test('rolls back to what was before the first apply', async () => {
  const { cloud, stack } = await setup.applied();
  await stack.apply('t2', 's2');

  const answer = await stack.deleteSigning('t2', 's2');
  await setup.verify(cloud);

  expect(answer).toMatchObject({
    statusCode: 200,
    reverted: true,
    reason: 'Easy DKIM as before (signing on)',
  });
  expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
  expect(setup.ledgerOf(cloud)).toMatchObject({ baseline: null, owner: null, open: null, lease: null });
});

test('needs neither DNS nor the private key of what it removes', async () => {
  const { cloud, stack } = await setup.applied();
  setup.unpublish(cloud, 's1');
  setup.removeKey(cloud, 's1');

  expect(await stack.deleteSigning('t1', 's1')).toMatchObject({ reverted: true });
  expect(cloud.ses.state(setup.DOMAIN)?.origin).toBe('AWS_SES');
});

test('rolls back to BYODKIM that was set by hand before', async () => {
  const cloud = setup.givenCloud();
  cloud.ses.give(setup.DOMAIN, { origin: 'EXTERNAL', selector: 's1' });
  const stack = new setup.Stack(cloud);
  await stack.apply('t1', 's2');

  await stack.deleteSigning('t1', 's2');
  await setup.verify(cloud);

  expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
  expect(cloud.ses.signingKey(setup.DOMAIN)).toBe(testKey('s1').publicKey.spki);
});

test('what was adopted as it was stays as it was', async () => {
  const cloud = setup.givenCloud();
  cloud.ses.give(setup.DOMAIN, { origin: 'EXTERNAL', selector: 's1' });
  const stack = new setup.Stack(cloud);
  await stack.apply('t1', 's1');

  expect(await stack.deleteSigning('t1', 's1')).toMatchObject({ reverted: false });
  expect(cloud.calls.count(setup.SES_PUT)).toBe(0);
});

test.each([['superseded', 't1', 'superseded by t2']])(
  'a delete that is %s does nothing',
  async (_, transaction, reason) => {
    const { cloud, stack } = await setup.applied();
    await stack.apply('t2', 's2');

    const answer = await stack.deleteSigning(transaction, 's1');

    expect(answer).toMatchObject({ reverted: false, reason: expect.stringContaining(reason) });
    expect(setup.signing(cloud)).toBe('EXTERNAL s2 on SUCCESS');
  },
);

test('every further delete does nothing', async () => {
  const { cloud, stack } = await setup.applied();
  await stack.deleteSigning('t1', 's1');
  const before = cloud.calls.count(/^ses:/);

  expect(await stack.deleteSigning('t1', 's1')).toMatchObject({
    reverted: false,
    reason: 'what was before is already restored',
  });
  expect(cloud.calls.count(/^ses:/)).toBe(before);
});

test('while armed: rolls back, and the schedule is removed', async () => {
  const { cloud, stack } = await setup.signed();

  expect(await stack.deleteSigning('t1', 's1')).toMatchObject({ reverted: true });
  expect(cloud.scheduler.pending()).toEqual([]);
  expect(cloud.ses.state(setup.DOMAIN)?.origin).toBe('AWS_SES');
});

test.each(['before', 'after'] as const)(
  'killed %s its Put while armed, and the schedule fires: deleting again ends at the baseline',
  async (when) => {
    const { cloud, stack } = await setup.applied();
    await stack.signing('t2', 's2');
    cloud.calls.addFault({ action: setup.SES_PUT, kind: 'kill', when });
    await expect(stack.deleteSigning('t2', 's2')).rejects.toThrow('killed');
    await cloud.fireAll();

    await stack.deleteSigning('t2', 's2');
    await stack.deleteSigning('t1', 's1');
    await setup.verify(cloud);

    expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
    expect(setup.ledgerOf(cloud)).toMatchObject({ baseline: null, owner: null, open: null });
  },
);

describe('after a rotation whose signing was cut off, the engine deletes only the signing of before', () => {
  test.each([
    ['before its Put', setup.SES_PUT, 'before'],
    ['after its Put', setup.SES_PUT, 'after'],
    ['before its arming', 'scheduler:CreateSchedule', 'before'],
    ['after its arming', 'scheduler:CreateSchedule', 'after'],
  ] as const)('%s: the delete acts, whether or not the schedule fired first', async (_, action, when) => {
    for (const fires of [false, true]) {
      const { cloud, stack } = await setup.applied();
      cloud.calls.addFault({ action, kind: 'kill', when });
      await expect(stack.signing('t2', 's2')).rejects.toThrow('killed');
      if (fires) await cloud.fireAll();

      expect(await stack.deleteSigning('t1', 's1')).toMatchObject({ reverted: true });
      await cloud.fireAll();
      await setup.verify(cloud);

      expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
      expect(setup.ledgerOf(cloud)).toMatchObject({ baseline: null, owner: null, open: null });
    }
  });

  test('without a revert of its own, after a first attempt that was undone: the delete acts', async () => {
    const { cloud, stack } = await setup.signed();
    await cloud.fireAll();
    cloud.calls.addFault({ action: setup.SES_PUT, kind: 'kill', when: 'after' });
    await expect(stack.signing('t2', 's2', { confirmTimeoutMinutes: 0 })).rejects.toThrow('killed');

    await stack.deleteSigning('t1', 's1');
    await setup.verify(cloud);

    expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
  });
});

describe('`Signing` of a confirmed transaction that the engine replaces alone (-replace, taint)', () => {
  const replaced = async (spoil: (cloud: FakeCloud) => void = () => undefined) => {
    const { cloud, stack } = await setup.applied();
    await setup.verify(cloud);
    spoil(cloud);
    await stack.signing('t1', 's1');
    return { cloud, stack };
  };
  const confirmationDeleted = (stack: setup.Stack) => stack.delete('Confirmation', 't1', 's1', {});

  test.each<[string, (cloud: FakeCloud) => void]>([
    ['in step', () => undefined],
    ['changed by hand', (cloud) => cloud.ses.tamper(setup.DOMAIN, { enabled: false })],
  ])('stays in force: %s', async (_, spoil) => {
    const { cloud, stack } = await replaced(spoil);

    expect(await stack.deleteSigning('t1', 's1')).toMatchObject({ reverted: false });
    await setup.verify(cloud);

    expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
    expect(setup.ledgerOf(cloud)).toMatchObject({ owner: { transaction: 't1', confirmed: true } });
  });

  test('stays in force where its stack was confirmed only after that, and where it is replaced twice', async () => {
    const { cloud, stack } = await setup.signed();
    await stack.signing('t1', 's1');
    await stack.signing('t1', 's1');
    await stack.confirmation('t1', 's1');

    for (let object = 1; object <= 2; object += 1)
      expect(await stack.deleteSigning('t1', 's1')).toMatchObject({ reverted: false });
    expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
  });

  test('is not taken for replaced when the provider had created it twice and the first run ends last', async () => {
    const cloud = setup.givenCloud();
    const stack = new setup.Stack(cloud);
    cloud.calls.latencyMs = ({ action, invocation }) =>
      action === 'dns:Prove' && invocation === 1 ? 120_000 : 10;
    const abandoned = stack.signing('t1', 's1').catch(() => undefined);
    await stack.apply('t1', 's1');
    await abandoned;

    expect(setup.ledgerOf(cloud)).toMatchObject({ recreated: null });
    expect(await stack.deleteSigning('t1', 's1')).toMatchObject({ reverted: true });
  });

  test('goes when the stack is destroyed afterwards', async () => {
    const { stack } = await replaced();
    await stack.deleteSigning('t1', 's1');

    await confirmationDeleted(stack);
    expect(await stack.deleteSigning('t1', 's1')).toMatchObject({ reverted: true });
  });

  test('goes when the stack is destroyed before the earlier object was deleted', async () => {
    const { cloud, stack } = await replaced();

    await confirmationDeleted(stack);
    expect(await stack.deleteSigning('t1', 's1')).toMatchObject({ reverted: true });
    expect(await stack.deleteSigning('t1', 's1')).toMatchObject({ reverted: false });
    expect(setup.signing(cloud)).toMatch(/^AWS_SES/);
  });
});

describe('what is missing does not block, and is reported', () => {
  test('the identity', async () => {
    const { cloud, stack } = await setup.applied();
    cloud.ses.remove(setup.DOMAIN);

    expect(await stack.deleteSigning('t1', 's1')).toMatchObject({
      reverted: false,
      reason: 'the identity does not exist any more',
    });
    expect(setup.ledgerOf(cloud).owner).toBeNull();
  });

  test('the ledger', async () => {
    const { cloud, stack } = await setup.applied();
    cloud.s3.remove(BUCKET, ledgerObject(REGION, setup.DOMAIN));

    expect(await stack.deleteSigning('t1', 's1')).toMatchObject({
      reverted: false,
      reason: expect.stringContaining('there is no ledger'),
    });
    expect(cloud.s3.keys(BUCKET, 'byodkim-ledger/')).toEqual([]);
  });

  test('the key of before', async () => {
    const cloud = setup.givenCloud();
    cloud.ses.give(setup.DOMAIN, { origin: 'EXTERNAL', selector: 's1' });
    const stack = new setup.Stack(cloud);
    await stack.apply('t1', 's2');
    setup.removeKey(cloud, 's1');

    expect(await stack.deleteSigning('t1', 's2')).toMatchObject({
      reverted: false,
      incomplete: true,
      reason: expect.stringContaining('SES was left as it is'),
    });
    expect(setup.signing(cloud)).toBe('EXTERNAL s2 on SUCCESS');
  });
});

test('fails when SES refuses, keeps the ledger, and ends when repeated', async () => {
  const { cloud, stack } = await setup.applied();
  cloud.calls.addFault({ action: setup.SES_PUT, error: FAILURES.denied() });

  expect((await setup.failure(stack.deleteSigning('t1', 's1'))).code).toBe('ACCESS_DENIED');
  expect(setup.ledgerOf(cloud)).toMatchObject({ owner: { transaction: 't1' }, lease: null });

  expect(await stack.deleteSigning('t1', 's1')).toMatchObject({ reverted: true });
});

test('a baseline with signing off is written back whole, whatever was changed by hand since', async () => {
  const cloud = setup.givenCloud();
  cloud.ses.tamper(setup.DOMAIN, { enabled: false });
  const stack = new setup.Stack(cloud);
  await stack.signing('t1', 's1');
  cloud.ses.tamper(setup.DOMAIN, { enabled: false, origin: 'EXTERNAL', tokens: ['s2'] });
  const before = cloud.calls.count(/^ses:/);

  await stack.deleteSigning('t1', 's1');
  await setup.verify(cloud);

  expect(setup.signing(cloud)).toBe('AWS_SES off SUCCESS');
  expect(cloud.calls.count(/^ses:/) - before).toBe(2);
  expect(cloud.calls.count(setup.SES_FLAG)).toBe(2);
});

describe('a destroy that takes two writes', () => {
  const toBeOff = async () => {
    const cloud = setup.givenCloud();
    cloud.ses.tamper(setup.DOMAIN, { enabled: false });
    const stack = new setup.Stack(cloud);
    await stack.apply('t1', 's1');
    return { cloud, stack };
  };

  test('leaves no schedule', async () => {
    const { cloud, stack } = await toBeOff();

    expect(await stack.deleteSigning('t1', 's1')).toMatchObject({ reverted: true, warnings: [] });
    expect(cloud.scheduler.pending()).toEqual([]);
    expect(setup.ledgerOf(cloud)).toMatchObject({ open: null, owner: null, baseline: null });
  });

  test.each([
    ['by its schedule', async () => undefined],
    ['by deleting again', (stack: setup.Stack) => stack.deleteSigning('t1', 's1')],
  ])('and is killed between them is ended %s', async (_, end) => {
    const { cloud, stack } = await toBeOff();
    cloud.calls.addFault({ action: setup.SES_PUT, kind: 'kill', when: 'after' });
    await expect(stack.deleteSigning('t1', 's1')).rejects.toThrow('killed');
    expect(setup.signing(cloud)).toBe('AWS_SES on PENDING');

    await end(stack);
    await cloud.fireAll();
    await setup.verify(cloud);

    expect(setup.signing(cloud)).toBe('AWS_SES off SUCCESS');
    await stack.deleteSigning('t1', 's1');
    expect(cloud.ses.state(setup.DOMAIN)).toMatchObject({ origin: 'AWS_SES', enabled: false });
    expect(setup.ledgerOf(cloud)).toMatchObject({ open: null, owner: null, baseline: null });
  });
});

test('a destroy over what was set by hand since the change was rolled back is ended by its schedule when it is killed between two writes', async () => {
  const cloud = setup.givenCloud();
  cloud.giveKey(setup.DOMAIN, 's9');
  cloud.ses.give(setup.DOMAIN, { origin: 'EXTERNAL', selector: 's9', enabled: false });
  cloud.ses.verifySeconds = Number.POSITIVE_INFINITY;
  const stack = new setup.Stack(cloud);
  await stack.apply('t1', 's1');
  await cloud.invoke({ action: 'revert', domain: setup.DOMAIN });
  cloud.ses.give(setup.DOMAIN);
  cloud.calls.addFault({ action: setup.SES_PUT, kind: 'kill', when: 'after' });
  await expect(stack.deleteSigning('t1', 's1')).rejects.toThrow('killed');

  await cloud.fireAll();

  expect(cloud.ses.state(setup.DOMAIN)).toMatchObject({
    origin: 'EXTERNAL',
    selector: 's9',
    enabled: false,
  });
});

test('a direct call over a rotation that was cut off does not keep a destroy of the stack from rolling back', async () => {
  const { cloud, stack } = await setup.signed();
  cloud.calls.addFault({ action: setup.SES_PUT, kind: 'kill', when: 'before' });
  await expect(stack.signing('t2', 's2')).rejects.toThrow('killed');
  await setup.direct(cloud, 's1');

  expect(await stack.deleteSigning('t1', 's1')).toMatchObject({ reverted: true });
  await setup.verify(cloud);
  expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
});

test('a destroy that was killed between two writes and is followed by an apply ends as wanted', async () => {
  const cloud = setup.givenCloud();
  cloud.ses.tamper(setup.DOMAIN, { enabled: false });
  const stack = new setup.Stack(cloud);
  await stack.apply('t1', 's1');
  await setup.direct(cloud, 's2');
  await stack.delete('Confirmation', 't1', 's1', {});
  cloud.calls.addFault({ action: setup.SES_PUT, kind: 'kill', when: 'before' });
  await expect(stack.deleteSigning('t1', 's1')).rejects.toThrow('killed');

  await stack.confirmation('t1', 's1');
  await cloud.fireAll();

  expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
});

test('what was set by hand after a failed first apply is what a later destroy rolls back to', async () => {
  const { cloud, stack } = await setup.signed();
  await cloud.fireAll();
  cloud.ses.give(setup.DOMAIN, { origin: 'EXTERNAL', selector: 's1' });
  await stack.apply('t2', 's2');

  await stack.deleteSigning('t2', 's2');
  await setup.verify(cloud);

  expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
});
