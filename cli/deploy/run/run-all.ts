import { mapConcurrently } from '../../concurrency';
import { notBegun, type Outcome, outcomeOf } from './outcome';
import type { Workspace } from './workspace';

/** What is run for each stack. */
export interface Job {
  /** The engine's arguments. */
  args(stack: string): readonly string[];
  /** Such as `Deploying`. */
  readonly title: string;
}

export interface RunAllOptions {
  readonly atOnce: number;
  readonly write: (text: string) => void;
  /** Called as each ends, so that nothing that is known can be lost. */
  readonly onEnd?: (outcome: Outcome) => void;
  /** The whole output of each, where more than one is run: a plan that somebody wants to read. */
  readonly showOutput?: boolean;
}

/** Runs the engine for each stack, each to its end whatever becomes of the others. One alone is shown as it goes. */
export async function runAll(
  workspace: Workspace,
  stacks: readonly string[],
  job: Job,
  { atOnce, write, onEnd = () => {}, showOutput = false }: RunAllOptions,
): Promise<Outcome[]> {
  const isAlone = stacks.length === 1;
  const width = Math.max(...stacks.map(({ length }) => length));
  let ended = 0;
  return mapConcurrently(stacks, atOnce, async (stack) => {
    const outcome = workspace.isInterrupted
      ? notBegun(stack, 'interrupted before its turn')
      : await runOne(workspace, stack, job, isAlone ? write : undefined, showOutput ? write : undefined);
    onEnd(outcome);
    ended += 1;
    if (!isAlone)
      write(
        `[${`${ended}`.padStart(`${stacks.length}`.length)}/${stacks.length}] ${stack.padEnd(width)}  ` +
          `${outcome.ended}: ${outcome.told} (${outcome.seconds.toFixed(1)} s)\n`,
      );
    return outcome;
  });
}

async function runOne(
  workspace: Workspace,
  stack: string,
  job: Job,
  asItGoes: ((text: string) => void) | undefined,
  afterwards: ((text: string) => void) | undefined,
): Promise<Outcome> {
  const startedAt = performance.now();
  asItGoes?.(`${job.title} ${stack}\n`);
  const run = await workspace.run(stack, job.args(stack), asItGoes).catch((error: Error) => ({
    exitCode: 1,
    output: `Error: ${error.message}`,
  }));
  if (!asItGoes) afterwards?.(`\n${stack}\n${run.output.trim()}\n`);
  const seconds = (performance.now() - startedAt) / 1000;
  return outcomeOf(stack, { ...run, seconds }, workspace.isInterrupted);
}
