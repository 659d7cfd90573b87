/**
 * `npm run deploy -- example.com`, and `diff` and `destroy` likewise: one command for one domain. It finds the engine,
 * takes the control plane along, passes further flags to cdktf, and says at the end what the function refused and why.
 */
import { createInterface } from 'node:readline/promises';
import { DomainListError } from '../list/mistake';
import { readDomainList } from '../list/read-list';
import { DEFAULT_LIST, DOMAINS_VARIABLE } from '../list/where';
import { EngineRefusedError, usableEngine } from '../packages/engine/engine-guard';
import { engineName, type KnownEngine, UnknownEngineError } from '../packages/engine/engine-version';
import { NoEngineError } from '../packages/engine/find-engine';
import { PROJECT_ROOT } from './build/manifest';
import { errorBlock } from './stacks/error-block';
import { findHandlerErrors } from './stacks/handler-errors';
import { hintsFor } from './stacks/hints';
import { COMMANDS, type Command, parseArguments, stacksFor, UsageError } from './stacks/request';
import { type CdktfRun, runCdktf } from './stacks/run-cdktf';

const APPROVE = '--auto-approve';
const PARALLELISM = '--parallelism';
/** Left alone, cdktf runs an engine per stack, all at once; SES takes about one change a second. */
const STACKS_AT_ONCE = 4;

async function main([command = '', ...args]: string[]): Promise<number> {
  if (!isCommand(command))
    throw new UsageError(`Found ${JSON.stringify(command)}, allowed: ${COMMANDS.join(', ')}.`);
  const request = parseArguments(args);
  const list = readDomainList(process.env[DOMAINS_VARIABLE] || DEFAULT_LIST);
  const stacks = stacksFor(command, request, list);
  const engine = usableEngine({ lockfile: list.backend.type === 's3' && list.backend.lockfile });
  const flags = request.flags.filter((flag) => flag !== APPROVE);
  if (command === 'diff') return diff(stacks, flags, engine);

  if (!request.flags.includes(APPROVE) && !(await approved(command, stacks, flags, engine))) return 1;
  // A destroy without the control planes is complete: nothing depends on a domain. Not so with cdktf's
  // --ignore-missing-stack-dependencies, which starts the first of several stacks over and over.
  const run = await runCdktf(
    [
      command,
      ...stacks,
      APPROVE,
      ...(flags.includes(PARALLELISM) ? [] : [PARALLELISM, `${STACKS_AT_ONCE}`]),
      ...flags,
    ],
    engine,
    PROJECT_ROOT,
  );
  explain(run, engine);
  return run.exitCode;
}

const isCommand = (text: string): text is Command => (COMMANDS as readonly string[]).includes(text);

/** cdktf shows one stack at a time. */
async function diff(
  stacks: readonly string[],
  flags: readonly string[],
  engine: KnownEngine,
): Promise<number> {
  let exitCode = 0;
  for (const [index, stack] of stacks.entries()) {
    const skipSynth = index > 0 ? ['--skip-synth'] : [];
    const run = await runCdktf(['diff', stack, ...skipSynth, ...flags], engine, PROJECT_ROOT);
    explain(run, engine);
    exitCode ||= run.exitCode;
  }
  return exitCode;
}

/**
 * Asks on the terminal, after showing what a deploy would change. Where there is none, the reviewed list is the approval
 * of a deploy; a destroy has to be told.
 */
async function approved(
  command: Command,
  stacks: readonly string[],
  flags: readonly string[],
  engine: KnownEngine,
): Promise<boolean> {
  if (!process.stdin.isTTY) {
    if (command === 'deploy') return true;
    throw new UsageError(
      `There is no terminal to ask on. To destroy ${stacks.join(', ')} unasked: ${APPROVE}.`,
    );
  }
  if (command === 'deploy') await diff(stacks, flags, engine);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (
      (await terminal.question(`\n${command} ${stacks.join(', ')}? Only yes goes on: `)).trim() === 'yes'
    );
  } finally {
    terminal.close();
  }
}

function explain({ exitCode, output }: CdktfRun, engine: KnownEngine): void {
  if (exitCode === 0) return;
  for (const error of findHandlerErrors(output)) console.error(`\n${errorBlock(error)}`);
  for (const hint of hintsFor(output)) console.error(`\n${hint}`);
  console.error(`\nEngine: ${engineName(engine)}, ${engine.path}`);
}

/** Their messages say what to do; a stack trace would only hide it. */
const FOR_THE_OPERATOR = [
  UsageError,
  DomainListError,
  NoEngineError,
  UnknownEngineError,
  EngineRefusedError,
] as const;

main(process.argv.slice(2)).then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: Error) => {
    const isForTheOperator = FOR_THE_OPERATOR.some((kind) => error instanceof kind);
    console.error(isForTheOperator ? error.message : error);
    process.exitCode = 1;
  },
);
