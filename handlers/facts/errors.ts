/** Defines the facts of each error, whose thrower and readers share one type. A code with several meanings has a `kind`. */
import type { GateDetails, MailFromDetails } from './gate';
import type { KeyFileProblem } from './keys';
import type { NotRestorable } from './not-restorable';
import type { RollbackEnding } from './results';

/** The code of each error. */
export type ErrorCode = keyof ErrorFacts;

/** An object of S3. */
export interface ObjectFacts {
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
}

/** A policy that refuses a call (IAM User Guide, "access denied error messages"). */
export interface Denial {
  /** `explicit` if the policy forbids the call, and `missing` if no such policy allows it. */
  readonly kind: 'explicit' | 'missing';
  /** `service control policy`, `identity-based policy`, … */
  readonly policy: string;
}

/** The AWS call that failed, with AWS's error. */
export interface FailedCall {
  readonly kind: 'call';
  /** Its name in IAM: `ses:GetEmailIdentity`. */
  readonly action: string;
  /** An ARN, `s3://bucket/key`, or the like. */
  readonly resource: string;
  /** AWS's error and its message; absent if AWS did not refuse the call. */
  readonly awsError?: string;
  readonly awsMessage?: string;
  readonly requestId?: string | undefined;
  /** The policy that refuses, if AWS names one. */
  readonly denial?: Denial;
  /** Whether the request is wrong or its object is missing, so that trying again does not help. */
  readonly isLasting?: true;
  /** Whether AWS does not know a new role yet. */
  readonly arrivesLate?: true;
  /** ARN of the identity in the call, if the account is known. */
  readonly arn?: string;
}

/** A malformed field of an event, or of a variable of the environment. */
export interface Mistake {
  /** Dotted: `gate.nameservers`. */
  readonly field: string;
  /** The expectation, in words for people. */
  readonly expected: string;
  readonly found: string;
}

/** A setting of an event that the control stack does not allow. */
export interface ForbiddenSetting {
  readonly field: string;
  readonly found: string;
  readonly allowed: string;
}

/** Reason why a list of DNS servers cannot be used. */
export type ServerListProblem = 'not-an-address' | 'never-asked' | 'none-left';

/** A signing state that SES has or should have. */
export interface ShownState {
  readonly origin: string;
  readonly selector?: string | undefined;
  readonly enabled: boolean;
  readonly status: string;
}

/** A failure within another one. */
export interface InnerFailure {
  readonly code: string;
  readonly message: string;
}

/** Reason why an object of this project cannot be read. */
export type ObjectProblem =
  | { readonly kind: 'missing' | 'foreign' }
  | { readonly kind: 'too-large'; readonly most: number; readonly bytes: number }
  | { readonly kind: 'not-json' }
  /** `found` is absent if the field is inside another one. */
  | { readonly kind: 'field'; readonly field: string; readonly expected: string; readonly found?: string };

/** An object of this project that cannot be read. */
export interface UnreadableObject {
  readonly kind: 'object';
  /** `s3://bucket/key` */
  readonly resource: string;
  readonly object: 'ledger' | 'made-keys' | 'report' | 'other';
  readonly problem: ObjectProblem;
  /** Number of the arming in a ledger, whatever else is wrong with the ledger. */
  readonly arming?: number | undefined;
}

/** Reason why a conditional write was given up. */
export type WriteConflict =
  | { readonly kind: 'once' }
  /** The private key is stored; its DNS information is not. */
  | { readonly kind: 'key-stored' }
  /** Nobody has stored a key. */
  | { readonly kind: 'always'; readonly attempts: number }
  /** Another object, which other runs write as well. */
  | { readonly kind: 'busy'; readonly attempts: number };

/** A defect, or an outage that no code handles. */
interface Unexpected {
  readonly kind: 'unexpected';
  /** Name and message of the error that was thrown. */
  readonly name: string;
  readonly message: string;
}

/** Another region of a domain whose ledger cannot be read. */
export interface UnreadRegion {
  readonly region: string;
  /** The error's sentence. */
  readonly why: string;
}

/** Reason why a record of an earlier selector is needed. */
export interface NeededRecord {
  readonly selector: string;
  /** Absent if only one region uses the key. */
  readonly region?: string | undefined;
  /**
   * `signs`: SES signs with it; `in-transit`: mail that it has signed is in transit; `rollback`: the open change rolls back to
   * it; `unread`: the region cannot be asked.
   */
  readonly use: 'signs' | 'in-transit' | 'rollback' | 'unread';
  /** The first day on which it may be left out; absent with `rollback` (until the change ends) and with `unread`. */
  readonly freeOn?: string | undefined;
  /** Reason why the region cannot be asked. */
  readonly why?: string;
  readonly overlapDays: number;
}

