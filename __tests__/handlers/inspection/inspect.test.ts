import { ledgerObject, privateKeyObject } from '../../../handlers/contract/contract';
import { Terraform } from '../../support/terraform';
import { BUCKET, FAILURES, newTestKey, REGION, testKey } from '../../support/world';
import * as setup from '../transaction/support';

const DAY_MS = 24 * 3_600_000;

/** A stack as Terraform keeps it. */
function planned(cloud = setup.givenCloud(), prefix = '') {
  const stack = new setup.Stack(cloud);
  const terraform = new Terraform(stack, undefined, prefix);
  return {
    cloud,
    stack,
    terraform,
    apply: (selector: string, fields = {}) => terraform.apply({ selector, fields }),
    /** Whether a plan is empty. */
    isEmpty: () => terraform.isInSync(terraform.state.attempt!.selector),
  };
}

const confirmed = async () => {
  const given = planned();
  await given.apply('s1');
  return given;
};

test('only reads the ledger, SES and the description of the key', async () => {
  const { cloud, stack } = await confirmed();
  const before = cloud.calls.made.length;

  const answer = await stack.create('Inspection', '', 's1', {});

  expect(answer).toEqual({
    statusCode: 200,
    domain: setup.DOMAIN,
    token: expect.stringContaining('untouched-'),
    drifted: false,
  });
  expect(cloud.calls.made.slice(before).map(({ action }) => action)).toEqual([
    's3:GetObject',
    setup.SES_GET,
    's3:HeadObject',
  ]);
});

test('the plan of an untouched stack stays empty', async () => {
  const given = await confirmed();

  expect(await given.isEmpty()).toBe(true);
  await given.cloud.clock.advance(90 * 24 * 3_600_000);
  expect(await given.isEmpty()).toBe(true);
});

test('the plan stays empty while the stack is at work', async () => {
  const { stack } = planned();
  const token = await stack.token('s1');
  await stack.signing('t1', 's1', { driftToken: token });

  expect(await stack.token('s1')).toBe(token);
});

test.each([
  ['signing was switched off', { enabled: false }],
  ['another selector was set', { tokens: ['s2'] }],
  ['SES has given up on the record', { status: 'FAILED' }],
  ['Easy DKIM was set', { origin: 'AWS_SES', tokens: ['a', 'b', 'c'] }],
])('shows a drift, which the next apply corrects, and shows it again: %s', async (_, change) => {
  const given = await confirmed();
  const { cloud } = given;
  for (const round of [1, 2]) {
    cloud.ses.tamper(setup.DOMAIN, change);
    expect([round, await given.isEmpty()]).toEqual([round, false]);
    // As long as it is not corrected, it is the same drift.
    expect(await given.stack.token('s1')).toBe(await given.stack.token('s1'));

    await given.apply('s1');

    expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
    expect([round, await given.isEmpty()]).toEqual([round, true]);
  }
});

test('shows two states of one domain each other’s applies', async () => {
  const one = await confirmed();
  const other = planned(one.cloud, 'u');
  await other.apply('s2');
  expect(await other.isEmpty()).toBe(true);

  expect(await one.isEmpty()).toBe(false);
  expect(await one.stack.create('Inspection', '', 's1', {})).toMatchObject({
    drifted: true,
    reason: 'Selector s2 was applied last; this plan is for s1.',
  });
  await one.apply('s1');

  expect([await one.isEmpty(), await other.isEmpty()]).toEqual([true, false]);
  await other.apply('s2');
  expect([await one.isEmpty(), await other.isEmpty()]).toEqual([false, true]);
});

test('reports a ledger from before a rotation as drift, which the next apply ends', async () => {
  const given = await confirmed();
  const earlier = setup.ledgerOf(given.cloud);
  await given.apply('s2');
  setup.rewriteLedger(given.cloud, () => earlier);

  expect(await given.isEmpty()).toBe(false);
  await given.apply('s2');

  expect(await given.isEmpty()).toBe(true);
});

test('reports a ledger and a signing state from before a rotation as drift, although an apply has ended the same drift before', async () => {
  const given = await confirmed();
  const earlier = setup.ledgerOf(given.cloud);
  await given.apply('s2');
  setup.rewriteLedger(given.cloud, () => earlier);
  given.cloud.ses.tamper(setup.DOMAIN, { tokens: ['s1'] });
  // As the runbook says after a ledger was restored.
  await given.cloud.invoke({ action: 'revert', domain: setup.DOMAIN });

  expect(await given.isEmpty()).toBe(false);
});

