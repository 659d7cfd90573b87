import { ERROR_CATALOGUE } from './error-catalogue';
import type { AddedDetails, DetailsOf, ErrorCode } from './error-details';

export type { ErrorCode };

/** The details of an error, by its code. */
export type ErrorDetails<Code extends ErrorCode> = DetailsOf[Code] & AddedDetails;

interface Told<Code extends ErrorCode> {
  /** What happened, what was expected and what was found. */
  readonly what: string;
  /** What to do next. */
  readonly advice?: string | undefined;
  readonly details: ErrorDetails<Code>;
  readonly cause?: unknown;
}

/**
 * The one error that leaves the handler. Its message says what happened and what to do next, for logs and direct calls;
 * `what` and `advice` are the same apart, as engines and notices show them, and `details` as data. An engine shows
 * `name`, so it is the code.
 */
export class ByodkimError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly what: string;
  readonly advice: string | undefined;
  readonly details: ErrorDetails<Code>;

  constructor(
    readonly code: Code,
    { what, advice, details, cause }: Told<Code>,
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

  /** The same error, with more in its details, and more said of what happened. */
  with(added: AddedDetails, said = ''): ByodkimError<Code> {
    const what = said === '' ? this.what : `${this.what} ${said}`;
    const details = { ...this.details, ...added };
    return new ByodkimError(this.code, { what, advice: this.advice, details, cause: this.cause ?? this });
  }
}

/** Whether it is one of ours with one of these codes; its details are then known. */
export const hasCode = <Code extends ErrorCode>(
  error: unknown,
  ...codes: readonly Code[]
): error is ByodkimError<Code> =>
  error instanceof ByodkimError && (codes as readonly ErrorCode[]).includes(error.code);

/** `null` where it fails with one of these codes. */
export const nullOn = <T>(answer: Promise<T>, ...codes: readonly ErrorCode[]): Promise<T | null> =>
  answer.catch((error: unknown) => {
    if (hasCode(error, ...codes)) return null;
    throw error;
  });

/** The private key, or what describes it, is not there or is of no use. */
export const CERTIFICATE_CODES = ['CERTIFICATE_NOT_FOUND', 'CERTIFICATE_INVALID'] as const;
