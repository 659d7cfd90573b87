import { ledgerObject } from '../../../handlers/contract/contract';
import { BUCKET, FAILURES, REGION } from '../../support/world';
import * as steps from './steps';
import { apply, call, confirm, fire, inTurn, killed, remove, removeConfirmation, set, sign } from './steps';
import * as setup from './support';

const { SES_PUT } = setup;
const GONE = { baseline: null, owner: null, destroyBegun: null };
const acts = { reverted: true };
const doesNothing = { reverted: false };
const S1_BY_HAND = set({ origin: 'EXTERNAL', selector: 's1' });
const SIGNED_OFF = inTurn(steps.switchedOff, apply('t1', 's1'));
const rotated = inTurn(apply('t1', 's1'), sign('t2', 's2', { driftToken: 'of t2' }));
const CUT_OFF = ['before', 'after'] as const;

test.each<[string, steps.Step, string, object?]>([
  [
    'rolls back to what was before the first apply',
    inTurn(
      apply('t1', 's1'),
      apply('t2', 's2'),
      remove('t2', 's2', { statusCode: 200, ...acts, reason: 'Easy DKIM as before (signing on)' }),
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
      remove('t1', 's1', acts),
    ),
    'AWS_SES on',
  ],
  [
    'rolls back to BYODKIM that was set by hand before',
    inTurn(S1_BY_HAND, apply('t1', 's2'), remove('t1', 's2')),
    'EXTERNAL s1 on',
  ],
  [
    'leaves what was adopted as it was',
    inTurn(S1_BY_HAND, apply('t1', 's1'), remove('t1', 's1', doesNothing)),
    'EXTERNAL s1 on',
  ],
  [
    'does nothing when it is superseded',
    inTurn(
      apply('t1', 's1'),
      apply('t2', 's2'),
      remove('t1', 's1', { ...doesNothing, reason: expect.stringContaining('superseded by t2') }),
    ),
    'EXTERNAL s2 on',
  ],
  [
    'does nothing the second time',
    inTurn(
      apply('t1', 's1'),
      remove('t1', 's1'),
      remove('t1', 's1', { ...doesNothing, reason: 'what was before is already restored', warnings: [] }),
    ),
    'AWS_SES on',
  ],
  [
    'of a first apply that was undone changes nothing',
    inTurn(
      sign('t1', 's1'),
      fire,
      remove('t1', 's1', { ...doesNothing, reason: 'nothing was ever changed' }),
    ),
    'AWS_SES on',
    GONE,
  ],
  ['rolls back while armed', inTurn(sign('t1', 's1'), remove('t1', 's1', acts)), 'AWS_SES on', GONE],
  [
    'writes a baseline with signing off back whole, whatever was changed by hand since',
    inTurn(
      steps.switchedOff,
      sign('t1', 's1'),
      steps.tamper({ enabled: false, origin: 'EXTERNAL', tokens: ['s2'] }),
      remove('t1', 's1', { reason: 'Easy DKIM as before (signing off)' }),
    ),
    'AWS_SES off',
    GONE,
  ],
  [
    'rolls back over a direct call that followed a rotation that was cut off',
    inTurn(
      sign('t1', 's1'),
      killed(sign('t2', 's2'), SES_PUT, 'before'),
      call('s1'),
      remove('t1', 's1', acts),
      fire,
    ),
    'AWS_SES on',
    GONE,
  ],
  ...[inTurn(), fire].map((revert, undone): [string, steps.Step, string, object] => [
    `rolls back over a direct call that waits for SES, and ${undone ? 'followed its revert' : 'took its change over'}`,
    inTurn(
      sign('t1', 's1'),
      revert,
      steps.verifiesAfter(1_200),
      call('s2'),
      remove('t1', 's1', acts),
      steps.verifiesAfter(2),
    ),
    'AWS_SES on',
    GONE,
  ]),
  [
    'rolls back to what was set by hand after a failed first apply',
    inTurn(sign('t1', 's1'), fire, S1_BY_HAND, apply('t2', 's2'), remove('t2', 's2')),
    'EXTERNAL s1 on',
  ],
  [
    'acts after a rotation that was cut off without a revert of its own, after a first attempt that was undone',
    inTurn(
      sign('t1', 's1'),
      fire,
      killed(sign('t2', 's2', { confirmTimeoutMinutes: 0 }), SES_PUT, 'after'),
      remove('t1', 's1'),
    ),
    'AWS_SES on',
  ],
  [
    'does nothing after a destroy that was cut off and was followed by an apply, which is rolled back',
    inTurn(rotated, removeConfirmation('t1'), sign('t3', 's2'), remove('t1', 's1', doesNothing), fire),
    'EXTERNAL s1 on',
  ],
  [
    'of the older signing does nothing in a targeted deploy without its confirmation, which is rolled back',
    inTurn(rotated, remove('t1', 's1', doesNothing), fire),
    'EXTERNAL s1 on',
    {
      ...{ owner: { transaction: 't1' }, baseline: { origin: 'AWS_SES' } },
      lastRevert: { undid: ['t2'], restored: 't1', driftToken: 'of t2' },
    },
  ],
])('a delete %s', (_, ...played) => steps.expectEnd(...played));

