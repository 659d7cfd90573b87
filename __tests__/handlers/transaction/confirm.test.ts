import { FAILURES, TOPICS } from '../../support/world';
import {
  byHand,
  call,
  confirm,
  expectEnd,
  failsWith,
  fire,
  type Given,
  inTurn,
  killed,
  type Step,
  set,
  sign,
  switchedOff,
  tamper,
  verifiesAfter,
  verify,
} from './steps';
import * as setup from './support';

/** By then SES is asked again, and not taken to have what `Signing` has seen. */
const aMinuteLater = ({ cloud }: Pick<Parameters<Step>[0], 'cloud'>) => cloud.clock.advance(60_000);

const CONFIRMED = { owner: { transaction: 't1', confirmed: true }, lastRevert: null };

test('confirms the state in force: reads SES once, writes the ledger, then removes the schedule', async () => {
  const { cloud, stack } = await setup.signed();
  await aMinuteLater({ cloud });
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
  expect(setup.ledgerOf(cloud)).toMatchObject({ open: null, lease: null, ...CONFIRMED });
});

test.each<[string, Step, boolean]>([
  ['right after the Put is a read of before it: nothing is put again', inTurn(), false],
  ['later is not in force', ({ cloud }) => cloud.clock.advance(120_000), true],
])('NOT_STARTED %s', (_, wait, reapplied) =>
  expectEnd(
    inTurn(
      sign('t1', 's1'),
      wait,
      tamper({ status: 'NOT_STARTED' }),
      confirm('t1', 's1', { confirmed: true, reapplied }),
      tamper({ status: undefined }),
      fire,
    ),
    'EXTERNAL s1 on',
  ),
);

test('treats a second confirmation like the first', async () => {
  const { cloud, stack } = await setup.signed();
  await stack.confirmation('t1', 's1');

  expect(await stack.confirmation('t1', 's1')).toMatchObject({ confirmed: true, reapplied: false });
  expect(setup.events(cloud).filter((event) => event === 'confirmed t1')).toHaveLength(1);
});

test.each<[string, (given: Given) => Promise<any>, string]>([
  ['of a confirmed change', ({ stack }) => stack.confirmation('t1', 's1'), 'EXTERNAL s1 on'],
  ['of a change that a direct call confirms', ({ cloud }) => setup.direct(cloud, 's1'), 'EXTERNAL s1 on'],
  ['of a change that is taken over', ({ stack }) => stack.signing('t2', 's2'), 'AWS_SES on'],
])('warns of a schedule %s that cannot be removed, and is harmless', async (_, run, end) => {
  const { cloud, stack } = await setup.signed();
  cloud.calls.addFault({ action: 'scheduler:DeleteSchedule', error: FAILURES.denied() });

  const { warnings } = await run({ cloud, stack });
  expect(warnings).toEqual([expect.stringContaining('will fire once and do nothing')]);
  await cloud.fireAll();

  await setup.expectEnded(cloud, end);
});

test('makes the change again, including gate and arming, if the revert has fired', async () => {
  const { cloud, stack } = await setup.signed();
  await cloud.fireAll();
  const before = cloud.calls.made.length;

  const answer = await stack.confirmation('t1', 's1');

  expect(answer).toMatchObject({ confirmed: true, verified: true, reapplied: true });
  const made = cloud.calls.made.slice(before).map(({ action }) => action);
  expect(made).toEqual(expect.arrayContaining(['dns:Prove', 'scheduler:CreateSchedule', setup.SES_PUT]));
  await setup.expectEnded(cloud, 'EXTERNAL s1 on', CONFIRMED);
});

