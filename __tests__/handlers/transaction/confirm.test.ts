import { FAILURES } from '../../support/world';
import * as setup from './support';

test('confirms what is in force: SES is read once, the ledger is written first, the schedule removed second', async () => {
  const { cloud, stack } = await setup.signed();
  const before = cloud.calls.made.length;

  const answer = await stack.confirmation('t1', 's1');

  expect(answer).toEqual({
    statusCode: 200,
    confirmed: true,
    verified: true,
    domain: setup.DOMAIN,
    selector: 's1',
    transaction: 't1',
    reapplied: false,
    warnings: [],
  });
  expect(cloud.calls.made.slice(before).map(({ action }) => action)).toEqual([
    's3:GetObject',
    's3:PutObject',
    setup.SES_GET,
    's3:PutObject',
    'scheduler:DeleteSchedule',
  ]);
  expect(setup.ledgerOf(cloud)).toMatchObject({
    open: null,
    owner: { transaction: 't1', confirmed: true },
    lease: null,
  });
});

test('NOT_STARTED right after the Put is a read of before it: nothing is put again', async () => {
  const { cloud, stack } = await setup.signed();
  cloud.ses.tamper(setup.DOMAIN, { status: 'NOT_STARTED' });

  expect(await stack.confirmation('t1', 's1')).toMatchObject({ confirmed: true, reapplied: false });
  expect(cloud.calls.count(setup.SES_PUT)).toBe(1);
});

test('NOT_STARTED later is not in force', async () => {
  const { cloud, stack } = await setup.signed();
  await cloud.clock.advance(120_000);
  cloud.ses.tamper(setup.DOMAIN, { status: 'NOT_STARTED' });

  expect(await stack.confirmation('t1', 's1')).toMatchObject({ confirmed: true, reapplied: true });
});

test('confirming twice is confirming once', async () => {
  const { cloud, stack } = await setup.signed();
  await stack.confirmation('t1', 's1');

  expect(await stack.confirmation('t1', 's1')).toMatchObject({ confirmed: true, reapplied: false });
  expect(setup.events(cloud).filter((event) => event === 'confirmed t1')).toHaveLength(1);
});

test('a schedule that cannot be removed is a warning, and harmless', async () => {
  const { cloud, stack } = await setup.signed();
  cloud.calls.addFault({ action: 'scheduler:DeleteSchedule', error: FAILURES.denied() });

  const { warnings } = await stack.confirmation('t1', 's1');
  expect(warnings).toEqual([expect.stringContaining('will fire once and do nothing')]);
  await cloud.fireAll();

  expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
  expect(cloud.scheduler.pending()).toEqual([]);
});

test('makes the change again, gate and arming included, when the revert has fired', async () => {
  const { cloud, stack } = await setup.signed();
  await cloud.fireAll();
  const before = cloud.calls.made.length;

  const answer = await stack.confirmation('t1', 's1');

  expect(answer).toMatchObject({ confirmed: true, reapplied: true });
  expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
  const made = cloud.calls.made.slice(before).map(({ action }) => action);
  expect(made).toEqual(expect.arrayContaining(['dns:Prove', 'scheduler:CreateSchedule', setup.SES_PUT]));
  expect(cloud.scheduler.pending()).toEqual([]);
  expect(setup.ledgerOf(cloud)).toMatchObject({ open: null, owner: { transaction: 't1', confirmed: true } });
});

test('adopts and confirms at once what a person has set since the revert fired', async () => {
  const { cloud, stack } = await setup.signed();
  await cloud.fireAll();
  cloud.ses.give(setup.DOMAIN, { origin: 'EXTERNAL', selector: 's1' });
  const puts = cloud.calls.count(setup.SES_PUT);

  expect(await stack.confirmation('t1', 's1')).toMatchObject({ confirmed: true, reapplied: false });
  expect(cloud.calls.count(setup.SES_PUT)).toBe(puts);
  expect(setup.ledgerOf(cloud).owner).toMatchObject({ transaction: 't1', confirmed: true });
});

test('fails when the revert has fired and the record is gone: SES stays as it was', async () => {
  const { cloud, stack } = await setup.signed();
  await cloud.fireAll();
  setup.unpublish(cloud, 's1');

  expect((await setup.failure(stack.confirmation('t1', 's1'))).code).toBe('DNS_TXT_NOT_READY');
  await setup.verify(cloud);
  expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
});

test.each(['confirmation first', 'schedule first'])(
  'the schedule fires at the same moment, %s: the change is confirmed and stays',
  async (order) => {
    const { cloud, stack } = await setup.signed();
    const [due] = cloud.scheduler.pending();
    await cloud.clock.advance(due!.at - cloud.clock.now());
    cloud.calls.latencyMs = () => 50;
    const runs = [() => stack.confirmation('t1', 's1'), () => cloud.fireDue()];

    await Promise.all((order === 'schedule first' ? runs.reverse() : runs).map((run) => run()));

    expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
    expect(setup.ledgerOf(cloud)).toMatchObject({
      open: null,
      owner: { transaction: 't1', confirmed: true },
    });
    expect(cloud.scheduler.pending()).toEqual([]);
  },
);

test.each(['before', 'after'] as const)(
  'killed %s the ledger says confirmed: confirming again ends it, and no schedule undoes it',
  async (when) => {
    const { cloud, stack } = await setup.signed();
    cloud.calls.addFault({ action: 's3:PutObject', nth: 2, kind: 'kill', when });
    await expect(stack.confirmation('t1', 's1')).rejects.toThrow('killed');

    await stack.confirmation('t1', 's1');
    await cloud.fireAll();

    expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
    expect(cloud.scheduler.pending()).toEqual([]);
  },
);

test('fails with CONCURRENT_UPDATE while a newer attempt is open', async () => {
  const { cloud, stack } = await setup.signed();
  await stack.signing('t2', 's2');

  const { code, message } = await setup.failure(stack.confirmation('t1', 's1'));

  expect(code).toBe('CONCURRENT_UPDATE');
  expect(message).toContain('overtaken by t2');
  expect(setup.ledgerOf(cloud).open?.transaction).toBe('t2');
});

test('a drift by hand between signing and confirmation is fixed', async () => {
  const { cloud, stack } = await setup.signed();
  cloud.ses.tamper(setup.DOMAIN, { enabled: false });

  expect(await stack.confirmation('t1', 's1')).toMatchObject({ reapplied: true });
  expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
});

test('fails and puts back what was before when the repeated change cannot be written down', async () => {
  const { cloud, stack } = await setup.signed();
  await cloud.fireAll();
  // The lease, the lease again, opened; then confirmed.
  cloud.calls.addFault({ action: 's3:PutObject', nth: 5 });

  expect((await setup.failure(stack.confirmation('t1', 's1'))).code).toBe('DEPENDENCY_FAILED');
  await setup.verify(cloud);

  expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
  expect(cloud.scheduler.pending()).toEqual([]);
});

describe('by hand', () => {
  const byHand = { action: 'confirm', domain: setup.DOMAIN };

  test('confirms what is open', async () => {
    const { cloud } = await setup.signed();

    expect(await cloud.invoke(byHand)).toMatchObject({ confirmed: true, transaction: 't1' });
    expect(setup.ledgerOf(cloud)).toMatchObject({
      open: null,
      owner: { transaction: 't1', confirmed: false },
    });
    expect(cloud.scheduler.pending()).toEqual([]);
  });
});
