import {
  ADVICE_LABEL,
  ledgerObject,
  privateKeyObject,
  recordName,
} from '../../../handlers/contract/contract';
import type { RotationSettings } from '../../../handlers/contract/input/event-schema';
import type { Ledger } from '../../../handlers/ledger/ledger';
import { BUCKET, FakeCloud, type FakeCloudOptions, REGION, type TestKey, testKey } from '../../support/world';

export const DOMAIN = 'example.com';
/** The id of the stack's `Baseline`. */
export const STACK = 'B1';

/** A cloud with an identity that signs with Easy DKIM, and keys for selectors s1 and s2, published. */
export function givenCloud(options: FakeCloudOptions = {}): FakeCloud {
  const cloud = new FakeCloud(options);
  cloud.ses.give(DOMAIN);
  cloud.giveKey(DOMAIN, 's1');
  cloud.giveKey(DOMAIN, 's2');
  return cloud;
}

/** That cloud, and the stack of its domain. */
export function given(options: FakeCloudOptions = {}): { readonly cloud: FakeCloud; readonly stack: Stack } {
  const cloud = givenCloud(options);
  return { cloud, stack: new Stack(cloud) };
}

/** Signs with s1 by t1, which waits for its confirmation. */
export async function signed(): Promise<ReturnType<typeof given>> {
  const made = given();
  await made.stack.signing('t1', 's1');
  return made;
}

/** Signs with s1 by t1, confirmed. */
export async function applied(): Promise<ReturnType<typeof given>> {
  const made = await signed();
  await made.stack.confirmation('t1', 's1');
  return made;
}

type Fields = Record<string, unknown>;

/** The invocations that Terraform makes for the stack of one domain. */
export class Stack {
  constructor(
    private readonly cloud: Pick<FakeCloud, 'invoke'>,
    private readonly fields: Fields = {},
    readonly domain = DOMAIN,
  ) {}

  /** How its keys follow each other, and with whom it shares them. */
  get rotation(): string {
    return JSON.stringify(this.fields.rotation ?? null);
  }

  gate = (transaction: string, selector: string, fields: Fields = {}) =>
    this.create('DnsGate', transaction, selector, fields);
  signing = (transaction: string, selector: string, fields: Fields = {}) =>
    this.create('Signing', transaction, selector, fields);
  confirmation = (transaction: string, selector: string, fields: Fields = {}) =>
    this.create('Confirmation', transaction, selector, fields);

  /** The create of a `Baseline`. */
  claim<T = any>(stack = STACK): Promise<T> {
    return this.cloud.invoke(this.baseline(stack, 'create'));
  }

  /** The delete of a `Baseline`. @param more fields of its input */
  destroy<T = any>(stack = STACK, more: Fields = {}): Promise<T> {
    return this.cloud.invoke(this.baseline(stack, 'delete', more));
  }

  /** Signing and confirmation, as an apply in which everything goes well. */
  async apply(transaction: string, selector: string, fields: Fields = {}): Promise<void> {
    await this.signing(transaction, selector, fields);
    await this.confirmation(transaction, selector, fields);
  }

  /** The token of a plan. @throws the refusal, which the stack's precondition prints */
  async token(selector: string): Promise<string> {
    const event = { resource: 'Inspection', ...this.event('', selector, {}) };
    const { token, refusal } = await this.cloud.invoke(event);
    if (refusal !== undefined) throw new Error(refusal);
    return token;
  }

  create<T = any>(resource: string, transaction: string, selector: string, fields: Fields): Promise<T> {
    const stack = ['Signing', 'Confirmation'].includes(resource) ? { stack: STACK } : {};
    return this.cloud.invoke({ resource, ...stack, ...this.event(transaction, selector, fields) });
  }

  private baseline(id: string, action: 'create' | 'delete', more: Fields = {}) {
    const rotation = this.fields.rotation as RotationSettings | undefined;
    const input = {
      resource: 'Baseline',
      id,
      domain: this.domain,
      ...(rotation?.sharedWith && { rotation }),
      ...more,
    };
    return { ...input, tf: { action, prev_input: action === 'delete' ? input : null } };
  }

  private event(transaction: string, selector: string, fields: Fields) {
    const named = transaction === '' ? {} : { transaction };
    return { ...named, domain: this.domain, selector, ...this.fields, ...fields };
  }
}

/** The old runbook's call. */
export const direct = (cloud: FakeCloud, selector: string, fields: Fields = {}, domain = DOMAIN) =>
  cloud.invoke({ action: 'update_ses_byodkim_automated', domain, selector, ...fields });

/** By version, so that thousands of reads parse each once. */
const read = new WeakMap<object, Ledger>();

export function ledgerOf(cloud: FakeCloud, domain = DOMAIN): Ledger {
  const { keyStoreBucket, region } = cloud.environment;
  const key = ledgerObject(region, domain);
  const version = cloud.s3.object(keyStoreBucket, key);
  const ledger = (version && read.get(version)) ?? cloud.s3.json<Ledger>(keyStoreBucket, key);
  read.set(version!, ledger);
  return ledger;
}

