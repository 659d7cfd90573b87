import { emptyLedger, type Open, type Snapshot, type Wanted } from '../../../handlers/ledger/ledger';
import { reverted } from '../../../handlers/ledger/transitions';
import { FAILURES } from '../../support/world';
import * as steps from '../transaction/steps';
import { apply, fire, inTurn, type Step, set, sign } from '../transaction/steps';
import { DOMAIN, expectEnded, given, rewriteLedger, SES_PUT } from '../transaction/support';

const S1_SIGNS = ['s1', 'signs', ''];
const REVERTED = [['s2', 'stopped', ''], S1_SIGNS];
const rotated = inTurn(apply('t1', 's1'), sign('t2', 's2'));
const refused: Step = ({ cloud }) =>
  cloud.calls.addFault({ action: SES_PUT, error: FAILURES.denied(), times: 9 });

test.each<[string, Step, string[][]]>([
  [
    'an unconfirmed rotation keeps the old one as the rollback target',
    rotated,
    [
      ['s1', 'stopped', 'rollback target'],
      ['s2', 'signs', ''],
    ],
  ],
  [
    'after a revert the old one signs again, and mail of the new one may be on its way',
    inTurn(rotated, fire),
    REVERTED,
  ],
  [
    'so it may where a person had set the old one before the revert',
    inTurn(rotated, set({ origin: 'EXTERNAL', selector: 's1' }), fire),
    REVERTED,
  ],
  [
    'no mail is on its way of one that SES never verified',
    inTurn(apply('t1', 's1'), steps.neverVerifies, apply('t2', 's2'), fire),
    [S1_SIGNS],
  ],
  [
    'mail may be on its way of one that SES had verified, and missed later',
    inTurn(
      apply('t1', 's1'),
      steps.neverVerifies,
      apply('t2', 's2'),
      steps.tamper({ status: 'TEMPORARY_FAILURE' }),
      fire,
    ),
    REVERTED,
  ],
  [
    'so it may where a person set it anew in between',
    inTurn(
      apply('t1', 's1'),
      sign('t2', 's2'),
      ({ cloud }) => cloud.clock.advance(60_000),
      steps.tamper({ status: 'PENDING' }),
      steps.confirm('t2', 's2'),
      fire,
    ),
    REVERTED,
  ],
  [
    'no mail is on its way of one that SES refused',
    inTurn(apply('t1', 's1'), refused, steps.failsWith(sign('t2', 's2'))),
    [S1_SIGNS],
  ],
  [
    'so it may of one that SES refused, if it had signed before',
    inTurn(apply('t1', 's1'), apply('t2', 's2'), refused, steps.failsWith(sign('t3', 's1'))),
    [
      ['s1', 'stopped', ''],
      ['s2', 'signs', ''],
    ],
  ],
  [
    'a destroy forgets none: their mail is on its way',
    inTurn(apply('t1', 's1'), steps.destroy()),
    [['s1', 'stopped', '']],
  ],
])('computes the signers over the life of a domain: %s', async (_, played, signers) => {
  const { cloud, stack } = given();
  await played({ cloud, stack });

  const status = await cloud.invoke({ action: 'status', domain: DOMAIN });

  expect(
    status.signers.map(({ selector, stoppedAt, isRollbackTarget }: any) => [
      selector,
      stoppedAt === null ? 'signs' : 'stopped',
      isRollbackTarget ? 'rollback target' : '',
    ]),
  ).toEqual(signers);
});

test('accepts further changes in a ledger whose lists are full', async () => {
  const at = given();
  const list = <T>(length: number, make: (i: number) => T): T[] => Array.from({ length }, (_, i) => make(i));
  await inTurn(apply('t1', 's1'), sign('t1', 's1'))(at);
  rewriteLedger(at.cloud, (ledger) => ({
    ...ledger,
    history: list(50, () => ledger.history[1]!),
    signers: list(20, (i) => ({ selector: `x${i}`, since: null, stoppedAt: 1 })),
    records: list(100, (i) => `x${i}`),
    stacks: list(20, (i) => `x${i}`),
  }));

  const rotation = { records: ['s1', 's2'] };
  await inTurn(sign('t1', 's1'), sign('t1', 's1'), steps.claim('B2'))(at);
  await inTurn(refused, steps.failsWith(sign('t0', 's2')), ({ cloud }) => cloud.calls.clearFaults())(at);
  await inTurn(sign('t2', 's2', { rotation }), fire)(at);

  await expectEnded(at.cloud, 'EXTERNAL s1 on', { stacks: [...list(19, (i) => `x${i + 1}`), 'B2'] });
});

test.each<[string, string, string]>([
  ['is what was seen, where SES was not written to', 's2', 'SUCCESS'],
  ['is PENDING, where the undone change had set the selector in force again', 's1', 'PENDING'],
])('the state that an audit has seen, once a change that SES had was undone, %s', (_, selector, status) => {
  const key = { bucket: 'b' } as Wanted['key'];
  const seen = { status: 'SUCCESS', enabled: true, person: null };
  const previous = { origin: 'EXTERNAL', enabled: true, restoration: { kind: 'easy-dkim' } } as Snapshot;
  const open = { transaction: 't2', state: 'set', wanted: { selector, key }, owner: null, previous } as Open;
  const ledger = { ...emptyLedger('example.com', 'r'), inForce: { selector: 's1', key }, open, seen };

  expect(reverted(ledger, open, { note: '', changed: false }, 7).seen).toMatchObject({ status });
});
