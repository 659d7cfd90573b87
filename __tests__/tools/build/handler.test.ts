import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { HANDLER_ZIP, PROJECT_ROOT, sha256 } from '../../../constructs/built-handler';
import { isStale, readManifest } from '../../../tools/build/built-from';
import { buildProgram, PROGRAMS } from '../../../tools/build/programs';

const buildHandler = (root: string) => buildProgram(root, PROGRAMS.handler);
const readHandlerManifest = (root: string) => readManifest(root, HANDLER_ZIP);

/** A project with a handler of a few lines that bundles one package. */
function project(): string {
  const root = mkdtempSync(path.join(os.tmpdir(), 'byodkim-build-'));
  roots.push(root);
  mkdirSync(path.join(root, 'handlers'));
  cpSync(path.join(PROJECT_ROOT, 'tools/build'), path.join(root, 'tools/build'), { recursive: true });
  cpSync(path.join(PROJECT_ROOT, 'package-lock.json'), path.join(root, 'package-lock.json'));
  symlinkSync(path.join(PROJECT_ROOT, 'node_modules'), path.join(root, 'node_modules'));
  writeFileSync(
    path.join(root, 'handlers/index.ts'),
    `import { parse } from 'yaml';
     import { greeting } from './greeting';
     export const handler = async (event: { text: string }) => ({ greeting, parsed: parse(event.text) });`,
  );
  writeFileSync(path.join(root, 'handlers/greeting.ts'), `export const greeting = 'hello';`);
  return root;
}

const roots: string[] = [];
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true });
});

const read = (root: string, file: string) => readFileSync(path.join(root, file));

function edit(root: string, file: string, change: (text: string) => string): void {
  writeFileSync(path.join(root, file), change(read(root, file).toString()));
}

describe('the built handler', () => {
  it('is byte-identical wherever the same source is built', async () => {
    const [one, other] = [project(), project()];

    await buildHandler(one);
    await buildHandler(other);

    expect(read(one, 'dist/handler.zip').equals(read(other, 'dist/handler.zip'))).toBe(true);
    expect(readHandlerManifest(one)).toEqual(readHandlerManifest(other));
  });

  it('is one file with everything except the licences, and runs by itself', async () => {
    const root = project();

    await buildHandler(root);

    // As Lambda will show it.
    expect(readHandlerManifest(root)?.sha256Base64).toBe(sha256(read(root, 'dist/handler.zip'), 'base64'));
    const files = unzipSync(read(root, 'dist/handler.zip'));
    expect(Object.keys(files)).toEqual(['index.js', 'THIRD-PARTY.txt']);
    const bundle = { exports: {} as { handler(event: unknown): Promise<unknown> } };
    new Function('module', 'exports', 'require', Buffer.from(files['index.js']!).toString())(
      bundle,
      bundle.exports,
      (name: string) => (isBuiltin(name) ? require(name) : undefined),
    );
    await expect(bundle.exports.handler({ text: 'a: 1' })).resolves.toEqual({
      greeting: 'hello',
      parsed: { a: 1 },
    });
  });
});

describe('a stale handler', () => {
  it.each<[string, (root: string) => void]>([
    ['a source changed', (root) => edit(root, 'handlers/greeting.ts', (text) => `${text}\n`)],
    ['a source was removed', (root) => rmSync(path.join(root, 'handlers/greeting.ts'))],
    ['the way of building changed', (root) => edit(root, 'tools/build/programs.ts', (text) => `${text}\n`)],
    [
      'a bundled package has another version',
      (root) =>
        edit(root, 'package-lock.json', (text) => {
          const lock = JSON.parse(text);
          lock.packages['node_modules/yaml'].version = '0.0.1';
          return JSON.stringify(lock);
        }),
    ],
    ['the zip was tampered with', (root) => edit(root, HANDLER_ZIP, (text) => `${text} `)],
    ['the zip is gone', (root) => rmSync(path.join(root, HANDLER_ZIP))],
    ['nothing was ever built', (root) => rmSync(path.join(root, 'dist'), { recursive: true })],
  ])('is detected if %s', async (_, breakIt) => {
    const root = project();
    await buildHandler(root);
    expect(isStale(root, HANDLER_ZIP)).toBe(false);
    breakIt(root);
    expect(isStale(root, HANDLER_ZIP)).toBe(true);
  });
});

it('fails with the place of a mistake in the source', async () => {
  const root = project();
  edit(root, 'handlers/greeting.ts', () => 'export const greeting = ;');

  await expect(buildHandler(root)).rejects.toThrow('handlers/greeting.ts:1:24');
});
