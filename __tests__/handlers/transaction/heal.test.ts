import { ledgerObject, privateKeyObject, recordName } from '../../../handlers/contract/contract';
import type { Ledger } from '../../../handlers/ledger/ledger';
import { BUCKET, FAILURES, type FakeCloud, REGION, TOPICS, testKey } from '../../support/world';
import { auditedCloud, SELECTOR } from '../audit/managed-domain';
import { beforeCall, rewriteLedger, Stack } from './support';

const DOMAIN = 'example.com';
const NAME = recordName(DOMAIN, SELECTOR);
const DAY_MS = 86_400_000;
const HEAL = { action: 'heal', domain: DOMAIN };
const NOT_ASKED = 'its stack does not ask for it (heal)';

let cloud: FakeCloud;

/** A domain that its stack has brought to BYODKIM, and on which SES has given up; its record is there again. */
async function failedDomain(fields: object = { heal: true }): Promise<void> {
  cloud = auditedCloud({ environment: { resultTopicArn: TOPICS.result } });
  cloud.ses.give(DOMAIN);
  const { record } = await cloud.invoke({ action: 'create_key', domain: DOMAIN, selector: SELECTOR });
  cloud.dns.publish(NAME, record.value);
  await new Stack(cloud, { ...fields }).apply('t1', SELECTOR);
  await audit();
  cloud.ses.tamper(DOMAIN, { status: 'FAILED', enabled: false });
}

const ledger = (): Ledger => cloud.s3.json(BUCKET, ledgerObject(REGION, DOMAIN));
const audit = (fields = {}) => cloud.invoke({ action: 'audit', scheduled: true, ...fields });
/** What the function finds through the read-only alias. */
const found = async () => {
  const { findings } = await cloud.invoke({ action: 'status', domain: DOMAIN, findings: true }, 'read');
  return findings.map(({ found }: { found: string }) => found).join();
};
const armed = () => cloud.scheduler.pending().filter(({ name }) => name.startsWith('byodkim-heal-'));
const subjects = (topic: string) => cloud.sns.to(topic).map(({ subject }) => subject);
const puts = () => cloud.calls.count('ses:PutEmailIdentityDkimSigningAttributes');

async function day(): Promise<any> {
  await cloud.clock.advance(DAY_MS);
  await cloud.fireAll();
  return audit();
}

/** Expects that the audit leaves SES as it is. */
async function expectNotHealed(reason?: string): Promise<void> {
  const before = puts();
  const { domains } = await day();
  expect(armed()).toEqual([]);
  expect(puts()).toBe(before);
  expect(JSON.stringify(domains)).not.toContain('..');
  if (reason === undefined) expect(JSON.stringify(domains)).not.toContain('healed');
  else expect(JSON.stringify(domains)).toContain(`It is not healed: ${reason}`);
}

