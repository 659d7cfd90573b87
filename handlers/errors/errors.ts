import { adviceOf, describeError, type ErrorCode, type ErrorFacts, type FactsOf } from '../words/errors';
import type { AddedFacts } from '../words/errors/runs';
import { ERROR_DECISIONS } from './decisions';

/**
 * The only error that leaves the handler. It has a code with facts, and its row has the sentences. Engines print `name`, which
 * is the code.
 */
export class ByodkimError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly facts: FactsOf<Code>;

  constructor(
    readonly code: Code,
    facts: FactsOf<Code>,
    { cause }: { readonly cause?: unknown } = {},
  ) {
    super(describeError(code, facts), { cause });
    this.name = code;
    this.facts = facts;
  }

  /** Advice, with `<domain>` in place of the domain. */
  get advice(): string {
    return adviceOf(this.code, this.facts);
  }

  get statusCode(): number {
    return ERROR_DECISIONS[this.code].status;
  }

  /** Returns a copy with more facts and their sentences. */
  with(added: AddedFacts): ByodkimError<Code> {
    return new ByodkimError(this.code, { ...this.facts, ...added }, { cause: this.cause ?? this });
  }
}

/** Checks whether an error is a ByodkimError with one of these codes, which determines the type of its facts. */
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

/** Codes of a private key, or its DNS information, that is missing or unusable. */
export const CERTIFICATE_CODES = ['CERTIFICATE_NOT_FOUND', 'CERTIFICATE_INVALID'] as const;

/**
 * Converts anything thrown to a ByodkimError. Any other error is a defect or an outage.
 * @param code SES_UPDATE_FAILED while SES is being changed
 */
export function asByodkimError(
  error: unknown,
  code: 'DEPENDENCY_FAILED' | 'SES_UPDATE_FAILED' = 'DEPENDENCY_FAILED',
): ByodkimError {
  if (error instanceof ByodkimError) return error;
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return new ByodkimError(code, { kind: 'unexpected', name, message } as ErrorFacts[typeof code], {
    cause: error,
  });
}
