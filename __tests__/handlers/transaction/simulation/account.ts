import type { SigningState } from '../../../../handlers/aws/email-identity';
import type { Clock } from '../../../../handlers/clock';
import { ledgerObject, type ResultEvent } from '../../../../handlers/contract/contract';
import type { Ledger } from '../../../../handlers/ledger/ledger';
import { FakeCloud, type FakeCloudOptions, TOPICS } from '../../../support/world';
import type { Call } from '../../../support/world/calls';
import type { Invocation } from '../../../support/world/invocation';
import { DOMAIN, restoreLedger } from '../support';
import type { Counters } from './counters';
import { type Mishap, Mishaps } from './mishaps';
import { Notices } from './notices';
import { Strikes } from './strikes';
import { answersIn, formatTable, ledgerLine, parsed, type Row } from './table';
import type { Scheduler } from './turns';
import { Watch } from './watch';

export interface AccountOptions {
  readonly scheduler: Scheduler;
  readonly mishaps: readonly Mishap[];
  /** By invocation, in turn. */
  readonly skewSeconds: readonly number[];
  readonly cutsHistory: boolean;
  readonly counters: Counters;
  /** Of which it is another region: time, S3, DNS and the table are the same. */
  readonly beside?: Account | undefined;
  readonly environment?: FakeCloudOptions['environment'];
}

/**
 * An account in which several invocations run at the same time. Each call is a point at which the scheduler decides who goes
 * on; a mishap decides what becomes of the call.
 */
export class Account {
  readonly cloud: FakeCloud;
  readonly rows: Row[];
  /** What must never happen, and did. */
  readonly problems = new Set<string>();
  /** Payloads of schedules that have fired or were removed: each may fire once more. */
  readonly strays: unknown[] = [];
  /** Armings that were sent to the function, and have not ended. */
  readonly firing: number[] = [];
  readonly notices = new Notices();
  readonly watch = new Watch(this);
  readonly strikes = new Strikes(this);
  readonly ledgerPlace: { readonly bucket: string; readonly key: string };
  private mishaps: Mishaps;
  private readonly actors = new Map<number, string>();
  /** SES as it was until then. */
  readonly earlier: { readonly until: number; readonly state: SigningState | null }[] = [];

  constructor(private readonly options: AccountOptions) {
    this.mishaps = new Mishaps(options.mishaps);
    const { skewSeconds, beside, environment } = options;
    this.rows = beside?.rows ?? [];
    this.cloud = new FakeCloud({
      environment: { resultTopicArn: TOPICS.result, ...environment },
      ...(beside && { beside: beside.cloud }),
    });
    const { keyStoreBucket: bucket, region } = this.cloud.environment;
    this.ledgerPlace = { bucket, key: ledgerObject(region, DOMAIN) };
    this.cloud.skewMs = (number) => (skewSeconds[number % Math.max(1, skewSeconds.length)] ?? 0) * 1000;
    this.cloud.calls.carryOut = (call, effect, { invocation, clock }) =>
      this.carryOut(call, effect, invocation, clock);
  }

  get cutsHistory(): boolean {
    return this.options.cutsHistory;
  }

  get counters(): Counters {
    return this.options.counters;
  }

  /** Before the actors of another region. */
  private get prefix(): string {
    return this.options.beside ? `${this.cloud.environment.region} ` : '';
  }

  get time(): number {
    return this.cloud.clock.now();
  }

  /** From now on nothing goes wrong. */
  calm(): void {
    this.mishaps = new Mishaps([]);
    this.cloud.skewMs = () => 0;
  }

  strikeNext(...next: Parameters<Mishaps['strikeNext']>): void {
    this.mishaps.strikeNext(...next);
  }

  nameOf(invocation: number): string {
    return this.actors.get(invocation) ?? `#${invocation}`;
  }

  note(actor: string, call: string, answer: unknown = ''): void {
    this.rows.push({ at: this.time, actor: this.prefix + actor, call, answer });
  }

  /** Invocations that have not ended, and calls that have not arrived. */
  private atWork = 0;

  get isQuiet(): boolean {
    return this.atWork === 0;
  }

  async during<T>(work: () => Promise<T>): Promise<T> {
    this.atWork += 1;
    try {
      return await work();
    } finally {
      this.atWork -= 1;
    }
  }

  /** Invokes the function on behalf of an actor. */
  invoke(actor: string, event: unknown): Promise<any> {
    return this.during(() => this.invokeNow(actor, event));
  }

  private async invokeNow(actor: string, event: unknown): Promise<any> {
    const number = this.cloud.invocations + 1;
    this.actors.set(number, `${actor} #${number}`);
    const { resource, action, tf, transaction, confirmTimeoutMinutes } = event as any;
    if (confirmTimeoutMinutes === 0) this.unlimited.add(transaction);
    const name = [resource ?? action, tf?.action, transaction].filter(Boolean).join(' ');
    this.note(actor, `-> ${name}`);
    this.count(resource ?? action, tf?.action, (event as { id?: string }).id);
    this.working.set(number, resource ?? action);
    try {
      const answer = await this.cloud.invoke(event);
      this.note(actor, `<- ${name}`, answer);
      return answer;
    } catch (error) {
      if (isReportedElsewhere(error as Error)) this.notices.mayMiss(number);
      if (action === 'remove' && this.ledger()?.open?.destroys)
        this.counters.met('a removal that is cut off');
      if (UNDOING.includes(resource ?? action) && /took over/.test((error as Error).message))
        this.counters.met('a lease lost in the middle of a rollback');
      this.note(actor, `<- ${name}`, error);
      throw error;
    } finally {
      this.working.delete(number);
    }
  }

