import { controlStackId, isControlStack } from '../../list/domain-list';
import { CliError, orCliError } from '../cli-error';
import { mapConcurrently } from '../concurrency';
import type { EngineEnd } from '../engine/engine';
import { EXIT } from '../exit-codes';
import { callsOfApply, callsOfPlan } from '../ses-pace';
import { formatDuration } from '../terminal/words';
import type { Deployment } from './deployment';
import { afterApply, afterPlan, exitCodeOf, notBegun, type Outcome, refused } from './outcome';
import { passOver } from './pass-over';
import { brokenState, openRefusal, taintedIn, touchesKeyStore, weakeningRefusals } from './plan-refusals';
import { meaningOfPlan, waitAt } from './report';
import { awaitVerification, withRemains } from './verification';

const stacksOf = (outcomes: readonly Outcome[]): string[] => outcomes.map(({ stack }) => stack);

type Step = (stack: string) => Promise<Outcome>;

const isNotEnded = (outcome: Outcome): boolean => exitCodeOf(outcome) !== EXIT.ok;

/**
 * Runs the stacks: control stacks before the entries that need them, in a destroy after them. After a deploy it waits for
 * SES, and ends the stacks that are not done before.
 */
export async function runStacks(deployment: Deployment, stacks: readonly string[]): Promise<Outcome[]> {
  const controls = stacks.filter(isControlStack);
  const entries = stacks.filter((stack) => !isControlStack(stack));
  if (deployment.action !== 'destroy') {
    const made = await runPhase(deployment, controls);
    const ended = [...made, ...(await runEntries(deployment, entries, made))];
    if (deployment.action === 'diff') return ended;
    const verified = await awaitVerification(deployment, ended);
    const unfinished = verified.filter((each) => each.isUnfinished && each.ended === 'done');
    if (deployment.signal.aborted) return verified;
    // An approved apply goes on.
    const finished = await runPhase(deployment, stacksOf(unfinished), null);
    return verified.map((each) => finished.find(({ stack }) => stack === each.stack) ?? each);
  }
  const destroyed = await withRemains(deployment, await runPhase(deployment, entries));
  const left = destroyed.find(isNotEnded);
  if (left === undefined) return [...destroyed, ...(await runPhase(deployment, controls))];
  const reason = `${left.stack} is still there and needs it`;
  return [...destroyed, ...controls.map((stack) => notBegun(stack, reason))];
}

/** Leaves out the entries whose control stack failed; a diff changes nothing that an entry could need. */
async function runEntries(
  deployment: Deployment,
  entries: readonly string[],
  made: readonly Outcome[],
): Promise<Outcome[]> {
  const { action, list } = deployment;
  const failed = made.filter(isNotEnded);
  const changed = stacksOf(made.filter(({ ended }) => ended !== 'unchanged'));
  const controls = new Map(list.domains.map(({ stack, region }) => [stack, controlStackId(region)]));
  const lost = entries.flatMap((stack) => {
    const control = failed.find((each) => each.stack === controls.get(stack));
    if (action === 'diff' || control === undefined) return [];
    return [notBegun(stack, `${control.stack} was not deployed`, control)];
  });
  const left = deployment.passesOver ? await passOver(deployment, without(entries, lost), changed) : [];
  const ended = [...lost, ...left];
  return [...ended, ...(await runPhase(deployment, without(entries, ended)))];
}

const without = (stacks: readonly string[], ended: readonly Outcome[]): string[] => {
  const names = new Set(stacksOf(ended));
  return stacks.filter((stack) => !names.has(stack));
};

/**
 * Plans and applies each stack. If a person approves, what all plans mean is printed first, and those plans are applied.
 * @param approve `null`: no person is asked
 */
export async function runPhase(
  deployment: Deployment,
  stacks: readonly string[],
  approve = deployment.approve ?? null,
): Promise<Outcome[]> {
  const { action, states, workspace, verbose } = deployment;
  if (stacks.length === 0) return [];
  const write = (text: string) => deployment.cli.out.write(text);
  const changesOf = new Map<string, EngineEnd['changes']>();
  const prepare: Step = async (stack) => {
    const waited = await turn(deployment, stack, callsOfPlan(states.get(stack)));
    if (waited) return waited;
    const planned = await plan(deployment, stack, (changes) => changesOf.set(stack, changes));
    if (planned.ended !== 'planned') return planned;
    if (verbose || action === 'diff') write(`\n${stack}\n${await workspace.show(stack)}\n\n`);
    if (approve !== null) write(`${meaningOfPlan(deployment, stack, changesOf.get(stack)!)}\n`);
    return planned;
  };
  const apply: Step = async (stack) => {
    const waited = await turn(deployment, stack, callsOfApply(changesOf.get(stack)!));
    if (waited) return waited;
    const said = new Set<string>();
    const end = await workspace.apply(stack, {
      onLine: (line) => verbose && write(`${stacks.length > 1 ? `${stack}  ` : ''}${line}\n`),
      onWait: (address) => {
        const reason = waitAt(address);
        if (reason !== undefined && !said.has(reason)) write(`${stack}  ${reason}\n`);
        said.add(reason ?? '');
      },
    });
    return afterApply(stack, end, deployment);
  };
  if (action !== 'diff' && approve === null)
    return runAll(deployment, stacks, async (stack) => {
      const planned = await prepare(stack);
      return planned.ended === 'planned' ? apply(stack) : planned;
    });
  const outcomes = await runAll(deployment, stacks, prepare);
  const ready = stacksOf(outcomes.filter(({ ended }) => ended === 'planned'));
  if (action === 'diff' || ready.length === 0) return outcomes;
  const rest = outcomes.filter(({ ended }) => ended !== 'planned');
  if (await approve!(ready)) return [...rest, ...(await runAll(deployment, ready, apply))];
  return [...rest, ...ready.map((stack) => notBegun(stack, 'not approved; nothing was changed'))];
}

