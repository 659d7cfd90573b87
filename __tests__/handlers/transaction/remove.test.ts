import { DAY_MS } from '../../../handlers/clock';
import { ledgerObject } from '../../../handlers/contract/contract';
import { BUCKET, REGION, TOPICS } from '../../support/world';
import * as steps from './steps';
import { apply, call, destroy, fire, inTurn, killed, remove, set, sign } from './steps';
import * as setup from './support';

const { SES_PUT } = setup;
const acts = { statusCode: 200, reverted: true };
const doesNothing = { statusCode: 200, reverted: false, code: 'NOTHING_SET' };
const REFUSED = { statusCode: 403, error: 'NOT_ALLOWED', details: { kind: 'stack', stack: setup.STACK } };
const SET_BY_CALL = set({ origin: 'EXTERNAL', selector: 's1' });
/** A call whose change SES does not verify in time, so that it is rolled back. */
const notVerified = inTurn(
  steps.neverVerifies,
  call('s1'),
  async ({ cloud }) => {
    while (cloud.scheduler.pending().length > 0) await cloud.fireAll();
  },
  steps.verifiesAfter(0),
);
const CLEARED = { inForce: null, owner: null };

test.each<[string, steps.Step, string, object?]>([
  [
    'restores the state before the first direct call',
    inTurn(call('s1'), call('s2'), remove(acts)),
    'AWS_SES on',
  ],
  [
    'ends a change that SES has not verified yet, and its check',
    inTurn(steps.neverVerifies, call('s1'), steps.verifiesAfter(0), remove(acts), fire),
    'AWS_SES on',
    { unverified: null },
  ],
  ['does nothing the second time', inTurn(call('s1'), remove(acts), remove(doesNothing)), 'AWS_SES on'],
  [
    'ends the notice of a change that was rolled back, of which nothing is in force',
    inTurn(notVerified, remove(doesNothing)),
    'AWS_SES on',
    { ...CLEARED, unverified: null },
  ],
  [
    'that was cut off before SES is ended by its schedule',
    inTurn(call('s1'), killed(remove(), SES_PUT, 'before'), fire),
    'AWS_SES on',
  ],
  [
    'that was cut off after SES is ended by its schedule',
    inTurn(call('s1'), killed(remove(), SES_PUT, 'after'), fire),
    'AWS_SES on',
  ],
  [
    'takes a domain whose stack was destroyed',
    inTurn(apply('t1', 's1'), destroy(), call('s2'), remove(acts)),
    'AWS_SES on',
  ],
])('a removal %s', (_, played, end, ledger = CLEARED) => steps.expectEnd(played, end, ledger));

test('a removal of a domain that was never set does nothing, and writes no ledger', async () => {
  const given = setup.given();
  await remove(doesNothing)(given);
  expect(setup.signing(given.cloud)).toMatch('AWS_SES on');
  expect(given.cloud.s3.object(BUCKET, ledgerObject(REGION, setup.DOMAIN))).toBeUndefined();
});

test.each<[string, steps.Step]>([
  ['a call arrived after its rollback', inTurn(call('s1'), remove(acts), SET_BY_CALL)],
  [
    'its ledger is lost',
    inTurn(call('s1'), ({ cloud }) => cloud.s3.remove(BUCKET, ledgerObject(REGION, setup.DOMAIN))),
  ],
])('a removal reports that SES signs although %s', async (_, before) => {
  const given = setup.given();
  await inTurn(
    before,
    remove({ statusCode: 200, reverted: false, code: 'STILL_SET', incomplete: true }),
  )(given);
  expect(setup.signing(given.cloud)).toMatch('EXTERNAL s1 on');
});

test('a direct call that finds SES as wanted after a rollback is in force again', () =>
  steps.expectEnd(inTurn(notVerified, SET_BY_CALL, call('s1'), remove(acts)), 'AWS_SES on', CLEARED));

test.each<[string, steps.Step, string]>([
  ['is confirmed', apply('t1', 's1'), 'EXTERNAL s1 on'],
  ['waits for its confirmation', inTurn(sign('t1', 's1')), 'AWS_SES on'],
  ['was changed by a direct call since', inTurn(apply('t1', 's1'), call('s2')), 'EXTERNAL s2 on'],
])('a removal refuses the domain of a stack whose change %s', (_, before, end) =>
  steps.expectEnd(inTurn(before, remove(REFUSED), fire), end),
);

test('a removal succeeds if the identity no longer exists, and ends the audit of the domain', async () => {
  const given = setup.given({ environment: { auditTopicArn: TOPICS.audit } });
  const { cloud } = given;
  await call('s1')(given);
  cloud.ses.remove(setup.DOMAIN);
  await cloud.clock.advance(DAY_MS);
  const { domains } = await cloud.invoke({ action: 'audit' });
  expect(domains).toMatchObject([{ findings: [{ code: 'IDENTITY_MISSING' }] }]);

  await remove({ statusCode: 200, reverted: false, code: 'IDENTITY_GONE' })(given);

  expect(await cloud.invoke({ action: 'audit' })).toMatchObject({ needingAttention: 0, domains: [] });
  expect(cloud.scheduler.pending()).toEqual([]);
});