test.each<[string, Step, string, object?]>([
  [
    'adopts and confirms at once what a person has set since the revert fired',
    inTurn(
      sign('t1', 's1'),
      fire,
      set({ origin: 'EXTERNAL', selector: 's1' }),
      confirm('t1', 's1', { confirmed: true, reapplied: false }),
      tamper({ status: 'TEMPORARY_FAILURE' }),
      confirm('t1', 's1', { confirmed: true, verified: false, warnings: [] }),
      tamper({ status: undefined }),
    ),
    'EXTERNAL s1 on',
    CONFIRMED,
  ],
  [
    'fails when the revert has fired and the record is gone: SES stays as it was',
    inTurn(
      sign('t1', 's1'),
      fire,
      ({ cloud }) => setup.unpublish(cloud, 's1'),
      failsWith(confirm('t1', 's1'), 'DNS_TXT_NOT_READY'),
    ),
    'AWS_SES on',
  ],
  [
    'fails and puts back what was before when the repeated change cannot be written down',
    inTurn(
      sign('t1', 's1'),
      fire,
      // The lease, the lease again, opened; then confirmed.
      ({ cloud }) => cloud.calls.addFault({ action: 's3:PutObject', nth: 5 }),
      failsWith(confirm('t1', 's1'), 'DEPENDENCY_FAILED'),
    ),
    'AWS_SES on',
  ],
  [
    'fixes a drift by hand since the signing',
    inTurn(sign('t1', 's1'), aMinuteLater, switchedOff, confirm('t1', 's1', { reapplied: true })),
    'EXTERNAL s1 on',
  ],
  ...(['before', 'after'] as const).map((when): [string, Step, string, object] => [
    `killed ${when} the ledger says confirmed ends when it is repeated, and no schedule undoes it`,
    inTurn(sign('t1', 's1'), killed(confirm('t1', 's1'), 's3:PutObject', when, 2), confirm('t1', 's1'), fire),
    'EXTERNAL s1 on',
    CONFIRMED,
  ]),
  [
    'by hand is of what is open, and its stack has still to confirm it',
    inTurn(sign('t1', 's1'), byHand('confirm', { statusCode: 200, confirmed: true, transaction: 't1' })),
    'EXTERNAL s1 on',
    { owner: { transaction: 't1', confirmed: false } },
  ],
  [
    'by hand while SES is still verifying leaves its stack to confirm it, which it does',
    inTurn(
      verifiesAfter(1_200),
      sign('t1', 's1'),
      byHand('confirm', { confirmed: true, verified: false }),
      confirm('t1', 's1', { confirmed: true, verified: false }),
      fire,
    ),
    'EXTERNAL s1 on',
    CONFIRMED,
  ],
])('a confirmation %s', (_, ...played) => expectEnd(...played));

test.each(['confirmation first', 'schedule first'])(
  'confirms and keeps a change whose schedule fires at the same moment, %s',
  async (order) => {
    const { cloud, stack } = await setup.signed();
    const [due] = cloud.scheduler.pending();
    await cloud.clock.advance(due!.at - cloud.clock.now());
    cloud.calls.latencyMs = () => 50;
    const runs = [() => stack.confirmation('t1', 's1'), () => cloud.fireDue()];

    await Promise.all((order === 'schedule first' ? runs.reverse() : runs).map((run) => run()));

    await setup.expectEnded(cloud, 'EXTERNAL s1 on', CONFIRMED);
  },
);

test.each([
  ['is in force', sign('t2', 's2')],
  ['was cut off before its Put', killed(sign('t2', 's2'), setup.SES_PUT, 'before')],
])('fails with CONCURRENT_UPDATE while a newer attempt %s', async (_, newer) => {
  const given = await setup.signed();
  await newer(given);

  const { code, message } = await setup.failure(given.stack.confirmation('t1', 's1'));

  expect(code).toBe('CONCURRENT_UPDATE');
  expect(message).toContain('overtaken by t2');
  expect(setup.ledgerOf(given.cloud).open?.transaction).toBe('t2');
});

test.each<[string, Step, string]>([
  ['nothing is open', inTurn(), 'nothing is waiting for a confirmation'],
  [
    'it was cut off before its Put',
    killed(sign('t1', 's1'), setup.SES_PUT, 'before'),
    'the change is not in force in SES; deploy again',
  ],
  [
    'it was cut off after its Put',
    inTurn(killed(sign('t1', 's1'), setup.SES_PUT, 'after'), verify),
    'the change is not in force in SES; deploy again',
  ],
  [
    'SES has something else',
    inTurn(sign('t1', 's1'), set()),
    'the change is not in force in SES; deploy again',
  ],
])('confirms nothing manually if %s', async (_, before, reason) => {
  const given = setup.given();

  await inTurn(before, byHand('confirm', { confirmed: false, reason }))(given);
});

