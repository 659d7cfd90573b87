import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { zipOf } from '../../../sandbox/__tests__/lambda/deployment';
import { until } from '../../../sandbox/__tests__/until';
import { type Sandbox, startSandbox } from '../../../sandbox/aws/sandbox';
import { type Mirror, prepareMirror } from '../../engine/mirror';
import { runEngine } from '../../engine/run-engine';
import { trusting } from '../provider/fixture';
import { makeStack, ref, type Stack } from '../provider/stack';
import { ENGINES, type NamedEngine } from './engines';

/** What go-plugin wants to see before a plugin says anything. */
const MAGIC_COOKIE = 'd602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2';

/** The engine as users have it: it launches the provider as a program, and speaks to it over mutual TLS. */
function useLaunched({ engine: program }: NamedEngine) {
  /** A place for temporary things that nobody else uses meanwhile. */
  let temporary: string;
  let sandbox: Sandbox;
  let mirror: Mirror;
  let stack: Stack;

  beforeAll(async () => {
    temporary = mkdtempSync(path.join(os.tmpdir(), 'launched-'));
    sandbox = await startSandbox({ sesRequestsPerSecond: Number.POSITIVE_INFINITY });
    mirror = await prepareMirror(sandbox, { temporaryDirectory: temporary });
    stack = await makeStack({
      needsInit: true,
      run: (args, options) => runEngine(args, { ...options, engine: program, env: environment() }),
    });
  });
  afterAll(async () => {
    stack.remove();
    await mirror.close();
    await sandbox.close();
    rmSync(temporary, { recursive: true, force: true });
  });

  const environment = (): Record<string, string> => ({
    ...mirror.environment,
    ...sandbox.environment,
    TMPDIR: temporary,
  });
  return {
    program,
    environment,
    served: () => mirror.served(),
    leftovers: () => readdirSync(temporary).filter((name) => name.startsWith('sandbox-')),
    another: () => prepareMirror(sandbox, { temporaryDirectory: temporary }),
    sandbox: () => sandbox,
    stack: () => stack,
  };
}

describe.each(ENGINES)('with $title', (named) => {
  const launched = useLaunched(named);

  const ofFile = (filename: string) => ({
    resource: {
      aws_iam_role: { it: { name: 'role', assume_role_policy: trusting('lambda.amazonaws.com') } },
      aws_lambda_function: {
        it: {
          function_name: 'f',
          role: ref('aws_iam_role.it.arn'),
          filename,
          handler: 'index.handler',
          runtime: 'nodejs24.x',
        },
      },
    },
  });

  test('the engine launches the provider: init, apply, an empty plan, and destroy', async () => {
    const [sandbox, stack] = [launched.sandbox(), launched.stack()];
    // A relative path: meant from the stack's directory.
    const zip = zipOf('exports.handler = async () => 1;');
    writeFileSync(path.join(stack.directory, 'function.zip'), zip);
    const applied = await stack.apply(ofFile('function.zip'));
    const { Configuration } = await sandbox.call('lambda', 'GetFunction', { FunctionName: 'f' });
    const empty = await stack.planIsEmpty();
    const destroyed = await stack.destroy();

    expect(applied).toContain('2 added');
    expect(Configuration.CodeSize).toBe(zip.length);
    expect(empty).toBe(true);
    expect(destroyed).toContain('2 destroyed');
  });
});

describe('with any engine', () => {
  const { program, environment, served, leftovers, another, ...launched } = useLaunched(ENGINES[0]!);

  test('the provider is locked by a hash that another mirror also has', async () => {
    const stack = launched.stack();
    const lockFile = path.join(stack.directory, '.terraform.lock.hcl');
    const first = readFileSync(lockFile, 'utf8');
    const other = await another();
    const { exitCode, output } = await runEngine(['init', '-no-color'], {
      cwd: stack.directory,
      engine: program,
      env: { ...environment(), ...other.environment },
    });
    await other.close();

    expect({ exitCode, output: exitCode ? output : '' }).toEqual({ exitCode: 0, output: '' });
    expect(readFileSync(lockFile, 'utf8')).toBe(first);
  });

  const launchedWith = (more: Readonly<Record<string, string>>) => {
    const folder = path.dirname(environment().TF_CLI_CONFIG_FILE!);
    const program = readdirSync(folder, { recursive: true }).find((file) =>
      /aws_v[\d.]+$/.test(String(file)),
    );
    const child = spawn(path.join(folder, String(program)), {
      env: { ...process.env, ...environment(), ...more },
    });
    const said = { out: '', error: '' };
    child.stdout.on('data', (text) => {
      said.out += text;
    });
    child.stderr.on('data', (text) => {
      said.error += text;
    });
    return new Promise((resolve) => child.on('close', (exitCode) => resolve({ exitCode, ...said })));
  };

  test.each([
    ['by hand', {}, /launched by the engine, not by hand/],
    ['by an engine that is too old', { TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE }, /PLUGIN_CLIENT_CERT.*too old/],
    [
      'after its sandbox has ended',
      { TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE, SANDBOX_PROVIDER: '/nowhere' },
      /has ended: start it again/,
    ],
  ])(
    'a provider that is launched %s reports why it cannot run, and leaves nothing behind',
    async (_, more, why) => {
      const said = await launchedWith(more);
      expect(said).toEqual({ exitCode: 1, out: '', error: expect.stringMatching(why) });
      expect(served()).toBe(0);
    },
  );

  test('a provider whose engine was killed ends by itself, and leaves nothing behind', async () => {
    const stack = launched.stack();
    launched.sandbox().faults.add({ operation: 'sns:CreateTopic', kind: 'hang', admin: true });
    stack.write({ resource: { aws_sns_topic: { it: { name: 'a' } } } });
    const killed = spawn(program.path, ['apply', '-auto-approve', '-lock=false'], {
      cwd: stack.directory,
      env: { ...process.env, ...environment() },
    });
    await until(() => launched.sandbox().calls.some(({ outcome }) => outcome === 'hang'));
    const whileItRan = served();
    killed.kill('SIGKILL');
    await until(() => served() === 0);

    expect(whileItRan).toBe(1);
    expect(leftovers()).toHaveLength(1);
  });
});
