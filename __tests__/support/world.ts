import { withAwsErrors } from '../../handlers/aws/with-aws-errors';
import {
  dnsRecordObject,
  madeKeysObject,
  privateKeyObject,
  recordName,
} from '../../handlers/contract/contract';
import { type Environment, readEnvironment } from '../../handlers/contract/input/environment';
import { parseEvent } from '../../handlers/contract/input/event';
import { Redactor } from '../../handlers/errors/redact';
import { handle } from '../../handlers/handle';
import { dnsRecord } from '../../handlers/keys/state/dns-record';
import type { LogCode } from '../../handlers/words/log';
import type { World, WriteEntry } from '../../handlers/world';
import { Buckets } from './world/buckets';
import { Calls } from './world/calls';
import { DnsZone } from './world/dns-zone';
import { Identities } from './world/identities';
import { Invocation } from './world/invocation';
import { newTestKey, type TestKey, testKey } from './world/keys';
import { EventBus, NoticeBoard } from './world/notice-board';
import { Scheduler } from './world/scheduler';
import { VirtualClock } from './world/virtual-clock';

export { awsFailure, FAILURES } from './world/aws-failure';
export type { Fault } from './world/calls';
export { InvocationEnded } from './world/invocation';
export { newTestKey, type TestKey, testKey } from './world/keys';

export const BUCKET = 'key-store';
export const REGION = 'ap-northeast-1';
export const TOPICS = {
  dns: 'arn:aws:sns:ap-northeast-1:111122223333:dns',
  result: 'arn:aws:sns:ap-northeast-1:111122223333:result',
  audit: 'arn:aws:sns:ap-northeast-1:111122223333:audit',
} as const;

const FUNCTION_ARN = `arn:aws:lambda:${REGION}:111122223333:function:ses-byodkim`;

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly event: LogCode;
  readonly fields: object;
}

export interface FakeCloudOptions {
  /** @default 2025-09-17T10:30:00Z */
  readonly startAt?: number;
  readonly environment?: Partial<Environment>;
  /** Seed of everything random. @default 1 */
  readonly seed?: number;
  /** @default 300, as deployed */
  readonly timeoutSeconds?: number;
  /** Of which it is another region: clock, S3 and DNS are the same. */
  readonly beside?: FakeCloud;
}

/**
 * Everything outside of the handler, in memory: S3, SES, EventBridge Scheduler, SNS, DNS and a clock that jumps.
 *
 *     const cloud = new FakeCloud();
 *     cloud.ses.give('example.com');
 *     cloud.giveKey('example.com', 'selector1');
 *     await cloud.invoke({ action: 'update_ses_byodkim_automated', domain: 'example.com', selector: 'selector1' });
 *
 * Invocations may run at the same time; each can be killed (`cloud.calls.addFault`), and none outlives its timeout.
 */
export class FakeCloud {
  readonly clock: VirtualClock;
  readonly calls = new Calls();
  readonly s3: Buckets;
  readonly dns: DnsZone;
  readonly ses: Identities;
  readonly scheduler = new Scheduler(
    this.calls,
    // As the provider calls: with a qualifier, which the context repeats.
    () => ({
      group: this.environment.scheduleGroup,
      roleArn: this.environment.schedulerRoleArn,
      invokedFunctionArn: `${FUNCTION_ARN}:$LATEST`,
    }),
    FUNCTION_ARN,
  );
  readonly sns = new NoticeBoard(this.calls);
  readonly bus = new EventBus(this.calls);
  readonly log: LogLine[] = [];
  /** Metrics that were published together: name → value. */
  readonly metrics: Readonly<Record<string, number>>[] = [];
  readonly environment: Environment;
  /** How a new private key is made (PEM, PKCS#8). A test may replace it. */
  makePrivateKey: () => Promise<string> = async () => newTestKey().pem;
  private readonly timeoutSeconds: number;
  private readonly random: () => number;
  /** What schedules have sent, and the function has not ended yet. */
  readonly firing = new Set<unknown>();
  /** How many there have been. */
  invocations = 0;
  /** By how much the clock of an invocation's machine is wrong. */
  skewMs: (invocation: number) => number = () => 0;
  private uuids = 0;

  constructor(options: FakeCloudOptions = {}) {
    const { beside } = options;
    this.clock = beside?.clock ?? new VirtualClock(options.startAt ?? Date.parse('2025-09-17T10:30:00.000Z'));
    this.timeoutSeconds = options.timeoutSeconds ?? 300;
    this.random = mulberry32(options.seed ?? 1);
    this.s3 = new Buckets(this.calls, () => this.clock.now(), beside?.s3);
    this.dns = new DnsZone(this.calls, beside?.dns);
    this.environment = {
      ...readEnvironment({}),
      region: REGION,
      keyStoreBucket: BUCKET,
      schedulerRoleArn: 'arn:aws:iam::111122223333:role/scheduler',
      scheduleGroup: 'byodkim',
      // Told here once for all the tests of what is given up; that it is refused otherwise is event.test.ts's.
      allow: JSON.stringify({ irreversible: true }),
      ...options.environment,
    };
    this.ses = new Identities(this.calls, this.dns, this.clock, this.random, this.environment.region);
    this.s3.create(this.environment.keyStoreBucket);
  }