describe('an identity that SES has given up, and whose record is published again', () => {
  test('is healed: the change in force is made again, and the operators are notified', async () => {
    await failedDomain();
    const before = ledger();
    const token = await new Stack(cloud).token(SELECTOR);

    await cloud.clock.advance(60_000);
    expect(await found()).toContain('It is healed: the change is repeated by the next audit.');
    await day();
    expect(armed()).toMatchObject([{ payload: HEAL }]);
    expect(cloud.sns.to(TOPICS.audit).at(-1)!.message).toMatch(
      /FAILED\..* It is healed: the change is repeated at /,
    );
    await cloud.fireAll();

    expect(cloud.ses.state(DOMAIN)).toMatchObject({ enabled: true, status: 'SUCCESS', selector: SELECTOR });
    expect(cloud.ses.mail(DOMAIN)).toBe('signed');
    expect(ledger()).toMatchObject({ open: null, owner: before.owner, inForce: before.inForce });
    expect(subjects(TOPICS.result).at(-1)).toBe(`DKIM changed: ${DOMAIN} (s1, SUCCESS)`);
    expect(cloud.sns.to(TOPICS.result).at(-1)!.message).toContain('the audit (heal)');
    expect(await new Stack(cloud).token(SELECTOR)).not.toBe(token);
    expect(await new Stack(cloud).token(SELECTOR)).toBe(await tokenOfSound());

    await day();
    expect(subjects(TOPICS.audit).at(-1)).toBe(`DKIM audit: 2 resolved (${DOMAIN})`);
    expect(await cloud.invoke(HEAL)).toMatchObject({ reason: 'SES has not given up: its status is SUCCESS' });
    expect(armed()).toEqual([]);
  });

  test('signs again even if the function is killed between its two writes of SES', async () => {
    await failedDomain();
    await day();
    cloud.calls.addFault({
      action: 'ses:PutEmailIdentityDkimSigningAttributes',
      kind: 'kill',
      when: 'after',
    });

    await cloud.fireAll();

    expect(cloud.ses.mail(DOMAIN)).toBe('signed');
    expect(ledger().open).toBeNull();
  });

  test('is healed where the change was made again and reverted since the last audit', async () => {
    await failedDomain();
    cloud.ses.tamper(DOMAIN, { enabled: true });
    await audit();
    await new Stack(cloud, { heal: true }).signing('t2', SELECTOR);
    await cloud.invoke({ action: 'revert', domain: DOMAIN });
    cloud.ses.tamper(DOMAIN, { status: 'FAILED', enabled: false });

    await day();
    await cloud.fireAll();

    expect(cloud.ses.mail(DOMAIN)).toBe('signed');
  });

  test('is left alone if its stack does not ask for healing', async () => {
    await failedDomain({});
    await expectNotHealed();
    expect(cloud.sns.to(TOPICS.audit).at(-1)!.message).not.toContain('healed');
    expect(await cloud.invoke(HEAL)).toMatchObject({ healed: false, reason: NOT_ASKED });
    expect(puts()).toBe(1);
    expect(await cloud.invoke({ action: 'audit', heal: true })).toMatchObject({ error: 'VALIDATION_ERROR' });
  });

  test('is left alone if its stack stops asking for it while the gate is running', async () => {
    await failedDomain();
    beforeCall(cloud, 'dns:Prove', () =>
      rewriteLedger(cloud, (before) => ({ ...before, owner: { ...before.owner!, heal: undefined } })),
    );
    expect(await cloud.invoke(HEAL)).toMatchObject({ healed: false, reason: NOT_ASKED });
  });

  test('is left alone while its stack has not ended, even if nothing is open', async () => {
    await failedDomain();
    rewriteLedger(cloud, (before) => ({ ...before, owner: { ...before.owner!, confirmed: false } }));
    expect(await cloud.invoke(HEAL)).toMatchObject({ healed: false, facts: { kind: 'change-open' } });
    await expectNotHealed('a change is open');
  });

  test('is left alone by a manual audit, and through the read-only alias', async () => {
    await failedDomain();
    await cloud.invoke({ action: 'audit' });
    await cloud.invoke({ action: 'audit' }, 'read');
    expect(armed()).toEqual([]);
    expect(await cloud.invoke(HEAL, 'read')).toMatchObject({ error: 'NOT_ALLOWED' });
  });

  test('waits for the record', async () => {
    await failedDomain();
    cloud.dns.lagging.add('192.0.2.2:53');
    await expectNotHealed('the gate does not prove its record');
    expect(await cloud.invoke(HEAL)).toMatchObject({ error: 'DNS_TXT_NOT_READY' });
    expect(puts()).toBe(1);
  });

  test('is healed once by several audits of one day, which count as one', async () => {
    await failedDomain();
    cloud.ses.ending = 'fails';
    cloud.ses.forgetVerified();
    await cloud.clock.advance(DAY_MS);
    await Promise.all([audit(), audit(), audit()]);
    for (let i = 0; i < 3; i += 1) await day();
    expect(puts()).toBe(1 + 3);
  });

  test('is healed at most three times in a row, and the operators are notified of the failure', async () => {
    await failedDomain();
    cloud.ses.ending = 'fails';
    cloud.ses.forgetVerified();
    for (let i = 0; i < 6; i += 1) await day();
    expect(puts()).toBe(1 + 3);
    expect(subjects(TOPICS.result).filter((subject) => subject.includes('failed'))).toHaveLength(3);
    expect(subjects(TOPICS.audit).slice(1)).toEqual([
      `DKIM audit: URGENT: 2 new (${DOMAIN})`,
      `DKIM audit: URGENT: 1 worse (${DOMAIN})`,
    ]);
    expect(cloud.sns.to(TOPICS.audit).at(-1)!.message).toContain(
      'It is not healed: it has failed on 3 days.',
    );
    expect(await found()).toContain('It is not healed: it has failed on 3 days.');
    // Until something changes.
    cloud.ses.ending = 'asPublished';
    await new Stack(cloud, { heal: true }).apply('t2', SELECTOR);
    await day();
    cloud.ses.tamper(DOMAIN, { status: 'FAILED' });
    await day();
    expect(armed()).toHaveLength(1);
  });

  test('is watched while SES verifies, as after any change', async () => {
    await failedDomain();
    cloud.ses.ending = 'never';
    cloud.ses.forgetVerified();
    await day();
    await cloud.clock.advance(120_000);
    await cloud.fireDue();
    const open = ledger().open!;
    expect(open).toMatchObject({ checks: 0, source: 'direct', verifyBy: open.putAt! + 3 * DAY_MS });
    cloud.ses.ending = 'asPublished';
    await day();
    expect(ledger().open).toBeNull();
    expect(subjects(TOPICS.result).at(-1)).toBe(`DKIM verified: ${DOMAIN} (s1)`);
  });
});

