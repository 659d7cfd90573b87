import { createPublicKey } from 'node:crypto';
import {
  dnsRecordObject,
  ledgerObject,
  privateKeyObject,
  recordName,
} from '../../handlers/contract/contract';
import { recordValue } from '../../handlers/keys/format/public-key';
import type { Ledger } from '../../handlers/ledger/ledger';
import { advanceToMidMonth } from '../../packages/sandbox/__tests__/mid-month';
import { type Sandbox, startSandbox } from '../../packages/sandbox/aws/sandbox';
import type { LambdaService } from '../../packages/sandbox/aws/services/lambda';
import type { SchedulerService } from '../../packages/sandbox/aws/services/scheduler';
import type { PublishedMessage, SnsService } from '../../packages/sandbox/aws/services/sns';
import type { SandboxOptions } from '../../packages/sandbox/contract/core';
import { type DnsServer, startDnsServer } from '../../packages/sandbox/dns/server';
import type { EngineRun } from '../../packages/terraform/engine/run-engine';
import { rsaKey } from './keys-of-the-run';
import { type ListParts, Workplace } from './workplace';

const REGION = 'ap-northeast-1';
const MINUTE_MS = 60_000;
export const BUCKET = 'byodkim-keys';
export const FUNCTION = 'ses-byodkim';
/** The test itself, which looks at everything. */
export const ADMIN = 'arn:aws:iam::123456789012:user/sandbox-admin';

/** A made-up domain owner's key: put where the runbook lays it. */
export interface OwnKey {
  readonly privateKey: string;
  /** base64 of the SubjectPublicKeyInfo. */
  readonly publicKey: string;
}

type Called = [service: string, operation: string, input: object];

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

/** The real engine, the built function, simulated AWS and DNS servers, for one test file; and a machine that deploys. */
export class Deployment extends Workplace {
  private readonly workplaces: Workplace[] = [];
  private readonly keys = new Map<string, OwnKey>();

  private constructor(
    sandbox: Sandbox,
    readonly dns: DnsServer,
    list: ListParts,
  ) {
    super(sandbox, list);
  }

  /** @param control of the list, e.g. topics. */
  static async start(
    options: SandboxOptions = {},
    control: object = {},
    defaults: object = {},
  ): Promise<Deployment> {
    const dns = await startDnsServer({ zones: { 'example.com': {}, 'example.org': {} } });
    // Neither do the function's shortened sleeps last as long as SES's seconds, nor do these tests wait.
    const sandbox = await startSandbox({
      dns: [dns.address],
      sesRequestsPerSecond: Number.POSITIVE_INFINITY,
      ...options,
    });
    await advanceToMidMonth(sandbox.clock);
    const deployment = new Deployment(sandbox, dns, {
      control: {
        keyStore: { bucket: BUCKET, protect: false, readers: [ADMIN], writers: [ADMIN] },
        ...control,
      },
      defaults: {
        region: REGION,
        gate: { nameservers: [dns.address], resolvers: [] },
        ...defaults,
      },
    });
    if (!options.lambda) deployment.shortenSleeps(0.05);
    return deployment;
  }

  /**
   * Shortens the function's sleeps, but neither its calls nor their limits: with 0.05 it has a second for each retry of
   * AWS. Less is right only where no lease is at stake.
   */
  shortenSleeps(factor: number): void {
    this.sandbox.service<LambdaService>('lambda').configure({ sleep: { factor } });
  }

  override async close(): Promise<void> {
    for (const workplace of this.workplaces) await workplace.close();
    await super.close();
    await this.sandbox.close();
    await this.dns.close();
  }

  /** One more machine that deploys, with no state yet. */
  workplace(environment: Readonly<Record<string, string>>): Workplace {
    const made = new Workplace(this.sandbox, this.list, environment);
    this.workplaces.push(made);
    return made;
  }

  /** Makes a key pair, and puts it into S3 next to its DNS information. */
  async storeKey(domain: string, selector: string, type: 'pkcs1' | 'pkcs8' = 'pkcs1'): Promise<OwnKey> {
    const key = makeKey(type);
    await this.putKey(domain, selector, key);
    return key;
  }

  /** Stores the shared key of each selector for a domain, and publishes its record: a deploy would pass. */
  async ready(domain: string, ...selectors: string[]): Promise<void> {
    for (const selector of selectors) {
      await this.putKey(domain, selector, this.keyOf(selector));
      this.publish(domain, selector, this.keyOf(selector));
    }
  }

  /** The key that all domains have under this selector: making one takes a tenth of a second. */
  keyOf(selector: string): OwnKey {
    const key = this.keys.get(selector) ?? makeKey();
    this.keys.set(selector, key);
    return key;
  }

