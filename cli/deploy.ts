/**
 * `npm run deploy -- example.com`, and `diff` and `destroy` likewise, for one domain or many. The list is synthesized
 * once; each stack is then run by the engine in a process of its own, to its end whatever becomes of the others.
 */
import path from 'node:path';
import { PROJECT_ROOT } from '../constructs/built-handler';
import { controlStackId, type DomainList, isControlStack } from '../list/domain-list';
import { DomainListError } from '../list/mistake';
import { readDomainList } from '../list/read-list';
import { DEFAULT_LIST, DOMAINS_VARIABLE } from '../list/where';
import { EngineRefusedError, usableEngine } from '../packages/engine/engine-guard';
import { engineName, UnknownEngineError } from '../packages/engine/engine-version';
import { NoEngineError } from '../packages/engine/find-engine';
import { CliError } from './cli-error';
import { changedSince } from './deploy/chosen';
import {
  type Arguments,
  COMMANDS,
  type Command,
  parseArguments,
  stacksFor,
  UsageError,
} from './deploy/request';
import { closing, explanations } from './deploy/run/closing';
import { LastRun } from './deploy/run/last-run';
import { exitCodeOf, notBegun, type Outcome } from './deploy/run/outcome';
import { type Job, type RunAllOptions, runAll } from './deploy/run/run-all';
import { SynthesisError, synthesizeStacks } from './deploy/run/synthesize';
import { Workspace } from './deploy/run/workspace';
import { EXIT, type ExitCode, worst } from './exit-codes';
import { realWorld } from './real-world';
import { ask } from './terminal/ask';

async function main([command = '', ...args]: string[]): Promise<ExitCode> {
  if (!isCommand(command))
    throw new UsageError(`Found ${JSON.stringify(command)}, allowed: ${COMMANDS.join(', ')}.`);
  const request = parseArguments(args);
  const list = readDomainList(process.env[DOMAINS_VARIABLE] || DEFAULT_LIST);
  const signal = interruption();
  const outdir = path.resolve(
    request.output ?? (process.env.CDKTF_OUTDIR || path.join(PROJECT_ROOT, 'cdktf.out')),
  );
  const lastRun = new LastRun(outdir);
  const stacks = await chosen(command, request, list, lastRun, signal);
  if (stacks.length === 0) return EXIT.ok;
  refuseUnasked(command, request, stacks);
  const engine = usableEngine({
    lockfile: list.backend.type === 's3' && list.backend.lockTable === undefined,
  });
  await synthesizeStacks(PROJECT_ROOT, outdir);

  const run = new Run(command, request, new Workspace(outdir, engine, signal), lastRun, signal);
  const outcomes = await run.phases(stacks, list);
  const failed = outcomes.filter((outcome) => exitCodeOf(outcome) !== EXIT.ok);
  if (stacks.length > 2) say(`\n${closing(outcomes)}`);
  else for (const text of explanations(outcomes)) say(`\n${text}`);
  if (failed.length > 0) say(`\nEngine: ${engineName(engine)}, ${engine.path}`);
  return signal.aborted ? EXIT.interrupted : worst(outcomes.map(exitCodeOf));
}

const isNotEnded = (outcome: Outcome): boolean => exitCodeOf(outcome) !== EXIT.ok;
const isCommand = (text: string): text is Command => (COMMANDS as readonly string[]).includes(text);
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Whoever is interrupted once ends in order; more of it does not make an engine faster, and would leave its lock. */
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => {
      say(
        controller.signal.aborted
          ? 'The engines are ending. Killed now, they would leave their locks behind.'
          : '\nInterrupted: no more stacks are begun, and each engine ends what it is doing and gives its lock back.',
      );
      controller.abort(new Error(name));
    });
  return controller.signal;
}

async function chosen(
  command: Command,
  request: Arguments,
  list: DomainList,
  lastRun: LastRun,
  signal: AbortSignal,
): Promise<string[]> {
  const { changed, notReady } = request;
  if (changed === undefined && !notReady) return stacksFor(command, request, list);
  if (command === 'destroy')
    throw new UsageError('Name what is to be destroyed: --changed and --not-ready are for deploy and diff.');
  if (changed !== undefined) {
    const { names, removed } = await changedSince(realWorld(signal), list, changed);
    for (const domain of removed)
      say(
        `${domain} is not in the list any more: it stays as it is. To roll it back, destroy it with the list of ${changed}.`,
      );
    return names.length === 0 ? [] : stacksFor(command, { names, all: false }, list);
  }
  const listed = new Set(list.domains.map(({ stack }) => stack));
  const refused = lastRun.refused().filter((stack) => listed.has(stack));
  if (refused.length === 0) say('No domain was refused in the last run.');
  return refused.length === 0 ? [] : stacksFor(command, { names: refused, all: false }, list);
}

