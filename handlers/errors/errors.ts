import { withoutFullStop } from '../escape';
import type { AddedFacts, ErrorCode, FactsOf } from '../facts/errors';
import { adviceOf, ERRORS } from '../words/errors';

export type { ErrorCode };

interface ErrorContent<Code extends ErrorCode> {
  /** What happened, what was expected and what was found. */
  readonly what: string;
  readonly details: FactsOf<Code>;
  readonly cause?: unknown;
}

/**
 * The only error that leaves the handler: its message is what happened, its details are the same as data, and what to do is
 * in the catalogue's row of its code. Engines print `name`, so it is the code.
 */
export class ByodkimError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly details: FactsOf<Code>;

  constructor(
    readonly code: Code,
    { what, details, cause }: ErrorContent<Code>,
  ) {
    super(what, { cause });
    this.name = code;
    this.details = details;
  }

  /** What to do, with `<domain>` for the domain. */
  get advice(): string {
    return adviceOf(this.code, this.details);
  }

  get statusCode(): number {
    return ERRORS[this.code].status;
  }

  /** Returns a copy with more details and one more sentence of what happened. What SES has now comes first. */
  with(added: AddedFacts, sentence = ''): ByodkimError<Code> {
    const sentences = added.rollback === undefined ? [this.message, sentence] : [sentence, this.message];
    const what = sentences.filter((each) => each !== '').join(' ');
    const details = { ...this.details, ...added };
    return new ByodkimError(this.code, { what, details, cause: this.cause ?? this });
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
    details: { name },
    cause: error,
  });
}