test.each(CUT_OFF)(
  'killed %s its Put while armed, and the schedule fires: deleting again ends at the baseline',
  (when) =>
    steps.expectEnd(
      inTurn(
        rotated,
        killed(remove('t2', 's2'), SES_PUT, when),
        fire,
        remove('t2', 's2'),
        remove('t1', 's1'),
      ),
      'AWS_SES on',
      GONE,
    ),
);

describe.each([
  ['its Put', SES_PUT],
  ['its arming', 'scheduler:CreateSchedule'],
])(
  'after a rotation whose signing was cut off at %s, the engine deletes only the signing of before',
  (_, action) => {
    test.each(
      CUT_OFF.flatMap((when) => [
        [when, 'the schedule fires later', inTurn()] as const,
        [when, 'the schedule fired first', fire] as const,
      ]),
    )('%s it: the delete acts, and %s', (when, _, meanwhile) =>
      steps.expectEnd(
        inTurn(
          apply('t1', 's1'),
          killed(sign('t2', 's2'), action, when),
          meanwhile,
          remove('t1', 's1', acts),
          fire,
        ),
        'AWS_SES on',
        GONE,
      ),
    );
  },
);

describe('`Signing` of a confirmed transaction that the engine replaces alone (-replace, taint)', () => {
  const replaced = inTurn(apply('t1', 's1'), steps.verify, sign('t1', 's1'));
  const stays = { owner: expect.objectContaining({ transaction: 't1', confirmed: true }) };

  test.each<[string, steps.Step, string, object?]>([
    [
      'stays in force',
      inTurn(
        replaced,
        remove('t1', 's1', { ...doesNothing, reason: expect.stringContaining('was created once more') }),
      ),
      'EXTERNAL s1 on',
      stays,
    ],
    [
      'is superseded by a rotation like any other',
      inTurn(
        replaced,
        remove('t1', 's1', doesNothing),
        apply('t2', 's2'),
        removeConfirmation('t1'),
        remove('t1', 's1', doesNothing),
      ),
      'EXTERNAL s2 on',
    ],
    [
      'stays in force where it was changed by hand',
      inTurn(
        apply('t1', 's1'),
        steps.verify,
        steps.switchedOff,
        sign('t1', 's1'),
        remove('t1', 's1', doesNothing),
      ),
      'EXTERNAL s1 on',
      stays,
    ],
    [
      'stays in force where its stack was confirmed only after that, and where it is replaced twice',
      inTurn(
        sign('t1', 's1'),
        sign('t1', 's1'),
        sign('t1', 's1'),
        confirm('t1', 's1'),
        remove('t1', 's1', doesNothing),
        remove('t1', 's1', doesNothing),
      ),
      'EXTERNAL s1 on',
      stays,
    ],
    [
      'goes when the stack is destroyed afterwards, twice',
      inTurn(
        replaced,
        remove('t1', 's1'),
        removeConfirmation('t1'),
        remove('t1', 's1', acts),
        removeConfirmation('t1'),
      ),
      'AWS_SES on',
    ],
    [
      'stays in force when its destroy was cut off and it is applied again, with the earlier object left',
      inTurn(replaced, removeConfirmation('t1'), confirm('t1', 's1'), remove('t1', 's1', doesNothing)),
      'EXTERNAL s1 on',
      stays,
    ],
    [
      'goes when the stack is destroyed before the earlier object was deleted',
      inTurn(replaced, removeConfirmation('t1'), remove('t1', 's1', acts), remove('t1', 's1', doesNothing)),
      'AWS_SES on',
    ],
  ])('%s', (_, ...played) => steps.expectEnd(...played));

  test('stays in force when it is replaced at once by a machine whose clock is behind', async () => {
    const { cloud, stack } = await setup.applied();
    cloud.skewMs = () => -5_000;
    await stack.signing('t1', 's1');
    expect(await stack.deleteSigning('t1', 's1')).toMatchObject(doesNothing);
  });

  test('goes with its stack where it only looked replaced: a create that was given up has ended last', async () => {
    const cloud = setup.givenCloud();
    const stack = new setup.Stack(cloud);
    cloud.calls.latencyMs = ({ action, invocation }) =>
      action === 'dns:Prove' && invocation === 1 ? 120_000 : 10;
    const abandoned = stack.signing('t1', 's1').catch(() => undefined);
    await stack.apply('t1', 's1');
    await abandoned;
    await stack.delete('Confirmation', 't1', 's1', {});
    expect(await stack.deleteSigning('t1', 's1')).toMatchObject(acts);
  });
});