/** Waits until SES's rate has room for the calls of an entry. @returns its outcome if it is interrupted meanwhile */
async function turn(
  { pace, list, signal }: Deployment,
  stack: string,
  calls: number,
): Promise<Outcome | undefined> {
  const region = list.domains.find((each) => each.stack === stack)?.region;
  // An interrupt ends the wait.
  if (region !== undefined) await pace.turn(region, calls, signal).catch(() => {});
  return signal.aborted ? notBegun(stack, INTERRUPTED) : undefined;
}

const INTERRUPTED = 'interrupted before its turn';
/** What is left is printed from then on. */
const LONG_MS = 60_000;

/** Runs each stack to its end whatever becomes of the others, and prints a line for each. */
async function runAll(
  { action, atOnce, signal, cli: { out } }: Deployment,
  stacks: readonly string[],
  step: Step,
): Promise<Outcome[]> {
  const width = Math.max(...stacks.map(({ length }) => length));
  const begunAt = performance.now();
  let ended = 0;
  const work = mapConcurrently(stacks, atOnce, async (stack) => {
    const startedAt = performance.now();
    const outcome = signal.aborted ? notBegun(stack, INTERRUPTED) : await step(stack);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    ended += 1;
    const count = `[${`${ended}`.padStart(`${stacks.length}`.length)}/${stacks.length}]`;
    const left = (stacks.length - ended) * ((performance.now() - begunAt) / ended);
    const ahead = left > LONG_MS ? `, about ${formatDuration(left)} left` : '';
    out.write(
      `${count} ${stack.padEnd(width)}  ${outcome.ended}: ${outcome.detail} (${seconds} s${ahead})\n`,
    );
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
  onChanges: (changes: EngineEnd['changes']) => void,
): Promise<Outcome> {
  const { workspace, action, list, cli, states } = deployment;
  if (states.get(stack)?.isBroken) return refused(stack, [brokenState(stack)]);
  let end = await workspace.plan(stack, action);
  const tainted = action === 'deploy' ? taintedIn(end.changes) : [];
  if (tainted.length > 0) {
    cli.out.write(`${stack}  untainted: ${tainted.join(', ')}: made before, but not read back then\n`);
    await workspace.untaint(stack, tainted);
    end = await workspace.plan(stack, action);
  }
  onChanges(end.changes);
  const planned = afterPlan(stack, end, deployment);
  if (!isControlStack(stack)) {
    // SES has not verified since it was applied.
    const isOpen = planned.ended === 'unchanged' && states.get(stack)?.verified === false;
    return isOpen && action === 'deploy' ? { ...planned, isUnverified: true } : planned;
  }
  if (planned.ended !== 'planned') return planned;
  if (action !== 'destroy') {
    if (!touchesKeyStore(end.changes)) return planned;
    const errors = weakeningRefusals(await workspace.planned(stack), list.control.keyStore?.readers);
    return errors.length === 0 ? planned : refused(stack, errors);
  }
  const armed = await orCliError(armedIn(deployment, stack));
  if (armed instanceof CliError)
    return refused(stack, [{ code: armed.code, message: `${armed.message} Nothing was destroyed.` }]);
  return armed.length === 0 ? planned : refused(stack, [openRefusal(armed)]);
}

/** Lists the armed reverts of the group that the stack has, whatever the list calls it by now. */
async function armedIn({ workspace, list, cli }: Deployment, stack: string): Promise<readonly string[]> {
  const changes = await workspace.planned(stack);
  const group = changes.find(({ type }) => type === 'aws_scheduler_schedule_group')?.change.before?.name;
  const { region } = list.domains.find((each) => controlStackId(each.region) === stack)!;
  return typeof group === 'string' ? cli.world.armedSchedules(group, region) : [];
}
