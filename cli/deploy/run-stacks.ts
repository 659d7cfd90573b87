import { namesOf } from '../../constructs/names';
import { controlStackId, isControlStack, regionsOf } from '../../list/domain-list';
import { sharedObjects } from '../../list/sharing';
import type { PlannedChange } from '../engine/engine';
import { renameCommand } from '../engine/renaming';
import { CliError, orCliError } from '../errors/cli-error';
import { refused as refusal } from '../errors/failure-catalogue';
import { EXIT } from '../facts/exit-codes';
import type { HandlerError } from '../facts/failures';
import { mapConcurrently } from '../pace/concurrency';
import { readsOfApply, readsOfPlan, SES_READS } from '../pace/ses-reads';
import { functionNameOf } from '../target/domain-list';
import { neededBy, needing } from './choose';
import type { Deployment } from './deployment';
import { afterApply, afterPlan, exitCodeOf, notBegun, type Outcome, refused } from './outcome';
import { passOver, passOverControls } from './pass-over';
import { taintedIn, weakeningRefusals } from './plan-refusals';
import { meaningOfPlan, waitAt } from './report';
import { awaitVerification, withRemains } from './verification';

const stacksOf = (outcomes: readonly Outcome[]): string[] => outcomes.map(({ stack }) => stack);

type Step = (stack: string) => Promise<Outcome>;

/**
 * Runs the stacks: control stacks before the entries that need them, in a destroy after them. After a deploy it waits for
 * SES, and ends the stacks that are not done before.
 */
export async function runStacks(deployment: Deployment, stacks: readonly string[]): Promise<Outcome[]> {
  const controls = stacks.filter(isControlStack);
  const entries = stacks.filter((stack) => !isControlStack(stack));
  if (deployment.action === 'destroy') {
    const destroyed = await withRemains(deployment, await runPhase(deployment, entries));
    return [...destroyed, ...(await runPhase(deployment, controls, destroyed))];
  }
  const asApplied = passOverControls(deployment);
  for (const { stack, detail } of asApplied) deployment.cli.out.write(`${stack}  unchanged: ${detail}\n`);
  const planned = controls.filter((stack) => !stacksOf(asApplied).includes(stack));
  const made = [...asApplied, ...(await runPhase(deployment, planned))];
  const passing = deployment.passesOver ? passOver(deployment, made) : Promise.resolve([]);
  const passed = await passing.catch((error) => {
    if (!deployment.signal.aborted) throw error;
    return [];
  });
  const before = [...made, ...passed];
  const left = new Set(entries);
  for (const { stack } of before) left.delete(stack);
  const ended = [...before, ...(await runPhase(deployment, [...left], before))];
  if (deployment.action === 'diff') return ended;
  const verified = await awaitVerification(deployment, ended);
  const unfinished = verified.filter((each) => each.isUnfinished && each.ended === 'done');
  if (deployment.signal.aborted) return verified;
  // An approved apply goes on.
  const finished = await runPhase({ ...deployment, approve: undefined }, stacksOf(unfinished));
  return verified.map((each) => finished.find(({ stack }) => stack === each.stack) ?? each);
}

/**
 * Plans and applies each stack. If a person approves, what all plans mean is printed first, and those plans are applied.
 * @param before how others have ended
 */
async function runPhase(
  deployment: Deployment,
  stacks: readonly string[],
  before: readonly Outcome[] = [],
): Promise<Outcome[]> {
  const { action, approve, states, workspace, verbose } = deployment;
  if (stacks.length === 0) return [];
  const write = (text: string) => deployment.cli.out.write(text);
  const changesOf = new Map<string, readonly PlannedChange[]>();
  const prepare: Step = async (stack) => {
    await turn(deployment, stack, readsOfPlan(states.get(stack)));
    const planned = await plan(deployment, stack, changesOf);
    if (planned.ended !== 'planned') return planned;
    if (verbose || action === 'diff') write(`\n${stack}\n${await workspace.show(stack)}\n\n`);
    if (approve) write(`${meaningOfPlan(deployment, stack, changesOf.get(stack)!)}\n`);
    return planned;
  };
  const apply: Step = async (stack) => {
    await turn(deployment, stack, readsOfApply(changesOf.get(stack)!));
    const said = new Set<string>();
    const end = await workspace.apply(stack, {
      onLine: (line) => verbose && write(`${stacks.length > 1 ? `${stack}  ` : ''}${line}\n`),
      onWait: (address) => {
        const reason = waitAt(address);
        if (reason !== undefined && !said.has(reason)) write(`${stack}  ${reason}\n`);
        said.add(reason ?? '');
      },
    });
    const ended = afterApply(stack, end, deployment);
    if (ended.isUnverified) countConfirmation(deployment, stack);
    return ended;
  };
  if (action !== 'diff' && !approve)
    return runAll(deployment, stacks, before, async (stack) => {
      const planned = await prepare(stack);
      return planned.ended === 'planned' ? apply(stack) : planned;
    });
  const outcomes = await runAll(deployment, stacks, before, prepare);
  const ready = stacksOf(outcomes.filter(({ ended }) => ended === 'planned'));
  if (action === 'diff' || !approve || ready.length === 0) return outcomes;
  const rest = outcomes.filter(({ ended }) => ended !== 'planned');
  if (await approve(ready)) return [...rest, ...(await runAll(deployment, ready, rest, apply))];
  return [...rest, ...ready.map((stack) => notBegun(stack, 'not approved; nothing was changed'))];
}

/** Waits until SES's rate has room for the calls of an entry. @throws once it is interrupted */
async function turn({ pace, list, signal }: Deployment, stack: string, calls: number): Promise<void> {
  const listed = list.domains.find((each) => each.stack === stack);
  if (listed !== undefined) await pace.turn(listed, calls, signal);
  signal.throwIfAborted();
}

