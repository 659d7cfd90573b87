import type { Notice } from '../aws/topics';
import { DAY_MS } from '../clock';
import { keyOf } from '../event';
import { type Finding, type FindingCode, SEVERITIES, type Severity } from './finding-catalogue';
import type { News } from './news';
import { type AuditReport, type DomainReport, domainReport } from './report';

const HEADINGS: Readonly<Record<Severity, string>> = {
  urgent: 'URGENT: mail goes out unsigned, or is about to',
  unknown: 'UNKNOWN: could not be checked',
  act: 'ACTION NEEDED: mail is signed, but something is wrong',
  plan: 'PLAN AHEAD: nothing is wrong yet',
};

/** A severity in a word or two, as it stands before what was found. */
export const MARKS: Readonly<Record<Severity, string>> = {
  urgent: 'URGENT',
  unknown: 'UNKNOWN',
  act: 'ACTION NEEDED',
  plan: 'PLAN AHEAD',
};

/** SNS takes 256 KiB; what does not fit is in the report in S3. */
const LARGEST_BYTES = 140_000;
/** What is over, and the keys: each. */
const LARGEST_PART = 45_000;

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

/** Formats what a subject begins with where something is urgent. */
const urgency = (all: readonly Pick<DomainReport, 'severity'>[]): string =>
  all.some(({ severity }) => severity === 'urgent') ? `${MARKS.urgent}: ` : '';
const domains = (count: number): string => (count === 1 ? 'domain' : 'domains');
const verb = (count: number): string => (count === 1 ? 'needs' : 'need');

/**
 * Formats the whole report, the worst first.
 * @param place e.g. `s3://bucket/key`
 * @param news what has changed since the last audit
 * @param keys whether every key and its age is listed
 */
export function reportText(
  report: AuditReport,
  place: string,
  news: readonly News[] = [],
  keys = false,
): Notice {
  const bad = needsAttention(report);
  const total = report.domains.length;
  const subject =
    bad.length === 0
      ? report.general[0] === undefined
        ? `DKIM audit: no problems (${total} ${domains(total)})`
        : `DKIM audit: ${GENERAL[report.general[0].code]}`
      : `DKIM audit: ${urgency(bad)}${bad.length} of ${total} domains ${verb(bad.length)} attention`;
  const parts = [...general(report.general), summary(report), ...sections(bad), ...resolved(news)];
  return framed(subject, [...parts, ...(keys ? keyAges(report) : [])], report, place);
}

/** What concerns every domain, in a few words. */
const GENERAL: Partial<Record<FindingCode, string>> = {
  ROLLBACK_BROKEN: 'rollback does not work',
  LAST_FINDINGS_UNREADABLE: 'the last findings could not be read',
  NOT_CHECKED: 'identities could not be listed',
};

/** Formats what has changed since the last audit, and nothing else. */
export function newsText(report: AuditReport, place: string, news: readonly News[]): Notice {
  const worse = news.filter(({ state }) => state !== 'resolved');
  const shown = report.domains.flatMap((each) => {
    const findings = worse.filter((one) => one.place === each).map(({ finding }) => finding as Finding);
    return findings.length === 0 ? [] : [domainReport(each, { ...each, findings })];
  });
  const counts = (['new', 'worse', 'resolved'] as const).flatMap((state) => {
    const count = news.filter((one) => one.state === state).length;
    return count === 0 ? [] : [`${count} ${state}`];
  });
  const named = [...new Set(news.flatMap(({ place: of }) => (of ? [of.domain] : [])))];
  const others = named.length > 1 ? ` and ${named.length - 1} more` : '';
  const subject =
    named[0] === undefined
      ? `DKIM audit: ${GENERAL[news[0]!.finding.code]}${worse.length === 0 ? ': resolved' : ''}`
      : `DKIM audit: ${urgency(worse.map(({ finding }) => finding))}${counts.join(', ')} (${named[0]}${others})`;
  const parts = [
    ...general(worse.flatMap((one) => (one.place ? [] : [one.finding as Finding]))),
    `Since the last audit: ${counts.join(', ')}. ${summary(report)}`,
    ...sections(SEVERITIES.flatMap((severity) => shown.filter((each) => each.severity === severity))),
    ...resolved(news),
  ];
  return framed(subject, parts, report, place);
}

function framed(subject: string, parts: readonly string[], report: AuditReport, place: string): Notice {
  const released = report.domains.filter(({ selector, severity }) => selector === null && severity === null);
  const tail = [
    `Audited from ${report.startedAt} to ${report.endedAt}.`,
    ...(released.length === 0
      ? []
      : [`Domains that are not managed any more (destroyed or rolled back): ${released.length}.`]),
    `Full report: ${place}`,
  ];
  return { subject, message: `${[...parts, tail.join('\n')].join('\n\n')}\n` };
}

/** Before everything else: it concerns every domain. */
const general = (findings: readonly Finding[]): string[] =>
  findings.map(({ severity, found, todo }) => `${MARKS[severity]}: ${found}\n    To do: ${todo}`);

/** What is over. Where the same domain has something new instead, that says more. */
function resolved(news: readonly News[]): string[] {
  const busy = new Set(
    news.flatMap(({ state, place }) => (state === 'resolved' ? [] : [place && keyOf(place)])),
  );
  const over = news.filter(({ state, place }) => state === 'resolved' && !busy.has(place && keyOf(place)));
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
  const { domain, region, selector, findings, keyDueAt, changedBy = [] } = report;
  const about = [region, ...(selector === null ? [] : [`selector ${selector}`])].join(', ');
  const lines = findings.map(({ found, todo }) => `  - ${found}\n    To do: ${todo}`);
  lines.push(...changedBy.map((words) => `  Somebody has changed the identity: ${words}.`));
  if (keyDueAt !== undefined) lines.push(`  Key due: ${keyDueAt.slice(0, 10)}`);
  return [`${domain} (${about})`, ...lines].join('\n');
}
