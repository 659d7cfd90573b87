import { type FakeCloud, REGION, TOPICS } from '../../../support/world';
import { auditedCloud, giveManagedDomain, writeLedger } from '../managed-domain';

const DOMAIN = 'example.com';
const PERSON = 'arn:aws:sts::111122223333:assumed-role/admin/jo';

/** As EventBridge sends it, with more fields than are read. */
const trail = (eventName: string, requestParameters: object | null, region = REGION) => ({
  version: '0',
  id: '1',
  'detail-type': 'AWS API Call via CloudTrail',
  source: 'aws.ses',
  account: '111122223333',
  time: '2025-09-17T10:32:00Z',
  region,
  resources: [],
  detail: {
    eventVersion: '1.11',
    userIdentity: { type: 'AssumedRole', arn: PERSON },
    eventTime: '2025-09-17T10:31:00Z',
    eventSource: 'ses.amazonaws.com',
    eventName,
    requestParameters,
  },
});
const switchedOff = (emailIdentity: string, region?: string) =>
  trail('PutEmailIdentityDkimAttributes', { emailIdentity, signingEnabled: false }, region);

let cloud: FakeCloud;
beforeEach(async () => {
  cloud = auditedCloud();
  for (const domain of [DOMAIN, 'other.example']) giveManagedDomain(cloud, domain);
  await cloud.invoke({ action: 'audit', scheduled: true });
  await cloud.fireAll();
  cloud.calls.made.length = 0;
  cloud.sns.published.length = 0;
});

/** Has EventBridge send what CloudTrail has shown, and the audit that this arms begin. */
async function show(...events: object[]): Promise<any[]> {
  for (const event of events) await cloud.invoke(event);
  await cloud.clock.advance(3 * 60_000);
  return cloud.fireDue();
}

test('reports a manual change within minutes, with the person who made it, and once', async () => {
  cloud.ses.tamper(DOMAIN, { enabled: false });
  await show(switchedOff(DOMAIN));
  await show(switchedOff(DOMAIN));
  await cloud.invoke({ action: 'audit', scheduled: true });
  const [notice, ...more] = cloud.sns.to(TOPICS.audit);
  expect(more).toEqual([]);
  expect(notice!.subject).toBe(`DKIM audit: URGENT: 1 new (${DOMAIN})`);
  expect(notice!.message).toContain(
    `The identity was changed outside this project: PutEmailIdentityDkimAttributes by ${PERSON} at 2025-09-17T10:31:00Z.`,
  );
  expect(cloud.metrics.map(({ DomainsNeedingAttention }) => DomainsNeedingAttention)).toEqual([0, 1]);
});

test('does not take the engine’s changes in a deploy for manual ones, but does take those after it', async () => {
  const mailFrom = () => trail('PutEmailIdentityMailFromAttributes', { emailIdentity: DOMAIN });
  const ledger = giveManagedDomain(cloud, DOMAIN);
  const endedAt = (text: string) =>
    writeLedger(cloud, { ...ledger, last: { event: 'confirmed', at: Date.parse(text) } });
  endedAt('2025-09-17T10:31:30Z');
  expect(await cloud.invoke(mailFrom())).toMatchObject({ noted: false });
  expect(await cloud.invoke(switchedOff(DOMAIN))).toMatchObject({ noted: true });

  endedAt('2025-09-17T10:30:30Z');
  expect(await cloud.invoke(mailFrom())).toMatchObject({ noted: true });
});

test('covers thirty identities that a script switches off with one audit and one notice', async () => {
  const domains = Array.from({ length: 30 }, (_, at) => `d${at}.example`);
  for (const domain of domains) {
    giveManagedDomain(cloud, domain);
    cloud.ses.tamper(domain, { enabled: false });
  }
  const audits = await show(...domains.map((domain) => switchedOff(domain)));
  expect(audits).toMatchObject([{ audited: 30, needingAttention: 30 }]);
  expect(cloud.sns.to(TOPICS.audit)).toMatchObject([
    { subject: 'DKIM audit: URGENT: 30 new (d0.example and 29 more)' },
  ]);
  expect(cloud.calls.count('ses:GetEmailIdentity')).toBe(30);
  expect(await show()).toEqual([]);
});

