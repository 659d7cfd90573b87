import type { Notice } from '../aws/topics';
import { type Finding, SEVERITIES, type Severity } from './finding-catalogue';
import { findingId, type News } from './news';
import { type AuditReport, type DomainReport, domainReport } from './report';

const HEADINGS: Readonly<Record<Severity, string>> = {
  urgent: 'URGENT: mail goes out unsigned, or is about to',
  unknown: 'UNKNOWN: could not be checked',
  act: 'ACTION NEEDED: mail is signed, but something is wrong',
  plan: 'PLAN AHEAD: nothing is wrong yet',
};

/** A severity in a word or two, before what was found. */
export const MARKS: Readonly<Record<Severity, string>> = {
  urgent: 'URGENT',
  unknown: 'UNKNOWN',
  act: 'ACTION NEEDED',
  plan: 'PLAN AHEAD',
};

export const needsAttention = ({ domains }: AuditReport): DomainReport[] =>
  domains.filter(({ severity }) => severity !== null);

/** Formats the report as a sentence. */
export function summary(report: AuditReport): string {
  const bad = needsAttention(report).length;
  const total = report.domains.length;
  if (total === 0) return 'No domain has a ledger, so none was audited.';
  if (bad === 0)
    return `No problems in ${total} ${domains(total)}: records are published, SES has verified, no key is due.`;
  return `${bad} of ${total} ${domains(total)} ${verb(bad)} attention${bad === total ? '' : `; no problems in the other ${total - bad}`}.`;
}

const domains = (count: number): string => (count === 1 ? 'domain' : 'domains');
const verb = (count: number): string => (count === 1 ? 'needs' : 'need');

/** What an audit notifies of. */
interface Contents {
  /** What has changed since the last audit; it comes first. */
  readonly news: readonly News[];
  /** Whether all findings are listed, and not only those that are new. */
  readonly isWhole: boolean;
  /** Whether every key and its age is listed. */
  readonly keys?: boolean;
}

/**
 * Formats the notice of an audit, the worst first: what is too long for a notice is cut at its end.
 * @param place e.g. `s3://bucket/key`
 */
export function auditNotice(report: AuditReport, place: string, { news, isWhole, keys }: Contents): Notice {
  const isFresh = (finding: Finding, at?: DomainReport): boolean =>
    news.some(
      (one) =>
        one.state !== 'resolved' && one.place === at && findingId('', one.finding) === findingId('', finding),
    );
  const bad = needsAttention(report);
  const fresh = bad.flatMap((each) => only(each, (finding) => isFresh(finding, each)));
  const known = isWhole ? bad.flatMap((each) => only(each, (finding) => !isFresh(finding, each))) : [];
  const ofAll = report.general.filter((finding) => isWhole || isFresh(finding));
  const counts = formatCounts(news);
  const paragraphs = [
    ...ofAll.map(({ severity, found, todo }) => `${MARKS[severity]}: ${found}\n    To do: ${todo}`),
    `${counts === '' ? '' : `Since the last audit: ${counts}. `}${summary(report)}`,
    `Audited from ${report.startedAt} to ${report.endedAt}.\nFull report: ${place}`,
    ...sections(fresh),
    ...resolved(news),
    ...(news.length > 0 && known.length > 0 ? ['\nKNOWN BEFORE'] : []),
    ...sections(known),
    ...(keys ? keyDates(report) : []),
  ];
  const isUrgent = [...(isWhole ? bad : fresh), ...ofAll].some(({ severity }) => severity === 'urgent');
  const subject = [...(news.length > 0 ? [formatNews(news)] : []), ...(isWhole ? [formatAll(report)] : [])];
  return {
    subject: `DKIM audit: ${isUrgent ? `${MARKS.urgent}: ` : ''}${subject.join('; ')}`,
    message: `${paragraphs.join('\n\n')}\n`,
  };
}

/** Returns the report of a domain with some of its findings, if there are any. */
function only(report: DomainReport, isShown: (finding: Finding) => boolean): DomainReport[] {
  const findings = report.findings.filter(isShown);
  return findings.length === 0 ? [] : [domainReport(report, { ...report, findings })];
}

/** Formats how much has changed, e.g. `1 new, 2 resolved`. */
const formatCounts = (news: readonly News[]): string =>
  (['new', 'worse', 'unresolved', 'resolved'] as const)
    .map((state) => [news.filter((one) => one.state === state).length, state] as const)
    .flatMap(([count, state]) => (count === 0 ? [] : `${count} ${state}`))
    .join(', ');

/** Formats what has changed for a subject. */
function formatNews(news: readonly News[]): string {
  const [first, ...more] = new Set(news.map(({ place }) => place?.domain ?? 'every domain'));
  return `${formatCounts(news)} (${first}${more.length > 0 ? ` and ${more.length} more` : ''})`;
}

/** Formats all that was found for a subject. */
function formatAll(report: AuditReport): string {
  const bad = needsAttention(report).length;
  const total = report.domains.length;
  if (bad > 0) return `${bad} of ${total} domains ${verb(bad)} attention`;
  return report.general.length > 0
    ? 'the audit itself had a problem'
    : `no problems (${total} ${domains(total)})`;
}

/** Formats what is resolved. */
function resolved(news: readonly News[]): string[] {
  const over = news.filter(({ state }) => state === 'resolved');
  const lines = over.map(
    ({ place, finding: { code, since, found } }) =>
      `${place === undefined ? 'Every domain' : `${place.domain} (${place.region})`}: ${code} (since ${since}) was: ${found}`,
  );
  return over.length === 0 ? [] : [`\nRESOLVED (${over.length})`, lines.join('\n')];
}

/** Lists the age of every key, the first one to be replaced first. */
function keyDates({ domains: all }: AuditReport): string[] {
  const lines = all
    .filter(({ keyDueAt }) => keyDueAt !== undefined)
    .sort((a, b) => a.keyDueAt!.localeCompare(b.keyDueAt!))
    .map(
      ({ domain, region, selector, keyMadeAt, keyDueAt }) =>
        `${domain} (${region}, selector ${selector}): made ${keyMadeAt!.slice(0, 10)}, due ${keyDueAt!.slice(0, 10)}`,
    );
  return lines.length === 0 ? [] : [`\nKEYS (${lines.length})`, lines.join('\n')];
}

const sections = (bad: readonly DomainReport[]): string[] =>
  SEVERITIES.flatMap((severity) => {
    const group = bad.filter((report) => report.severity === severity);
    return group.length === 0 ? [] : [`\n${HEADINGS[severity]} (${group.length})`, ...group.map(domainText)];
  });

/** Formats one finding, and what to do. */
export const findingText = ({ found, todo }: Pick<Finding, 'found' | 'todo'>): string =>
  `  - ${found}\n    To do: ${todo}`;

/** Formats what was found about one domain, and what to do. */
export function domainText(report: DomainReport): string {
  const { domain, region, selector, findings, keyDueAt, changedBy = [] } = report;
  const about = [region, ...(selector === null ? [] : [`selector ${selector}`])].join(', ');
  const lines = findings.map(findingText);
  lines.push(...changedBy.map((words) => `  The identity was changed outside this project: ${words}.`));
  if (keyDueAt !== undefined) lines.push(`  Key due: ${keyDueAt.slice(0, 10)}`);
  return [`${domain} (${about})`, ...lines].join('\n');
}
