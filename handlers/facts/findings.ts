/**
 * Defines the facts of each finding of the audit, whose finder and row share one type. A code with several meanings has a
 * `kind`.
 */
import type { ErrorFacts, ShownState, UnreadableObject } from './errors';
import type { SpfProblem, UnprovedRecord } from './gate';
import type { SelectorStage } from './stages';
import type { TopicName } from './topics';

/** Severities, the worst first. */
export const SEVERITIES = ['urgent', 'unknown', 'act', 'plan'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** The code of each finding. */
export type FindingCode = keyof FindingFacts;

/** Reason why a state that SES has given up is not set again. */
export type NotHealed =
  | {
      readonly kind:
        | 'not-asked'
        | 'change-open'
        | 'nothing-in-force'
        | 'other-state'
        | 'set-anew'
        | 'switched-off'
        | 'unseen'
        | 'just-changed'
        | 'unproved'
        | 'key-replaced';
    }
  | { readonly kind: 'not-given-up'; readonly status: string }
  /** Another finding says that a person has to act first. */
  | { readonly kind: 'blocked'; readonly by: FindingCode }
  | { readonly kind: 'failed-often'; readonly days: number }
  | { readonly kind: 'not-armed'; readonly problem: string };

/** The audit's action for a state that SES has given up. */
export type Healing =
  /** `at`: ISO 8601; absent if the next audit arms it. */
  { readonly kind: 'armed'; readonly at?: string | undefined } | ({ readonly healed: false } & NotHealed);

/** The result of SES's last search for a record. */
export interface LastLook {
  /** ISO 8601. */
  readonly lastCheckedAt?: string | undefined;
  readonly soaSerial?: string | number | undefined;
  readonly primaryNameServer?: string | undefined;
}

interface MailFrom {
  readonly domain: string;
  readonly onMxFailure: string;
}

/** A record that no mail has needed since that day. */
interface UnneededRecord {
  readonly recordName: string;
  readonly selector: string;
  readonly since: string;
  /** Who has published it: the stack, whose engine removes it, or others. */
  readonly publisher: 'stack' | 'others';
}

/** The part that could not be checked. */
export type CheckName =
  | 'signing'
  | 'joined-identity'
  | 'former-selectors'
  | 'mail-from'
  | 'key'
  | 'record'
  | 'stored-keys';

export interface FindingFacts {
  readonly IDENTITY_MISSING: { readonly domain: string; readonly selector: string };
  readonly DRIFT: {
    readonly expected: string;
    readonly found: Pick<ShownState, 'origin' | 'selector' | 'status'>;
  };
  readonly SIGNING_OFF: object;
  readonly MAY_NOT_SEND: { readonly selector: string; readonly status: string };
  readonly SIGNS_AFTER_ROLLBACK: {
    readonly selector: string;
    readonly status: string;
    /** Commands that restore the prior state; none if the state is unknown. */
    readonly commands: readonly string[];
  };
  readonly NOT_TAGGED: { readonly arn: string };
  readonly NOT_VERIFIED: {
    readonly selector: string;
    readonly status: string;
    readonly verificationError?: string | undefined;
    readonly lastLook: LastLook;
    readonly healing?: Healing;
    /** SES no longer finds a record that it has verified. Times are ISO 8601; `isOver` is set once that time has come. */
    readonly lapse?: {
      readonly since: string;
      readonly givesUpAt: string;
      readonly isOver: boolean;
      readonly isBack: boolean;
    };
  };
  readonly SIGNING_OVERRIDDEN: {
    readonly of: 'addresses' | 'sub-domains';
    /** The first of them, and their number. */
    readonly identities: readonly string[];
    readonly count: number;
  };
  readonly REGIONS_DIFFER:
    | {
        readonly kind: 'endpoint';
        readonly endpoint: string;
        readonly region: string;
        readonly joined: string;
        /** `null`: no such identity. */
        readonly here: ShownState | null;
        readonly there: ShownState | null;
      }
    | {
        readonly kind: 'shared-key';
        readonly since: string;
        readonly signing: readonly { readonly region: string; readonly selector: string }[];
      };
  /** `mxOf` is the other region whose MX record the name was deployed with. */
  readonly MAIL_FROM_FAILED: MailFrom & { readonly status: string; readonly mxOf?: string | undefined };
  readonly MAIL_FROM_SPF_GONE: { readonly domain: string; readonly problem: SpfProblem };
  readonly MAIL_FROM_CHANGED: { readonly expected: MailFrom; readonly found: MailFrom | null };
  readonly SENDERS_CHANGED: {
    readonly policy: string;
    readonly expected: readonly string[];
    readonly found: readonly string[];
  };
  readonly SENDER_NOT_LISTED: {
    readonly policy: string;
    readonly sender: string;
    readonly isEveryone: boolean;
  };
  readonly RECORD_MISSING: UnprovedRecord;
  readonly RECORD_INVALID: UnprovedRecord;
  readonly RECORD_OF_OTHER_KEY: UnprovedRecord;
  readonly DNS_UNKNOWN: UnprovedRecord | { readonly kind: 'no-key'; readonly recordName: string };
  readonly RECORD_GONE_TOO_EARLY: { readonly recordName: string; readonly stage: SelectorStage };
  readonly ALIAS_CHANGED: { readonly name: string; readonly target: string };
  readonly RECORD_MAY_GO: UnneededRecord;
  readonly RECORD_STAYS_TOO_LONG: UnneededRecord;
  readonly REVERT_OVERDUE: {
    /** ISO 8601. */
    readonly startedAt: string;
    readonly dueAt: string;
    /** `revert`: it was not rolled back; `check`: SES was not checked; `done`: SES has verified it meanwhile. */
    readonly of: 'revert' | 'check' | 'done';
    readonly armedAgainAt?: string | undefined;
    readonly problem?: string | undefined;
  };
  readonly UNCONFIRMED: { readonly startedAt: string };
  readonly ROLLBACK_FAILED:
    | {
        readonly kind: 'failing';
        readonly startedAt: string;
        readonly at: string;
        readonly code: string;
        readonly message: string;
        /** Commands that restore the prior state. */
        readonly commands: readonly string[];
      }
    | { readonly kind: 'failed'; readonly at: string; readonly commands: readonly string[] };
  readonly ROLLED_BACK: {
    readonly selector: string;
    readonly minutes: number;
    readonly status: string;
    readonly at: string;
    readonly times: number;
  };
  readonly KEY_MISSING: ErrorFacts['KEY_MISSING'];
  readonly KEY_REPLACED: { readonly place: string };
  readonly KEY_OVERDUE: {
    readonly madeOn: string;
    readonly dueOn: string;
    readonly lifetimeDays: number;
  };
  readonly KEY_DUE: { readonly madeOn: string; readonly dueOn: string; readonly daysLeft: number };
  readonly LAST_FINDINGS_UNREADABLE:
    | { readonly kind: 'foreign'; readonly place: string }
    | { readonly kind: 'failed'; readonly place: string; readonly problem: string }
    /** Parts that an earlier function, or somebody else, has written in another form. */
    | { readonly kind: 'parts'; readonly place: string; readonly parts: readonly string[] };
  readonly KEY_NOT_MADE_HERE: ErrorFacts['KEY_NOT_MADE_HERE'];
  /** A topic of this region's notices. */
  readonly NOT_HEARD: { readonly topic: TopicName; readonly arn: string } & (
    | { readonly kind: 'nobody'; readonly pending: number }
    | { readonly kind: 'gone' }
    | { readonly kind: 'unknown'; readonly problem: string }
  );
  readonly NOT_MANAGED: object;
  /** `auditedAt`: ISO 8601. */
  readonly LEDGER_OUTDATED: { readonly auditedAt: string };
  readonly LEDGER_PARTS_UNREADABLE: { readonly parts: readonly string[] };
  readonly NOT_CHECKED:
    | {
        readonly kind: 'domain';
        readonly problem: string;
        /** An object of this project that could not be read. */
        readonly object?: UnreadableObject['object'] | undefined;
      }
    | { readonly kind: 'check'; readonly check: CheckName; readonly problem: string }
    | { readonly kind: 'survey'; readonly region: string; readonly problem: string }
    /** Another region that shares or has shared the domain's key. */
    | { readonly kind: 'region'; readonly region: string; readonly problem: string }
    | { readonly kind: 'ledger'; readonly problem: string }
    /** The process ended while only this domain was checked. */
    | { readonly kind: 'killed' }
    | { readonly kind: 'not-reached' };
}
