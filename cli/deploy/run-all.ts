import { mapConcurrently } from '../concurrency';
import { notBegun, type Outcome } from './outcome';

/** Runs something for one stack. `onLine` receives the engine's lines as they come. */
export type StackWork = (stack: string, onLine?: (line: string) => void) => Promise<Outcome>;

export interface RunAllOptions {
  readonly atOnce: number;
  readonly write: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Runs each stack to its end whatever becomes of the others. The output of one alone is shown as it comes. */
export async function runAll(
  stacks: readonly string[],
  work: StackWork,
  { atOnce, write, signal }: RunAllOptions,
): Promise<Outcome[]> {
  const isAlone = stacks.length === 1;
  const width = Math.max(...stacks.map(({ length }) => length));
  let ended = 0;
  return mapConcurrently(stacks, atOnce, async (stack) => {
    const startedAt = performance.now();
    const outcome = signal.aborted
      ? notBegun(stack, 'interrupted before its turn')
      : await work(stack, isAlone ? (line) => write(`${line}\n`) : undefined);
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    ended += 1;
    const count = `[${`${ended}`.padStart(`${stacks.length}`.length)}/${stacks.length}]`;
    write(`${count} ${stack.padEnd(width)}  ${outcome.ended}: ${outcome.told} (${seconds} s)\n`);
    return outcome;
  });
}
