/** Finds the other regions of a shared domain whose signing state could not be read. */
import type { DomainList } from '../../list/domain-list';
import { CliError } from '../errors/cli-error';
import type { Ended, Hint, Outcome } from '../facts/outcomes';
import type { Deployment } from './deployment';
import { statusOf } from './status-of';

/** A refusal names the region by itself, if its answer was needed. */
const DEPLOYED: readonly Ended[] = ['done', 'unchanged', 'waiting', 'rolled-back'];

/** Adds the regions whose ledgers the function could not read to each planned entry that shares a key. */
export async function withUnaskedRegions(
  deployment: Deployment,
  ended: readonly Outcome[],
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const each of ended)
    outcomes.push({ ...each, hints: [...each.hints, ...(await unaskedBy(deployment, each))] });
  return outcomes;
}

async function unaskedBy(deployment: Deployment, { stack, ended, reason }: Outcome): Promise<Hint[]> {
  const { list, action, signal } = deployment;
  const listed = list.domains.find((each) => each.stack === stack);
  const isPlanned = DEPLOYED.includes(ended) && reason.code !== 'IN_STEP';
  if (listed === undefined || action !== 'deploy' || !isPlanned || !isShared(list, stack)) return [];
  try {
    signal.throwIfAborted();
    const answer = await statusOf(deployment, listed);
    if (answer instanceof CliError) return [];
    return answer.regions.flatMap(({ region, why }) =>
      why === undefined ? [] : [{ code: 'UNASKED_REGION', facts: { region, why } } as const],
    );
  } catch (error) {
    if (!signal.aborted) throw error;
    return [];
  }
}

/** Whether an entry signs with a key that another region signs with as well. */
const isShared = ({ sharedKeys }: DomainList, stack: string): boolean =>
  sharedKeys.some(
    ({ signers }) =>
      signers.some((each) => each.stack === stack) && new Set(signers.map(({ region }) => region)).size > 1,
  );
