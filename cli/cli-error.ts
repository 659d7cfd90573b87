import { EXIT, type ExitCode, exitCodeOfError } from './exit-codes';

/** A failure as an operator reads it: what happened, and what to do. */
export class CliError extends Error {
  constructor(
    message: string,
    /** A code of the function, or of the command in the same style. */
    readonly code: string,
    readonly exitCode: ExitCode = exitCodeOfError(code),
    readonly details?: unknown,
  ) {
    super(message);
    this.name = 'CliError';
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

/** Makes the error of a wrong command line. */
export const usageError = (message: string): CliError => new CliError(message, 'USAGE', EXIT.failed);
