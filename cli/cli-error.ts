import { type ExitCode, exitCodeOfError } from './exit-codes';
import { rowOf } from './failure-catalogue';

/** A failure as an operator reads it: what happened; what to do is in the row of its code. */
export class CliError extends Error {
  /** What to do, with `<domain>` for the domain; absent if the message says it. */
  readonly advice: string | undefined;

  constructor(
    message: string,
    /** A code of the function, or of the command in the same style. */
    readonly code: string,
    readonly exitCode: ExitCode = exitCodeOfError(code),
    readonly details?: unknown,
    advice?: string,
  ) {
    super(message);
    this.name = 'CliError';
    this.advice = advice ?? rowOf(code)?.todo;
  }
}

/** Returns what fails with an error for the operator as that error: of several, one must not hide the others. */
export async function orCliError<T>(work: Promise<T>): Promise<T | CliError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
}

/** Makes the error of a wrong command line, which says what to do instead. */
export const usageError = (message: string): CliError => new CliError(message, 'USAGE');
