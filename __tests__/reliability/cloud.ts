import { ledgerObject, recordName } from '../../handlers/contract/contract';
import type { Fault } from '../../packages/sandbox/aws/service';
import type { LambdaService } from '../../packages/sandbox/aws/services/lambda';
import type { SchedulerService } from '../../packages/sandbox/aws/services/scheduler';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import { receive } from '../../packages/sandbox/mail/receive';
import { Stack } from '../handlers/transaction/support';
import { BUCKET, Deployment, type OwnKey, passed } from '../support/deployment';
import { leaks } from '../support/secrets';
import { Terraform } from '../support/terraform';
import { MailWatch } from './mail-watch';
import { PROMPT, type World } from './worlds';

/** One domain, its keys and its stack. */
export interface Subject {
  readonly domain: string;
  readonly keys: { readonly s1: OwnKey; readonly s2: OwnKey };
  readonly terraform: Terraform;
  /** Everything that the function answered or threw, for the search for secrets. */
  readonly said: string[];
}

/** What SES may have in the end. `easy`: as it was before this project. */
export type State = 'easy' | 's1' | 's2';

/** One thing that happens to a domain, under which every call can fail. */
export interface Scenario {
  readonly name: string;
  /** Without faults, beforehand, while SES is prompt. */
  prepare(cloud: Cloud, subject: Subject): Promise<void>;
  /** The same once SES has its own pace; such a scenario is played only where that is slow. */
  readonly begin?: (cloud: Cloud, subject: Subject) => Promise<void>;
  /** Under a fault. May throw. */
  run(cloud: Cloud, subject: Subject): Promise<void>;
  /** Repeated without faults, until it has nothing to do. */
  again(cloud: Cloud, subject: Subject): Promise<void>;
  readonly before: State;
  readonly wanted: State;
  /** Whether a plan is empty in the end; a destroyed stack has none. */
  readonly plansNothing: (subject: Subject) => Promise<boolean>;
}

const MINUTE_MS = 60_000;

/** The control stack, deployed by the real engine: the built function under its real policies. */
export class Cloud {
  private subjects = 0;
  private keys?: Promise<{ s1: OwnKey; s2: OwnKey }>;

  readonly mail: MailWatch;

  private constructor(readonly deployment: Deployment) {
    this.mail = new MailWatch(this.sandbox, (domain) => this.ledgerOf(domain));
  }

  static async start(): Promise<Cloud> {
    const deployment = await Deployment.start({
      lambda: { sleep: { factor: 0.002 }, maxIdleEnvironments: 16 },
    });
    await passed(deployment.deployControl());
    return new Cloud(deployment);
  }

  close(): Promise<void> {
    return this.deployment.close();
  }

  get sandbox() {
    return this.deployment.sandbox;
  }

  /** A domain with an identity on Easy DKIM, and two keys that are published. Keys are shared: making them is slow. */
  async subject(): Promise<Subject> {
    const domain = `d${this.subjects++}.example.com`;
    this.keys ??= Promise.all([
      this.deployment.storeKey('keys.example.com', 's1', 'pkcs1'),
      this.deployment.storeKey('keys.example.com', 's2', 'pkcs8'),
    ]).then(([s1, s2]) => ({ s1, s2 }));
    const keys = await this.keys;
    for (const selector of ['s1', 's2'] as const) {
      await this.deployment.putKey(domain, selector, keys[selector]);
      this.deployment.publish(domain, selector, keys[selector]);
    }
    await this.sandbox.call('ses', 'CreateEmailIdentity', {
      EmailIdentity: domain,
      Tags: [{ Key: 'byodkim', Value: 'managed' }],
    });
    const { Tokens } = await this.deployment.dkim(domain);
    const ses = this.sandbox.service<SesService>('ses');
    this.deployment.dns.setTxt(recordName(domain, Tokens[0]), ses.easyDkimRecord());
    const said: string[] = [];
    const settings = {
      // As patient as can be: DNS is asked in real time, by a dozen processes at once.
      gate: {
        nameservers: [this.deployment.dns.address],
        resolvers: [],
      },
    };
    const stack = new Stack({ invoke: (event) => this.invoke(event, said) }, settings, domain);
    return { domain, keys, terraform: new Terraform(stack), said };
  }

  /** BYODKIM set by the old runbook. */
  async signByHand({ domain, keys }: Subject, selector: 's1' | 's2'): Promise<void> {
    await this.sandbox.call('ses', 'PutEmailIdentityDkimSigningAttributes', {
      EmailIdentity: domain,
      SigningAttributesOrigin: 'EXTERNAL',
      SigningAttributes: {
        DomainSigningSelector: selector,
        DomainSigningPrivateKey: keys[selector].privateKey.replace(/-----[^-]+-----|\s/g, ''),
      },
    });
    await this.deployment.dkim(domain);
  }

  /** The armed revert fires; resolves when the function has been called, however that ended. */
  async fireSchedule({ domain }: Subject): Promise<void> {
    const scheduler = this.sandbox.service<SchedulerService>('scheduler');
    const [name] = armedSchedules(scheduler, domain);
    if (name === undefined) throw new Error(`${domain} has no armed schedule`);
    const { requestId } = await scheduler.fire(name, 'ses-byodkim');
    if (requestId) await this.sandbox.service<LambdaService>('lambda').settled(requestId);
  }

