/**
 * Compares measurements with a floor: `npm run bench -- [NAME [OPTION]]`. Without a name it runs all benchmarks;
 * `--smallest` only shows that they run.
 */
import { spawnSync } from 'node:child_process';
import { forgetSurroundings } from '../../packages/terraform/practice/surroundings';

/** A table, its conditions, and the results that were too slow or wrong. */
export interface Measured {
  readonly rows: readonly Readonly<Record<string, string | number>>[];
  readonly note: string;
  readonly failures?: readonly string[];
}
export type Bench = (smallest: boolean, options: readonly string[]) => Promise<Measured>;

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[values.length >> 1]!;

const BENCHES = ['gate', 'synth', 'loading', 'calls', 'waiting'];

async function run(name: string, smallest: boolean, options: readonly string[]): Promise<void> {
  if (!BENCHES.includes(name)) throw new Error(`There is no bench ${name}; there are ${BENCHES.join(', ')}.`);
  const { measure } = require(`./${name}`) as { readonly measure: Bench };
  const { rows, note, failures = [] } = await measure(smallest, options);
  console.table(rows);
  console.log(note);
  for (const failure of failures) console.error(failure);
  if (failures.length > 0) process.exitCode = 1;
}

if (require.main === module) {
  forgetSurroundings();
  const [name, ...options] = process.argv.slice(2).filter((word) => word !== '--smallest');
  const smallest = process.argv.includes('--smallest');
  if (name !== undefined) void run(name, smallest, options);
  else
    for (const each of BENCHES) {
      const args = [...process.execArgv, __filename, each, ...process.argv.slice(2)];
      if (spawnSync(process.execPath, args, { stdio: 'inherit' }).status !== 0) process.exitCode = 1;
    }
}
