import type { AuditReport } from '../../../handlers/audit/findings/report';
import { recordName } from '../../../handlers/contract/contract';
import { BUCKET, FAILURES, type FakeCloud, InvocationEnded, TOPICS } from '../../support/world';
import { auditedCloud, giveManagedDomain, SELECTOR } from './managed-domain';

const AUDIT = { action: 'audit' };
const SCHEDULED = { action: 'audit', scheduled: true };
/** The call by which an audit arms its next invocation. */
const CONTINUES = { action: 'scheduler:CreateSchedule' };

const reportOf = (cloud: FakeCloud): AuditReport => {
  const keys = cloud.s3.keys(BUCKET, 'byodkim-audit/').filter((key) => !/\/(findings|leg)\.json$/.test(key));
  expect(keys).toHaveLength(1);
  return cloud.s3.json(BUCKET, keys[0]!);
};

const cloudWith = (count: number, environment = {}, timeoutSeconds = 300): FakeCloud => {
  const cloud = auditedCloud({ environment, timeoutSeconds });
  for (let i = 0; i < count; i += 1) giveManagedDomain(cloud, `d${String(i).padStart(4, '0')}.example`);
  return cloud;
};

/** A function with so little time that it takes two invocations for fifty domains. */
const inTwoLegs = (): FakeCloud => cloudWith(50, {}, 80);

const breakDomain = (cloud: FakeCloud, domain: string): void =>
  cloud.dns.unpublish(recordName(domain, SELECTOR));

describe('the report', () => {
  test('is silent without findings, but kept in S3 and counted', async () => {
    const cloud = cloudWith(3);
    const answer = await cloud.invoke(AUDIT);

    expect(answer).toMatchObject({
      statusCode: 200,
      message: 'No problems in 3 domains: records are published, SES has verified, no key is due.',
      complete: true,
      audited: 3,
      needingAttention: 0,
      domains: [],
      notice: { sent: false, code: 'NO_PROBLEMS' },
    });
    expect(cloud.sns.published).toEqual([]);
    expect(cloud.metrics).toEqual([
      {
        DomainsNeedingAttention: 0,
        DomainsVerified: 3,
        DomainsPending: 0,
        DomainsTemporaryFailure: 0,
        DomainsFailed: 0,
        DomainsOther: 0,
      },
    ]);
    expect(answer.report).toMatch(/^s3:\/\/key-store\/byodkim-audit\/2025-09-17-[0-9a-f]{12}\.json$/);
    expect(reportOf(cloud)).toMatchObject({ complete: true, whole: true, pending: [], legs: 1 });
    expect(reportOf(cloud).domains).toHaveLength(3);
  });

  test('is sent if a person is needed, with the worst finding first', async () => {
    const cloud = cloudWith(4);
    cloud.ses.tamper('d0001.example', { managed: false });
    breakDomain(cloud, 'd0003.example');

    const { domains } = await cloud.invoke(AUDIT);

    expect(domains.map(({ domain }: { domain: string }) => domain)).toEqual([
      'd0003.example',
      'd0001.example',
    ]);
    const [notice] = cloud.sns.to(TOPICS.audit);
    expect(notice!.subject).toBe('DKIM audit: URGENT: 2 of 4 domains need attention');
    expect(notice!.message.indexOf('d0003')).toBeLessThan(notice!.message.indexOf('d0001'));
    expect(cloud.metrics).toMatchObject([{ DomainsNeedingAttention: 2, DomainsVerified: 4 }]);
  });

  test('is sent even if it cannot be stored', async () => {
    const cloud = cloudWith(1);
    breakDomain(cloud, 'd0000.example');
    cloud.calls.addFault({ action: 's3:PutObject', error: FAILURES.denied() });
    expect(await cloud.invoke(AUDIT)).toMatchObject({
      notice: { sent: true },
      warnings: [expect.stringContaining('could not be stored')],
    });
  });

  test('writes nothing except itself', async () => {
    const cloud = cloudWith(2);
    breakDomain(cloud, 'd0001.example');
    await cloud.invoke(AUDIT);
    expect(cloud.calls.list(/Put|Create|Delete|Publish/)).toEqual([
      expect.stringContaining('s3:PutObject s3://key-store/byodkim-audit/'),
      `sns:Publish ${TOPICS.audit}`,
    ]);
  });
});

describe('an audit that cannot start', () => {
  test('fails with an answer if it was asked for directly', async () => {
    const cloud = cloudWith(1);
    cloud.calls.addFault({ action: 's3:ListBucket', error: FAILURES.denied() });
    expect(await cloud.invoke(AUDIT)).toMatchObject({ statusCode: 403, error: 'ACCESS_DENIED' });
  });

  test('fails with an error if the schedule started it, so that Lambda repeats it', async () => {
    const cloud = cloudWith(1);
    cloud.calls.addFault({ action: 's3:ListBucket' });
    await expect(cloud.invoke(SCHEDULED)).rejects.toMatchObject({ name: 'DEPENDENCY_FAILED' });
    expect(await cloud.invokeAsync(SCHEDULED)).toMatchObject({ complete: true, audited: 1 });
  });
});

