import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Workspace } from '../../../cli/engine/workspace';

describe('a workspace', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-workspace-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** With an engine that is this script. */
  function workspace(script: string, { signal } = new AbortController()): Workspace {
    const engine = path.join(folder, 'engine');
    writeFileSync(engine, `#!/bin/sh\n${script}\n`);
    chmodSync(engine, 0o755);
    mkdirSync(path.join(folder, 'stacks/example.com'), { recursive: true });
    const known = { kind: 'tofu', path: engine, from: 'PATH', version: '1.10.0' } as const;
    return new Workspace({ outdir: folder, engine: known as never, signal, colours: false });
  }

  it.each([
    [
      'installs no providers but those of the lock file beside the app',
      'the reviewed one',
      ' -lockfile=readonly',
    ],
    ['lets the engine choose them if there is none', undefined, ''],
  ])('%s', async (_, committed, readOnly) => {
    const app = path.join(folder, 'app');
    const stack = path.join(folder, 'stacks/example.com');
    mkdirSync(app, { recursive: true });
    writeFileSync(path.join(app, 'cdktf.json'), '{"app":"node -e 0"}');
    const { at } = workspace('echo "$*" > args; cp .terraform.lock.hcl found');
    writeFileSync(path.join(stack, '.terraform.lock.hcl'), 'of an earlier run');
    if (committed !== undefined) writeFileSync(path.join(app, '.terraform.lock.hcl'), committed);

    const opened = await Workspace.open(at, app, 'domains.yaml', 'diff');
    await opened.untaint('example.com', []);
    opened.close();
    rmSync(app, { recursive: true });

    expect(readFileSync(path.join(stack, 'args'), 'utf8')).toBe(`init -input=false -no-color${readOnly}\n`);
    expect(readFileSync(path.join(stack, 'found'), 'utf8')).toBe(committed ?? 'of an earlier run');
  });

  it('plans only where init has succeeded, and fails with its message', async () => {
    const ending = (exitCode: number) => `echo "Error: $1"; [ "$1" = plan ] || exit ${exitCode}`;
    expect(await workspace(ending(0)).plan('example.com', 'deploy')).toMatchObject({
      exitCode: 0,
      output: 'Error: plan',
    });
    expect(await workspace(ending(3)).plan('example.com', 'deploy')).toMatchObject({
      exitCode: 1,
      output: 'Error: init',
    });
  });

  it('knows which objects the engine has untainted', async () => {
    const untainting = workspace('[ "$1" = init ] || [ "$3" = a.x ]').untaint('example.com', ['a.x', 'a.y']);
    expect(await untainting).toEqual(['a.x']);
    expect(await workspace('[ "$1" != init ]').untaint('example.com', ['a.x'])).toEqual([]);
  });

  it('reads a plan despite the engine’s warnings, without arguments that show does not accept', async () => {
    const plan = '{"format_version":"1.2","resource_changes":[{"address":"a.x"}]}';
    const warned = `echo 'Warning: Unable to open CLI configuration file' >&2; echo '${plan}'`;
    process.env.TF_CLI_ARGS = '-lock-timeout=60s';
    const read = workspace(`[ -z "$TF_CLI_ARGS" ] || exit 1; ${warned}`).planned('example.com');
    delete process.env.TF_CLI_ARGS;
    expect(await read).toEqual([{ address: 'a.x' }]);
  });

  it('knows the signal that ended the engine', async () => {
    const killed = await workspace('[ "$1" = init ] || kill -KILL $$').apply('example.com');
    expect(killed).toMatchObject({ exitCode: 1, killedBy: 'SIGKILL' });
  });

  it('interrupts an engine that another program has started', async () => {
    const interruption = new AbortController();
    const begun = '{"@level":"info","@message":"begun","type":"apply_start"}';
    const engine = path.join(folder, 'behind');
    writeFileSync(engine, `trap 'echo "ended in order"; exit 1' INT; echo '${begun}'; sleep 5`);
    const wrapper = `require('child_process').spawnSync('sh', ['${engine}'], { stdio: 'inherit' })`;
    const running = workspace(`'${process.execPath}' -e "${wrapper}"`, interruption).apply('example.com', {
      onLine: () => interruption.abort(),
    });
    expect((await running).output).toContain('ended in order');
  });

  it('takes no lock for a diff, since the role that plans in CI may not', async () => {
    const calls = path.join(folder, 'stacks/example.com/calls');
    for (const action of ['deploy', 'diff', 'destroy'] as const)
      await workspace('echo "$*" >> calls').plan('example.com', action);
    const plans = readFileSync(calls, 'utf8').match(/^plan .*$/gm)!;
    expect(plans.map((args) => args.includes('-lock=false'))).toEqual([false, true, false]);
  });
});