test.each([
  ['a rotation that came to its end', 's2', inTurn()],
  ['a rotation, and a direct call came in between', 's2', call('s1')],
  ['an attempt that had nothing to change', 's1', inTurn()],
])(
  'the delete of Confirmation means that the stack goes, where the engine never got the answer of %s',
  (_, selector, between) =>
    steps.expectEnd(
      inTurn(
        apply('t1', 's1'),
        sign('t2', selector),
        removeConfirmation('t1'),
        between,
        remove('t1', 's1', acts),
        fire,
      ),
      'AWS_SES on',
      GONE,
    ),
);

describe('what is missing does not block, and is reported', () => {
  test('the identity', async () => {
    const { cloud, stack } = await setup.applied();
    cloud.ses.remove(setup.DOMAIN);

    await remove('t1', 's1', { ...doesNothing, reason: 'the identity no longer exists' })({
      cloud,
      stack,
    });
    expect(setup.ledgerOf(cloud).owner).toBeNull();
  });

  test('the ledger', async () => {
    const { cloud, stack } = await setup.applied();
    cloud.s3.remove(BUCKET, ledgerObject(REGION, setup.DOMAIN));

    expect(await stack.deleteSigning('t1', 's1')).toMatchObject({
      reverted: false,
      incomplete: true,
      reason: expect.stringMatching(
        /^SES still signs with selector s1, and the ledger.*SES was left as it is$/,
      ),
    });
    expect(cloud.s3.keys(BUCKET, 'byodkim-ledger/')).toEqual([]);
    for (const resource of ['Confirmation', 'DnsGate']) {
      const reason = `the delete of ${resource} changes nothing`;
      expect(await stack.delete(resource, 't1', 's1', {})).toMatchObject({ ...doesNothing, reason });
    }
    cloud.ses.remove(setup.DOMAIN);
    expect(await stack.deleteSigning('t1', 's1')).toMatchObject({ reason: 'there is no ledger' });
  });

  test('the key of before', () =>
    steps.expectEnd(
      inTurn(
        S1_BY_HAND,
        apply('t1', 's2'),
        ({ cloud }) => setup.removeKey(cloud, 's1'),
        remove('t1', 's2', {
          ...doesNothing,
          incomplete: true,
          reason: expect.stringContaining('SES was left as it is'),
        }),
      ),
      'EXTERNAL s2 on',
    ));
});

test('fails when SES refuses, keeps the ledger, and ends when repeated', async () => {
  const { cloud, stack } = await setup.applied();
  cloud.calls.addFault({ action: SES_PUT, error: FAILURES.denied() });

  expect((await setup.failure(stack.deleteSigning('t1', 's1'))).code).toBe('ACCESS_DENIED');
  expect(setup.ledgerOf(cloud)).toMatchObject({ owner: { transaction: 't1' }, lease: null });

  expect(await stack.deleteSigning('t1', 's1')).toMatchObject({ reverted: true });
});

describe('a destroy that takes two writes', () => {
  const cutOff = killed(remove('t1', 's1'), SES_PUT, 'after');

  test.each<[string, steps.Step, string, object?]>([
    [
      'leaves no schedule',
      inTurn(SIGNED_OFF, remove('t1', 's1', { ...acts, warnings: [] })),
      'AWS_SES off',
      GONE,
    ],
    ['and is killed between them is ended by its schedule', inTurn(SIGNED_OFF, cutOff, fire), 'AWS_SES off'],
    [
      'and is killed between them is ended by deleting again, and nothing is left of its schedule',
      inTurn(SIGNED_OFF, cutOff, remove('t1', 's1'), fire),
      'AWS_SES off',
      GONE,
    ],
    [
      'and was ended by its schedule is done when it is repeated',
      inTurn(SIGNED_OFF, cutOff, fire, remove('t1', 's1')),
      'AWS_SES off',
      GONE,
    ],
    [
      'and is followed by an apply before the first of them ends as wanted',
      inTurn(
        SIGNED_OFF,
        call('s2'),
        removeConfirmation('t1'),
        killed(remove('t1', 's1'), SES_PUT, 'before'),
        confirm('t1', 's1'),
        fire,
      ),
      'EXTERNAL s1 on',
    ],
    ...[fire, inTurn(remove('t1', 's1'), fire)].map((end, again): [string, steps.Step, string] => [
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
