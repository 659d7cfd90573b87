import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, TerraformStack } from 'cdktf';
import {
  ByodkimControlPlane,
  ByodkimIdentity,
  type ByodkimIdentityProps,
  DkimKey,
  DkimRecord,
} from '../../constructs';
import { type Sandbox, startSandbox } from '../../packages/sandbox/aws/sandbox';
import type { Route53Service } from '../../packages/sandbox/aws/services/route53';
import { type DnsServer, startDnsServer } from '../../packages/sandbox/dns/server';
import { InProcessEngine } from '../../packages/sandbox/engine/in-process-engine';
import type { EngineRun } from '../../packages/sandbox/engine/run-engine';

const BUCKET = 'acme-keys';
const DOMAIN = 'example.com';

let dns: DnsServer;
let sandbox: Sandbox;
let engine: InProcessEngine;
let folder: string;

beforeEach(async () => {
  dns = await startDnsServer({ zones: { [DOMAIN]: {} } });
  sandbox = await startSandbox({ dns: [dns.address] });
  engine = new InProcessEngine({ environment: sandbox.environment });
  folder = mkdtempSync(path.join(tmpdir(), 'byodkim-one-stack-'));
  mkdirSync(path.join(folder, 'out'));
  await sandbox.call('s3', 'CreateBucket', {
    Bucket: BUCKET,
    CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-1' },
  });
  await sandbox.call('s3', 'PutBucketVersioning', {
    Bucket: BUCKET,
    VersioningConfiguration: { Status: 'Enabled' },
  });
});
afterEach(async () => {
  await engine.close();
  await sandbox.close();
  await dns.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Somebody else's stack, with the whole of it in it. */
function synthesize(identity: Partial<ByodkimIdentityProps>, logRetentionDays = 365): string {
  const app = new App({ outdir: path.join(folder, 'out') });
  const stack = new TerraformStack(app, 'mail');
  // Its state lies beside it, and no init is needed.
  stack.addOverride('terraform.backend', undefined);
  new AwsProvider(stack, 'aws', { region: sandbox.region });
  const controlPlane = new ByodkimControlPlane(stack, 'Byodkim', {
    bucket: { existing: BUCKET },
    logRetentionDays,
    gate: { nameservers: [dns.address], resolvers: [] },
  });
  new ByodkimIdentity(stack, 'Mail', {
    domain: DOMAIN,
    selector: 's1',
    controlPlane,
    ...identity,
  });
  app.synth();
  return path.join(folder, 'out/stacks/mail');
}

const run = (args: string[], cwd: string): Promise<EngineRun> =>
  engine.run([...args, '-no-color'], { cwd, env: sandbox.environment });

async function passed(args: string[], cwd: string): Promise<string> {
  const { exitCode, output } = await run(args, cwd);
  if (exitCode !== 0) throw new Error(`the engine ended with ${exitCode}:\n${output}`);
  return output;
}

const apply = (cwd: string) => passed(['apply', '-auto-approve'], cwd);

const dkim = async () =>
  (await sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity: DOMAIN })).DkimAttributes;

/** A Route 53 zone that the DNS server serves. */
async function hostZone(): Promise<string> {
  const published = new Set<string>();
  sandbox.service<Route53Service>('route53').onChange(({ records }) => {
    const txt = records.filter(({ type }) => type === 'TXT');
    for (const name of published) dns.removeTxt(name);
    published.clear();
    for (const { name, values } of txt) {
      published.add(name.replace(/\.$/, ''));
      dns.setTxt(name.replace(/\.$/, ''), values.join('').replace(/" ?"/g, '').replaceAll('"', ''));
    }
  });
  const { HostedZone } = await sandbox.call('route53', 'CreateHostedZone', {
    Name: DOMAIN,
    CallerReference: 'test',
  });
  return HostedZone.Id.replace('/hostedzone/', '');
}
const recordNames = () =>
  sandbox
    .service<Route53Service>('route53')
    .zones()
    .flatMap(({ records }) => records.filter(({ type }) => type === 'TXT').map(({ name }) => name));

describe('control plane and identity in one stack, through the real engine', () => {
  it('deploy together with a key in Route 53, survive new code without a new attempt, rotate, and go together', async () => {
    const hostedZoneId = await hostZone();
    const made = { key: DkimKey.created(), record: DkimRecord.route53(hostedZoneId) };
    const cwd = synthesize(made);
    await apply(cwd);
    expect(await dkim()).toMatchObject({
      SigningAttributesOrigin: 'EXTERNAL',
      Status: 'SUCCESS',
      Tokens: ['s1'],
    });

    // All else is as it was.
    const changed = synthesize(made, 400);
    expect(await apply(changed)).toContain('Plan: 0 to add, 1 to change, 0 to destroy.');

    const record = DkimRecord.route53(hostedZoneId, { previousSelectors: ['s1'] });
    const rotated = synthesize({ ...made, selector: 's2', record }, 400);
    await apply(rotated);
    expect(await dkim()).toMatchObject({ Status: 'SUCCESS', Tokens: ['s2'] });
    expect(recordNames().sort()).toEqual(['s1._domainkey.example.com.', 's2._domainkey.example.com.']);
    await passed(['plan', '-detailed-exitcode'], rotated);

    await passed(['destroy', '-auto-approve'], rotated);
    await expect(dkim()).rejects.toThrow();
    expect(recordNames()).toEqual([]);
    expect((await sandbox.call('lambda', 'ListFunctions', {})).Functions).toEqual([]);
  });
});
