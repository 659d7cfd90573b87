import { isControlStack } from '../../list/domain-list';
import { readsOfApply, readsOfPlan, SES_READS } from '../pace/ses-reads';
import type { Outcome } from '../words/outcomes';
import { warnOfRemovals } from './asked-removals';
import type { Deployment } from './deployment';
import { runInOrder, type StackRun } from './in-order';
import { withAnswers } from './known-facts';
import { withMissingKeys } from './missing-keys';
import { afterApply, notBegun } from './outcome';
import { type PassedOver, passOver, passOverControls } from './pass-over';
import { planApproved, planStack, type StackPlan } from './plan-stack';
import { findUnsubscribed, type Unsubscribed, withReaders } from './readers';
import { withRemains } from './remains';
import {
  mailLine,
  mayStopMail,
  meaningOfPlan,
  plannedLines,
  resourceLine,
  stackLine,
  untaintsLine,
} from './report';
import { withUnaskedRegions } from './unasked-regions';
import { awaitVerification } from './verification';

const stacksOf = (outcomes: readonly Outcome[]): string[] => outcomes.map(({ stack }) => stack);

/**
 * Runs the stacks: control stacks before the entries that need them, or after them in a destroy. After a deploy, waits for
 * SES, and finishes the stacks that are done only after that.
 */
export async function runStacks(deployment: Deployment, stacks: readonly string[]): Promise<Outcome[]> {
  const controls = stacks.filter(isControlStack);
  const entries = stacks.filter((stack) => !isControlStack(stack));
  if (deployment.action === 'destroy') {
    const destroyed = await withRemains(deployment, await runPhase(deployment, entries));
    return [...destroyed, ...(await runPhase(deployment, controls, destroyed))];
  }
  const made = await runControls(deployment, controls);
  const passed = deployment.passesOver
    ? await unlessAborted(deployment, passOver(deployment, made), NONE_PASSED)
    : NONE_PASSED;
  const before = [...made, ...passed.outcomes];
  const left = new Set(entries);
  for (const { stack } of before) left.delete(stack);
  await warnOfRemovals(deployment, passed.known, [...left]);
  const run = await runPhase(deployment, [...left], before);
  if (deployment.action === 'diff') return [...before, ...run];
  const unchanged = stacksOf(run.filter(({ ended }) => ended === 'unchanged'));
  const known = await withAnswers(deployment, passed.known, unchanged);
  const ended = await finishVerified(deployment, [...before, ...withMissingKeys(run, known)]);
  return withUnaskedRegions(deployment, ended, known);
}

/** In a diff, an entry cannot be planned before its control stack exists, which the deploy makes first. */
function afterItsControl(outcome: Outcome, controls: readonly Outcome[]): Outcome {
  if (outcome.ended !== 'failed' || outcome.errors[0]?.code !== 'FUNCTION_NOT_FOUND') return outcome;
  const planned = controls.find(({ stack, ended }) => isControlStack(stack) && ended === 'planned');
  if (planned === undefined) return outcome;
  return notBegun(outcome.stack, { code: 'NEEDS', facts: { stack: planned.stack } }, planned);
}

/** Runs the control stacks that have changed since they were applied, or whose subscribers have to be asked again. */
async function runControls(deployment: Deployment, controls: readonly string[]): Promise<Outcome[]> {
  const missing = await unlessAborted<Unsubscribed>(
    deployment,
    findUnsubscribed(deployment, controls),
    new Map(),
  );
  const asApplied = passOverControls(deployment, missing);
  for (const each of asApplied) deployment.cli.out.write(stackLine(each));
  const planned = controls.filter((stack) => !stacksOf(asApplied).includes(stack));
  const why = [...missing].map(
    ([stack, endpoints]) => [{ code: 'NOT_SUBSCRIBED', endpoints }, stack] as const,
  );
  for (const line of plannedLines(why)) deployment.cli.out.write(line);
  return [...asApplied, ...(await withReaders(deployment, await runPhase(deployment, planned), missing))];
}

const NONE_PASSED: PassedOver = { outcomes: [], known: new Map() };

/** Waits for answers of the functions, which an interrupt ends. */
const unlessAborted = <T>({ signal }: Deployment, answers: Promise<T>, none: T): Promise<T> =>
  answers.catch((error) => {
    if (!signal.aborted) throw error;
    return none;
  });

