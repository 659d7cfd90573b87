import { ledgerObject } from '../../../handlers/contract/contract';
import { emptyLedger } from '../../../handlers/ledger/ledger';
import { MOST_STACKS } from '../../../handlers/ledger/transitions';
import { BUCKET, FAILURES, REGION } from '../../support/world';
import * as steps from './steps';
import { apply, call, claim, confirm, destroy, failsWith, fire, inTurn, killed, set, sign } from './steps';
import * as setup from './support';

const { SES_PUT } = setup;
const GONE = { inForce: null, owner: null };
const acts = { reverted: true };
const doesNothing = { reverted: false };
const S1_BY_HAND = set({ origin: 'EXTERNAL', selector: 's1' });
const SIGNED_OFF = inTurn(steps.switchedOff, apply('t1', 's1'));
const rotated = inTurn(apply('t1', 's1'), sign('t2', 's2', { driftToken: 'of t2' }));
/** Of another stack of the same engine state. */
const OTHER = { stack: 'B2' };
const NOT_OWN = { ...doesNothing, reason: expect.stringContaining('does not belong to this stack') };
const CUT_OFF = ['before', 'after'] as const;
/** Of another engine state with the same domain. */
const SECOND = { stack: 'second.B1' };
/** The engine deletes the identity next. */
const withIdentity =
  (id?: string): steps.Step =>
  ({ stack }) =>
    stack.destroy(id, { deletesIdentity: true });
const refused = (id?: string) => failsWith(withIdentity(id), 'NOT_ALLOWED');
/** As many stacks as a ledger records. */
const OTHERS_CLAIM = inTurn(...Array.from({ length: MOST_STACKS }, (_, index) => claim(`X${index}`)));

test.each<[string, steps.Step, string, object?]>([
  [
    'rolls back to the state before the first apply',
    inTurn(
      apply('t1', 's1'),
      apply('t2', 's2'),
      destroy({ statusCode: 200, ...acts, reason: 'Easy DKIM as before (signing on)' }),
    ),
    'AWS_SES on',
    {
      ...GONE,
      settledAt: expect.any(Number),
      history: expect.arrayContaining([expect.objectContaining({ event: 'opened' })]),
    },
  ],
  [
    'needs neither DNS nor the private key of what it removes',
    inTurn(
      apply('t1', 's1'),
      ({ cloud }) => setup.unpublish(cloud, 's1'),
      ({ cloud }) => setup.removeKey(cloud, 's1'),
      destroy(acts),
    ),
    'AWS_SES on',
  ],
  [
    'rolls back to BYODKIM that was set by hand before',
    inTurn(S1_BY_HAND, apply('t1', 's2'), destroy()),
    'EXTERNAL s1 on',
  ],
  [
    'leaves what was adopted as it was',
    inTurn(S1_BY_HAND, apply('t1', 's1'), destroy(doesNothing)),
    'EXTERNAL s1 on',
  ],
  [
    'does nothing the second time',
    inTurn(claim(), apply('t1', 's1'), destroy(), destroy({ ...NOT_OWN, warnings: [] })),
    'AWS_SES on',
  ],
  [
    'of a first apply that was undone changes nothing',
    inTurn(claim(), sign('t1', 's1'), fire, destroy(NOT_OWN)),
    'AWS_SES on',
    { owner: null },
  ],
  ['rolls back while armed', inTurn(sign('t1', 's1'), destroy(acts)), 'AWS_SES on', GONE],
  ['rolls back an open rotation, and what was in force', inTurn(rotated, destroy(acts)), 'AWS_SES on', GONE],
  ['rolls back after a rotation was undone', inTurn(rotated, fire, destroy(acts)), 'AWS_SES on', GONE],
  [
    'writes a baseline with signing off back whole, whatever was changed by hand since',
    inTurn(
      steps.switchedOff,
      sign('t1', 's1'),
      steps.tamper({ enabled: false, origin: 'EXTERNAL', tokens: ['s2'] }),
      destroy({ reason: 'Easy DKIM as before (signing off)' }),
    ),
    'AWS_SES off',
    GONE,
  ],
  ...[inTurn(), fire].map((revert, undone): [string, steps.Step, string, object] => [
    `rolls back over a direct call that waits for SES, and ${undone ? 'leaves one that followed its revert' : 'took its change over'}`,
    inTurn(
      claim(),
      sign('t1', 's1'),
      revert,
      steps.verifiesAfter(1_200),
      call('s2'),
      destroy(undone ? NOT_OWN : acts),
      ({ cloud }) => cloud.clock.advance(1_200_000),
      fire,
    ),
    undone ? 'EXTERNAL s2 on' : 'AWS_SES on',
    undone ? {} : GONE,
  ]),
  [
    'rolls back to what was set by hand after a failed first apply',
    inTurn(
      sign('t1', 's1'),
      fire,
      ({ cloud }) => cloud.giveKey(setup.DOMAIN, 's9'),
      set({ origin: 'EXTERNAL', selector: 's9' }),
      apply('t2', 's2'),
      destroy(),
    ),
    'EXTERNAL s9 on',
  ],
  ...['s1', 's2'].map((selector): [string, steps.Step, string] => [
    `after a first apply whose Put came once more after its rollback, by an apply of ${selector}, rolls back to what was before`,
    inTurn(sign('t1', 's1'), fire, S1_BY_HAND, apply('t2', selector), destroy(acts)),
    'AWS_SES on',
  ]),
  ...(
    [
      ['destroy', destroy()],
      ['revert by hand', steps.byHand('revert')],
    ] as const
  ).map(([what, undo]): [string, steps.Step, string] => [
    `after the ${what} of an apply that was killed, and whose Put came later, rolls back to what was before`,
    inTurn(
      inTurn(claim(), killed(sign('t1', 's1'), SES_PUT, 'before'), undo, S1_BY_HAND),
      inTurn(apply('t2', 's2'), destroy(acts)),
    ),
    'AWS_SES on',
  ]),
  [
    'rolls back a rotation that was cut off and has no revert',
    inTurn(
      sign('t1', 's1'),
      fire,
      killed(sign('t2', 's2', { confirmTimeoutMinutes: 0 }), SES_PUT, 'after'),
      destroy(acts),
    ),
    'AWS_SES on',
    GONE,
  ],
])('a destroy %s', (_, ...played) => steps.expectEnd(...played));

