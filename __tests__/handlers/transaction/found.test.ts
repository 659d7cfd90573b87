/** What the simulation has found, each by the shortest way that leads there. */
import { FAILURES, testKey } from '../../support/world';
import * as steps from './steps';
import { apply, byHand, call, confirm, destroy, fire, inTurn, set, sign } from './steps';
import * as setup from './support';

const acts = { reverted: true };
const GONE = { inForce: null, owner: null };
const twice = inTurn(sign('t1', 's1'), sign('t1', 's1'), confirm('t1', 's1'));
const gate: steps.Step = ({ stack }) => stack.gate('t1', 's1');
/** For a while SES shows its prior state. */
const staleReads =
  (state: object, nth = 1): steps.Step =>
  ({ cloud }) => {
    let reads = 0;
    cloud.calls.carryOut = async ({ action }, effect) => {
      reads += action === setup.SES_GET ? 1 : 0;
      return action === setup.SES_GET && reads === nth ? ({ tokens: [], ...state } as never) : effect();
    };
  };
const S1 = { origin: 'EXTERNAL', selector: 's1', enabled: true, status: 'SUCCESS' };
const EASY = { origin: 'AWS_SES', enabled: true, status: 'SUCCESS' };

test.each<[string, steps.Step, string, object?]>([
  ['a destroy after two lost answers rolls back', inTurn(twice, destroy(acts)), 'AWS_SES on', GONE],
  [
    'a destroy after the answer of Signing was lost, and a direct call, rolls back',
    inTurn(sign('t1', 's1'), ({ cloud }) => setup.direct(cloud, 's1'), destroy(acts)),
    'AWS_SES on',
    GONE,
  ],
  [
    'DnsGate and Signing that are replaced alone leave the change in force, and a destroy acts',
    inTurn(apply('t1', 's1'), gate, sign('t1', 's1'), steps.verify, gate, sign('t1', 's1'), destroy(acts)),
    'AWS_SES on',
    GONE,
  ],
  [
    'so they do over a direct call that came after them',
    inTurn(apply('t1', 's1'), gate, sign('t1', 's1'), call('s2')),
    'EXTERNAL s2 on',
  ],
  [
    'so they do after a destroy that has failed',
    inTurn(
      twice,
      ({ cloud }) => cloud.calls.addFault({ action: setup.SES_PUT, error: FAILURES.denied() }),
      steps.failsWith(destroy()),
      gate,
      sign('t1', 's1'),
    ),
    'EXTERNAL s1 on',
  ],
  [
    'a destroy after a newer attempt whose DnsGate did not pass rolls back',
    inTurn(
      twice,
      steps.failsWith(({ stack }) => stack.gate('t2', 's3')),
      destroy(acts),
    ),
    'AWS_SES on',
    GONE,
  ],
  [
    'DnsGate and Signing that are replaced alone beside another deploy leave the change in force',
    inTurn(apply('t1', 's1'), sign('t1', 's1'), sign('t2', 's2'), gate, sign('t1', 's1')),
    'EXTERNAL s1 on',
  ],
  [
    'a destroy whose ledger is of an earlier transaction rolls back',
    inTurn(apply('t1', 's1'), apply('t2', 's2'), steps.restoreLedger(5), destroy(acts)),
    'AWS_SES on',
    GONE,
  ],
  [
    'a read that is older than a rollback does not become the state to roll back to',
    inTurn(sign('t1', 's1'), byHand('revert'), staleReads(S1), apply('t2', 's2'), destroy()),
    'AWS_SES on',
  ],
  [
    'a Signing that is replaced alone while a direct call waits for SES is confirmed, as its stack was',
    inTurn(
      steps.verifiesAfter(1_200),
      apply('t1', 's1'),
      ({ cloud }) => setup.direct(cloud, 's1'),
      sign('t1', 's1'),
      ({ cloud }) => cloud.fireAll(),
    ),
    'EXTERNAL s1 on',
    { owner: expect.objectContaining({ transaction: 't1', confirmed: true }), lastRevert: null },
  ],
  [
    'a read that is older than a change does not end its revert',
    inTurn(sign('t1', 's1'), staleReads(EASY), byHand('revert', acts)),
    'AWS_SES on',
  ],
  [
    'a read that is older than a change does not end a destroy',
    inTurn(apply('t1', 's1'), staleReads(EASY), destroy(acts)),
    'AWS_SES on',
    GONE,
  ],
  [
    'a read from between the two calls of a change does not become the state to roll back to',
    inTurn(apply('t1', 's1'), staleReads({ ...S1, enabled: false }), sign('t2', 's2'), byHand('revert')),
    'EXTERNAL s1 on',
  ],
  [
    'a SUCCESS that is older than the Put of another key does not end the wait',
    inTurn(
      apply('t1', 's1'),
      ({ cloud }) => setup.replaceKey(cloud, 's1', testKey('another')),
      staleReads(S1, 2),
      sign('t2', 's1', { irreversible: 'allow' }, { final_dkim_status: 'SUCCESS', unverified_seconds: 10 }),
      ({ cloud }) => setup.replaceKey(cloud, 's1', testKey('s1')),
      sign('t3', 's1', { irreversible: 'allow' }),
      confirm('t3', 's1'),
    ),
    'EXTERNAL s1 on',
  ],
  [
    'a SUCCESS that an earlier attempt of a slow Put has led to does not end the wait',
    inTurn(
      ({ cloud }) => {
        cloud.calls.latencyMs = ({ action }) => (action === setup.SES_PUT ? 2_000 : 0);
      },
      staleReads(S1, 2),
      sign('t1', 's1', {}, { final_dkim_status: 'SUCCESS', unverified_seconds: 12 }),
      confirm('t1', 's1'),
    ),
    'EXTERNAL s1 on',
  ],
  [
    'a FAILED that is older than the Put leads to a whole rollback',
    inTurn(
      steps.switchedOff,
      staleReads({ ...S1, enabled: false, status: 'FAILED' }, 2),
      steps.failsWith(sign('t1', 's1'), 'VERIFICATION_FAILED'),
    ),
    'AWS_SES off',
  ],
  [
    'a Put of a run that was killed and that arrives after the next attempt failed is rolled back',
    inTurn(
      steps.killed(sign('t1', 's1'), setup.SES_PUT, 'before'),
      ({ cloud }) => cloud.calls.addFault({ action: setup.SES_PUT, error: FAILURES.denied(), times: 9 }),
      steps.failsWith(sign('t2', 's2')),
      ({ cloud }) => cloud.calls.clearFaults(),
      set({ origin: 'EXTERNAL', selector: 's1', spki: testKey('s1').publicKey.spki }),
      fire,
    ),
    'AWS_SES on',
  ],
  [
    'a Put that was given up and arrives after its rollback is rolled back by the revert',
    inTurn(
      ({ cloud }) => cloud.calls.addFault({ action: setup.SES_PUT, error: FAILURES.reset() }),
      steps.failsWith(sign('t1', 's1')),
      set({ origin: 'EXTERNAL', selector: 's1', spki: testKey('s1').publicKey.spki }),
      fire,
    ),
    'AWS_SES on',
  ],
  [
    'a Put of a destroy that was given up, while SES verifies the change, is undone by its schedule, which ends the destroy',
    inTurn(
      apply('t1', 's1'),
      steps.verifiesAfter(1_200),
      apply('t2', 's2'),
      ({ cloud }) => cloud.calls.addFault({ action: setup.SES_PUT, error: FAILURES.reset() }),
      steps.failsWith(destroy()),
      set({ enabled: false }),
      steps.verifiesAfter(1),
      fire,
    ),
    'AWS_SES on',
    GONE,
  ],
  [
    'a revert that was cut off after its Put is noticed by Confirmation, which makes the change again',
    inTurn(
      apply('t1', 's1'),
      sign('t2', 's2'),
      steps.killed(byHand('revert'), setup.SES_PUT, 'after'),
      confirm('t2', 's2', { verified: true, reapplied: true }),
    ),
    'EXTERNAL s2 on',
  ],
  [
    'a write that was given up and has given the lease back leaves the rollback to the armed revert',
    inTurn(
      ({ cloud }) => {
        cloud.calls.addFault({ action: 's3:PutObject', nth: 3, when: 'after' });
        cloud.calls.addFault({ action: 's3:PutObject', nth: 3, times: 9 });
      },
      steps.failsWith(sign('t1', 's1'), 'ROLLBACK_FAILED'),
      ({ cloud }) => {
        expect(cloud.ses.state(setup.DOMAIN)).toMatchObject({ selector: 's1', enabled: true });
        cloud.calls.clearFaults();
      },
      fire,
    ),
    'AWS_SES on',
  ],
  [
    'a Signing that still waits for DNS while a newer attempt is done is refused',
    async ({ cloud, stack }) => {
      cloud.calls.latencyMs = ({ action, resource }) =>
        action === 'dns:Prove' && resource.startsWith('s1') ? 60_000 : 0;
      const waiting = setup.failure(stack.signing('t1', 's1'));
      await stack.apply('t2', 's2');
      expect((await waiting).code).toBe('CONCURRENT_UPDATE');
    },
    'EXTERNAL s2 on',
  ],
  [
    'a read that is older than a rollback whose Put may still arrive does not pass for the change',
    inTurn(
      ({ cloud }) => {
        cloud.calls.addFault({ action: setup.SES_PUT, when: 'after' });
        cloud.calls.latencyMs = ({ action }) => (action === setup.SES_PUT ? 10_000 : 0);
      },
      steps.failsWith(sign('t1', 's1')),
      staleReads(S1),
      sign('t2', 's1', {}, { changed: true }),
      confirm('t2', 's1'),
    ),
    'EXTERNAL s1 on',
  ],
  [
    'SES that gives up between the read and the Put of a rollback does not leave signing off',
    inTurn(
      steps.neverVerifies,
      sign('t1', 's1'),
      (at) =>
        setup.beforeCall(at.cloud, setup.SES_PUT, () => {
          steps.tamper({ enabled: false, status: 'FAILED' })(at);
          steps.verifiesAfter(1)(at);
        }),
      fire,
    ),
    'AWS_SES on',
  ],
])('%s', (_, ...played) => steps.expectEnd(...played));

