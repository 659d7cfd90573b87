/**
 * Plays faults of the track record (docs/evidence/reliability.md): red where the fix is taken out of a copy of today's code,
 * green with it. With `--search` the random search looks for the fault by itself. A file is a schedule that a search has kept.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../constructs/built-handler';

interface Fault {
  readonly what: string;
  readonly file: string;
  readonly title: string;
  /** The fix, as text of a file that is replaced. */
  readonly without: { readonly file: string; readonly find: string; readonly put: string };
}

const TESTS = '__tests__/handlers/transaction';
const FAULTS: Readonly<Record<string, Fault>> = JSON.parse(
  readFileSync(path.join(PROJECT_ROOT, TESTS, 'replay/faults.json'), 'utf8'),
);

/** Runs one test file in a tree. @returns whether it passes */
function passes(root: string, file: string, title = '', environment: NodeJS.ProcessEnv = {}): boolean {
  const config = JSON.stringify({
    rootDir: root,
    testMatch: [`<rootDir>/${file}`],
    transform: { '^.+\\.ts$': ['@swc/jest', { jsc: { target: 'es2022' }, module: { type: 'commonjs' } }] },
    testTimeout: 7_200_000,
  });
  const pattern = title.replaceAll(/[()[\]{}.*+?^$|\\]/g, '\\$&');
  const jest = path.join(PROJECT_ROOT, 'node_modules/jest/bin/jest.js');
  const { status } = spawnSync(
    process.execPath,
    [jest, '--config', config, '-t', pattern, '--verbose=false'],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, ...environment },
    },
  );
  return status === 0;
}

/** Copies the tree, without the fix. */
function treeWithout({ without: { file, find, put } }: Fault): string {
  const root = mkdtempSync(path.join(tmpdir(), 'byodkim-replay-'));
  for (const folder of ['handlers', '__tests__', 'package.json'])
    cpSync(path.join(PROJECT_ROOT, folder), path.join(root, folder), { recursive: true });
  symlinkSync(path.join(PROJECT_ROOT, 'node_modules'), path.join(root, 'node_modules'));
  const target = path.join(root, file);
  writeFileSync(
    target,
    readFileSync(target, 'utf8').replace(find, () => put),
  );
  return root;
}

/** Plays a fault without its fix, then with it. @returns whether it is red, then green */
function replay(name: string, isSearch: boolean): boolean {
  const fault = FAULTS[name]!;
  const file = `${TESTS}/${fault.file}.test.ts`;
  const root = treeWithout(fault);
  try {
    console.log(`${name}: ${fault.what}.\nWithout the fix, in a copy of ${fault.without.file}:`);
    if (isSearch) return !passes(root, `${TESTS}/simulation.test.ts`, '', { LONG_SHARE: '1' });
    const isRed = !passes(root, file, fault.title);
    console.log('With the fix:');
    const isGreen = passes(PROJECT_ROOT, file, fault.title);
    console.log(`${name}: ${isRed ? 'red' : 'GREEN'} without the fix, ${isGreen ? 'green' : 'RED'} with it`);
    return isRed && isGreen;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

const [name, option] = process.argv.slice(2);
if (name === undefined) {
  for (const [each, { what }] of Object.entries(FAULTS)) console.log(`${each.padEnd(20)} ${what}`);
} else {
  const isPlayed = FAULTS[name]
    ? replay(name, option === '--search')
    : passes(PROJECT_ROOT, `${TESTS}/kept.test.ts`, '', { BYODKIM_SCHEDULE: path.resolve(name) });
  process.exitCode = isPlayed ? 0 : 1;
}
