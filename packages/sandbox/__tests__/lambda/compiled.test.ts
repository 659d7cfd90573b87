import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { transformSync } from '@swc/core';

describe('what V8 has compiled of a large source', () => {
  let root: string;
  const inRoot = (...names: string[]) => path.join(root, ...names);
  const kept = () => readdirSync(inRoot('kept'));

  beforeEach(() => {
    root = mkdtempSync(path.join(os.tmpdir(), 'byodkim-compiled-'));
    const source = readFileSync(path.join(__dirname, '../../lambda/runner/compiled.ts'), 'utf8');
    const { code } = transformSync(source, {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs' },
    });
    writeFileSync(inRoot('compiled.cjs'), code);
    writeFileSync(inRoot('beside.cjs'), `exports.word = 'beside';`);
    writeFileSync(
      inRoot('main.cjs'),
      `const write = require('./compiled.cjs').keepCompiled(__dirname + '/kept');
       require('./large.cjs').run().then((answer) => { console.log(JSON.stringify(answer)); write(); });`,
    );
    writeLarge('one');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const writeLarge = (word: string, beside = `require('./beside.cjs').word`) =>
    writeFileSync(
      inRoot('large.cjs'),
      `exports.run = async () => [
         '${word}', ${beside}, typeof (await import("node:http")).request, exports === module.exports, __filename, __dirname,
       ];
       ${'// Nothing.\n'.repeat(2000)}`,
    );
  const run = (...flags: string[]) =>
    JSON.parse(execFileSync(process.execPath, [...flags, inRoot('main.cjs')], { encoding: 'utf8' }));
  const answers = (word: string) => [word, 'beside', 'function', true, inRoot('large.cjs'), root];

  it('is kept, taken by the next process, and runs as the source does', () => {
    expect(run()).toEqual(answers('one'));
    const [file, ...others] = kept();
    expect(others).toEqual([]);
    const written = statSync(inRoot('kept', file!)).ino;

    expect(run()).toEqual(answers('one'));
    expect(kept()).toEqual([file]);
    expect(statSync(inRoot('kept', file!)).ino).toBe(written);
  });

  it('is not taken for a source of the same length, whose place it leaves', () => {
    run();
    const before = kept();
    writeLarge('two');

    expect(run()).toEqual(answers('two'));
    expect(kept()).toHaveLength(1);
    expect(kept()).not.toEqual(before);
  });

  it('is kept apart for other flags of V8, which takes none of them for another', () => {
    run();
    const [file = ''] = kept();
    run('--max-old-space-size=100');
    expect(kept()).toContain(file);
    expect(kept()).toHaveLength(2);
  });

  it('is made anew where it is broken', () => {
    run();
    const [file = ''] = kept();
    writeFileSync(inRoot('kept', file), 'broken');

    expect(run()).toEqual(answers('one'));
    expect(statSync(inRoot('kept', file)).size).toBeGreaterThan(1000);
  });

  it('is not kept of one that imports more than Node, which V8 could not do then', () => {
    writeLarge('one', `(await import('./beside.cjs')).default.word`);
    for (const _ of [1, 2]) expect(run()).toEqual(answers('one'));
    expect(readdirSync(root)).not.toContain('kept');
  });
});
