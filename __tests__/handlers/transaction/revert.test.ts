import { ledgerObject } from '../../../handlers/contract/contract';
import { UNVERIFIED_MAIL } from '../../../handlers/words/unsigned-mail';
import { BUCKET, FAILURES, type FakeCloud, REGION, TOPICS } from '../../support/world';
import { apply, byHand, call, destroy, expectEnd, fire, inTurn, type Step, set, sign } from './steps';
import * as setup from './support';

const given = async () => {
  const { cloud, stack } = await setup.signed();
  const [{ name, payload }] = cloud.scheduler.pending() as unknown as [{ name: string; payload: object }];
  return { cloud, stack, name, payload };
};

test('undoes an unconfirmed change when its schedule fires', async () => {
  const { cloud } = await given();

  const [answer] = await cloud.fireAll();

  expect(answer).toMatchObject({ reverted: true, reason: 'Easy DKIM as before (signing on)' });
  await setup.expectEnded(cloud, 'AWS_SES on', {
    owner: null,
    lastRevert: { transaction: 't1' },
  });
});

test.each<[string, Step]>([
  ['by its schedule', inTurn(sign('t2', 's2'), ({ cloud }) => setup.unpublish(cloud, 's1'), fire)],
  ['by a destroy', inTurn(apply('t2', 's2'), ({ cloud }) => setup.unpublish(cloud, 's1'), destroy())],
])('a rollback to a selector whose record is gone says that mail is not signed: %s', async (_, played) => {
  const cloud = setup.givenCloud({ environment: { resultTopicArn: TOPICS.result } });
  const at = { cloud, stack: new setup.Stack(cloud) };
  await inTurn(set({ origin: 'EXTERNAL', selector: 's1' }), apply('t1', 's1'), played)(at);

  const { message } = cloud.sns.to(TOPICS.result).at(-1)!;
  expect(message).toContain(`until its record is back, mail is ${UNVERIFIED_MAIL}: The record s1._domainkey`);
  expect(message).toContain('Ask the DNS team to publish that record again');
  expect(message).not.toMatch(/SES has not been changed|Please wait|Nothing\./);
});

test.each<[string, Step, string]>([
  ['twice', fire, 'AWS_SES on'],
  ['late, after a newer arming of the same transaction,', inTurn(fire, sign('t1', 's1')), 'EXTERNAL s1 on'],
])('does nothing if it fires %s', async (_, before, now) => {
  const { cloud, stack, payload } = await given();
  await before({ cloud, stack });

  const reason = expect.stringContaining('no longer waits for this revert');
  expect(await cloud.invoke(payload)).toMatchObject({ reverted: false, reason });
  expect(setup.signing(cloud)).toContain(now);
});

test('waits for a change that is being made when it fires, and undoes it', async () => {
  const cloud = setup.givenCloud();
  cloud.ses.verifySeconds = 60;
  cloud.calls.latencyMs = () => 50;
  const stack = new setup.Stack(cloud);
  const change = stack.signing('t1', 's1', { confirmTimeoutMinutes: 2 });
  await cloud.clock.advance(30_000);

  const [, answer] = await Promise.all([change, cloud.invoke(cloud.scheduler.pending()[0]!.payload)]);
  await cloud.clock.advance(100_000);

  expect(answer).toMatchObject({ reverted: true });
  expect(setup.signing(cloud)).toBe('AWS_SES on SUCCESS');
});

