import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import { deployCommand } from '../../cli/commands/deploy';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { recordName, recordValue } from '../../handlers/contract/contract';
import { type DnsServer, startDnsServer } from '../../packages/sandbox/dns/server';
import { rsaKey } from '../support/keys-of-the-run';
import { BOT, CodeHost } from './support/code-host';
import { Job, type Ran, type Step } from './support/job';

interface WorkflowJob {
  readonly if?: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly environment?: string;
  readonly concurrency?: object;
  readonly steps: readonly Step[];
}
const read = (file: string) => parse(readFileSync(path.join(PROJECT_ROOT, file), 'utf8'));
const workflow = read('docs/examples/byodkim.yml');
const jobs: Readonly<Record<'review' | 'comment' | 'deploy', WorkflowJob>> = workflow.jobs;
const ACTIONS = ['action.yml', 'action/comment/action.yml'];
const usedBy = (steps: readonly Step[]): string[] => steps.flatMap(({ uses }) => uses ?? []);

describe('the example workflow', () => {
  it('gives each job what it needs: a job that runs code cannot write, one that writes runs no code', () => {
    expect(workflow.permissions).toEqual({});
    expect(jobs.review.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(jobs.comment.permissions).toEqual({ contents: 'read', 'pull-requests': 'write' });
    expect(jobs.deploy.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(jobs.comment.steps.filter(({ run }) => run !== undefined)).toEqual([]);
  });

  it('runs on no event that hands secrets to a pull request', () => {
    expect(Object.keys(workflow.on)).toEqual(['pull_request', 'push', 'schedule', 'workflow_dispatch']);
  });

  it('pins foreign actions by commit', () => {
    const all = [...Object.values(jobs), ...ACTIONS.map((file) => read(file).runs)];
    const foreign = all.flatMap(({ steps }) => usedBy(steps)).filter((uses) => !uses.startsWith('./'));
    expect(foreign.filter((uses) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/.test(uses))).toEqual([]);
  });

  it('leaves no token of a checkout behind', () => {
    const checkouts = Object.values(jobs)
      .flatMap(({ steps }) => steps)
      .filter(({ uses }) => uses?.startsWith('actions/checkout@'));
    for (const step of checkouts) expect(step.with).toMatchObject({ 'persist-credentials': false });
  });

  it('deploys the whole list at each push and each night, one run at a time, none killed', () => {
    const { environment, concurrency, steps } = jobs.deploy;
    expect(environment).toBe('production');
    expect(concurrency).toEqual({ group: 'byodkim-deploy', 'cancel-in-progress': false });
    const { run = '' } = steps.at(-1)!;
    const [npm, args = ''] = run.split(' -- ');
    expect(npm).toBe('npm run deploy');
    const command = deployCommand();
    expect(command.parseOptions(args.split(' ')).unknown).toEqual([]);
    expect(command.opts()).toMatchObject({ all: true, yes: true });
  });
});

describe.each(ACTIONS)('%s', (file) => {
  const { inputs, runs } = read(file);

  it('hands every input to a step through the environment, and none into a script', () => {
    for (const { run } of runs.steps as Step[]) expect(run ?? '').not.toContain('${{');
    const used = JSON.stringify(runs.steps);
    for (const name of Object.keys(inputs)) expect(used).toContain(`inputs.${name}`);
  });

  it('has the inputs that the workflow gives', () => {
    const place = file === 'action.yml' ? './' : './action/comment';
    const [step] = Object.values(jobs)
      .flatMap(({ steps }) => steps)
      .filter(({ uses }) => uses === place);
    expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(step!.with ?? {})));
  });
});

