import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runEngine } from '../../cli/engine/engine';
import { type StackAction, Workspace } from '../../cli/engine/workspace';
import { readEngineVersion } from '../../packages/engine/engine-version';
import { findEngine } from '../../packages/engine/find-engine';

/** A real engine, and programs that stand in for providers. */
describe('a state that names a provider', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-state-'));
  const stack = path.join(folder, 'stacks/example.com');
  const started = path.join(folder, 'started');
  const EVIL = 'evil.example/evil/evil';
  const engine = readEngineVersion(findEngine());
  const earlier = process.env.TF_CLI_CONFIG_FILE;
  let workspace: Workspace;

  beforeAll(() => {
    const mirror = path.join(folder, 'mirror');
    const program = path.join(mirror, EVIL, '1.0.0', `${process.platform}_${ARCHITECTURE}`);
    mkdirSync(program, { recursive: true });
    writeFileSync(
      path.join(program, 'terraform-provider-evil_v1.0.0'),
      `#!/bin/sh\ntouch '${started}'\nexit 1\n`,
      {
        mode: 0o755,
      },
    );
    process.env.TF_CLI_CONFIG_FILE = path.join(folder, 'engine.tfrc');
    const settings = `disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = "${mirror}"\n  }\n}\n`;
    writeFileSync(process.env.TF_CLI_CONFIG_FILE, settings);
    mkdirSync(stack, { recursive: true });
    writeFileSync(path.join(stack, 'cdk.tf.json'), '{"terraform":{"backend":{"local":{"path":"state"}}}}');
    workspace = new Workspace({
      outdir: folder,
      engine,
      signal: new AbortController().signal,
      colours: false,
    });
  });
  afterAll(() => {
    if (earlier === undefined) delete process.env.TF_CLI_CONFIG_FILE;
    else process.env.TF_CLI_CONFIG_FILE = earlier;
    rmSync(folder, { recursive: true, force: true });
  });

  const resource = {
    type: 'evil_thing',
    name: 'x',
    instances: [{ schema_version: 0, attributes: { id: 'x' } }],
  };
  const writeState = (resources: readonly object[]) =>
    writeFileSync(
      path.join(stack, 'state'),
      JSON.stringify({
        version: 4,
        terraform_version: engine.version,
        serial: 1,
        lineage: 'a',
        outputs: {},
        resources,
      }),
    );

  it.each<[string, object]>([
    ['of a resource', { mode: 'managed', provider: `provider["${EVIL}"]`, ...resource }],
    [
      'of a data source in a module, with an alias',
      { mode: 'data', module: 'module.m', provider: `module.m.provider["${EVIL}"].other`, ...resource },
    ],
  ])('%s, is refused before it starts, until the state no longer does', async (_, written) => {
    writeState([written]);
    for (const action of ['diff', 'deploy', 'destroy'] satisfies StackAction[])
      expect((await workspace.plan('example.com', action)).refusal).toEqual({
        code: 'FOREIGN_PROVIDER',
        providers: [EVIL],
      });
    expect(existsSync(started)).toBe(false);

    writeState([]);
    expect((await workspace.plan('example.com', 'diff')).exitCode).toBe(0);
  });

  it('would start it in a plan', async () => {
    writeState([{ mode: 'managed', provider: `provider["${EVIL}"]`, ...resource }]);
    await workspace.plan('example.com', 'diff');
    const { signal } = new AbortController();
    await runEngine(engine, ['plan', '-input=false'], {
      cwd: stack,
      cache: path.join(folder, 'plugin-cache'),
      signal,
    });
    expect(existsSync(started)).toBe(true);
  });
});

const ARCHITECTURE = process.arch === 'x64' ? 'amd64' : process.arch;
