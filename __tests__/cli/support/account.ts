import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PROJECT_ROOT } from '../../../constructs/built-handler';
import {
  dnsRecordObject,
  ENVIRONMENT,
  IDENTITY_TAG,
  privateKeyObject,
  recordName,
} from '../../../handlers/contract/contract';
import { recordValue } from '../../../handlers/keys/format/public-key';
import { type Sandbox, startSandbox } from '../../../packages/sandbox/aws/sandbox';
import { type DnsServer, startDnsServer } from '../../../packages/sandbox/dns/server';
import { BUCKET, deployBuiltFunction } from '../../support/built-function';
import { makeKey, type OwnKey } from '../../support/deployment';
import { awsOf } from './aws-of';
import { byodkim } from './terminal';

/** What a process ended with. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * A simulated account with the built function under its own policy, two DNS servers, and an operator's folder with a
 * domain list, in which the built command runs as a process.
 */
export class Account {
  /** Everything that any process has printed. */
  printed = '';

  private constructor(
    readonly sandbox: Sandbox,
    readonly dns: DnsServer,
    readonly second: DnsServer,
    readonly folder: string,
  ) {}

  static async open(zones: readonly string[]): Promise<Account> {
    const served = Object.fromEntries(zones.map((zone) => [zone, {}]));
    const dns = await startDnsServer({ zones: served });
    const second = await startDnsServer({ zones: served });
    const sandbox = await startSandbox({
      dns: [dns.address],
      sesRequestsPerSecond: Number.POSITIVE_INFINITY,
    });
    const account = new Account(sandbox, dns, second, mkdtempSync(path.join(tmpdir(), 'byodkim-cli-')));
    await account.deployFunction();
    return account;
  }

  async close(): Promise<void> {
    await this.sandbox.close();
    await Promise.all([this.dns.close(), this.second.close()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async deployFunction(): Promise<void> {
    const { sandbox } = this;
    const topic = (await sandbox.call('sns', 'CreateTopic', { Name: 'dns' })).TopicArn;
    const queue = `arn:aws:sqs:${sandbox.region}:${sandbox.accountId}:dns-team`;
    await sandbox.call('sns', 'Subscribe', { TopicArn: topic, Protocol: 'sqs', Endpoint: queue });
    const allow = { servers: [this.dns.address, this.second.address] };
    await deployBuiltFunction(
      sandbox,
      { [ENVIRONMENT.dnsTopicArn]: topic },
      { [ENVIRONMENT.allow]: JSON.stringify(allow) },
    );
  }

  /** Writes `domains.yaml`: each domain with its own settings, and the servers of the test for all. */
  list(domains: Readonly<Record<string, string>>): void {
    const lines = [
      `control: { keyStore: { bucket: { existing: ${BUCKET} } } }`,
      'defaults:',
      `  region: ${this.sandbox.region}`,
      '  selector: s1',
      `  gate: { nameservers: ['${this.dns.address}', '${this.second.address}'], resolvers: [] }`,
      'domains:',
      ...Object.entries(domains).map(([domain, settings]) => `  ${domain}: ${settings}`),
      '',
    ];
    writeFileSync(path.join(this.folder, 'domains.yaml'), lines.join('\n'));
  }

  async createIdentity(domain: string): Promise<void> {
    const Tags = [{ Key: IDENTITY_TAG.key, Value: IDENTITY_TAG.value }];
    await this.sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity: domain, Tags });
  }

  /** What SES shows of a domain's DKIM. */
  async dkim(domain: string): Promise<any> {
    return (await this.sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity: domain })).DkimAttributes;
  }

  /** A key of the domain owner in S3, next to its DNS information, as the runbook places it. */
  async storeKey(domain: string, selector: string): Promise<OwnKey> {
    const { privateKey, publicKey } = makeKey();
    const information = JSON.stringify({ value: recordValue({ spki: publicKey }) });
    for (const [Key, body] of [
      [privateKeyObject(domain, selector), privateKey],
      [dnsRecordObject(domain, selector), information],
    ] as const)
      await this.sandbox.call('s3', 'PutObject', { Bucket: BUCKET, Key, Body: Buffer.from(body) });
    return { privateKey, publicKey };
  }

  publish(domain: string, selector: string, publicKey: string): void {
    for (const server of [this.dns, this.second])
      server.setTxt(recordName(domain, selector), recordValue({ spki: publicKey }));
  }

  /** The built command, in the operator's folder. */
  byodkim(...args: string[]): Promise<ProcessEnd> {
    return this.start(...args).ended;
  }

  /** The same command in this process: a start takes half a second, and a few of them show all that is in it. */
  async inProcess(...args: string[]): Promise<ProcessEnd> {
    const ended = await byodkim(args, {
      readFile: (file) => readFile(path.resolve(this.folder, file)),
      ...awsOf(({ region }, ...what) => this.sandbox.call(...what, { region })),
    });
    this.printed += ended.stdout + ended.stderr;
    return ended;
  }

  start(...args: string[]): { readonly child: ChildProcess; readonly ended: Promise<ProcessEnd> } {
    return this.spawn(process.execPath, [path.join(PROJECT_ROOT, 'dist/cli/byodkim.js'), ...args]);
  }

  /** Any program, as the operator would run it: pointed at the sandbox. */
  spawn(command: string, args: readonly string[], input = '') {
    const child = spawn(command, args, {
      cwd: this.folder,
      env: { PATH: process.env.PATH, HOME: this.folder, ...this.sandbox.environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
        this.printed += text;
      });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const ended = new Promise<ProcessEnd>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (exitCode) => resolve({ exitCode, ...output }));
    });
    return { child, ended };
  }
}
