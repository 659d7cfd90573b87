import type { SigningState } from '../../../../handlers/aws/email-identity';
import type { Clock } from '../../../../handlers/clock';
import { ledgerObject, type ResultEvent, s3Uri } from '../../../../handlers/contract/contract';
import { emptyLedger, type Ledger } from '../../../../handlers/ledger/ledger';
import { isStep, type LedgerEvent, stateOf } from '../../../../handlers/ledger/states';
import { FAILURES, FakeCloud, type FakeCloudOptions, TOPICS } from '../../../support/world';
import type { Call } from '../../../support/world/calls';
import type { Invocation } from '../../../support/world/invocation';
import { cutHistory, DOMAIN, restoreLedger, SES_PUT } from '../support';
import type { Counters } from './counters';
import { type Mishap, Mishaps } from './mishaps';
import { Notices } from './notices';
import { answersIn, formatTable, ledgerLine, parsed, type Row } from './table';
import type { Scheduler } from './turns';

const never = <T>(): Promise<T> => new Promise(() => {});
/** The SDK's own time limit for one attempt, and how many there are. */
const ATTEMPT_MS = 7_000;
const ATTEMPTS = 4;
const LATE = ' (arrives late)';
const UNANSWERED = ' (not answered)';

/** A call that a mishap strikes. */
interface Struck<T> {
  readonly call: Call;
  readonly name: string;
  readonly actor: string;
  readonly invocation: Invocation;
  readonly clock: Clock;
  readonly happens: (more?: string) => Promise<T>;
}

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
  /**
   * Called when a Put arrives late of which its sender knows nothing.
   * @param isOver its change is not open any more, or is in the hands of another run
   */
  onLate: (isOver: boolean) => void = () => {};
  /** Called when a person has confirmed a change: that which is open then. */
  onConfirmed: (selector: string) => void = () => {};
  /** Whether SES may have signed with a selector before any stack. */
  maySignBefore: (selector: string) => boolean = () => true;
  /** Called after each call that may change what becomes of mail. */
  onChange: () => void = () => {};
  readonly notices = new Notices();
  /** Whether the baseline of the last transaction cannot be restored: SES had given it up, and its record is gone. */
  isBaselineSpent = false;
  /** Whether the prior state of the last change cannot be restored, for the same reason. */
  isPriorSpent = false;
  /** The last event of the ledger that changed something in SES. */
  lastChange: LedgerEvent | undefined;
  /** The ledger as it was written last; before that, as it was before writes of which nobody has heard. */
  private written: readonly Ledger[];
  private readonly ledgerPlace: { readonly bucket: string; readonly key: string };
  private mishaps: Mishaps;
  private readonly actors = new Map<number, string>();
  /** The invocation behind each holder of the lease. */
  private readonly holders = new Map<string, number>();
  /** What each invocation has proved in DNS. */
  private readonly proved = new Set<string>();
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
    this.written = [emptyLedger(DOMAIN, region)];
    this.cloud.skewMs = (number) => (skewSeconds[number % Math.max(1, skewSeconds.length)] ?? 0) * 1000;
    this.cloud.calls.carryOut = (call, effect, { invocation, clock }) =>
      this.carryOut(call, effect, invocation, clock);
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

  note(actor: string, call: string, answer: unknown = ''): void {
    this.rows.push({ at: this.time, actor: this.prefix + actor, call, answer });
  }

  /** Invocations that have not ended, and calls that have not arrived. */
  private atWork = 0;

  get isQuiet(): boolean {
    return this.atWork === 0;
  }

  private async during<T>(work: () => Promise<T>): Promise<T> {
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
      if ((error as Error).name === 'InvocationEnded') this.notices.mayMiss(number);
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
  private readonly working = new Map<number, string>();

  /** Notes what is met when the function is invoked. */
  private count(what: string, tf: string | undefined, id: string | undefined): void {
    const { open, owner } = this.ledger() ?? {};
    if (
      what === 'revert_unconfirmed' &&
      [...this.working.values()].includes('Signing') &&
      open?.state === 'opening'
    )
      this.counters.met('a revert that fires while an apply waits for SES');
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
    if (mishap.seconds > 4) await this.cloud.clock.sleep(mishap.seconds * 1000);
    if (mishap.kind === 'twice') return this.invoke(`${actor}, again`, event);
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
    if (ledger) this.written = [ledger];
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
    const actor = this.actors.get(invocation.number) ?? `#${invocation.number}`;
    await this.cloud.clock.during(scheduler.schedule(Promise.resolve(), this.prefix + actor));
    await invocation.whileAlive();
    const mishap = this.mishaps.of(call.action, this.time);
    const name = `${call.action} ${call.resource.replace(`s3://${this.ledgerPlace.bucket}/`, '')}`;
    const happens = async (more = ''): Promise<T> => {
      const before = this.cloud.ses.state(DOMAIN);
      try {
        const answer = await effect();
        this.note(actor, name + more, { call, answer });
        this.look(call, before, answer, more);
        return answer;
      } catch (error) {
        this.note(actor, name + more, error);
        throw error;
      }
    };
    return mishap === undefined
      ? happens()
      : this.strike(mishap, { call, name, actor, invocation, clock, happens });
  }

  /** What becomes of a call that a mishap strikes. */
  private async strike<T>(mishap: Mishap, struck: Struck<T>): Promise<T> {
    const { call, name, actor, invocation, happens } = struck;
    switch (mishap.kind) {
      case 'killed':
        await this.reach(mishap, struck);
        this.note(actor, 'is killed');
        invocation.kill('killed');
        return never();
      case 'lost':
        return this.lose(mishap, struck);
      case 'slow': {
        const ms = Math.min(ATTEMPT_MS - 1, mishap.seconds * 1000);
        if (mishap.reaches === 'never') await this.cloud.clock.sleep(ms);
        await invocation.whileAlive();
        const answer = await happens(mishap.reaches === 'never' ? ' (slow)' : '');
        if (mishap.reaches !== 'never') await this.cloud.clock.sleep(ms);
        return answer;
      }
      case 'stale': {
        const seenAt = this.time - Math.min(4_500, mishap.seconds * 1000);
        const old = this.earlier.find(({ until }) => until > seenAt);
        if (old === undefined) return happens();
        this.note(actor, `${name} (stale)`, { call, answer: old.state });
        if (this.working.get(invocation.number) === 'Signing' && this.ledger()?.open === null)
          this.counters.met('a stale read that would have become the prior state');
        return old.state as T;
      }
      case 'refused':
        this.note(actor, `${name} (refused by IAM)`);
        throw FAILURES.denied();
      case 'conflict':
        this.note(actor, `${name} (409)`);
        return null as T;
      case 'unknown':
        this.note(actor, `${name} (not known yet)`);
        return undefined as T;
      default:
        return happens();
    }
  }

  /** Sends an attempt that nobody answers. */
  private async reach<T>(mishap: Mishap, { call, name, actor, happens }: Struck<T>): Promise<void> {
    if (mishap.reaches === 'at once') await happens(UNANSWERED).catch(() => undefined);
    if (mishap.reaches === 'late') this.arriveLater(mishap, call, () => happens(LATE));
    if (mishap.reaches === 'never') this.note(actor, `${name} (does not arrive)`);
  }

  /** Attempts are not answered, and the SDK repeats them, or gives the call up. */
  private async lose<T>(mishap: Mishap, struck: Struck<T>): Promise<T> {
    const { name, actor, invocation, clock, happens } = struck;
    if (mishap.call === 'writes') this.notices.mayMiss(invocation.number);
    for (let tries = 1; tries <= mishap.tries; tries += 1) {
      await this.reach(mishap, struck);
      // Half of the time the connection breaks at once.
      if (mishap.seconds >= 7) await this.cloud.clock.sleep(ATTEMPT_MS);
      await invocation.whileAlive();
      if (tries === ATTEMPTS) break;
      // If the lease cannot be renewed meanwhile, the SDK throws what came of the last attempt, which has no HTTP status.
      await clock.sleep(300).catch(() => {
        throw noAnswer();
      });
    }
    if (mishap.tries < ATTEMPTS) return happens(' (repeated)');
    this.note(actor, `${name} is given up`);
    throw noAnswer();
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

  private arriveLater({ seconds, tries }: Mishap, { action }: Call, arrive: () => Promise<unknown>): void {
    const sent = this.ledger()?.open;
    const runs = this.holders.size;
    const arrival = async () => {
      await this.cloud.clock.sleep(seconds * 1000);
      const isClosed = this.ledger()?.open?.startedAt !== sent?.startedAt;
      // The rollback of its change is done, and not recorded yet.
      const isUndone = tries < ATTEMPTS && this.cloud.ses.state(DOMAIN)?.selector !== sent?.wanted.selector;
      await arrive();
      // The SDK does not tell of an attempt that it has repeated; of one that was given up the sender knows.
      const isElsewhere = this.holders.size > runs;
      if (isClosed && action === SES_PUT && sent?.transaction.startsWith('heal-'))
        this.counters.met('a late Put after its rollback, while healing');
      if (action.startsWith('ses:') && (isElsewhere || tries < ATTEMPTS))
        this.onLate(isElsewhere || isClosed || isUndone);
    };
    this.background.push(this.during(arrival).catch(() => undefined));
  }

  /** Looks at what a call has done. */
  private look(
    { action, resource, invocation }: Call,
    before: SigningState | null,
    answer: unknown,
    more: string,
  ): void {
    // Its sender may still wait for it.
    const isInTime = more !== LATE;
    if (action === 'dns:Prove' && (answer as { ready: boolean }).ready)
      this.proved.add(`${invocation} ${resource.split('.')[0]}`);
    if (action === 's3:PutObject' && resource === s3Uri(this.ledgerPlace) && answer !== null) {
      const { lease } = this.lookAtLedger(invocation, ![LATE, UNANSWERED].includes(more));
      if (lease && !this.holders.has(lease.holder)) this.holders.set(lease.holder, invocation);
    }
    if (isInTime && /^(ses:Put|s3:Put|scheduler:)/.test(action)) this.onChange();
    if (action.startsWith('ses:Put')) {
      this.notices.hasWritten(invocation);
      this.earlier.push({ until: this.time, state: before });
      if (isInTime) this.lookAtWrite(invocation, action);
    }
  }

  /** Every write of the ledger is a step of the table of states, or takes back one whose answer was lost. */
  private lookAtLedger(invocation: number, isAnswered: boolean): Ledger {
    const before = this.written.at(-1)!;
    const ledger = this.ledger()!;
    if (ledger.baseline) this.isBaselineSpent = ledger.baseline.restoration.kind === 'disable';
    if (ledger.open) this.isPriorSpent = ledger.open.previous.restoration.kind === 'disable';
    this.lookAtBaseline(ledger);
    const from = this.written.findLast((earlier) => isStep(earlier, ledger));
    this.written = isAnswered ? [ledger] : [...this.written, ledger];
    const { event, at } = ledger.last ?? {};
    const isNew = event !== before.last?.event || at !== before.last?.at;
    if (from === undefined)
      this.problems.add(
        `no step of the table: ${stateOf(before)}, ${isNew ? event : 'none'}, ${stateOf(ledger)}`,
      );
    if (event !== undefined && isNew) {
      this.notices.hasRecorded(
        invocation,
        event,
        /^(schedule|stray)/.test(this.actors.get(invocation) ?? ''),
      );
      // An owner that is confirmed with nothing open changes nothing.
      const isOfSes = !UNCHANGED.includes(event) && !(event === 'confirmed' && before.open === null);
      if (isOfSes) this.lastChange = event;
    }
    const isByHand = this.actors.get(invocation)?.startsWith('by hand') === true;
    if (event === 'confirmed' && isNew && isByHand)
      this.onConfirmed((ledger.open?.wanted ?? ledger.inForce!).selector);
    if (event !== undefined && isNew) this.counters.stepped(stateOf(from ?? before), event, stateOf(ledger));
    if (this.options.cutsHistory && cutHistory(this.cloud)) this.counters.met('a history that was cut');
    return ledger;
  }

  /** A baseline is what was before: never what the function itself has set. */
  private lookAtBaseline({ baseline }: Ledger): void {
    const before = baseline?.restoration;
    if (before?.kind !== 'byodkim' || this.maySignBefore(before.selector)) return;
    this.problems.add(`${before.selector} became the baseline, and the function has set it`);
  }

  /** What must hold whenever SES is written by a run that is alive. */
  private lookAtWrite(invocation: number, action: string): void {
    const { open, baseline, lease } = this.ledger()!;
    const holder = lease === null ? undefined : this.holders.get(lease.holder);
    if (holder !== invocation)
      this.problems.add(
        `#${invocation} writes SES, and the lease is ${holder ? `#${holder}'s` : 'nobody’s'}`,
      );
    const { selector } = this.cloud.ses.state(DOMAIN)!;
    if (selector === undefined || action !== SES_PUT) return;
    const restores = [open?.previous, baseline].some(
      (state) => state?.restoration.kind === 'byodkim' && state.restoration.selector === selector,
    );
    if (restores) return;
    if (open?.wanted.selector !== selector)
      this.problems.add(`${selector} is set, and no change of it is open`);
    else if (!this.isArmed(open.armed?.number) && !this.isUnlimited)
      this.problems.add(`${selector} is set, and nothing reverts it`);
    if (!this.proved.has(`${invocation} ${selector}`))
      this.problems.add(`${selector} is set, and #${invocation} has not proved it in DNS`);
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

const noAnswer = (): Error =>
  Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });

/** Invocations that roll back. */
const UNDOING: readonly string[] = ['revert_unconfirmed', 'revert', 'Baseline'];

/** Events that change nothing in SES. */
const UNCHANGED: readonly LedgerEvent[] = ['opened', 'failed', 'rollback-failed', 'released'];
