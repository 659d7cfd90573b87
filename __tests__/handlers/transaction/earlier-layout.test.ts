import { ledgerObject } from '../../../handlers/contract/contract';
import { BUCKET, REGION } from '../../support/world';
import * as steps from './steps';
import { apply, claim, destroy, failsWith, fire, inTurn, type Step, sign } from './steps';
import * as setup from './support';

/** What the provider sends of a stack as it was before `Baseline`, recorded: its deletes reached the function. */
const deleted = (resource: string, transaction: string) => {
  const input = {
    resource,
    transaction,
    domain: setup.DOMAIN,
    selector: 's1',
    region: REGION,
    rotation: { records: ['s1'], hostedZoneId: 'ZACC24E64D3EF439B692' },
    gate: { nameservers: ['127.0.0.1:40839'], resolvers: [] },
    mailFrom: { subdomain: 'bounce' },
    driftToken: 'untouched-57a184b460286023',
  };
  return { ...input, tf: { action: 'delete', prev_input: input } };
};
const deletes =
  (resource: string, transaction = 't1', expected: object = { statusCode: 200, reverted: false }): Step =>
  async ({ cloud }) => {
    expect(await cloud.invoke(deleted(resource, transaction))).toMatchObject(expected);
  };

/** Gives the ledger the form that it had before `Baseline`, recorded. */
const inEarlierForm: Step = ({ cloud }) => {
  const ledger = setup.ledgerOf(cloud);
  const earlier = {
    ...ledger,
    owner: { ...ledger.owner, stack: undefined },
    open: ledger.open && { ...ledger.open, owner: { ...ledger.open.owner, stack: undefined } },
    ...{ asked: undefined, stacks: undefined, deleted: undefined, last: undefined },
    ...{ destroyBegun: null, recreated: [], regated: [] },
  };
  cloud.s3.write(BUCKET, ledgerObject(REGION, setup.DOMAIN), JSON.stringify(earlier));
};
const deployedEarlier = inTurn(apply('t1', 's1'), inEarlierForm);
const upgraded = inTurn(deployedEarlier, claim(), apply('t2', 's1'));

describe('a stack with the layout from before `Baseline`', () => {
  it.each(['Confirmation', 'Signing', 'DnsGate', 'Whatever'])(
    'is upgraded: the delete of its %s changes nothing, and a destroy rolls back',
    async (resource) => {
      await steps.expectEnd(inTurn(upgraded, deletes(resource)), 'EXTERNAL s1 on');
      await steps.expectEnd(inTurn(upgraded, deletes(resource), destroy({ reverted: true })), 'AWS_SES on');
    },
  );

  it.each<[string, Step]>([
    ['which it overtakes', inTurn()],
    ['which reverts before', fire],
  ])('is upgraded in the middle of a rotation %s, and a destroy rolls back', async (_, meanwhile) => {
    const rotating = inTurn(apply('t1', 's1'), sign('t2', 's2'), inEarlierForm, claim(), meanwhile);
    const upgrade = inTurn(rotating, apply('t3', 's2'), deletes('Signing', 't2'), deletes('Signing', 't1'));
    await steps.expectEnd(upgrade, 'EXTERNAL s2 on');
    await steps.expectEnd(inTurn(upgrade, destroy({ reverted: true })), 'AWS_SES on');
  });

  it('is not taken over by its upgrade: the next plan is empty', async () => {
    const given = setup.given();
    await inTurn(deployedEarlier, claim())(given);
    const driftToken = await given.stack.token('s1');
    await given.stack.apply('t2', 's1', { driftToken });
    expect(await given.stack.token('s1')).toBe(driftToken);
  });

  it.each(['Confirmation', 'Signing', 'DnsGate'])(
    'is not destroyed before its upgrade: the delete of its %s is refused, and SES is unchanged',
    (resource) =>
      steps.expectEnd(inTurn(deployedEarlier, failsWith(deletes(resource), 'NOT_ALLOWED')), 'EXTERNAL s1 on'),
  );

  it.each([
    ['its DkimKey', deployedEarlier, 'key-s1'],
    ['an earlier attempt', deployedEarlier, 't0'],
    ['an attempt that never got as far as SES', inTurn(), 't1'],
  ])('lets the delete of %s pass before its upgrade', async (_, before, transaction) => {
    const given = setup.given();
    await inTurn(before, deletes('DkimKey', transaction))(given);
  });
});
