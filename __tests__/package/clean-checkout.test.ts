import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';

/** All that the app needs, and its build. */
const SOURCES = [
  'constructs',
  'domains.yaml',
  'handlers',
  'LICENSE',
  'list',
  'main.ts',
  'package-lock.json',
  'package.json',
  'packages/engine',
  'tools',
  'tsconfig.json',
];

test('the app builds the function if nothing has been built yet', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-checkout-'));
  try {
    const checkout = path.join(folder, 'checkout');
    for (const each of SOURCES)
      cpSync(path.join(PROJECT_ROOT, each), path.join(checkout, each), {
        recursive: true,
        filter: (file) => !file.includes('node_modules') && !file.includes('__tests__'),
      });
    symlinkSync(path.join(PROJECT_ROOT, 'node_modules'), path.join(checkout, 'node_modules'));
    const { status, stderr } = spawnSync(process.execPath, ['tools/start.js', 'app'], {
      cwd: checkout,
      env: { ...process.env, BYODKIM_DOMAINS: undefined, CDKTF_OUTDIR: path.join(folder, 'cdktf.out') },
      encoding: 'utf8',
    });
    const built = 'Built dist/handler.zip, dist/app/main.js\n';
    expect({ status, stderr: stderr.slice(-2000) }).toEqual({ status: 0, stderr: built });
    expect(readdirSync(path.join(checkout, 'dist'))).toContain('handler.zip');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
