/** Chooses the content of the summary and the notice of an audit. */
import type { Notice } from '../../words/notice-layout';
import { type AuditCounts, formatAuditNotice } from '../../words/report';
import type { Finding } from '../findings/finding';
import { findingId, type News } from '../findings/news';
import { type AuditReport, type DomainReport, domainReport } from '../findings/report';

export const needsAttention = ({ domains }: AuditReport): DomainReport[] =>
  domains.filter(({ severity }) => severity !== null);

/** Counts the domains of a report by their state. */
export function countDomains(report: AuditReport): AuditCounts {
  const { domains, general } = report;
  const well = domains.filter(({ severity }) => severity === null);
  const settled = well.filter(({ unsettled }) => !unsettled);
  const signing = settled.filter(({ selector }) => selector !== null).length;
  return {
    audited: domains.length,
    needingAttention: needsAttention(report).length,
    signing,
    idle: settled.length - signing,
    unsettled: well.length - settled.length,
    isFlawed: general.some(({ code }) => code !== 'NOT_HEARD'),
    unheard: general.filter(({ code }) => code === 'NOT_HEARD').length,
  };
}

/** Content of an audit's notice. */
export interface NoticeExtent {
  /** Changes since the last audit. */
  readonly news: readonly News[];
  /** Whether all findings are listed, and not only those that are new. */
  readonly isWhole: boolean;
  /** Whether every key is listed with its age. @default false */
  readonly isSummary?: boolean;
}

/** Makes the notice of an audit, the worst first. A notice that is too long is cut at its end. */
export function auditNotice(
  report: AuditReport,
  place: string,
  { news, isWhole, isSummary = false }: NoticeExtent,
): Notice {
  const changes = news.filter(({ state }) => state !== 'resolved');
  const ids = new Set(changes.map(({ place: at, finding }) => findingId(at, finding)));
  const isFresh = (finding: Finding, at?: DomainReport) => ids.has(findingId(at, finding));
  const bad = needsAttention(report);
  return formatAuditNotice({
    startedAt: report.startedAt,
    endedAt: report.endedAt,
    place,
    counts: countDomains(report),
    news,
    general: report.general.filter((finding) => isWhole || isFresh(finding)),
    fresh: bad.flatMap((each) => only(each, (finding) => isFresh(finding, each))),
    known: isWhole ? bad.flatMap((each) => only(each, (finding) => !isFresh(finding, each))) : [],
    isWhole,
    keys: isSummary ? byDueDate(report.domains) : [],
  });
}

/** Returns the report of a domain with some of its findings, if there are any. */
function only(report: DomainReport, isShown: (finding: Finding) => boolean): DomainReport[] {
  const findings = report.findings.filter(isShown);
  return findings.length === 0 ? [] : [domainReport(report, { ...report, findings })];
}

const byDueDate = (domains: readonly DomainReport[]): DomainReport[] =>
  domains
    .filter(({ keyDueAt }) => keyDueAt !== undefined)
    .sort((a, b) => a.keyDueAt!.localeCompare(b.keyDueAt!));
