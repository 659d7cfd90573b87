import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { deployCommand } from '../../cli/commands/deploy';
import { reviewCommand } from '../../cli/commands/review';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { useFolder } from '../support/folder';

interface Step {
  readonly uses?: string;
  readonly name?: string;
  readonly run?: string;
  readonly with?: object;
}

const text = (file: string): string => readFileSync(path.join(PROJECT_ROOT, file), 'utf8');
const read = (file: string) => parse(text(file));

const folder = useFolder();
beforeEach(() => mkdirSync(path.join(folder(), 'clone')));

/** What a step writes: `calls` of the commands, `output`, `summary`. */
const written = (file: string): string =>
  existsSync(path.join(folder(), file)) ? readFileSync(path.join(folder(), file), 'utf8') : '';

/** Runs a step in a clone, with commands as scripts that write down what they were called with. @returns its exit code */
function runStep(
  steps: readonly Step[],
  name: string,
  commands: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
): number | null {
  const bin = path.join(folder(), 'bin');
  mkdirSync(bin, { recursive: true });
  for (const [command, body] of Object.entries(commands)) {
    const script = path.join(bin, command);
    writeFileSync(script, `#!/bin/sh\necho "${command} $*" >> "${folder()}/calls"\n${body}\n`);
    chmodSync(script, 0o755);
  }
  const { run } = steps.find((step) => step.name === name)!;
  return spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run!], {
    cwd: path.join(folder(), 'clone'),
    env: {
      PATH: `${bin}:${process.env.PATH}`,
      HOME: folder(),
      RUNNER_TEMP: folder(),
      GITHUB_OUTPUT: path.join(folder(), 'output'),
      GITHUB_STEP_SUMMARY: path.join(folder(), 'summary'),
      ...env,
    },
  }).status;
}

