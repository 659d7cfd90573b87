/** Plays a fault of the track record in a copy of today's code, without its fix. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { type Fault, heldBy } from '../docs/track-record';

export const TESTS = '__tests__/handlers/transaction';
export type Edits = NonNullable<Fault['without']>;

/**
 * Runs one test file in a tree.
 * @returns whether it passes
 * @throws Error if no test ran, since a file that cannot be loaded fails without proving anything
 */
export function passes(root: string, file: string, title = '', environment: NodeJS.ProcessEnv = {}): boolean {
  const config = JSON.stringify({
    rootDir: root,
    testMatch: [`<rootDir>/${file}`],
    transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }] },
    testTimeout: 7_200_000,
  });
  const pattern = title.replaceAll(/[()[\]{}.*+?^$|\\]/g, '\\$&');
  const jest = path.join(PROJECT_ROOT, 'node_modules/jest/bin/jest.js');
  // A report of a failure that is wanted would mislead whoever reads that of the tests.
  const isTest = process.env.JEST_WORKER_ID !== undefined;
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-replayed-'));
  const results = path.join(folder, 'results.json');
  try {
    const { status } = spawnSync(
      process.execPath,
      [jest, '--config', config, '-t', pattern, '--verbose=false', '--json', `--outputFile=${results}`],
      {
        cwd: root,
        stdio: ['inherit', 'ignore', isTest ? 'ignore' : 'inherit'],
        env: { ...process.env, ...environment },
      },
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
export function withoutFix<T>({ file, find, put }: Edits, work: (root: string) => T): T {
  const root = mkdtempSync(path.join(tmpdir(), 'byodkim-replay-'));
  try {
    const filter = (source: string) => path.basename(source) !== 'node_modules';
    for (const folder of ['handlers', 'packages', '__tests__', 'package.json'])
      cpSync(path.join(PROJECT_ROOT, folder), path.join(root, folder), { recursive: true, filter });
    symlinkSync(path.join(PROJECT_ROOT, 'node_modules'), path.join(root, 'node_modules'));
    const target = path.join(root, file);
    const text = readFileSync(target, 'utf8');
    if (!text.includes(find)) throw new Error(`${file} no longer has the fix: ${find}`);
    writeFileSync(
      target,
      text.replace(find, () => put),
    );
    return work(root);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

export const playFile = (root: string, schedule: string): boolean =>
  passes(root, `${TESTS}/kept.test.ts`, '', { BYODKIM_SCHEDULE: path.resolve(schedule) });

/** The schedule that catches a fault by itself, if there is one. */
const keptFor = ({ schedule }: Fault): string | undefined =>
  schedule && path.join(PROJECT_ROOT, TESTS, 'simulation/kept', `${schedule}.json`);

/** Plays what catches a fault, in a tree: its schedule, or its test. @returns whether it passes */
export function plays(root: string, fault: Fault, file = keptFor(fault)): boolean {
  return file === undefined ? passes(root, heldBy(fault), fault.test!.title) : playFile(root, file);
}
