import type { ShownState } from '../../handlers/facts/errors';
import type { WhyUnknown } from '../../handlers/facts/reports';
import type { UnsignedMail } from '../../handlers/mail-domain/unsigned-mail';
import type { Coded } from './coded';
import type { HandlerError } from './failures';
import type { RegionTopic } from './topics';

/** How a stack's run ended. `waiting`: set, but SES has not verified the record yet. `refused`, `failed`: see the errors. */
export type Ended =
  | 'done'
  | 'waiting'
  | 'rolled-back'
  | 'unchanged'
  | 'planned'
  | 'refused'
  | 'failed'
  | 'interrupted'
  | 'not-begun';

type Nothing = Record<never, never>;

/** How many resources a run would change, or has changed. */
export interface Counts {
  readonly add: number;
  readonly change: number;
  readonly remove: number;
}

/** Why a stack ended as it did. */
export interface ReasonFacts {
  readonly APPLIED: Counts & { readonly isVerified: boolean };
  readonly CHANGES_PLANNED: Counts;
  readonly NO_CHANGES: Nothing;
  /** A control stack that nobody has named. */
  readonly AS_APPLIED: Nothing;
  /** An entry that needs no engine: when SES was seen last. ISO 8601. */
  readonly IN_STEP: { readonly asOf: string };
  /** SES has verified since the apply. */
  readonly VERIFIED: Nothing;
  /** The stack is done only once SES has verified (`verification.required`). */
  readonly VERIFICATION_REQUIRED: Nothing;
  /** The last answer of SES. */
  readonly SES_STATUS: { readonly status: string | undefined };
  /** The function could not be asked. */
  readonly NOT_ASKED: { readonly error: string; readonly message: string };
  readonly NOT_VERIFIED_IN_TIME: Nothing;
  readonly OVERWRITTEN: Nothing;
  /** The code of the first of its errors. */
  readonly ERROR: { readonly error: string };
  /** What the engine printed, if it did. */
  readonly ENGINE_FAILED: { readonly message: string; readonly exitCode: number };
  /** The engine ended what it was doing. */
  readonly INTERRUPTED: Nothing;
  readonly INTERRUPTED_BEFORE: Nothing;
  readonly NOT_APPROVED: Nothing;
  /** The plan after the untainting has changes that nobody has approved. */
  readonly PLAN_WIDENED: { readonly addresses: readonly string[] };
  /** A destroy: another stack that is still there needs this one. */
  readonly NEEDED_BY: { readonly stack: string };
  /** A deploy: a stack that this one needs was not deployed. */
  readonly NEEDS: { readonly stack: string };
}

export type Reason = Coded<ReasonFacts>;

/** What becomes of a record in DNS after the destroy of its stack. */
export type RecordLeft =
  /** SES signs with it, again or still. */
  | { readonly kind: 'needed'; readonly recordName: string }
  /** The stack published it. */
  | { readonly kind: 'removed' }
  /** Others publish it, and may remove it from that day on. */
  | { readonly kind: 'free'; readonly recordName: string; readonly from: string }
  /** No mail was signed with it, or all of it has arrived: others may remove it. */
  | { readonly kind: 'unused'; readonly recordName: string };

/** What is worth knowing in addition, or to be done. */
export interface HintFacts {
  /** What to do about another code that the engine's output stands for. */
  readonly ADVICE: { readonly error: string };
  /** A diff: the deploy keeps what the engine takes for broken. */
  readonly TAINTED: { readonly addresses: readonly string[] };
  readonly NEW_CONTROL: Nothing;
  readonly NO_TOPICS: Nothing;
  /** After a deploy of a control stack. */
  readonly UNREAD_TOPIC: RegionTopic;
  /** A region that shares the domain's key, and whose ledger could not be read. */
  readonly UNASKED_REGION: { readonly region: string; readonly why: string };
  /** What receivers do with mail that goes out unsigned meanwhile: not all of them deliver it. */
  readonly UNSIGNED_MAIL: { readonly mail: UnsignedMail };
  /** After a destroy: the state of SES is not known. */
  readonly LEFT_UNKNOWN: { readonly error: string };
  /** After a destroy. `ses`: `null`: no identity. */
  readonly LEFT: {
    readonly ses: ShownState | null;
    /** Of each selector that mail may need, and of the list's, which is the first. */
    readonly records: readonly RecordLeft[];
    /** Place of the private key of the list's selector. */
    readonly privateKey: string;
    /** The selector that is in force nevertheless: the stack's state did not have it. `null`: none is. */
    readonly inForce: string | null;
  };
  /** After a destroy of an entry that signs with another one's key. */
  readonly LEFT_AT_HOME: { readonly ses: ShownState | null; readonly home: string };
}

export type Hint = Coded<HintFacts>;

/** How a stack's run ended. */
export interface Outcome {
  readonly stack: string;
  readonly ended: Ended;
  readonly reason: Reason;
  readonly errors: readonly HandlerError[];
  readonly hints: readonly Hint[];
  /** The stack that it was not begun for: its exit code counts here as well. */
  readonly because?: Outcome;
  /**
   * What the stack waits for, since SES had not verified when it was applied last: for SES, or for SES and another apply
   * (`verification.required`). Absent: for nothing.
   */
  readonly awaits?: 'verification' | 'verification-and-apply';
}

/** Why an entry is planned. */
export type PlannedReason =
  /** Its configuration was not applied to its end yet. */
  | { readonly code: 'NOT_APPLIED' }
  | { readonly code: 'CONFIGURATION_CHANGED' }
  /** The last deploy left something to do. */
  | { readonly code: 'LEFT_TO_DO' }
  /** An engine works on its state, or was killed there. */
  | { readonly code: 'LOCKED' }
  | { readonly code: 'OTHER_ENGINE' }
  /** The function knows nothing of it. */
  | { readonly code: 'NOT_KNOWN' }
  | { readonly code: 'NOT_ASKED'; readonly error: string }
  | { readonly code: 'NO_LEDGER' }
  /** The function would ask SES. */
  | { readonly code: 'FUNCTION_UNSURE'; readonly why: WhyUnknown }
  | { readonly code: 'OUT_OF_STEP' }
  | { readonly code: 'OTHER_IN_FORCE' }
  /** ISO 8601. */
  | { readonly code: 'CHANGED_OUTSIDE'; readonly at: string }
  | { readonly code: 'FINDING'; readonly finding: string }
  | { readonly code: 'CONTROL_CHANGED' }
  /** The environment has the engine use another state, or other settings. */
  | { readonly code: 'ENVIRONMENT' };

/** What a deploy of all entries did not plan, and on what that rests. */
export interface PassedOver {
  readonly count: number;
  /** When the one was seen that was not seen for longest. ISO 8601. */
  readonly oldest: string;
  readonly agoMs: number;
  /** How long a plan of all takes. */
  readonly planMs: number;
}
