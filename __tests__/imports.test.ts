import { readdirSync } from 'node:fs';
import path from 'node:path';
import { readImports } from '../scripts/check/imports';

const ROOT = path.resolve(__dirname, '..');

/** What a folder may import from outside of itself, as docs/architecture.md says: folders, or single files. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  handlers: [],
  constructs: ['handlers/contract.ts', 'scripts/build/'],
  list: ['constructs/', 'handlers/contract.ts'],
  cli: [
    'handlers/',
    'list/',
    'constructs/check-identity-props.ts',
    'constructs/nearest.ts',
    'constructs/function-policy.ts',
    'constructs/partition.ts',
    'constructs/roles/',
    'package.json',
  ],
  scripts: ['handlers/', 'list/', 'constructs/', 'cli/', 'packages/engine/'],
  'packages/engine': [],
  'packages/sandbox': ['packages/engine/'],
  conformance: ['demo/', 'packages/', 'handlers/contract.ts', 'list/domain-list.ts'],
  demo: ['packages/', 'handlers/contract.ts', 'list/domain-list.ts', 'scripts/stacks/'],
};

const filesOf = (folder: string): string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('__tests__/'))
    .map((name) => path.join(folder, name));

const crossings = (folder: string): string[] =>
  [...readImports(ROOT, filesOf(folder))].flatMap(([file, targets]) =>
    targets.filter((target) => !target.startsWith(`${folder}/`)).map((target) => `${file} imports ${target}`),
  );

test.each(Object.entries(MAY_IMPORT))('%s imports nothing but what it may', (folder, allowed) => {
  const found = crossings(folder).filter(
    (crossing) => !allowed.some((each) => crossing.split(' imports ')[1]!.startsWith(each)),
  );
  expect(found).toEqual([]);
});

test('the crossings that there are, are seen', () => {
  expect(crossings('constructs')).toContain('constructs/handler-code.ts imports scripts/build/manifest.ts');
  expect(crossings('scripts')).toContain('scripts/stacks.ts imports list/read-list.ts');
});