test.each<[string, steps.Step, string, object?]>([
  [
    'a replaced `Baseline` leaves the state to the one that took its place',
    inTurn(
      inTurn(claim(), apply('t1', 's1'), claim('B2')),
      inTurn(sign('t1', 's1', OTHER), confirm('t1', 's1', undefined, OTHER), destroy(NOT_OWN)),
    ),
    'EXTERNAL s1 on',
    { owner: expect.objectContaining({ stack: 'B2', confirmed: true }) },
  ],
  ...[0, 1_200].map((seconds): [string, steps.Step, string] => [
    `the one that took its place rolls back, while SES verifies for ${seconds} s`,
    inTurn(
      inTurn(claim(), steps.verifiesAfter(seconds), apply('t1', 's1'), claim('B2')),
      inTurn(sign('t1', 's1', OTHER), destroy(NOT_OWN), destroy(acts, 'B2'), steps.verifiesAfter(1)),
    ),
    'AWS_SES on',
  ]),
  [
    'a `Baseline` that is replaced while SES does not find the record leaves mail signed',
    inTurn(
      inTurn(claim(), apply('t1', 's1'), steps.tamper({ status: 'TEMPORARY_FAILURE' })),
      inTurn(steps.neverVerifies, claim('B2'), sign('t1', 's1', OTHER)),
      ({ cloud }) => expect(cloud.ses.mail(setup.DOMAIN)).toBe('signed'),
      steps.tamper({ status: 'SUCCESS' }),
    ),
    'EXTERNAL s1 on',
    { owner: expect.objectContaining({ stack: 'B2' }) },
  ],
  [
    'a `Baseline` that is replaced while SES verifies leaves the change confirmed, even if its stack does not end',
    inTurn(
      inTurn(claim(), steps.verifiesAfter(1_200), apply('t1', 's1')),
      inTurn(claim('B2'), sign('t1', 's1', OTHER), fire),
    ),
    'EXTERNAL s1 on',
    { owner: expect.objectContaining({ stack: 'B2', confirmed: true }) },
  ],
  [
    'the stack that a domain was taken from does nothing',
    inTurn(
      claim(),
      apply('t1', 's1'),
      sign('t2', 's2', OTHER),
      confirm('t2', 's2', undefined, OTHER),
      destroy(NOT_OWN),
    ),
    'EXTERNAL s2 on',
  ],
  [
    'a `Baseline` that was replaced with its attempt leaves the state to the new one, silently',
    inTurn(claim(), apply('t1', 's1'), claim('B2'), sign('t2', 's1', OTHER), destroy(NOT_OWN)),
    'EXTERNAL s1 on',
  ],
  [
    'a `Baseline` that a failed apply has left is silent, whatever was applied since',
    inTurn(
      inTurn(claim(), apply('t1', 's1'), claim('B2'), sign('t2', 's1', OTHER), sign('t3', 's1', OTHER)),
      destroy(NOT_OWN),
    ),
    'EXTERNAL s1 on',
  ],
  [
    'a stack that takes a domain over rolls back to the state in force, which is the other’s',
    inTurn(apply('t1', 's1'), sign('t2', 's2', OTHER), destroy(acts, 'B2')),
    'EXTERNAL s1 on',
    { owner: expect.objectContaining({ stack: 'B1' }) },
  ],
  [
    'the stack that is being taken from leaves the change alone, which reverts to the baseline',
    inTurn(apply('t1', 's1'), sign('t2', 's2', OTHER), destroy(doesNothing), fire),
    'AWS_SES on',
    { owner: null },
  ],
  [
    'the one that owns rolls back, however many others have claimed the domain since',
    inTurn(claim(), apply('t1', 's1'), OTHERS_CLAIM, destroy(acts)),
    'AWS_SES on',
    GONE,
  ],
  [
    'one that owns nothing changes nothing once its claim is forgotten, and says that it may be',
    inTurn(
      inTurn(claim('B0'), claim(), apply('t1', 's1'), OTHERS_CLAIM),
      destroy(
        {
          ...doesNothing,
          incomplete: true,
          reason: expect.stringContaining('20 other stacks have been created since'),
        },
        'B0',
      ),
    ),
    'EXTERNAL s1 on',
    { owner: expect.objectContaining({ stack: 'B1' }) },
  ],
  [
    'one whose claim was lost with the ledger owns the domain once it is applied',
    inTurn(
      inTurn(claim(), apply('t1', 's1'), claim('B2'), steps.restoreLedger(2)),
      inTurn(sign('t2', 's2', OTHER), confirm('t2', 's2', undefined, OTHER), destroy(acts, 'B2')),
    ),
    'AWS_SES on',
    GONE,
  ],
  [
    'it acts where the other’s change was cut off',
    inTurn(apply('t1', 's1'), killed(sign('t2', 's2', OTHER), SES_PUT, 'before'), destroy(acts), fire),
    'AWS_SES on',
    GONE,
  ],
])('of two stacks: %s', (_, ...played) => steps.expectEnd(...played));

