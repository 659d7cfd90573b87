import type { NextStep } from './next-step';

/** The domain that a row is about. */
export interface Subject {
  /** Its key in the list: `example.com`, `example.com@us-east-1`. */
  readonly entry: string;
  readonly domain: string;
  readonly region: string | null;
  /** The selector of the list; `null`: not listed. */
  readonly listedSelector: string | null;
}

/** A region in which no audit of all domains runs. */
export interface SilentAudit {
  readonly region: string;
  /** Time at which the last one began, in ISO 8601; `null`: there was none. */
  readonly auditedAt: string | null;
}

/** What waits, and for whom, by code: no finding of the function, since it ends by itself or by the next deploy. */
export interface WaitingFacts {
  readonly NOT_DEPLOYED: Behind;
  /** The list has another selector than the one in force. */
  readonly LIST_AHEAD: Behind & { readonly listed: string | null };
  /** A run is changing the domain. Times: ISO 8601. */
  readonly BUSY: { readonly until: string };
  /** A change has just ended, and SES may still show its earlier state. ISO 8601. */
  readonly SETTLING: { readonly until: string };
  /** `revertsAt`: when the change is rolled back unless SES has verified it; `null`: it stays. */
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

/** What keeps the list from being deployed. */
interface Behind {
  /** How the record stands, in few words; `null`: nobody has looked. */
  readonly standing: string | null;
  readonly next: NextStep;
  /** When the last change was rolled back; `null`: it was not. ISO 8601. */
  readonly rolledBackAt: string | null;
}

/** What a prepared key is for. `unknown`: the domain is neither listed nor deployed. */
export type SpareUse = 'next-deploy' | 'later-rotation' | 'unknown';

/** The state of the last change of a domain, by code. */
export interface ChangeFacts {
  readonly ROLLBACK_FAILED: Record<never, never>;
  /** SES does not have what was set. */
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

/** How many domains are in which state. */
export interface StatusCounts {
  readonly domains: number;
  readonly ok: number;
  readonly waiting: number;
  readonly wrong: number;
  readonly unknown: number;
}

/** How many domains are shown as the last audit saw them. */
export interface Recalled {
  readonly recalled: number;
  /** When the first of them was seen. ISO 8601; `null`: none is recalled. */
  readonly oldest: string | null;
  readonly asked: number;
}
