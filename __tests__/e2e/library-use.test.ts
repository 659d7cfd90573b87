import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { transformSync } from '@swc/core';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { ENVIRONMENT } from '../../handlers/contract/contract';
import { InProcessEngine } from '../../packages/sandbox/engine/in-process-engine';
import type { EngineRun } from '../../packages/sandbox/engine/run-engine';
import { Deployment, failed, passed } from '../support/deployment';
import { hostZone } from '../support/route53';

const DOMAIN = 'example.com';
const REGION = 'ap-northeast-1';
const own = { SigningAttributesOrigin: 'EXTERNAL', SigningEnabled: true, Status: 'SUCCESS', Tokens: ['s1'] };

/** The zone of the example, which AWS names. */
const ZONE = 'Z0123456789ABCDEFGHIJ';
/** The example in the README, as it is printed there. */
const EXAMPLE = /## In your own stack[\s\S]*?```ts\n([\s\S]*?)```/.exec(
  readFileSync(path.join(PROJECT_ROOT, 'README.md'), 'utf8'),
)![1]!;

const CONTROL_PLANE = /new ByodkimControlPlane\(.*?\)/;

describe('the constructs in somebody else’s stack, through the real engine', () => {
  let deployment: Deployment;
  let engine: InProcessEngine;
  let folder: string;
  let zoneId: string;

  beforeEach(async () => {
    deployment = await Deployment.start();
    engine = new InProcessEngine(deployment.sandbox, {
      ...deployment.sandbox.environment,
      AWS_REGION: REGION,
    });
    folder = mkdtempSync(path.join(tmpdir(), 'byodkim-library-'));
    mkdirSync(path.join(folder, 'out'));
    zoneId = await hostZone(deployment, DOMAIN);
  });
  afterEach(async () => {
    await engine.close();
    await deployment.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs the code as a program of the project would be run, and the engine on what it wrote. */
  async function run(code: string, ...args: string[]): Promise<EngineRun> {
    const { code: script } = transformSync(code.replace(ZONE, zoneId), {
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs' },
    });
    const { CDKTF_OUTDIR } = process.env;
    process.env.CDKTF_OUTDIR = path.join(folder, 'out');
    try {
      const fromRoot = (id: string) =>
        require(id === 'ses-byodkim' ? path.join(PROJECT_ROOT, 'constructs') : id);
      new Function('require', 'exports', script)(fromRoot, {});
    } finally {
      if (CDKTF_OUTDIR === undefined) delete process.env.CDKTF_OUTDIR;
      else process.env.CDKTF_OUTDIR = CDKTF_OUTDIR;
    }
    const cwd = path.join(folder, 'out', 'stacks', 'mail');
    adapt(path.join(cwd, 'cdk.tf.json'));
    const options = { cwd, env: deployment.sandbox.environment };
    return engine.run([args[0]!, '-no-color', ...args.slice(1)], options);
  }

  /** The state stays in the test's folder, and the function asks the sandbox's DNS; all else is as it was written. */
  function adapt(file: string): void {
    const stack = JSON.parse(readFileSync(file, 'utf8'));
    // Then it lies beside the stack, and no init is needed.
    delete stack.terraform.backend;
    const gate = JSON.stringify({ nameservers: [deployment.dns.address], resolvers: [] });
    for (const { environment } of Object.values<any>(stack.resource.aws_lambda_function ?? {}))
      environment.variables[ENVIRONMENT.gate] = gate;
    writeFileSync(file, JSON.stringify(stack));
  }

  it('make control plane and domain in one apply, as the README shows it', async () => {
    await passed(run(EXAMPLE, 'apply', '-auto-approve'));
    expect(await deployment.dkim(DOMAIN)).toMatchObject(own);
    expect(deployment.armed()).toEqual([]);
    await passed(run(EXAMPLE, 'plan', '-detailed-exitcode'));

    // Another name of the function would lose armed reverts, and lock the domain.
    const renamed = EXAMPLE.replace(CONTROL_PLANE, (call) => call.replace('{', "{ functionName: 'other',"));
    expect(renamed).not.toBe(EXAMPLE);
    expect(await failed(run(renamed, 'apply', '-auto-approve'))).toMatch(
      /aws_scheduler_schedule_group\S+ has\s+lifecycle\.prevent_destroy/,
    );
    expect((await deployment.invoke({ action: 'status', domain: DOMAIN })).statusCode).toBe(200);

    // The whole of it cannot be destroyed by mistake, and with it every key; the domain can be taken out.
    expect(await failed(run(EXAMPLE, 'destroy', '-auto-approve'))).toContain('prevent_destroy');
    expect(await deployment.dkim(DOMAIN)).toMatchObject(own);
    const withoutDomain = EXAMPLE.replace(
      /^new ByodkimIdentity[\s\S]*?^\}\);$/m,
      CONTROL_PLANE.exec(EXAMPLE)![0],
    );
    await passed(run(withoutDomain, 'apply', '-auto-approve'));
    expect(await deployment.dkim(DOMAIN)).toBeNull();
  });
});