test.each(CUT_OFF)(
  'ends a destroy that is killed %s its Put while armed, and whose schedule fires, at the baseline when repeated',
  (when) =>
    steps.expectEnd(inTurn(rotated, killed(destroy(), SES_PUT, when), fire, destroy()), 'AWS_SES on', GONE),
);

test.each(
  [SES_PUT, 'scheduler:CreateSchedule'].flatMap((action) =>
    CUT_OFF.flatMap((when) => [
      [action, when, 'later', inTurn()] as const,
      [action, when, 'first', fire] as const,
    ]),
  ),
)(
  'a destroy after a rotation was cut off at %s, %s it, acts where the schedule fires %s',
  (action, when, _, meanwhile) =>
    steps.expectEnd(
      inTurn(apply('t1', 's1'), killed(sign('t2', 's2'), action, when), meanwhile, destroy(acts), fire),
      'AWS_SES on',
      GONE,
    ),
);

describe('an attempt that waits for DNS while its stack is destroyed or replaced', () => {
  const waiting = async (
    given: steps.Given,
    meanwhile: steps.Step,
    [transaction, selector] = ['t1', 's1'],
  ) => {
    const { cloud, stack } = given;
    setup.unpublish(cloud, selector);
    const late = setup.failure(stack.signing(transaction, selector, { gate: { waitSeconds: 120 } }));
    await cloud.clock.advance(10_000);
    await meanwhile(given);
    cloud.giveKey(setup.DOMAIN, selector);
    await cloud.clock.advance(120_000);
    return late;
  };

  test('loses against the equal one of the `Baseline` that has replaced its own', async () => {
    const given = setup.given();
    await claim()(given);

    const replaced = inTurn(
      ({ cloud }) => cloud.giveKey(setup.DOMAIN, 's1'),
      claim('B2'),
      sign('t1', 's1', OTHER),
    );
    expect(await waiting(given, replaced)).toMatchObject({
      code: 'CONCURRENT_UPDATE',
      message: expect.stringContaining('a Baseline that has since been replaced'),
    });
    await inTurn(confirm('t1', 's1', undefined, OTHER), destroy(NOT_OWN))(given);
    await setup.expectEnded(given.cloud, 'EXTERNAL s1 on', {
      owner: expect.objectContaining({ stack: 'B2' }),
    });
  });

  test('loses against the earlier attempt, which has replaced its `Baseline` meanwhile', async () => {
    const given = setup.given();
    await inTurn(claim(), apply('t1', 's1'))(given);

    const replaced = inTurn(claim('B2'), sign('t1', 's1', OTHER), confirm('t1', 's1', undefined, OTHER));
    expect(await waiting(given, replaced, ['t2', 's2'])).toMatchObject({
      code: 'CONCURRENT_UPDATE',
      message: expect.stringContaining('overtaken by t1'),
    });
    await destroy(NOT_OWN)(given);
    await setup.expectEnded(given.cloud, 'EXTERNAL s1 on', {
      owner: expect.objectContaining({ transaction: 't1', stack: 'B2' }),
    });
  });

  test.each<[string, steps.Step]>([
    ['whose state SES has already', S1_BY_HAND],
    ['that would change SES', inTurn()],
    [
      'whose stack was destroyed before and applied again',
      inTurn(claim(), apply('t1', 's1'), destroy(acts), steps.verify),
    ],
  ])('loses against the destroy: one %s', async (_, before) => {
    const given = setup.given();
    await inTurn(before, claim())(given);
    const found = setup.signing(given.cloud);

    expect(await waiting(given, destroy())).toMatchObject({
      code: 'CONCURRENT_UPDATE',
      message: expect.stringContaining('by the destroy of its stack'),
    });
    expect(setup.ledgerOf(given.cloud)).toMatchObject({ owner: null, open: null });
    expect(setup.signing(given.cloud)).toBe(found);
  });
});

