import { SEVERITIES } from '../facts/findings';
import type { Notice } from '../facts/notices';
import { SEVERITY } from '../words/findings';
import type { Finding } from './finding';
import { findingId, type News } from './news';
import { type AuditReport, type DomainReport, domainReport } from './report';

export const needsAttention = ({ domains }: AuditReport): DomainReport[] =>
  domains.filter(({ severity }) => severity !== null);

export function summary(report: AuditReport): string {
  const { domains: all, general } = report;
  if (all.length === 0) return 'No domain has a ledger, so none was audited.';
  const bad = needsAttention(report).length;
  const well = all.filter(({ severity }) => severity === null);
  const settled = well.filter(({ unsettled }) => !unsettled);
  const unsettled = well.length - settled.length;
  const found = bad === 0 ? wellText(settled, general.length > 0) : badText(bad, all.length, settled.length);
  return [found, ...(unsettled > 0 ? [unsettledText(unsettled)] : [])].filter(Boolean).join(' ');
}

function badText(bad: number, total: number, settled: number): string {
  const others = bad + settled === total ? `the other ${settled}` : domains(settled);
  return `${needing(bad, total)}${settled === 0 ? '' : `; no problems in ${others}`}.`;
}

/** Formats how many domains are well; nothing for none. @param isFlawed whether a finding concerns every domain */
function wellText(settled: readonly DomainReport[], isFlawed: boolean): string {
  if (isFlawed)
    return `The audit itself had a problem.${settled.length > 0 ? ` It found none in ${allWell(settled)}` : ''}`;
  return settled.length === 0 ? '' : `No problems in ${allWell(settled)}`;
}

/** Formats how many domains have a change that is open or has just ended: their signing state may be another one soon. */
const unsettledText = (count: number): string =>
  `The signing state of ${domains(count)} is not final: a change is open or has just ended. The next audit judges it.`;

/** Describes settled domains without findings. Of one that is only claimed, destroyed or rolled back, nothing was verified. */
function allWell(settled: readonly DomainReport[]): string {
  const signing = settled.filter(({ selector }) => selector !== null).length;
  const others = settled.length - signing;
  if (signing === 0) return `${domains(others)}: nothing of this project is in force there.`;
  const verified = `${domains(signing)}: records are published, SES has verified, no key is due.`;
  if (others === 0) return verified;
  return `${verified} In ${others} other ${others === 1 ? 'domain' : 'domains'}, nothing of this project is in force.`;
}

const domains = (count: number): string => `${count} ${count === 1 ? 'domain' : 'domains'}`;
const needing = (bad: number, total: number): string =>
  `${bad} of ${domains(total)} ${bad === 1 ? 'needs' : 'need'} attention`;

/**
 * Formats the notice of an audit, the worst first: what is too long for a notice is cut at its end.
 * @param news what has changed since the last audit; it comes first
 * @param isWhole whether all findings are listed, and not only those that are new
 * @param isSummary whether every key and its age is listed
 */
export function auditNotice(
  report: AuditReport,
  place: string,
  news: readonly News[],
  isWhole: boolean,
  isSummary = false,
): Notice {
  const isChange = ({ state }: News) => state !== 'resolved';
  const ids = new Set(news.filter(isChange).map(({ place, finding }) => findingId(place, finding)));
  const isFresh = (finding: Finding, at?: DomainReport) => ids.has(findingId(at, finding));
  const bad = needsAttention(report);
  const fresh = bad.flatMap((each) => only(each, (finding) => isFresh(finding, each)));
  const known = isWhole ? bad.flatMap((each) => only(each, (finding) => !isFresh(finding, each))) : [];
  const ofAll = report.general.filter((finding) => isWhole || isFresh(finding));
  const counts = formatCounts(news);
  const paragraphs = [
    ...ofAll.map(({ severity, found, todo }) => `${SEVERITY[severity].mark}: ${found}\n    To do: ${todo}`),
    `${counts === '' ? '' : `Since the last audit: ${counts}. `}${summary(report)}`,
    `Audited from ${report.startedAt} to ${report.endedAt}.\nFull report: ${place}`,
    ...sections(fresh),
    ...resolved(news),
    ...(news.length > 0 && known.length > 0 ? ['\nKNOWN BEFORE'] : []),
    ...sections(known),
    ...(isSummary ? keyDates(report) : []),
  ];
  const isUrgent = [...(isWhole ? bad : fresh), ...ofAll].some(({ severity }) => severity === 'urgent');
  const subject = [...(news.length > 0 ? [formatNews(news)] : []), ...(isWhole ? [formatAll(report)] : [])];
  return {
    subject: `DKIM audit: ${isUrgent ? `${SEVERITY.urgent.mark}: ` : ''}${subject.join('; ')}`,
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

function formatNews(news: readonly News[]): string {
  const [first, ...more] = new Set(news.map(({ place }) => place?.domain ?? 'every domain'));
  return `${formatCounts(news)} (${first}${more.length > 0 ? ` and ${more.length} more` : ''})`;
}

function formatAll(report: AuditReport): string {
  const bad = needsAttention(report).length;
  const total = report.domains.length;
  if (bad > 0) return needing(bad, total);
  return report.general.length > 0 ? 'the audit itself had a problem' : `no problems (${domains(total)})`;
}

/** Formats a heading, how many there are, and each; nothing without any. */
const section = (heading: string, all: readonly string[], between = '\n'): string[] =>
  all.length === 0 ? [] : [`\n${heading} (${all.length})`, all.join(between)];

function resolved(news: readonly News[]): string[] {
  const lines = news
    .filter(({ state }) => state === 'resolved')
    .map(
      ({ place, finding: { code, since, found } }) =>
        `${place === undefined ? 'Every domain' : `${place.domain} (${place.region})`}: ${code} (since ${since}) was: ${found}`,
    );
  return section('RESOLVED', lines);
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
  return section('KEYS', lines);
}

const sections = (bad: readonly DomainReport[]): string[] =>
  SEVERITIES.flatMap((severity) => {
    const group = bad.filter((report) => report.severity === severity);
    const { mark, means } = SEVERITY[severity];
    return section(`${mark}: ${means}`, group.map(domainText), '\n\n');
  });

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
