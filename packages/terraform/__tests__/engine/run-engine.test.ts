import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Engine } from '../../../engine/find-engine';
import { runEngine } from '../../engine/run-engine';

let cwd: string;
beforeAll(() => {
  cwd = mkdtempSync(path.join(os.tmpdir(), 'run-engine-'));
});
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

/** Any program shows which arguments and variables are passed on. */
const NODE: Engine = { kind: 'tofu', path: process.execPath, from: 'PATH' };
const runScript = (script: string, options: object = {}) =>
  runEngine(['-e', script], { cwd, engine: NODE, ...options });

test('returns the exit code and both outputs, without colours', async () => {
  const script = `console.log('\\u001b[31mred\\u001b[0m'); console.error('warned'); process.exitCode = 2`;
  const { exitCode, output, stdout } = await runScript(script);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: 'red\n' });
  expect(output).toContain('warned');
});

test('interrupts the engine in order', async () => {
  const controller = new AbortController();
  const script =
    "process.on('SIGINT', () => { console.log('bye'); process.exit(7) }); console.log('up'); setInterval(() => {}, 1000)";
  const { exitCode, output } = await runScript(script, {
    signal: controller.signal,
    onOutput: (text: string) => text.includes('up') && controller.abort(),
  });
  expect({ exitCode, output }).toEqual({ exitCode: 7, output: 'up\nbye\n' });
});

test('fails if the program cannot be started', async () => {
  const nowhere: Engine = { ...NODE, path: '/nowhere/tofu' };
  await expect(runEngine([], { cwd, engine: nowhere })).rejects.toThrow('ENOENT');
});
