import type { ShownState } from '../../handlers/facts/errors';
import type { HandlerError } from './failures';

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
  readonly applied: Counts & { readonly isVerified: boolean };
  readonly 'changes-planned': Counts;
  readonly 'no-changes': Nothing;
  /** A control stack that nobody has named. */
  readonly 'as-applied': Nothing;
  /** An entry that needs no engine: when SES was seen last. ISO 8601. */
  readonly 'in-step': { readonly asOf: string };
  /** SES has verified since the apply. */
  readonly verified: Nothing;
  /** The stack is done only once SES has verified (`verification.required`). */
  readonly 'verification-required': Nothing;
  /** The last answer of SES. */
  readonly 'ses-status': { readonly status: string | undefined };
  /** The function could not be asked. */
  readonly 'not-asked': { readonly error: string; readonly message: string };
  readonly 'not-verified-in-time': Nothing;
  readonly overwritten: Nothing;
  /** The code of the first of its errors. */
  readonly error: { readonly error: string };
  /** What the engine printed, if it did. */
  readonly 'engine-failed': { readonly message: string; readonly exitCode: number };
  /** The engine ended what it was doing. */
  readonly interrupted: Nothing;
  readonly 'interrupted-before': Nothing;
  readonly 'not-approved': Nothing;
  /** A destroy: another stack that is still there needs this one. */
  readonly 'needed-by': { readonly stack: string };
  /** A deploy: a stack that this one needs was not deployed. */
  readonly needs: { readonly stack: string };
}

type Coded<Facts> = {
  [Code in keyof Facts]: { readonly code: Code; readonly facts: Facts[Code] };
}[keyof Facts];

export type Reason = Coded<ReasonFacts>;

/** What becomes of a record in DNS after the destroy of its stack. */
export type RecordLeft =
  /** SES signs with it again. */
  | { readonly kind: 'needed'; readonly recordName: string }
  /** The stack published it. */
  | { readonly kind: 'removed' }
  /** Others publish it, and may remove it from that day on. */
  | { readonly kind: 'free'; readonly recordName: string; readonly from: string };

/** What is worth knowing in addition, or to be done. */
export interface HintFacts {
  /** What to do about another code that the engine's output stands for. */
  readonly advice: { readonly error: string };
  /** A diff: the deploy keeps what the engine takes for broken. */
  readonly tainted: { readonly addresses: readonly string[] };
  readonly 'new-control': Nothing;
  readonly 'no-topics': Nothing;
  /** After a destroy: the state of SES is not known. */
  readonly 'left-unknown': { readonly error: string };
  /** After a destroy. `ses`: `null`: no identity. */
  readonly left: {
    readonly ses: ShownState | null;
    readonly record: RecordLeft;
    /** Place of the private key. */
    readonly privateKey: string;
  };
  /** After a destroy of an entry that signs with another one's key. */
  readonly 'left-at-home': { readonly ses: ShownState | null; readonly home: string };
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
  /** SES had not verified when the stack was applied last. */
  readonly isUnverified?: true;
  /** The stack is not done before SES has verified: it is applied again then. */
  readonly isUnfinished?: true;
}

/** Why an entry is planned. */
export type PlannedReason =
  /** Its configuration was not applied to its end yet. */
  | { readonly code: 'not-applied' }
  | { readonly code: 'configuration-changed' }
  /** The last deploy left something to do. */
  | { readonly code: 'left-to-do' }
  | { readonly code: 'other-engine' }
  /** The function knows nothing of it. */
  | { readonly code: 'not-known' }
  | { readonly code: 'not-asked'; readonly error: string }
  | { readonly code: 'no-ledger' }
  /** The function would ask SES. */
  | { readonly code: 'function-unsure'; readonly why: string }
  | { readonly code: 'out-of-step' }
  | { readonly code: 'other-in-force' }
  /** ISO 8601. */
  | { readonly code: 'changed-outside'; readonly at: string }
  | { readonly code: 'finding'; readonly finding: string }
  | { readonly code: 'control-changed' }
  /** The environment has the engine use another state, or other settings. */
  | { readonly code: 'environment' };

/** What a deploy of all entries did not plan, and on what that rests. */
export interface PassedOver {
  readonly count: number;
  /** When the one was seen that was not seen for longest. ISO 8601. */
  readonly oldest: string;
  readonly agoMs: number;
  /** How long a plan of all takes. */
  readonly planMs: number;
}
