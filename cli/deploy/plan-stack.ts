/** Plans one stack, and refuses a plan that would lose keys, armed reverts, an identity or a record. */

import { namesOf } from '../../constructs/names';
import { controlStackId, isControlStack, regionsOf } from '../../list/domain-list';
import { sharedObjects } from '../../list/sharing';
import type { EngineEnd, PlannedChange } from '../engine/engine';
import { CliError, orCliError } from '../errors/cli-error';
import { notDestroyed, refused as refusal, refusedRenaming } from '../errors/failure-catalogue';
import type { HandlerError } from '../facts/failures';
import type { Outcome } from '../facts/outcomes';
import { functionNameOf } from '../target/domain-list';
import type { Deployment } from './deployment';
import { afterPlan, refused } from './outcome';
import { taintedIn, weakeningRefusals } from './plan-refusals';
import { untaintedLine } from './report';

/** A plan: how it ended, and what it would change. */
export interface StackPlan {
  readonly outcome: Outcome;
  readonly changes: readonly PlannedChange[];
}

/** Plans one stack. */
export async function planStack(deployment: Deployment, stack: string): Promise<StackPlan> {
  const refusals = refusalsBefore(deployment, stack);
  if (refusals.length > 0) return { outcome: refused(stack, refusals), changes: [] };
  const end = await planUntainted(deployment, stack);
  return { outcome: await judge(deployment, stack, afterPlan(stack, end, deployment)), changes: end.changes };
}

/** Returns why a stack must not be planned, by its state. */
function refusalsBefore({ states, unlisted, list }: Deployment, stack: string): HandlerError[] {
  const renaming = unlisted.renamed.find(({ to }) => to === stack);
  if (renaming) return [refusedRenaming(list.backend, renaming)];
  return states.get(stack)?.isBroken ? [refusal('STATE_BROKEN', [`${stack}.tfstate`])] : [];
}

/** Plans, and once more if the engine takes something for broken that a deploy keeps. */
async function planUntainted({ workspace, action, cli }: Deployment, stack: string): Promise<EngineEnd> {
  const end = await workspace.plan(stack, action);
  const tainted = action === 'deploy' ? taintedIn(end.changes) : [];
  if (tainted.length === 0) return end;
  cli.out.write(untaintedLine(stack, tainted));
  await workspace.untaint(stack, tainted);
  return workspace.plan(stack, action);
}

async function judge(deployment: Deployment, stack: string, planned: Outcome): Promise<Outcome> {
  if (isControlStack(stack)) {
    const errors = planned.ended === 'planned' ? await refusalsOfControl(deployment, stack) : [];
    return errors.length === 0 ? planned : refused(stack, errors);
  }
  const { action, states } = deployment;
  // SES has not verified since it was applied.
  const isOpen = planned.ended === 'unchanged' && states.get(stack)?.verified === false;
  return isOpen && action === 'deploy' ? { ...planned, isUnverified: true } : planned;
}

/** Returns the errors of a plan that would weaken the key store, or destroy a control stack while reverts are armed. */
async function refusalsOfControl(deployment: Deployment, stack: string): Promise<HandlerError[]> {
  const { workspace, action, list, cli } = deployment;
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
  if (armed instanceof CliError) return [notDestroyed(armed)];
  return armed.length === 0 ? [] : [refusal('CHANGES_OPEN', armed)];
}
