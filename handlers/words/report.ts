/** Holds the sentences of an audit: its summary, its notice, and its results for a domain. */

import { counted } from './counted';
import { type FindingCode, SEVERITY, type Severity } from './findings';
import type { Notice } from './notice-layout';

export interface ReportedFinding {
  readonly severity: Severity;
  readonly code: string;
  readonly found: string;
  readonly todo: string;
}

/** A call of SES that was made outside this project, as CloudTrail shows it. */
export interface CallOfOthers {
  /** Its name: `PutEmailIdentityDkimAttributes`. */
  readonly call: string;
  /** ARN of the principal that made it; absent if CloudTrail does not show it. */
  readonly caller?: string | undefined;
  /** Time in CloudTrail's own form; absent if not known. */
  readonly time?: string | undefined;
}

/** Reason why the signing state of a domain is not known without a call to SES. */
export type WhyUnknown =
  | { readonly kind: 'busy' | 'change-open' | 'not-seen-since-change' | 'other-state-seen' }
  | { readonly kind: 'changed-outside'; readonly call: CallOfOthers }
  /** ISO 8601. */
  | { readonly kind: 'seen-long-ago'; readonly at: string }
  /** The problem of a failed check, of a domain or of the audit itself. */
  | { readonly kind: 'finding'; readonly code: FindingCode; readonly found: string }
  /** The ledger could not be read: the error, with its message. */
  | { readonly kind: 'ledger'; readonly error: string; readonly message: string };

/** Work that an audit could not do, or has left to another run. */
export type AuditWarning =
  | {
      readonly kind: 'report-not-stored' | 'findings-not-stored' | 'events-not-sent';
      readonly problem: string;
    }
  | { readonly kind: 'other-run' };

/** The progress of an audit. */
export type AuditProgress =
  | { readonly kind: 'complete'; readonly counts: AuditCounts }
  | {
      readonly kind: 'incomplete';
      readonly audited: number;
      readonly left: number;
      /** Largest number of domains for the read-only alias; `null` for another alias. */
      readonly most: number | null;
    };

/** The audit's result for a change outside this project. */
export type NotedFacts =
  /** Its ledger notes it. ISO 8601. */
  | { readonly kind: 'audited-at'; readonly at: string }
  | { readonly kind: 'not-ours' | 'being-changed' | 'of-deploy' };

/** The findings about one domain. */
export interface ReportedDomain {
  readonly domain: string;
  readonly region: string;
  /** The state that should be in force, or `null` if there is none (destroyed or rolled back). */
  readonly selector: string | null;
  /** The worst severity of the findings, or `null` without findings. */
  readonly severity: Severity | null;
  readonly findings: readonly ReportedFinding[];
  readonly keyMadeAt?: string;
  /** Time at which the key must be replaced, in ISO 8601 like all times here. */
  readonly keyDueAt?: string;
  /** Changes of the identity outside this project, according to CloudTrail. */
  readonly changedBy?: readonly CallOfOthers[];
}

/** Number of domains in each state. */
export interface AuditCounts {
  readonly audited: number;
  readonly needingAttention: number;
  /** Domains without findings that have a state in force. */
  readonly signing: number;
  /** Domains without findings that have no state in force: only claimed, destroyed or rolled back. */
  readonly idle: number;
  /** Domains without findings whose change is open or has just ended, so that their signing state may still change. */
  readonly unsettled: number;
  /** Whether a finding concerns every domain. */
  readonly isFlawed: boolean;
  /** Topics that nobody reads, as far as is known. */
  readonly unheard: number;
}

/** Change since the last audit. */
export interface ReportedNews {
  /** `unresolved`: it is urgent, and the operators were notified of it a week ago. */
  readonly state: 'new' | 'worse' | 'unresolved' | 'resolved';
  /** Absent if it concerns every domain. */
  readonly place?: { readonly domain: string; readonly region: string };
  /** `since`: ISO 8601. */
  readonly finding: ReportedFinding & { readonly since: string };
}

/** The content of a notice to the operators. */
export interface AuditNotice {
  readonly startedAt: string;
  readonly endedAt?: string | undefined;
  /** Place of the whole report. */
  readonly place: string;
  readonly counts: AuditCounts;
  /** Comes first. */
  readonly news: readonly ReportedNews[];
  /** Problems that concern every domain. */
  readonly general: readonly ReportedFinding[];
  /** The domains with the findings that are new. */
  readonly fresh: readonly ReportedDomain[];
  /** The domains with the findings that were known before, if all are listed. */
  readonly known: readonly ReportedDomain[];
  /** Whether all findings are listed, and not only those that are new. */
  readonly isWhole: boolean;
  /** The keys to list with their age, in the order of their replacement. */
  readonly keys: readonly ReportedDomain[];
}

