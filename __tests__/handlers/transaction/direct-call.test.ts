import {
  apply,
  call,
  confirm,
  expectEnd,
  fire,
  inTurn,
  killed,
  type Step,
  set,
  sign,
  verifiesAfter,
  verify,
} from './steps';
import * as setup from './support';

const OWNED_BY_T1 = { owner: { transaction: 't1', confirmed: true } };

test('a direct call arms like any other change, then disarms and confirms itself at its end', async () => {
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

const cutOff = (selector: string) => killed(call(selector), setup.SES_PUT, 'after');

test.each<[string, Step, string, object?]>([
  [
    'that cannot write down its end puts back what was before',
    inTurn(
      ({ cloud }) => cloud.calls.addFault({ action: 's3:PutObject', nth: 3 }),
      call('s1', { statusCode: 502, error: 'DEPENDENCY_FAILED' }),
    ),
    'AWS_SES on',
  ],
  ['that was cut off reverts by schedule', inTurn(cutOff('s1'), fire), 'AWS_SES on', { lastRevert: null }],
  [
    'that was cut off has undone no stack',
    inTurn(apply('t1', 's1'), cutOff('s2'), fire),
    'EXTERNAL s1 on',
    { lastRevert: null },
  ],
  [
    'that follows a first apply which was cut off stays',
    inTurn(killed(sign('t1', 's1'), setup.SES_PUT, 'before'), call('s1'), fire),
    'EXTERNAL s1 on',
  ],
  [
    'of what SES has already writes down that this is how it was, once',
    inTurn(set({ origin: 'EXTERNAL', selector: 's1' }), call('s1', { changed: false }), call('s1')),
    'EXTERNAL s1 on',
    {
      history: [{ event: 'adopted' }],
      settledAt: null,
      baseline: { origin: 'EXTERNAL', selector: 's1' },
      inForce: { selector: 's1' },
    },
  ],
  [
    'that is undone after another one leaves the baseline as it was',
    inTurn(call('s1'), cutOff('s2'), fire),
    'EXTERNAL s1 on',
    { baseline: { origin: 'AWS_SES' } },
  ],
  [
    'changes the state, not the owner',
    inTurn(apply('t1', 's1'), call('s2')),
    'EXTERNAL s2 on',
    { ...OWNED_BY_T1, baseline: { origin: 'AWS_SES' } },
  ],
  ...[2, 1_200].map((seconds): [string, Step, string, object] => [
    `that SES verifies in ${seconds} s takes a stack’s change over, which still converges`,
    inTurn(
      sign('t1', 's1'),
      verifiesAfter(seconds),
      call('s2', { changed: true }),
      confirm('t1', 's1', { reapplied: true }),
      fire,
    ),
    'EXTERNAL s1 on',
    OWNED_BY_T1,
  ]),
  [
    'of what a stack has just applied confirms it, and its confirmation finds that',
    inTurn(sign('t1', 's1'), call('s1'), confirm('t1', 's1'), ({ cloud }) =>
      expect(cloud.calls.count(setup.SES_PUT)).toBe(1),
    ),
    'EXTERNAL s1 on',
    OWNED_BY_T1,
  ],
  [
    'that ended what a stack had begun leaves its Confirmation nothing to do, not even to ask DNS',
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
    { owner: { transaction: 't2', confirmed: true } },
  ],
  [
    'that took a change over and was undone has undone that change as well',
    inTurn(
      apply('t1', 's1'),
      sign('t2', 's2'),
      ({ cloud }) => cloud.giveKey(setup.DOMAIN, 's3'),
      cutOff('s3'),
      fire,
    ),
    'EXTERNAL s1 on',
    { lastRevert: { transaction: 't2' } },
  ],
])('a direct call %s', (_, ...played) => expectEnd(...played));
