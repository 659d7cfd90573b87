import { execFileSync, spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { deployCommand } from '../../cli/commands/deploy';
import { reviewCommand } from '../../cli/commands/review';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { readManifest } from '../../tools/build/built-from';
import { useFolder } from '../support/folder';

/** What people call from the workflows that they copy from docs/examples. */
const DEPLOY = '.github/workflows/byodkim-deploy.yml';
const ROTATE = '.github/workflows/byodkim-rotate.yml';

interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

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

/** What the last step printed. */
let said = '';

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
  const { status, stdout, stderr } = spawnSync(
    'bash',
    ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run!],
    {
      cwd: path.join(folder(), 'clone'),
      env: {
        PATH: `${bin}:${process.env.PATH}`,
        HOME: folder(),
        RUNNER_TEMP: folder(),
        GITHUB_OUTPUT: path.join(folder(), 'output'),
        GITHUB_STEP_SUMMARY: path.join(folder(), 'summary'),
        ...env,
      },
      encoding: 'utf8',
    },
  );
  said = stdout + stderr;
  return status;
}

describe('the workflow that reviews and deploys', () => {
  const { permissions, jobs } = read(DEPLOY);
  const { review, comment, deploy }: Record<string, { steps: readonly Step[] }> = jobs;

  it('hands no secret to a pull request: jobs that run its code may not write, and jobs that write do not run it', () => {
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
    const words = printed || 'The list could not be reviewed: see the log of the job.\n';
    expect(written('summary')).toBe(words);
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
    expect(written('comment')).toBe(words);
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
    const { on, jobs: called } = read('docs/examples/byodkim.yml');
    const [, weekly] = on.schedule;
    const { env } = deploy!.steps.at(-1) as { env?: Record<string, string> };
    expect(weekly.cron).toMatch(/^\d+ \d+ \* \* 0$/);
    expect(called.byodkim.with.refresh).toBe(`\${{ github.event.schedule == '${weekly.cron}' }}`);
    expect(env!.REFRESH).toBe(`\${{ inputs.refresh && '--refresh' || '' }}`);
  });
});

/** Makes a clone of the sources of what was built, without packages, and puts what was built there. */
function givenCloneWithoutPackages(): string {
  const clone = path.join(folder(), 'clone');
  const built = ['dist/cli/byodkim.js', 'dist/app/main.js', 'dist/handler.zip'];
  const sources = built.flatMap((file) => Object.keys(readManifest(PROJECT_ROOT, file)!.sources));
  for (const each of new Set([
    ...sources,
    'dist',
    'tools',
    'package.json',
    'package-lock.json',
    'cdktf.json',
  ]))
    cpSync(path.join(PROJECT_ROOT, each), path.join(clone, each), { recursive: true });
  return clone;
}

describe('the jobs with a role', () => {
  const withRole = [DEPLOY, ROTATE].flatMap((file) =>
    Object.entries<Job>(read(file).jobs).filter(([, job]) => job.permissions['id-token'] === 'write'),
  );

  it('install nothing, and take on the role after all that they need is there', () => {
    expect(withRole.map(([name]) => name)).toEqual(['review', 'deploy', 'edit']);
    for (const [, { steps }] of withRole) {
      const role = steps.findIndex(({ uses }) => uses?.startsWith('aws-actions/configure-aws-credentials@'));
      const [before, after] = [steps.slice(0, role), steps.slice(role + 1)];
      expect(before).toContainEqual({
        uses: expect.stringMatching(/^actions\/download-artifact@/),
        with: { name: 'built', path: 'dist' },
      });
      expect(before.flatMap(({ run }) => run ?? []).join('')).toMatch(
        /^(git -C proposed show HEAD:domains\.yaml > domains\.yaml)?$/,
      );
      expect(after[0]!.run).toMatch(/npm run (--silent byodkim|deploy) -- /);
      expect(after.map(({ run = '' }) => run).join('')).not.toMatch(/npm (?!run)|npx|node /);
    }
  });

  it('get what they run from a job without one', () => {
    for (const file of [DEPLOY, ROTATE]) {
      const { build }: Record<string, Job> = read(file).jobs;
      expect(build!.permissions).toEqual({ contents: 'read' });
      expect(build!.steps.flatMap(({ run }) => run ?? [])).toEqual([
        'npm ci --ignore-scripts',
        'npm run build',
      ]);
      expect(build!.steps.at(-1)!.with).toMatchObject({ name: 'built', path: 'dist' });
    }
  });

  it('run the command and the app without a package', () => {
    const clone = givenCloneWithoutPackages();
    writeFileSync(path.join(clone, 'domains.yaml'), text('domains.yaml'));
    const { steps }: Job = read(DEPLOY).jobs.deploy;
    expect(runStep(steps, 'Deploy', {}, { CI: 'true', CDKTF_OUTDIR: folder() })).toBe(1);
    expect(said).toContain('LOCAL_STATE_IN_CI: ');
    const [program, ...args] = read('cdktf.json').app.split(' ');
    execFileSync(program, args, { cwd: clone, env: { PATH: process.env.PATH, CDKTF_OUTDIR: folder() } });
    expect(readdirSync(path.join(folder(), 'stacks'))).toContain('example.com');
  });

  it('refuse to run what was built from other sources', () => {
    appendFileSync(path.join(givenCloneWithoutPackages(), 'cli/byodkim.ts'), '\n');
    const { steps }: Job = read(DEPLOY).jobs.deploy;
    expect(runStep(steps, 'Deploy', {}, { CI: 'true' })).toBe(1);
    expect(said).toContain("Cannot find module 'tsx/cjs'");
  });
});

