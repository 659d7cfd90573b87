import { ledgerObject, privateKeyObject } from '../../../handlers/contract';
import { BUCKET, FAILURES, newTestKey, REGION, testKey } from '../../support/world';
import * as setup from '../transaction/support';

/** A stack as Terraform keeps it: a new attempt whenever what is wanted or the token has changed. */
class Planned {
  readonly stack: setup.Stack;
  private applied = { selector: '', token: '' };
  private attempts = 0;

  /** @param prefix of the names of its transactions */
  constructor(
    readonly cloud = setup.givenCloud(),
    private readonly prefix = 't',
  ) {
    this.stack = new setup.Stack(cloud);
  }

  /** Whether a plan is empty. */
  async isEmpty(selector = this.applied.selector): Promise<boolean> {
    const token = await this.stack.token(selector);
    return selector === this.applied.selector && token === this.applied.token;
  }

  /** An apply; what fails in it is left as Terraform leaves it. */
  async apply(selector: string, fields = {}): Promise<void> {
    const token = await this.stack.token(selector);
    if (this.attempts === 0 || selector !== this.applied.selector || token !== this.applied.token)
      this.attempts += 1;
    this.applied = { selector, token };
    await this.stack.apply(this.transaction, selector, { driftToken: token, ...fields });
  }

  get transaction(): string {
    return `${this.prefix}${this.attempts}`;
  }
}

const confirmed = async () => {
  const planned = new Planned();
  await planned.apply('s1');
  return planned;
};

test('reads and writes nothing: the ledger, SES and the description of the key', async () => {
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
  const planned = await confirmed();

  expect(await planned.isEmpty()).toBe(true);
  await planned.cloud.clock.advance(90 * 24 * 3_600_000);
  expect(await planned.isEmpty()).toBe(true);
});

test('the plan stays empty while the stack is at work', async () => {
  const planned = new Planned();
  const token = await planned.stack.token('s1');
  await planned.stack.signing('t1', 's1', { driftToken: token });

  expect(await planned.stack.token('s1')).toBe(token);
});

test.each([
  ['signing was switched off', { enabled: false }],
  ['another selector was set', { tokens: ['s2'] }],
  ['SES has given up on the record', { status: 'FAILED' }],
  ['Easy DKIM was set', { origin: 'AWS_SES', tokens: ['a', 'b', 'c'] }],
])('a drift is found, corrected by the next apply, and found again: %s', async (_, change) => {
  const planned = await confirmed();
  const { cloud } = planned;
  for (const round of [1, 2]) {
    cloud.ses.tamper(setup.DOMAIN, change);
    expect([round, await planned.isEmpty()]).toEqual([round, false]);
    // As long as it is not corrected, it is the same drift.
    expect(await planned.stack.token('s1')).toBe(await planned.stack.token('s1'));

    await planned.apply('s1');

    expect(setup.signing(cloud)).toBe('EXTERNAL s1 on SUCCESS');
    expect([round, await planned.isEmpty()]).toEqual([round, true]);
  }
});

