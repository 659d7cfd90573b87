import {
  apply,
  byHand,
  expectEnd,
  failsWith,
  fire,
  inTurn,
  killed,
  type Step,
  set,
  sign,
  verify,
} from './steps';
import * as setup from './support';

const UNARMED = { confirmTimeoutMinutes: 0 };

describe('an attempt that takes over an interrupted one', () => {
  const unanswered: Step = ({ cloud }) => cloud.calls.addFault({ action: setup.SES_PUT, when: 'after' });
  const oneArmed: Step = ({ cloud }) => expect(cloud.scheduler.pending()).toHaveLength(1);

  test.each<[string, Step]>([
    ...(['before', 'after'] as const).flatMap((when): [string, Step][] => [
      [`killed ${when} its arming took effect`, killed(sign('t2', 's2'), 'scheduler:CreateSchedule', when)],
      [
        `killed ${when} the ledger was written, without a revert of its own`,
        killed(sign('t2', 's2', UNARMED), 's3:PutObject', when, 2),
      ],
    ]),
    [
      'not answered at its Put, without a revert of its own',
      inTurn(unanswered, failsWith(sign('t2', 's2', UNARMED), 'SES_UPDATE_FAILED'), oneArmed),
    ],
  ])('was %s: the revert of the earlier change still fires', (_, ended) =>
    expectEnd(inTurn(sign('t1', 's1'), ended, fire), 'AWS_SES on'),
  );

  test('completes without a revert of its own, and the earlier one no longer fires', async () => {
    const { cloud, stack } = await setup.signed();
    const { payload } = cloud.scheduler.pending()[0]!;

    expect((await stack.signing('t2', 's2', UNARMED)).reverts_at).toBeUndefined();
    expect(cloud.scheduler.pending()).toEqual([]);
    expect(await cloud.invoke(payload)).toMatchObject({ reverted: false });
    expect(setup.ledgerOf(cloud).open).toMatchObject({ transaction: 't2', armed: null });
  });

  test('leaves the earlier change open if it fails before its Put, and that change reverts', async () => {
    const given = await setup.signed();
    const { open } = setup.ledgerOf(given.cloud);
    given.cloud.calls.addFault({ action: 's3:PutObject', nth: 2 });

    await failsWith(sign('t2', 's2', UNARMED), 'DEPENDENCY_FAILED')(given);

    expect(setup.ledgerOf(given.cloud).open).toEqual(open);
    await given.cloud.fireAll();
    await setup.expectEnded(given.cloud, 'AWS_SES on');
  });

  test('does not Put again what the interrupted one has put', async () => {
    const given = setup.given();
    await inTurn(killed(sign('t1', 's1'), setup.SES_PUT, 'after'), verify)(given);

    expect(await given.stack.signing('t1', 's1')).toMatchObject({
      changed: false,
      final_dkim_status: 'SUCCESS',
    });
    expect(setup.ledgerOf(given.cloud).open).toMatchObject({
      state: 'set',
      previous: { origin: 'AWS_SES' },
    });
  });
});

test('an attempt is put again after one that was cut off, if its selector was in use before', async () => {
  const given = setup.given();
  const cutOff = killed(sign('t1', 's1'), setup.SES_PUT, 'before');
  await inTurn(set({ origin: 'EXTERNAL', selector: 's1', enabled: false }), cutOff)(given);
  given.cloud.ses.tamper(setup.DOMAIN, { enabled: true });

  const result = await given.stack.signing('t1', 's1');

  expect(result).toMatchObject({ changed: true });
  expect(result).not.toHaveProperty('retiring');
});

describe('an overtaken attempt', () => {
  test('fails with CONCURRENT_UPDATE if it is confirmed after the newer one', async () => {
    const { cloud, stack } = await setup.applied();
    await stack.apply('t2', 's2', { driftToken: 'later' });

    const { code, message } = await setup.failure(stack.confirmation('t1', 's1'));

    expect(code).toBe('CONCURRENT_UPDATE');
    expect(message).toContain('overtaken by t2');
    expect(setup.ledgerOf(cloud).owner).toMatchObject({ driftToken: 'later' });
    expect(setup.signing(cloud)).toBe('EXTERNAL s2 on SUCCESS');
  });

  test.each<[string, Step]>([
    [
      'one that began later than the one that a person has confirmed since',
      inTurn(
        sign('t1', 's1'),
        ({ cloud }) => cloud.calls.addFault({ action: 'scheduler:CreateSchedule' }),
        failsWith(sign('t2', 's2')),
        byHand('confirm'),
      ),
    ],
    ['one that is made again after it was undone', inTurn(apply('t1', 's1'), sign('t2', 's2'), fire)],
  ])('is not %s', (_, before) => expectEnd(inTurn(before, apply('t2', 's2')), 'EXTERNAL s2 on'));
});
