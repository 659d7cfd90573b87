import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { mailFromRecords, recordName } from '../../handlers/contract/contract';
import { recordValue } from '../../handlers/keys/format/public-key';
import type { Engine } from '../../packages/engine/find-engine';
import { principalArn } from '../../packages/sandbox/aws/authorize';
import { type Sandbox, startSandbox } from '../../packages/sandbox/aws/sandbox';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import { type DnsServer, startDnsServer } from '../../packages/sandbox/dns/server';
import { judge } from '../../packages/sandbox/mail/receive';
import { type CdktfEnvironment, cdktfEnvironment } from '../../packages/terraform/engine/cdktf-environment';
import type { DomainKey } from './keys';
import { makeReader } from './reader';
import { type Dkim, type MailSeen, type Reader, type Stage, StageInFolder } from './stage';

const MINUTE_MS = 60_000;

export const DOMAIN = 'example.com';
const BUCKET = 'example-dkim-keys';
const REGION = 'ap-northeast-1';

/** Plays the demo on loopback and in one temporary folder. */
export class SandboxStage extends StageInFolder implements Stage {
  readonly confirmTimeoutMinutes = 10;

  private constructor(
    readonly sandbox: Sandbox,
    readonly dns: DnsServer,
    readonly cdktf: CdktfEnvironment,
    folder: string,
  ) {
    super(DOMAIN, REGION, BUCKET, folder);
  }

  /**
   * @param engine the one on this machine if omitted
   * @param provider the file of the real one; the stand-in if omitted
   * @throws NoProviderError
   */
  static async open(engine?: Engine, provider?: string): Promise<SandboxStage> {
    const dns = await startDnsServer({ zones: { [DOMAIN]: {} } });
    dns.setTxt(`_dmarc.${DOMAIN}`, 'v=DMARC1; p=reject');
    const sandbox = await startSandbox({
      dns: [dns.address],
      region: REGION,
      // An apply waits half a second instead of a minute for SES, and SES's rate is raised accordingly.
      lambda: { sleep: { factor: 0.01 } },
      sesRequestsPerSecond: 100,
    });
    const cdktf = await cdktfEnvironment({ sandbox, provider, ...(engine && { engine }) }).catch(
      async (error) => {
        await sandbox.close();
        await dns.close();
        throw error;
      },
    );
    const folder = mkdtempSync(path.join(os.tmpdir(), 'byodkim-demo-'));
    const stage = new SandboxStage(sandbox, dns, cdktf, folder);
    mkdirSync(stage.programs);
    symlinkSync(cdktf.environment.TERRAFORM_BINARY_NAME, path.join(stage.programs, cdktf.engine.kind));
    return stage;
  }

  async close(): Promise<void> {
    await this.cdktf.close();
    await this.sandbox.close();
    await this.dns.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Variables with which `byodkim`, `aws` and `cdktf` find the sandbox. */
  get environment(): Record<string, string> {
    return {
      ...this.cdktf.environment,
      BYODKIM_DOMAINS: this.listFile,
      CDKTF_OUTDIR: this.outdir,
      PATH: `${this.programs}${path.delimiter}${process.env.PATH}`,
    };
  }

  /** Contains this stage's engine under its usual name, since `byodkim` uses the first one on the PATH. */
  private get programs(): string {
    return path.join(this.folder, 'bin');
  }

  protected get listParts(): object {
    return {
      control: {
        keyStore: {
          bucket: BUCKET,
          protect: false,
          writers: [principalArn({ type: 'admin' }, this.sandbox.accountId)],
        },
      },
      defaults: { region: REGION, gate: { nameservers: [this.dns.address], resolvers: [] } },
    };
  }

  async publish(selector: string, { publicKey }: DomainKey): Promise<string> {
    this.dns.setTxt(recordName(DOMAIN, selector), recordValue({ spki: publicKey }));
    return `the DNS server on ${this.dns.address}`;
  }

  async publishMailFrom(subdomain: string): Promise<string> {
    for (const { name, type, value } of mailFromRecords({
      domain: DOMAIN,
      region: REGION,
      mailFrom: { subdomain },
    }))
      this.dns.setRecords(name, type, [value]);
    return `the DNS server on ${this.dns.address}`;
  }

  slowDown(minutes: number): void {
    this.sandbox.service<SesService>('ses').pace({ delayMs: minutes * MINUTE_MS });
  }

  /** Returns the identity's DKIM attributes in SES, or `null` without an identity. */
  async dkim(): Promise<Dkim | null> {
    try {
      return (await this.sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity: DOMAIN })).DkimAttributes;
    } catch (error) {
      if ((error as Error).name === 'NotFoundException') return null;
      throw error;
    }
  }

  async mail(): Promise<MailSeen> {
    const refused = await this.sandbox
      .call('ses', 'SendEmail', {
        FromEmailAddress: `Example <hello@${DOMAIN}>`,
        Destination: { ToAddresses: ['reader@example.net'] },
        Content: { Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'Who signed this?' } } } },
      })
      .then(() => null)
      .catch((error: Error) => error);
    if (refused) return { header: '', verifiedBy: null, verdict: `refused by SES (${refused.name})` };
    const message = this.sandbox.service<SesService>('ses').mailbox.messages.at(-1)!;
    const { signatures, dmarc } = await judge(message, [this.dns.address]);
    const by = dmarc.spf && !dmarc.dkim ? ` by SPF (${dmarc.spf})` : '';
    const whole = `DMARC ${dmarc.result}${by} (p=${dmarc.policy})`;
    const [signature] = signatures;
    if (signature === undefined)
      return { header: '', verifiedBy: null, verdict: `not signed; mailauth says ${whole}` };
    const { domain, selector, result, comment } = signature;
    const verifies = result === 'pass';
    return {
      header: dkimHeader(message.raw),
      verifiedBy: verifies ? selector : null,
      verdict: `signed by ${selector} for ${domain}; mailauth says ${result}${comment ? ` (${comment})` : ''}, ${whole}`,
    };
  }

  reader(): Promise<Reader> {
    return makeReader(this.sandbox, this);
  }

  async later(minutes: number): Promise<void> {
    await this.sandbox.clock.advance(minutes * MINUTE_MS);
  }

  protected get s3(): S3Client {
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = this.sandbox.environment;
    return new S3Client({
      region: REGION,
      endpoint: this.sandbox.url,
      credentials: { accessKeyId: AWS_ACCESS_KEY_ID!, secretAccessKey: AWS_SECRET_ACCESS_KEY! },
      forcePathStyle: true,
    });
  }
}

/** Returns the `DKIM-Signature` header on one line, with its long values shortened. */
function dkimHeader(raw: string): string {
  const [folded = ''] = /^DKIM-Signature:[^\n]*(?:\n[ \t][^\n]*)*/im.exec(raw) ?? [];
  return folded
    .replace(/\s+/g, ' ')
    .replace(
      /\b(bh?|h)=([^;]*)/g,
      (_, tag: string, value: string) => `${tag}=${value.replaceAll(' ', '').slice(0, 16)}…`,
    );
}
