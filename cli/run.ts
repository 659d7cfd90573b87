import { type Command, CommanderError } from 'commander';
import { ADVICE_LABEL } from '../handlers/contract/contract';
import { EngineError } from '../packages/engine/find-engine';
import { CliError, errorAsData, failure, usageError } from './errors/cli-error';
import { EXIT, type ExitCode } from './exit-codes';
import { type Bind, createProgram } from './program';
import { INTERRUPTED } from './real-world/ask';
import { INTERRUPTED_CALL } from './words/notes';
import { type Guarded, withGuardedOutput } from './world/guarded';
import { Output } from './world/output';
import type { CliWorld } from './world/world';

/**
 * Runs one command line.
 * @param args the arguments after the program's name
 * @returns the exit code of the process
 */
export async function run(args: readonly string[], given: CliWorld): Promise<ExitCode> {
  const guarded = withGuardedOutput(given, args);
  const { world } = guarded;
  let exitCode: ExitCode = EXIT.ok;
  /** The entry of the command, as it was named. */
  let entry: string | undefined;
  const isJson = args.includes('--json');
  // Commander calls with the arguments, the command's own options, and the command.
  const bind: Bind =
    (work) =>
    async (...all) => {
      const command = all.at(-1) as Command;
      if (command.registeredArguments[0]?.name() === 'domain' && typeof all[0] === 'string') entry = all[0];
      const cli = { world, out: new Output(guarded, isJson) };
      try {
        exitCode = await work(cli, command.optsWithGlobals() as never, ...(all.slice(0, -2) as never[]));
      } finally {
        cli.out.progress.clear();
      }
    };
  try {
    await createProgram(world, bind).parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    return report(forEntry(error, entry), guarded, isJson);
  }
}

/** Inserts the entry of a command into the commands of an advice. */
function forEntry(error: unknown, entry: string | undefined): unknown {
  if (!(error instanceof CliError) || entry === undefined || error.advice === undefined) return error;
  const advice = error.advice.replaceAll('<domain>', entry);
  return new CliError(error.code, { ...errorAsData(error), advice });
}

/** Codes of which the message states what an interrupted run has left. */
const ANSWERED: readonly string[] = [INTERRUPTED, 'ROLLBACK_FAILED'];

/** Codes that add nothing to their message. */
const PLAIN: readonly string[] = ['USAGE', INTERRUPTED];

function report(error: unknown, guarded: Guarded, json: boolean): ExitCode {
  const { world } = guarded;
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.ok;
    // Commander has already printed its message on stderr.
    if (json) writeAsJson(mistakeOf(error), guarded);
    return EXIT.failed;
  }
  // The message already states what was changed.
  const isAnswered = error instanceof CliError && ANSWERED.includes(error.code);
  if (world.signal.aborted && !isAnswered) {
    world.stderr.write(`${INTERRUPTED_CALL}\n`);
    return EXIT.interrupted;
  }
  const reported = error instanceof CliError ? error : unexpected(error);
  const { code, message, advice, exitCode } = reported;
  if (json) {
    writeAsJson(reported, guarded);
  } else {
    const todo = advice === undefined ? '' : `${ADVICE_LABEL}${advice}\n`;
    world.stderr.write(`${PLAIN.includes(code) ? '' : `${code}: `}${message}\n${todo}`);
  }
  return exitCode;
}

/** Returns the mistake in a command line that commander refuses. */
const mistakeOf = ({ code, message }: CommanderError): CliError =>
  code === 'commander.help'
    ? usageError('no-command', {})
    : usageError('command-line', { reason: message.replace(/^error: /, '') });

function writeAsJson({ code, message, advice, facts, exitCode }: CliError, { world, json }: Guarded): void {
  // `error` and `details` are the names that the function's own answers have.
  const answer = { code, error: code, message, advice, facts, details: facts, exitCode };
  world.stdout.write(`${json(answer)}\n`);
}

const DISK = ['ENOSPC', 'EDQUOT', 'EROFS'];

function unexpected(error: unknown): CliError {
  const { message, stack, code } = (
    error instanceof Error ? error : new Error(String(error))
  ) as NodeJS.ErrnoException;
  if (DISK.includes(code ?? '')) return failure('DISK_FULL', { reason: message });
  if (error instanceof EngineError) return failure('ENGINE_REFUSED', { reason: message });
  return failure('UNEXPECTED', { reason: message, stack });
}
