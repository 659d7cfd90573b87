import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(__dirname, '..');

/** What a folder may import from outside of itself, as docs/architecture.md says: folders, or single files. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  handlers: [],
  constructs: ['handlers/contract', 'scripts/build/'],
  list: ['constructs/', 'handlers/contract'],
  cli: [
    'handlers/',
    'list/',
    'constructs/check-identity-props',
    'constructs/function-policy',
    'constructs/partition',
    'constructs/roles',
    'package.json',
  ],
  scripts: ['handlers/', 'list/', 'constructs/', 'cli/'],
  'packages/sandbox': ['handlers/', 'list/', 'constructs/', 'cli/', 'scripts/'],
  demo: ['packages/sandbox/', 'handlers/contract', 'scripts/stacks/'],
};

const filesOf = (folder: string): string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('__tests__/'))
    .map((name) => path.join(folder, name));

/** Relative imports of a file, from the project's root. */
const importsOf = (file: string): string[] =>
  [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(/(?:from|import|import\() ?'(\.[^']+)'/g)].map(
    ([, target]) => path.join(path.dirname(file), target!),
  );

const crossings = (folder: string): string[] =>
  filesOf(folder).flatMap((file) =>
    importsOf(file)
      .filter((target) => !target.startsWith(`${folder}/`))
      .map((target) => `${file} imports ${target}`),
  );

test.each(Object.entries(MAY_IMPORT))('%s imports nothing but what it may', (folder, allowed) => {
  const found = crossings(folder).filter(
    (crossing) => !allowed.some((each) => crossing.split(' imports ')[1]!.startsWith(each)),
  );
  expect(found).toEqual([]);
});

test('the crossings that there are, are seen', () => {
  expect(crossings('constructs')).toContain('constructs/handler-code.ts imports scripts/build/manifest');
  expect(crossings('scripts')).toContain('scripts/stacks.ts imports list/read-list');
});