test.each<[string, Step]>([
  ['by what is armed again, once for each identity', fire],
  ['by hand', byHand('revert', { reverted: true })],
])(
  'fails and changes nothing if the ledger is missing, and after its restoration reverts %s',
  async (_, revert) => {
    const { cloud, stack, name, payload } = await given();
    cloud.scheduler.remove(name);
    const key = ledgerObject(REGION, setup.DOMAIN);
    const { body } = cloud.s3.object(BUCKET, key)!;
    cloud.s3.remove(BUCKET, key);
    const before = setup.signing(cloud);
    const firings = [payload, { ...payload, arming: 1 }, { ...payload, domain: 'other.example' }];

    const [first] = await Promise.all(firings.map((firing) => setup.failure(cloud.invoke(firing))));

    expect(first!.code).toBe('DEPENDENCY_FAILED');
    expect(first!.message).toContain(`its ledger s3://${BUCKET}/${key} is gone`);
    expect(first!.message).toContain(`byodkim revert ${setup.DOMAIN}`);
    expect(setup.signing(cloud)).toBe(before);
    expect(cloud.s3.keys(BUCKET, 'byodkim-ledger/')).toEqual([]);
    expect(cloud.scheduler.pending()).toHaveLength(1);

    cloud.s3.write(BUCKET, key, body);
    await inTurn(revert, fire)({ cloud, stack });
    await setup.expectEnded(cloud, 'AWS_SES on');
  },
);

test('ignores unknown parts that a newer function wrote into the ledger, and keeps them', async () => {
  const { cloud, payload } = await given();
  setup.rewriteLedger(cloud, (ledger) => ({
    ...ledger,
    colour: 'red',
    open: { ...ledger.open!, shape: 'round' },
  }));

  expect(await cloud.invoke(payload)).toMatchObject({ reverted: true });
  expect(setup.ledgerOf(cloud)).toMatchObject({ colour: 'red', open: null });
});

describe('a revert that cannot continue', () => {
  const HOUR_MS = 3_600_000;
  const topics = { resultTopicArn: TOPICS.result, auditTopicArn: TOPICS.audit };

  async function stuck(error = FAILURES.denied()) {
    const { cloud, stack } = setup.given({ environment: topics });
    await stack.signing('t1', 's1');
    cloud.calls.addFault({ action: setup.SES_PUT, times: Number.POSITIVE_INFINITY, error });
    const sent = () => cloud.sns.to(TOPICS.result).map(({ subject }) => subject);
    const before = sent().length;
    return { cloud, subjects: () => sent().slice(before) };
  }
  async function pass(cloud: FakeCloud, hours: number): Promise<void> {
    for (const end = cloud.clock.now() + hours * HOUR_MS; cloud.clock.now() < end; ) {
      await cloud.clock.advance(Math.max(0, (cloud.scheduler.pending()[0]?.at ?? end) - cloud.clock.now()));
      await cloud.fireDue();
    }
  }
  const failed = (code: string) => `DKIM revert failed: ${setup.DOMAIN} (${code})`;

  test('is told at once, once a day, when its reason changes, and when it ends', async () => {
    const { cloud, subjects } = await stuck();
    await pass(cloud, 6);
    expect(subjects()).toEqual([failed('ACCESS_DENIED')]);
    await pass(cloud, 24 * 3);
    expect(subjects()).toEqual(Array(4).fill(failed('ACCESS_DENIED')));

    cloud.calls.clearFaults();
    cloud.calls.addFault({ action: setup.SES_PUT, times: 30, error: FAILURES.internal() });
    await pass(cloud, 2);
    expect(subjects().slice(4)).toEqual([failed('SES_UPDATE_FAILED')]);

    cloud.calls.clearFaults();
    await cloud.fireAll();
    expect(subjects().slice(5)).toEqual([`DKIM reverted: ${setup.DOMAIN}`]);
    await setup.expectEnded(cloud, 'AWS_SES on');
  });

  test('is found by its reason, and its series of retries is not restarted', async () => {
    const { cloud } = await stuck();
    const found = [];
    for (let day = 0; day < 3; day += 1) {
      await pass(cloud, 24);
      const { domains } = await cloud.invoke({ action: 'audit', scheduled: true });
      found.push(...domains.flatMap(({ findings }: any) => findings));
    }
    // The key waits in S3 again: an audit names it once.
    const codes = found.map(({ code }) => code);
    expect(codes).toEqual(Array(3).fill('ROLLBACK_FAILED'));
    expect(found[0].found).toMatch(
      / fails, last at 2025\S+: ACCESS_DENIED: .*PutEmailIdentityDkimSigningAttributes/,
    );
    expect(cloud.scheduler.pending()).toHaveLength(1);
  });
});