describe('the workflow that reviews and deploys', () => {
  const { on, permissions, jobs } = read('docs/examples/byodkim.yml');
  const { review, comment, deploy }: Record<string, { steps: readonly Step[] }> = jobs;

  it('hands no secret to a pull request: jobs that run its code may not write, and jobs that write do not run it', () => {
    expect(Object.keys(on)).toEqual(['pull_request', 'push', 'schedule', 'workflow_dispatch']);
    expect(permissions).toEqual({});
    expect(jobs.review.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(jobs.comment.permissions).toEqual({ 'pull-requests': 'write' });
    expect(jobs.deploy.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(comment!.steps.map(({ uses, name }) => uses?.replace(/@.*/, '') ?? name)).toEqual([
      'actions/download-artifact',
      'Comment',
    ]);
    const steps = Object.values(jobs as Record<string, { steps: readonly Step[] }>).flatMap(
      (job) => job.steps,
    );
    for (const { run = '', uses = '', with: given } of steps) {
      expect(run).not.toContain('${{');
      if (uses.startsWith('actions/checkout@')) expect(given).toMatchObject({ 'persist-credentials': false });
    }
  });

  it('takes only the list from a pull request, as text', () => {
    const [base, proposed, ...rest] = review!.steps;
    expect(base!.with).toMatchObject({ ref: expect.stringContaining('pull_request.base.sha') });
    expect(proposed!.with).toEqual({ path: 'proposed', 'persist-credentials': false });
    const touching = rest.filter((step) => JSON.stringify(step).includes('proposed'));
    expect(touching).toEqual([{ run: 'git -C proposed show HEAD:domains.yaml > domains.yaml' }]);
  });

  it.each([
    [0, 'ready', 0],
    [2, 'not ready', 0],
    [3, 'wrong', 3],
    [4, 'not known', 0],
    [1, '', 1],
  ])('puts a review that exits with %i into summary and comment', (code, printed, ends) => {
    expect(runStep(review!.steps, 'Review the list', { npm: `echo -n "${printed}"; exit ${code}` })).toBe(0);
    expect(written('calls')).toBe('npm run --silent byodkim -- review --base HEAD\n');
    expect(written('output')).toBe(`code=${code}\n`);
    const said = printed || 'The list could not be reviewed: see the log of the job.\n';
    expect(written('summary')).toBe(said);
    mkdirSync(path.join(folder(), 'clone/review'));
    writeFileSync(path.join(folder(), 'clone/review/review.md'), written('clone/review.md'));
    expect(
      runStep(
        comment!.steps,
        'Comment',
        { gh: `cat review/review.md > "${folder()}/comment"` },
        { NUMBER: '7' },
      ),
    ).toBe(0);
    expect(written('calls')).toContain(
      'gh pr comment 7 --edit-last --create-if-none --body-file review/review.md\n',
    );
    expect(written('comment')).toBe(said);
    expect(runStep(review!.steps, 'Fail what a person has to correct', {}, { CODE: `${code}` })).toBe(ends);
  });

  it('comments the part of a long review that fits, and puts all of it into the summary', () => {
    const long = 'x'.repeat(65_001);
    const npm = `case "$*" in *--max-bytes*) echo -n cut; exit 3 ;; *) echo -n ${long}; exit 2 ;; esac`;
    expect(runStep(review!.steps, 'Review the list', { npm })).toBe(0);
    expect(written('summary')).toBe(long);
    expect(written('clone/review.md')).toBe('cut');
    expect(written('output')).toBe('code=3\n');
    const [, args = ''] = written('calls').trim().split('\n')[1]!.split(' -- ');
    expect(reviewCommand().parseOptions(args.split(' ')).unknown).toEqual([]);
  });

  it.each(['', '--refresh'])('deploys the whole list, one run at a time, and kills none: %s', (REFRESH) => {
    expect(jobs.deploy).toMatchObject({
      environment: 'production',
      concurrency: { group: 'byodkim-deploy', 'cancel-in-progress': false },
    });
    runStep(deploy!.steps, 'Deploy', { npm: '' }, { REFRESH });
    const [npm, args = ''] = written('calls').trim().split(' -- ');
    expect(npm).toBe('npm run deploy');
    const command = deployCommand();
    expect(command.parseOptions(args.split(' ')).unknown).toEqual([]);
    expect(command.opts()).toMatchObject({ all: true, yes: true, ...(REFRESH && { refresh: true }) });
  });

  it('plans the whole list once a week', () => {
    const [, weekly] = on.schedule;
    const { env } = deploy!.steps.at(-1) as { env?: Record<string, string> };
    expect(weekly.cron).toMatch(/^\d+ \d+ \* \* 0$/);
    expect(env!.REFRESH).toBe(`\${{ github.event.schedule == '${weekly.cron}' && '--refresh' || '' }}`);
  });
});

describe('the workflow that rotates keys that are due', () => {
  const { jobs, permissions } = read('docs/examples/rotate.yml');
  const steps: readonly Step[] = [...jobs.edit.steps, ...jobs.open.steps];

  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: path.join(folder(), 'clone'), encoding: 'utf8' }).trim();

  function givenClone(): void {
    const author = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];
    execFileSync('git', ['init', '--quiet', '--bare', path.join(folder(), 'origin')]);
    git('init', '--quiet', '--initial-branch=main');
    writeFileSync(path.join(folder(), 'clone/domains.yaml'), 'selector: s1\n');
    git('add', '.');
    git(...author, 'commit', '--quiet', '--message', 'first');
    git('remote', 'add', 'origin', path.join(folder(), 'origin'));
  }

  it('lets no job that runs code write, and gives jobs that write neither code to run nor a role', () => {
    expect(permissions).toEqual({});
    expect(jobs.edit.permissions).toEqual({ contents: 'read', 'id-token': 'write' });
    expect(jobs.open.permissions).toEqual({ contents: 'write', 'pull-requests': 'write' });
    const scripts = jobs.open.steps.map(({ run = '' }: Step) => run).join('');
    expect(scripts).not.toMatch(/npm|node|npx|rotation\/(?!domains\.yaml|rotation\.md)/);
    expect(steps.flatMap(({ uses }) => uses?.replace(/@.*/, '') ?? [])).toEqual([
      'actions/checkout',
      'actions/setup-node',
      'aws-actions/configure-aws-credentials',
      'actions/upload-artifact',
      'actions/checkout',
      'actions/download-artifact',
    ]);
  });

  it('opens a pull request with the edited list, and with nothing else', () => {
    givenClone();
    mkdirSync(path.join(folder(), 'rotation'));
    writeFileSync(path.join(folder(), 'rotation/domains.yaml'), 'selector: s2\n');
    writeFileSync(path.join(folder(), 'rotation/other.txt'), 'not ours\n');
    writeFileSync(path.join(folder(), 'clone/other.txt'), 'not ours\n');
    runStep(
      steps,
      'Open a pull request',
      { gh: 'case "$1 $2" in "pr view") exit 1;; esac' },
      { BASE: 'main' },
    );
    expect(written('calls')).toContain('gh pr create --base main --head byodkim-rotation');
    expect(git('diff', '--name-only', 'main', 'origin/byodkim-rotation')).toBe('domains.yaml');
  });

  it('opens none if nothing is due', () => {
    givenClone();
    runStep(steps, 'Edit the list', { npm: '' });
    expect(written('output')).toBe('code=0\n');
    expect(jobs.open.if).toContain("needs.edit.outputs.changed == 'true'");
  });

  it('opens it even if a domain failed, and then exits with its code', () => {
    givenClone();
    const edit = 'echo "- example.com: failed"\necho "selector: s2" > domains.yaml\nexit 3';
    runStep(steps, 'Edit the list', { npm: edit });
    expect(written('calls')).toContain('npm run --silent byodkim -- rotate --due');
    expect(written('output')).toBe('code=3\nchanged=true\n');
    const rotation = (file: string) => readFileSync(path.join(folder(), 'clone/rotation', file), 'utf8');
    expect([rotation('rotation.md'), rotation('domains.yaml')]).toEqual([
      '- example.com: failed\n',
      'selector: s2\n',
    ]);
    expect(jobs.open.if).toContain('!cancelled()');
  });
});