test('includes a change that arrives while the audit of earlier ones is armed', async () => {
  await cloud.clock.advance(120_000 - (cloud.clock.now() % 120_000));
  await cloud.invoke(switchedOff(DOMAIN));
  await cloud.clock.advance(30_000);
  expect(await show(switchedOff('other.example'))).toMatchObject([{ audited: 2 }]);
});

test('asks SES once, so that many changes at once leave its rate to others', async () => {
  giveManagedDomain(cloud, DOMAIN, 'eu-west-1');
  cloud.ses.give(`jo@${DOMAIN}`);
  cloud.ses.endpoints.set(REGION, [{ name: 'mail', regions: [REGION, 'eu-west-1'] }]);
  cloud.ses.tamper('other.example', { enabled: false });
  await cloud.invoke({ action: 'audit', scheduled: true });
  cloud.calls.made.length = 0;
  const sent = cloud.sns.published.length;
  await show(switchedOff(DOMAIN));
  expect(cloud.calls.list(/^ses:/)).toEqual([`ses:GetEmailIdentity ${DOMAIN}`]);
  // What it did not list is not over.
  expect(cloud.sns.published.slice(sent)).toEqual([]);
});

test.each<[string, object, number]>([
  ['another key under the same selector, after SES has given up', { status: 'PENDING' }, 1],
  ['another selector, after another one', { selector: 's9' }, 1],
  ['the same once more', {}, 0],
])('reports a second manual change as well: %s', async (_, changed, count) => {
  const start = { origin: 'EXTERNAL', selector: 's1', status: 'FAILED', couldSend: false } as const;
  cloud.ses.give(DOMAIN, 'selector' in changed ? { ...start, selector: 's8' } : start);
  await cloud.invoke({ action: 'audit', scheduled: true });
  const sent = cloud.sns.to(TOPICS.audit).length;
  cloud.ses.give(DOMAIN, { ...start, ...changed });
  const event = trail('PutEmailIdentityDkimSigningAttributes', { emailIdentity: DOMAIN });
  await show(event);
  const news = cloud.sns.to(TOPICS.audit).slice(sent);
  expect(news.map(({ subject }) => subject)).toEqual(
    Array(count).fill(`DKIM audit: URGENT: 1 worse (${DOMAIN})`),
  );
});

const ARN = `arn:aws:ses:${REGION}:111122223333:identity/${DOMAIN}`;

test.each<[string, object, object, string]>([
  ['UntagResource', { resourceArn: ARN, tagKeys: ['byodkim'] }, { managed: false }, 'NOT_TAGGED'],
  [
    'TagResource',
    { resourceArn: ARN, tags: [{ key: 'byodkim', value: 'no' }] },
    { managed: false },
    'NOT_TAGGED',
  ],
  ['SetIdentityDkimEnabled', { identity: DOMAIN, dkimEnabled: false }, { enabled: false }, 'SIGNING_OFF'],
  ['VerifyDomainDkim', { domain: DOMAIN }, { status: 'PENDING' }, 'NOT_VERIFIED'],
])('sees %s by the name that its request gives the identity', async (call, request, changed, code) => {
  cloud.ses.tamper(DOMAIN, changed);
  await show(trail(call, request));
  expect(cloud.bus.put[0]).toMatchObject({ detail: { code, state: 'new' } });
});

test('says nothing of a change that leads to no finding', async () => {
  expect(await show(switchedOff(DOMAIN))).toMatchObject([{ audited: 1, notice: { sent: false } }]);
  expect(cloud.sns.published).toEqual([]);
});