test('applies a destroyed stack again if its engine has lost the destroy', () =>
  steps.expectEnd(inTurn(claim(), apply('t1', 's1'), destroy(acts), apply('t2', 's1')), 'EXTERNAL s1 on'));

describe('a missing part does not block, and is reported:', () => {
  test('the identity', async () => {
    const { cloud, stack } = await setup.applied();
    cloud.ses.remove(setup.DOMAIN);

    await destroy({ ...doesNothing, reason: 'the identity no longer exists' })({ cloud, stack });
    expect(setup.ledgerOf(cloud).owner).toBeNull();
  });

  test.each<[string, steps.Step]>([
    ['the ledger', ({ cloud }) => cloud.s3.remove(BUCKET, ledgerObject(REGION, setup.DOMAIN))],
    ['the ledger since the first apply', steps.restoreLedger(4)],
  ])('%s', async (_, lose) => {
    const given = await setup.applied();
    const { cloud, stack } = given;
    await lose(given);

    expect(await stack.destroy()).toMatchObject({
      reverted: false,
      incomplete: true,
      reason: expect.stringMatching(/^SES still signs with selector s1.*SES was not changed$/),
    });
    cloud.ses.remove(setup.DOMAIN);
    expect(await stack.destroy()).not.toHaveProperty('incomplete');
  });

  test('the owner, in an earlier version of the ledger that knows the stack', async () => {
    const given = setup.given();
    await inTurn(claim(), apply('t1', 's1'))(given);
    setup.rewriteLedger(given.cloud, ({ stacks }) => ({ ...emptyLedger(setup.DOMAIN, REGION), stacks }));

    await destroy({
      ...doesNothing,
      incomplete: true,
      reason: expect.stringMatching(/^SES still signs with selector s1.*does not account for that:/),
    })(given);
  });

  test('the late Put of a change that was rolled back, even if signing is switched off', async () => {
    const given = setup.given();
    const late = set({ origin: 'EXTERNAL', selector: 's1', enabled: false });
    await inTurn(claim(), steps.switchedOff, sign('t1', 's1'), fire, late)(given);

    const answer = await given.stack.destroy();

    const facts = { kind: 'still-set', selector: 's1', enabled: false, doubt: { kind: 'no-owner' } };
    expect(answer).toMatchObject({ ...doesNothing, incomplete: true, facts });
  });

  test('a Put that arrived after a destroy whose answer was lost', async () => {
    const given = setup.given();
    const late = set({ origin: 'EXTERNAL', selector: 's1', enabled: true });
    await inTurn(claim(), apply('t1', 's1'), destroy(), late)(given);

    const answer = await given.stack.destroy();

    const facts = { kind: 'still-set', selector: 's1', enabled: true, doubt: { kind: 'no-owner' } };
    expect(answer).toMatchObject({ ...doesNothing, incomplete: true, facts });
  });

  test('nothing that somebody has set after a destroy whose answer was lost', () =>
    steps.expectEnd(
      inTurn(
        claim(),
        apply('t1', 's1'),
        destroy(),
        set({ origin: 'EXTERNAL', selector: 's2', enabled: true }),
        destroy(NOT_OWN),
      ),
      'EXTERNAL s2 on',
    ));

  test('nothing that somebody has set and switched off', () =>
    steps.expectEnd(
      inTurn(
        claim(),
        sign('t1', 's1'),
        fire,
        set({ origin: 'EXTERNAL', selector: 's2', enabled: false }),
        destroy(NOT_OWN),
      ),
      'EXTERNAL s2 off',
    ));

  test('nothing if a first change of BYODKIM was undone', () =>
    steps.expectEnd(inTurn(claim(), S1_BY_HAND, sign('t1', 's2'), fire, destroy(NOT_OWN)), 'EXTERNAL s1 on'));

  test('the earlier key', () =>
    steps.expectEnd(
      inTurn(
        S1_BY_HAND,
        apply('t1', 's2'),
        ({ cloud }) => setup.removeKey(cloud, 's1'),
        destroy({
          ...doesNothing,
          incomplete: true,
          reason: expect.stringContaining('SES was not changed'),
        }),
      ),
      'EXTERNAL s2 on',
    ));
});

