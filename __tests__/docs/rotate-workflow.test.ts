import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { PROJECT_ROOT } from '../../constructs/built-handler';

interface Step {
  readonly uses?: string;
  readonly name?: string;
  readonly run?: string;
}

describe('the workflow that rotates what is due', () => {
  const { jobs, permissions } = parse(
    readFileSync(path.join(PROJECT_ROOT, 'docs/examples/rotate.yml'), 'utf8'),
  );
  const steps: readonly Step[] = [...jobs.edit.steps, ...jobs.open.steps];
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'byodkim-rotate-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: path.join(folder, 'clone'), encoding: 'utf8' }).trim();

  /** Runs a step in a clone, with `gh` and `npm` as scripts that write down what they were called with. */
  function runStep(name: string, commands: Readonly<Record<string, string>>): string {
    const bin = path.join(folder, 'bin');
    mkdirSync(bin, { recursive: true });
    for (const [command, body] of Object.entries(commands)) {
      const script = path.join(bin, command);
      writeFileSync(script, `#!/bin/sh\necho "${command} $*" >> "${folder}/calls"\n${body}\n`);
      chmodSync(script, 0o755);
    }
    const { run } = steps.find((step) => step.name === name)!;
    execFileSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run!], {
      cwd: path.join(folder, 'clone'),
      env: {
        PATH: `${bin}:${process.env.PATH}`,
        HOME: folder,
        RUNNER_TEMP: folder,
        GITHUB_OUTPUT: path.join(folder, 'output'),
        BASE: 'main',
      },
    });
    return existsSync(path.join(folder, 'calls')) ? readFileSync(path.join(folder, 'calls'), 'utf8') : '';
  }

  function givenClone(): void {
    const author = ['-c', 'user.name=A', '-c', 'user.email=a@example.com'];
    mkdirSync(path.join(folder, 'clone'));
    execFileSync('git', ['init', '--quiet', '--bare', path.join(folder, 'origin')]);
    git('init', '--quiet', '--initial-branch=main');
    writeFileSync(path.join(folder, 'clone/domains.yaml'), 'selector: s1\n');
    git('add', '.');
    git(...author, 'commit', '--quiet', '--message', 'first');
    git('remote', 'add', 'origin', path.join(folder, 'origin'));
  }

  it('gives who runs code no right to write, and who writes no code to run and no role', () => {
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
    mkdirSync(path.join(folder, 'rotation'));
    writeFileSync(path.join(folder, 'rotation/domains.yaml'), 'selector: s2\n');
    writeFileSync(path.join(folder, 'rotation/other.txt'), 'not ours\n');
    writeFileSync(path.join(folder, 'clone/other.txt'), 'not ours\n');
    const calls = runStep('Open a pull request', { gh: 'case "$1 $2" in "pr view") exit 1;; esac' });
    expect(calls).toContain('gh pr create --base main --head byodkim-rotation');
    expect(git('diff', '--name-only', 'main', 'origin/byodkim-rotation')).toBe('domains.yaml');
  });

  it('opens none where nothing is due', () => {
    givenClone();
    runStep('Edit the list', { npm: '' });
    expect(readFileSync(path.join(folder, 'output'), 'utf8')).toBe('code=0\n');
    expect(jobs.open.if).toContain("needs.edit.outputs.changed == 'true'");
  });

  it('opens it although a domain failed, and then ends with its code', () => {
    givenClone();
    const edit = 'echo "- example.com: failed"\necho "selector: s2" > domains.yaml\nexit 3';
    const calls = runStep('Edit the list', { npm: edit });
    expect(calls).toContain('npm run --silent byodkim -- rotate --due');
    expect(readFileSync(path.join(folder, 'output'), 'utf8')).toBe('code=3\nchanged=true\n');
    const rotation = (file: string) => readFileSync(path.join(folder, 'clone/rotation', file), 'utf8');
    expect([rotation('rotation.md'), rotation('domains.yaml')]).toEqual([
      '- example.com: failed\n',
      'selector: s2\n',
    ]);
    expect(jobs.open.if).toContain('!cancelled()');
  });
});
