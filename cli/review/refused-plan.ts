import { rotationSettings } from '../../constructs/rotation-settings';
import type { ListedDomain } from '../../list/domain-list';
import { inspectPlan } from '../aws/function';
import { CliError } from '../cli-error';
import { EXIT } from '../exit-codes';
import { eventFields, functionOf, type Target } from '../target';
import type { CliWorld } from '../world';
import type { Readiness } from './readiness';

/**
 * Asks the function as the domain's plan does, and returns why it would refuse the deploy.
 * @returns `undefined`: it would not, or it could not be asked
 */
export async function refusalOfPlan(
  world: CliWorld,
  target: Target & { readonly listed: ListedDomain },
): Promise<Readiness | undefined> {
  const { listed } = target;
  if (listed.driftDetection === false) return undefined;
  try {
    const fields = { ...eventFields(target, listed.selector), rotation: rotationSettings(listed) };
    const { refusal } = await inspectPlan(world, functionOf(target), fields);
    if (refusal === undefined) return undefined;
    const { errorType, errorMessage } = JSON.parse(refusal) as { errorType: string; errorMessage: string };
    return {
      exitCode: EXIT.wrong,
      words: `the deploy is refused: ${errorType}`,
      isPublished: false,
      report: errorMessage,
      next: { who: 'you', what: 'change the list as the message says' },
    };
  } catch (error) {
    if (error instanceof CliError) return undefined;
    throw error;
  }
}
