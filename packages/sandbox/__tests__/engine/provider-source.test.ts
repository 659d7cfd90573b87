import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fetchProvider } from '../../engine/fetch-provider';
import { prepareMirror } from '../../engine/mirror';
import { NoProviderError, readProviderSource } from '../../engine/provider-source';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'provider-source-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program that stands for an engine. */
function engineThat(script: string) {
  const program = path.join(folder, 'engine');
  writeFileSync(program, `#!/bin/sh\n${script}\n`);
  chmodSync(program, 0o755);
  return { kind: 'terraform', path: program, from: 'PATH' } as const;
}

test('the stand-in is meant where nothing is said', () => {
  expect(readProviderSource(undefined)).toEqual({ kind: 'stand-in' });
  expect(readProviderSource('registry')).toEqual({ kind: 'registry' });
  expect(readProviderSource(process.execPath)).toEqual({ kind: 'file', file: process.execPath });
});

test.each([
  ['no program is there', 'nothing-here'],
  ['a folder is there', os.tmpdir()],
])('refuses a provider where %s, in one sentence', (_what, text) => {
  expect(() => readProviderSource(text)).toThrow(NoProviderError);
  expect(() => readProviderSource(text)).toThrow(/^--provider .*: no program is there; it takes [^\n]*\.$/);
});

test('another program takes the place of the stand-in, under both addresses', async () => {
  const mirror = await prepareMirror(folder, { kind: 'file', file: process.execPath });
  const [name] = readdirSync(folder).filter((it) => it.startsWith('sandbox-mirror-'));
  const files = readdirSync(path.join(folder, name!), { recursive: true, encoding: 'utf8' });
  const programs = files.filter((file) => file.includes('terraform-provider-aws_v'));
  const targets = programs.map((file) => realpathSync(path.join(folder, name!, file)));
  await mirror.close();

  expect(programs.map((file) => file.split(path.sep)[1]).sort()).toEqual([
    'registry.opentofu.org',
    'registry.terraform.io',
  ]);
  expect(new Set(targets)).toEqual(new Set([realpathSync(process.execPath)]));
});

test('the real one is fetched once, into a cache that goes with all the rest', async () => {
  const mirror = await prepareMirror(folder, { kind: 'registry' });
  const configuration = readFileSync(mirror.environment.TF_CLI_CONFIG_FILE!, 'utf8');
  const engine = engineThat('test "$1" = init && grep -q hashicorp/aws main.tf.json');
  await fetchProvider(engine, '6.25.0', mirror.environment);
  await mirror.close();

  expect(configuration).toMatch(/plugin_cache_dir = "/);
  expect(configuration).not.toContain('filesystem_mirror');
  expect(readdirSync(folder).filter((it) => it.startsWith('sandbox-mirror-'))).toEqual([]);
});

test('fails in one sentence where no registry can be reached', async () => {
  const engine = engineThat(
    `echo '╷'; echo '│ Error: Failed to query available provider packages'; echo '│ '; echo '│ no such host'; exit 1`,
  );
  await expect(fetchProvider(engine, '6.25.0', {})).rejects.toThrow(
    new NoProviderError('hashicorp/aws 6.25.0 cannot be had: no such host'),
  );
});
