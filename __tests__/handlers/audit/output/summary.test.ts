import type { Finding } from '../../../../handlers/audit/findings/finding';
import type { AuditReport, DomainReport } from '../../../../handlers/audit/findings/report';
import { auditNotice } from '../../../../handlers/audit/output/summary';
import type { Severity } from '../../../../handlers/words/findings';
import { expectExample } from '../../notices/example';

const PLACE = 's3://key-store/byodkim-audit/2025-10-01-0123456789ab.json';

const reportText = (of: AuditReport) => auditNotice(of, PLACE, { news: [], isWhole: true });

const well = (domain: string): DomainReport => ({
  domain,
  region: 'ap-northeast-1',
  selector: 's1',
  severity: null,
  findings: [],
  keyDueAt: '2026-12-17T10:30:00.000Z',
});

const needing = (domain: string, severity: Severity, code: Finding['code'], found: string, todo: string) => ({
  ...well(domain),
  severity,
  findings: [{ severity, code, facts: {} as Finding['facts'], found, todo }],
});

const report = (domains: DomainReport[]): AuditReport => ({
  format: 1,
  object: 'byodkim-audit/2025-10-01-0123456789ab.json',
  startedAt: '2025-10-01T03:00:00.000Z',
  endedAt: '2025-10-01T03:00:09.000Z',
  legs: 1,
  complete: true,
  whole: true,
  scheduled: true,
  general: [],
  survey: { overrides: {}, joined: {}, unknown: [], findings: [] },
  pending: [],
  domains,
});

test('a report reads as the stored example', () => {
  expectExample(
    'audit',
    reportText(
      report([
        needing(
          'broken.example.com',
          'urgent',
          'RECORD_MISSING',
          'The record s1._domainkey.broken.example.com is not as expected (key SHA256:EXAMPLEexampleEXAMPLEexampleEXAMPLEexample0) on 1 of 2 servers: ns2.example.net (192.0.2.2:53) answers that the name does not exist.',
          'Publish the record again; `byodkim record` prints it.',
        ),
        {
          ...needing(
            'silent.example.com',
            'unknown',
            'NOT_CHECKED',
            'The signing state could not be checked: The function is not allowed to call ses:GetEmailIdentity on identity/silent.example.com in eu-west-1.',
            'Fix the cause, then run the audit again.',
          ),
          region: 'eu-west-1',
        },
        needing(
          'lost.example.com',
          'act',
          'KEY_MISSING',
          'The private key s3://key-store/dkim-certificates/lost.example.com/s1/private_key.pem is gone. SES still signs with it, but no deploy and no rollback works.',
          'Restore the object from an earlier version. If no version is left, rotate to a new selector with irreversible: allow in the entry, and name the domain in control.allow.irreversible: a rollback then cannot restore the key.',
        ),
        {
          ...needing(
            'old.example.com',
            'plan',
            'KEY_DUE',
            'The key made on 2024-08-20 must be replaced by 2025-11-19 (days left: 49).',
            'Rotate to a new selector: see the runbook.',
          ),
          keyDueAt: '2025-11-19T00:00:00.000Z',
        },
        well('fine.example.com'),
      ]),
    ),
  );
});

test('a report without findings reads as the stored example', () => {
  expectExample('audit-all-well', reportText(report([well('a.example.com'), well('b.example.com')])));
});

test('the sentence agrees in number with one domain and with several', () => {
  const one = needing('a.example', 'plan', 'KEY_DUE', 'Found.', 'Do.');
  expect(reportText(report([one])).subject).toBe('DKIM audit: 1 of 1 domain needs attention');
  expect(reportText(report([one, one])).subject).toBe('DKIM audit: 2 of 2 domains need attention');
});

test('the subject of a whole report does not say that there are no problems if a notice has no reader', () => {
  const { findings } = needing('a.example', 'act', 'NOT_HEARD', 'Found.', 'Do.');
  const { subject } = reportText({ ...report([well('a.example.com')]), general: findings });
  expect(subject).toBe('DKIM audit: not every notice has a reader');
});
