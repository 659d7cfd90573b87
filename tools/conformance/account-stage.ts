import { mkdirSync } from 'node:fs';
import { GetEmailIdentityCommand } from '@aws-sdk/client-sesv2';
import { recordName } from '../../handlers/contract/contract';
import { recordValue } from '../../handlers/keys/format/public-key';
import type { DomainKey } from '../demo/keys';
import { type Dkim, type Stage, StageInFolder } from '../demo/stage';
import type { Caller, Clients } from './account';
import type { Publisher } from './publisher';

/** The run has names of its own, so that it never touches a control stack that serves real domains. */
export const FUNCTION_NAME = 'byodkim-conformance';

export interface AccountStageOptions {
  readonly clients: Clients;
  readonly caller: Caller;
  readonly region: string;
  readonly domain: string;
  readonly publisher: Publisher;
  /** Folder for the list and the state, from which the next run can remove the remains of an interrupted one. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Settings of the gate. @default the gate's own defaults */
  readonly gate?: Readonly<Record<string, unknown>>;
  /** Waits for some minutes. */
  readonly later: (minutes: number) => Promise<void>;
}

/** Makes a real account the stage of the story. */
export class AccountStage extends StageInFolder implements Stage {
  readonly environment: Readonly<Record<string, string>>;
  /** The minimum, since the run waits for it. */
  readonly confirmTimeoutMinutes = 2;

  constructor(private readonly options: AccountStageOptions) {
    const { domain, region, folder, caller } = options;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    super(domain, region, `${FUNCTION_NAME}-${caller.account}-${region}`, folder);
    this.environment = {
      ...options.environment,
      BYODKIM_DOMAINS: this.listFile,
      CDKTF_OUTDIR: this.outdir,
    };
  }

  protected get s3() {
    return this.options.clients.s3;
  }

  protected get listParts(): object {
    const { caller, gate } = this.options;
    const keyStore = { bucket: this.bucket, protect: false, writers: [caller.arn] };
    return {
      provider: { allowedAccountIds: [caller.account] },
      control: { functionName: FUNCTION_NAME, keyStore },
      defaults: {
        region: this.region,
        confirmTimeoutMinutes: this.confirmTimeoutMinutes,
        ...(gate && { gate }),
      },
    };
  }

  publish(selector: string, { publicKey }: DomainKey): Promise<string> {
    return this.options.publisher.publish(
      recordName(this.domain, selector),
      recordValue({ spki: publicKey }),
    );
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
}
