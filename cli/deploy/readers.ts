/** Finds the topics of control stacks that nobody reads, and the listed subscribers that have to be asked again. */
import { controlStackId, regionsOf } from '../../list/domain-list';
import { functionNameOf } from '../target/domain-list';
import { unreadTopics, unsubscribed } from '../target/topics';
import type { Hint, Outcome } from '../words/outcomes';
import type { Deployment } from './deployment';

/** Listed subscribers that SNS does not have, by control stack. */
export type Unsubscribed = ReadonlyMap<string, readonly string[]>;

/**
 * Finds the listed subscribers that SNS does not have: it forgets whoever does not confirm within 48 hours, and anybody with
 * a notice can unsubscribe its reader. The state of the stack does not show it before a plan.
 */
export async function findUnsubscribed(
  { cli, list, states }: Deployment,
  controls: readonly string[],
): Promise<Unsubscribed> {
  const regions = regionsOf(list).filter((region) => {
    const stack = controlStackId(region);
    return controls.includes(stack) && states.get(stack)?.resources.length !== 0;
  });
  const functionName = functionNameOf(list);
  const found = await Promise.all(
    regions.map(async (region) => {
      const missing = await unsubscribed(cli.world, { functionName, region }, list);
      return [controlStackId(region), missing] as const;
    }),
  );
  return new Map(found.filter(([, missing]) => missing.length > 0));
}

/** Adds the topics that nobody reads, and whoever was asked again, to each planned control stack. */
export async function withReaders(
  deployment: Deployment,
  ended: readonly Outcome[],
  missing: Unsubscribed = new Map(),
): Promise<Outcome[]> {
  if (deployment.action !== 'deploy') return [...ended];
  return Promise.all(
    ended.map(async (each) => ({
      ...each,
      hints: [...each.hints, ...askedAgain(each, missing), ...(await unreadBy(deployment, each))],
    })),
  );
}

function askedAgain({ stack, ended }: Outcome, missing: Unsubscribed): Hint[] {
  const endpoints = missing.get(stack);
  return endpoints === undefined || ended !== 'done' ? [] : [{ code: 'ASKED_AGAIN', facts: { endpoints } }];
}

async function unreadBy({ cli, list, signal }: Deployment, { stack, ended }: Outcome): Promise<Hint[]> {
  const region = regionsOf(list).find((each) => controlStackId(each) === stack);
  if (region === undefined || signal.aborted || !['done', 'unchanged'].includes(ended)) return [];
  try {
    const unread = await unreadTopics(cli.world, { functionName: functionNameOf(list), region }, list);
    return unread.map((facts) => ({ code: 'UNREAD_TOPIC', facts }));
  } catch (error) {
    if (!signal.aborted) throw error;
    return [];
  }
}
