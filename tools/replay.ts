/**
 * Replays faults of the track record (docs/evidence/reliability.md): the test must fail in a copy of today's code
 * without the fix, and pass with it. With `--search` the random search looks for the fault by itself. An argument that
 * is a file is a schedule that a search has kept.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../constructs/built-handler';
import { type Fault, faults, heldBy, playedBy } from './docs/track-record';

const USAGE = `npm run replay                             lists the track record
npm run replay -- NAME                     plays a fault without its fix, then with it
npm run replay -- NAME --search [MINUTES]  lets the random search look for it, an hour at most
npm run replay -- [NAME] FILE              plays a schedule that a search has kept; NAME: without that fix first`;

const TESTS = '__tests__/handlers/transaction';
type Edits = NonNullable<Fault['without']>;

/**
 * Runs one test file in a tree.
 * @returns whether it passes
 * @throws Error if no test ran, since a file that cannot be loaded fails without proving anything
 */
function passes(root: string, file: string, title = '', environment: NodeJS.ProcessEnv = {}): boolean {
  const config = JSON.stringify({
    rootDir: root,
    testMatch: [`<rootDir>/${file}`],
    transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }] },
    testTimeout: 7_200_000,
  });
  const pattern = title.replaceAll(/[()[\]{}.*+?^$|\\]/g, '\\$&');
  const jest = path.join(PROJECT_ROOT, 'node_modules/jest/bin/jest.js');
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-replayed-'));
  const results = path.join(folder, 'results.json');
  try {
    const { status } = spawnSync(
      process.execPath,
      [jest, '--config', config, '-t', pattern, '--verbose=false', '--json', `--outputFile=${results}`],
      { cwd: root, stdio: ['inherit', 'ignore', 'inherit'], env: { ...process.env, ...environment } },
    );
    const { numPassedTests = 0, numFailedTests = 0 } = existsSync(results)
      ? JSON.parse(readFileSync(results, 'utf8'))
      : {};
    if (numPassedTests + numFailedTests === 0)
      throw new Error(`No test of ${file} ran, so nothing is proved.`);
    return status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Copies the tree, without the fix, for the duration of `work`. */
function withoutFix<T>({ file, find, put }: Edits, work: (root: string) => T): T {
  const root = mkdtempSync(path.join(tmpdir(), 'byodkim-replay-'));
  try {
    const filter = (source: string) => path.basename(source) !== 'node_modules';
    for (const folder of ['handlers', 'packages', '__tests__', 'package.json'])
      cpSync(path.join(PROJECT_ROOT, folder), path.join(root, folder), { recursive: true, filter });
    symlinkSync(path.join(PROJECT_ROOT, 'node_modules'), path.join(root, 'node_modules'));
    const target = path.join(root, file);
    writeFileSync(
      target,
      readFileSync(target, 'utf8').replace(find, () => put),
    );
    return work(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const playFile = (root: string, schedule: string): boolean =>
  passes(root, `${TESTS}/kept.test.ts`, '', { BYODKIM_SCHEDULE: path.resolve(schedule) });

/**
 * Replays a fault without its fix, then with it.
 * @returns whether the first run fails and the second passes
 */
function replay(name: string, edits: Edits, play: (root: string) => boolean): boolean {
  console.log(`\nWithout the fix, in a copy of ${edits.file}:`);
  const isRed = !withoutFix(edits, play);
  console.log('\nWith the fix:');
  const isGreen = play(PROJECT_ROOT);
  console.log(`\n${name}: ${isRed ? 'red' : 'GREEN'} without the fix, ${isGreen ? 'green' : 'RED'} with it`);
  return isRed && isGreen;
}

/**
 * Searches for a fault at random, and continues after failures that do not depend on its fix.
 * @returns whether it was found
 */
function search(name: string, edits: Edits, minutes: number): boolean {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-schedule-'));
  const endsAt = Date.now() + minutes * 60_000;
  console.log(`Searching for ${minutes} minutes at most, without the fix, in a copy of ${edits.file}`);
  let played = 0;
  for (let found = 1; Date.now() < endsAt; found += 1) {
    const file = path.join(folder, `${name}-${found}.json`);
    const left = (endsAt - Date.now()) / 60_000;
    const environment = { LONG_SHARE: '1', BYODKIM_SEARCH: file, BYODKIM_SEARCH_MINUTES: `${left}` };
    const isOver = withoutFix(edits, (root) => passes(root, `${TESTS}/simulation.test.ts`, '', environment));
    played += JSON.parse(readFileSync(file, 'utf8')).schedules;
    if (isOver) break;
    console.log(`\n${name}: something failed after ${played} schedules. Is it this fault?`);
    if (replay(name, edits, (root) => playFile(root, file))) {
      console.log(`${name}: found after ${played} schedules. To play it: npm run replay -- ${name} ${file}`);
      return true;
    }
    console.log(`Another one, unless its turns do not lead there again: npm run replay -- ${file}`);
  }
  console.log(`\n${name}: not in ${played} schedules. Its example holds it: npm run replay -- ${name}`);
  return false;
}

function list(): void {
  for (const [name, fault] of Object.entries(faults)) {
    console.log(`${name}: ${fault.what}`);
    console.log(`  found by ${fault.by}; brought by ${fault.brought}; fixed by ${fault.fixed}`);
    console.log(`  ${playedBy(name, fault)}`);
  }
  console.log(`\n${USAGE}`);
}

function main([name, ...more]: string[]): boolean {
  if (name === undefined) {
    list();
    return true;
  }
  const fault = faults[name];
  if (fault === undefined) {
    if (existsSync(name)) return playFile(PROJECT_ROOT, name);
    console.error(`No fault and no file is named ${name}.\n${USAGE}`);
    return false;
  }
  console.log(`${name}: ${fault.what}.`);
  const { without } = fault;
  if (without === undefined) {
    console.log(playedBy(name, fault));
    return fault.test !== undefined && passes(PROJECT_ROOT, heldBy(fault), fault.test.title);
  }
  const [option, minutes = '60'] = more;
  if (option === '--search') return search(name, without, Number(minutes));
  const file = option ?? (fault.schedule && `${TESTS}/simulation/kept/${fault.schedule}.json`);
  return replay(name, without, (root) =>
    file === undefined ? passes(root, heldBy(fault), fault.test!.title) : playFile(root, file),
  );
}

process.exitCode = main(process.argv.slice(2)) ? 0 : 1;
