/** Finds the topics of control stacks that were deployed and that nobody reads. */
import { controlStackId, regionsOf } from '../../list/domain-list';
import type { Hint, Outcome } from '../facts/outcomes';
import { functionNameOf } from '../target/domain-list';
import { unreadTopics } from '../target/topics';
import type { Deployment } from './deployment';

/** Adds the topics that nobody reads to each planned control stack. */
export async function withReaders(deployment: Deployment, ended: readonly Outcome[]): Promise<Outcome[]> {
  if (deployment.action !== 'deploy') return [...ended];
  return Promise.all(
    ended.map(async (each) => ({ ...each, hints: [...each.hints, ...(await unreadBy(deployment, each))] })),
  );
}

async function unreadBy({ cli, list, signal }: Deployment, { stack, ended }: Outcome): Promise<Hint[]> {
  const region = regionsOf(list).find((each) => controlStackId(each) === stack);
  if (region === undefined || signal.aborted || !['done', 'unchanged'].includes(ended)) return [];
  try {
    const unread = await unreadTopics(cli.world, { functionName: functionNameOf(list), region });
    return unread.map((facts) => ({ code: 'UNREAD_TOPIC', facts }));
  } catch (error) {
    if (!signal.aborted) throw error;
    return [];
  }
}
