import type { KnownDomain } from '../../handlers/reports/known-domain';
import { CliError } from '../errors/cli-error';
import { askKnown, type KnownFacts } from '../target/known';
import type { Deployment } from './deployment';

/**
 * Asks the functions about those of the stacks for which there is no answer yet, without asking SES. Returns all answers, or
 * the earlier ones if the run is interrupted.
 */
export async function withAnswers(
  { cli, list, signal }: Deployment,
  known: KnownFacts,
  stacks: readonly string[],
): Promise<KnownFacts> {
  const unanswered = stacks.filter((stack) => answerOf(known, stack) === undefined);
  if (unanswered.length === 0 || signal.aborted) return known;
  try {
    return new Map([...known, ...(await askKnown(cli.world, list, unanswered))]);
  } catch (error) {
    if (!signal.aborted) throw error;
    return known;
  }
}

/** Returns the known facts about an entry, if its function has answered. */
export function answerOf(known: KnownFacts, stack: string): KnownDomain | undefined {
  const answer = known.get(stack);
  return answer instanceof CliError ? undefined : answer;
}
