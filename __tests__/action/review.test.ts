import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';

const ROOT = path.join(__dirname, '../..');
const BOT = 'github-actions[bot]';

interface Comment {
  id: number;
  body: string;
  user: { login: string };
}

/** The part of a code host that comments need. */
class CodeHost {
  readonly comments: Comment[] = [];
  readonly requests: string[] = [];
  mayWrite = true;
  private constructor(readonly server: Server) {}

  static async start(): Promise<CodeHost> {
    const server = createServer();
    const host = new CodeHost(server);
    server.on('request', async (request, response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      const answer = host.answer(
        request.method!,
        new URL(request.url!, 'http://host'),
        request.headers,
        text,
      );
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer.body));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return host;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private answer(
    method: string,
    { pathname, searchParams }: URL,
    headers: NodeJS.Dict<string | string[]>,
    text: string,
  ): { status: number; body: unknown } {
    this.requests.push(`${method} ${pathname}`);
    if (headers.authorization !== 'Bearer the-token')
      return { status: 401, body: { message: 'Bad credentials' } };
    const perPage = Number(searchParams.get('per_page'));
    const page = Number(searchParams.get('page'));
    if (method === 'GET' && pathname === '/repos/us/mail/issues/7/comments')
      return { status: 200, body: this.comments.slice((page - 1) * perPage, page * perPage) };
    if (!this.mayWrite) return { status: 403, body: { message: 'Resource not accessible by integration' } };
    const { body } = JSON.parse(text) as { body: string };
    if (method === 'POST' && pathname === '/repos/us/mail/issues/7/comments') {
      this.add(BOT, body);
      return { status: 201, body: {} };
    }
    const id = Number(/^\/repos\/us\/mail\/issues\/comments\/(\d+)$/.exec(pathname)?.[1]);
    const comment = this.comments.find((each) => each.id === id);
    if (method !== 'PATCH' || !comment) return { status: 404, body: { message: 'Not Found' } };
    comment.body = body;
    return { status: 200, body: {} };
  }

  add(login: string, body: string): void {
    this.comments.push({ id: this.comments.length + 1, body, user: { login } });
  }
}

describe('the step that reviews a pull request', () => {
  let host: CodeHost;
  let folder: string;

  beforeEach(async () => {
    host = await CodeHost.start();
    folder = mkdtempSync(path.join(tmpdir(), 'byodkim-action-'));
    says('## BYODKIM: 1 changed\n\nReady.', 0);
  });
  afterEach(() => {
    host.server.close();
    rmSync(folder, { recursive: true });
  });

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

  function run(env: Record<string, string> = {}): Promise<{ exitCode: number | null; output: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [path.join(ROOT, 'action/review.mjs')], {
        env: {
          PATH: process.env.PATH,
          COMMAND: path.join(folder, 'byodkim'),
          BASE: 'origin/main',
          TOKEN: 'the-token',
          COMMENT_AUTHOR: BOT,
          PULL_REQUEST: '7',
          GITHUB_REPOSITORY: 'us/mail',
          GITHUB_API_URL: host.url,
          GITHUB_OUTPUT: path.join(folder, 'output'),
          GITHUB_STEP_SUMMARY: path.join(folder, 'summary'),
          ...env,
        },
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.setEncoding('utf8').on('data', (text: string) => {
          output += text;
        });
      child.on('error', reject);
      child.on('close', (exitCode) => resolve({ exitCode, output }));
    });
  }

  it('writes one comment, and brings it up to date', async () => {
    host.add('a-colleague', 'Looks good');
    expect(await run()).toEqual({ exitCode: 0, output: '' });
    says('## BYODKIM: 1 changed\n\nNot ready.', 2);
    expect(await run()).toEqual({ exitCode: 0, output: '' });
    expect(host.comments.map(({ user, body }) => [user.login, body])).toEqual([
      ['a-colleague', 'Looks good'],
      [BOT, '<!-- byodkim review -->\n## BYODKIM: 1 changed\n\nNot ready.'],
    ]);
    expect(read('output')).toBe('exit-code=0\nexit-code=2\n');
    expect(read('summary')).toContain('Not ready.');
  });

  it('leaves a comment alone that says it already', async () => {
    await run();
    await run();
    expect(host.requests.filter((request) => !request.startsWith('GET'))).toHaveLength(1);
  });

  it('finds its comment behind a hundred others, and takes nobody else’s for its own', async () => {
    for (let i = 0; i < 120; i++) host.add('a-stranger', '<!-- byodkim review -->\nAll is fine, merge it');
    host.add(BOT, '<!-- byodkim review -->\nof yesterday');
    await run();
    expect(host.comments.at(-1)!.body).toContain('1 changed');
    expect(host.comments.slice(0, 120).every(({ body }) => body.includes('merge it'))).toBe(true);
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

  it('keeps the token from what the pull request brings along', async () => {
    await run();
    expect(read('environment')).not.toContain('the-token');
    expect(host.comments).toHaveLength(1);
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
  ])('fails on %s where the review ends with %i: %i', async (failsOn, ended, expected) => {
    says('## BYODKIM', ended);
    // What has to be done with the review does not matter here; without a pull request it is done sooner.
    expect((await run({ FAIL_ON: failsOn, PULL_REQUEST: '' })).exitCode).toBe(expected);
  });

  it('says in the comment why a list cannot be reviewed', async () => {
    says('', 1, 'domains.yaml:3:5: selector: expected letters and digits\n```\n');
    const { exitCode, output } = await run();
    expect(exitCode).toBe(1);
    expect(output).toContain('domains.yaml:3:5');
    expect(host.comments[0]!.body).toMatch(
      /could not be reviewed\n\n````text\ndomains\.yaml:3:5[\s\S]*\n````$/,
    );
  });

  it('leaves the reports out where the comment would be too long, and cuts at a line', async () => {
    const table = `| domain |\n${'| a.example.com |\n'.repeat(5_000)}`;
    says(`## BYODKIM: 5000 changed\n\n${table}\n### What DNS says\n\n${'x'.repeat(70_000)}`, 0);
    await run();
    const { body } = host.comments[0]!;
    expect(body.length).toBeLessThan(65_536);
    expect(body).not.toContain('xxx');
    expect(body).toMatch(/\| a\.example\.com \|\n\nThe rest is too long/);
  });

  it('puts the review into the summary where it may not comment, or where there is no pull request', async () => {
    host.mayWrite = false;
    expect(await run()).toMatchObject({
      exitCode: 0,
      output: expect.stringMatching(/^::notice::The token may not/),
    });
    expect(await run({ PULL_REQUEST: '' })).toMatchObject({
      exitCode: 0,
      output: expect.stringMatching(/^::notice::There is no pull request/),
    });
    expect(read('summary').match(/1 changed/g)).toHaveLength(2);
    expect(host.comments).toEqual([]);
  });

  it.each([
    [{ TOKEN: 'another' }, /^::error::The comments could not be read: 401/],
    [
      { FAIL_ON: 'everything' },
      /^::error::fail-on: found "everything", expected wrong, not-ready or nothing/,
    ],
    [{ COMMAND: '/nowhere/byodkim' }, /^::error::\/nowhere\/byodkim could not be run/],
  ])('says what is wrong with %j', async (env, expected) => {
    const { exitCode, output } = await run(env as Record<string, string>);
    expect(exitCode).toBe(1);
    expect(output).toMatch(expected);
    expect(output).not.toContain('the-token');
  });
});

describe('action.yml', () => {
  const action = parse(readFileSync(path.join(ROOT, 'action.yml'), 'utf8'));

  it('hands every input to the step through the environment, and none into its script', () => {
    const [step] = action.runs.steps;
    const used = [...Object.values<string>(step.env), step['working-directory']].join();
    expect(step.run).not.toContain('${{');
    for (const name of Object.keys(action.inputs)) expect(used).toContain(`inputs.${name}`);
  });

  it('is used by the workflow that the guide shows, with inputs that it has', () => {
    const workflow = parse(readFileSync(path.join(ROOT, 'docs/examples/byodkim.yml'), 'utf8'));
    const steps = Object.values<{ steps: { uses?: string; with?: object }[] }>(workflow.jobs).flatMap(
      (job) => job.steps,
    );
    const ours = steps.find(({ uses }) => uses?.includes('ses-byodkim'));
    expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(ours!.with ?? {})));
  });
});