describe('a stack that finishes only once SES has verified (verification.required)', () => {
  const REQUIRED = { verification: { required: true } };

  /** Signs with s1 by t1, which SES verifies after so many minutes. */
  async function slow(minutes: number) {
    const made = setup.given({ environment: { resultTopicArn: TOPICS.result } });
    made.cloud.ses.verifySeconds = minutes * 60;
    await made.stack.signing('t1', 's1', REQUIRED);
    return made;
  }

  test('waits without the lease, asks SES every six seconds, and confirms once SES has verified', async () => {
    const { cloud, stack } = await slow(3);
    const [before, startedAt] = [cloud.calls.made.length, cloud.clock.now()];

    expect(await stack.confirmation('t1', 's1', REQUIRED)).toMatchObject({ confirmed: true, verified: true });

    const made = cloud.calls.made.slice(before).map(({ action }) => action);
    const asked = made.filter((action) => action === setup.SES_GET);
    expect(asked.length).toBeLessThan(3 + (cloud.clock.now() - startedAt) / 6_000);
    expect(made.filter((action) => action === 's3:PutObject')).toHaveLength(4);
    await setup.expectEnded(cloud, 'EXTERNAL s1 on', CONFIRMED);
  });

  test('fails with VERIFICATION_PENDING before its time is up, and the change stays open and armed', async () => {
    const { cloud, stack } = await slow(20);
    const startedAt = cloud.clock.now();

    const { code, message } = await setup.failure(stack.confirmation('t1', 's1', REQUIRED));

    expect(code).toBe('VERIFICATION_PENDING');
    expect(message).toMatch(
      /^SES has the key of selector s1 of example\.com, but has not verified it yet \(PENDING\)/,
    );
    expect(message).toMatch(/rolled back at 2025-09-17T11:30:\S+ unless SES has verified it by then/);
    expect(cloud.clock.now() - startedAt).toBeLessThan(300_000);
    expect(setup.ledgerOf(cloud)).toMatchObject({ open: { transaction: 't1' }, lease: null });
    expect(cloud.scheduler.pending()).toHaveLength(1);
    expect(cloud.sns.to(TOPICS.result).map(({ subject }) => subject)).toEqual([
      'DKIM changed: example.com (s1, PENDING)',
    ]);
  });

  test('continues at the next apply: nothing is put again, and a plan in between is in step', async () => {
    const { cloud, stack } = await slow(20);
    const token = await stack.token('s1');
    await setup.failure(stack.confirmation('t1', 's1', REQUIRED));
    expect(await stack.token('s1')).toBe(token);
    await cloud.clock.advance(20 * 60_000);
    await cloud.fireDue();

    expect(await stack.confirmation('t1', 's1', REQUIRED)).toMatchObject({
      verified: true,
      reapplied: false,
    });

    expect(cloud.calls.made.filter(({ action }) => action === setup.SES_PUT)).toHaveLength(1);
    await setup.expectEnded(cloud, 'EXTERNAL s1 on', CONFIRMED);
  });

  test('also waits if the revert had fired and the change is made again', async () => {
    const { cloud, stack } = await slow(3);
    await cloud.fireAll();

    expect(await stack.confirmation('t1', 's1', REQUIRED)).toMatchObject({ verified: true, reapplied: true });
    expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
  });

  test('is rolled back at the deadline if nobody deploys again', async () => {
    const { cloud, stack } = await slow(Number.POSITIVE_INFINITY);
    await setup.failure(stack.confirmation('t1', 's1', REQUIRED));
    await cloud.fireAll();
    cloud.ses.verifySeconds = 2;
    await setup.expectEnded(cloud, 'AWS_SES on');
  });

  test.each<[string, Step, string]>([
    ['lets a revert by hand pass', byHand('revert', { reverted: true }), 'AWS_SES on'],
    ['ends when a person switches signing off', switchedOff, 'EXTERNAL s1 off'],
  ])('%s while it waits, and does not make the change again', async (_, meanwhile, end) => {
    const { cloud, stack } = await slow(20);
    const confirming = setup.failure(stack.confirmation('t1', 's1', REQUIRED));
    await cloud.clock.advance(15_000);
    await meanwhile({ cloud, stack });
    expect(await confirming).toMatchObject({ code: 'CONCURRENT_UPDATE' });
    cloud.ses.verifySeconds = 2;
    await cloud.fireAll();
    await setup.expectEnded(cloud, end);
  });

  test.each([
    ['', false],
    [', and switched off', true],
  ])('reports at once that SES has given up%s', async (_, switchesOff) => {
    const { cloud, stack } = await slow(2);
    const startedAt = cloud.clock.now();
    Object.assign(cloud.ses, { ending: 'fails', switchesOff });
    expect(await setup.failure(stack.confirmation('t1', 's1', REQUIRED))).toMatchObject({
      code: 'VERIFICATION_PENDING',
      message: expect.stringContaining('SES has given up, so the next check rolls the change back.'),
    });
    expect(cloud.clock.now() - startedAt).toBeLessThan(100_000);
    await cloud.fireAll();
    Object.assign(cloud.ses, { ending: 'asPublished', verifySeconds: 2 });
    await setup.expectEnded(cloud, 'AWS_SES on');
  });
});

test('a change that was reverted is made again, even if a direct call has set another selector since', () =>
  expectEnd(
    inTurn(sign('t1', 's1'), fire, call('s2'), confirm('t1', 's1', { confirmed: true, reapplied: true })),
    'EXTERNAL s1 on',
  ));