/** Describes a call with its caller and time, as a clause without a verb. */
const describeCall = ({ call, caller = 'an unknown caller', time }: CallOfOthers): string =>
  `${call} by ${caller}${time === undefined ? '' : ` at ${time}`}`;

/**
 * Describes, in a clause, why the signing state of a domain is not known without asking SES.
 * @param why the reason; a function of another version may return nothing or something else
 */
export function describeUnknown(why: WhyUnknown | undefined): string {
  switch (why?.kind) {
    case 'busy':
      return 'another run is changing it';
    case 'change-open':
      return 'a change is open';
    case 'changed-outside':
      return `it was changed outside this project: ${describeCall(why.call)}`;
    case 'not-seen-since-change':
      return 'no audit has seen it since its last change';
    case 'seen-long-ago':
      return `no audit has seen it since ${why.at}`;
    case 'other-state-seen':
      return 'SES did not have the state that was set';
    case 'finding':
      return why.found;
    case 'ledger':
      return why.message;
    default:
      return otherReason(why satisfies undefined);
  }
}

/** Describes a reason from a function of another version, for which this version has no row. */
function otherReason(why: unknown): string {
  // Earlier functions returned their reason only in words.
  if (typeof why === 'string') return why;
  const { kind = 'no reason given' } = (why ?? {}) as { readonly kind?: string };
  return `the function, which is of another version, does not know its state (${kind})`;
}

/** Describes the audit's result for a change outside this project. */
export function describeNoted(noted: NotedFacts): string {
  switch (noted.kind) {
    case 'audited-at':
      return `It will be audited at ${noted.at}, together with all identities that are changed until then.`;
    case 'not-ours':
      return 'This project does not manage that identity.';
    case 'of-deploy':
      return 'It was made before the last deploy ended, which has set the identity since.';
    case 'being-changed':
      return 'A change is writing to the ledger of that domain, so the next audit checks it.';
  }
}

/** Describes a warning of an audit. That of a finding is its sentence. */
export function describeAuditWarning(warning: AuditWarning | string): string {
  if (typeof warning === 'string') return warning;
  switch (warning.kind) {
    case 'report-not-stored':
      return `The report could not be stored: ${warning.problem}`;
    case 'findings-not-stored':
      return `The findings could not be stored for the next audit: ${warning.problem}`;
    case 'events-not-sent':
      return `Events could not be sent: ${warning.problem}`;
    case 'other-run':
      return 'Another run is continuing this audit, and will report.';
  }
}

/** Describes the progress of an audit. */
export function describeProgress(progress: AuditProgress): string {
  if (progress.kind === 'complete') return describeCounts(progress.counts);
  const { audited, left, most } = progress;
  return most === null
    ? `${audited} domains were audited, ${left} are left; the audit continues by itself.`
    : `${audited} domains were audited, and ${left} were not reached: the read-only alias audits at most ${most} domains. ` +
        'Name them, or call the function by its own name.';
}

/** Describes the numbers of domains with and without findings. */
function describeCounts(counts: AuditCounts): string {
  if (counts.audited === 0) return 'No domain has a ledger, so none was audited.';
  const found = counts.needingAttention === 0 ? wellText(counts) : badText(counts);
  return [found, unsettledText(counts)].filter((text) => text !== '').join(' ');
}

function badText({ audited, needingAttention, signing, idle }: AuditCounts): string {
  const settled = signing + idle;
  const others = needingAttention + settled === audited ? `the other ${settled}` : domains(settled);
  return `${needing(needingAttention, audited)}${settled === 0 ? '' : `; no problems in ${others}`}.`;
}

/** Formats the number of domains that are well; no text for none. */
function wellText(counts: AuditCounts): string {
  const isAny = counts.signing + counts.idle > 0;
  if (counts.isFlawed)
    return `The audit itself had a problem.${isAny ? ` It found none in ${allWell(counts)}` : ''}`;
  return isAny ? `No problems in ${allWell(counts)}` : '';
}

const unsettledText = ({ unsettled }: AuditCounts): string =>
  unsettled === 0
    ? ''
    : `The signing state of ${domains(unsettled)} is not final: a change is open or has just ended. The next audit judges it.`;

/** Describes settled domains without findings. A domain that is only claimed, destroyed or rolled back was not verified. */
function allWell({ signing, idle }: AuditCounts): string {
  if (signing === 0) return `${domains(idle)}: nothing of this project is in force there.`;
  const verified = `${domains(signing)}: records are published, SES has verified, no key is due.`;
  if (idle === 0) return verified;
  return `${verified} In ${idle} other ${idle === 1 ? 'domain' : 'domains'}, nothing of this project is in force.`;
}

const domains = (count: number): string => counted(count, 'domain');
const needing = (bad: number, total: number): string =>
  `${bad} of ${domains(total)} ${bad === 1 ? 'needs' : 'need'} attention`;

