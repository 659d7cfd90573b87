import type { ExitCode } from './exit-codes';

/** The facts of each failure of the command: who throws it and the sentence in cli/words share one type. */

/** A call of AWS by the person at the command, and AWS's answer. */
export interface CallerFailure {
  /** Its name in IAM: `lambda:InvokeFunction`. */
  readonly action: string;
  readonly resource: string;
  /** AWS's error, and its message without a full stop. */
  readonly awsError: string;
  readonly awsMessage: string;
}

/** Codes of a call that AWS refused, or did not answer. */
export type CallerCode =
  | 'NOT_SIGNED_IN'
  | 'CALLER_DENIED'
  | 'FUNCTION_NOT_FOUND'
  | 'THROTTLED'
  | 'AWS_NOT_REACHED'
  | 'AWS_FAILED';

/** What the function, as AWS names it, has answered. */
interface FunctionFailure {
  /** `function ses-byodkim in eu-west-1`. */
  readonly resource: string;
  readonly reason: string;
}

/** Whether an entry is in the list. */
export interface NotListed {
  /** The list's file name; absent: there is no list here. */
  readonly list?: string | undefined;
  /** The entry that was probably meant. */
  readonly meant?: string | undefined;
}

/** Why a rotation cannot begin now. */
export type RotationObstacle =
  | { readonly kind: 'no-key'; readonly entry: string; readonly selector: string }
  | { readonly kind: 'open'; readonly entry: string; readonly revertsAt: string | null }
  | {
      readonly kind: 'behind';
      readonly entry: string;
      readonly signsWith: string | null;
      readonly listed: string;
    }
  /** The list's naming gives no selector that is free: `reason` says why. */
  | { readonly kind: 'no-free-selector'; readonly reason: string };

/** Codes that this command throws. */
export interface FailureFacts {
  readonly INTERRUPTED: Record<never, never>;
  readonly NOT_SIGNED_IN: CallerFailure;
  readonly CALLER_DENIED: CallerFailure;
  readonly THROTTLED: CallerFailure;
  readonly AWS_NOT_REACHED: CallerFailure;
  readonly AWS_FAILED: CallerFailure;
  readonly AWS_NOT_ASKED: Record<never, never>;
  readonly FUNCTION_NOT_FOUND: CallerFailure;
  readonly FUNCTION_TIMED_OUT: FunctionFailure;
  readonly FUNCTION_FAILED: FunctionFailure;
  readonly UNEXPECTED_ANSWER: { readonly resource: string };
  readonly DISK_FULL: { readonly reason: string };
  readonly ENGINE_REFUSED: { readonly reason: string };
  /** Names the defect: the error's message, and its stack. */
  readonly UNEXPECTED: { readonly reason: string; readonly stack: string | undefined };
  readonly SYNTHESIS_FAILED: { readonly app: string };
  readonly GIT_FAILED:
    | { readonly kind: 'absent'; readonly folder: string }
    | { readonly kind: 'failed'; readonly reason: string };
  readonly LIST_NOT_FOUND: { readonly file: string; readonly reason: string };
  readonly LIST_INVALID:
    | { readonly kind: 'mistakes'; readonly mistakes: string }
    | { readonly kind: 'at-commit'; readonly commit: string; readonly reason: string };
  readonly FOLDER_IN_USE: {
    readonly folder: string;
    readonly command: string;
    readonly pid: string;
    readonly host: string;
    /** ISO 8601. */
    readonly since: string;
    /** The file that holds the folder, if the other command runs on another machine. */
    readonly file?: string | undefined;
  };
  readonly CERTIFICATE_NOT_FOUND: RotationObstacle & { readonly kind: 'no-key' };
  readonly CONCURRENT_UPDATE: RotationObstacle & { readonly kind: 'open' };
  readonly SELECTOR_IN_USE:
    | {
        readonly kind: 'stored';
        readonly place: string;
        /** Fingerprints. */
        readonly expected: string;
        readonly found: string;
      }
    | {
        readonly kind: 'published';
        readonly file: string;
        readonly recordName: string;
        /** Fingerprints. */
        readonly expected: string;
        readonly found: string;
      };
}

