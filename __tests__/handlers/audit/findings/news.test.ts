import type { LastFindings } from '../../../../handlers/audit/findings/last-findings';
import { ledgerObject, recordName } from '../../../../handlers/contract/contract';
import { awsFailure, BUCKET, FAILURES, type FakeCloud, REGION, TOPICS } from '../../../support/world';
import { auditedCloud, giveManagedDomain, KEY, SELECTOR } from '../managed-domain';

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const FINDINGS = 'byodkim-audit/findings.json';
const [A, B, OLD] = ['a.example', 'b.example', 'old.example'] as const;

let cloud: FakeCloud;
beforeEach(async () => {
  cloud = auditedCloud();
  for (const domain of [A, B]) giveManagedDomain(cloud, domain);
});

const audit = () => cloud.invoke({ action: 'audit', scheduled: true });

/** Lets days pass, with their audits. @returns the subjects of the notices that were sent */
async function days(count: number): Promise<string[]> {
  const before = cloud.sns.published.length;
  for (let day = 0; day < count; day += 1) {
    await cloud.clock.advance(DAY_MS);
    await cloud.fireAll();
    await audit();
  }
  return subjects(before);
}
const subjects = (from = 0): string[] =>
  cloud.sns
    .to(TOPICS.audit)
    .slice(from)
    .map(({ subject }) => subject);
const lastMessage = (): string => cloud.sns.published.at(-1)!.message;
const unpublish = (domain: string) => cloud.dns.unpublish(recordName(domain, SELECTOR));
const publish = (domain: string) => cloud.dns.publish(recordName(domain, SELECTOR), KEY.value);

describe('the daily audit', () => {
  test('reports everything each month, with the age of every key', async () => {
    await audit();
    expect(subjects()).toEqual(['DKIM audit: no problems (2 domains)']);
    expect(lastMessage()).toContain(
      `KEYS (2)\n\na.example (${REGION}, selector s1): made 2025-09-17, due 2026-12-17\n`,
    );
    expect(await days(13)).toEqual([]);
    expect(await days(2)).toEqual(['DKIM audit: no problems (2 domains)']);
  });

  test('reports what is new and resolved, and then everything, on the first of a month at the turn of a year', async () => {
    giveManagedDomain(cloud, OLD);
    await audit();
    cloud.ses.tamper(OLD, { managed: false });
    await days(1);
    await cloud.clock.advance(91 * DAY_MS);
    unpublish(A);
    await days(Math.floor((Date.parse('2026-01-01') - cloud.clock.now()) / DAY_MS));
    publish(A);
    unpublish(B);
    await cloud.clock.advance(6 * HOUR_MS);
    expect(await days(1)).toEqual([
      `DKIM audit: URGENT: 1 new, 1 resolved (${B} and 1 more); 2 of 3 domains need attention`,
    ]);
    expect(lastMessage()).toMatch(
      /^Since the last audit: 1 new, 1 resolved\. 2 of 3 [\s\S]*URGENT[^\n]* \(1\)\n\nb\.example [\s\S]*RESOLVED \(1\)\n\na\.example[\s\S]*KNOWN BEFORE\n\n\nACTION NEEDED[^\n]* \(1\)\n\nold\.example[\s\S]*KEYS \(3\)/,
    );
    expect(lastMessage().match(/b\.example \(ap-northeast-1, selector s1\)\n/g)).toHaveLength(1);
    expect(await days(1)).toEqual([]);
  });

  test('repeats urgent findings each week, but sends their events once', async () => {
    await audit();
    await days(16);
    cloud.ses.tamper(A, { managed: false });
    unpublish(B);
    expect(await days(7)).toEqual([`DKIM audit: URGENT: 2 new (${B} and 1 more)`]);
    expect(await days(7)).toEqual([`DKIM audit: URGENT: 1 unresolved (${B})`]);
    expect(lastMessage()).toMatch(/^Since the last audit: 1 unresolved\. 2 of 2 domains need attention\.\n/);
    expect(lastMessage()).not.toContain(`${A} (`);
    const events = cloud.bus.put.filter(({ detail }) => (detail as { domain?: string }).domain === B);
    expect(events).toMatchObject([{ detail: { state: 'new' } }]);
    publish(B);
    expect(await days(1)).toEqual([`DKIM audit: 1 resolved (${B})`]);
  });

  test('reports planned work in advance, without an alarm', async () => {
    const { metrics } = cloud;
    await audit();
    await cloud.clock.advance(399 * DAY_MS);
    await days(1);
    expect(lastMessage()).toContain('PLAN AHEAD');
    expect(metrics.at(-1)).toMatchObject({ DomainsNeedingAttention: 0 });
    cloud.ses.tamper(A, { managed: false });
    await days(1);
    expect(metrics.at(-1)).toMatchObject({ DomainsNeedingAttention: 1 });
  });

  test('sends no summary if there is no domain', async () => {
    for (const domain of [A, B]) cloud.s3.remove(BUCKET, ledgerObject(REGION, domain));
    await audit();
    expect(subjects()).toEqual([]);
  });

  test('reports a finding once, without the known ones, until it is resolved', async () => {
    await audit();
    unpublish(A);
    expect(await days(1)).toEqual([`DKIM audit: URGENT: 1 new (${A})`]);
    expect(lastMessage()).toMatch(/^Since the last audit: 1 new\. 1 of 2 domains needs attention; /);
    expect(await days(5)).toEqual([]);
    unpublish(B);
    expect(await days(1)).toEqual([`DKIM audit: URGENT: 1 new (${B})`]);
    expect(lastMessage()).not.toContain(`${A} (`);
    publish(A);
    expect(await days(1)).toEqual([`DKIM audit: 1 resolved (${A})`]);
    expect(lastMessage()).toMatch(
      /RESOLVED \(1\)\n\na\.example \(ap-northeast-1\): RECORD_MISSING \(since 2025-09-18T10:30:\d\d\.\d{3}Z\) was: The record/,
    );
    expect(await days(3)).toEqual([]);
  });

  test('reports no finding as resolved that could not be checked, or whose domain is being changed', async () => {
    await audit();
    cloud.ses.tamper(A, { managed: false });
    await days(1);
    cloud.calls.addFault({ action: 'ses:GetEmailIdentity', resource: A, error: FAILURES.denied() });
    expect(await days(1)).toEqual([`DKIM audit: 1 new (${A})`]);
    expect(lastMessage()).toContain('could not be checked');
    expect(await days(1)).toEqual([`DKIM audit: 1 resolved (${A})`]);
    expect(lastMessage()).not.toContain('NOT_TAGGED (since');
  });

  test('reports each check that fails, even while another one fails already', async () => {
    await audit();
    const always = { times: Number.POSITIVE_INFINITY, error: FAILURES.denied() };
    cloud.calls.addFault({ action: 'dns:Prove', resource: recordName(A, SELECTOR), ...always });
    expect(await days(2)).toEqual([`DKIM audit: 1 new (${A})`]);
    cloud.calls.addFault({ action: 'ses:GetEmailIdentity', resource: A, ...always });
    expect(await days(2)).toEqual([`DKIM audit: 1 new (${A})`]);
    expect(lastMessage()).toContain('The signing state could not be checked');
  });

  test('reports everything again if a notice could not be sent', async () => {
    await audit();
    unpublish(A);
    cloud.calls.addFault({ action: 'sns:Publish', error: awsFailure('InternalError', 'no', 500) });
    await days(1);
    expect(await days(1)).toEqual([`DKIM audit: URGENT: 1 new (${A})`]);
  });

  test('reports what a manual audit has printed, since that is still new', async () => {
    await audit();
    unpublish(A);
    const byHand = { action: 'audit' };
    for (let i = 0; i < 2; i += 1)
      expect(await cloud.invoke(byHand)).toMatchObject({ needingAttention: 1, notice: { sent: true } });
    expect(await days(1)).toEqual([`DKIM audit: URGENT: 1 new (${A})`]);
  });
});

