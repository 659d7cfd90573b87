/** What the simulation has found, each by the shortest way that leads there. */
import { FAILURES, testKey } from '../../support/world';
import * as steps from './steps';
import {
  apply,
  byHand,
  confirm,
  fire,
  inTurn,
  remove,
  removeConfirmation,
  removeGate,
  set,
  sign,
} from './steps';
import * as setup from './support';

const acts = { reverted: true };
const doesNothing = { reverted: false };
const GONE = { baseline: null, owner: null };
const twice = inTurn(sign('t1', 's1'), sign('t1', 's1'), confirm('t1', 's1'));
const gate: steps.Step = ({ stack }) => stack.gate('t1', 's1');
/** For a while SES shows what it had before. */
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

test.each<[string, steps.Step, string, object?]>([
  [
    'a destroy after two lost answers rolls back with the delete of DnsGate',
    inTurn(twice, remove('t1', 's1', doesNothing), removeGate('t1', acts)),
    'AWS_SES on',
    GONE,
  ],
  [
    'DnsGate and Signing that are replaced alone leave the change in force',
    inTurn(
      apply('t1', 's1'),
      gate,
      sign('t1', 's1'),
      remove('t1', 's1', doesNothing),
      removeGate('t1', doesNothing),
    ),
    'EXTERNAL s1 on',
  ],
  [
    'a destroy whose ledger is of an earlier transaction rolls back',
    inTurn(
      apply('t1', 's1'),
      apply('t2', 's2'),
      steps.restoreLedger(5),
      removeConfirmation('t2'),
      remove('t2', 's2', acts),
    ),
    'AWS_SES on',
    GONE,
  ],
  [
    'a destroy whose ledger is of before the first change says that it did not roll back',
    inTurn(
      apply('t1', 's1'),
      steps.restoreLedger(4),
      remove('t1', 's1', { ...doesNothing, incomplete: true }),
    ),
    'EXTERNAL s1 on',
  ],
  [
    'a delete that an earlier ledger does not know leaves a newer change of that selector in force',
    inTurn(
      apply('t1', 's1'),
      sign('t2', 's2'),
      steps.restoreLedger(3),
      apply('t3', 's2'),
      remove('t2', 's2', doesNothing),
      fire,
    ),
    'EXTERNAL s2 on',
  ],
  [
    'a read that is older than a rollback does not become the state to roll back to',
    inTurn(sign('t1', 's1'), byHand('revert'), staleReads(S1), apply('t2', 's2'), remove('t2', 's2')),
    'AWS_SES on',
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
    'a Put that was given up and arrives after its rollback is rolled back by the revert',
    inTurn(
      ({ cloud }) => cloud.calls.addFault({ action: setup.SES_PUT, error: FAILURES.reset() }),
      steps.failsWith(sign('t1', 's1')),
      set({ origin: 'EXTERNAL', selector: 's1', spki: testKey('s1').publicKey.spki }),
      fire,
    ),
    'AWS_SES on',
  ],
])('%s', (_, ...played) => steps.expectEnd(...played));

describe('the next plan is of a new attempt', () => {
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
      inTurn(confirm('t1', 's1'), remove('t1', 's1')),
    ],
  ])('%s', async (_, before, after) => {
    const [first, second] = await tokens(before, after);
    expect(second).not.toBe(first);
  });
});