test('the job that builds a release may only read, and the job that publishes it runs none of its code', () => {
  const { permissions, jobs } = read('.github/workflows/release.yml');
  expect(permissions).toEqual({});
  expect(jobs.build.permissions).toEqual({ contents: 'read' });
  expect(jobs.build.steps.map(({ run }: { run?: string }) => run)).toContain(
    'npm ci --ignore-scripts --no-audit --no-fund',
  );
  expect(jobs.publish).toMatchObject({ needs: 'build', environment: 'release' });
  const steps: { uses?: string; run?: string }[] = jobs.publish.steps;
  expect(steps.flatMap(({ uses }) => uses?.replace(/@.*/, '') ?? [])).toEqual([
    'actions/download-artifact',
    'actions/attest-build-provenance',
  ]);
  expect(steps.flatMap(({ run }) => run ?? [])).toEqual([
    expect.stringMatching(/^gh release create [^;&|]+$/),
  ]);
});

test('every workflow pins its actions by commit', () => {
  const files = ['.github/workflows', 'docs/examples'].flatMap((place) =>
    readdirSync(path.join(PROJECT_ROOT, place), { encoding: 'utf8' }).map((file) => `${place}/${file}`),
  );
  const outside = files
    .filter((file) => file.endsWith('.yml'))
    .flatMap((file) => [...text(file).matchAll(/uses: (\S+)(.*)/g)].map((found) => [found[1]!, found[2]!]));
  expect(outside.length).toBeGreaterThan(8);
  expect(
    outside.filter(([action, comment]) => !/@[0-9a-f]{40}$/.test(action!) || !/# v\d/.test(comment!)),
  ).toEqual([]);
});
