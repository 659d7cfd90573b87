import { told } from '../../../../handlers/answers';
import { finding } from '../../../../handlers/audit/findings/finding';
import { type AuditReport, domainReport } from '../../../../handlers/audit/findings/report';
import { type AuditAnswer, auditAnswer } from '../../../../handlers/audit/output/answer';
import type { AuditRequest } from '../../../../handlers/contract/input/event';
import { visibleValue } from '../../../../handlers/escape';
import type { World } from '../../../../handlers/world';
import { auditReport } from '../report-example';

/** What Lambda takes as the answer of an invocation. */
const LAMBDA_BYTES = 6 * 1024 * 1024;
const REQUEST = { kind: 'audit' } as AuditRequest;
const world = { environment: { keyStoreBucket: 'keys' } } as unknown as World;

const reportOf = (domains: number, problem: string): AuditReport =>
  auditReport(
    Array.from({ length: domains }, (_, at) =>
      domainReport(
        { domain: `d${at}.example`, region: 'eu-west-1' },
        { selector: 's1', findings: [finding('NOT_CHECKED', { kind: 'domain', problem })] },
      ),
    ),
  );

test('lists every domain that needs attention', () => {
  const answer = auditAnswer(world, reportOf(3, 'It broke.'));
  expect(answer).toMatchObject({ needingAttention: 3, warnings: [] });
  expect(answer.domains).toHaveLength(3);
  expect(answer).not.toHaveProperty('leftOut');
});

test.each([
  ['many domains', 20_000, 'x'.repeat(600)],
  ['texts that escaping makes longer', 800, '\u202e'.repeat(1_000)],
])('is cut to Lambda’s limit, and says so: %s', (_, domains, problem) => {
  const answer = told(REQUEST, auditAnswer(world, reportOf(domains, problem))) as AuditAnswer;

  const listed = answer.domains.length;
  expect(Buffer.byteLength(JSON.stringify(visibleValue(answer)))).toBeLessThan(LAMBDA_BYTES);
  expect(listed).toBeGreaterThan(20);
  expect(answer).toMatchObject({
    needingAttention: domains,
    leftOut: domains - listed,
    report: 's3://keys/byodkim-audit/2025-09-17-1.json',
    warnings: [
      `The answer lists the worst ${listed} of ${domains} domains that need attention, since a function's answer is limited. The report lists all.`,
    ],
  });
  expect(answer.domains[0]).toEqual(reportOf(1, problem).domains[0]);
});
