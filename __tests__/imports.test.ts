import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const ROOT = path.resolve(__dirname, '..');

/** What constructs, list and function agree on. */
const CONTRACT = ['contract', 'setting', 'settings', 'allowances'].map(
  (name) => `handlers/contract/${name}.ts`,
);

/** What a folder may import from outside of itself, as docs/architecture.md says: folders, or single files. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  handlers: [],
  constructs: CONTRACT,
  list: ['constructs/', ...CONTRACT],
  cli: [
    'handlers/',
    'list/',
    'constructs/check-identity-props.ts',
    'constructs/function-policy.ts',
    'constructs/key-store-policy.ts',
    'constructs/names.ts',
    'constructs/identity-props.ts',
    'constructs/roles/',
    'constructs/built-handler.ts',
    'packages/engine/',
    'package.json',
  ],
  'packages/engine': [],
  'packages/sandbox': ['packages/engine/'],
  tools: ['handlers/', 'list/', 'constructs/', 'cli/', 'packages/', 'main.ts', '__tests__/support/'],
};

/** What each file imports of the project itself: types too, since a circle of types ties files together for a reader. */
const readImports = (files: readonly string[]): ReadonlyMap<string, readonly string[]> =>
  new Map(files.map((file) => [file, importsOf(file)]));

const importsOf = (file: string): string[] =>
  ts
    .preProcessFile(readFileSync(path.join(ROOT, file), 'utf8'))
    .importedFiles.filter(({ fileName }) => fileName.startsWith('.'))
    .map(({ fileName }) => path.posix.join(path.posix.dirname(file), fileName))
    .map(
      (target) =>
        [`${target}.ts`, `${target}/index.ts`].find((each) => existsSync(path.join(ROOT, each))) ?? target,
    );

const filesOf = (folder: string): string[] =>
  readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('__tests__/'))
    .map((name) => path.join(folder, name));

const crossings = (folder: string): string[] =>
  [...readImports(filesOf(folder))].flatMap(([file, targets]) =>
    targets.filter((target) => !target.startsWith(`${folder}/`)).map((target) => `${file} imports ${target}`),
  );

test.each(Object.entries(MAY_IMPORT))('%s imports nothing but what it may', (folder, allowed) => {
  const found = crossings(folder).filter(
    (crossing) => !allowed.some((each) => crossing.split(' imports ')[1]!.startsWith(each)),
  );
  expect(found).toEqual([]);
});

test('the crossings that there are, are seen', () => {
  expect(crossings('constructs')).toContain(
    'constructs/invocations.ts imports handlers/contract/contract.ts',
  );
  expect(crossings('cli')).toContain('cli/domain-list.ts imports list/read-list.ts');
});

describe('the tests of the unit project', () => {
  const { projects } = require('../jest.config') as {
    projects: { displayName: string; testPathIgnorePatterns: string[] }[];
  };
  const unit = projects.find(({ displayName }) => displayName === 'unit');
  const all = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const graph = readImports(
    all.split('\n').filter((file) => file !== '' && existsSync(path.join(ROOT, file))),
  );
  const isUnit = (file: string): boolean =>
    /^(__tests__|packages\/engine\/__tests__)\/.*\.test\.ts$/.test(file) &&
    !unit!.testPathIgnorePatterns.some((pattern) => new RegExp(pattern).test(`/${file}`));
  /** What starts the simulated account or an engine. */
  const starts = (file: string): string[] => {
    const seen = new Set([file]);
    for (const each of seen) for (const target of graph.get(each) ?? []) seen.add(target);
    return [...seen].filter((each) => /^packages\/sandbox\/(engine\/|aws\/sandbox\.ts)/.test(each));
  };

  test('start neither the simulated account nor an engine, so that they stay fast', () => {
    const units = [...graph.keys()].filter(isUnit);
    expect(units.length).toBeGreaterThan(80);
    expect(units.filter((file) => starts(file).length > 0)).toEqual([]);
  });

  test('and those that do are seen', () => {
    expect(starts('__tests__/cli/byodkim.test.ts')).toContain('packages/sandbox/aws/sandbox.ts');
  });
});
