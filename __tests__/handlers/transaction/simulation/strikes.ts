import type { SigningState } from '../../../../handlers/aws/email-identity';
import type { Clock } from '../../../../handlers/clock';
import type { Ledger } from '../../../../handlers/ledger/ledger';
import { FAILURES, type FakeCloud } from '../../../support/world';
import type { Call } from '../../../support/world/calls';
import type { Invocation } from '../../../support/world/invocation';
import { DOMAIN, SES_PUT } from '../support';
import type { Counters } from './counters';
import type { Mishap } from './mishaps';
import type { Notices } from './notices';

const never = <T>(): Promise<T> => new Promise(() => {});
/** The SDK's own time limit for one attempt, and how many there are. */
const ATTEMPT_MS = 7_000;
const ATTEMPTS = 4;
export const LATE = ' (arrives late)';
export const UNANSWERED = ' (not answered)';

/** A call that a mishap strikes. */
export interface Struck<T> {
  readonly call: Call;
  readonly name: string;
  readonly actor: string;
  readonly invocation: Invocation;
  readonly clock: Clock;
  readonly happens: (more?: string) => Promise<T>;
}

/** The account whose calls are struck. */
export interface Struckable {
  readonly cloud: FakeCloud;
  readonly counters: Counters;
  readonly notices: Notices;
  readonly earlier: readonly { readonly until: number; readonly state: SigningState | null }[];
  readonly working: ReadonlyMap<number, string>;
  readonly background: Promise<unknown>[];
  readonly watch: { readonly runs: number };
  readonly time: number;
  ledger(): Ledger | null;
  note(actor: string, call: string, answer?: unknown): void;
  during<T>(work: () => Promise<T>): Promise<T>;
}

/** Decides what becomes of a call that a mishap strikes. */
export class Strikes {
  /**
   * Called when a Put arrives late of which its sender knows nothing.
   * @param isOver its change is not open any more, or is in the hands of another run
   */
  onLate: (isOver: boolean) => void = () => {};

  constructor(private readonly account: Struckable) {}

  /** What becomes of a call that a mishap strikes. */
  async strike<T>(mishap: Mishap, struck: Struck<T>): Promise<T> {
    const { call, name, actor, invocation, happens } = struck;
    switch (mishap.kind) {
      case 'killed':
        await this.reach(mishap, struck);
        this.account.note(actor, 'is killed');
        invocation.kill('killed');
        return never();
      case 'lost':
        return this.lose(mishap, struck);
      case 'slow': {
        const ms = Math.min(ATTEMPT_MS - 1, mishap.seconds * 1000);
        if (mishap.reaches === 'never') await this.account.cloud.clock.sleep(ms);
        await invocation.whileAlive();
        const answer = await happens(mishap.reaches === 'never' ? ' (slow)' : '');
        if (mishap.reaches !== 'never') await this.account.cloud.clock.sleep(ms);
        return answer;
      }
      case 'stale': {
        const seenAt = this.account.time - Math.min(4_500, mishap.seconds * 1000);
        const old = this.account.earlier.find(({ until }) => until > seenAt);
        if (old === undefined) return happens();
        this.account.note(actor, `${name} (stale)`, { call, answer: old.state });
        if (this.account.working.get(invocation.number) === 'Signing' && this.account.ledger()?.open === null)
          this.account.counters.met('a stale read that would have become the prior state');
        return old.state as T;
      }
      case 'refused':
        this.account.note(actor, `${name} (refused by IAM)`);
        throw FAILURES.denied();
      case 'conflict':
        this.account.note(actor, `${name} (409)`);
        return null as T;
      case 'unknown':
        this.account.note(actor, `${name} (not known yet)`);
        return undefined as T;
      default:
        return happens();
    }
  }

  /** Sends an attempt that nobody answers. */
  private async reach<T>(mishap: Mishap, { call, name, actor, happens }: Struck<T>): Promise<void> {
    if (mishap.reaches === 'at once') await happens(UNANSWERED).catch(() => undefined);
    if (mishap.reaches === 'late') this.arriveLater(mishap, call, () => happens(LATE));
    if (mishap.reaches === 'never') this.account.note(actor, `${name} (does not arrive)`);
  }

  /** Attempts are not answered, and the SDK repeats them, or gives the call up. */
  private async lose<T>(mishap: Mishap, struck: Struck<T>): Promise<T> {
    const { name, actor, invocation, clock, happens } = struck;
    if (mishap.call === 'writes') this.account.notices.mayMiss(invocation.number);
    for (let tries = 1; tries <= mishap.tries; tries += 1) {
      await this.reach(mishap, struck);
      // Half of the time the connection breaks at once.
      if (mishap.seconds >= 7) await this.account.cloud.clock.sleep(ATTEMPT_MS);
      await invocation.whileAlive();
      if (tries === ATTEMPTS) break;
      // If the lease cannot be renewed meanwhile, the SDK throws what came of the last attempt, which has no HTTP status.
      await clock.sleep(300).catch(() => {
        throw noAnswer();
      });
    }
    if (mishap.tries < ATTEMPTS) return happens(' (repeated)');
    this.account.note(actor, `${name} is given up`);
    throw noAnswer();
  }

  private arriveLater({ seconds, tries }: Mishap, { action }: Call, arrive: () => Promise<unknown>): void {
    const sent = this.account.ledger()?.open;
    const runs = this.account.watch.runs;
    const arrival = async () => {
      await this.account.cloud.clock.sleep(seconds * 1000);
      const isClosed = this.account.ledger()?.open?.startedAt !== sent?.startedAt;
      // The rollback of its change is done, and not recorded yet.
      const isUndone =
        tries < ATTEMPTS && this.account.cloud.ses.state(DOMAIN)?.selector !== sent?.wanted.selector;
      await arrive();
      // The SDK does not tell of an attempt that it has repeated; of one that was given up the sender knows.
      const isElsewhere = this.account.watch.runs > runs;
      if (isClosed && action === SES_PUT && sent?.transaction.startsWith('heal-'))
        this.account.counters.met('a late Put after its rollback, while healing');
      if (action.startsWith('ses:') && (isElsewhere || tries < ATTEMPTS))
        this.onLate(isElsewhere || isClosed || isUndone);
    };
    this.account.background.push(this.account.during(arrival).catch(() => undefined));
  }
}

const noAnswer = (): Error =>
  Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' });