test('a FAILED that SES shows again after another status is believed at once', async () => {
  const { cloud, stack } = setup.given();
  await stack.apply('t1', 's1');
  const shown = ['FAILED', 'FAILED', 'PENDING', 'FAILED'];
  cloud.calls.carryOut = async ({ action }, effect) => {
    const status = action === setup.SES_GET ? shown.shift() : undefined;
    return status === undefined ? effect() : ({ tokens: ['s1'], ...S1, status } as never);
  };
  const before = cloud.clock.now();

  expect((await setup.failure(stack.signing('t2', 's1'))).code).toBe('VERIFICATION_FAILED');

  expect(shown).toEqual([]);
  expect(cloud.clock.now() - before).toBeLessThan(60_000);
});

test('a check that is delivered twice at once leaves one schedule', async () => {
  const { cloud, stack } = setup.given();
  cloud.ses.verifySeconds = 3_600;
  await stack.apply('t1', 's1');
  const [{ at, payload, name }] = cloud.scheduler.pending() as [never];
  await cloud.clock.advance(at - cloud.clock.now());
  cloud.scheduler.remove(name);
  // Both have read the ledger before one of them writes it, a second apart.
  cloud.calls.latencyMs = ({ action, invocation }) =>
    action === 'scheduler:CreateSchedule' ? 1_500 : (invocation % 10) * 100;

  await Promise.all([cloud.invoke(payload), cloud.invoke(payload)]);

  expect(cloud.scheduler.pending()).toHaveLength(1);
});

