import { CliError } from '../cli-error';
import { EXIT } from '../exit-codes';

export const INTERRUPTED = 'INTERRUPTED';

/**
 * Asks a person at the terminal, on stderr.
 * @returns what was typed; `null`: there is no terminal
 * @throws CliError INTERRUPTED (exit code 130) on Ctrl-C, or when `signal` is aborted
 */
export async function ask(question: string, signal: AbortSignal): Promise<string | null> {
  if (!process.stdin.isTTY) return null;
  // Few commands ask, and every one starts: loaded when it is needed.
  const { default: input } = await import('@inquirer/input');
  try {
    return await input({ message: question }, { output: process.stderr, signal });
  } catch (error) {
    if (!['ExitPromptError', 'AbortPromptError'].includes((error as Error).name)) throw error;
    throw new CliError('Interrupted: nothing was changed.', INTERRUPTED, EXIT.interrupted);
  }
}
