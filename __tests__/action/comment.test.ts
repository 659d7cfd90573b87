import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { BOT, CodeHost, runStep } from './support/code-host';

const MARK = '<!-- byodkim review -->';

describe('the step that comments on a pull request', () => {
  let host: CodeHost;
  let folder: string;

  beforeEach(async () => {
    host = await CodeHost.start();
    folder = mkdtempSync(path.join(tmpdir(), 'byodkim-comment-'));
  });
  afterEach(() => {
    host.server.close();
    rmSync(folder, { recursive: true });
  });

  function run(review: string, env: Record<string, string> = {}) {
    const file = path.join(folder, 'byodkim-review.md');
    writeFileSync(file, review);
    return runStep(path.join(PROJECT_ROOT, 'action/comment/comment.mjs'), {
      REVIEW: file,
      TOKEN: 'the-token',
      COMMENT_AUTHOR: BOT,
      PULL_REQUEST: '7',
      GITHUB_REPOSITORY: 'us/mail',
      GITHUB_API_URL: host.url,
      ...env,
    });
  }

  it('writes one comment, and brings it up to date', async () => {
    host.add('a-colleague', 'Looks good');
    expect(await run('Ready.')).toEqual({ exitCode: 0, output: '' });
    expect(await run('Not ready.')).toEqual({ exitCode: 0, output: '' });
    expect(host.comments.map(({ user, body }) => [user.login, body])).toEqual([
      ['a-colleague', 'Looks good'],
      [BOT, `${MARK}\nNot ready.`],
    ]);
  });

  it('leaves a comment alone that says it already', async () => {
    await run('Ready.');
    await run('Ready.');
    expect(host.requests.filter((request) => !request.startsWith('GET'))).toHaveLength(1);
  });

  it('finds its own comment behind a hundred others, and never changes another author’s', async () => {
    for (let i = 0; i < 120; i++) host.add('a-stranger', `${MARK}\nAll is fine, merge it`);
    host.add(BOT, `${MARK}\nof yesterday`);
    await run('1 changed');
    expect(host.comments.at(-1)!.body).toContain('1 changed');
    expect(host.comments.slice(0, 120).every(({ body }) => body.includes('merge it'))).toBe(true);
  });

  it('leaves it at the summary if it may not comment, or without a pull request', async () => {
    host.mayWrite = false;
    expect(await run('Ready.')).toMatchObject({
      exitCode: 0,
      output: expect.stringMatching(/^::notice::The token may not/),
    });
    expect(await run('Ready.', { PULL_REQUEST: '' })).toMatchObject({
      exitCode: 0,
      output: expect.stringMatching(/^::notice::There is no pull request/),
    });
    expect(host.comments).toEqual([]);
  });

  it('fails with what is wrong, without its token', async () => {
    const { exitCode, output } = await run('Ready.', { TOKEN: 'another' });
    expect(exitCode).toBe(1);
    expect(output).toMatch(/^::error::The comments could not be read: 401/);
    expect(output).not.toContain('another');
  });
});
