import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sha256 } from '../../constructs/built-handler';
import { inProcessEngine } from '../../packages/sandbox/engine/in-process-engine';
import { BUCKET, Deployment, passed as ended } from '../support/deployment';
import { EmptyProject, pack } from './support/empty-project';

const CDKTF = {
  cdktf: '0.21.0',
  constructs: '10.4.2',
  '@cdktf/provider-aws': '21.22.1',
  typescript: '5.9.3',
  '@types/node': '20.19.43',
};
const CDKTN = { cdktn: '0.24.0', constructs: '10.6.0', '@cdktn/provider-aws': '25.7.0' };

/** A whole deployment in one stack; `NAMESERVERS` are for the sandbox. */
const APP = `
const app = new App({ outdir: 'out' });
const stack = new TerraformStack(app, 'mail');
new AwsProvider(stack, 'aws', { region: 'ap-northeast-1' });
const gate = process.env.NAMESERVERS ? { nameservers: [process.env.NAMESERVERS], resolvers: [] } : {};
const controlPlane = new ByodkimControlPlane(stack, 'Byodkim', { bucket: { existing: '${BUCKET}' }, gate });
const mail = new ByodkimIdentity(stack, 'Mail', { domain: 'example.com', selector: 's1', controlPlane, gate });
mail.grantSendEmail('mailer');
if (!ACTIONS.update) throw new Error('no contract');
app.synth();
`;
const AS_ESM = `import { App, TerraformStack } from 'cdktf';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider/index.js';
import { ByodkimControlPlane, ByodkimIdentity } from 'ses-byodkim';
import { ACTIONS } from 'ses-byodkim/contract';
${APP}`;
const AS_COMMONJS = AS_ESM.replace(/import (\{.*\}) from ('.*');/g, 'const $1 = require($2);');
const forCdktn = (code: string): string =>
  code
    .replace(/'cdktf'/g, "'cdktn'")
    .replace('@cdktf/', '@cdktn/')
    .replace("'ses-byodkim'", "'ses-byodkim/cdktn'");

let packed: ReturnType<typeof pack>;
let folder: string;
let project: EmptyProject;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'byodkim-packed-'));
  packed = pack(folder);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  project = new EmptyProject();
});
afterEach(() => project.close());

/** Runs a program that synthesizes; what the stack holds. */
function synthesize(file: string, code: string): { resource: unknown; data: unknown } {
  project.write(file, code);
  project.write('out/.keep', '');
  project.run('node', file);
  const { resource, data } = JSON.parse(readFileSync(project.path('out/stacks/mail/cdk.tf.json'), 'utf8'));
  return { resource, data };
}

describe('the packed package', () => {
  it('holds the library, the zip and the command: no sandbox, tests or sources', () => {
    const tops = new Set(
      packed.holds.map((file) => /^modules|^(?:[^/]+\/?){1,3}/.exec(file)![0].replace(/\/$/, '')),
    );
    expect([...tops].sort()).toEqual([
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'dist/cli/THIRD-PARTY.txt',
      'dist/cli/byodkim.js',
      'dist/handler.json',
      'dist/handler.zip',
      'dist/handler.zip.sha256',
      'dist/package/cdktf',
      'dist/package/cdktn',
      'modules',
      'package.json',
    ]);
    expect(packed.holds.filter((file) => /(?<!\.d)\.ts$|test|sandbox/.test(file))).toEqual([]);
  });

  it('in an empty project: types in every way of resolving, ESM and CommonJS alike, the command', () => {
    project.install(packed.file, CDKTF);
    expect(synthesize('app.mjs', AS_ESM)).toEqual(synthesize('app.cjs', AS_COMMONJS));
    expect(project.run('npx', '--no-install', 'byodkim', '--help')).toContain('Usage: byodkim');

    const zip = readFileSync(project.path('node_modules/ses-byodkim/dist/handler.zip'));
    const checksum = readFileSync(project.path('node_modules/ses-byodkim/dist/handler.zip.sha256'), 'utf8');
    expect(checksum).toBe(`${sha256(zip, 'hex')}  handler.zip\n`);

    project.write('typed.ts', AS_ESM);
    for (const [module, resolution] of [
      ['commonjs', 'node10'],
      ['node16', 'node16'],
      ['nodenext', 'nodenext'],
      ['esnext', 'bundler'],
    ] as const)
      project.run(
        ...([
          'npx',
          '--no-install',
          'tsc',
          '--noEmit',
          '--strict',
          '--esModuleInterop',
          '--target',
          'es2022',
        ] as const),
        ...['--module', module, '--moduleResolution', resolution, 'typed.ts'],
      );
  });

  it('deploys in the sandbox, and plans nothing then', async () => {
    project.install(packed.file, CDKTF);
    const deployment = await Deployment.start();
    const environment = { ...deployment.sandbox.environment, AWS_REGION: 'ap-northeast-1' };
    const engine = inProcessEngine({ environment });
    try {
      const { sandbox, dns } = deployment;
      await sandbox.call('s3', 'CreateBucket', {
        Bucket: BUCKET,
        CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-1' },
      });
      await sandbox.call('iam', 'CreateRole', { RoleName: 'mailer', AssumeRolePolicyDocument: TRUST });
      await deployment.ready('example.com', 's1');
      synthesize('app.mjs', AS_ESM.replaceAll('process.env.NAMESERVERS', JSON.stringify(dns.address)));
      const run = (...args: string[]) =>
        engine.run([...args, '-no-color'], { cwd: project.path('out/stacks/mail'), env: environment });
      await ended(run('init'));
      await ended(run('apply', '-auto-approve'));
      expect(await deployment.dkim('example.com')).toMatchObject({ Status: 'SUCCESS', Tokens: ['s1'] });
      await ended(run('plan', '-detailed-exitcode'));
    } finally {
      await engine.close();
      await deployment.close();
    }
  });

  it('works with another version of constructs, and refuses a second copy in one sentence', () => {
    project.install(packed.file, { ...CDKTF, constructs: '10.5.1' });
    synthesize('app.mjs', AS_ESM);
    project.borrow('constructs', 'node_modules/ses-byodkim/node_modules');
    expect(() => synthesize('app.mjs', AS_ESM)).toThrow(
      /The package "constructs" is installed twice: .*"npm dedupe"\./,
    );
  });

  it('refuses a zip that is not the published one', () => {
    project.install(packed.file, CDKTF);
    writeFileSync(project.path('node_modules/ses-byodkim/dist/handler.zip'), 'another');
    expect(() => synthesize('app.mjs', AS_ESM)).toThrow(
      /The function's code is not as it was published: .*expected .*, found .*\)\. Install ses-byodkim again\./,
    );
  });

  it('gives CDK Terrain the same stack', () => {
    project.install(packed.file, CDKTF);
    const expected = synthesize('app.mjs', AS_ESM);
    const terrain = new EmptyProject();
    try {
      project.close();
      project = terrain;
      project.install(packed.file, CDKTN);
      expect(synthesize('app.mjs', forCdktn(AS_ESM))).toEqual(expected);
    } finally {
      terrain.close();
    }
  });
});

const TRUST = JSON.stringify({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' },
});