describe('the audit leaves a person’s change alone', () => {
  test('signing that was switched off without a finding', async () => {
    await failedDomain();
    cloud.ses.tamper(DOMAIN, { status: 'SUCCESS', enabled: false });
    await expectNotHealed();
    // SES gives up afterwards.
    cloud.ses.tamper(DOMAIN, { status: 'FAILED' });
    await expectNotHealed('a person has switched signing off');
    expect(await cloud.invoke(HEAL)).toMatchObject({ healed: false });
    expect(cloud.ses.state(DOMAIN)!.enabled).toBe(false);
  });

  test('another key under the same selector', async () => {
    await failedDomain();
    cloud.ses.tamper(DOMAIN, { status: 'PENDING', enabled: true });
    await expectNotHealed();
    cloud.ses.tamper(DOMAIN, { status: 'FAILED', enabled: false });
    for (let i = 0; i < 2; i += 1) await expectNotHealed('a person has set it again');
    expect(await cloud.invoke(HEAL)).toMatchObject({ healed: false });
    // Until SES has verified what lies in S3 and in DNS.
    cloud.ses.tamper(DOMAIN, { status: 'SUCCESS', enabled: true });
    await day();
    cloud.ses.tamper(DOMAIN, { status: 'FAILED' });
    await day();
    expect(armed()).toHaveLength(1);
  });

  /** @param trail what CloudTrail shows of the call */
  const switchedByHand = async (enabled: boolean, trail: object): Promise<void> => {
    cloud.ses.tamper(DOMAIN, { enabled });
    await cloud.invoke({
      'detail-type': 'AWS API Call via CloudTrail',
      region: REGION,
      detail: { eventTime: '2025-09-17T10:31:00Z', ...trail },
    });
    await cloud.clock.advance(180_000);
    await cloud.fireDue();
  };

  test.each([
    { eventName: 'PutEmailIdentityDkimAttributes', requestParameters: { emailIdentity: DOMAIN } },
    { eventName: 'SetIdentityDkimEnabled', requestParameters: { identity: DOMAIN } },
  ])('signing that was switched off after SES had switched it off: $eventName', async (trail) => {
    await failedDomain();
    await switchedByHand(false, trail);
    expect(subjects(TOPICS.audit).at(-1)).toMatch(/^DKIM audit: URGENT: \d new \(example\.com\)$/);
    expect(cloud.sns.to(TOPICS.audit).at(-1)!.message).toContain('Signing is switched off');
    for (let i = 0; i < 2; i += 1) await expectNotHealed('a person has switched signing off');
    expect(await cloud.invoke(HEAL)).toMatchObject({ healed: false });
    await switchedByHand(true, trail);
    await day();
    expect(armed()).toHaveLength(1);
  });

  test('unless the call came before SES gave up: a forged call does not prevent healing', async () => {
    await failedDomain();
    cloud.ses.tamper(DOMAIN, { status: 'SUCCESS', enabled: true });
    const requestParameters = { emailIdentity: DOMAIN };
    await switchedByHand(true, { eventName: 'PutEmailIdentityDkimSigningAttributes', requestParameters });
    await day();
    cloud.ses.tamper(DOMAIN, { status: 'FAILED', enabled: true });
    await day();
    expect(armed()).toHaveLength(1);
  });

  test.each<[string, () => void, string | undefined]>([
    [
      'another selector',
      () => cloud.ses.give(DOMAIN, { origin: 'EXTERNAL', selector: 's9', status: 'FAILED' }),
      undefined,
    ],
    ['Easy DKIM', () => cloud.ses.give(DOMAIN, { status: 'FAILED' }), undefined],
    ['the identity removed', () => cloud.ses.remove(DOMAIN), undefined],
    [
      'its tag taken away',
      () => cloud.ses.tamper(DOMAIN, { managed: false }),
      'a person has to act first (NOT_TAGGED)',
    ],
  ])('%s', async (_, tamper, reason) => {
    await failedDomain();
    tamper();
    await expectNotHealed(reason);
    const answer = await cloud.invoke(HEAL);
    expect(answer.healed === false || answer.error !== undefined).toBe(true);
    expect(puts()).toBe(1);
  });

  test('a private key that was replaced', async () => {
    await failedDomain();
    const other = testKey('other');
    cloud.s3.write(BUCKET, privateKeyObject(DOMAIN, SELECTOR), other.pem);
    cloud.dns.publish(NAME, other.value);
    await expectNotHealed('a person has to act first (KEY_REPLACED)');
    expect(await cloud.invoke(HEAL)).toMatchObject({ healed: false, reason: 'its private key was replaced' });
    expect(puts()).toBe(1);
  });
});

