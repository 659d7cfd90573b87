import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';

describe('a package that is loaded when it is used', () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'byodkim-load-'));
    buildSync({
      entryPoints: [path.join(__dirname, '../../../tools/demo/load-when-used.ts')],
      outfile: path.join(root, 'load-when-used.js'),
      bundle: true,
      platform: 'node',
    });
    const folder = path.join(root, 'node_modules/heavy');
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      path.join(folder, 'index.js'),
      `Object.defineProperty(exports, "__esModule", { value: true });
       exports.two = exports.one = void 0;
       loaded.push('heavy');
       Object.defineProperty(exports, "one", { enumerable: true, get: () => 1 });
       exports.two = 2;`,
    );
  });
  afterAll(() => rmSync(root, { recursive: true }));

  const answerOf = (body: string) =>
    JSON.parse(
      execFileSync(
        process.execPath,
        ['--eval', `globalThis.loaded = []; require('./load-when-used.js').loadWhenUsed(['heavy']); ${body}`],
        { cwd: root, encoding: 'utf8' },
      ),
    );

  it('is not loaded where it is named and copied, as a bundle does', () => {
    const names = answerOf(
      `const heavy = require('heavy'); console.log(JSON.stringify([Object.keys(heavy).sort(), loaded]))`,
    );
    expect(names).toEqual([['__esModule', 'one', 'two'], []]);
  });

  it('is loaded once, whatever of it is looked at', () => {
    const values = answerOf(
      `const heavy = require('heavy'); console.log(JSON.stringify([heavy.one, heavy.two, require('heavy').one, loaded]))`,
    );
    expect(values).toEqual([1, 2, 1, ['heavy']]);
  });
});
