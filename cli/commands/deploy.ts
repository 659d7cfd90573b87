import path from 'node:path';
import { type DomainList, isControlStack } from '../../list/domain-list';
import { usableEngine } from '../../packages/engine/engine-guard';
import { engineName, type KnownEngine } from '../../packages/engine/engine-version';
import { CliCommand, isApproved, wholeNumber } from '../command';
import { needing, refuseOrphans, stacksFor } from '../deploy/choose';
import type { Deployment } from '../deploy/deployment';
import { exitCodeOf } from '../deploy/outcome';
import { counts, explanations, outcomeAsData, wordsBefore } from '../deploy/report';
import { runStacks } from '../deploy/run-stacks';
import { findUnlisted, readStates } from '../engine/applied-state';
import { findLostHomes } from '../engine/lost-homes';
import { type StackAction, Workspace } from '../engine/workspace';
import { CliError, failure, runRefusalError, usageError } from '../errors/cli-error';
import { CODE_OF_EXIT, EXIT, type ExitCode, worst } from '../exit-codes';
import { SesPace } from '../pace/ses-pace';
import { INTERRUPTED, INTERRUPTS } from '../real-world/ask';
import { requireEntries } from '../target/domain-list';
import { approvalQuestion } from '../words/deploy';
import { INTERRUPTED_RUN, STOPPING } from '../words/notes';
import type { Ended, Outcome } from '../words/outcomes';
import type { Cli, GlobalOptions } from '../world/cli';

interface DeployOptions extends GlobalOptions {
  readonly all?: boolean;
  readonly refresh?: boolean;
  readonly yes?: boolean;
  readonly concurrency: number;
  readonly verbose?: boolean;
  /** Only deploy has it. */
  readonly wait: number;
}

/** Default time to wait for SES; users report about five minutes. */
const VERIFICATION_SECONDS = 900;

/** SES accepts about one change a second, so more stacks at once would wait for each other. */
const STACKS_AT_ONCE = 4;

const command = (action: StackAction, summary: string, description: string): CliCommand => {
  const made = new CliCommand(action, summary)
    .description(description)
    .argument(
      '[entries...]',
      'entries of the list, such as example.com or example.com@us-east-1, or control stacks',
    )
    .option('--all', 'take every entry of the list')
    .option('--verbose', 'print the engine’s plans, and what happens to each resource')
    .option('--concurrency <n>', 'stacks at once', wholeNumber(1, 64), STACKS_AT_ONCE)
    .runs((cli, options: DeployOptions, names: string[]) => run(cli, action, options, names));
  if (action !== 'destroy')
    made.option(
      '--refresh',
      'also plan unchanged stacks: with --all, unchanged entries; otherwise, unchanged control stacks',
    );
  if (action !== 'diff') made.withYes('do not ask; a destroy without a terminal needs it');
  return made;
};

export const deployCommand = (): CliCommand =>
  command(
    'deploy',
    'deploy entries of the list',
    'Plans and applies the stacks of the entries, and first the control stacks of their regions, then waits until SES has verified. ' +
      'Does not plan a control stack that you do not name and that has not changed since it was applied. ' +
      'At a terminal, explains the plans and asks. A plan that would delete or weaken the key store, or delete the function or an ' +
      'identity, is refused.',
  )
    .option(
      '--wait <seconds>',
      'total time to wait for SES (0: do not wait); the function keeps checking afterwards',
      wholeNumber(0, 86_400),
      VERIFICATION_SECONDS,
    )
    .ends({
      ok: 'deployed, and verified by SES',
      notReady:
        'not ready yet: a record or a key is missing, or SES has not verified; the summary lists the entries',
      wrong:
        'refused: a record, a key or the list is wrong; or unchanged, and the key that SES signs with is gone',
      cannotTell: 'DNS did not answer',
      examples: [
        ['deploy example.com', 'one entry, and the control stack of its region'],
        ['deploy --all --yes', 'everything, in CI'],
      ],
    });

export const diffCommand = (): CliCommand =>
  command(
    'diff',
    'show what a deploy would change',
    'Shows the plans of the entries and of the control stacks of their regions. Changes nothing.',
  ).ends({ ok: 'shown', wrong: 'a deploy would be refused' });

export const destroyCommand = (): CliCommand =>
  command(
    'destroy',
    'roll entries back and remove their stacks',
    'Sets SES to its state before the first deploy, and removes the stacks of the entries. Control stacks stay unless you name them too; they are destroyed only if no change in their region is open.',
  ).ends({
    ok: 'destroyed',
    wrong: 'refused: a revert is armed',
    examples: [
      ['destroy example.com', 'roll one entry back'],
      ['destroy --all byodkim-control-us-east-1', 'everything of one region'],
    ],
  });