  /** From now on SES verifies at that pace. */
  keepPace({ pace }: World = PROMPT): void {
    this.sandbox.service<SesService>('ses').pace({ delayMs: 0, ending: 'asPublished', ...pace });
  }

  /** Long enough for every lease, retry and armed revert, and for SES, which is prompt again in the end. */
  async letTimePass({ minutes }: World = PROMPT): Promise<void> {
    await this.sandbox.clock.advance(minutes * MINUTE_MS);
    this.keepPace();
  }

  /**
   * Sends a mail, and reads it as its receiver.
   * @returns what is wrong; empty: it is signed as SES says, by a published key
   */
  async mailProblems({ domain }: Subject): Promise<string[]> {
    const { mailbox } = this.sandbox.service<SesService>('ses');
    await this.sandbox.call('ses', 'SendEmail', {
      FromEmailAddress: `ops@${domain}`,
      Destination: { ToAddresses: [`reader@${domain}`] },
      Content: { Simple: { Subject: { Data: 'Hello' }, Body: { Text: { Data: 'Who signed this?' } } } },
    });
    const [{ raw } = { raw: '' }] = mailbox.to(`reader@${domain}`).slice(-1);
    const found = await receive(raw, [this.deployment.dns.address]);
    const { Tokens } = await this.deployment.dkim(domain);
    const [signature] = found;
    const verifies = signature?.result === 'pass' && signature.selector === Tokens[0];
    return verifies ? [] : [`a mail is not signed by ${Tokens[0]}: ${JSON.stringify(found)}`];
  }

  /** What SES has, and whether it is whole: verified and enabled. */
  async state({ domain }: Subject): Promise<State | string> {
    const dkim = await this.deployment.dkim(domain);
    if (dkim === null) return 'no identity';
    if (dkim.SigningEnabled && dkim.SigningAttributesOrigin === 'AWS_SES') return 'easy';
    const whole = dkim.SigningEnabled && dkim.Status === 'SUCCESS';
    return whole ? dkim.Tokens[0] : JSON.stringify(dkim);
  }

  /** Everything that must not be there in the end. */
  async residue(subject: Subject): Promise<string[]> {
    const scheduler = this.sandbox.service<SchedulerService>('scheduler');
    const found = [
      ...this.mail.problems(subject.domain),
      ...armedSchedules(scheduler, subject.domain).map((name) => `schedule ${name} is left`),
    ];
    const ledger = await this.ledgerOf(subject.domain);
    if (ledger.includes('"lease": {') && JSON.parse(ledger).lease.expiresAt > this.sandbox.clock.now())
      found.push('the lease is held');
    if (ledger !== '' && JSON.parse(ledger).open !== null) found.push('a change is open');
    const texts = [ledger, ...subject.said, JSON.stringify(scheduler.schedules())];
    for (const [selector, key] of Object.entries(subject.keys))
      if (texts.some((text) => leaks(text, key).length > 0))
        found.push(`the private key of ${selector} has leaked`);
    return found;
  }

  /** The calls that a scenario makes as the function's role, in order. */
  async calls(scenario: Scenario, world: World): Promise<Pick<Fault, 'operation' | 'skip'>[]> {
    const subject = await this.subject();
    await scenario.prepare(this, subject);
    this.keepPace(world);
    await scenario.begin?.(this, subject);
    const from = this.sandbox.calls.length;
    await scenario.run(this, subject);
    this.keepPace();
    const seen = new Map<string, number>();
    return this.sandbox.calls
      .slice(from)
      .filter(
        ({ principal, resource, operation }) =>
          principal.type === 'role' && (resource.includes(subject.domain) || operation === 'ListObjectsV2'),
      )
      .map(({ service, operation }) => {
        const name = `${service}:${operation}`;
        const skip = seen.get(name) ?? 0;
        seen.set(name, skip + 1);
        return { operation: name, skip };
      });
  }

  /** @throws Error named as the function's own, when it failed. */
  private async invoke(event: unknown, said: string[]): Promise<any> {
    const { FunctionError, Payload } = await this.sandbox.call('lambda', 'Invoke', {
      FunctionName: 'ses-byodkim',
      Payload: JSON.stringify(event),
    });
    const text = Buffer.from(Payload).toString('utf8');
    said.push(text);
    const answer = JSON.parse(text);
    if (FunctionError) throw Object.assign(new Error(answer.errorMessage), { name: answer.errorType });
    return answer;
  }

  private async ledgerOf(domain: string): Promise<string> {
    try {
      const { Body } = await this.sandbox.call('s3', 'GetObject', {
        Bucket: BUCKET,
        Key: ledgerObject(this.sandbox.region, domain),
      });
      return Buffer.from(Body).toString('utf8');
    } catch {
      return '';
    }
  }
}

const armedSchedules = (scheduler: SchedulerService, domain: string): string[] =>
  scheduler.schedules().flatMap(({ Name }) => (Name.includes(domain) ? [Name] : []));
