import type { ServerVerdict } from '../../handlers/words/gate';
import type { ListMistake } from '../../list/mistake';
import type { RotationObstacle } from './rotation';
import type { KeyUsers } from './unlisted';

/** Defines the facts of each failure of the command, which its thrower and its sentence in cli/words share. */

/** An AWS call by the person at the command, with AWS's answer. */
export interface CallerFailure {
  /** Its name in IAM: `lambda:InvokeFunction`. */
  readonly action: string;
  readonly resource: string;
  /** AWS's error, and its message without a full stop. */
  readonly awsError: string;
  readonly awsMessage: string;
}

/** Codes of a call that AWS refused or did not answer. */
export type CallerCode =
  | 'NOT_SIGNED_IN'
  | 'CREDENTIALS_REFUSED'
  | 'CALLER_DENIED'
  | 'KEY_PUT_DENIED'
  | 'FUNCTION_NOT_FOUND'
  | 'THROTTLED'
  | 'AWS_NOT_REACHED'
  | 'AWS_FAILED';

/** The answer of the function, which has AWS's name. */
interface FunctionFailure {
  /** `function ses-byodkim in eu-west-1`. */
  readonly resource: string;
  readonly reason: string;
}

/** Codes of the failures that this command throws. */
export interface FailureFacts {
  readonly INTERRUPTED: Record<never, never>;
  readonly NOT_SIGNED_IN: CallerFailure;
  /** Credentials that AWS does not know in this region. */
  readonly CREDENTIALS_REFUSED: CallerFailure;
  readonly CALLER_DENIED: CallerFailure;
  /** Refused by the caller's policy, or by the bucket's. */
  readonly KEY_PUT_DENIED: CallerFailure;
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
  /** A defect, with the error's message and its stack. */
  readonly UNEXPECTED: { readonly reason: string; readonly stack: string | undefined };
  readonly SYNTHESIS_FAILED: { readonly app: string };
  readonly GIT_FAILED:
    | { readonly kind: 'absent'; readonly folder: string }
    /** `git show` of the list at a commit. */
    | { readonly kind: 'not-shown'; readonly commit: string; readonly place: string }
    | { readonly kind: 'failed'; readonly reason: string };
  readonly LIST_NOT_FOUND: { readonly file: string; readonly reason: string };
  readonly LIST_INVALID:
    | { readonly kind: 'mistakes'; readonly file: string; readonly mistakes: readonly ListMistake[] }
    | { readonly kind: 'at-commit'; readonly commit: string; readonly reason: string };
  /** The output folder cannot be made. `reason`: the message of the system. */
  readonly FOLDER_UNUSABLE: { readonly folder: string; readonly reason: string };
  readonly FOLDER_IN_USE: {
    readonly folder: string;
    readonly command: string;
    readonly pid: string;
    readonly host: string;
    /** ISO 8601. */
    readonly since: string;
    /** The file that locks the folder, if the other command runs on another machine. */
    readonly file?: string | undefined;
  };
  readonly CERTIFICATE_NOT_FOUND: RotationObstacle & { readonly kind: 'no-key' };
  readonly KEY_NOT_MADE_HERE: RotationObstacle & { readonly kind: 'key-of-others' };
  /** Homes that were taken out of the list. */
  readonly KEY_SHARED: { readonly homes: readonly KeyUsers[] };
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
        readonly kind: 'taken';
        readonly selector: string;
        readonly domain: string;
        readonly recordName: string;
        /** Fingerprint of the published key. */
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

/** Failures of an engine, whose own text is the message. */
export type EngineFailureCode =
  | 'ENGINE_FAILED'
  | 'ENGINE_KILLED'
  | 'SES_CHANGED'
  | 'ACCOUNT_NOT_ALLOWED'
  | 'ROLE_LOST'
  | 'STATE_LOCKED'
  | 'RESOURCE_PROTECTED'
  | 'BUCKET_NOT_EMPTY'
  | 'BACKEND_CHANGED'
  | 'EXISTS_ELSEWHERE'
  | 'RECORD_EXISTS'
  | 'IDENTITY_EXISTS';

/** Refusals of a run before anything is changed. `found` has lines of a plan, or names. */
export type RefusalCode =
  | 'KEY_STORE_PROTECTED'
  | 'CONTROL_PROTECTED'
  | 'IDENTITY_PROTECTED'
  | 'RECORD_MOVES'
  | 'MAIL_FROM_MOVES'
  | 'MAIL_FROM_STILL_NEEDED'
  | 'REPLACEMENT_REFUSED'
  | 'STATE_BROKEN'
  | 'CHECKOUT_OUTDATED'
  | 'ENTRY_RENAMED'
  | 'DEPLOYED_TWICE'
  | 'CHANGES_OPEN'
  | 'FOREIGN_PROVIDER'
  | 'PROVIDER_NOT_LOCKED'
  | 'LOCAL_STATE_IN_CI';

/** Protection of the key store that a plan may remove. */
export type Protection =
  /** A setting of a resource, by its name. */
  | { readonly kind: 'setting'; readonly name: string }
  | { readonly kind: 'sse-c-refused' }
  /** A denial of a statement in the bucket's policy. */
  | { readonly kind: 'denials'; readonly statement: string | undefined };

/** Errors that a review foresees for an entry, by code. */
export interface EntryErrorFacts {
  readonly IDENTITY_NOT_FOUND: {
    readonly domain: string;
    readonly region: string;
    readonly identity: 'import' | 'existing';
  };
  readonly IDENTITY_EXISTS: { readonly domain: string };
  /** `servers` are those with another key. */
  readonly SELECTOR_IN_USE: {
    readonly domain: string;
    readonly selector: string;
    readonly recordName: string;
    readonly servers: readonly ServerVerdict[];
  };
}

/** An error that the function threw, as an engine prints it. */
export interface HandlerError {
  /** The code, such as DNS_TXT_NOT_READY. */
  readonly code: string;
  /** Description of the error. */
  readonly message: string;
  /** The facts of the message, if they are known here. */
  readonly facts?: unknown;
  /** Advice, if the error itself has it. */
  readonly advice?: string | undefined;
}

/** Codes of the command's failures, in addition to those of the function. */
export type FailureCode = keyof FailureFacts | EngineFailureCode | RefusalCode;
