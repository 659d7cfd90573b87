/** Plans one stack, and refuses a plan that would lose keys, armed reverts, an identity or a record. */

import { namesOf } from '../../constructs/names';
import { controlStackId, isControlStack, regionsOf } from '../../list/domain-list';
import { sharedObjects } from '../../list/sharing';
import { newerRevision } from '../engine/applied-state';
import type { PlannedChange } from '../engine/engine';
import { refusalsOfStates } from '../engine/refused-states';
import { CliError, orCliError } from '../errors/cli-error';
import { notDestroyed, refusedOutdated, refuseRun } from '../errors/failure-catalogue';
import { functionNameOf } from '../target/domain-list';
import type { HandlerError } from '../words/failures';
import type { Outcome } from '../words/outcomes';
import type { Deployment } from './deployment';
import { afterPlan, notBegun, refusedOutcome } from './outcome';
import { keptOfTainted, weakeningRefusals } from './plan-refusals';
import { untaintedLine } from './report';

/** A plan, with its outcome and its changes. */
export interface StackPlan {
  readonly outcome: Outcome;
  readonly changes: readonly PlannedChange[];
  /** Addresses that are untainted after a person has approved. */
  readonly tainted: readonly string[];
}

/** Plans one stack. */
export async function planStack(deployment: Deployment, stack: string): Promise<StackPlan> {
  const refusals = refusalsBefore(deployment, stack);
  if (refusals.length > 0) return { outcome: refusedOutcome(stack, refusals), changes: [], tainted: [] };
  const { action, approve, workspace, states } = deployment;
  const tainted = keptOfTainted(states.get(stack) ?? { tainted: [] });
  // A person decides on changes to the state, as to AWS.
  if (action !== 'deploy' || tainted.length === 0 || approve === undefined)
    return planUntainted(deployment, stack, tainted);
  const end = await workspace.plan(stack, action);
  const outcome = afterPlan(stack, end, { ...deployment, action: 'diff' }, tainted);
  return { outcome, changes: end.changes.filter(({ address }) => !tainted.includes(address)), tainted };
}

/**
 * Untaints the objects that a person has approved to keep, and plans again. The plan may contain only the approved changes.
 */
export async function planApproved(
  deployment: Deployment,
  stack: string,
  { changes: approved, tainted }: StackPlan,
): Promise<StackPlan> {
  const plan = await planUntainted(deployment, stack, tainted);
  const known = new Set([...approved.map(({ address }) => address), ...tainted]);
  const addresses = plan.changes.map(({ address }) => address).filter((address) => !known.has(address));
  if (plan.outcome.ended !== 'planned' || addresses.length === 0) return plan;
  return { ...plan, outcome: notBegun(stack, { code: 'PLAN_WIDENED', facts: { addresses } }) };
}

/** Makes a deploy keep objects that the engine treats as broken, and plans. */
async function planUntainted(
  deployment: Deployment,
  stack: string,
  tainted: readonly string[],
): Promise<StackPlan> {
  const { workspace, action } = deployment;
  const left = action === 'deploy' ? await untaint(deployment, stack, tainted) : tainted;
  const end = await workspace.plan(stack, action);
  const planned = afterPlan(stack, end, deployment, left);
  return { outcome: await judge(deployment, stack, planned), changes: end.changes, tainted: [] };
}

/** Returns the reason in its state why a stack must not be planned. */
function refusalsBefore(deployment: Deployment, stack: string): HandlerError[] {
  const { action, approve, states, list } = deployment;
  const found = refusalsOfStates(stack, deployment, list.backend);
  if (found.length > 0) return found;
  // A person who goes back on purpose approves it.
  const newer = action === 'destroy' || approve ? undefined : newerRevision(states.get(stack));
  return newer === undefined ? [] : [refusedOutdated(stack, newer)];
}

/** Makes the engine keep the objects that it treats as broken. @returns the addresses that are still tainted */
async function untaint(
  { workspace, cli }: Deployment,
  stack: string,
  tainted: readonly string[],
): Promise<string[]> {
  if (tainted.length === 0) return [];
  const kept = await workspace.untaint(stack, tainted);
  if (kept.length > 0) cli.out.write(untaintedLine(stack, kept));
  return tainted.filter((each) => !kept.includes(each));
}

async function judge(deployment: Deployment, stack: string, planned: Outcome): Promise<Outcome> {
  if (isControlStack(stack)) {
    const errors = planned.ended === 'planned' ? await refusalsOfControl(deployment, stack) : [];
    return errors.length === 0 ? planned : refusedOutcome(stack, errors);
  }
  const { action, states } = deployment;
  // SES has not verified since it was applied.
  const isOpen = planned.ended === 'unchanged' && states.get(stack)?.verified === false;
  return isOpen && action === 'deploy' ? { ...planned, awaits: 'verification' } : planned;
}

/** Returns the errors of a plan that would weaken the key store, or destroy a control stack while reverts are armed. */
async function refusalsOfControl(deployment: Deployment, stack: string): Promise<HandlerError[]> {
  const { workspace, action, list, cli } = deployment;
  const changes = await workspace.planned(stack);
  const region = regionsOf(list).find((each) => controlStackId(each) === stack)!;
  if (action !== 'destroy') {
    const { path = '/' } = list.control.roles ?? {};
    const functions = Object.keys(sharedObjects(list)(region).readers).map(
      (other) => `${path.slice(1)}${namesOf(functionNameOf(list), other).role}`,
    );
    const { readers, writers } = list.control.keyStore ?? {};
    return weakeningRefusals(changes, { readers, writers, functions });
  }
  // The group of the stack, whatever its present name in the list.
  const group = changes.find(({ type }) => type === 'aws_scheduler_schedule_group')?.change.before?.name;
  const armed = typeof group === 'string' ? await orCliError(cli.world.armedSchedules(group, region)) : [];
  if (armed instanceof CliError) return [notDestroyed(armed)];
  return armed.length === 0 ? [] : [refuseRun('CHANGES_OPEN', armed)];
}