/** Refusals of a run before anything is changed. `found`: lines of a plan, or names. */
export type RefusalCode =
  | 'KEY_STORE_PROTECTED'
  | 'CONTROL_PROTECTED'
  | 'IDENTITY_PROTECTED'
  | 'RECORD_MOVES'
  | 'REPLACEMENT_REFUSED'
  | 'STATE_BROKEN'
  | 'ENTRY_RENAMED'
  | 'CHANGES_OPEN'
  | 'LOCAL_STATE_IN_CI';

/** Wrong command lines, by what is wrong. */
export interface UsageFacts {
  readonly 'entries-and-all': { readonly found: readonly string[] };
  readonly 'no-entries': { readonly action: string; readonly stacks: readonly string[] };
  readonly 'not-in-list': {
    readonly name: string;
    readonly meant: string | undefined;
    readonly isDestroy: boolean;
    readonly stacks: readonly string[];
  };
  readonly 'control-needed': { readonly stack: string; readonly left: readonly string[] };
  readonly 'home-needed': {
    readonly stack: string;
    readonly left: readonly string[];
    readonly wayOut: string;
  };
  readonly 'no-terminal': { readonly destroys?: readonly string[] };
  readonly 'no-app': Record<never, never>;
  readonly 'unknown-commit': { readonly ref: string; readonly folder: string };
  readonly 'record-unreadable': { readonly source: string; readonly problem: string };
  readonly 'no-public-key': { readonly file: string };
  readonly 'no-key-file': { readonly file: string };
  readonly 'key-file-unreadable': { readonly reason: string };
  readonly 'server-malformed': { readonly reason: string };
  readonly 'not-a-domain': { readonly text: string };
  readonly 'two-regions': { readonly name: string; readonly region: string; readonly option: string };
  readonly 'no-region': { readonly entry?: string; readonly why?: NotListed };
  readonly 'no-selector': { readonly domain: string; readonly why: NotListed };
  readonly 'not-a-selector': { readonly text: string };
  readonly 'not-listed': { readonly name: string; readonly why: NotListed };
  readonly 'list-needed': { readonly file: string; readonly isLeftOut: boolean };
  readonly 'region-in-list': Record<never, never>;
  readonly 'nothing-in-region': { readonly region: string };
  readonly 'due-and-domain': Record<never, never>;
  readonly 'domain-or-due': Record<never, never>;
  readonly behind: RotationObstacle & { readonly kind: 'behind' };
  readonly 'no-free-selector': RotationObstacle & { readonly kind: 'no-free-selector' };
  readonly 'key-comes-first': { readonly entry: string };
  readonly 'own-key-place': { readonly entry: string };
  readonly 'list-not-editable': { readonly reason: string };
  readonly 'no-job': { readonly role: string };
  readonly 'not-a-repository': { readonly text: string };
  readonly 'not-a-branch': { readonly text: string };
  readonly 'trust-needs-account': Record<never, never>;
  readonly 'policy-needs-names': Record<never, never>;
  readonly 'not-an-account': { readonly text: string };
  readonly 'notify-key-in-s3': Record<never, never>;
  readonly 'bucket-unknown': Record<never, never>;
}

/** An error of one entry, which does not stop the others. */
export interface EntryError {
  readonly code: string;
  readonly message: string;
  readonly facts: unknown;
  readonly advice: string | undefined;
  readonly exitCode: ExitCode;
}

/** Why something that is due has to wait. `taken`: another region of the domain takes the same selector. */
export type WaitReason = RotationObstacle | { readonly kind: 'taken' };

/** What came of an entry whose rotation, or the removal of an earlier record, may be due. */
export type DueOutcome =
  | { readonly outcome: 'nothing' }
  | {
      readonly outcome: 'rotated';
      readonly from: string;
      readonly to: string;
      /** Whether the new key is there already; otherwise the deploy makes it. */
      readonly isPrepared: boolean;
      /** Earlier selectors whose record the deploy removes. */
      readonly dropped: readonly string[];
    }
  | { readonly outcome: 'dropped'; readonly dropped: readonly string[] }
  | { readonly outcome: 'waits'; readonly why: WaitReason }
  | { readonly outcome: 'failed'; readonly error: EntryError };
