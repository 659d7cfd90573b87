import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';

describe('what V8 has compiled', () => {
  let built: string;
  let root: string;
  const inRoot = (name: string) => path.join(root, name);
  const kept = () => inRoot('kept/program');
  const written = () => statSync(kept()).ino;

  beforeAll(() => {
    built = mkdtempSync(path.join(os.tmpdir(), 'byodkim-compiled-'));
    buildSync({
      entryPoints: [path.join(__dirname, '../../compiled/keep-compiled.ts')],
      outfile: path.join(built, 'keep-compiled.js'),
      bundle: true,
      platform: 'node',
      target: 'node20',
    });
  });
  afterAll(() => rmSync(built, { recursive: true }));

  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'byodkim-compiled-'));
    writeFileSync(inRoot('beside.cjs'), `exports.word = 'beside';`);
    writeFileSync(inRoot('module.mjs'), `export const word = 'module';`);
    writeMain();
    writeLarge('one');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const writeMain = (options = '{}') =>
    writeFileSync(
      inRoot('main.cjs'),
      `const write = require(${JSON.stringify(path.join(built, 'keep-compiled.js'))}).keepCompiled(__dirname + '/kept/program', ${options});
       require('./large.cjs').run().then((answer) => { console.log(JSON.stringify(answer)); write(); });`,
    );
  const writeLarge = (word: string, padding = '// Nothing.\n'.repeat(2000)) =>
    writeFileSync(
      inRoot('large.cjs'),
      `exports.run = async () => [
         '${word}', require('./beside.cjs').word, (await import('./module.mjs')).word,
         typeof (await import("node:http")).request, exports === module.exports, require.main.filename, __filename, __dirname,
         require.resolve('./beside.cjs'), Object.keys(require.cache).includes(__filename),
       ];
       ${padding}`,
    );
  const run = (...flags: string[]) =>
    JSON.parse(
      execFileSync(process.execPath, [...flags, inRoot('main.cjs')], { encoding: 'utf8', stdio: 'pipe' }),
    );
  const answers = (word: string) => [
    word,
    'beside',
    'module',
    'function',
    true,
    inRoot('main.cjs'),
    inRoot('large.cjs'),
    root,
    inRoot('beside.cjs'),
    true,
  ];

  it('is kept, taken by the next process, and runs as the source does', () => {
    expect(run()).toEqual(answers('one'));
    const first = written();

    expect(run()).toEqual(answers('one'));
    expect(written()).toBe(first);
  });

  it('is not taken for another source of the same length', () => {
    run();
    const first = written();
    writeLarge('two');

    expect(run()).toEqual(answers('two'));
    expect(written()).not.toBe(first);
  });

  it('is made anew under other flags, of which V8 takes nothing', () => {
    run();
    const first = written();

    expect(run('--liftoff-only', '--max-lazy')).toEqual(answers('one'));
    expect(written()).not.toBe(first);
  });

  it.each([
    ['is no pack', 'broken'],
    ['was cut off', ''],
  ])('is made anew where the file %s', (_, content) => {
    run();
    writeFileSync(kept(), content);

    expect(run()).toEqual(answers('one'));
    expect(statSync(kept()).size).toBeGreaterThan(1000);
  });

  it('is not kept of so little that nothing would be gained', () => {
    writeLarge('one', '');
    expect(run()).toEqual(answers('one'));
    expect(existsSync(kept())).toBe(false);
  });

  it('leaves what is no CommonJS to Node', () => {
    writeFileSync(inRoot('large.cjs'), `export const run = 1;${'// Nothing.\n'.repeat(2000)}`);
    expect(() => run()).toThrow(/SyntaxError: Unexpected token 'export'/);
  });

  describe('and where each module was found', () => {
    beforeEach(() => {
      rmSync(inRoot('beside.cjs'));
      writeFileSync(inRoot('beside.json'), '{ "word": "first" }');
      writeFileSync(
        inRoot('large.cjs'),
        `exports.run = async () => require('./beside').word;${'// Nothing.\n'.repeat(2000)}`,
      );
    });
    const withOneThatGoesBefore = () => writeFileSync(inRoot('beside.js'), `exports.word = 'second';`);

    it('is kept where it is asked for', () => {
      writeMain('{ places: true }');
      run();
      withOneThatGoesBefore();
      expect(run()).toBe('first');
    });

    it('is looked for anew where it is not', () => {
      run();
      withOneThatGoesBefore();
      expect(run()).toBe('second');
    });
  });
});