/** Waits for SES, and then applies the stacks again that are done only once SES has verified. */
async function finishVerified(deployment: Deployment, ended: readonly Outcome[]): Promise<Outcome[]> {
  const verified = await awaitVerification(deployment, ended);
  if (deployment.signal.aborted) return verified;
  const unfinished = verified.filter(
    (each) => each.awaits === 'verification-and-apply' && each.ended === 'done',
  );
  // An approved apply continues.
  const finished = await runPhase({ ...deployment, approve: undefined }, stacksOf(unfinished));
  return verified.map((each) => finished.find(({ stack }) => stack === each.stack) ?? each);
}

/**
 * Plans and applies each stack. If a person approves, first prints the meaning of all plans, and then applies those plans.
 * @param before outcomes of stacks that have already ended
 */
async function runPhase(
  deployment: Deployment,
  stacks: readonly string[],
  before: readonly Outcome[] = [],
): Promise<Outcome[]> {
  const { action, approve } = deployment;
  if (stacks.length === 0) return [];
  const plans = new Map<string, StackPlan>();
  const prepare: StackRun = (stack) => prepareStack(deployment, stack, plans);
  const apply: StackRun = (stack) => applyStack(deployment, stack, plans.get(stack)!, stacks.length > 1);
  if (action === 'diff')
    return runInOrder(deployment, stacks, before, async (stack) =>
      afterItsControl(await prepare(stack), before),
    );
  if (!approve)
    return runInOrder(deployment, stacks, before, async (stack) => {
      const planned = await prepare(stack);
      return planned.ended === 'planned' ? apply(stack) : planned;
    });
  const outcomes = await runInOrder(deployment, stacks, before, prepare);
  const ready = stacksOf(outcomes.filter(({ ended }) => ended === 'planned'));
  if (ready.length === 0) return outcomes;
  const rest = outcomes.filter(({ ended }) => ended !== 'planned');
  if (await approve(ready)) return [...rest, ...(await runInOrder(deployment, ready, rest, apply))];
  return [...rest, ...ready.map((stack) => notBegun(stack, { code: 'NOT_APPROVED', facts: {} }))];
}

/** Plans a stack, and prints the plan that a person asked for or approves. */
async function prepareStack(
  deployment: Deployment,
  stack: string,
  plans: Map<string, StackPlan>,
): Promise<Outcome> {
  const { action, approve, states, workspace, verbose, cli } = deployment;
  await turn(deployment, stack, readsOfPlan(states.get(stack)));
  const plan = await planStack(deployment, stack);
  plans.set(stack, plan);
  const { outcome, changes, tainted } = plan;
  if (outcome.ended !== 'planned') return outcome;
  if (verbose || action === 'diff') cli.out.write(`\n${stack}\n${await workspace.show(stack)}\n\n`);
  if (approve) cli.out.write(`${meaningOfPlan(deployment, stack, changes)}\n`);
  else if (mayStopMail(deployment, stack, changes)) cli.out.write(mailLine(stack, action));
  if (tainted.length > 0) cli.out.write(untaintsLine(tainted));
  return outcome;
}

/** @param isNamed whether the lines of the engine begin with the stack's name */
async function applyStack(
  deployment: Deployment,
  stack: string,
  planned: StackPlan,
  isNamed: boolean,
): Promise<Outcome> {
  const { workspace, verbose } = deployment;
  const write = (text: string) => deployment.cli.out.write(text);
  const plan = planned.tainted.length > 0 ? await planApproved(deployment, stack, planned) : planned;
  if (plan.outcome.ended !== 'planned') return plan.outcome;
  await turn(deployment, stack, readsOfApply(plan.changes));
  const printed = new Set<string>();
  const end = await workspace.apply(stack, {
    onLine: (line) => verbose && write(`${isNamed ? `${stack}  ` : ''}${line}\n`),
    onWait: (address) => {
      const line = resourceLine(stack, address);
      if (line === undefined || printed.has(line)) return;
      write(line);
      printed.add(line);
    },
  });
  if (end.killedBy !== undefined) await workspace.unsettle(stack);
  const ended = afterApply(stack, end, deployment);
  if (ended.awaits !== undefined) countConfirmation(deployment, stack);
  return ended;
}

/** Waits until SES's rate has room for the calls of an entry. @throws once it is interrupted */
async function turn({ pace, list, signal }: Deployment, stack: string, calls: number): Promise<void> {
  const listed = list.domains.find((each) => each.stack === stack);
  if (listed !== undefined) await pace.turn(listed, calls, signal);
  signal.throwIfAborted();
}

/** Counts the read of a `Confirmation` before which SES had not verified, since no plan shows this read. */
function countConfirmation({ pace, list }: Deployment, stack: string): void {
  const listed = list.domains.find((each) => each.stack === stack);
  if (listed !== undefined) pace.spent(listed, SES_READS.confirmationLater);
}
