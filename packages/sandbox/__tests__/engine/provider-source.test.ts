import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

test.each([
  ['no program is there', 'nothing-here'],
  ['a folder is there', os.tmpdir()],
])('refuses a provider where %s, in one sentence', (_what, text) => {
  expect(() => readProviderSource(text)).toThrow(NoProviderError);
  expect(() => readProviderSource(text)).toThrow(/^--provider .*: no program is there; it takes [^\n]*\.$/);
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