describe('a running change', () => {
  test('is not disturbed by the audit', async () => {
    await failedDomain();
    cloud.giveKey(DOMAIN, 's2');
    await new Stack(cloud, { heal: true, confirmTimeoutMinutes: 0 }).signing('t2', 's2');
    cloud.ses.tamper(DOMAIN, { status: 'FAILED' });
    await expectNotHealed('a change is open');
    expect(await cloud.invoke(HEAL)).toMatchObject({ healed: false, reason: 'a change is open' });
  });

  test('is not disturbed if it began after the audit either', async () => {
    await failedDomain();
    await day();
    cloud.giveKey(DOMAIN, 's2');
    await new Stack(cloud, { heal: true }).signing('t2', 's2');
    const before = puts();
    await cloud.clock.advance(120_000);
    expect(await cloud.fireDue()).toContainEqual(expect.objectContaining({ healed: false }));
    expect(puts()).toBe(before);
  });
});

describe('a failed rotation on an identity that SES has given up', () => {
  const rotateInVain = async () => {
    cloud.giveKey(DOMAIN, 's2');
    await new Stack(cloud, { heal: true }).signing('t2', 's2');
    await cloud.clock.advance(30 * 60_000);
    await cloud.fireDue();
    expect(cloud.ses.state(DOMAIN)).toMatchObject({ selector: SELECTOR });
  };

  test('leaves it signing, since SES itself had switched that off', async () => {
    await failedDomain();
    await day();
    await rotateInVain();
    await day();
    expect(cloud.ses.mail(DOMAIN)).toBe('signed');
    expect(await audit()).toMatchObject({ needingAttention: 0 });
  });

  test('has its restored state healed if SES does not verify it, since no person has started that', async () => {
    await failedDomain();
    cloud.ses.tamper(DOMAIN, { status: 'SUCCESS', enabled: true });
    await rotateInVain();
    cloud.ses.tamper(DOMAIN, { status: 'PENDING' });
    await day();
    cloud.ses.tamper(DOMAIN, { status: 'FAILED' });
    await day();
    expect(armed()).toHaveLength(1);
  });

  test('leaves signing off if a person has switched it off', async () => {
    await failedDomain();
    cloud.ses.tamper(DOMAIN, { status: 'SUCCESS', enabled: false });
    await day();
    cloud.ses.tamper(DOMAIN, { status: 'FAILED' });
    await rotateInVain();
    expect(cloud.ses.state(DOMAIN)!.enabled).toBe(false);
  });
});

test('reports a heal that cannot be armed', async () => {
  await failedDomain();
  cloud.calls.addFault({
    action: 'scheduler:CreateSchedule',
    resource: /^byodkim-heal/,
    error: FAILURES.denied(),
  });
  await expectNotHealed('it could not be armed: ');
});

/** The token of a plan with which all is well. */
async function tokenOfSound(): Promise<string> {
  const { owner } = ledger();
  return owner!.driftToken ?? (await new Stack(cloud).token(SELECTOR));
}
