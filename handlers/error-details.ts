import type { GateOutcome } from './dns/outcome';

/** Which call of AWS failed, and what AWS said. */
export interface FailedCall {
  /** As IAM names it: `ses:GetEmailIdentity`. */
  readonly action: string;
  /** An ARN, `s3://bucket/key`, or the like. */
  readonly resource: string;
  /** The name of AWS's error, and its words. Absent where it was not AWS that refused. */
  readonly awsError?: string;
  readonly awsMessage?: string;
  readonly requestId?: string | undefined;
  /** A role that was just made, and that AWS does not see yet. */
  readonly arrivesLate?: true;
}

interface WrongFields {
  /** Dotted: `gate.nameservers`. */
  readonly fields: readonly string[];
  /** One for each field, in words. */
  readonly reasons?: readonly string[];
  readonly found?: string;
}

/** What the gate has seen, server by server. */
export interface GateDetails extends Omit<GateOutcome, 'ready' | 'code' | 'message' | 'advice'> {
  /** What the record's name must be an alias of. */
  readonly expectedAlias?: string;
}

/** What SES has, or should have. */
interface ShownState {
  readonly origin: string;
  readonly selector?: string | undefined;
  readonly enabled: boolean;
  readonly status: string;
}

interface Told {
  readonly code: string;
  readonly message: string;
}

/** What each error carries as data: whoever sends one and whoever reads it are held to the same shape. */
export interface DetailsOf {
  readonly VALIDATION_ERROR: WrongFields;
  readonly UNSUPPORTED_ACTION: { readonly found: string; readonly known: readonly string[] };
  readonly NOT_ALLOWED: WrongFields & { readonly allowedBy: readonly string[] };
  readonly DNS_TXT_NOT_READY: GateDetails;
  readonly DNS_TXT_INVALID: GateDetails;
  readonly DNS_KEY_MISMATCH: GateDetails;
  readonly DNS_LOOKUP_FAILED: GateDetails;
  readonly CERTIFICATE_NOT_FOUND: {
    readonly expected: { readonly bucket: string; readonly key: string; readonly fingerprint?: string };
    readonly found: null;
  };
  readonly CERTIFICATE_INVALID: {
    /** `s3://bucket/key` */
    readonly place: string;
    readonly reason: string;
    /** Fingerprints, where it is another key than it should be. */
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
  readonly KEY_STILL_NEEDED: {
    readonly domain: string;
    readonly selector: string;
    /** Each need, in words. */
    readonly reasons: readonly string[];
  };
  readonly RECORD_STILL_NEEDED: {
    readonly domain: string;
    /** Selectors. */
    readonly needed: readonly string[];
    readonly previousSelectors: readonly string[];
  };
  readonly CONCURRENT_UPDATE:
    | {
        readonly domain: string;
        readonly region: string;
        /** ISO 8601: of the lease, where there is one. */
        readonly since?: string | undefined;
        readonly until?: string | undefined;
      }
    /** Transactions. */
    | { readonly domain: string; readonly transaction: string; readonly by: string }
    | { readonly drill: string };
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
    /** What lies there is not ours. */
    | { readonly resource: string; readonly unreadable: string }
    | Unexpected;
  readonly VERIFICATION_TIMEOUT: {
    readonly domain: string;
    readonly selector: string;
    readonly status: string;
    readonly verificationError?: string | undefined;
  };
  readonly ROLLBACK_FAILED: {
    /** What the change failed with. */
    readonly first: Told;
    /** What putting back failed with. */
    readonly second: Told;
    /** `null`: no such identity; absent: SES does not answer. */
    readonly found?: ShownState | null | undefined;
    readonly expected: object;
    /** To mend it by hand. */
    readonly commands: readonly string[];
    /** ISO 8601; `null`: nothing tries it again by itself. */
    readonly retryAt: string | null;
  };
}

/** Every way in which the function refuses or fails. */
export type ErrorCode = keyof DetailsOf;

/** A defect, or an outage of a kind that nobody has thought of. */
interface Unexpected {
  /** Of the error that was thrown. */
  readonly name: string;
}

/** What is known of an error only further up. */
export interface AddedDetails {
  /** What the rollback has left in SES, in words. */
  readonly rollback?: string;
  /** Whether the operators were told. */
  readonly notice?: { readonly sent: boolean; readonly reason?: string; readonly error?: string };
  readonly triedAgainForSeconds?: number;
}
