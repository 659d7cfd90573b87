import type { Notice } from '../aws/topics';
import { DAY_MS } from '../clock';
import { placeId } from '../contract/event';
import { type Finding, type FindingCode, SEVERITIES, type Severity } from './finding-catalogue';
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

/** SNS takes 256 KiB; the report in S3 has the rest. */
const LARGEST_BYTES = 140_000;
/** Each of two parts: what is resolved, and the keys. */
const LARGEST_PART = 45_000;

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

/** Formats the beginning of a subject: whether something is urgent. */
const urgency = (all: readonly Pick<DomainReport, 'severity'>[]): string =>
  all.some(({ severity }) => severity === 'urgent') ? `${MARKS.urgent}: ` : '';
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
 * Formats the notice of an audit, the worst first.
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
  const first = sections(fresh, LARGEST_BYTES);
  const parts = [
    ...general(ofAll),
    `${counts === '' ? '' : `Since the last audit: ${counts}. `}${summary(report)}`,
    ...first,
    ...resolved(news),
    ...(news.length > 0 && known.length > 0 ? ['\nKNOWN BEFORE'] : []),
    ...sections(known, LARGEST_BYTES - Buffer.byteLength(first.join(''))),
    ...(keys ? keyAges(report) : []),
  ];
  const subject = [...(news.length > 0 ? [formatNews(news)] : []), ...(isWhole ? [formatAll(report)] : [])];
  const shown = isWhole ? [...bad, ...ofAll] : [...fresh, ...ofAll];
  return framed(`DKIM audit: ${urgency(shown)}${[...new Set(subject)].join('; ')}`, parts, report, place);
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
  const [first, ...more] = new Set(news.flatMap(({ place }) => (place ? [place.domain] : [])));
  if (first !== undefined)
    return `${formatCounts(news)} (${first}${more.length > 0 ? ` and ${more.length} more` : ''})`;
  const isOver = news.every(({ state }) => state === 'resolved');
  return `${GENERAL[news[0]!.finding.code]}${isOver ? ': resolved' : ''}`;
}

/** Formats all that was found for a subject. */
function formatAll(report: AuditReport): string {
  const bad = needsAttention(report).length;
  const total = report.domains.length;
  if (bad > 0) return `${bad} of ${total} domains ${verb(bad)} attention`;
  const [ofAll] = report.general;
  return ofAll ? GENERAL[ofAll.code]! : `no problems (${total} ${domains(total)})`;
}

/** What concerns every domain, in a few words. */
const GENERAL: Partial<Record<FindingCode, string>> = {
  LAST_FINDINGS_UNREADABLE: 'the last findings could not be read',
  NOT_CHECKED: 'identities could not be listed',
};

function framed(subject: string, parts: readonly string[], report: AuditReport, place: string): Notice {
  const released = report.domains.filter(({ selector, severity }) => selector === null && severity === null);
  const tail = [
    `Audited from ${report.startedAt} to ${report.endedAt}.`,
    ...(released.length === 0
      ? []
      : [`Domains that are no longer managed (destroyed or rolled back): ${released.length}.`]),
    `Full report: ${place}`,
  ];
  return { subject, message: `${[...parts, tail.join('\n')].join('\n\n')}\n` };
}

/** Formats what concerns every domain. */
const general = (findings: readonly Finding[]): string[] =>
  findings.map(({ severity, found, todo }) => `${MARKS[severity]}: ${found}\n    To do: ${todo}`);

/** Formats what is resolved, unless its domain has something new instead. */
function resolved(news: readonly News[]): string[] {
  const busy = new Set(
    news.flatMap(({ state, place }) => (state === 'resolved' ? [] : [place && placeId(place)])),
  );
  const over = news.filter(({ state, place }) => state === 'resolved' && !busy.has(place && placeId(place)));
  if (over.length === 0) return [];
  const lines = over.map(
    ({ place, finding: { code, since, found } }) =>
      `${place === undefined ? 'Every domain' : `${place.domain} (${place.region})`}: ${code} (since ${since}) was: ${found}`,
  );
  return [`\nRESOLVED (${over.length})`, within(LARGEST_PART, lines)];
}

/** Lists the age of every key, the first one to be replaced first. */
function keyAges({ domains: all, endedAt = '' }: AuditReport): string[] {
  const dated = all.filter(({ keyMadeAt, keyDueAt }) => keyMadeAt !== undefined && keyDueAt !== undefined);
  if (dated.length === 0) return [];
  const lines = dated
    .sort((a, b) => a.keyDueAt!.localeCompare(b.keyDueAt!))
    .map(({ domain, region, selector, keyMadeAt, keyDueAt }) => {
      const age = daysBetween(keyMadeAt!, endedAt);
      const life = daysBetween(keyMadeAt!, keyDueAt!);
      return `${domain} (${region}, selector ${selector}): ${age} of ${life} days old, due ${keyDueAt!.slice(0, 10)}`;
    });
  return [`\nKEYS (${dated.length})`, within(LARGEST_PART, lines)];
}

const daysBetween = (from: string, to: string): number =>
  Math.floor((Date.parse(to) - Date.parse(from)) / DAY_MS);

/** Returns as many lines as fit. */
function within(bytes: number, lines: readonly string[]): string {
  let left = bytes;
  const shown = lines.filter((line) => {
    left -= Buffer.byteLength(line) + 1;
    return left >= 0;
  });
  const rest = lines.length - shown.length;
  return [...shown, ...(rest > 0 ? [`… and ${rest} more: see the full report.`] : [])].join('\n');
}

function sections(bad: readonly DomainReport[], bytes: number): string[] {
  const parts: string[] = [];
  let left = bytes;
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