/** Counts the read of a `Confirmation` that SES had not verified before: no plan shows that it comes. */
function countConfirmation({ pace, list }: Deployment, stack: string): void {
  const listed = list.domains.find((each) => each.stack === stack);
  if (listed !== undefined) pace.spent(listed, SES_READS.confirmationLater.reads);
}

/** Returns the stacks that have to end well before one is begun. */
function awaited({ action, list }: Deployment, stack: string): string[] {
  if (action === 'destroy') return needing(list, stack);
  return action === 'deploy' ? neededBy(list, stack) : [];
}

/** Whether what needs a stack must not be begun. A home that waits for SES has key and record. */
const stops = (outcome: Outcome): boolean =>
  exitCodeOf(outcome) !== EXIT.ok && outcome.ended !== 'waits for SES';

/** Runs each stack to its end whatever becomes of those that it does not need, and prints a line for each. */
async function runAll(
  deployment: Deployment,
  stacks: readonly string[],
  before: readonly Outcome[],
  step: Step,
): Promise<Outcome[]> {
  const { action, atOnce, signal, cli } = deployment;
  const { out } = cli;
  const width = Math.max(...stacks.map(({ length }) => length));
  const begun = new Map<string, Outcome | Promise<Outcome>>(before.map((each) => [each.stack, each]));
  const needs = new Map(stacks.map((stack) => [stack, awaited(deployment, stack)]));
  const begin = async (stack: string): Promise<Outcome> => {
    for (const needed of needs.get(stack)!) {
      const outcome = await begun.get(needed);
      if (outcome && stops(outcome))
        return action === 'destroy'
          ? notBegun(stack, `${needed} is still there and needs it`)
          : notBegun(stack, `${needed} was not deployed, which it needs`, outcome);
    }
    try {
      signal.throwIfAborted();
      return await step(stack);
    } catch (error) {
      if (!signal.aborted) throw error;
      return notBegun(stack, 'interrupted before its turn');
    }
  };
  // What is waited for is begun first.
  const waits = (stack: string): number => Number(needs.get(stack)!.some((each) => needs.has(each)));
  const ordered = [...stacks].sort((a, b) => waits(a) - waits(b));
  let ended = 0;
  const work = mapConcurrently(ordered, atOnce, async (stack) => {
    const startedAt = performance.now();
    const end = begin(stack);
    begun.set(stack, end);
    const outcome = await end;
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    ended += 1;
    const count = `[${`${ended}`.padStart(`${stacks.length}`.length)}/${stacks.length}]`;
    out.write(`${count} ${stack.padEnd(width)}  ${outcome.ended}: ${outcome.detail} (${seconds} s)\n`);
    return outcome;
  });
  return out.progress.during(
    `${action} ${stacks.length === 1 ? stacks[0] : `of ${stacks.length} stacks`}`,
    work,
  );
}

/** Plans one stack, and refuses a plan that would lose keys, armed reverts, an identity or a record. */
async function plan(
  deployment: Deployment,
  stack: string,
  changesOf: Map<string, readonly PlannedChange[]>,
): Promise<Outcome> {
  const { workspace, action, cli, states, unlisted, list } = deployment;
  const renaming = unlisted.renamed.find(({ to }) => to === stack);
  if (renaming)
    return refused(stack, [
      {
        ...refusal('ENTRY_RENAMED', [`${renaming.from} is ${renaming.to} now`]),
        advice: `Rename its state, then run this again:\n  ${renameCommand(list.backend, renaming)}`,
      },
    ]);
  if (states.get(stack)?.isBroken) return refused(stack, [refusal('STATE_BROKEN', [`${stack}.tfstate`])]);
  let end = await workspace.plan(stack, action);
  const tainted = action === 'deploy' ? taintedIn(end.changes) : [];
  if (tainted.length > 0) {
    cli.out.write(`${stack}  untainted: ${tainted.join(', ')}: made before, but not read back then\n`);
    await workspace.untaint(stack, tainted);
    end = await workspace.plan(stack, action);
  }
  changesOf.set(stack, end.changes);
  const planned = afterPlan(stack, end, deployment);
  if (isControlStack(stack)) {
    const errors = planned.ended === 'planned' ? await refusalsOfControl(deployment, stack) : [];
    return errors.length === 0 ? planned : refused(stack, errors);
  }
  // SES has not verified since it was applied.
  const isOpen = planned.ended === 'unchanged' && states.get(stack)?.verified === false;
  return isOpen && action === 'deploy' ? { ...planned, isUnverified: true } : planned;
}

/** Returns the errors of a plan that would weaken the key store, or destroy a control stack while reverts are armed. */
async function refusalsOfControl(
  { workspace, action, list, cli }: Deployment,
  stack: string,
): Promise<HandlerError[]> {
  const changes = await workspace.planned(stack);
  const region = regionsOf(list).find((each) => controlStackId(each) === stack)!;
  if (action !== 'destroy') {
    const functions = Object.keys(sharedObjects(list)(region).readers).map(
      (other) => namesOf(functionNameOf(list), other).role,
    );
    return weakeningRefusals(changes, list.control.keyStore?.readers, functions);
  }
  // The group that the stack has, whatever the list calls it by now.
  const group = changes.find(({ type }) => type === 'aws_scheduler_schedule_group')?.change.before?.name;
  const armed = typeof group === 'string' ? await orCliError(cli.world.armedSchedules(group, region)) : [];
  if (armed instanceof CliError)
    return [{ code: armed.code, message: `${armed.message} Nothing was destroyed.` }];
  return armed.length === 0 ? [] : [refusal('CHANGES_OPEN', armed)];
}