test('shows the same drift again after a repair that failed at the gate', async () => {
  const given = await confirmed();
  given.cloud.ses.tamper(setup.DOMAIN, { enabled: false });
  const token = await given.stack.token('s1');
  setup.unpublish(given.cloud, 's1');

  expect(await given.apply('s1')).toBe('gate');

  expect(await given.stack.token('s1')).toBe(token);
  expect(given.terraform.state.attempt?.transaction).toBe('t2');
});

test.each([
  ['by itself', setup.SES_PUT, { error: FAILURES.internal() }],
  ['before its Put', 'scheduler:CreateSchedule', { error: FAILURES.internal() }],
  ['by a kill', setup.SES_PUT, { kind: 'kill', when: 'after' }],
] as const)('ends a rotation that failed %s at the next apply', async (_, action, fault) => {
  const given = await confirmed();
  given.cloud.calls.addFault({ action, ...fault });
  expect(await given.apply('s2')).toBe('signing');
  await given.cloud.fireAll();

  await given.apply('s2');

  expect(await given.isEmpty()).toBe(true);
  expect(given.cloud.ses.signingKey(setup.DOMAIN)).toBe(testKey('s2').publicKey.spki);
});

test('reports a key that was overwritten as drift, since SES still signs with the earlier one', async () => {
  const given = await confirmed();
  setup.replaceKey(given.cloud, 's1', newTestKey());
  expect(await given.isEmpty()).toBe(false);

  await given.apply('s1', { irreversible: 'allow' });

  expect(await given.isEmpty()).toBe(true);
});

test('reports the same key, stored again, as drift once', async () => {
  const given = await confirmed();
  const { cloud } = given;
  // With KMS an ETag says nothing about the contents.
  cloud.s3.write(BUCKET, privateKeyObject(setup.DOMAIN, 's1'), `${testKey('s1').pem}\n`);
  expect(await given.isEmpty()).toBe(false);

  await given.apply('s1');

  expect(cloud.calls.count(setup.SES_PUT)).toBe(1);
  expect(await given.isEmpty()).toBe(true);
});

test('does not report a missing key as drift, since SES keeps signing', async () => {
  const given = await confirmed();
  given.cloud.s3.remove(BUCKET, privateKeyObject(setup.DOMAIN, 's1'));

  expect(await given.isEmpty()).toBe(true);
});

test('notices a lost ledger from the next day on, and starts it anew without a change to SES', async () => {
  const given = await confirmed();
  const { cloud } = given;
  await cloud.clock.advance(DAY_MS);
  cloud.s3.remove(BUCKET, ledgerObject(REGION, setup.DOMAIN));
  expect(await given.isEmpty()).toBe(false);

  await given.apply('s1');

  expect(cloud.calls.count(setup.SES_PUT)).toBe(1);
  expect(await given.isEmpty()).toBe(true);
  expect(setup.ledgerOf(cloud)).toMatchObject({ owner: { transaction: 't2' }, baseline: { selector: 's1' } });
});

test('answers even without a bucket', async () => {
  const given = await confirmed();
  await given.cloud.clock.advance(DAY_MS);
  given.cloud.s3.removeBucket(BUCKET);

  expect(await given.isEmpty()).toBe(false);
});

test('reports a direct call that changed the selector as drift of the stack, which the stack corrects', async () => {
  const given = await confirmed();
  await setup.direct(given.cloud, 's2');
  expect(await given.isEmpty()).toBe(false);

  await given.apply('s1');

  expect(setup.signing(given.cloud)).toBe('EXTERNAL s1 on SUCCESS');
  expect(await given.isEmpty()).toBe(true);
});

test('waits for a direct call that was cut off, since it reverts', async () => {
  const given = await confirmed();
  given.cloud.calls.addFault({ action: setup.SES_PUT, kind: 'kill', when: 'after' });
  await setup.failure(setup.direct(given.cloud, 's2'));

  expect(await given.isEmpty()).toBe(true);
  await given.cloud.fireAll();
  expect(await given.isEmpty()).toBe(true);
});

test.each([
  ['without a revert', { confirmTimeoutMinutes: 0 }, 0],
  ['whose revert never came', {}, 2 * 3_600_000],
])('reports a direct call that was cut off, %s, as drift', async (_, fields, passedMs) => {
  const given = await confirmed();
  given.cloud.calls.addFault({ action: setup.SES_PUT, kind: 'kill', when: 'after' });
  await setup.failure(setup.direct(given.cloud, 's2', fields));
  for (const { name } of given.cloud.scheduler.pending()) given.cloud.scheduler.remove(name);
  await given.cloud.clock.advance(passedMs);

  expect(await given.isEmpty()).toBe(false);
  await given.apply('s1');
  expect(given.cloud.ses.signingKey(setup.DOMAIN)).toBe(testKey('s1').publicKey.spki);
  expect(await given.isEmpty()).toBe(true);
});