test.each<[string, object]>([
  ['a stranger’s domain', switchedOff('stranger.example')],
  ['an address', switchedOff(`jo@${DOMAIN}`)],
  ['a domain of ours in another region', switchedOff(DOMAIN, 'eu-west-1')],
  [
    'a configuration set',
    trail('UntagResource', { resourceArn: `arn:aws:ses:${REGION}:111122223333:configuration-set/c` }),
  ],
  ['a tag of others that is removed', trail('UntagResource', { resourceArn: ARN, tagKeys: ['team'] })],
  [
    'a tag of others that is set',
    trail('TagResource', { resourceArn: ARN, tags: [{ key: 'team', value: 'mail' }] }),
  ],
  ['nothing', trail('DeleteEmailIdentity', null)],
])('ignores %s without asking SES', async (_, event) => {
  expect(await cloud.invoke(event)).toMatchObject({ statusCode: 200, noted: false });
  expect(cloud.calls.made.filter(({ action }) => action !== 's3:GetObject')).toEqual([]);
  expect(cloud.calls.made.length).toBeLessThanOrEqual(1);
});

test('lets the sender decide nothing: it arms an audit that cannot use other DNS settings', async () => {
  const event = { ...switchedOff(DOMAIN), gate: { nameservers: ['192.0.2.66:53'] }, action: 'revert' };
  await cloud.invoke(event);
  expect(cloud.calls.list(/Put|Create|Delete/)).toEqual([
    expect.stringContaining('s3:PutObject s3://key-store/byodkim-ledger/'),
    expect.stringContaining('scheduler:CreateSchedule byodkim-audit-changed-'),
  ]);
  expect(cloud.scheduler.pending()).toMatchObject([
    { payload: { action: 'audit', scheduled: true, changed: true } },
  ]);
  expect(await cloud.invoke(switchedOff(DOMAIN), 'read').catch(({ name }) => name)).toBe('NOT_ALLOWED');
});

test('does not write the ledger of a run that holds the lease', async () => {
  const ledger = giveManagedDomain(cloud, DOMAIN);
  const now = cloud.clock.now();
  const lease = { holder: 'other', acquiredAt: now, expiresAt: now + 30_000 };
  writeLedger(cloud, { ...ledger, lease });
  expect(await cloud.invoke(switchedOff(DOMAIN))).toMatchObject({ noted: false });
  expect(cloud.calls.list(/Put|Create/)).toEqual([]);
});

test('fails with a reason for a malformed event', async () => {
  const { detail, ...event } = switchedOff(DOMAIN);
  await expect(cloud.invoke(event)).rejects.toMatchObject({ name: 'VALIDATION_ERROR' });
  await expect(cloud.invoke({ ...event, detail: { ...detail, eventName: 'a\nb' } })).rejects.toMatchObject({
    name: 'VALIDATION_ERROR',
  });
});

describe('a forged event', () => {
  const by = (arn: string, at = '2025-09-17T10:31:00Z') => {
    const event = switchedOff(DOMAIN);
    return { ...event, detail: { ...event.detail, userIdentity: { arn }, eventTime: at } };
  };

  test('with long odd callers silences no notice of another domain', async () => {
    const odd = '\ue000'.repeat(2000);
    for (let at = 0; at < 25; at += 1) await cloud.invoke(by(`${at}${odd}`), 'watch');
    for (const domain of [DOMAIN, 'other.example']) cloud.ses.tamper(domain, { status: 'FAILED' });

    expect(await cloud.invoke({ action: 'audit', scheduled: true })).toMatchObject({
      notice: { sent: true },
    });

    const { message } = cloud.sns.to(TOPICS.audit)[0]!;
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(262_144);
    expect(message).toContain('other.example');
    expect(message).toContain('PutEmailIdentityDkimAttributes by an unknown caller');
  });

  test('with a time in the future counts as over when it is received', async () => {
    await cloud.invoke(by(PERSON, '9999-12-31T23:59:59Z'), 'watch');
    const { domains } = await cloud.invoke({ action: 'known', domains: [DOMAIN] }, 'read');
    expect(Date.parse(domains[0].changedByOthersAt)).toBeLessThanOrEqual(cloud.clock.now());
  });
});
