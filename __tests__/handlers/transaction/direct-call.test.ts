import {
  apply,
  call,
  confirm,
  expectEnd,
  fire,
  inTurn,
  killed,
  set,
  sign,
  verifiesAfter,
  verify,
} from './steps';
import * as setup from './support';

const OWNED_BY_T1 = { owner: expect.objectContaining({ transaction: 't1', confirmed: true }) };

describe('a direct call', () => {
  test('arms like any other change, and disarms and confirms itself at its end', async () => {
    const cloud = setup.givenCloud();

    const result = await setup.direct(cloud, 's1');

    expect(result).toMatchObject({ automation_type: 'lambda_extension', changed: true });
    expect(result.reverts_at).toBeUndefined();
    expect(cloud.calls.list(/^scheduler:/).map((made) => made.split(' ')[0])).toEqual([
      'scheduler:CreateSchedule',
      'scheduler:DeleteSchedule',
    ]);
    expect(setup.events(cloud).map((event) => event.split(' ')[0])).toEqual(['opened', 'confirmed']);
    await setup.expectEnded(cloud, 'EXTERNAL s1 on', { owner: null, baseline: { origin: 'AWS_SES' } });
  });

  test('that cannot write down its end puts back what was before', () =>
    expectEnd(
      inTurn(
        ({ cloud }) => cloud.calls.addFault({ action: 's3:PutObject', nth: 3 }),
        call('s1', { statusCode: 502, error: 'DEPENDENCY_FAILED' }),
      ),
      'AWS_SES on',
    ));

  test.each([
    ['Easy DKIM', inTurn(), 'AWS_SES on'],
    ['what a stack has set', apply('t1', 's1'), 'EXTERNAL s1 on'],
  ])('that was killed after the Put reverts by schedule, to %s, and has undone no stack', (_, before, end) =>
    expectEnd(inTurn(before, killed(call('s2'), setup.SES_PUT, 'after'), fire), end, { lastRevert: null }),
  );

  test('that follows a first apply which was cut off stays', () =>
    expectEnd(inTurn(killed(sign('t1', 's1'), setup.SES_PUT, 'before'), call('s1'), fire), 'EXTERNAL s1 on'));

  test('of what SES has already writes down that this is how it was, too', () =>
    expectEnd(
      inTurn(set({ origin: 'EXTERNAL', selector: 's1' }), call('s1', { changed: false }), call('s1')),
      'EXTERNAL s1 on',
      {
        history: [expect.objectContaining({ event: 'adopted' })],
        generation: 0,
        baseline: expect.objectContaining({ origin: 'EXTERNAL', selector: 's1' }),
        inForce: expect.objectContaining({ selector: 's1' }),
      },
    ));

  test('that is undone after another one leaves the baseline as it was', () =>
    expectEnd(inTurn(call('s1'), killed(call('s2'), setup.SES_PUT, 'after'), fire), 'EXTERNAL s1 on', {
      baseline: expect.objectContaining({ origin: 'AWS_SES' }),
    }));

  test('changes the state, not the owner', () =>
    expectEnd(inTurn(apply('t1', 's1'), call('s2')), 'EXTERNAL s2 on', {
      ...OWNED_BY_T1,
      baseline: { origin: 'AWS_SES' },
    }));

  test.each([2, 1_200])(
    'that SES verifies in %i s takes a stack’s change over, which still converges',
    (seconds) =>
      expectEnd(
        inTurn(
          sign('t1', 's1'),
          verifiesAfter(seconds),
          call('s2', { changed: true }),
          confirm('t1', 's1', { reapplied: true }),
          fire,
        ),
        'EXTERNAL s1 on',
        OWNED_BY_T1,
      ),
  );

  test('of what a stack has just applied confirms it, and its confirmation finds that', async () => {
    const given = await setup.signed();

    await inTurn(call('s1'), confirm('t1', 's1'))(given);

    expect(given.cloud.calls.count(setup.SES_PUT)).toBe(1);
    expect(setup.ledgerOf(given.cloud)).toMatchObject(OWNED_BY_T1);
  });

  test('that ended what a stack had begun leaves its Confirmation nothing to do, not even to ask DNS', () =>
    expectEnd(
      inTurn(
        apply('t1', 's1'),
        sign('t2', 's2'),
        verify,
        call('s2'),
        ({ cloud }) =>
          expect(setup.ledgerOf(cloud)).toMatchObject({ lastRevert: null, owner: { confirmed: false } }),
        ({ cloud }) => setup.unpublish(cloud, 's2'),
        confirm('t2', 's2', { confirmed: true, reapplied: false }),
      ),
      'EXTERNAL s2 on',
      { owner: expect.objectContaining({ transaction: 't2', confirmed: true }) },
    ));

  test('that took a change over and was undone has undone that change as well', () =>
    expectEnd(
      inTurn(
        apply('t1', 's1'),
        sign('t2', 's2'),
        ({ cloud }) => cloud.giveKey(setup.DOMAIN, 's3'),
        killed(call('s3'), setup.SES_PUT, 'after'),
        fire,
      ),
      'EXTERNAL s1 on',
      { lastRevert: expect.objectContaining({ undid: ['t2'], restored: 't1' }) },
    ));
});