describe('after a rollback of a rotation that waited for SES', () => {
  async function rolledBack() {
    const given = await confirmed();
    given.cloud.ses.verifySeconds = 20 * 60;
    await given.apply('s2');
    await given.cloud.invoke({ action: 'revert', domain: setup.DOMAIN });
    return given;
  }

  test('a plan with the earlier selector finds SES in step, and its apply changes nothing', async () => {
    const given = await rolledBack();
    const puts = given.cloud.calls.count(setup.SES_PUT);
    await given.cloud.clock.advance(3_600_000);

    expect(await given.stack.create('Inspection', '', 's1', {})).toMatchObject({ drifted: false });
    await given.apply('s1');

    expect(await given.isEmpty()).toBe(true);
    expect(given.cloud.calls.count(setup.SES_PUT)).toBe(puts);
    await setup.expectEnded(given.cloud, 'EXTERNAL s1 on', { owner: { wanted: { selector: 's1' } } });
  });

  test('a plan with the later selector reports the rollback, and tries again', async () => {
    const given = await rolledBack();

    expect(await given.stack.create('Inspection', '', 's2', {})).toMatchObject({
      drifted: true,
      token: expect.stringContaining('drift-rolled-back-'),
      reason: expect.stringContaining('The last change was rolled back at 2025-09-17T10:31:'),
    });
    await given.apply('s2');
    await given.cloud.fireAll();

    expect(await given.isEmpty()).toBe(true);
    await setup.expectEnded(given.cloud, 'EXTERNAL s2 on');
  });
});

test('lets a failed first deploy continue where it was, without its plan asking SES', async () => {
  const { cloud, stack } = planned();
  const token = await stack.token('s1');

  expect(await stack.token('s1')).toBe(token);
  expect(cloud.calls.count(setup.SES_GET)).toBe(0);
});

describe('two engine states of one domain with one selector', () => {
  const applyBy = async (stack: setup.Stack, id: string, transaction: string) => {
    const driftToken = await stack.token('s1');
    await stack.apply(transaction, 's1', { stack: id, driftToken });
    return driftToken;
  };
  /** The first stack has applied, then the second one. */
  const taken = async () => {
    const { stack } = setup.given();
    await stack.claim();
    const first = await applyBy(stack, 'B1', 't1');
    await stack.claim('B2');
    const second = await applyBy(stack, 'B2', 't2');
    return { stack, first, second };
  };

  test('both plans show the takeover, and that of the newer one is empty once it was applied again', async () => {
    const { stack, first, second } = await taken();
    const token = await stack.token('s1');
    expect([first, second]).not.toContain(token);
    expect(token).toMatch(/^drift-taken-over-/);

    expect(await applyBy(stack, 'B2', 't3')).toBe(token);
    expect(await stack.token('s1')).toBe(token);
    await applyBy(stack, 'B1', 't4');
    expect(await stack.token('s1')).not.toBe(token);
  });

  test('the plan of one shows that the other has set another selector and returned, while SES verifies', async () => {
    const { cloud, stack } = setup.given();
    cloud.ses.verifySeconds = 1_200;
    const applyBy = async (id: string, transaction: string, selector: string) => {
      const driftToken = await stack.token(selector);
      await stack.apply(transaction, selector, { stack: id, driftToken });
      return driftToken;
    };
    for (const id of ['B1', 'B2']) await stack.claim(id);
    await applyBy('B1', 't1', 's1');
    const second = await applyBy('B2', 't2', 's1');
    await applyBy('B1', 't3', 's2');
    await applyBy('B1', 't4', 's1');
    await cloud.fireAll();

    expect(await stack.token('s1')).not.toBe(second);
  });

  test('an attempt that is repeated for a replaced `Baseline` shows nothing', async () => {
    const { stack } = setup.given();
    await stack.claim();
    const driftToken = await applyBy(stack, 'B1', 't1');
    await stack.claim('B2');
    await stack.apply('t1', 's1', { stack: 'B2', driftToken });
    expect(await stack.token('s1')).toBe(driftToken);
  });
});

test('neither plan shows a takeover by a `Baseline` that has replaced another one, which is deleted', async () => {
  const { stack } = setup.given();
  const tokens: string[] = [];
  for (const [id, transaction] of [
    ['f.B1', 't1'],
    ['f.B2', 't2'],
  ] as const) {
    await stack.claim(id);
    tokens.push(await stack.token('s1'));
    await stack.apply(transaction, 's1', { stack: id, driftToken: tokens.at(-1) });
  }
  await stack.destroy('f.B1');
  expect(await stack.token('s1')).toBe(tokens[1]);
});
