import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { runStep } from './support/code-host';

describe('the step that reviews a pull request', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'byodkim-action-'));
    says('## BYODKIM: 1 changed\n\nReady.', 0);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Puts a command in the place of `byodkim`, which shows what it was called with. */
  function says(text: string, exitCode: number, errors = ''): void {
    writeFileSync(path.join(folder, 'text'), text);
    writeFileSync(path.join(folder, 'errors'), errors);
    const file = path.join(folder, 'byodkim');
    writeFileSync(
      file,
      `#!/bin/sh\ncd "$(dirname "$0")"\nprintf '%s\\n' "$@" > arguments\nenv > environment\ncat errors >&2\ncat text\nexit ${exitCode}\n`,
    );
    chmodSync(file, 0o755);
  }
  const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');

  const run = (env: Record<string, string> = {}) =>
    runStep(path.join(PROJECT_ROOT, 'action/review.mjs'), {
      COMMAND: path.join(folder, 'byodkim'),
      BASE: 'origin/main',
      RUNNER_TEMP: folder,
      GITHUB_OUTPUT: path.join(folder, 'output'),
      GITHUB_STEP_SUMMARY: path.join(folder, 'summary'),
      ...env,
    });

  it('writes the review to a file and to the summary of the job', async () => {
    expect(await run()).toEqual({ exitCode: 0, output: '' });
    const file = path.join(folder, 'byodkim-review.md');
    expect(readFileSync(file, 'utf8')).toBe('## BYODKIM: 1 changed\n\nReady.');
    expect(read('output')).toBe(`exit-code=0\nfile=${file}\n`);
    expect(read('summary')).toBe('## BYODKIM: 1 changed\n\nReady.\n');
  });

  it('hands list, base and options over, each as a word of its own', async () => {
    await run({ LIST: 'mail domains.yaml', OPTIONS: '--no-aws  --concurrency 2' });
    expect(read('arguments').trim().split('\n')).toEqual([
      'review',
      '--base',
      'origin/main',
      '--list',
      'mail domains.yaml',
      '--no-aws',
      '--concurrency',
      '2',
    ]);
  });

  it.each([
    ['wrong', 0, 0],
    ['wrong', 2, 0],
    ['wrong', 3, 3],
    ['wrong', 4, 0],
    ['not-ready', 2, 2],
    ['not-ready', 4, 4],
    ['not-ready', 0, 0],
    ['nothing', 3, 0],
    ['nothing', 1, 1],
  ])('fails on %s if the review ends with %i: %i', async (failsOn, ended, expected) => {
    says('## BYODKIM', ended);
    expect((await run({ FAIL_ON: failsOn })).exitCode).toBe(expected);
  });

  it('says in the review why a list cannot be reviewed', async () => {
    says('', 1, 'domains.yaml:3:5: selector: expected letters and digits\n```\n');
    const { exitCode, output } = await run();
    expect(exitCode).toBe(1);
    expect(output).toContain('domains.yaml:3:5');
    expect(read('byodkim-review.md')).toMatch(
      /could not be reviewed\n\n````text\ndomains\.yaml:3:5[\s\S]*\n````$/,
    );
  });

  it('leaves the reports out if the comment would be too long, and cuts at a line', async () => {
    const table = `| domain |\n${'| a.example.com |\n'.repeat(5_000)}`;
    says(`## BYODKIM: 5000 changed\n\n${table}\n### What DNS says\n\n${'x'.repeat(70_000)}`, 0);
    await run();
    const body = read('byodkim-review.md');
    expect(body.length).toBeLessThan(65_536);
    expect(body).not.toContain('xxx');
    expect(body).toMatch(/\| a\.example\.com \|\n\nThe rest is too long/);
  });

  it.each([
    [
      { FAIL_ON: 'everything' },
      /^::error::fail-on: found "everything", expected wrong, not-ready or nothing/,
    ],
    [{ COMMAND: '/nowhere/byodkim' }, /^::error::\/nowhere\/byodkim could not be run/],
  ])('says what is wrong with %j', async (env, expected) => {
    const { exitCode, output } = await run(env as Record<string, string>);
    expect(exitCode).toBe(1);
    expect(output).toMatch(expected);
  });
});
