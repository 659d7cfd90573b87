import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../../../constructs/built-handler';
import { buildProgram, PROGRAMS } from '../../../tools/build/programs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'byodkim-program-'));
  mkdirSync(path.join(root, 'cli'));
  cpSync(path.join(PROJECT_ROOT, 'tools/build'), path.join(root, 'tools/build'), { recursive: true });
  cpSync(path.join(PROJECT_ROOT, 'package-lock.json'), path.join(root, 'package-lock.json'));
  symlinkSync(path.join(PROJECT_ROOT, 'node_modules'), path.join(root, 'node_modules'));
  writeFileSync(path.join(root, 'cli/byodkim.ts'), `console.log('hello', process.argv[2] as string);`);
});

afterEach(() => rmSync(root, { recursive: true }));

it('a program can be run as it is built', async () => {
  expect(await buildProgram(root, PROGRAMS.cli)).toBe(true);

  const { stdout } = await promisify(execFile)(path.join(root, PROGRAMS.cli.file), ['world']);
  expect(stdout).toBe('hello world\n');
});

it('refuses a Node that is too old, in one sentence', async () => {
  await buildProgram(root, PROGRAMS.cli);
  const old = path.join(root, 'old.js');
  writeFileSync(
    old,
    `Object.defineProperty(process.versions, 'node', { value: '18.20.8' });
     Object.defineProperty(process, 'version', { value: 'v18.20.8' });`,
  );

  const run = promisify(execFile)(process.execPath, ['--require', old, PROGRAMS.cli.file], { cwd: root });
  await expect(run).rejects.toMatchObject({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(
      /^byodkim: Node 20 or newer is needed, and this is v18\.20\.8: install it .+\n$/,
    ),
  });
});
