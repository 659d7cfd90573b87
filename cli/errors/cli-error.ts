import type { ByodkimError } from '../../handlers/errors/errors';
import type { KnownEngine } from '../../packages/engine/engine-version';
import type { ExitCode } from '../exit-codes';
import type { ErrorData } from '../words/coded';
import { type FailureFacts, lockAdvice, type RunRefusalCode, THROWN } from '../words/failures';
import { madeBefore, OTHER_KEY_FILE } from '../words/key';
import type { RotationObstacle } from '../words/rotation';
import { rowOfCode } from '../words/rows';
import { type UsageFacts, usageWords } from '../words/usage';
import { exitCodeOfError } from './decisions';
import { refuseRun } from './failure-catalogue';

/** Properties of an error in addition to its code. */
interface Failure {
  /** Message: the event, the expectation and the observation. */
  readonly message: string;
  /** The facts of the message, as data. */
  readonly facts?: unknown;
  /** @default that of the code's row */
  readonly exitCode?: ExitCode;
  /** Advice, with `<domain>` in place of the domain. @default that of the code's row; empty if the message has it */
  readonly advice?: string | undefined;
}

/** A failure with words for an operator. `failure` and `usageError` make it. */
export class CliError extends Error {
  readonly exitCode: ExitCode;
  readonly facts: unknown;
  readonly advice: string | undefined;

  constructor(
    /** A code of the function, or of the command in the same style. */
    readonly code: string,
    { message, facts, exitCode = exitCodeOfError(code), advice = rowOfCode(code)?.todo }: Failure,
  ) {
    super(message);
    this.name = 'CliError';
    this.exitCode = exitCode;
    this.facts = facts;
    this.advice = advice;
  }
}

/** Makes the error of a code; its row in cli/words has the sentence. */
export const failure = <Code extends keyof FailureFacts>(code: Code, facts: FailureFacts[Code]): CliError =>
  new CliError(code, { message: THROWN[code].what(facts), facts, advice: THROWN[code].todo });

/** Makes the error of a wrong command line, with the correct form. */
export const usageError = <Kind extends keyof UsageFacts>(kind: Kind, facts: UsageFacts[Kind]): CliError =>
  new CliError('USAGE', { message: usageWords({ code: kind, facts }), facts: { kind, ...facts } });

/** Makes the error of a run that is refused as a whole. */
export function runRefusalError(code: RunRefusalCode): CliError {
  const { message, facts } = refuseRun(code);
  return new CliError(code, { message, facts });
}

/** Makes the error of a run without a lock file. @param folder of a stack */
export function notLockedError({ kind }: Pick<KnownEngine, 'kind'>, folder: string): CliError {
  const { code, message, facts } = refuseRun('PROVIDER_NOT_LOCKED');
  return new CliError(code, { message, facts, advice: lockAdvice(kind, folder) });
}

/** Makes the error of a rotation that cannot begin. */
export function obstacleError(obstacle: RotationObstacle): CliError {
  switch (obstacle.kind) {
    case 'no-key':
      return failure('CERTIFICATE_NOT_FOUND', obstacle);
    case 'key-of-others':
      return failure('KEY_NOT_MADE_HERE', obstacle);
    case 'open':
      return failure('CONCURRENT_UPDATE', obstacle);
    case 'behind':
      return usageError('behind', obstacle);
    case 'no-free-selector':
      return usageError('no-free-selector', obstacle);
  }
}

/** Makes the error of a key file that SES does not accept. */
export const keyFileError = ({ code, message, facts }: ByodkimError): CliError =>
  new CliError(code, { message, facts, advice: OTHER_KEY_FILE });

/** Adds the selectors whose keys were made before it to an error. */
export const afterKeysMade = (error: CliError, selectors: readonly string[]): CliError =>
  new CliError(error.code, { ...errorAsData(error), message: madeBefore(error.message, selectors) });

/** An error in the function's answer. The function runs and reports a problem. */
export class AnsweredError extends CliError {}

/** Returns an error as data, without its stack. */
export const errorAsData = ({ code, message, facts, advice, exitCode }: CliError): ErrorData => ({
  code,
  message,
  facts,
  advice,
  exitCode,
});

/** Awaits a promise and returns an error for the operator as a value, so that one error does not hide the others. */
export async function orCliError<T>(work: Promise<T>): Promise<T | CliError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
}
