import { ERROR_CATALOGUE, type ErrorCode } from './error-catalogue';
import { withoutFullStop } from './escape';
import type { GateOutcome, MailFromOutcome } from './gate-outcome';

export type { ErrorCode };

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
}

interface WrongFields {
  /** Dotted: `gate.nameservers`. */
  readonly fields: readonly string[];
  /** One for each field, for people. */
  readonly reasons?: readonly string[];
  readonly found?: string;
}

/** The gate's outcome, server by server. */
export interface GateDetails extends Omit<GateOutcome, 'ready' | 'code' | 'message' | 'advice'> {
  /** What the record's name must be an alias of. */
  readonly expectedAlias?: string;
}

/** What the gate has seen of a MAIL FROM domain, server by server. */
export type MailFromDetails = Pick<MailFromOutcome, 'mailFromDomain' | 'records' | 'servers'>;

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
export interface DetailsOf {
  readonly VALIDATION_ERROR: WrongFields;
  readonly UNSUPPORTED_ACTION: { readonly found: string; readonly known: readonly string[] };
  readonly NOT_ALLOWED: WrongFields & { readonly allowedBy: readonly string[] };
  readonly DNS_TXT_NOT_READY: GateDetails;
  readonly DNS_TXT_INVALID: GateDetails;
  readonly DNS_KEY_MISMATCH: GateDetails;
  /** `place`: `s3://bucket/key`; the others are fingerprints. */
  readonly KEY_REPLACED: { readonly place: string; readonly expected: string; readonly found: string };
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
  };
  readonly CERTIFICATE_INVALID: {
    /** `s3://bucket/key` */
    readonly place: string;
    readonly reason: string;
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
  };
  readonly CONCURRENT_UPDATE:
    | {
        readonly domain: string;
        readonly region: string;
        /** ISO 8601: of the lease, if one is held. */
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
    /** The object was not written by this project, or is missing. `arming`: the number of the arming that it shows. */
    | { readonly resource: string; readonly unreadable: string; readonly arming?: number | undefined }
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
export interface AddedDetails {
  /** What SES has after the rollback, for people. */
  readonly rollback?: string;
  /** Whether the operators were notified. */
  readonly notice?: { readonly sent: boolean; readonly reason?: string; readonly error?: string };
  readonly triedAgainForSeconds?: number;
}

/** The details of an error with that code. */
export type ErrorDetails<Code extends ErrorCode> = DetailsOf[Code] & AddedDetails;

interface ErrorContent<Code extends ErrorCode> {
  /** What happened, what was expected and what was found. */
  readonly what: string;
  /** What to do next. */
  readonly advice?: string | undefined;
  readonly details: ErrorDetails<Code>;
  readonly cause?: unknown;
}

/**
 * The only error that leaves the handler. Its message is what happened and what to do next, for logs and direct calls;
 * `what` and `advice` are the two parts, for engines and notices; `details` is data. Engines print `name`, so it is the
 * code.
 */
export class ByodkimError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly what: string;
  readonly advice: string | undefined;
  readonly details: ErrorDetails<Code>;

  constructor(
    readonly code: Code,
    { what, advice, details, cause }: ErrorContent<Code>,
  ) {
    super(advice === undefined ? what : `${what} ${advice}`, { cause });
    this.name = code;
    this.what = what;
    this.advice = advice;
    this.details = details;
  }

  get statusCode(): number {
    return ERROR_CATALOGUE[this.code].status;
  }

  /** Returns a copy with more details and one more sentence of what happened. What SES has now comes first. */
  with(added: AddedDetails, sentence = ''): ByodkimError<Code> {
    const sentences = added.rollback === undefined ? [this.what, sentence] : [sentence, this.what];
    const what = sentences.filter((each) => each !== '').join(' ');
    const details = { ...this.details, ...added };
    return new ByodkimError(this.code, { what, advice: this.advice, details, cause: this.cause ?? this });
  }
}

/** Returns whether an error is a ByodkimError with one of these codes, which types its details. */
export const hasCode = <Code extends ErrorCode>(
  error: unknown,
  ...codes: readonly Code[]
): error is ByodkimError<Code> =>
  error instanceof ByodkimError && (codes as readonly ErrorCode[]).includes(error.code);

/** Returns `null` if the promise rejects with one of these codes. */
export const nullOn = <T>(answer: Promise<T>, ...codes: readonly ErrorCode[]): Promise<T | null> =>
  answer.catch((error: unknown) => {
    if (hasCode(error, ...codes)) return null;
    throw error;
  });

/** The private key or its DNS information is missing or unusable. */
export const CERTIFICATE_CODES = ['CERTIFICATE_NOT_FOUND', 'CERTIFICATE_INVALID'] as const;

/**
 * Makes a ByodkimError of anything thrown. Any other error is a defect or an outage.
 * @param code SES_UPDATE_FAILED while SES is being changed
 */
export function asByodkimError(
  error: unknown,
  code: 'DEPENDENCY_FAILED' | 'SES_UPDATE_FAILED' = 'DEPENDENCY_FAILED',
): ByodkimError {
  if (error instanceof ByodkimError) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return new ByodkimError(code, {
    what: `Unexpected failure: ${name}: ${withoutFullStop(message)}.`,
    advice: "Deploy again; if it fails again, read the function's log.",
    details: { name },
    cause: error,
  });
}