describe('five hundred domains, one of them broken,', () => {
  const many = (): FakeCloud => {
    const cloud = cloudWith(500);
    cloud.ses.requestsPerSecond = 1;
    breakDomain(cloud, 'd0413.example');
    return cloud;
  };

  test('are audited in several invocations, with one report of 499 and the one', async () => {
    const cloud = many();

    const first = await cloud.invoke(SCHEDULED);
    expect(first).toMatchObject({ complete: false, continuesAt: expect.any(String) });
    expect(first.audited).toBeGreaterThan(150);
    const ends = await cloud.fireAll();

    expect(ends.at(-1)).toMatchObject({ complete: true, audited: 500, needingAttention: 1 });
    const [notice, ...more] = cloud.sns.to(TOPICS.audit);
    expect(more).toEqual([]);
    expect(notice!.subject).toBe(
      'DKIM audit: URGENT: 1 new (d0413.example); 1 of 500 domains needs attention',
    );
    expect(notice!.message).toContain('no problems in the other 499');
    expect(notice!.message).toContain('d0413.example (ap-northeast-1, selector s1)');
    expect(cloud.metrics).toMatchObject([{ DomainsNeedingAttention: 1, DomainsVerified: 500 }]);
    expect(ends.length).toBeGreaterThan(1);
    const report = reportOf(cloud);
    expect(report).toMatchObject({ complete: true, pending: [], legs: ends.length + 1 });
    expect(new Set(report.domains.map(({ domain }) => domain)).size).toBe(500);
    expect(cloud.scheduler.pending()).toEqual([]);
    // Whoever waited for SES when a leg's time was up does not ask it any more.
    expect(cloud.calls.count('ses:GetEmailIdentity')).toBeLessThanOrEqual(500 + ends.length);
  });
});

describe('a repeated leg', () => {
  const twoLegs = async (): Promise<{ cloud: FakeCloud; payload: unknown }> => {
    const cloud = inTwoLegs();
    breakDomain(cloud, 'd0049.example');
    await cloud.invoke(SCHEDULED);
    return {
      cloud,
      payload: cloud.scheduler.pending()[0]!.payload,
    };
  };

  test('sends the report if it was killed before its notice', async () => {
    const { cloud } = await twoLegs();
    cloud.calls.addFault({ action: 'sns:Publish', kind: 'kill' });
    const ends = await cloud.fireAll();
    expect(ends.at(-1)).toMatchObject({ complete: true, notice: { sent: true } });
    expect(cloud.sns.to(TOPICS.audit)).toHaveLength(1);
  });

  test('continues where it was if it was killed during the check', async () => {
    const { cloud } = await twoLegs();
    cloud.calls.addFault({ action: 'ses:GetEmailIdentity', nth: 5, kind: 'kill' });
    const ends = await cloud.fireAll();
    expect(ends.at(-1)).toMatchObject({ complete: true, audited: 50, needingAttention: 1 });
  });

  test('arranges the next leg if it was killed before it had done so', async () => {
    const cloud = inTwoLegs();
    cloud.calls.addFault({ ...CONTINUES, kind: 'kill' });
    await expect(cloud.invoke(SCHEDULED)).rejects.toThrow(InvocationEnded);
    // Lambda repeats the first leg, which begins anew.
    expect(await cloud.invoke(SCHEDULED)).toMatchObject({ complete: false });
    expect((await cloud.fireAll()).at(-1)).toMatchObject({ complete: true, audited: 50 });
  });

  test('fails with a reason if its progress is gone', async () => {
    const { cloud, payload } = await twoLegs();
    cloud.s3.remove(BUCKET, cloud.s3.keys(BUCKET, 'byodkim-audit/')[0]!);
    await expect(cloud.invoke(payload)).rejects.toMatchObject({
      name: 'DEPENDENCY_FAILED',
      message: expect.stringContaining('found nothing'),
    });
  });
});

test('stops the audit of a domain that uses up the whole time', async () => {
  const cloud = cloudWith(1);
  cloud.calls.addFault({ action: 'dns:Prove', times: Number.POSITIVE_INFINITY, kind: 'hang' });
  expect(await cloud.invoke(AUDIT)).toMatchObject({
    complete: true,
    domains: [{ domain: 'd0000.example', severity: 'unknown' }],
  });
  expect(cloud.scheduler.pending()).toEqual([]);
});