/** Where nobody can be asked, the reviewed list is the approval of a deploy; a destroy has to be told. */
function refuseUnasked(command: Command, { approve }: Arguments, stacks: readonly string[]): void {
  if (command === 'destroy' && !approve && !process.stdin.isTTY)
    throw new UsageError(
      `There is no terminal to ask on. To destroy ${stacks.join(', ')} unasked: --auto-approve.`,
    );
}

class Run {
  private readonly options: RunAllOptions;

  constructor(
    private readonly command: Command,
    private readonly request: Arguments,
    private readonly workspace: Workspace,
    lastRun: LastRun,
    private readonly signal: AbortSignal,
  ) {
    this.options = {
      atOnce: request.parallelism,
      write: (text) => void process.stdout.write(text),
      onEnd: command === 'diff' ? () => {} : (outcome) => lastRun.remember(outcome),
    };
  }

  /** Runs control planes before what needs them; in a destroy after it. */
  async phases(stacks: readonly string[], list: DomainList): Promise<Outcome[]> {
    const controls = stacks.filter(isControlStack);
    const domains = stacks.filter((stack) => !isControlStack(stack));
    if (this.command === 'destroy') {
      const destroyed = await this.phase(domains);
      // Without its control plane a domain that is left could not be destroyed any more.
      const isLeft = destroyed.some(isNotEnded);
      const told = 'a domain that needs it could not be destroyed';
      return [
        ...destroyed,
        ...(isLeft ? controls.map((stack) => notBegun(stack, told)) : await this.phase(controls)),
      ];
    }
    const made = await this.phase(controls);
    const lost = new Map(made.filter(isNotEnded).map((outcome) => [outcome.stack, outcome]));
    const controlOf = new Map(list.domains.map(({ stack, region }) => [stack, controlStackId(region)]));
    // A diff changes nothing that another could need.
    const missing = (stack: string): Outcome | undefined =>
      this.command === 'diff' ? undefined : lost.get(controlOf.get(stack)!);
    return [
      ...made,
      ...domains.flatMap((stack) => {
        const because = missing(stack);
        return because ? [notBegun(stack, `${because.stack} did not end well`, because)] : [];
      }),
      ...(await this.phase(domains.filter((stack) => !missing(stack)))),
    ];
  }

  private async phase(stacks: readonly string[]): Promise<Outcome[]> {
    if (stacks.length === 0) return [];
    const { command, request } = this;
    const destroys = command === 'destroy' ? ['-destroy'] : [];
    if (command === 'diff')
      return this.run(
        stacks,
        { title: 'Comparing', args: () => ['plan', '-input=false'] },
        { showOutput: true },
      );
    if (request.approve || !process.stdin.isTTY)
      return this.run(stacks, {
        title: command === 'deploy' ? 'Deploying' : 'Destroying',
        args: () => [command === 'deploy' ? 'apply' : 'destroy', '-input=false', '-auto-approve'],
      });

    try {
      const planned = await this.run(
        stacks,
        {
          title: 'Planning',
          args: (stack) => ['plan', '-input=false', ...destroys, `-out=${this.workspace.planOf(stack)}`],
        },
        { showOutput: true, onEnd: () => {} },
      );
      const toApply = planned.filter(({ ended }) => ended === 'done').map(({ stack }) => stack);
      const rest = planned.filter(({ ended }) => ended !== 'done');
      if (toApply.length === 0) return planned;
      if (!(await approved(command, toApply, this.signal)))
        return [...rest, ...toApply.map((stack) => notBegun(stack, 'you did not say yes'))];
      // What was shown is what is applied: the engine refuses a plan that the state has left behind.
      return [
        ...rest,
        ...(await this.run(toApply, {
          title: 'Applying',
          args: (stack) => ['apply', '-input=false', this.workspace.planOf(stack)],
        })),
      ];
    } finally {
      for (const stack of stacks) this.workspace.removePlan(stack);
    }
  }

  private async run(
    stacks: readonly string[],
    job: Job,
    options: Partial<RunAllOptions> = {},
  ): Promise<Outcome[]> {
    return runAll(this.workspace, stacks, job, { ...this.options, ...options });
  }
}

async function approved(command: Command, stacks: readonly string[], signal: AbortSignal): Promise<boolean> {
  const what = stacks.length > 5 ? `${stacks.length} stacks` : stacks.join(', ');
  return (await ask(`${command} ${what}? Only yes goes on:`, signal))?.trim() === 'yes';
}

/** Their messages say what to do; a stack trace would only hide it. */
const FOR_THE_OPERATOR = [
  UsageError,
  CliError,
  DomainListError,
  NoEngineError,
  UnknownEngineError,
  EngineRefusedError,
  SynthesisError,
] as const;

main(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: Error) => {
    console.error(FOR_THE_OPERATOR.some((kind) => error instanceof kind) ? error.message : error);
    process.exitCode = error instanceof CliError ? error.exitCode : EXIT.failed;
  },
);