/** Formats the notice of an audit, the worst first: a notice that is too long is cut at its end. */
export function formatAuditNotice(notice: AuditNotice): Notice {
  const { counts, news, general, fresh, known, isWhole } = notice;
  const changes = formatCounts(news);
  const paragraphs = [
    ...general.map(({ severity, found, todo }) => `${SEVERITY[severity].mark}: ${found}\n    To do: ${todo}`),
    `${changes === '' ? '' : `Since the last audit: ${changes}. `}${describeCounts(counts)}`,
    `Audited from ${notice.startedAt} to ${notice.endedAt}.\nFull report: ${notice.place}`,
    ...sections(fresh),
    ...resolved(news),
    ...(news.length > 0 && known.length > 0 ? ['\nKNOWN BEFORE'] : []),
    ...sections(known),
    ...keyDates(notice.keys),
  ];
  const isUrgent = [...fresh, ...known, ...general].some(({ severity }) => severity === 'urgent');
  const subject = [...(news.length > 0 ? [formatNews(news)] : []), ...(isWhole ? [formatAll(counts)] : [])];
  return {
    subject: `DKIM audit: ${isUrgent ? `${SEVERITY.urgent.mark}: ` : ''}${subject.join('; ')}`,
    message: `${paragraphs.join('\n\n')}\n`,
  };
}

/** Formats the numbers of changes, e.g. `1 new, 2 resolved`. */
const formatCounts = (news: readonly ReportedNews[]): string =>
  (['new', 'worse', 'unresolved', 'resolved'] as const)
    .map((state) => [news.filter((one) => one.state === state).length, state] as const)
    .flatMap(([count, state]) => (count === 0 ? [] : `${count} ${state}`))
    .join(', ');

function formatNews(news: readonly ReportedNews[]): string {
  const [first, ...more] = new Set(news.map(({ place, finding }) => place?.domain ?? ofEvery(finding)));
  return `${formatCounts(news)} (${first}${more.length > 0 ? ` and ${more.length} more` : ''})`;
}

/** Names the subject of a finding that concerns no single domain. */
const ofEvery = ({ code }: { readonly code: string }): string =>
  code === 'NOT_HEARD' ? 'notices' : 'every domain';

const capitalized = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

function formatAll({ audited, needingAttention, isFlawed, unheard }: AuditCounts): string {
  if (needingAttention > 0) return needing(needingAttention, audited);
  if (isFlawed) return 'the audit itself had a problem';
  return unheard > 0 ? 'not every notice has a reader' : `no problems (${domains(audited)})`;
}

/** Formats a heading with the number of items, and each item; no text without items. */
const section = (heading: string, all: readonly string[], between = '\n'): string[] =>
  all.length === 0 ? [] : [`\n${heading} (${all.length})`, all.join(between)];

function resolved(news: readonly ReportedNews[]): string[] {
  const lines = news
    .filter(({ state }) => state === 'resolved')
    .map(
      ({ place, finding: { code, since, found } }) =>
        `${place === undefined ? capitalized(ofEvery({ code })) : `${place.domain} (${place.region})`}: ${code} (since ${since}) was: ${found}`,
    );
  return section('RESOLVED', lines);
}

/** Formats keys with their age. */
function keyDates(keys: readonly ReportedDomain[]): string[] {
  const lines = keys.map(
    ({ domain, region, selector, keyMadeAt, keyDueAt }) =>
      `${domain} (${region}, selector ${selector}): made ${keyMadeAt!.slice(0, 10)}, due ${keyDueAt!.slice(0, 10)}`,
  );
  return section('KEYS', lines);
}

const sections = (bad: readonly ReportedDomain[]): string[] =>
  (Object.keys(SEVERITY) as Severity[]).flatMap((severity) => {
    const group = bad.filter((report) => report.severity === severity);
    const { mark, means } = SEVERITY[severity];
    return section(`${mark}: ${means}`, group.map(domainText), '\n\n');
  });

export const findingText = ({ found, todo }: Pick<ReportedFinding, 'found' | 'todo'>): string =>
  `  - ${found}\n    To do: ${todo.replaceAll('\n', '\n    ')}`;

/** Formats the findings about one domain, with the advice. */
export function domainText(report: ReportedDomain): string {
  const { domain, region, selector, findings, keyDueAt, changedBy = [] } = report;
  const about = [region, ...(selector === null ? [] : [`selector ${selector}`])].join(', ');
  const lines = findings.map(findingText);
  lines.push(
    ...changedBy.map((call) => `  The identity was changed outside this project: ${describeCall(call)}.`),
  );
  if (keyDueAt !== undefined) lines.push(`  Key due: ${keyDueAt.slice(0, 10)}`);
  return [`${domain} (${about})`, ...lines].join('\n');
}
