import type { NextStep } from './next-step';

/** The domain that a row is about. */
export interface Subject {
  /** Its key in the list: `example.com`, `example.com@us-east-1`. */
  readonly entry: string;
  readonly domain: string;
  readonly region: string | null;
  /** The selector of the list, or `null` if it is not listed. */
  readonly listedSelector: string | null;
}

/** A region in which no audit of all domains runs. */
export interface SilentAudit {
  readonly region: string;
  /** Time at which the last such audit began, in ISO 8601, or `null` if there was none. */
  readonly auditedAt: string | null;
}

/** Waiting states, by code. They are not findings of the function, since they end by themselves or with the next deploy. */
export interface WaitingFacts {
  readonly NOT_DEPLOYED: Behind;
  /** The list has a selector other than the one in force. */
  readonly LIST_AHEAD: Behind & {
    readonly listed: string | null;
    /** The finding because of which a deploy is refused: the state in force could not be restored. Absent: none. */
    readonly blockedBy?: string;
  };
  /** A run is changing the domain. Times: ISO 8601. */
  readonly BUSY: { readonly until: string };
  /** A change has just ended, and SES may still show its earlier state. ISO 8601. */
  readonly SETTLING: { readonly until: string };
  /** `revertsAt` is the time at which the change is rolled back unless SES has verified it, or `null` if it stays. */
  readonly SES_VERIFIES: {
    readonly status: string | undefined;
    readonly isConditional: boolean;
    readonly revertsAt: string | null;
  };
  /** The next check of the function ends the change. */
  readonly SES_HAS_VERIFIED: Record<never, never>;
  /** The time of its rollback has come. */
  readonly ROLLBACK_DUE: Record<never, never>;
  readonly ARMED: { readonly revertsAt: string };
  readonly UNCONFIRMED: { readonly entry: string };
  readonly MAIL_FROM_PENDING: { readonly mailFromDomain: string };
}

/** Obstacles to a deploy of the list. */
interface Behind {
  /** State of the record in few words, or `null` if nobody has checked. */
  readonly standing: string | null;
  readonly next: NextStep;
  /** Time at which the last change was rolled back, or `null` if it was not. ISO 8601. */
  readonly rolledBackAt: string | null;
}

/** Purpose of a prepared key; `unknown` if the domain is neither listed nor deployed. */
export type SpareUse = 'next-deploy' | 'later-rotation' | 'unknown';

/** The state of the last change of a domain, by code. */
export interface ChangeFacts {
  readonly ROLLBACK_FAILED: Record<never, never>;
  /** SES does not have the state that was set. */
  readonly DRIFTED: Record<never, never>;
  /** SES has verified it; the next check of the function ends it. */
  readonly VERIFIED: Record<never, never>;
  readonly ROLLBACK_LATE: { readonly lateMs: number };
  readonly WAITS_FOR_SES: { readonly leftMs: number };
  readonly ARMED: { readonly leftMs: number };
  readonly ROLLED_BACK: Record<never, never>;
  readonly NONE: Record<never, never>;
  readonly CONFIRMED: Record<never, never>;
  readonly UNCONFIRMED: Record<never, never>;
}

/** Number of domains in each state. */
export interface StatusCounts {
  readonly domains: number;
  readonly ok: number;
  readonly waiting: number;
  readonly wrong: number;
  readonly unknown: number;
}

/** Number of domains whose state is that of the last audit. */
export interface Recalled {
  readonly recalled: number;
  /** Time of the oldest read among them in ISO 8601, or `null` if there are none. */
  readonly oldest: string | null;
  readonly asked: number;
}