describe('the examples', () => {
  it.each([
    ['byodkim.yml', 'byodkim', DEPLOY, ['pull_request', 'push', 'schedule', 'workflow_dispatch']],
    ['rotate.yml', 'rotate', ROTATE, ['schedule', 'workflow_dispatch']],
  ])(
    '%s calls the workflow of the same clone, with all that it asks for and no more',
    (file, name, called, events) => {
      const { on, permissions, jobs } = read(`docs/examples/${file}`);
      expect(Object.keys(on)).toEqual(events);
      expect(permissions).toEqual({});
      expect(Object.keys(jobs)).toEqual([name]);
      const { uses, with: given, secrets = {}, permissions: most } = jobs[name];
      expect(uses).toBe(`./${called}`);
      const { inputs, secrets: wanted = {} } = read(called).on.workflow_call;
      const required = Object.keys(inputs).filter((input) => inputs[input].required);
      expect(Object.keys(inputs)).toEqual(expect.arrayContaining(Object.keys(given)));
      expect(Object.keys(given)).toEqual(expect.arrayContaining(required));
      expect(Object.keys(secrets)).toEqual(Object.keys(wanted));
      const asked = Object.values<Job>(read(called).jobs).flatMap((job) => Object.entries(job.permissions));
      const writes = asked.filter(([, access]) => access === 'write').map(([scope]) => scope);
      const reads = asked.map(([scope]) => scope).filter((scope) => !writes.includes(scope));
      expect(most).toEqual(
        Object.fromEntries([
          ...reads.map((scope) => [scope, 'read']),
          ...writes.map((scope) => [scope, 'write']),
        ]),
      );
    },
  );
});

describe('the workflow that rotates keys that are due', () => {
  const { jobs, permissions } = read(ROTATE);
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
      'actions/download-artifact',
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

  it('puts the whole entries that fit into a pull request, and all of them into the summary', () => {
    givenClone();
    const entry = `- domain-of-a-customer.example: rotated\n  ${'é'.repeat(100)}\n`;
    writeFileSync(path.join(folder(), 'long'), entry.repeat(1000));
    runStep(
      steps,
      'Edit the list',
      { npm: `cat "${folder()}/long"` },
      {
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_REPOSITORY: 'acme/mail',
        GITHUB_RUN_ID: '7',
      },
    );
    expect(written('summary')).toBe(entry.repeat(1000));
    const fitting = Math.floor(65_000 / Buffer.byteLength(entry));
    expect(written('clone/rotation/rotation.md')).toBe(
      `${entry.repeat(fitting)}\n${1000 - fitting} more: see the summary of https://github.com/acme/mail/actions/runs/7\n`,
    );
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

describe('the actions that workflows use', () => {
  const inPlace = (place: string) =>
    readdirSync(path.join(PROJECT_ROOT, place), { encoding: 'utf8' })
      .filter((file) => file.endsWith('.yml'))
      .flatMap((file) => [...text(`${place}/${file}`).matchAll(/uses: (.*)/g)].map((found) => found[1]!))
      .filter((used) => !used.startsWith('./'));
  const ours = inPlace('.github/workflows');
  const examples = inPlace('docs/examples');

  it('are pinned by commit, with the version in a comment', () => {
    expect(ours.length).toBeGreaterThan(8);
    const isPinned = (used: string) => /^\S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(used);
    expect([...ours, ...examples].filter((used) => !isPinned(used))).toEqual([]);
  });

  // Dependabot proposes new versions for .github alone.
  it('are the same everywhere', () => {
    const used = [...new Set([...ours, ...examples])];
    const names = used.map((each) => each.replace(/@.*/, ''));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  // Read in each action.yml at its commit (2 December 2026). Runners start nothing that says node20.
  it('run on Node 24', () => {
    const oldest: Readonly<Record<string, number>> = {
      'actions/attest-build-provenance': 3,
      'actions/checkout': 5,
      'actions/download-artifact': 7,
      'actions/setup-node': 5,
      'actions/upload-artifact': 6,
      'aws-actions/configure-aws-credentials': 6,
      'hashicorp/setup-terraform': 4,
    };
    for (const used of [...ours, ...examples]) {
      const [, name, major] = /^(\S+)@\S+ # v(\d+)/.exec(used)!;
      expect([name, Number(major) >= oldest[name!]!]).toEqual([name, true]);
    }
  });
});