  /**
   * Puts a private key and its DNS information into the key store, and publishes its record.
   * @param isMade whether the function has made it
   */
  giveKey(
    domain: string,
    selector: string,
    {
      key = testKey(selector),
      publish = true,
      dnsInformation = true,
      /** Whether the DNS information has the form that the function writes, as after its `DkimKey`. */
      isDescribed = false,
      isMade = false,
    } = {},
  ): TestKey {
    this.s3.write(BUCKET, privateKeyObject(domain, selector), key.file);
    const described = { format: 1, ...dnsRecord({ domain, selector }, key.publicKey, this.clock.now()) };
    if (dnsInformation)
      this.s3.write(
        BUCKET,
        dnsRecordObject(domain, selector),
        JSON.stringify(isDescribed ? described : { value: key.value }),
      );
    if (publish) this.dns.publish(recordName(domain, selector), key.value);
    if (isMade) this.recordMadeKey(domain, selector, key);
    return key;
  }

  private recordMadeKey(domain: string, selector: string, { publicKey: { fingerprint } }: TestKey): void {
    const object = madeKeysObject(this.environment.region, domain);
    const others = this.s3.object(BUCKET, object) ? this.s3.json(BUCKET, object).keys : [];
    const keys = [...others, { selector, fingerprint, at: '2025-09-17T10:30:00.000Z' }];
    this.s3.write(BUCKET, object, JSON.stringify({ format: 1, keys }));
  }

  /**
   * Invokes the function, and returns its answer or the error that it throws.
   * @throws InvocationEnded when it was killed or ran out of time.
   */
  invoke<T = any>(event: unknown, alias?: string, id?: string): Promise<T> {
    return this.run((world) => handle(world, parseEvent(event, world.environment, alias)), id) as Promise<T>;
  }

  /** Does some work as one invocation of the function. @param id which a repetition has too */
  run<T>(work: (world: World) => Promise<T>, id = `invocation-${this.invocations}`): Promise<T> {
    this.invocations += 1;
    const invocation = new Invocation(
      this.clock,
      this.invocations,
      this.timeoutSeconds,
      this.skewMs(this.invocations),
    );
    return invocation.run(() => work(this.world(invocation, id)));
  }

  /**
   * Lets the schedules that are due invoke the function, as Lambda does: a failed invocation is repeated twice.
   * @returns how each ended, in order.
   */
  async fireDue(): Promise<unknown[]> {
    const ends: unknown[] = [];
    const due = this.scheduler.takeDue(this.clock.now());
    for (const { payload } of due) this.firing.add(payload);
    for (const { payload } of due) {
      ends.push(await this.invokeAsync(payload));
      this.firing.delete(payload);
    }
    return ends;
  }

  /** Passes time until the last schedule has fired; gives up after `limit` firings. */
  async fireAll(limit = 20): Promise<unknown[]> {
    const ends: unknown[] = [];
    for (let next = this.scheduler.pending()[0]; next !== undefined; next = this.scheduler.pending()[0]) {
      if (ends.length >= limit) throw new Error(`schedules keep coming: ${JSON.stringify(next)}`);
      await this.clock.advance(Math.max(0, next.at - this.clock.now()));
      ends.push(...(await this.fireDue()));
    }
    return ends;
  }

  /** An asynchronous invocation: answer or last error, after two repetitions at most. */
  async invokeAsync(event: unknown): Promise<unknown> {
    let failure: unknown;
    const id = `event-${this.invocations}`;
    for (const waitMs of [60_000, 120_000, 0]) {
      try {
        return await this.invoke(event, undefined, id);
      } catch (error) {
        failure = error;
        await this.clock.advance(waitMs);
      }
    }
    return failure;
  }

  private world(invocation: Invocation, id: string): World {
    const redactor = new Redactor();
    const write =
      (level: LogLine['level']): WriteEntry =>
      (event, facts) => {
        this.log.push({ level, event, fields: redactor.redactValue(facts) });
      };
    return {
      clock: invocation.clock,
      random: this.random,
      uuid: () => {
        this.uuids += 1;
        return `00000000-0000-4000-8000-${String(this.uuids).padStart(12, '0')}`;
      },
      invocation: id,
      remainingMs: () => invocation.remainingMs(),
      environment: this.environment,
      log: { info: write('info'), warn: write('warn'), error: write('error') },
      metrics: { count: (values) => void this.metrics.push(values) },
      redactor,
      makePrivateKey: () => this.clock.during(this.makePrivateKey()),
      prove: this.dns.gate(invocation),
      lookUp: (request) => this.dns.lookUp(request),
      services: (_domain, region, clock) =>
        withAwsErrors(
          {
            identities: this.ses.api(invocation, clock, region),
            tenants: this.ses.tenantsApi(invocation, clock, region),
            store: this.s3.store(invocation, clock),
            schedules: this.scheduler.api(invocation, clock),
            topics: this.sns.api(invocation, clock),
            events: this.bus.api(invocation, clock),
          },
          region,
        ),
    };
  }
}

/** A small seeded generator: 0 ≤ n < 1. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
