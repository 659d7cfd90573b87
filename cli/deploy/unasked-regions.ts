/** Finds the other regions that share a key with an entry and whose signing state could not be read. */

import type { KnownFacts } from '../target/known';
import type { Ended, Hint, Outcome } from '../words/outcomes';
import type { Deployment } from './deployment';
import { answerOf, withAnswers } from './known-facts';

/** A refusal names the region by itself, if its answer was needed. */
const DEPLOYED: readonly Ended[] = ['done', 'unchanged', 'waiting', 'rolling-back', 'rolled-back'];

/**
 * Adds the regions whose ledgers the function could not read to each planned entry that shares or has shared a key. The
 * entry's own ledger names them, so a region that has left the list is among them.
 * @param known the answers so far; an entry that has changed is asked about, since it may name another region now
 */
export async function withUnaskedRegions(
  deployment: Deployment,
  ended: readonly Outcome[],
  known: KnownFacts,
): Promise<Outcome[]> {
  const planned = ended.filter((each) => DEPLOYED.includes(each.ended) && each.reason.code !== 'IN_STEP');
  const unchanged = new Set(stacksOf(planned.filter((each) => each.ended === 'unchanged')));
  const answered = new Map([...known].filter(([stack]) => unchanged.has(stack)));
  const answers = await withAnswers(deployment, answered, stacksOf(planned));
  return ended.map((each) => ({ ...each, hints: [...each.hints, ...unaskedOf(answers, each.stack)] }));
}

const stacksOf = (outcomes: readonly Outcome[]): string[] => outcomes.map(({ stack }) => stack);

const unaskedOf = (known: KnownFacts, stack: string): Hint[] =>
  (answerOf(known, stack)?.regions ?? []).flatMap(({ region, why }) =>
    why === undefined ? [] : [{ code: 'UNASKED_REGION', facts: { region, why } } as const],
  );