describe('the next plan has a new attempt', () => {
  const tokens = async (before: steps.Step, after: steps.Step): Promise<string[]> => {
    const given = setup.given();
    const token = () => given.stack.token('s1');
    const first = await token();
    await before({ ...given, token: first } as never);
    await given.stack.signing('t1', 's1', { driftToken: first });
    await after(given);
    return [first, await token()];
  };

  test.each<[string, steps.Step, steps.Step]>([
    [
      'after two deploys of one list at once, of which the engine has the one that was overtaken',
      ({ stack }) => stack.signing('t2', 's1', { driftToken: 'one' }),
      inTurn(confirm('t1', 's1'), async ({ stack }) => {
        const { driftToken } = { driftToken: await stack.token('s1') };
        await setup.failure(stack.confirmation('t2', 's1', { driftToken }));
      }),
    ],
    ['after a revert by hand, whatever the engine has of it', () => undefined, byHand('revert')],
    [
      'after a destroy, for a state of the engine from before it',
      () => undefined,
      inTurn(confirm('t1', 's1'), destroy()),
    ],
  ])('%s', async (_, before, after) => {
    const [first, second] = await tokens(before, after);
    expect(second).not.toBe(first);
  });

  test.each<[string, string, steps.Step, (token: string) => steps.Step]>([
    [
      'after a direct call that was cut off is reverted by hand',
      's1',
      call('s1'),
      () => inTurn(steps.killed(call('s2'), setup.SES_PUT, 'after'), byHand('revert', acts)),
    ],
    [
      'after a rotation is reverted by hand',
      's2',
      apply('t1', 's1'),
      (driftToken) => inTurn(sign('t2', 's2', { driftToken }), byHand('revert', acts)),
    ],
    [
      'after the same drift as one that a person has undone, and a deploy adopted',
      's1',
      inTurn(apply('t1', 's1'), steps.switchedOff),
      (driftToken) =>
        inTurn(
          steps.tamper({ enabled: true }),
          steps.verify,
          sign('t2', 's1', { driftToken }),
          confirm('t2', 's1'),
          steps.switchedOff,
        ),
    ],
  ])('%s', async (_, selector, before, after) => {
    const given = setup.given();
    await before(given);
    const first = await given.stack.token(selector);
    await after(first)(given);
    expect(await given.stack.token(selector)).not.toBe(first);
  });
});