describe('a pull request, in a fresh clone', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-workflow-'));
  const origin = path.join(folder, 'origin');
  const artifacts = path.join(folder, 'artifacts');
  const stolen = path.join(folder, 'stolen');
  let dns: DnsServer;
  let host: CodeHost;
  let base: string;
  let proposed: string;

  const git = (...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      cwd: origin,
      encoding: 'utf8',
    }).trim();
  const commit = (message: string): string => {
    git('add', '--all');
    git('commit', '--quiet', '--message', message);
    return git('rev-parse', 'HEAD');
  };
  const write = (file: string, text: string): void => writeFileSync(path.join(origin, file), text);
  const list = (selector: string): string =>
    stringify({
      defaults: { region: 'ap-northeast-1', gate: { nameservers: [dns.address], resolvers: [] } },
      control: { keyStore: { bucket: 'keys' } },
      domains: { 'example.com': { selector } },
    });

  beforeAll(async () => {
    dns = await startDnsServer({ zones: { 'example.com': {} } });
    const der = createPublicKey(rsaKey(2048)).export({ type: 'spki', format: 'der' }).toString('base64');
    dns.setTxt(recordName('example.com', 's2'), recordValue(der));
    host = await CodeHost.start();
    for (const each of [origin, artifacts]) mkdirSync(each, { recursive: true });
    const tracked = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: PROJECT_ROOT,
      encoding: 'utf8',
    });
    for (const file of tracked.split('\0').filter(Boolean))
      if (existsSync(path.join(PROJECT_ROOT, file)))
        cpSync(path.join(PROJECT_ROOT, file), path.join(origin, file));
    git('init', '--quiet', '--initial-branch', 'main');
    write('domains.yaml', list('s1'));
    base = commit('base');

    // Whatever of it is run leaves a mark.
    const evil = `require('node:fs').writeFileSync(${JSON.stringify(stolen)}, JSON.stringify(process.env));\n`;
    for (const file of ['cli/byodkim.ts', 'action/review.mjs', 'action/comment/comment.mjs'])
      write(file, evil);
    write('domains.yaml', list('s2'));
    proposed = commit('a pull request');
  }, 120_000);
  afterAll(async () => {
    host?.server.close();
    await dns?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function run(name: keyof typeof jobs, more: Readonly<Record<string, string>> = {}): Promise<Ran> {
    const context = {
      'github.event.pull_request.base.sha': base,
      'github.event.pull_request.number': '7',
      // Only where the job may write: GitHub's token is as strong as the job's permissions.
      ...(name === 'comment' && { 'github.token': 'the-token' }),
    };
    const home = mkdtempSync(path.join(folder, `${name}-`));
    const environment = { GITHUB_REPOSITORY: 'us/mail', GITHUB_API_URL: host.url };
    return new Job(home, { url: origin, ref: proposed }, artifacts, context, environment).run(
      jobs[name].steps,
      more,
    );
  }

  it('is reviewed without any of its code, and without a token beside what is run', async () => {
    const nosy = path.join(folder, 'nosy.sh');
    const command: string = read('action.yml').inputs.command.default;
    const look = "tr '\\0' '\\n' < /proc/$PPID/environ >&2\nenv >&2";
    writeFileSync(nosy, `#!/bin/sh\n${look}\nexec ${command} "$@"\n`);
    chmodSync(nosy, 0o755);

    const { exitCode, outputs, output } = await run('review', { command: nosy, options: '--no-aws' });

    expect({ exitCode, outputs }).toMatchObject({ exitCode: 0, outputs: { 'exit-code': '4' } });
    expect(readFileSync(path.join(artifacts, 'byodkim-review.md'), 'utf8')).toMatch(/example\.com[\s\S]*s2/);
    expect(existsSync(stolen)).toBe(false);
    expect(output).toContain('BASE=HEAD');
    expect(output).not.toMatch(/TOKEN/);
  });

  it('is commented on by a job of its own', async () => {
    const { output, exitCode } = await run('comment');
    expect({ exitCode, output }).toEqual({ exitCode: 0, output: '' });
    expect(host.comments.map(({ user }) => user.login)).toEqual([BOT]);
    expect(existsSync(stolen)).toBe(false);
  });
});
