import { createInterface } from 'node:readline/promises';
import { failure } from '../errors/cli-error';

export const INTERRUPTED = 'INTERRUPTED';

/** Signals that end a command in order. */
export const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Asks a person at the terminal, on stderr.
 * @returns the typed text, or `null` without a terminal
 * @throws CliError INTERRUPTED (exit code 130) on Ctrl-C or Ctrl-D, or when `signal` is aborted
 */
export async function ask(question: string, signal: AbortSignal): Promise<string | null> {
  if (!process.stdin.isTTY) return null;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  // Ctrl-C and Ctrl-D close the prompt and leave the question unanswered.
  const closed = new AbortController();
  terminal.on('close', () => closed.abort());
  try {
    return await terminal.question(`${question} `, { signal: AbortSignal.any([signal, closed.signal]) });
  } catch (error) {
    if ((error as Error).name !== 'AbortError') throw error;
    throw failure(INTERRUPTED, {});
  } finally {
    terminal.close();
  }
}
