import type { UnsignedMail } from '../../handlers/mail-domain/unsigned-mail';
import type { WhyUnknown } from '../../handlers/words/report';
import type { ShownState } from '../../handlers/words/states';
import type { Coded } from './coded';
import type { HandlerError } from './failures';
import type { RegionTopic } from './topics';

/**
 * Outcome of a stack. `waiting` if set, but SES has not verified the record yet. `rolling-back` if a rollback has begun and has
 * not ended. `refused`, `failed`: see the errors.
 */
export type Ended =
  | 'done'
  | 'waiting'
  | 'rolling-back'
  | 'rolled-back'
  | 'unchanged'
  | 'planned'
  | 'refused'
  | 'failed'
  | 'interrupted'
  | 'not-begun';

type Nothing = Record<never, never>;

/** Numbers of resources that a run would change or has changed. */
export interface Counts {
  readonly add: number;
  readonly change: number;
  readonly remove: number;
}

/** Reason of a stack's outcome. */
export interface ReasonFacts {
  readonly APPLIED: Counts & { readonly isVerified: boolean };
  readonly CHANGES_PLANNED: Counts;
  readonly NO_CHANGES: Nothing;
  /** An unchanged control stack that nobody has named. */
  readonly AS_APPLIED: Nothing;
  /** An entry that needs no engine, with the time of the last read of SES. ISO 8601. */
  readonly IN_STEP: { readonly asOf: string };
  /** SES has verified since the apply. */
  readonly VERIFIED: Nothing;
  /** The stack is done only once SES has verified (`verification.required`). */
  readonly VERIFICATION_REQUIRED: Nothing;
  /** The last status in SES. */
  readonly SES_STATUS: { readonly status: string | undefined };
  /** The function could not be asked. */
  readonly NOT_ASKED: { readonly error: string; readonly message: string };
  readonly NOT_VERIFIED_IN_TIME: Nothing;
  readonly ROLLBACK_NOT_ENDED: Nothing;
  readonly OVERWRITTEN: Nothing;
  /** The code of the first of its errors. */
  readonly ERROR: { readonly error: string };
  /** The engine's output, if there is any. */
  readonly ENGINE_FAILED: { readonly message: string; readonly exitCode: number };
  /** The engine completed its current step. */
  readonly INTERRUPTED: Nothing;
  readonly INTERRUPTED_BEFORE: Nothing;
  readonly NOT_APPROVED: Nothing;
  /** The plan after untainting has changes that nobody has approved. */
  readonly PLAN_WIDENED: { readonly addresses: readonly string[] };
  /** In a destroy, another existing stack needs this one. */
  readonly NEEDED_BY: { readonly stack: string };
  /** In a deploy, a stack that this one needs was not deployed. */
  readonly NEEDS: { readonly stack: string };
}

export type Reason = Coded<ReasonFacts>;

/** Fate of a record in DNS after the destroy of its stack. */
export type RecordLeft =
  /** SES signs with it again, or still does. */
  | { readonly kind: 'needed'; readonly recordName: string }
  /** The stack published it. */
  | { readonly kind: 'removed' }
  /** Others publish it, and may remove it on that day. */
  | { readonly kind: 'free'; readonly recordName: string; readonly from: string }
  /** No mail was signed with it, or all of that mail has arrived, so others may remove it. */
  | { readonly kind: 'unused'; readonly recordName: string };

/** Further information or steps. */
export interface HintFacts {
  /** Advice on another code in the engine's output. */
  readonly ADVICE: { readonly error: string };
  /** In a diff: the deploy keeps objects that the engine treats as broken. */
  readonly TAINTED: { readonly addresses: readonly string[] };
  readonly NEW_CONTROL: Nothing;
  readonly NO_TOPICS: Nothing;
  /** After a deploy of a control stack. */
  readonly UNREAD_TOPIC: RegionTopic;
  /** Subscribers of the list that were not subscribed, or had not confirmed in time. */
  readonly ASKED_AGAIN: { readonly endpoints: readonly string[] };
  /** A region that shares the domain's key, and whose ledger could not be read. */
  readonly UNASKED_REGION: { readonly region: string; readonly why: string };
  /** SES does not let the domain send until it has verified. */
  readonly MAY_NOT_SEND: Nothing;
  /** The receivers' treatment of unsigned mail meanwhile, since not all of them deliver it. */
  readonly UNSIGNED_MAIL: { readonly mail: UnsignedMail };
  /** After a destroy, the state of SES is not known. */
  readonly LEFT_UNKNOWN: { readonly error: string };
  /** After a destroy. `ses`: `null`: no identity. */
  readonly LEFT: {
    readonly ses: ShownState | null;
    /** The records of the list's selector, which is the first, and of each selector that mail may need. */
    readonly records: readonly RecordLeft[];
    /** Place of the private key of the list's selector. */
    readonly privateKey: string;
    /** The selector that is still in force, since the stack's state did not have it. `null`: none is. */
    readonly inForce: string | null;
  };
  /** After a destroy of an entry that signs with another entry's key. */
  readonly LEFT_AT_HOME: { readonly ses: ShownState | null; readonly home: string };
}

export type Hint = Coded<HintFacts>;

/** Outcome of a stack. */
export interface Outcome {
  readonly stack: string;
  readonly ended: Ended;
  readonly reason: Reason;
  readonly errors: readonly HandlerError[];
  readonly hints: readonly Hint[];
  /** The stack that prevented it from beginning, whose exit code also counts here. */
  readonly because?: Outcome;
  /**
   * The event that the stack waits for, since SES had not verified at its last apply: SES, or SES and another apply
   * (`verification.required`). Absent if it waits for nothing.
   */
  readonly awaits?: 'verification' | 'verification-and-apply';
}

/** Reason why an entry is planned. */
export type PlannedReason =
  /** Its configuration was not applied completely yet. */
  | { readonly code: 'NOT_APPLIED' }
  | { readonly code: 'CONFIGURATION_CHANGED' }
  /** The last deploy did not finish. */
  | { readonly code: 'LEFT_TO_DO' }
  /** An engine works on its state, or was killed there. */
  | { readonly code: 'LOCKED' }
  | { readonly code: 'OTHER_ENGINE' }
  /** The function does not know it. */
  | { readonly code: 'NOT_KNOWN' }
  | { readonly code: 'NOT_ASKED'; readonly error: string }
  | { readonly code: 'NO_LEDGER' }
  /** The function would have to ask SES. */
  | { readonly code: 'FUNCTION_UNSURE'; readonly why: WhyUnknown }
  | { readonly code: 'OUT_OF_STEP' }
  | { readonly code: 'OTHER_IN_FORCE' }
  /** ISO 8601. */
  | { readonly code: 'CHANGED_OUTSIDE'; readonly at: string }
  | { readonly code: 'FINDING'; readonly finding: string }
  | { readonly code: 'CONTROL_CHANGED' }
  /** A control stack whose subscribers SNS does not have, or has no longer. */
  | { readonly code: 'NOT_SUBSCRIBED'; readonly endpoints: readonly string[] }
  /** The environment makes the engine use another state or other settings. */
  | { readonly code: 'ENVIRONMENT' };

/** Entries that a deploy of all entries did not plan, with the basis for it. */
export interface PassedOver {
  readonly count: number;
  /** Time of the oldest read of SES among them. ISO 8601. */
  readonly oldest: string;
  readonly agoMs: number;
  /** Time that a plan of all entries takes. */
  readonly planMs: number;
}
