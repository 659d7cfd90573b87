import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { App, type TerraformStack } from 'cdktf';
import { stringify } from 'yaml';
import { dnsRecordObject, privateKeyObject, recordName, recordValue } from '../../handlers/contract';
import { controlStackId } from '../../list/domain-list';
import { parseDomainList } from '../../list/read-list';
import { compose } from '../../main';
import type { SandboxOptions } from '../../sandbox/aws/core';
import { type Sandbox, startSandbox } from '../../sandbox/aws/sandbox';
import { type DnsServer, startDnsServer } from '../../sandbox/dns/server';
import { inProcessEngine } from '../../sandbox/engine/in-process-engine';
import type { EngineRun } from '../../sandbox/engine/run-engine';

const REGION = 'ap-northeast-1';
export const BUCKET = 'byodkim-keys';

/** Settings of one domain in the list, and what its stack holds beside. */
export interface StackSettings {
  readonly [setting: string]: unknown;
}

/** A made-up domain owner's key: put where the runbook lays it. */
export interface OwnKey {
  readonly privateKey: string;
  /** base64 of the SubjectPublicKeyInfo. */
  readonly publicKey: string;
}

/** A run that had to pass; where it did not, the engine's own words are the test's message. */
export const passed = async (running: Promise<EngineRun>): Promise<EngineRun> => {
  const run = await running;
  if (run.exitCode !== 0) throw new Error(`the engine ended with ${run.exitCode}:\n${run.output}`);
  return run;
};

/** A run that had to fail, for its words. */
export const failed = async (running: Promise<EngineRun>): Promise<string> => {
  const run = await running;
  if (run.exitCode !== 1)
    throw new Error(`the engine ended with ${run.exitCode}, expected 1:\n${run.output}`);
  return run.output;
};

/** The real engine, the built function, simulated AWS and DNS servers, for one test file. */
export class Deployment {
  private constructor(
    readonly sandbox: Sandbox,
    readonly dns: DnsServer,
    private readonly folder: string,
    private readonly engine: ReturnType<typeof inProcessEngine>,
  ) {}

  private readonly initialised = new Set<string>();

  static async start(options: SandboxOptions = {}): Promise<Deployment> {
    const dns = await startDnsServer({ zones: { 'example.com': {}, 'example.org': {} } });
    const sandbox = await startSandbox({ dns: [dns.address], ...options });
    const folder = mkdtempSync(path.join(tmpdir(), 'byodkim-test-'));
    const engine = inProcessEngine({ endpoint: sandbox.url, region: REGION });
    return new Deployment(sandbox, dns, folder, engine);
  }

  async close(): Promise<void> {
    await this.engine.close();
    await this.sandbox.close();
    await this.dns.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Makes a key pair, and puts it into S3 with its DNS information beside it. */
  async storeKey(domain: string, selector: string, type: 'pkcs1' | 'pkcs8' = 'pkcs1'): Promise<OwnKey> {
    const pair = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const privateKey = pair.privateKey.export({ type, format: 'pem' }) as string;
    const publicKey = pair.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const key = { privateKey, publicKey };
    await this.putKey(domain, selector, key);
    return key;
  }

  async putKey(domain: string, selector: string, { privateKey, publicKey }: OwnKey): Promise<void> {
    await this.put(privateKeyObject(domain, selector), privateKey);
    await this.put(dnsRecordObject(domain, selector), JSON.stringify({ value: recordValue(publicKey) }));
  }

  publish(domain: string, selector: string, { publicKey }: OwnKey): void {
    this.dns.setTxt(recordName(domain, selector), recordValue(publicKey));
  }

  async put(key: string, body: string): Promise<void> {
    await this.sandbox.call('s3', 'PutObject', { Bucket: BUCKET, Key: key, Body: Buffer.from(body) });
  }

  /** What SES shows of a domain's DKIM; `null`: no identity. */
  async dkim(domain: string): Promise<any> {
    try {
      return (await this.sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity: domain })).DkimAttributes;
    } catch (error) {
      if ((error as Error).name === 'NotFoundException') return null;
      throw error;
    }
  }

  deployControl(): Promise<EngineRun> {
    return this.run(controlStackId(REGION), { 'example.com': { selector: 'unused' } }, [
      'apply',
      '-auto-approve',
    ]);
  }

  /**
   * Applies one domain's stack as the list would make it.
   * @param extend adds what a user would have beside it.
   */
  deploy(
    domain: string,
    settings: StackSettings,
    extend?: (stack: TerraformStack) => void,
  ): Promise<EngineRun> {
    return this.run(domain, { [domain]: settings }, ['apply', '-auto-approve'], extend);
  }

  /** Exit code 0: nothing to do; 2: changes. */
  plan(
    domain: string,
    settings: StackSettings,
    extend?: (stack: TerraformStack) => void,
  ): Promise<EngineRun> {
    return this.run(domain, { [domain]: settings }, ['plan', '-detailed-exitcode'], extend);
  }

  destroy(
    domain: string,
    settings: StackSettings,
    extend?: (stack: TerraformStack) => void,
  ): Promise<EngineRun> {
    return this.run(domain, { [domain]: settings }, ['destroy', '-auto-approve'], extend);
  }

  private async run(
    stackId: string,
    domains: Record<string, StackSettings>,
    args: readonly string[],
    extend?: (stack: TerraformStack) => void,
  ): Promise<EngineRun> {
    const outdir = path.join(this.folder, 'out');
    mkdirSync(outdir, { recursive: true });
    const list = parseDomainList(stringify(this.list(domains)), path.join(this.folder, 'domains.yaml'));
    const app = new App({ outdir });
    compose(app, list);
    extend?.(app.node.findChild(stackId) as TerraformStack);
    app.synth();
    const cwd = path.join(outdir, 'stacks', stackId);
    const env = this.sandbox.environment;
    if (!this.initialised.has(stackId)) {
      const init = await this.engine.run(['init', '-no-color'], { cwd, env });
      if (init.exitCode !== 0) return init;
      this.initialised.add(stackId);
    }
    return this.engine.run([args[0]!, '-no-color', ...args.slice(1)], { cwd, env });
  }

  private list(domains: Record<string, StackSettings>) {
    return {
      control: { keyStore: { bucket: BUCKET, protect: false } },
      defaults: {
        region: REGION,
        gate: { nameservers: [this.dns.address], resolvers: [] },
        verification: { waitSeconds: 5 },
      },
      domains,
    };
  }
}