/** Changes the ledger behind everybody's back. */
export function rewriteLedger(cloud: FakeCloud, change: (ledger: Ledger) => Ledger): void {
  const ledger = change(ledgerOf(cloud));
  cloud.s3.write(BUCKET, ledgerObject(REGION, DOMAIN), JSON.stringify({ ...ledger, writeId: 'another' }));
}

/** Cuts the history of the ledger to its last line, in place. @returns whether there was more */
export function cutHistory(cloud: FakeCloud): boolean {
  const { keyStoreBucket, region } = cloud.environment;
  const version = cloud.s3.object(keyStoreBucket, ledgerObject(region, DOMAIN))!;
  const ledger = JSON.parse(Buffer.from(version.body).toString('utf8')) as Ledger;
  const history = ledger.history.slice(-1);
  Object.assign(version, { body: Buffer.from(JSON.stringify({ ...ledger, history })) });
  return ledger.history.length > 1;
}

/** Restores the ledger as it was so many writes ago. @returns `undefined`: there was none */
export function restoreLedger(cloud: FakeCloud, back: number): Ledger | undefined {
  const { keyStoreBucket, region } = cloud.environment;
  const key = ledgerObject(region, DOMAIN);
  const version = cloud.s3.versionsOf(keyStoreBucket, key).at(-1 - back);
  if (version === undefined) return undefined;
  const ledger = { ...(JSON.parse(Buffer.from(version.body).toString('utf8')) as Ledger), lease: null };
  cloud.s3.write(keyStoreBucket, key, JSON.stringify(ledger));
  return ledger;
}

export const events = (cloud: FakeCloud): string[] =>
  ledgerOf(cloud).history.map(({ event, transaction }) => `${event} ${transaction}`);

/** A new key under an existing selector: overwritten in S3, and published. */
export const replaceKey = (cloud: FakeCloud, selector: string, key: TestKey): TestKey =>
  cloud.giveKey(DOMAIN, selector, { key });

export const removeKey = (cloud: FakeCloud, selector: string): void =>
  cloud.s3.remove(BUCKET, privateKeyObject(DOMAIN, selector));

export const unpublish = (cloud: FakeCloud, selector: string): void =>
  cloud.dns.unpublish(recordName(DOMAIN, selector));

export interface Failure {
  readonly code: string;
  readonly message: string;
}

/** The error of an invocation that Terraform made, with what to do, which is in its trace. */
export async function failure(invocation: Promise<unknown>): Promise<Failure> {
  try {
    await invocation;
  } catch (error) {
    const { name, message, stack = '' } = error as Error;
    const [, advice] = stack.split(`\n${ADVICE_LABEL}`);
    return { code: name, message: advice === undefined ? message : `${message} ${advice}` };
  }
  throw new Error('expected a failure');
}

/** Runs something the first time that a call is made, before it takes effect. */
export function beforeCall(cloud: FakeCloud, action: string, run: () => void): void {
  let done = false;
  cloud.calls.latencyMs = (call) => {
    if (!done && call.action === action) {
      done = true;
      run();
    }
    return 0;
  };
}

export const SES_PUT = 'ses:PutEmailIdentityDkimSigningAttributes';
export const SES_FLAG = 'ses:PutEmailIdentityDkimAttributes';
export const SES_GET = 'ses:GetEmailIdentity';

/** Origin, selector, flag and status in one text. */
export function signing(cloud: FakeCloud, domain = DOMAIN): string {
  const state = cloud.ses.state(domain);
  if (state === null) return 'none';
  const { origin, selector, enabled, status } = state;
  return [origin, selector, enabled ? 'on' : 'off', status].filter((part) => part !== undefined).join(' ');
}

/** Lets SES look into DNS. */
export const verify = (cloud: FakeCloud): Promise<void> => cloud.clock.advance(10_000);

/** Expects that SES has that, verified and with its key, and that nothing of ours is left waiting. */
export async function expectEnded(cloud: FakeCloud, state: string, ledger: object = {}): Promise<void> {
  await verify(cloud);
  expect(signing(cloud)).toBe(`${state} SUCCESS`);
  const [selector, key] = [cloud.ses.state(DOMAIN)?.selector, cloud.ses.signingKey(DOMAIN)];
  if (key !== undefined) expect(key).toBe(testKey(selector).publicKey.spki);
  expect(ledgerOf(cloud)).toMatchObject({ open: null, lease: null, ...ledger });
  expect(cloud.scheduler.pending()).toEqual([]);
}

/** A kill of the function's process at a call. */
export const kill = (action: string, when: 'before' | 'after', nth = 1) =>
  ({ action, nth, kind: 'kill', when }) as const;

export const killed = (invocation: Promise<unknown>) => expect(invocation).rejects.toThrow('killed');