test.each<[string, steps.Step, steps.Step]>([
  ['a destroy', apply('t1', 's1'), destroy({ ...doesNothing, incomplete: true })],
  ['a revert', sign('t1', 's1'), steps.byHand('revert', { ...doesNothing, incomplete: true })],
])('%s leaves a key that somebody set, and that nobody could set again', async (_, before, end) => {
  const given = setup.given();
  await inTurn(before, set({ origin: 'EXTERNAL', selector: 'mine' }), end)(given);

  expect(setup.signing(given.cloud)).toMatch(/^EXTERNAL mine on/);
  expect(setup.ledgerOf(given.cloud)).toMatchObject({ owner: null, open: null });
});

test('restores over a selector that a late Put has set, even if its key is missing', () =>
  steps.expectEnd(
    inTurn(
      inTurn(apply('t1', 's1'), killed(sign('t2', 's2'), SES_PUT, 'before'), fire),
      set({ origin: 'EXTERNAL', selector: 's2' }),
      ({ cloud }) => setup.removeKey(cloud, 's2'),
      destroy(acts),
    ),
    'AWS_SES on',
  ));

test('fails if SES refuses, keeps the ledger, and completes when repeated', async () => {
  const { cloud, stack } = await setup.applied();
  cloud.calls.addFault({ action: SES_PUT, error: FAILURES.denied() });

  expect((await setup.failure(stack.destroy())).code).toBe('ACCESS_DENIED');
  expect(setup.ledgerOf(cloud)).toMatchObject({ owner: { transaction: 't1' }, lease: null });

  expect(await stack.destroy()).toMatchObject({ reverted: true });
});

describe('an interrupted destroy', () => {
  test.each<[string, steps.Step, string, object?]>([
    ['at its Put', inTurn(apply('t1', 's1'), killed(destroy(), SES_PUT, 'before')), 'AWS_SES on', GONE],
    ['after its Put', inTurn(apply('t1', 's1'), killed(destroy(), SES_PUT, 'after')), 'AWS_SES on', GONE],
    [
      'before its change is confirmed',
      inTurn(sign('t1', 's1'), killed(destroy(), SES_PUT, 'before')),
      'AWS_SES on',
      GONE,
    ],
    [
      'and whose earlier key is lost meanwhile',
      inTurn(S1_BY_HAND, apply('t1', 's2'), killed(destroy(), SES_PUT, 'before'), ({ cloud }) =>
        setup.removeKey(cloud, 's1'),
      ),
      'EXTERNAL s2 on',
      GONE,
    ],
  ])('%s is ended by its schedule, and knows that the stack was destroyed', (_, cutOff, ...end) =>
    steps.expectEnd(inTurn(claim(), cutOff, fire, destroy(doesNothing)), ...end),
  );
});

