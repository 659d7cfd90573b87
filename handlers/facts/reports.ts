/** Defines the results of an audit that its summary and its notice print. */
import type { FindingCode, Severity } from './findings';

/** A finding with the words of its row. */
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
