/** Says what people are notified of, as codes with facts. */
import type { ErrorFacts } from './errors';
import type { Outcome } from './results';

/** A notice, as it is sent. */
export interface Notice {
  /** ASCII, under 100 characters, one line: SNS refuses others. */
  readonly subject: string;
  /** Plain text. */
  readonly message: string;
  /** Whom to answer to, as the message names it last: a setting, so that it may be a link. Absent: it names nobody. */
  readonly contact?: string;
}

/** The topics, by their names in the list. */
export type TopicName = 'dns' | 'result' | 'audit';

/** How many endpoints are subscribed to a topic. */
export interface Subscribers {
  readonly confirmed: number;
  /** Those that have not confirmed, which get nothing. */
  readonly pending: number;
}

/** How many subscribers a topic has, or why that is not known. */
export interface SubscriberCount {
  readonly subscribers?: Subscribers;
  readonly error?: string;
}

/** A topic that the function sends to. */
export interface TopicState extends SubscriberCount {
  readonly topic: TopicName;
  readonly arn: string;
}

/** A notice that tests whether a topic reaches anybody. */
export interface TestNotice {
  readonly topic: TopicName;
  readonly arn: string;
  readonly language: 'en' | 'ja';
}

/** A request that changes what SES signs with, as far as a notice prints it. */
export interface NotedWork {
  readonly kind:
    | 'change'
    | 'update'
    | 'heal'
    | 'confirm'
    | 'destroy'
    | 'revert-unconfirmed'
    | 'revert-by-hand'
    | 'remove';
  readonly source: 'terraform' | 'direct' | 'schedule';
  readonly domain: string;
  readonly region: string;
  /** Absent if the request names none, like the transaction. */
  readonly selector?: string;
  readonly transaction?: string;
}

/** Returns whether a request makes a change, or confirms one; others roll one back. */
export const makesChange = ({ kind }: Pick<NotedWork, 'kind'>): boolean =>
  kind === 'change' || kind === 'update' || kind === 'heal' || kind === 'confirm';

/** What SES has after a rollback. */
export interface RolledBack {
  readonly outcome: Outcome;
  /** What DNS has in place of the record of the selector that was restored: mail is unsigned until SES has verified it. */
  readonly unproved?: string | undefined;
}

/** A change that was made. */
export interface Changed {
  readonly selector: string;
  readonly status: string;
  readonly origin: string;
  readonly fingerprint: string;
  /** Whether SES has verified it already. */
  readonly verified: boolean;
  /** When it reverts, unless it is confirmed or verified by then. ISO 8601. */
  readonly revertsAt?: string | undefined;
  /** The selector that signed before, and until which day (UTC) its record has to stay. */
  readonly retiring?: { readonly selector: string; readonly until: string } | undefined;
  readonly unverifiedSeconds?: number | undefined;
  /** What receivers do with mail that is not signed meanwhile, in words. */
  readonly unsignedMail?: string | undefined;
}

/** A confirmed change that SES did not verify in time. */
export interface NotVerified {
  readonly selector: string;
  /** How long SES had. */
  readonly minutes: number;
  readonly status: string;
  /** How often in a row. */
  readonly times: number;
  readonly verification?:
    | {
        readonly errorType?: string;
        readonly lastCheckedAt?: string;
        readonly lastSuccessAt?: string;
        readonly primaryNameServer?: string;
        readonly soaSerial?: string;
      }
    | undefined;
}

/** A change or a revert that failed. */
export interface Failed {
  readonly code: keyof ErrorFacts;
  /** What happened, and what to do by the row of the code. */
  readonly message: string;
  readonly advice: string;
  /** How the change was rolled back, in words. */
  readonly rollback?: string | undefined;
  /** What a rollback that failed has left; `null`: no identity. Absent: SES does not answer. */
  readonly left?: { readonly found?: ErrorFacts['ROLLBACK_FAILED']['found'] } | undefined;
}

/** What people are notified of about a change. */
export type ResultNotice =
  | (Changed & { readonly kind: 'changed' })
  /** The revert had fired before the deploy reached its end. */
  | { readonly kind: 'changed-again'; readonly selector: string }
  | {
      readonly kind: 'verified';
      readonly selector?: string | undefined;
      readonly minutes?: number | undefined;
    }
  | (RolledBack & { readonly kind: 'rolled-back' | 'not-rolled-back' })
  | (RolledBack & NotVerified & { readonly kind: 'unverified' })
  | (Failed & { readonly kind: 'failed' });

/** Why a notice is not sent, as intended. */
export type NotSent =
  /** `setting`: what sets the topic. */
  | {
      readonly kind: 'no-topic';
      readonly of: 'results' | 'unread' | 'operators' | 'dns-team';
      readonly setting?: string;
    }
  | {
      readonly kind:
        | 'not-asked-for'
        | 'published'
        | 'foreign-record'
        | 'nothing-new'
        | 'no-problems'
        | 'read-only'
        | 'known-failure'
        | 'still-needed';
    }
  /** `at`: ISO 8601. */
  | { readonly kind: 'notified'; readonly at: string }
  | { readonly kind: 'notified-lately'; readonly at: string; readonly minutes: number };