interface InDomain {
  readonly domain: string;
  readonly region: string;
}

export interface ErrorFacts {
  readonly VALIDATION_ERROR:
    | { readonly kind: 'event'; readonly fields: readonly string[]; readonly mistakes: readonly Mistake[] }
    | {
        readonly kind: 'dns-servers';
        readonly fields: readonly string[];
        readonly problem: ServerListProblem;
        /** Absent with `none-left`. */
        readonly found?: string | undefined;
      }
    | {
        readonly kind: 'drill';
        readonly fields: readonly string[];
        readonly found: string;
        /** Whether a drill was begun at all. */
        readonly isBegun: boolean;
      };
  readonly UNSUPPORTED_ACTION: { readonly found: string; readonly known: readonly string[] };
  readonly NOT_ALLOWED:
    | {
        readonly kind: 'control';
        readonly fields: readonly string[];
        readonly settings: readonly ForbiddenSetting[];
        /** Settings of the control stack. */
        readonly allowedBy: readonly string[];
      }
    | {
        readonly kind: 'alias';
        readonly fields: readonly string[];
        readonly alias: string;
        /** The request, and those that the alias accepts. */
        readonly found: string;
        readonly granted: readonly string[];
        /** An action of IAM. */
        readonly allowedBy: readonly string[];
      }
    /** `add`, `remove`: the domain belongs to the stack with this `Baseline`. */
    | {
        readonly kind: 'stack';
        readonly fields: readonly string[];
        readonly domain: string;
        readonly stack: string;
      }
    /** A destroy of a stack that has no `Baseline` yet. */
    | { readonly kind: 'earlier-layout'; readonly fields: readonly string[]; readonly domain: string };
  readonly DNS_TXT_NOT_READY: GateDetails;
  readonly DNS_TXT_INVALID: GateDetails;
  readonly DNS_KEY_MISMATCH: GateDetails;
  readonly KEY_REPLACED: {
    readonly domain: string;
    readonly selector: string;
    /** `s3://bucket/key`, and the version of the object. */
    readonly place: string;
    readonly versionId?: string | undefined;
    /** Fingerprints. */
    readonly expected: string;
    readonly found: string;
    /** Place of the earlier key, or `null` if S3 no longer has it. */
    readonly earlier: string | null;
  };
  /** The private key that SES signs with. */
  readonly KEY_MISSING: {
    readonly selector: string;
    /** `s3://bucket/key` */
    readonly place: string;
    /** Whether S3 still has the version that was applied. */
    readonly isKept: boolean;
  };
  readonly KEY_NOT_MADE_HERE: {
    readonly domain: string;
    readonly selector: string;
    /** `s3://bucket/key` of the key, and of its DNS information, which may be absent. */
    readonly place: string;
    readonly describedAt: string;
    /** A fingerprint. */
    readonly found: string;
  };
  readonly DNS_LOOKUP_FAILED: GateDetails | MailFromDetails;
  readonly MAIL_FROM_NOT_READY: MailFromDetails;
  readonly MAIL_FROM_INVALID: MailFromDetails;
  readonly SELECTOR_IN_USE: Pick<GateDetails, 'recordName' | 'servers'> & {
    readonly domain: string;
    readonly selector: string;
    /** Fingerprints. */
    readonly found: readonly string[];
    /** Number of servers that were asked; `servers` are those with another key. */
    readonly asked: number;
    /** Place for the private key: `s3://bucket/key`. */
    readonly place: string;
  };
  readonly CERTIFICATE_NOT_FOUND:
    | { readonly kind: 'bucket' | 'key' | 'dns-information'; readonly expected: ObjectFacts }
    /** The DNS team was given the record of a key that is missing. */
    | {
        readonly kind: 'described-key';
        readonly expected: ObjectFacts;
        readonly fingerprint: string;
        readonly createdAt: string;
        /** Place of its DNS information. */
        readonly describedAt: string;
      }
    /** Another team supplies the key, and has not stored it yet. */
    | { readonly kind: 'not-supplied'; readonly expected: ObjectFacts };
  readonly CERTIFICATE_INVALID: /** `place`: `s3://bucket/key`, or a file. */
    | { readonly kind: 'file'; readonly place: string; readonly problem: KeyFileProblem }
    /** The private key or its DNS information belongs to another key. Fingerprints. */
    | {
        readonly kind: 'another-key';
        readonly place: string;
        readonly expected: string;
        readonly found: string;
      }
    | {
        readonly kind: 'dns-information';
        readonly place: string;
        readonly keyPlace: string;
        readonly expected: string;
        readonly found: string;
      };
  readonly ACCESS_DENIED:
    | FailedCall
    | (InDomain & {
        readonly kind: 'not-tagged';
        readonly action: string;
        readonly resource: string;
        readonly arn: string;
      });
  readonly IDENTITY_NOT_FOUND: InDomain;
  readonly PRIOR_STATE_NOT_RESTORABLE: {
    readonly domain: string;
    readonly found: ShownState;
    readonly reason: NotRestorable | string;
  };
  readonly RECORD_STILL_NEEDED: {
    readonly domain: string;
    /** Selectors, with the reason why each is needed. */
    readonly needed: readonly string[];
    readonly reasons: readonly NeededRecord[];
    readonly recordNames: readonly string[];
    /** Whether the ledger knows that the stack has published each of them. */
    readonly isKnown: boolean;
    /** The list to write, or `null` if the stack would no longer publish any record. */
    readonly previousSelectors: readonly string[] | null;
  };
  readonly KEY_SHARED: InDomain &
    (
      | {
          /** The destroy of a stack with the key or record of other regions. */
          readonly kind: 'destroy';
          readonly users: readonly { readonly region: string; readonly selector: string }[];
          /** Regions that may sign with it. */
          readonly unread: readonly UnreadRegion[];
        }
      | {
          /** A new key in place of a key with which other regions may sign. */
          readonly kind: 'renewal';
          readonly selector: string;
          readonly unread: readonly UnreadRegion[];
        }
    );
  readonly CONCURRENT_UPDATE: /** Another run holds the lease. ISO 8601; absent if no lease is held. */
    | (InDomain & {
        readonly kind: 'lease';
        readonly since?: string | undefined;
        readonly until?: string | undefined;
      })
    /**
     * Another run took the lease over; the change was rolled back or overwritten while this run waited; or the stack of the
     * region whose key and record this one shares is destroyed.
     */
    | (InDomain & { readonly kind: 'taken-over' | 'undone' | 'home-gone' })
    /**
     * The transaction was overtaken by another one, by the destroy of its own stack, or by the `Baseline` that has replaced
     * its own: `by` is its id.
     */
    | {
        readonly kind: 'overtaken' | 'destroyed' | 'replaced';
        readonly domain: string;
        readonly transaction: string;
        readonly by: string;
      };
  readonly SES_UPDATE_FAILED:
    | FailedCall
    | {
        readonly kind: 'not-shown';
        readonly domain: string;
        readonly expected: { readonly origin: string; readonly selector: string };
        readonly found: ShownState;
      }
    | Unexpected;
  readonly DEPENDENCY_FAILED:
    | FailedCall
    | UnreadableObject
    | Unexpected
    | {
        readonly kind: 'conflict';
        readonly action: string;
        readonly resource: string;
        readonly conflict: WriteConflict;
      }
    /** A notice, or an event, was not sent in time. `seconds` is absent if there was no time left. */
    | {
        readonly kind: 'late';
        readonly action: string;
        readonly resource: string;
        readonly seconds?: number | undefined;
      };
  readonly VERIFICATION_FAILED: {
    readonly domain: string;
    readonly selector: string;
    readonly found: ShownState & { readonly verificationError?: string | undefined };
  };
  readonly VERIFICATION_PENDING: {
    readonly domain: string;
    readonly selector: string;
    readonly status: string;
    /** ISO 8601; absent if SES had verified it once, and nothing is armed. */
    readonly revertsAt?: string | undefined;
  };
  readonly ROLLBACK_FAILED: {
    readonly domain: string;
    readonly region: string;
    /** The error of the change. */
    readonly first: InnerFailure;
    /** The error of the rollback. */
    readonly second: InnerFailure;
    /** `null`: no such identity; absent: SES does not answer. */
    readonly found?: ShownState | null | undefined;
    /** `lost` is the reason why it cannot be restored, so that signing should be off. */
    readonly expected: ShownState & { readonly lost?: NotRestorable | string | undefined };
    /** Repair it by hand. */
    readonly commands: readonly string[];
    /** ISO 8601, or `null` if it is not repeated automatically. */
    readonly retryAt: string | null;
  };
}

/** Facts that are added where an error is caught. */
export interface AddedFacts {
  /** The state of SES after the rollback, for people. */
  readonly rollback?: string;
  /** The result of the change. */
  readonly ending?: RollbackEnding;
  /** Owner of the published key, if this domain signs or has signed with it. `region`: of another region. */
  readonly published?: { readonly selector: string; readonly region?: string | undefined };
  /** Other problems that are not ready. */
  readonly also?: InnerFailure & { readonly advice: string };
  /** Whether the operators were notified. */
  readonly notice?: { readonly sent: boolean; readonly reason?: string; readonly error?: string };
  /** Time for which the function has repeated the call. */
  readonly triedAgainForSeconds?: number;
}

/** The facts of an error with that code. */
export type FactsOf<Code extends ErrorCode> = ErrorFacts[Code] & AddedFacts;
