import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { type Sandbox, startSandbox } from '../../aws/sandbox';
import { type CdktfEnvironment, cdktfEnvironment } from '../../engine/cdktf-environment';
import { zipOf } from '../lambda/deployment';
import { trusting } from '../provider/fixture';
import { ENGINES } from './engines';

const ZIP = zipOf('exports.handler = async () => 1;');

/** Which engine it is makes no difference to the command: `launched-engine.test.ts` has each find the provider. */
describe('the cdktf command', () => {
  const { engine: program } = ENGINES[0]!;
  let sandbox: Sandbox;
  let cdktf: CdktfEnvironment;
  let directory: string;

  beforeAll(async () => {
    sandbox = await startSandbox();
    cdktf = await cdktfEnvironment({ sandbox, engine: program });
    directory = mkdtempSync(path.join(os.tmpdir(), 'cdktf-'));
    writeFileSync(path.join(directory, 'app.js'), APP);
    writeFileSync(
      path.join(directory, 'cdktf.json'),
      JSON.stringify({
        language: 'typescript',
        app: 'node app.js',
        projectId: 'p',
        sendCrashReports: 'false',
      }),
    );
    writeFileSync(path.join(directory, 'function.zip'), ZIP);
  });
  afterAll(async () => {
    rmSync(directory, { recursive: true, force: true });
    await cdktf.close();
    await sandbox.close();
  });

  const modules = (name: string) => JSON.stringify(require.resolve(name));
  const APP = `
const { App, TerraformAsset, TerraformStack } = require(${modules('cdktf')});
const { AwsProvider } = require(${modules('@cdktf/provider-aws/lib/provider')});
const { IamRole } = require(${modules('@cdktf/provider-aws/lib/iam-role')});
const { LambdaFunction } = require(${modules('@cdktf/provider-aws/lib/lambda-function')});
const app = new App();
const stack = new TerraformStack(app, 'mail.example.com');
new AwsProvider(stack, 'aws', { region: 'ap-northeast-1' });
const role = new IamRole(stack, 'role', { name: 'role', assumeRolePolicy: ${JSON.stringify(trusting('lambda.amazonaws.com'))} });
const asset = new TerraformAsset(stack, 'asset', { path: __dirname + '/function.zip' });
new LambdaFunction(stack, 'f', {
  functionName: 'f', role: role.arn, filename: asset.path, handler: 'index.handler', runtime: 'nodejs24.x',
});
app.synth();
`;

  /** The real command, as a user runs it. */
  function run(...args: string[]): Promise<{ exitCode: number | null; output: string }> {
    const command = path.join(
      path.dirname(require.resolve('cdktf-cli/package.json')),
      'bundle',
      'bin',
      'cdktf',
    );
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [command, ...args, ...cdktf.args], {
        cwd: directory,
        env: { ...process.env, ...ofSomebody(directory), ...cdktf.environment },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let output = '';
      child.stdout.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
      child.stderr.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
      child.on('error', reject);
      child.on('close', (exitCode) => resolve({ exitCode, output }));
    });
  }

  /** Has a cache of their own, and a home that is to stay as it is. */
  const ofSomebody = (folder: string): Record<string, string> => ({
    HOME: path.join(folder, 'home'),
    TF_PLUGIN_CACHE_DIR: path.join(folder, 'cache'),
  });

  // It destroys in the demo.
  test('the real cdktf command deploys an asset, and leaves nothing at home', async () => {
    const deployed = await run('deploy', 'mail.example.com', '--auto-approve');
    expect({ exitCode: deployed.exitCode, output: deployed.output }).toMatchObject({ exitCode: 0 });
    const { Configuration } = await sandbox.call('lambda', 'GetFunction', { FunctionName: 'f' });
    expect(Configuration.CodeSize).toBe(ZIP.length);
    expect(Object.values(ofSomebody(directory)).filter(existsSync)).toEqual([]);
  });
});
