import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { GetEmailIdentityCommand } from '@aws-sdk/client-sesv2';
import { stringify } from 'yaml';
import { dnsRecordObject, privateKeyObject, recordName, recordValue } from '../../handlers/contract';
import type { DomainKey } from '../demo/keys';
import { type Dkim, type Stage, sizeOf } from '../demo/stage';
import type { Clients } from './account';
import type { Publisher } from './publisher';

/** Of its own, so that a control plane which serves real domains is never touched. */
export const FUNCTION_NAME = 'byodkim-conformance';

export interface AccountStageOptions {
  readonly clients: Clients;
  readonly account: string;
  readonly region: string;
  readonly domain: string;
  readonly publisher: Publisher;
  /** Keeps the list and the state: what an interrupted run has made can be removed by the next. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** How DNS is asked. @default as anywhere */
  readonly gate?: Readonly<Record<string, unknown>>;
  /** Lets minutes pass. */
  readonly later: (minutes: number) => Promise<void>;
}

/** A real account as the stage of the story. */
export class AccountStage implements Stage {
  readonly domain: string;
  readonly region: string;
  readonly bucket: string;
  readonly stateFile: string;
  readonly environment: Readonly<Record<string, string>>;
  /** The least that there may be: the run waits for it. */
  readonly confirmTimeoutMinutes = 2;

  constructor(private readonly options: AccountStageOptions) {
    const { domain, region, folder, account } = options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.domain = domain;
    this.region = region;
    this.bucket = `${FUNCTION_NAME}-${account}-${region}`;
    this.stateFile = path.join(folder, 'state', `${domain}.tfstate`);
    this.environment = {
      ...options.environment,
      BYODKIM_DOMAINS: path.join(folder, 'domains.yaml'),
      CDKTF_OUTDIR: path.join(folder, 'cdktf.out'),
    };
  }

  writeList(domain: Readonly<Record<string, unknown>>): string {
    const { gate } = this.options;
    const list = stringify({
      provider: { allowedAccountIds: [this.options.account] },
      control: {
        functionName: FUNCTION_NAME,
        keyStore: { bucket: this.bucket, protect: false },
      },
      defaults: {
        region: this.region,
        confirmTimeoutMinutes: this.confirmTimeoutMinutes,
        // SES takes its time; whether it comes to SUCCESS is seen by the story.
        ...(gate && { gate }),
      },
      domains: { [this.domain]: domain },
    });
    writeFileSync(path.join(this.options.folder, 'domains.yaml'), list);
    return list;
  }

  async storeKey(selector: string, { privateKey, publicKey }: DomainKey): Promise<void> {
    await this.put(privateKeyObject(this.domain, selector), privateKey);
    const record = { name: recordName(this.domain, selector), type: 'TXT', value: recordValue(publicKey) };
    await this.put(dnsRecordObject(this.domain, selector), JSON.stringify(record, null, 2));
  }

  size(objectKey: string): Promise<number> {
    return sizeOf(this.options.clients.s3, this.bucket, objectKey);
  }

  publish(selector: string, { publicKey }: DomainKey): Promise<string> {
    return this.options.publisher.publish(recordName(this.domain, selector), recordValue(publicKey));
  }

  async dkim(): Promise<Dkim | null> {
    try {
      const command = new GetEmailIdentityCommand({ EmailIdentity: this.domain });
      return (await this.options.clients.ses.send(command)).DkimAttributes ?? {};
    } catch (error) {
      if ((error as Error).name === 'NotFoundException') return null;
      throw error;
    }
  }

  later(minutes: number): Promise<void> {
    return this.options.later(minutes);
  }

  private async put(key: string, body: string): Promise<void> {
    await this.options.clients.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key: key, Body: body }));
  }
}
