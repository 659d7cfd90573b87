import type { Notice } from '../aws/topics';
import { SEVERITIES, type Severity } from './finding-catalogue';
import type { AuditReport, DomainReport } from './report';

const HEADINGS: Readonly<Record<Severity, string>> = {
  urgent: 'URGENT: mail goes out unsigned, or is about to',
  unknown: 'UNKNOWN: could not be checked',
  act: 'ACTION NEEDED: mail is signed, but something is wrong',
  plan: 'PLAN AHEAD: nothing is wrong yet',
};

/** SNS takes 256 KiB; what does not fit is in the report in S3. */
const LARGEST_BYTES = 200_000;

export const needsAttention = ({ domains }: AuditReport): DomainReport[] =>
  domains.filter(({ severity }) => severity !== null);

/** Formats the report as a sentence. */
export function summary(report: AuditReport): string {
  const bad = needsAttention(report).length;
  const total = report.domains.length;
  if (total === 0) return 'There is no domain to audit.';
  if (bad === 0)
    return `No problems in ${total} ${domains(total)}: records are published, SES has verified, no key is due.`;
  return `${bad} of ${total} ${domains(total)} ${verb(bad)} attention${bad === total ? '' : `; no problems in the other ${total - bad}`}.`;
}

const domains = (count: number): string => (count === 1 ? 'domain' : 'domains');
const verb = (count: number): string => (count === 1 ? 'needs' : 'need');

/** Formats the report, the worst first. @param place e.g. `s3://bucket/key`. */
export function reportText(report: AuditReport, place: string): Notice {
  const bad = needsAttention(report);
  const total = report.domains.length;
  const subject =
    bad.length === 0
      ? report.rollbackProblem === undefined
        ? `DKIM audit: no problems (${total} ${domains(total)})`
        : 'DKIM audit: rollback does not work'
      : `DKIM audit: ${bad.length} of ${total} domains ${verb(bad.length)} attention`;
  const released = report.domains.filter(({ selector, severity }) => selector === null && severity === null);
  const tail = [
    `Audited from ${report.startedAt} to ${report.endedAt}.`,
    ...(released.length === 0
      ? []
      : [`Domains that are not managed any more (destroyed or rolled back): ${released.length}.`]),
    `Full report: ${place}`,
  ];
  return {
    subject,
    message: `${[...rollbackProblem(report), summary(report), ...sections(bad), tail.join('\n')].join('\n\n')}\n`,
  };
}

/** Before everything else: it concerns every domain. */
const rollbackProblem = ({ rollbackProblem: problem }: AuditReport): string[] =>
  problem === undefined
    ? []
    : [
        `URGENT: a change that fails would not be rolled back: ${problem}.\n` +
          '    To do: run `byodkim drill`, which prints what to fix, and deploy nothing until it succeeds.',
      ];

function sections(bad: readonly DomainReport[]): string[] {
  const parts: string[] = [];
  let left = LARGEST_BYTES;
  let shown = 0;
  for (const severity of SEVERITIES) {
    const group = bad.filter((report) => report.severity === severity);
    if (group.length > 0) parts.push(`\n${HEADINGS[severity]} (${group.length})`);
    for (const report of group) {
      const text = domainText(report);
      left -= Buffer.byteLength(text);
      if (left < 0) return [...parts, `… and ${bad.length - shown} more domains: see the full report.`];
      parts.push(text);
      shown += 1;
    }
  }
  return parts;
}

/** What was found about one domain, and what to do. */
export function domainText(report: DomainReport): string {
  const { domain, region, selector, findings, keyDueAt } = report;
  const about = [region, ...(selector === null ? [] : [`selector ${selector}`])].join(', ');
  const lines = findings.map(({ found, todo }) => `  - ${found}\n    To do: ${todo}`);
  if (keyDueAt !== undefined) lines.push(`  Key due: ${keyDueAt.slice(0, 10)}`);
  return [`${domain} (${about})`, ...lines].join('\n');
}
