import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readImports } from '../../../tools/check/imports';

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