describe('a destroy with two writes', () => {
  const cutOff = killed(destroy(), SES_PUT, 'after');

  test.each<[string, steps.Step, string, object?]>([
    ['leaves no schedule', inTurn(SIGNED_OFF, destroy({ ...acts, warnings: [] })), 'AWS_SES off', GONE],
    [
      'and is killed between them is ended by its schedule',
      inTurn(SIGNED_OFF, cutOff, fire),
      'AWS_SES off',
      GONE,
    ],
    [
      'and is killed between them is ended by deleting again, and nothing is left of its schedule',
      inTurn(SIGNED_OFF, cutOff, destroy(), fire),
      'AWS_SES off',
      GONE,
    ],
    [
      'and was ended by its schedule is done when it is repeated',
      inTurn(SIGNED_OFF, cutOff, fire, destroy()),
      'AWS_SES off',
      GONE,
    ],
    [
      'and is followed by an apply before the first of them ends as wanted',
      inTurn(
        SIGNED_OFF,
        call('s2'),
        killed(destroy(), SES_PUT, 'before'),
        sign('t1', 's1'),
        confirm('t1', 's1'),
        fire,
      ),
      'EXTERNAL s1 on',
    ],
    ...[fire, inTurn(destroy(), fire)].map((end, again): [string, steps.Step, string] => [
      `over what was set by hand since its rollback, and is killed, is ended by ${again ? 'deleting again' : 'its schedule'}`,
      inTurn(
        ({ cloud }) => cloud.giveKey(setup.DOMAIN, 's9'),
        set({ origin: 'EXTERNAL', selector: 's9', enabled: false }),
        steps.verifiesAfter(3_600),
        apply('t1', 's1'),
        steps.byHand('revert'),
        set(),
        cutOff,
        end,
        ({ cloud }) => cloud.clock.advance(3_600_000),
      ),
      'EXTERNAL s9 off',
    ]),
  ])('%s', (_, ...played) => steps.expectEnd(...played));
});

const taken = inTurn(claim(), apply('t1', 's1'), claim(SECOND.stack), sign('t2', 's1', SECOND));
test.each<[string, steps.Step, string]>([
  ['the other one has taken over', inTurn(taken, refused()), 'EXTERNAL s1 on'],
  ['the other one was applied again', inTurn(taken, sign('t3', 's1', SECOND), refused()), 'EXTERNAL s1 on'],
  [
    'the other one is in force, and its own change has failed',
    inTurn(
      claim(),
      apply('t1', 's1'),
      claim(SECOND.stack),
      sign('t2', 's2', SECOND),
      fire,
      refused(SECOND.stack),
    ),
    'EXTERNAL s1 on',
  ],
  [
    'the other one is in force, and its own change is open',
    inTurn(claim(), apply('t1', 's1'), sign('t2', 's2', SECOND), refused(SECOND.stack), fire),
    'EXTERNAL s1 on',
  ],
  [
    'the other one is about to take over',
    inTurn(apply('t1', 's1'), sign('t2', 's2', SECOND), refused(), confirm('t2', 's2', undefined, SECOND)),
    'EXTERNAL s2 on',
  ],
  [
    'the ledger does not know its stack',
    inTurn(claim(), apply('t1', 's1'), refused(SECOND.stack)),
    'EXTERNAL s1 on',
  ],
  [
    'that one was not destroyed before, after which it does nothing',
    inTurn(taken, refused(), withIdentity(SECOND.stack), withIdentity()),
    'AWS_SES on',
  ],
  [
    'the engine deletes the identity next, and not if that exists anyway',
    inTurn(taken, refused(), destroy(NOT_OWN)),
    'EXTERNAL s1 on',
  ],
])('of two engine states: the destroy is refused if %s', (_, ...played) => steps.expectEnd(...played));