async function run(
  cli: Cli,
  action: StackAction,
  options: DeployOptions,
  names: readonly string[],
): Promise<ExitCode> {
  const { world, out } = cli;
  const list = await listOf(cli, options);
  const { all = false } = options;
  const stacks = stacksFor(action, { names, all }, list);
  const isAsked = options.yes !== true && world.isInteractive;
  if (action === 'destroy' && !isAsked && !options.yes) throw usageError('no-terminal', { destroys: stacks });

  const engine = usableEngine({ lockfile: list.backend.type === 's3' });
  const deployed = await deployedBefore(action, stacks, list);

  world.signal.throwIfAborted();
  const { signal, interrupt, ended } = interruption(cli);
  const folder = process.cwd();
  const outdir = path.resolve(folder, world.env.CDKTF_OUTDIR || 'cdktf.out');
  const at = { outdir, engine, signal, colours: world.stdout.isTerminal && !out.json };
  const called = [action, ...(all ? ['--all'] : []), ...names].join(' ');
  const opening = Workspace.open(at, folder, list, called);
  const workspace = await out.progress.during({ code: 'WRITING_STACKS', facts: {} }, opening);
  try {
    const deployment: Deployment = {
      cli,
      workspace,
      ...deployed,
      pace: new SesPace(world.clock),
      passesOver: all && action !== 'destroy' && !options.refresh,
      unnamedControls: unnamedControls(action, options, stacks, names),
      list,
      action,
      signal,
      atOnce: options.concurrency,
      waitSeconds: options.wait,
      verbose: options.verbose === true,
      ...(isAsked && { approve: approval(cli, action, interrupt) }),
    };
    for (const words of wordsBefore(deployment, all)) out.note(words);
    const outcomes = await runStacks(deployment, stacks);
    return print(deployment, outcomes);
  } finally {
    workspace.close();
    ended();
  }
}

/** Reads the state of the deployed stacks. Refuses a destroy that would remove something that other stacks need. */
async function deployedBefore(
  action: StackAction,
  stacks: readonly string[],
  list: DomainList,
): Promise<Pick<Deployment, 'states' | 'unlisted'>> {
  const needed = action === 'destroy' ? stacks.flatMap((stack) => needing(list, stack)) : [];
  const states = await readStates(list.backend, [...new Set([...stacks, ...needed])]);
  if (action === 'destroy') refuseOrphans(stacks, list, states);
  else {
    const homes = await findLostHomes(list);
    if (homes.length > 0) throw failure('KEY_SHARED', { homes });
  }
  return { states, unlisted: await findUnlisted(list) };
}

/** Returns the control stacks that an entry needs but nobody has named, if they may be passed over. */
function unnamedControls(
  action: StackAction,
  { all, refresh }: DeployOptions,
  stacks: readonly string[],
  names: readonly string[],
): string[] {
  if (all || refresh || action === 'destroy') return [];
  return stacks.filter((stack) => isControlStack(stack) && !names.includes(stack));
}

/** Returns a function that asks the person at the terminal. An interrupted question interrupts the run. */
const approval =
  (cli: Cli, action: StackAction, interrupt: () => void): NonNullable<Deployment['approve']> =>
  (stacks) =>
    isApproved(cli, approvalQuestion(action, stacks), {}).catch((error) => {
      if (!(error instanceof CliError && error.code === INTERRUPTED)) throw error;
      interrupt();
      return false;
    });

/**
 * Reads the list. Refuses a local state in CI, since it is lost with the runner, and the next deploy would make everything
 * again.
 */
async function listOf({ world }: Cli, options: GlobalOptions): Promise<DomainList> {
  const list = await requireEntries(world, options);
  if (list.backend.type === 'local' && !['', '0', 'false'].includes(world.env.CI ?? ''))
    throw runRefusalError('LOCAL_STATE_IN_CI');
  return list;
}

/** Prints the result of a run. */
function print({ cli, action, signal, workspace }: Deployment, outcomes: readonly Outcome[]): ExitCode {
  const { engine } = workspace.at;
  const exitCode = signal.aborted ? EXIT.interrupted : worst(outcomes.map(exitCodeOf));
  const data = {
    code: CODE_OF_EXIT[exitCode],
    facts: { action, ended: countsOf(outcomes) },
    engine: engineName(engine),
    outcomes: outcomes.map(outcomeAsData),
    exitCode,
  };
  cli.out.result(data, () => report(outcomes, engine));
  return exitCode;
}

/** Counts the stacks by how they ended. */
function countsOf(outcomes: readonly Outcome[]): Partial<Record<Ended, number>> {
  const counts: Partial<Record<Ended, number>> = {};
  for (const { ended } of outcomes) counts[ended] = (counts[ended] ?? 0) + 1;
  return counts;
}

function report(outcomes: readonly Outcome[], engine: KnownEngine): string {
  const isFailed = outcomes.some(({ ended }) => ended === 'failed');
  const parts = [
    ...(isFailed ? [`Engine: ${engineName(engine)}, ${engine.path}`] : []),
    ...explanations(outcomes),
    counts(outcomes),
  ];
  return `\n${parts.join('\n\n')}`;
}

/**
 * Makes an interrupt end the engines in order. Further signals, which would leave locks behind, are only answered. After the
 * engines have ended, signals are ignored until the process ends, so that it prints its results and exits with its own code.
 */
function interruption({ world, out }: Cli) {
  const controller = new AbortController();
  let isEnded = false;
  const answer = () => {
    if (!isEnded) out.note(STOPPING);
  };
  const interrupt = () => {
    if (controller.signal.aborted) return;
    out.note(INTERRUPTED_RUN);
    controller.abort();
    for (const name of INTERRUPTS) process.on(name, answer);
  };
  world.signal.addEventListener('abort', interrupt);
  return {
    signal: controller.signal,
    interrupt,
    ended: () => {
      world.signal.removeEventListener('abort', interrupt);
      isEnded = true;
    },
  };
}