  /** Attempts that nothing reverts, since they were asked for so. */
  private readonly unlimited = new Set<string>();

  /** Whether the open change waits for its confirmation for ever. */
  get isUnlimited(): boolean {
    const open = this.ledger()?.open;
    return open != null && this.unlimited.has(open.transaction);
  }

  /** What each invocation that has not ended does. */
  readonly working = new Map<number, string>();

  /** Notes what is met when the function is invoked. */
  private count(what: string, tf: string | undefined, id: string | undefined): void {
    const { open, owner } = this.ledger() ?? {};
    if (
      what === 'revert_unconfirmed' &&
      [...this.working.values()].includes('Signing') &&
      open?.state === 'opening'
    )
      this.counters.met('a revert that fires while an apply waits for SES');
    if (what === 'remove' && [...this.working.values()].includes('Signing'))
      this.counters.met('a removal beside a Signing');
    if (tf === 'delete' && [...this.working.values()].includes('Signing'))
      this.counters.met('a Signing that outlives its stack');
    if (tf !== 'delete' || !open) return;
    if (open.state === 'undoing') this.counters.met('a destroy while a change is undone');
    if (owner?.stack === id && open.owner !== null && open.owner.stack !== id)
      this.counters.met('a destroy of a stack that another one takes over');
  }

  /** Invokes the function as a client does that repeats a call whose connection broke, or gives it up. */
  async send(actor: string, event: unknown): Promise<any> {
    const mishap = this.mishaps.of(`lambda:Invoke ${(event as any).resource}`, this.time);
    if (mishap === undefined) return this.invoke(actor, event);
    const first = this.invoke(actor, event);
    first.catch(() => undefined);
    this.background.push(first);
    const pause = async (): Promise<void> => {
      if (mishap.seconds > 4) await this.cloud.clock.sleep(mishap.seconds * 1000);
    };
    // The repeated call has not arrived yet.
    if (mishap.kind === 'twice')
      return this.during(async () => {
        await pause();
        return this.invoke(`${actor}, again`, event);
      });
    await pause();
    if (mishap.reaches === 'late') await first.catch(() => undefined);
    this.note(actor, 'lost the answer');
    throw new Error('the connection was lost');
  }

  /** Invocations whose caller does not wait any more. */
  readonly background: Promise<unknown>[] = [];

  ledger(): Ledger | null {
    const version = this.cloud.s3.object(this.ledgerPlace.bucket, this.ledgerPlace.key);
    return version === undefined ? null : parsed(version.body);
  }

  /** @returns whether there was such a version */
  restoreLedger(back: number): boolean {
    const ledger = restoreLedger(this.cloud, back);
    if (ledger) this.watch.forgets(ledger);
    if (ledger) this.note('person', `restores the ledger of ${back} writes ago: ${ledgerLine(ledger)}`);
    return ledger !== undefined;
  }

  private async carryOut<T>(
    call: Call,
    effect: () => T | Promise<T>,
    invocation: Invocation,
    clock: Clock,
  ): Promise<T> {
    if (/^(sns|events):/.test(call.action)) return this.notify(invocation.number, effect);
    const { scheduler } = this.options;
    const actor = this.nameOf(invocation.number);
    await this.cloud.clock.during(scheduler.schedule(Promise.resolve(), this.prefix + actor));
    await invocation.whileAlive();
    const mishap = this.mishaps.of(call.action, this.time);
    const name = `${call.action} ${call.resource.replace(`s3://${this.ledgerPlace.bucket}/`, '')}`;
    const happens = async (more = ''): Promise<T> => {
      const before = this.cloud.ses.state(DOMAIN);
      try {
        const answer = await effect();
        this.note(actor, name + more, { call, answer });
        this.watch.look(call, before, answer, more);
        return answer;
      } catch (error) {
        this.note(actor, name + more, error);
        throw error;
      }
    };
    return mishap === undefined
      ? happens()
      : this.strikes.strike(mishap, { call, name, actor, invocation, clock, happens });
  }

  private notify<T>(invocation: number, effect: () => T | Promise<T>): T | Promise<T> {
    const { put } = this.cloud.bus;
    const known = put.length;
    const answer = effect();
    const details = put.slice(known).map(({ detail }) => detail as ResultEvent);
    this.notices.hasSent(
      invocation,
      details.flatMap(({ kind, state }) => (kind === undefined ? [] : [state])),
    );
    return answer;
  }

  /** Whether a firing of this arming is still to come, or at work. */
  isArmed(arming: number | undefined): boolean {
    const pending = this.cloud.scheduler.pending().map(({ payload }) => (payload as any).arming);
    return arming !== undefined && [...pending, ...this.firing].includes(arming);
  }

  answers(): unknown[] {
    return answersIn(this.rows);
  }

  table(): string {
    return formatTable(this.rows);
  }
}

/** Invocations that roll back. */
const UNDOING: readonly string[] = ['revert_unconfirmed', 'revert', 'Baseline'];

/**
 * Whether a run was killed, or another one took it over: that one reports how its change ended. If it was killed after its last
 * write, nothing reports a rollback that ended well; the audit reports what is wrong in SES.
 */
const isReportedElsewhere = ({ name, message }: Error): boolean =>
  name === 'InvocationEnded' || (name === 'CONCURRENT_UPDATE' && message.includes(' took over '));
