import { spawnSync } from 'node:child_process';
import path from 'node:path';
import manifest from '../../package.json';
import lock from '../../package-lock.json';

const FILE = path.join(__dirname, '../../tools/supported.js');
const { whatIsMissing } = require(FILE) as {
  whatIsMissing: (platform: string, nodeVersion: string) => string | undefined;
};

test.each([
  ['linux', 'v20.0.0'],
  ['linux', 'v24.21.0'],
  ['darwin', 'v22.23.3'],
])('%s with Node %s lacks nothing', (platform, version) => {
  expect(whatIsMissing(platform, version)).toBeUndefined();
});

test.each([
  ['linux', 'v18.20.8', /^Node 20 or newer is needed, and this is v18\.20\.8: install it/],
  ['win32', 'v22.23.3', /^Windows is not supported, but its Linux is: install WSL/],
  [
    'freebsd',
    'v22.23.3',
    /^Linux or macOS is needed, and this is freebsd: run it on one of them, or in a container\.$/,
  ],
])('refuses %s with Node %s in one line with advice', (platform, version, says) => {
  const sentence = whatIsMissing(platform, version);
  expect(sentence).toMatch(says);
  expect(sentence).not.toContain('\n');
});

test('the oldest Node is the one in the manifest', () => {
  const oldest = Number(/\d+/.exec(manifest.engines.node)![0]);
  expect(whatIsMissing('linux', `v${oldest}.0.0`)).toBeUndefined();
  expect(whatIsMissing('linux', `v${oldest - 1}.9.9`)).toBeDefined();
});

test('every program that starts an engine checks it first, and this machine passes', () => {
  for (const script of ['byodkim', 'conformance', 'demo', 'deploy', 'destroy', 'diff', 'sandbox'] as const) {
    expect(manifest.scripts[script]).toMatch(/^node tools\/(supported\.js && |start\.js byodkim)/);
  }
  const { status, stderr } = spawnSync(process.execPath, [FILE], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('no dependency is an alias of another package: the npm of Debian 13 (9.2) cannot install one', () => {
  expect(manifest).not.toHaveProperty('overrides');
  expect(Object.values(manifest.devDependencies).filter((version) => version.startsWith('npm:'))).toEqual([]);
});

test('no package runs a script when it is installed, so npm has nothing to ask', () => {
  const packages = lock.packages as object as Record<string, { hasInstallScript?: boolean }>;
  const scripted = Object.keys(packages).filter((folder) => packages[folder]!.hasInstallScript);
  const names = scripted.map((folder) => folder.replace(/^.*node_modules\//, ''));
  expect(manifest.allowScripts).toEqual(Object.fromEntries(names.map((name) => [name, false])));
});
