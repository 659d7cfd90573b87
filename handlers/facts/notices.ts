/** Defines the contents of notices as codes with facts. */
import type { ErrorFacts } from './errors';
import type { Outcome } from './results';
import type { TopicName } from './topics';

/** A notice, as it is sent. */
export interface Notice {
  /** ASCII, under 100 characters, one line: SNS refuses others. */
  readonly subject: string;
  /** Plain text. */
  readonly message: string;
  /** The contact at the end of the message. It is a setting, so it may be a link. Absent: it names nobody. */
  readonly contact?: string;
}

/** Numbers of a topic's subscriptions. */
export interface Subscribers {
  readonly confirmed: number;
  /** Subscriptions that are not confirmed and get nothing. */
  readonly pending: number;
}

/** Number of a topic's subscribers, or the reason why it is not known. */
export interface SubscriberCount {
  readonly subscribers?: Subscribers;
  readonly error?: string;
  /** Whether the topic does not exist any more. */
  readonly isGone?: true;
}

/** A subscription of a topic. */
export interface Subscription {
  /** A name of the endpoint, which is not a web server's whole URL. */
  readonly endpoint: string;
  readonly confirmed: boolean;
}

/** A topic that the function sends to. */
export interface TopicState extends SubscriberCount {
  readonly topic: TopicName;
  readonly arn: string;
  /** Absent if SNS does not return them all, or if they were not asked for. */
  readonly subscriptions?: readonly Subscription[];
}

/** A notice that tests whether a topic reaches anybody. */
export interface TestNotice {
  readonly topic: TopicName;
  readonly arn: string;
  readonly language: 'en' | 'ja';
}

/** The part of a request for a change that a notice prints. */
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
  /** Absent, like the transaction, if the request has none. */
  readonly selector?: string;
  readonly transaction?: string;
}

/** Checks whether a request makes or confirms a change; the others roll one back. */
export const makesChange = ({ kind }: Pick<NotedWork, 'kind'>): boolean =>
  kind === 'change' || kind === 'update' || kind === 'heal' || kind === 'confirm';

/** State of SES after a rollback. */
export interface RolledBack {
  readonly outcome: Outcome;
  /** The problem with the restored selector's record in DNS. SES has not verified it until then. */
  readonly unproved?: string | undefined;
  /** Set if the change was confirmed, and an earlier attempt to roll it back had failed. */
  readonly begunBefore?: true | undefined;
}

/** A change that was made. */
export interface Changed {
  readonly selector: string;
  readonly status: string;
  readonly origin: string;
  readonly fingerprint: string;
  /** Whether SES has verified it already. */
  readonly verified: boolean;
  /** Time at which it is reverted, unless it is confirmed or verified by then. ISO 8601. */
  readonly revertsAt?: string | undefined;
  /** The earlier selector, and the day (UTC) until which its record must stay. */
  readonly retiring?: { readonly selector: string; readonly until: string } | undefined;
  readonly unverifiedSeconds?: number | undefined;
  /** The receivers' treatment of mail that is unsigned meanwhile, in words. */
  readonly unsignedMail?: string | undefined;
  /** Whether SES lets the domain send, as far as it has said. */
  readonly verifiedForSending?: boolean | undefined;
}

/** A confirmed change that SES did not verify in time. */
export interface NotVerified {
  readonly selector: string;
  /** The time that SES had. */
  readonly minutes: number;
  readonly status: string;
  /** Number of times in a row. */
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
  /** The problem, and the advice from the row of the code. */
  readonly message: string;
  readonly advice: string;
  /** Result of the rollback, in words. */
  readonly rollback?: string | undefined;
  /** State after a rollback that failed, or `null` if there is no identity. Absent: SES does not answer. */
  readonly left?: { readonly found?: ErrorFacts['ROLLBACK_FAILED']['found'] } | undefined;
}

/** The content of a notice about a change. */
export type ResultNotice =
  | (Changed & { readonly kind: 'changed' })
  /** Whether the revert fired before the deploy ended. */
  | { readonly kind: 'changed-again'; readonly selector: string }
  | {
      readonly kind: 'verified';
      readonly selector?: string | undefined;
      readonly minutes?: number | undefined;
    }
  | (RolledBack & { readonly kind: 'rolled-back' | 'not-rolled-back' })
  | (RolledBack & NotVerified & { readonly kind: 'unverified' })
  | (Failed & { readonly kind: 'failed' });

/** Reason why a notice is intentionally not sent. */
export type NotSent =
  /** None of these topics is set. */
  | { readonly kind: 'no-topic'; readonly topics: readonly TopicName[] }
  | {
      readonly kind:
        | 'not-asked-for'
        | 'published'
        | 'foreign-record'
        | 'nothing-new'
        | 'no-problems'
        | 'read-only'
        | 'known-failure'
        | 'published-by-stack'
        | 'still-needed';
    }
  /** `at`: ISO 8601. */
  | { readonly kind: 'notified'; readonly at: string }
  | { readonly kind: 'notified-lately'; readonly at: string; readonly minutes: number };