test('two states of one domain see what the other has applied', async () => {
  const one = await confirmed();
  const other = new Planned(one.cloud, 'u');
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

test('a fix that fails at the gate shows the same drift again', async () => {
  const planned = await confirmed();
  planned.cloud.ses.tamper(setup.DOMAIN, { enabled: false });
  const token = await planned.stack.token('s1');
  setup.unpublish(planned.cloud, 's1');

  await setup.failure(planned.apply('s1'));

  expect(await planned.stack.token('s1')).toBe(token);
  expect(planned.transaction).toBe('t2');
});

test.each([
  ['by itself', setup.SES_PUT, { error: FAILURES.internal() }],
  ['before its Put', 'scheduler:CreateSchedule', { error: FAILURES.internal() }],
  ['by a kill', setup.SES_PUT, { kind: 'kill', when: 'after' }],
] as const)('a rotation that failed %s is tried again as the same attempt', async (_, action, fault) => {
  const planned = await confirmed();
  planned.cloud.calls.addFault({ action, ...fault });
  await setup.failure(planned.apply('s2'));
  await planned.cloud.fireAll();

  await planned.apply('s2');

  expect(planned.transaction).toBe('t2');
  expect(await planned.isEmpty()).toBe(true);
  expect(planned.cloud.ses.signingKey(setup.DOMAIN)).toBe(testKey('s2').publicKey.spki);
});

test('a key that was overwritten is a drift: SES still signs with the earlier one', async () => {
  const planned = await confirmed();
  setup.replaceKey(planned.cloud, 's1', newTestKey());
  expect(await planned.isEmpty()).toBe(false);

  await planned.apply('s1', { irreversible: 'allow' });

  expect(await planned.isEmpty()).toBe(true);
});

test('the same key, stored again, is a drift once', async () => {
  const planned = await confirmed();
  const { cloud } = planned;
  // With KMS an ETag says nothing about the contents.
  cloud.s3.write(BUCKET, privateKeyObject(setup.DOMAIN, 's1'), `${testKey('s1').pem}\n`);
  expect(await planned.isEmpty()).toBe(false);

  await planned.apply('s1');

  expect(cloud.calls.count(setup.SES_PUT)).toBe(1);
  expect(await planned.isEmpty()).toBe(true);
});

test('a key that is gone is no drift: SES keeps signing', async () => {
  const planned = await confirmed();
  planned.cloud.s3.remove(BUCKET, privateKeyObject(setup.DOMAIN, 's1'));

  expect(await planned.isEmpty()).toBe(true);
});

test('a ledger that was lost is noticed, and begun anew without a change to SES', async () => {
  const planned = await confirmed();
  const { cloud } = planned;
  cloud.s3.remove(BUCKET, ledgerObject(REGION, setup.DOMAIN));
  expect(await planned.isEmpty()).toBe(false);

  await planned.apply('s1');

  expect(cloud.calls.count(setup.SES_PUT)).toBe(1);
  expect(await planned.isEmpty()).toBe(true);
  expect(setup.ledgerOf(cloud)).toMatchObject({ owner: { transaction: 't2' }, baseline: { selector: 's1' } });
});

test('without a bucket it still answers', async () => {
  const planned = await confirmed();
  planned.cloud.s3.removeBucket(BUCKET);

  expect(await planned.isEmpty()).toBe(false);
});

test('a direct call that changed the selector is a drift of the stack, and fixed by it', async () => {
  const planned = await confirmed();
  await setup.direct(planned.cloud, 's2');
  expect(await planned.isEmpty()).toBe(false);

  await planned.apply('s1');

  expect(setup.signing(planned.cloud)).toBe('EXTERNAL s1 on SUCCESS');
  expect(await planned.isEmpty()).toBe(true);
});

test('a direct call that was cut off is waited for, since it reverts', async () => {
  const planned = await confirmed();
  planned.cloud.calls.addFault({ action: setup.SES_PUT, kind: 'kill', when: 'after' });
  await setup.failure(setup.direct(planned.cloud, 's2'));

  expect(await planned.isEmpty()).toBe(true);
  await planned.cloud.fireAll();
  expect(await planned.isEmpty()).toBe(true);
});

test.each([
  ['without a revert', { confirmTimeoutMinutes: 0 }, 0],
  ['whose revert never came', {}, 2 * 3_600_000],
])('a direct call that was cut off, %s, is a drift', async (_, fields, passedMs) => {
  const planned = await confirmed();
  planned.cloud.calls.addFault({ action: setup.SES_PUT, kind: 'kill', when: 'after' });
  await setup.failure(setup.direct(planned.cloud, 's2', fields));
  for (const { name } of planned.cloud.scheduler.pending()) planned.cloud.scheduler.remove(name);
  await planned.cloud.clock.advance(passedMs);

  expect(await planned.isEmpty()).toBe(false);
  await planned.apply('s1');
  expect(planned.cloud.ses.signingKey(setup.DOMAIN)).toBe(testKey('s1').publicKey.spki);
  expect(await planned.isEmpty()).toBe(true);
});