  async putKey(domain: string, selector: string, { privateKey, publicKey }: OwnKey): Promise<void> {
    await this.put(privateKeyObject(domain, selector), privateKey);
    await this.put(
      dnsRecordObject(domain, selector),
      JSON.stringify({ value: recordValue({ spki: publicKey }) }),
    );
  }

  publish(domain: string, selector: string, { publicKey }: OwnKey): void {
    this.dns.setTxt(recordName(domain, selector), recordValue({ spki: publicKey }));
  }

  async put(key: string, body: string): Promise<void> {
    await this.sandbox.call('s3', 'PutObject', { Bucket: BUCKET, Key: key, Body: Buffer.from(body) });
  }

  /** An identity that somebody made before, tagged as ours. */
  async createIdentity(domain: string): Promise<void> {
    const Tags = [{ Key: 'byodkim', Value: 'managed' }];
    await this.sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity: domain, Tags });
  }

  // ---- looking ----

  /** An object of the key store; `null`: there is none. */
  async read(key: string): Promise<string | null> {
    try {
      const { Body } = await this.sandbox.call('s3', 'GetObject', { Bucket: BUCKET, Key: key });
      return Buffer.from(Body).toString('utf8');
    } catch (error) {
      if ((error as Error).name === 'NoSuchKey') return null;
      throw error;
    }
  }

  /** Keys of the key store's objects. */
  async objects(prefix = ''): Promise<string[]> {
    const { Contents = [] } = await this.sandbox.call('s3', 'ListObjectsV2', {
      Bucket: BUCKET,
      Prefix: prefix,
    });
    return Contents.map(({ Key }: { Key: string }) => Key);
  }

  async ledger(domain: string): Promise<Ledger> {
    return JSON.parse((await this.read(ledgerObject(REGION, domain))) ?? 'null');
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

  /** Names of the armed reverts. */
  armed(domain = ''): string[] {
    const schedules = this.sandbox.service<SchedulerService>('scheduler').schedules();
    return schedules.map(({ Name }) => Name).filter((name) => name.startsWith(`byodkim-${domain}`));
  }

  /** What was sent to a topic that the control stack made. */
  notices(topic: 'dns' | 'result' | 'audit'): readonly PublishedMessage[] {
    const arn = `arn:aws:sns:${REGION}:${this.sandbox.accountId}:${FUNCTION}-${topic}`;
    return this.sandbox.service<SnsService>('sns').messages(arn);
  }

  get logs(): readonly string[] {
    return this.sandbox.service<LambdaService>('lambda').logs(FUNCTION);
  }

  // ---- doing ----

  /** Calls AWS as a new role that may do those actions on everything. @throws what AWS refuses with */
  async as(RoleName: string, Action: readonly string[]): Promise<(...what: Called) => Promise<any>> {
    const { sandbox } = this;
    const document = (Statement: object) => JSON.stringify({ Version: '2012-10-17', Statement });
    const trust = { Effect: 'Allow', Principal: { AWS: sandbox.accountId }, Action: 'sts:AssumeRole' };
    const role = { RoleName, AssumeRolePolicyDocument: document(trust) };
    const { Role } = await sandbox.call('iam', 'CreateRole', role);
    const PolicyDocument = document({ Effect: 'Allow', Action, Resource: '*' });
    await sandbox.call('iam', 'PutRolePolicy', { RoleName, PolicyName: 'own', PolicyDocument });
    const principal = { type: 'role', roleName: RoleName, roleArn: Role.Arn, sessionName: 's' } as const;
    return (service, operation, input) => sandbox.call(service, operation, input, { principal });
  }

  /** Calls the function directly, and returns its answer. @throws Error when it throws */
  async invoke(event: object): Promise<any> {
    const { FunctionError, Payload } = await this.sandbox.call('lambda', 'Invoke', {
      FunctionName: FUNCTION,
      Payload: JSON.stringify(event),
    });
    const answer = JSON.parse(Buffer.from(Payload).toString('utf8'));
    if (FunctionError) throw new Error(`${answer.errorType}: ${answer.errorMessage}`);
    return answer;
  }

  /** Ends the daily audit of a region: where weeks pass, it would take longer than the rest of the test. */
  async stopAudits(region: string = REGION): Promise<void> {
    const schedule = { Name: `${FUNCTION}-audit`, GroupName: FUNCTION };
    await this.sandbox.call('scheduler', 'DeleteSchedule', schedule, { region });
  }

  /** Lets the time of every armed revert come. */
  async expire(): Promise<void> {
    await this.sandbox.clock.advance(15 * MINUTE_MS);
  }
}

/** RSA-2048. */
export function makeKey(type: 'pkcs1' | 'pkcs8' = 'pkcs1'): OwnKey {
  const key = rsaKey(2048);
  return {
    privateKey: key.export({ type, format: 'pem' }) as string,
    publicKey: createPublicKey(key).export({ type: 'spki', format: 'der' }).toString('base64'),
  };
}
