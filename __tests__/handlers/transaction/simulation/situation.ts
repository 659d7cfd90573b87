import { Terraform } from '../../../support/terraform';
import { testKey } from '../../../support/world';
import { DOMAIN, Stack } from '../support';
import { Account, type AccountOptions } from './account';
import type { Counters } from './counters';
import { Expectation, signerOf, signs, stateOf } from './expectation';
import { HeldKeys } from './held-keys';
import { ALL, BY_HAND, type Pace, type Schedule } from './schedule';
import type { Scheduler } from './turns';

/**
 * Why more may have happened than is known. Lost state: two runs of the engine had the state at the same time, so one of
 * them lost its own; or a person restored an earlier one. Second state: another state of the engine has the domain as well.
 * Restored ledger: a person restored an earlier one.
 */
export type Doubt = 'lost state' | 'second state' | 'restored ledger';
/** What the engine has may not be what was done last. */
export const OF_THE_ENGINE: readonly Doubt[] = ['lost state', 'second state'];

/** Where, beside another region, and what its stack sends with each event. */
export type Region = Pick<AccountOptions, 'beside' | 'environment'> & {
  readonly fields?: Record<string, unknown>;
  /** Whether the engine of the home removes the records, and not the DNS team. @default false */
  readonly isShared?: boolean;
};

/** One domain: its account, its engines, and what is known of all that has happened to it. */
export class Situation {
  readonly account: Account;
  /** The state of the one stack; each apply and destroy is a run of its own. */
  readonly terraform: Terraform;
  /** Another state of the same domain. */
  readonly elsewhere: Terraform;
  readonly keys: HeldKeys;
  readonly expected: Expectation;
  /** What direct calls have asked for. */
  readonly setOutside = new Set<string>();
  /** Until a new attempt is done. */
  private readonly doubts = new Set<Doubt>();
  /** All that there ever were: an earlier ledger never learns of the stacks that were created after it. */
  private readonly everDoubted = new Set<Doubt>();
  hasPerson = false;
  /** When a person, a late Put or SES itself has changed it last. */
  othersAt = Number.NEGATIVE_INFINITY;
  /** SES has given up what was done, or a late Put has made it verify anew. */
  mayBeUnverified = false;
  /** A Put has arrived late. */
  isLate = false;
  /** Whether somebody other than this project may remove the records with which SES signs. */
  mayLoseRecords: boolean;

  constructor(
    readonly schedule: Schedule,
    scheduler: Scheduler,
    counters: Counters,
    { fields, isShared = false, ...region }: Region = {},
  ) {
    this.mayLoseRecords = !isShared;
    const { start, mishaps, skewSeconds, cutsHistory } = schedule;
    this.account = new Account({ scheduler, mishaps, skewSeconds, cutsHistory, counters, ...region });
    const invoke = (event: unknown) => this.account.send('terraform', event);
    const stack = new Stack({ invoke }, { heal: true, ...fields });
    this.terraform = new Terraform(stack);
    this.elsewhere = new Terraform(stack, { attempts: 0, baselines: 0 }, 'other-');
    this.keys = new HeldKeys(this.cloud);
    if (!region.beside)
      for (const selector of ALL) this.cloud.giveKey(DOMAIN, selector, { isDescribed: true });
    this.set(start);
    this.expected = new Expectation(start);
    this.keepPace(schedule.pace);
    this.account.watch.maySignBefore = (selector) => this.mayBeBaseline(selector);
    this.account.watch.onConfirmed = (selector) => this.expected.mayHave(signs(selector));
    this.account.watch.onSpent = () => {
      if (this.state.endsWith(' off')) this.expectSpent();
    };
    this.account.strikes.onLate = (isOver) => {
      this.mayBeUnverified = true;
      this.isLate = true;
      if (!isOver) return;
      this.othersAt = this.account.time;
      // It cannot be prevented: a plan shows it at once, the audit within a day, and the next apply sets it right.
      this.expectLate(this.state);
      // SES verifies what has arrived, and may give it up. A destroy that is at work may switch it off, as signing was before.
      if (schedule.pace.switchesOff || this.expected.mayBeSwitchedOff)
        this.expectLate(`${signerOf(this.state)} off`);
    };
  }

  /** What SES had given up, and cannot verify again, is not restored: signing stays off. */
  expectSpent(): void {
    this.account.counters.excused('a spent state');
    // The next change takes it as its prior state.
    this.expected.maySetByOthers(this.state);
    // Nothing signs with it, so SES need not have verified it.
    this.mayBeUnverified = true;
  }

  /** What this project has set for a stack never becomes what a destroy leads to. */
  expectLate(state: string): void {
    const { selector } = this.cloud.ses.state(DOMAIN) ?? {};
    if (selector === undefined || this.mayBeBaseline(selector)) this.expected.maySetByOthers(state);
    else this.expected.mayArriveLate(state);
  }

  /** The function sets these only for stacks, unless a direct call asks, or somebody was told that one of them stays. */
  mayBeBaseline(selector: string): boolean {
    const isSetOutside = this.setOutside.has(selector) || this.schedule.start === signs(selector);
    return selector === BY_HAND || isSetOutside || this.wasEver('restored ledger') || this.timesTold > 0;
  }

  get cloud() {
    return this.account.cloud;
  }

  get state(): string {
    return stateOf(this.cloud.ses.state(DOMAIN));
  }

  get isOpen(): boolean {
    return this.account.ledger()?.open != null;
  }

  get hasDoubts(): boolean {
    return this.doubts.size > 0;
  }

  doubt(why: Doubt): void {
    this.doubts.add(why);
    this.everDoubted.add(why);
  }

  endDoubts(): void {
    this.doubts.clear();
  }

  /** Whether there ever was such a doubt. */
  wasEver(...doubts: readonly Doubt[]): boolean {
    return doubts.some((doubt) => this.everDoubted.has(doubt));
  }

  isDoubtful(...doubts: readonly Doubt[]): boolean {
    return doubts.some((doubt) => this.doubts.has(doubt));
  }

  keepPace(pace: Pace): void {
    Object.assign(this.cloud.ses, pace);
  }

  get isVerified(): boolean {
    return this.cloud.ses.state(DOMAIN)?.status === 'SUCCESS';
  }

  /** How many times a notice has said that a destroy did not roll back. */
  get timesTold(): number {
    return this.cloud.sns.published.filter(({ subject }) => subject.startsWith('DKIM not rolled back'))
      .length;
  }

  set(state: string): void {
    const selector = /^EXTERNAL (\S+)/.exec(state)?.[1];
    this.cloud.ses.give(DOMAIN, {
      origin: state.split(' ')[0]!,
      enabled: state.endsWith(' on'),
      ...(selector !== undefined && { selector, spki: testKey(selector).publicKey.spki }),
    });
  }
}