describe('a record that SES no longer finds', () => {
  const at = (pattern: RegExp): number => Date.parse(pattern.exec(lastMessage())![1]!);
  const SINCE = /\(TEMPORARY_FAILURE\), since (\S+Z)\./;
  const GIVES_UP = /It gives up at (\S+Z) at the earliest,/;

  test('is urgent, with since when, when SES gives up, which servers lack it, and what to do', async () => {
    await audit();
    const lastSuccessAt = new Date(cloud.clock.now() + 20 * HOUR_MS).toISOString();
    cloud.ses.tamper(A, { status: 'TEMPORARY_FAILURE', verified: false });
    cloud.ses.seen = { errorType: 'HOST_NOT_FOUND', lastSuccessAt };
    cloud.dns.lagging.add('192.0.2.2:53');
    expect(await days(1)).toEqual([expect.stringMatching(/^DKIM audit: URGENT: 3 new/)]);
    expect(at(SINCE)).toBe(Date.parse(lastSuccessAt));
    expect(at(GIVES_UP)).toBe(Date.parse(lastSuccessAt) + 72 * HOUR_MS);
    expect(lastMessage()).toMatch(/To do: Before \S+: Publish the record again; `byodkim record/);
  });

  test('is counted from the last audit without findings if SES gives no time', async () => {
    await audit();
    const sound = cloud.clock.now();
    cloud.ses.tamper(A, { status: 'TEMPORARY_FAILURE' });
    await days(1);
    expect(Math.abs(at(GIVES_UP) - sound - 72 * HOUR_MS)).toBeLessThan(60_000);
    expect(lastMessage()).toContain('To do: Nothing: SES checks again by itself.');
    const { findings } = cloud.s3.json<LastFindings>(BUCKET, FINDINGS);
    // On the third day the time has come, and nothing else has changed.
    await days(2);
    const later = cloud.s3.json<LastFindings>(BUCKET, FINDINGS).findings;
    const datesOf = (all: LastFindings['findings']) =>
      Object.entries(all).map(([id, { since, notifiedAt }]) => [id, since, notifiedAt]);
    expect(datesOf(later)).toEqual(datesOf(findings));
  });

  test('has become worse once SES gives it up', async () => {
    await audit();
    cloud.ses.tamper(A, { status: 'TEMPORARY_FAILURE' });
    await days(2);
    cloud.ses.tamper(A, { status: 'FAILED', enabled: false });
    expect(await days(2)).toEqual([`DKIM audit: URGENT: 1 new, 1 worse (${A})`]);
    expect(lastMessage()).not.toContain('Signing is switched off');
  });

  test('whose signing a person had switched off before SES gave up is reported as switched off', async () => {
    await audit();
    cloud.ses.tamper(A, { enabled: false });
    expect(await days(1)).toEqual([`DKIM audit: URGENT: 1 new (${A})`]);
    cloud.ses.tamper(A, { status: 'FAILED' });
    expect(await days(2)).toEqual([`DKIM audit: URGENT: 2 new (${A})`]);
  });
});

describe('a domain without its ledger', () => {
  const ledger = ledgerObject(REGION, A);

  test('is a finding, and stays one until the ledger is back', async () => {
    await audit();
    const kept = cloud.s3.text(BUCKET, ledger)!;
    cloud.s3.remove(BUCKET, ledger);
    expect(await days(1)).toEqual([`DKIM audit: 1 new (${A})`]);
    expect(lastMessage()).toMatch(/UNKNOWN[\s\S]*a\.example[\s\S]*The domain has no ledger/);
    unpublish(A);
    expect(await days(3)).toEqual([]);
    const live = await cloud.invoke({ action: 'status', domain: A, findings: true });
    const { domains } = await cloud.invoke({ action: 'known', domains: [A] });
    for (const { findings } of [live, ...domains]) expect(findings).toMatchObject([{ code: 'NOT_MANAGED' }]);

    cloud.s3.write(BUCKET, ledger, kept);
    expect(await days(1)).toEqual([`DKIM audit: URGENT: 1 new, 1 resolved (${A})`]);
  });

  test('remains a finding if the ledger could not be read before it was lost', async () => {
    await audit();
    cloud.s3.write(BUCKET, ledger, '{');
    expect(await days(1)).toEqual([`DKIM audit: 1 new (${A})`]);
    expect(lastMessage()).toMatch(/Restore an earlier version[\s\S]*byodkim revert a\.example /);
    cloud.s3.remove(BUCKET, ledger);
    expect(await days(1)).toEqual([`DKIM audit: 1 new (${A})`]);
    expect(lastMessage()).toContain('The domain has no ledger');
  });

  test('keeps its earlier findings', async () => {
    await audit();
    unpublish(A);
    await days(1);
    cloud.s3.remove(BUCKET, ledger);
    await days(10);
    expect(Object.keys(cloud.s3.json<LastFindings>(BUCKET, FINDINGS).findings)).toEqual([
      `${REGION}/${A} NOT_MANAGED`,
      `${REGION}/${A} RECORD_MISSING`,
    ]);
  });
});

describe('unreadable findings of the last audit', () => {
  test('are a finding of their own, and the audit continues', async () => {
    await audit();
    unpublish(A);
    cloud.s3.write(BUCKET, FINDINGS, '{"format":1');
    expect(await days(1)).toEqual([
      `DKIM audit: URGENT: 2 new (${A} and 1 more); 1 of 2 domains needs attention`,
    ]);
    expect(lastMessage()).toMatch(
      /^ACTION NEEDED: Expected the findings of the last audit in s3:.*something else\./,
    );
    // It was written anew.
    expect(await days(1)).toEqual(['DKIM audit: 1 resolved (every domain)']);
    expect(await days(3)).toEqual([]);
  });

  test.each(['{"format":2,"wholeAt":null,"managed":[],"summary":null,"findings":{},"heals":{}}', 'null'])(
    'are ignored if they are not ours: %s',
    async (text) => {
      cloud.s3.write(BUCKET, FINDINGS, text);
      expect((await audit()).warnings).toEqual([expect.stringContaining('found something else')]);
    },
  );

  test('are left to the complete audit by the audit of one domain', async () => {
    await audit();
    cloud.s3.write(BUCKET, FINDINGS, '');
    await cloud.invoke({ action: 'audit', scheduled: true, domains: [A] });
    expect(cloud.s3.text(BUCKET, FINDINGS)).toBe('');
  });

  test('do not hide today’s findings if access is denied', async () => {
    await audit();
    unpublish(A);
    cloud.calls.addFault({
      action: 's3:GetObject',
      resource: /findings\.json$/,
      error: FAILURES.denied(),
      times: 4,
    });
    const answer = await audit();
    expect(answer).toMatchObject({ complete: true, needingAttention: 1, notice: { sent: true } });
    expect(answer.warnings.join()).toMatch(/could not be read.*could not be stored/);
  });
});

test('preserves the findings of both of two simultaneous audits', async () => {
  await audit();
  unpublish(A);
  unpublish(B);
  await Promise.all(
    [A, B].map((domain) => cloud.invoke({ action: 'audit', scheduled: true, domains: [domain] })),
  );
  await cloud.clock.advance(HOUR_MS);
  const before = subjects().length;
  await audit();
  expect(subjects(before)).toEqual([]);
});
