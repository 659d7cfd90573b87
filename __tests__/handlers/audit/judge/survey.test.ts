import { finding } from '../../../../handlers/audit/findings/finding';
import { BUCKET, FAILURES, type FakeCloud, REGION, TOPICS } from '../../../support/world';
import { Stack } from '../../transaction/support';
import { auditedCloud, giveManagedDomain, writeLedger } from '../managed-domain';

const DOMAIN = 'example.com';
const OTHER = 'eu-west-1';
const LAST_FINDINGS = 'byodkim-audit/findings.json';

let cloud: FakeCloud;
beforeEach(() => {
  cloud = auditedCloud();
  giveManagedDomain(cloud, DOMAIN);
});

const audit = (fields = {}) => cloud.invoke({ action: 'audit', ...fields });
const findings = async (): Promise<{ code: string; severity: string; found: string }[]> =>
  (await audit()).domains.flatMap((report: any) => report.findings);

describe('identities that override their domain', () => {
  test('of addresses and of sub-domains are two findings', async () => {
    for (const name of [`jo@${DOMAIN}`, `ann@news.${DOMAIN}`, `shop.${DOMAIN}`]) cloud.ses.give(name);
    expect(await findings()).toMatchObject([
      {
        code: 'SIGNING_OVERRIDDEN',
        severity: 'act',
        found: expect.stringContaining(`: ann@news.${DOMAIN}, jo@${DOMAIN}.`),
      },
      { code: 'SIGNING_OVERRIDDEN', severity: 'plan', found: expect.stringContaining(`: shop.${DOMAIN}.`) },
    ]);
  });

  test('are not a finding if they are managed themselves, are elsewhere, or only have a similar ending', async () => {
    giveManagedDomain(cloud, `shop.${DOMAIN}`);
    for (const name of ['example.net', 'jo@example.net', `my${DOMAIN}`, 'com']) cloud.ses.give(name);
    cloud.ses.give(`far.${DOMAIN}`, { region: OTHER });
    expect(await findings()).toEqual([]);
  });

  test('are a finding once they are no longer managed, although their ledger stays', async () => {
    const ledger = giveManagedDomain(cloud, `shop.${DOMAIN}`);
    cloud.ses.give(`shop.${DOMAIN}`);
    writeLedger(cloud, { ...ledger, inForce: null, owner: null });
    expect(await findings()).toMatchObject([
      { code: 'SIGNING_OVERRIDDEN', severity: 'plan', found: expect.stringContaining(`: shop.${DOMAIN}.`) },
    ]);
  });

  test('belong to the closest managed domain', async () => {
    giveManagedDomain(cloud, `shop.${DOMAIN}`);
    cloud.ses.give(`jo@eu.shop.${DOMAIN}`);
    const { domains } = await audit();
    expect(domains).toMatchObject([{ domain: `shop.${DOMAIN}` }]);
  });

  test('belong to the closest domain with a change in force, not to one that was claimed or destroyed', async () => {
    await new Stack(cloud, {}, `shop.${DOMAIN}`).claim();
    cloud.ses.give(`jo@eu.shop.${DOMAIN}`);
    const { domains } = await audit();
    expect(domains).toMatchObject([
      { domain: DOMAIN, findings: [{ code: 'SIGNING_OVERRIDDEN', severity: 'act' }] },
    ]);
  });

  test('are looked for without another read of the ledgers of domains that have none above them', async () => {
    cloud.ses.give(DOMAIN);
    await audit();
    const reads = cloud.calls.list('s3:GetObject').filter((call) => call.endsWith(`/${DOMAIN}.json`));
    expect(reads).toHaveLength(1);
  });

  test('are limited to ten names', async () => {
    for (let i = 0; i < 30; i += 1) cloud.ses.give(`a${String(i).padStart(2, '0')}@${DOMAIN}`);
    const [finding] = await findings();
    expect(finding!.found).toMatch(/: a00@example\.com, .* and 20 more\.$/);
  });

  test('are reported again when another one appears', async () => {
    cloud.ses.give(`jo@${DOMAIN}`);
    await audit({ scheduled: true });
    await audit({ scheduled: true });
    cloud.ses.give(`ann@${DOMAIN}`);
    await audit({ scheduled: true });
    expect(cloud.sns.to(TOPICS.audit).map(({ subject }) => subject)).toEqual([
      `DKIM audit: 1 new (${DOMAIN}); 1 of 1 domain needs attention`,
      `DKIM audit: 1 worse (${DOMAIN})`,
    ]);
  });

  test('are listed once for all domains, however many invocations the audit takes', async () => {
    cloud = auditedCloud({ timeoutSeconds: 80 });
    for (let i = 0; i < 60; i += 1) giveManagedDomain(cloud, `d${i}.example`);
    cloud.ses.give('jo@d59.example');
    cloud.ses.requestsPerSecond = 1;
    await audit({ scheduled: true });
    const ends = await cloud.fireAll();
    expect(ends.at(-1)).toMatchObject({ complete: true, audited: 60, needingAttention: 1 });
    expect(cloud.calls.count('ses:ListEmailIdentities')).toBe(1);
    expect(cloud.calls.count('ses:ListMultiRegionEndpoints')).toBe(1);
  });

  test('are a problem of their own if they cannot be listed, and resolve nothing', async () => {
    cloud.ses.give(`jo@${DOMAIN}`);
    await audit({ scheduled: true });
    cloud.calls.addFault({ action: 'ses:ListEmailIdentities', error: FAILURES.denied() });
    const answer = await audit({ scheduled: true });
    expect(answer).toMatchObject({ complete: true, needingAttention: 0 });
    expect(answer.message).toMatch(/^The audit itself had a problem\. It found none in 1 domain: /);
    expect(answer.warnings).toEqual([expect.stringContaining('could not be listed: ')]);
    expect(cloud.sns.to(TOPICS.audit).at(-1)!.subject).toBe('DKIM audit: 1 new (every domain)');
    await audit({ scheduled: true });
    expect(cloud.sns.to(TOPICS.audit).at(-1)!.subject).toBe('DKIM audit: 1 resolved (every domain)');
  });

  test('are found although the global endpoints cannot be listed', async () => {
    cloud.ses.give(`jo@${DOMAIN}`);
    cloud.calls.addFault({ action: 'ses:ListMultiRegionEndpoints', error: FAILURES.denied() });
    const { domains, warnings } = await audit();
    expect(domains).toMatchObject([{ findings: [{ code: 'SIGNING_OVERRIDDEN' }] }]);
    expect(warnings).toEqual([
      expect.stringContaining(`Whether ${REGION} has global endpoints of SES is not known`),
    ]);
  });
});

