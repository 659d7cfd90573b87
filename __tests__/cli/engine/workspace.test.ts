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

  const AWS = 'registry.opentofu.org/hashicorp/aws';
  const lock = (...addresses: string[]) => addresses.map((each) => `provider "${each}" {\n}\n`).join('');
  const LOCAL = { file: 'domains.yaml', backend: { type: 'local', folder } } as const;
  const S3 = { type: 's3', bucket: 'acme-state', region: 'us-east-1', keyPrefix: '' } as const;

  /**
   * Opens a workspace with a stack that asks for the AWS provider.
   * @param committed the lock file next to the app
   * @param script of the engine
   */
  async function open(committed: string | undefined, script: string, list: typeof LOCAL | object = LOCAL) {
    const app = path.join(folder, 'app');
    mkdirSync(app, { recursive: true });
    writeFileSync(path.join(app, 'cdktf.json'), '{"app":"node -e 0"}');
    const { at } = workspace(script);
    const configuration = { terraform: { required_providers: { aws: { source: 'aws' } } } };
    writeFileSync(path.join(stack, 'cdk.tf.json'), JSON.stringify(configuration));
    rmSync(path.join(stack, '.terraform.lock.hcl'), { force: true });
    rmSync(path.join(app, '.terraform.lock.hcl'), { force: true });
    if (committed !== undefined) writeFileSync(path.join(app, '.terraform.lock.hcl'), committed);
    return Workspace.open(at, app, list as typeof LOCAL, 'diff');
  }
  const stack = path.join(folder, 'stacks/example.com');
  /** An engine that installs the providers of this lock file in addition, and keeps a record of its calls. */
  const installing = (text: string) =>
    `echo "$1" >> calls; [ "$1" != init ] || printf '%s' '${text}' >> .terraform.lock.hcl`;
  const calls = () => readFileSync(path.join(stack, 'calls'), 'utf8');
  beforeEach(() => rmSync(path.join(stack, 'calls'), { force: true }));

  const EVIL = 'evil.example/evil/evil';
  it.each<[string, string | undefined, string, object | undefined]>([
    ['starts the one that it asks for', undefined, lock(AWS), undefined],
    ['starts the one that the lock file beside the app names', lock(AWS), '', undefined],
    ['starts one of the calling process, which has no lock', undefined, '', undefined],
    [
      'refuses one that only the state names',
      undefined,
      lock(AWS, EVIL),
      { code: 'FOREIGN_PROVIDER', providers: [EVIL] },
    ],
    [
      'refuses one that only the state and the lock file name',
      lock(AWS, EVIL),
      '',
      { code: 'FOREIGN_PROVIDER', providers: [EVIL] },
    ],
    [
      'refuses one of the same name at another address',
      undefined,
      lock(AWS, 'registry.opentofu.org/evil/aws', 'evil.example/hashicorp/aws'),
      {
        code: 'FOREIGN_PROVIDER',
        providers: ['registry.opentofu.org/evil/aws', 'evil.example/hashicorp/aws'],
      },
    ],
    [
      'refuses one that the lock file beside the app does not name',
      lock(),
      lock(AWS),
      { code: 'PROVIDER_NOT_LOCKED', providers: [AWS] },
    ],
  ])('%s', async (_, committed, installed, refusal) => {
    for (const action of ['deploy', 'diff', 'destroy'] as const) {
      const opened = await open(committed, installing(installed));
      const end = await opened.plan('example.com', action);
      expect([end.exitCode, end.refusal]).toEqual([refusal === undefined ? 0 : 1, refusal]);
      expect(await opened.untaint('example.com', ['a.x'])).toEqual(refusal === undefined ? ['a.x'] : []);
      opened.close();
    }
    const started = refusal === undefined ? ['init', 'plan', 'init', 'untaint'] : ['init', 'init'];
    expect(calls().split('\n')).toEqual([...started, ...started, ...started, '']);
  });

  it('refuses a state that others can write without a lock file, with the command that makes it', async () => {
    const list = { file: 'domains.yaml', backend: S3 };
    const refused = open(undefined, installing(''), list);
    await expect(refused).rejects.toMatchObject({
      code: 'PROVIDER_NOT_LOCKED',
      exitCode: 1,
      advice: expect.stringContaining(
        'tofu -chdir=../stacks/example.com providers lock -platform=linux_amd64 && cp ../stacks/example.com/.terraform.lock.hcl .',
      ),
    });
    (await open(lock(AWS), installing(''), list)).close();
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
