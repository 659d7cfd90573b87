import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findCircles, readImports } from '../../../tools/check/imports';

const graph = (imports: Readonly<Record<string, readonly string[]>>) => new Map(Object.entries(imports));

describe('findCircles', () => {
  test('finds none where all imports go one way, also where two ways lead to one file', () => {
    expect(findCircles(graph({ a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }))).toEqual([]);
  });

  test('tells a circle once, the shortest way round, and each of two', () => {
    const found = findCircles(
      graph({ a: ['b'], b: ['c', 'd'], c: ['a'], d: ['c', 'a'], e: ['e', 'a'], elsewhere: ['a'] }),
    );
    expect(found).toEqual([['a', 'b', 'c'], ['d', 'a', 'b'], ['e']]);
  });
});

test('readImports reads every form of import of the project’s own files', () => {
  const root = mkdtempSync(path.join(tmpdir(), 'byodkim-imports-'));
  try {
    mkdirSync(path.join(root, 'folder'));
    writeFileSync(path.join(root, 'folder/index.ts'), '');
    writeFileSync(path.join(root, 'folder/b.ts'), '');
    writeFileSync(
      path.join(root, 'folder/a.ts'),
      [
        "import { readFileSync } from 'node:fs';",
        "import type { B } from './b';",
        "export * from '.';",
        "export { c } from '../c';",
        "const later = () => import('./later');",
        'const text = "import x from \'./in-a-string\'";',
      ].join('\n'),
    );
    for (const name of ['c.ts', 'folder/later.ts']) writeFileSync(path.join(root, name), '');
    expect(readImports(root, ['folder/a.ts']).get('folder/a.ts')).toEqual([
      'folder/b.ts',
      'folder/index.ts',
      'c.ts',
      'folder/later.ts',
    ]);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
