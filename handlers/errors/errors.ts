import type { AddedFacts, ErrorCode, ErrorFacts, FactsOf } from '../facts/errors';
import { adviceOf, describeError, ERRORS } from '../words/errors';

export type { ErrorCode };

/** The sentence and the facts of an error whose row has no sentence yet. */
interface Worded<Code extends ErrorCode> {
  readonly what: string;
  readonly details: FactsOf<Code>;
  readonly cause?: unknown;
}

/** The only error that leaves the handler: a code with facts. Its row has the sentences. Engines print `name`: the code. */
export class ByodkimError<Code extends ErrorCode = ErrorCode> extends Error {
  readonly facts: FactsOf<Code>;

  constructor(
    readonly code: Code,
    given: FactsOf<Code> | Worded<Code>,
    { cause }: { readonly cause?: unknown } = {},
  ) {
    const worded = 'details' in given ? given : undefined;
    const facts = worded?.details ?? (given as FactsOf<Code>);
    super(worded?.what ?? describeError(code, facts), { cause: worded?.cause ?? cause });
    this.name = code;
    this.facts = facts;
  }

  get details(): FactsOf<Code> {
    return this.facts;
  }

  /** What to do, with `<domain>` for the domain. */
  get advice(): string {
    return adviceOf(this.code, this.facts);
  }

  get statusCode(): number {
    return ERRORS[this.code].status;
  }

  /** Returns a copy with more facts and one more sentence of what happened. What SES has now comes first. */
  with(added: AddedFacts, sentence = ''): ByodkimError<Code> {
    const sentences = added.rollback === undefined ? [this.message, sentence] : [sentence, this.message];
    const what = sentences.filter((each) => each !== '').join(' ');
    const details = { ...this.facts, ...added };
    return new ByodkimError(this.code, { what, details, cause: this.cause ?? this });
  }
}

/** Returns whether an error is a ByodkimError with one of these codes, which types its facts. */
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
  return new ByodkimError(code, { kind: 'unexpected', name, message } as ErrorFacts[typeof code], {
    cause: error,
  });
}