test('reports a manual revert that fails at once, with its reason and the commands that restore SES', async () => {
  const { cloud, stack } = setup.given();
  cloud.ses.verifySeconds = 20 * 60;
  await stack.apply('t1', 's1');
  cloud.calls.addFault({ action: setup.SES_PUT, times: 1, error: FAILURES.denied() });

  const answer = await cloud.invoke({ action: 'revert', domain: setup.DOMAIN });
  expect(answer).toMatchObject({ error: 'ACCESS_DENIED' });

  const { findings, restore } = await cloud.invoke({
    action: 'status',
    domain: setup.DOMAIN,
    findings: true,
  });
  expect(findings).toContainEqual(
    expect.objectContaining({ code: 'ROLLBACK_FAILED', stage: 'ACCESS_DENIED' }),
  );
  expect(restore).toContainEqual(expect.stringContaining('--signing-attributes-origin AWS_SES'));
  cloud.ses.verifySeconds = 2;
  await cloud.fireAll();
  await setup.expectEnded(cloud, 'AWS_SES on');
});

describe('a failed revert is thrown and armed again', () => {
  test('for any failure, until it succeeds', async () => {
    const { cloud } = await given();
    cloud.calls.addFault({ action: setup.SES_PUT, times: 7, error: FAILURES.internal() });

    const ends = await cloud.fireAll();

    expect((ends[0] as Error).name).toBe('SES_UPDATE_FAILED');
    expect(ends.at(-1)).toMatchObject({ reverted: true });
    await setup.expectEnded(cloud, 'AWS_SES on');
  });

  test.each([
    ['the ledger cannot be read', { action: 's3:GetObject', resource: /ledger/ }],
    ['the ledger cannot be written', { action: 's3:PutObject', resource: /ledger/ }],
  ])('%s', async (_, call) => {
    const { cloud } = await given();
    cloud.calls.addFault({ ...call, times: 12 });

    const ends = await cloud.fireAll();

    expect((ends[0] as Error).name).toBe('DEPENDENCY_FAILED');
    await setup.expectEnded(cloud, 'AWS_SES on');
  });

  test('the lease is taken all the time, and is not written over', async () => {
    const { cloud } = await given();
    const until = cloud.scheduler.pending()[0]!.at + 3_600_000;
    let writes = 0;
    cloud.calls.latencyMs = ({ action, at }) => {
      if (action === 's3:PutObject' && at <= until) writes += 1;
      const lease = { holder: 'another', acquiredAt: at, expiresAt: at + 40_000 };
      if (action === 's3:GetObject' && at <= until)
        setup.rewriteLedger(cloud, (ledger) => ({ ...ledger, lease }));
      return 0;
    };

    const ends = await cloud.fireAll(60);

    expect((ends[0] as Error).name).toBe('CONCURRENT_UPDATE');
    expect(writes).toBe(0);
    await setup.expectEnded(cloud, 'AWS_SES on');
  });

  test.each(['before', 'after'] as const)(
    'if it was killed %s its Put: the next one ends it',
    async (when) => {
      const { cloud } = await given();
      cloud.calls.addFault(setup.kill(setup.SES_PUT, when));

      await cloud.fireAll();

      await setup.expectEnded(cloud, 'AWS_SES on');
    },
  );
});

const NOTHING = { reverted: false, reason: 'nothing is waiting for a confirmation, or for SES' };
test.each<[string, Step, object, string]>([
  ['undoes what is open, and removes its schedule', sign('t1', 's1'), { reverted: true }, 'AWS_SES on'],
  ['does nothing when nothing is open', call('s1'), NOTHING, 'EXTERNAL s1 on'],
])('by hand: %s', (_, before, answer, end) => expectEnd(inTurn(before, byHand('revert', answer)), end));