describe('two regions that a global endpoint joins', () => {
  beforeEach(() => {
    cloud.ses.endpoints.set(REGION, [{ name: 'mail', regions: [REGION, OTHER] }]);
  });
  const there = (start: object = {}) =>
    cloud.ses.give(DOMAIN, { region: OTHER, origin: 'EXTERNAL', selector: 'e1', ...start });

  test('are equal if both sign and are verified, each with a selector of its own', async () => {
    there();
    expect(await findings()).toEqual([]);
  });

  test.each<[string, () => void, string]>([
    ['no identity in the other one', () => {}, 'it does not exist'],
    ['signing is off there', () => there({ enabled: false }), 'signing off'],
    ['Easy DKIM there', () => there({ origin: 'AWS_SES' }), 'Easy DKIM'],
    ['SES has not verified there', () => there({ status: 'FAILED' }), 'status FAILED'],
  ])('differ: %s', async (_, arrange, found) => {
    arrange();
    expect(await findings()).toMatchObject([
      { code: 'REGIONS_DIFFER', severity: 'urgent', found: expect.stringContaining(found) },
    ]);
  });

  test('are compared although the identities cannot be listed', async () => {
    cloud.calls.addFault({ action: 'ses:ListEmailIdentities', error: FAILURES.denied() });
    const { domains, warnings } = await audit();
    expect(domains).toMatchObject([{ findings: [{ code: 'REGIONS_DIFFER' }] }]);
    expect(warnings).toEqual([expect.stringContaining(`The identities of ${REGION} could not be listed`)]);
  });

  test('are reported as a finding of the domain if they could not be compared', async () => {
    there();
    cloud.calls.addFault({ action: 'ses:GetEmailIdentity', nth: 2, error: FAILURES.denied() });
    expect(await findings()).toMatchObject([{ code: 'NOT_CHECKED', severity: 'unknown' }]);
  });
});

test.each([
  ['ListEmailIdentities', 'SIGNING_OVERRIDDEN'],
  ['ListMultiRegionEndpoints', 'REGIONS_DIFFER'],
])('a failed %s leaves %s unresolved, and nothing else', async (list, code) => {
  cloud.ses.give(`jo@${DOMAIN}`);
  cloud.ses.endpoints.set(REGION, [{ name: 'mail', regions: [REGION, OTHER] }]);
  await audit({ scheduled: true });
  const kept = () =>
    Object.values<{ code: string }>(cloud.s3.json(BUCKET, LAST_FINDINGS).findings).map((each) => each.code);
  expect(kept().sort()).toEqual(['REGIONS_DIFFER', 'SIGNING_OVERRIDDEN']);

  cloud.ses.remove(`jo@${DOMAIN}`);
  cloud.ses.give(DOMAIN, { region: OTHER, origin: 'EXTERNAL', selector: 'e1' });
  cloud.calls.addFault({ action: `ses:${list}`, error: FAILURES.denied() });
  await audit({ scheduled: true });
  expect(kept().sort()).toEqual(['NOT_CHECKED', code].sort());

  await audit({ scheduled: true });
  expect(kept()).toEqual([]);
});

test('a failed ListMultiRegionEndpoints does not keep a difference between regions that share a key', async () => {
  await audit({ scheduled: true });
  const last = cloud.s3.json(BUCKET, LAST_FINDINGS);
  const since = new Date(cloud.clock.now()).toISOString();
  const facts = { kind: 'shared-key', since: since.slice(0, 10), signing: [] } as const;
  const known = finding('REGIONS_DIFFER', facts, { severity: 'act', subject: 'selectors', since });
  const findings = { [`${REGION}/${DOMAIN} REGIONS_DIFFER selectors`]: known };
  cloud.s3.write(BUCKET, LAST_FINDINGS, JSON.stringify({ ...last, findings }));
  cloud.calls.addFault({ action: 'ses:ListMultiRegionEndpoints', error: FAILURES.denied() });
  await audit({ scheduled: true });
  expect(cloud.sns.to(TOPICS.audit).at(-1)!.subject).toContain('1 resolved');
});
