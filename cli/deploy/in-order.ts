/** Runs stacks in the order of their dependencies. */

import { EXIT } from '../exit-codes';
import { mapConcurrently } from '../pace/concurrency';
import type { Outcome } from '../words/outcomes';
import { neededBy, needing } from './choose';
import type { Deployment } from './deployment';
import { exitCodeOf, notBegun } from './outcome';
import { endedLine } from './report';

export type StackRun = (stack: string) => Promise<Outcome>;

/**
 * Runs each stack to its end, independently of stacks that it does not need, and prints a line for each.
 * @param before outcomes of stacks that have already ended
 */
export async function runInOrder(
  deployment: Deployment,
  stacks: readonly string[],
  before: readonly Outcome[],
  step: StackRun,
): Promise<Outcome[]> {
  const { action, atOnce, cli } = deployment;
  const { out } = cli;
  const width = Math.max(...stacks.map(({ length }) => length));
  const begun = new Map<string, Outcome | Promise<Outcome>>(before.map((each) => [each.stack, each]));
  const needs = new Map(stacks.map((stack) => [stack, needed(deployment, stack)]));
  const begin = async (stack: string): Promise<Outcome> => {
    const blocked = await blockedBy(deployment, stack, needs.get(stack)!, begun);
    return blocked ?? orInterrupted(deployment, stack, step);
  };
  const ordered = inOrder(stacks, (stack) => needs.get(stack)!);
  let ended = 0;
  const work = mapConcurrently(ordered, atOnce, async (stack) => {
    const startedAt = performance.now();
    const end = begin(stack);
    begun.set(stack, end);
    const outcome = await end;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    ended += 1;
    out.write(endedLine(outcome, { ended, of: stacks.length, width, seconds }));
    return outcome;
  });
  return out.progress.during({ code: 'RUNNING_STACKS', facts: { action, stacks } }, work);
}

/** Sorts stacks so that those that others need begin first. Without a circle, as the list has none. */
function inOrder(stacks: readonly string[], waitsFor: (stack: string) => readonly string[]): string[] {
  const run = new Set(stacks);
  const depthOf = (stack: string): number =>
    Math.max(0, ...waitsFor(stack).flatMap((each) => (run.has(each) ? 1 + depthOf(each) : [])));
  const depths = new Map(stacks.map((stack) => [stack, depthOf(stack)]));
  return [...stacks].sort((a, b) => depths.get(a)! - depths.get(b)!);
}

/** Returns the stacks that must succeed before this one begins. */
function needed({ action, list }: Deployment, stack: string): string[] {
  if (action === 'destroy') return needing(list, stack);
  return action === 'deploy' ? neededBy(list, stack) : [];
}

/** Waits for the stacks that this one needs. Returns its outcome if it must not begin. */
async function blockedBy(
  { action }: Deployment,
  stack: string,
  needs: readonly string[],
  begun: ReadonlyMap<string, Outcome | Promise<Outcome>>,
): Promise<Outcome | undefined> {
  for (const each of needs) {
    const outcome = await begun.get(each);
    if (outcome === undefined || !stops(outcome)) continue;
    const facts = { stack: each };
    return action === 'destroy'
      ? notBegun(stack, { code: 'NEEDED_BY', facts })
      : notBegun(stack, { code: 'NEEDS', facts }, outcome);
  }
  return undefined;
}

/** Checks whether the stacks that need this one must not begin. A home that waits for SES already has its key and record. */
const stops = (outcome: Outcome): boolean => exitCodeOf(outcome) !== EXIT.ok && outcome.ended !== 'waiting';

async function orInterrupted({ signal }: Deployment, stack: string, step: StackRun): Promise<Outcome> {
  try {
    signal.throwIfAborted();
    return await step(stack);
  } catch (error) {
    if (!signal.aborted) throw error;
    return notBegun(stack, { code: 'INTERRUPTED_BEFORE', facts: {} });
  }
}
