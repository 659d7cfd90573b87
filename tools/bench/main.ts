/**
 * Measures beside a floor or another program on this machine: `npm run bench -- [NAME [OPTION…]] [--smallest]`. Without a
 * name it runs all but `many`, which takes long; with `--smallest` `many` as well, each at its smallest size, as CI does.
 */
import { spawnSync } from 'node:child_process';
import Table from 'cli-table3';
import type { Bench } from './bench';

const BENCHES = ['synth', 'handler', 'gate', 'many'];
const SMALLEST = '--smallest';

async function run(name: string, smallest: boolean, options: readonly string[]): Promise<void> {
  if (!BENCHES.includes(name)) throw new Error(`There is no bench ${name}; there are ${BENCHES.join(', ')}.`);
  const { measure } = require(`./${name}`) as { readonly measure: Bench };
  for (const { head, rows, note = '', failures = [] } of await measure(smallest, options)) {
    const table = new Table({ head: [...head], style: { head: [], border: [], compact: true } });
    table.push(...rows.map((row) => [...row]));
    console.log(`${table.toString()}\n${note}`);
    for (const failure of failures) console.error(failure);
    if (failures.length > 0) process.exitCode = 1;
  }
}

/** Runs each in a process of its own, so that none measures what another has left. */
function runAll(smallest: boolean): void {
  for (const name of BENCHES.filter((bench) => smallest || bench !== 'many')) {
    const args = [...process.execArgv, __filename, name, ...(smallest ? [SMALLEST] : [])];
    const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
}

const smallest = process.argv.includes(SMALLEST);
const [name, ...options] = process.argv.slice(2).filter((word) => word !== SMALLEST);
if (name === undefined) runAll(smallest);
else void run(name, smallest, options);
