import type { GateDetails, MailFromDetails } from './gate';

/** The code of each error. */
export type ErrorCode = keyof ErrorFacts;

/** The call of AWS that failed, and AWS's error. */
export interface FailedCall {
  /** Its name in IAM: `ses:GetEmailIdentity`. */
  readonly action: string;
  /** An ARN, `s3://bucket/key`, or the like. */
  readonly resource: string;
  /** AWS's error and its message. Absent if AWS did not refuse. */
  readonly awsError?: string;
  readonly awsMessage?: string;
  readonly requestId?: string | undefined;
  /** AWS does not see yet a role that was just made. */
  readonly arrivesLate?: true;
  /** ARN of the identity that was called for, if the account is known. */
  readonly arn?: string;
}

interface WrongFields {
  /** Dotted: `gate.nameservers`. */
  readonly fields: readonly string[];
  /** One for each field, for people. */
  readonly reasons?: readonly string[];
  readonly found?: string;
}

/** A signing state that SES has, or should have. */
export interface ShownState {
  readonly origin: string;
  readonly selector?: string | undefined;
  readonly enabled: boolean;
  readonly status: string;
}

interface Failure {
  readonly code: string;
  readonly message: string;
}

/** The details of each error, as data: its thrower and its readers share one type. */
export interface ErrorFacts {
  readonly VALIDATION_ERROR: WrongFields;
  readonly UNSUPPORTED_ACTION: { readonly found: string; readonly known: readonly string[] };
  readonly NOT_ALLOWED: WrongFields & { readonly allowedBy: readonly string[] };
  readonly DNS_TXT_NOT_READY: GateDetails;
  readonly DNS_TXT_INVALID: GateDetails;
  readonly DNS_KEY_MISMATCH: GateDetails;
  readonly KEY_REPLACED: {
    readonly selector: string;
    /** `s3://bucket/key`, and its version there. */
    readonly place: string;
    readonly versionId?: string | undefined;
    /** Fingerprints. */
    readonly expected: string;
    readonly found: string;
    /** Place of the earlier key; `null`: S3 no longer has it. */
    readonly earlier: string | null;
  };
  readonly DNS_LOOKUP_FAILED: GateDetails | MailFromDetails;
  readonly MAIL_FROM_NOT_READY: MailFromDetails;
  readonly MAIL_FROM_INVALID: MailFromDetails;
  readonly SELECTOR_IN_USE: Pick<GateDetails, 'recordName' | 'servers'> & {
    /** Fingerprints. */
    readonly found: readonly string[];
    /** Place for the private key: `s3://bucket/key`. */
    readonly place: string;
  };
  readonly CERTIFICATE_NOT_FOUND: {
    readonly expected: { readonly bucket: string; readonly key: string; readonly fingerprint?: string };
    readonly found: null;
    /** What is missing, if it is not the key alone. */
    readonly missing?: 'bucket' | 'DNS information';
    /** Place of the DNS information that describes the missing key. */
    readonly describedAt?: string;
  };
  readonly CERTIFICATE_INVALID: {
    /** `s3://bucket/key`; of the DNS information if that is the reason. */
    readonly place: string;
    readonly reason: string;
    readonly isDnsInformation?: true;
    /** Fingerprints, if it is another key than it should be. */
    readonly expected?: string;
    readonly found?: string;
  };
  readonly ACCESS_DENIED: FailedCall;
  readonly IDENTITY_NOT_FOUND: { readonly domain: string; readonly region: string };
  readonly PRIOR_STATE_NOT_RESTORABLE: {
    readonly domain: string;
    readonly found: ShownState;
    readonly reason: string;
  };
  readonly RECORD_STILL_NEEDED: {
    readonly domain: string;
    /** Selectors. */
    readonly needed: readonly string[];
    readonly previousSelectors: readonly string[];
    /** How long each record has to stay, in sentences; absent: the stack would publish no record any more. */
    readonly until?: string | undefined;
  };
  readonly CONCURRENT_UPDATE:
    | {
        readonly domain: string;
        readonly region: string;
        /** ISO 8601: of the lease, if one is held. */
        readonly since?: string | undefined;
        readonly until?: string | undefined;
        /** The change was rolled back or overwritten. */
        readonly isUndone?: true;
      }
    /** Transactions. */
    | { readonly domain: string; readonly transaction: string; readonly by: string };
  readonly SES_UPDATE_FAILED:
    | FailedCall
    | {
        readonly domain: string;
        readonly expected: { readonly origin: string; readonly selector: string };
        readonly found: ShownState;
      }
    | Unexpected;
  readonly DEPENDENCY_FAILED:
    | FailedCall
    /** The object was not written by this project, or is missing. `arming`: the number of the arming that it shows. */
    | {
        readonly resource: string;
        readonly unreadable: string;
        readonly object: 'ledger' | 'report' | 'other';
        readonly arming?: number | undefined;
      }
    | Unexpected;
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
    /** What the change failed with. */
    readonly first: Failure;
    /** What the rollback failed with. */
    readonly second: Failure;
    /** `null`: no such identity; absent: SES does not answer. */
    readonly found?: ShownState | null | undefined;
    readonly expected: object;
    /** Repair it by hand. */
    readonly commands: readonly string[];
    /** ISO 8601; `null`: it is not repeated automatically. */
    readonly retryAt: string | null;
  };
}

/** A defect, or an outage that no code handles. */
interface Unexpected {
  /** Name of the error that was thrown. */
  readonly name: string;
}

/** Details that are added where an error is caught. */
export interface AddedFacts {
  /** What SES has after the rollback, for people. */
  readonly rollback?: string;
  /** Whether the operators were notified. */
  readonly notice?: { readonly sent: boolean; readonly reason?: string; readonly error?: string };
  readonly triedAgainForSeconds?: number;
}

/** The details of an error with that code. */
export type FactsOf<Code extends ErrorCode> = ErrorFacts[Code] & AddedFacts;
