import { ACTIONS, type Action } from '../../handlers/contract';
import { visibleValue } from '../../handlers/outlets';
import { withoutFullStop } from '../../handlers/sentence';
import { CliError } from '../cli-error';
import type { CliWorld, FunctionAnswer } from '../world';
import type { Answers } from './answers';
import { awsFailure } from './aws-failure';

/** Which function, for which domain. */
export interface FunctionTarget {
  readonly functionName: string;
  readonly region: string;
}

type AnyAnswer = { readonly statusCode: number } & Readonly<Record<string, unknown>>;

/**
 * Asks the deployed function to do something directly.
 * @throws CliError with the function's own code and message, or one that says why it could not be called
 */
export async function callFunction<Name extends keyof Answers>(
  world: CliWorld,
  target: FunctionTarget,
  action: Name,
  fields: Readonly<Record<string, unknown>>,
): Promise<Answers[Name]> {
  const name: Action = ACTIONS[action];
  const answer = await world
    .invoke({ ...target, payload: { action: name, ...fields }, signal: world.signal })
    .catch((error: unknown) => {
      world.signal.throwIfAborted();
      throw awsFailure(error, {
        action: 'lambda:InvokeFunction',
        resource: `function ${target.functionName} in ${target.region}`,
      });
    });
  return readAnswer(visibleValue(answer), target) as Answers[Name];
}

function readAnswer({ payload, functionError }: FunctionAnswer, target: FunctionTarget): unknown {
  const shown = `function ${target.functionName} in ${target.region}`;
  if (functionError !== undefined) {
    const { errorType, errorMessage } = (payload ?? {}) as { errorType?: string; errorMessage?: string };
    throw new CliError(
      `The ${shown} failed: ${withoutFullStop(errorMessage ?? functionError)}. Look into its log (/aws/lambda/${target.functionName}).`,
      errorType ?? 'FUNCTION_FAILED',
    );
  }
  const answer = payload as Partial<AnyAnswer> | null;
  if (typeof answer !== 'object' || answer === null || typeof answer.statusCode !== 'number')
    throw new CliError(
      `The ${shown} answered something else than expected. Is it the function of this project? Name another one with --function.`,
      'UNEXPECTED_ANSWER',
    );
  if (answer.statusCode >= 400)
    throw new CliError(
      String(answer.message ?? 'no message'),
      String(answer.error ?? 'FUNCTION_FAILED'),
      undefined,
      answer.details,
    );
  return answer;
}
