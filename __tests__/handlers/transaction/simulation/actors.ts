import { recordName } from '../../../../handlers/contract/contract';
import type { FindingCode } from '../../../../handlers/facts/findings';
import { type Stage, Terraform } from '../../../support/terraform';
import { testKey } from '../../../support/world';
import { DOMAIN, Stack } from '../support';
import { Account, type AccountOptions } from './account';
import type { Counters } from './counters';
import { Expectation, NO_IDENTITY, signerOf, signs, stateOf } from './expectation';
import { HeldKeys } from './held-keys';
import { type Action, ALL, type Apply, BY_HAND, type Pace, type Schedule, type Settings } from './schedule';
import type { Scheduler } from './turns';

const REVERT = { action: 'revert', domain: DOMAIN };
export const AUDIT = { action: 'audit', scheduled: true };

/**
 * Why more may have happened than is known. Lost state: two runs of the engine had the state at the same time, so one of
 * them lost its own; or a person restored an earlier one. Second state: another state of the engine has the domain as well.
 * Restored ledger: a person restored an earlier one.
 */
type Doubt = 'lost state' | 'second state' | 'restored ledger';
/** What the engine has may not be what was done last. */
const OF_THE_ENGINE: readonly Doubt[] = ['lost state', 'second state'];
/** Where, beside another region, and what its stack sends with each event. */
export type Region = Pick<AccountOptions, 'beside' | 'environment'> & {
  readonly fields?: Record<string, unknown>;
};

/** A read may be so much older than what it shows. */
const STALE_MS = 5_000;

/** SES does not verify, and the SDK repeats a Put whose first attempt arrives later. */
const IN_VAIN: Pace = { verifySeconds: 2, ending: 'fails', switchesOff: false };
const LATE_PUT = { call: 'sets', kind: 'lost', reaches: 'late', tries: 1, seconds: 45 } as const;

/** A write that reaches S3, and whose answers are all lost. */
const OPENING = { call: 'writes', kind: 'lost', reaches: 'at once', tries: 4, seconds: 1 } as const;

/** What an audit finds where SES does not have what is in force. */
const IN_FORCE: readonly FindingCode[] = ['DRIFT', 'SIGNING_OFF', 'NOT_VERIFIED', 'IDENTITY_MISSING'];

type Destroy = Extract<Action, { does: 'destroy' }>;

/** Plays what the actors of a schedule do, and what follows from it for what SES may have. */
export class Actors {
  readonly account: Account;
  /** The state of the one stack; each apply and destroy is a run of its own. */
  readonly terraform: Terraform;
  /** Another state of the same domain. */
  readonly elsewhere: Terraform;
  readonly keys: HeldKeys;
  readonly expected: Expectation;
  /** The states of the engine, as each run has left it. */
  private readonly states: Terraform['state'][] = [];
  /** What direct calls have asked for. */
  private readonly setOutside = new Set<string>();
  /** Selectors that signed one after the other since the last destroy. */
  private readonly rotations = new Set<string>();
  private readonly doubts = new Set<Doubt>();
  hasPerson = false;
  /** When a person, a late Put or SES itself has changed it last. */
  private othersAt = Number.NEGATIVE_INFINITY;
  /** SES has given up what was done, or a late Put has made it verify anew. */
  mayBeUnverified = false;
  /** A Put has arrived late. */
  isLate = false;
  /** Called before an apply. `false`: it is left out. */
  mayApply: () => Promise<boolean> = async () => true;
  onApplied: (stage: Stage) => void = () => {};
  /** An earlier ledger never learns of the stacks that were created after it. */
  private wasRestored = false;
  /** A person has removed the identity for a while: a destroy then leaves nothing as it was. */
  private hadNoIdentity = false;
  /** Whether no other run of the engine is at work. */
  private isOnlyEngine = true;
  /** Whether one actor alone is at work, and nothing of an earlier one. */
  private isAlone = false;

  constructor(
    private readonly schedule: Schedule,
    scheduler: Scheduler,
    counters: Counters,
    { fields, ...region }: Region = {},
  ) {
    const { start, mishaps, skewSeconds, cutsHistory } = schedule;
    this.account = new Account({ scheduler, mishaps, skewSeconds, cutsHistory, counters, ...region });
    const invoke = (event: unknown) => this.account.send('terraform', event);
    const stack = new Stack({ invoke }, { heal: true, ...fields });
    this.terraform = new Terraform(stack);
    this.elsewhere = new Terraform(stack, { attempts: 0, baselines: 0 }, 'other-');
    this.keys = new HeldKeys(this.cloud);
    if (!region.beside) for (const selector of ALL) this.cloud.giveKey(DOMAIN, selector);
    this.set(start);
    this.expected = new Expectation(start);
    this.keepPace(schedule.pace);
    this.account.maySignBefore = (selector) => this.mayBeBaseline(selector);
    this.account.onConfirmed = (selector) => this.expected.mayHave(signs(selector));
    this.account.onLate = (isOver) => {
      this.mayBeUnverified = true;
      this.isLate = true;
      if (!isOver) return;
      this.othersAt = this.account.time;
      // It cannot be prevented: a plan shows it at once, the audit within a day, and the next apply sets it right.
      this.expectLate(this.state);
      // SES verifies what has arrived, and may give it up.
      if (schedule.pace.switchesOff) this.expectLate(`${signerOf(this.state)} off`);
    };
  }

  /** What this project has set for a stack never becomes what a destroy leads to. */
  private expectLate(state: string): void {
    const { selector } = this.cloud.ses.state(DOMAIN) ?? {};
    if (selector === undefined || this.mayBeBaseline(selector)) this.expected.maySetByOthers(state);
    else this.expected.mayArriveLate(state);
  }

  /** The function sets these only for stacks, unless a direct call asks, or somebody was told that one of them stays. */
  private mayBeBaseline(selector: string): boolean {
    const isSetOutside = this.setOutside.has(selector) || this.schedule.start === signs(selector);
    return selector === BY_HAND || isSetOutside || this.wasRestored || this.timesTold > 0;
  }

  private get cloud() {
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

  isDoubtful(...doubts: readonly Doubt[]): boolean {
    return doubts.some((doubt) => this.doubts.has(doubt));
  }

  keepPace(pace: Pace): void {
    Object.assign(this.cloud.ses, pace);
  }

  async playTogether(actions: readonly Action[]): Promise<void> {
    const fires = actions.find((each) => each.does === 'fire');
    if (fires) await this.waitForSchedule(fires.late);
    const engines = actions.filter(({ does }) => does === 'apply' || does === 'destroy');
    this.isOnlyEngine = engines.length <= 1;
    if (!this.isOnlyEngine) this.doubts.add('lost state');
    // A ledger is restored while nothing else runs.
    const together = actions.some(({ does }) => does === 'older ledger') ? actions.slice(0, 1) : actions;
    const { account, expected } = this;
    const isAlone = together.length === 1 && account.isQuiet;
    this.isAlone = isAlone;
    if (!isAlone && together.some(({ does }) => does === 'destroy')) expected.mayBeDestroyed();
    await Promise.all(
      together.map(async (each) => {
        const isNow = await this.act(each);
        if (isAlone && account.isQuiet && isNow !== undefined && !this.isOpen) expected.has(isNow);
      }),
    );
    if (!isAlone && together.some(({ does }) => does === 'person' || does === 'give up')) expected.mix();
  }

  async waitForSchedule(late: number): Promise<void> {
    const [next] = this.cloud.scheduler.pending();
    if (next) await this.cloud.clock.advance(Math.max(0, next.at - this.account.time) + late * 1000);
  }

  /** @returns what SES has, if it was reported as done and nothing else is at work; undefined: it may have this or that */
  private async act(action: Action): Promise<string | undefined> {
    const { account, cloud, expected } = this;
    switch (action.does) {
      case 'apply':
        return this.apply(action);
      case 'destroy':
        return this.destroy(action);
      case 'direct call': {
        const wanted = signs(action.selector);
        expected.mayHaveOutside(wanted);
        this.setOutside.add(action.selector);
        const { selector } = action;
        const event = { action: 'update_ses_byodkim_automated', domain: DOMAIN, selector };
        const answer = await account.send('direct call', event).catch(() => undefined);
        return answer?.statusCode === 200 ? wanted : undefined;
      }
      case 'confirm':
      case 'revert': {
        await cloud.clock.advance((action.after ?? 0) * 1000);
        const open = account.ledger()?.open;
        const event = { action: action.does, domain: DOMAIN };
        const answer = await account.send('by hand', event).catch(() => undefined);
        return open && answer?.confirmed === true ? signs(open.wanted.selector) : undefined;
      }
      case 'audit':
        await this.audit();
        return;
      case 'fire':
        await this.fire(action.times);
        return;
      case 'stray': {
        const { strays } = account;
        if (strays.length > 0) await this.deliver('stray', strays[action.which % strays.length]);
        return;
      }
      case 'person':
        this.personSets(action.state);
        return;
      case 'publish':
        account.note('DNS team', `publishes ${action.selector}`);
        this.keys.publish(action.selector);
        return;
      case 'unpublish':
        account.note('DNS team', `removes ${action.selector}`);
        cloud.dns.unpublish(recordName(DOMAIN, action.selector));
        return;
      case 'give up':
        this.giveUp(action.switchesOff);
        if (action.heals) await this.healNow(action.inVain);
        return;
      case 'older ledger':
        if (account.isQuiet && account.restoreLedger(action.back)) await this.forget();
        return;
      case 'lose key':
      case 'replace key':
        this.changeKey(action.does, action.selector);
        return;
      case 'recreate identity':
        await this.recreateIdentity(action.after);
        return;
      case 'older state':
        this.restoreState(action.back);
        return;
      case 'wait':
        await cloud.clock.advance(action.seconds * 1000);
    }
  }

  private engineOf({ elsewhere = false }: Apply | Destroy): Terraform {
    const [engine, other] = elsewhere ? [this.elsewhere, this.terraform] : [this.terraform, this.elsewhere];
    if (other.hasState) {
      this.doubts.add('second state');
      this.account.counters.met('a second state of the engine');
    }
    return engine;
  }

  private async apply({ opensInVain, settings = {}, ...options }: Apply): Promise<string | undefined> {
    if (!(await this.mayApply())) return;
    const { account, expected } = this;
    const wanted = signs(options.selector);
    // Another one may be at work meanwhile.
    if (!account.isQuiet) expected.mayHave(wanted);
    const engine = this.engineOf(options);
    const run = engine.fork();
    const before = run.state.attempt?.transaction;
    this.countSettings(settings);
    if (this.isDoubtful(...OF_THE_ENGINE)) expected.mayBeDestroyed();
    // Taking the lease is the first write.
    if (opensInVain) this.account.strikeNext(OPENING, 2);
    const stage = await run.apply({ ...options, fields: { ...settings } });
    account.note('terraform', `ends: ${stage}`, run.failure ?? '');
    this.keepState(engine, run);
    this.onApplied(stage);
    if (['plan', 'gate', 'baseline'].includes(stage) && account.isQuiet) return;
    const isUndone = settings.confirmTimeoutMinutes !== 0 && !options.replaced?.length;
    if (['signing', 'other'].includes(stage) && account.isQuiet && isUndone) expected.tried();
    else expected.mayHave(wanted);
    if (!['done', 'deletes', 'nothing to do'].includes(stage)) return;
    // What others have done just now need not be seen.
    if (account.time - this.othersAt < STALE_MS) {
      account.counters.excused('seen too late');
      return;
    }
    if (stage === 'done' && before !== run.state.attempt!.transaction) this.seeNewAttempt(wanted);
    if (stage === 'done') this.rotations.add(options.selector);
    return this.isDoubtful(...OF_THE_ENGINE) ? undefined : wanted;
  }

  private countSettings({ confirmTimeoutMinutes, verification, irreversible }: Settings): void {
    const { counters } = this.account;
    if (confirmTimeoutMinutes === 0) counters.met('a change that nothing reverts');
    if (verification?.required) counters.met('an apply that must wait for SES');
    if (irreversible === 'allow') counters.met('a change that may be irreversible');
  }

  private keepState(engine: Terraform, run: Terraform): void {
    engine.state = run.state;
    if (engine === this.terraform) this.states.push({ ...run.state });
  }

  /** A new attempt is done, and signs: whatever happened before is over. */
  private seeNewAttempt(wanted: string): void {
    if (!this.isAlone || !this.account.isQuiet || this.isOpen || this.state !== wanted) return;
    this.doubts.clear();
    this.expected.owned();
    if (this.isVerified) this.mayBeUnverified = false;
  }

  get isVerified(): boolean {
    return this.cloud.ses.state(DOMAIN)?.status === 'SUCCESS';
  }

  private async destroy(action: Destroy): Promise<undefined> {
    const { account, expected } = this;
    const wasQuiet = account.isQuiet;
    const engine = this.engineOf(action);
    const run = engine.fork();
    const { baselines } = run.state;
    const isThere = baselines.length > 0;
    if (isThere) expected.mayBeDestroyed();
    const told = this.timesTold;
    const done = await run.destroy(action.newestFirst);
    account.note('terraform', `destroy ends: ${done}`, run.failure ?? '');
    this.keepState(engine, run);
    if (done && this.rotations.size >= 3) account.counters.met('a destroy after three rotations');
    if (done) this.rotations.clear();
    if (!done || !isThere || !wasQuiet || !account.isQuiet) return;
    const stack = account.ledger()?.open?.owner?.stack;
    require(!this.isOnlyEngine ||
      stack === undefined ||
      !baselines.includes(stack), `a change of ${stack} is open after its destroy`);
    if (this.timesTold > told) this.requireLost(engine);
    if (this.isOpen) return;
    if (this.timesTold > told) expected.maySetByOthers(this.state);
    if (this.isDoubtful(...OF_THE_ENGINE) || this.timesTold > told) return;
    this.requireDestroyed();
    expected.destroyed(this.state);
  }

  /** A destroy may leave SES as it is only where a state or a ledger was lost, or another state of the engine has acted. */
  requireLost(engine: Terraform): void {
    this.account.counters.excused('a destroy that changes nothing');
    const { owner, last, deleted = [], signers = [] } = this.account.ledger() ?? {};
    const { elsewhere, terraform } = this;
    const other = engine.isOf(elsewhere) ? terraform : elsewhere;
    // The other state has taken the selector over, or was destroyed since.
    const isOthers = owner ? other.hasMade(owner.stack) : deleted.some((stack) => other.hasMade(stack));
    // SES signs, and the ledger does not say for whom: a Put has arrived late, or this project has never set anything.
    const isShown = (selector: string) => this.state.split(' ').includes(selector);
    const isRestored = signers.some(({ selector, stoppedAt }) => stoppedAt === null && isShown(selector));
    const isUnowned = owner === null && last?.event !== 'destroyed' && !isRestored;
    require(this.isDoubtful('lost state') ||
      isOthers ||
      this.wasRestored ||
      this.keys.haveChanged ||
      this.hadNoIdentity ||
      isUnowned, 'a destroy does not roll back, and nothing was lost');
  }

  /** How many times a notice has said that a destroy did not roll back. */
  get timesTold(): number {
    return this.cloud.sns.published.filter(({ subject }) => subject.startsWith('DKIM not rolled back'))
      .length;
  }

  /** SES may have switched off what an earlier ledger does not know: then that stays, and is what was before. */
  private get mayBeSwitchedOff(): boolean {
    return this.isDoubtful('restored ledger') && this.schedule.pace.switchesOff;
  }

  /** What SES had given up, and cannot verify again, is not restored: signing stays off. */
  private mayBeSpent(isSpentState: boolean): boolean {
    const isSpent = isSpentState && this.state.endsWith(' off');
    if (!isSpent) return false;
    this.account.counters.excused('a spent state');
    // The next change takes it as its prior state.
    this.expected.maySetByOthers(this.state);
    return true;
  }

  /** The findings of which an audit must have one, since SES has what the ledger does not say. */
  get unsaid(): readonly FindingCode[] {
    const { open, inForce } = this.account.ledger() ?? { open: null, inForce: null };
    const { state } = this;
    const selector = this.cloud.ses.state(DOMAIN)?.selector;
    if (open !== null) return [];
    if (inForce !== null) return state === signs(inForce.selector) ? [] : IN_FORCE;
    // What was before this project, and what a ledger has forgotten, may sign.
    const mayStay = selector === undefined || this.mayBeBaseline(selector);
    return mayStay || state !== signs(selector) ? [] : ['SIGNS_AFTER_ROLLBACK'];
  }

  requireAllowed(what: string): void {
    const { state, expected, account } = this;
    const isFirst = account.ledger()?.inForce == null;
    const isReverted = account.lastChange === 'reverted' && account.isPriorSpent;
    require(expected.allows(state) ||
      this.mayBeSwitchedOff ||
      this.mayBeSpent(
        isReverted || (isFirst && account.isBaselineSpent),
      ), `${what} ${state}, expected ${expected}`);
  }

  requireDestroyed(): void {
    require(this.expected.isBase(this.state) ||
      this.mayBeSwitchedOff ||
      this.mayBeSpent(this.account.isBaselineSpent), `SES has ${this.state} after the destroy`);
  }

  /** What is due fires: each so many times at once. */
  async fire(times = 1): Promise<void> {
    const due = this.cloud.scheduler.takeDue(this.account.time);
    await Promise.all(
      due.flatMap(({ payload }) => Array.from({ length: times }, () => this.deliver('schedule', payload))),
    );
  }

  /** An audit arms what heals, and that fires. */
  private async healNow(inVain: boolean): Promise<void> {
    await this.audit();
    await this.waitForSchedule(0);
    if (inVain) {
      this.keepPace(IN_VAIN);
      this.account.strikeNext(LATE_PUT);
    }
    await this.fire();
    this.keepPace(this.schedule.pace);
  }

  audit(): Promise<void> {
    return this.deliver('audit', AUDIT);
  }

  /** An asynchronous invocation: repeated twice if it fails. */
  private async deliver(actor: string, payload: unknown): Promise<void> {
    const { account } = this;
    const { arming } = payload as { arming?: number };
    if (arming !== undefined) account.firing.push(arming);
    account.strays.push(payload);
    for (const waitMs of [60_000, 120_000, 0]) {
      const error = await account.invoke(actor, payload).then(
        () => null,
        (failure: Error) => failure,
      );
      if (error === null) break;
      await this.cloud.clock.advance(waitMs);
    }
    if (arming !== undefined) account.firing.splice(account.firing.indexOf(arming), 1);
  }

  private personSets(state: string): void {
    const { account, expected } = this;
    const isAlone = account.isQuiet && !this.isOpen;
    account.note('person', `sets ${state}`);
    this.set(state);
    if (isAlone) expected.setByOthers(state);
    else expected.maySetByOthers(state);
    this.hasPerson = true;
    this.othersAt = account.time;
    this.mayBeUnverified = false;
  }

  private set(state: string): void {
    const selector = /^EXTERNAL (\S+)/.exec(state)?.[1];
    this.cloud.ses.give(DOMAIN, {
      origin: state.split(' ')[0]!,
      enabled: state.endsWith(' on'),
      ...(selector !== undefined && { selector, spki: testKey(selector).publicKey.spki }),
    });
  }

  /** What SES has then, it signs with no published key, or cannot be set again until the key is back. */
  private changeKey(does: 'lose key' | 'replace key', selector: string): void {
    const { account, keys } = this;
    account.note('person', `${does} ${selector}`);
    const isInForce = account.ledger()?.inForce?.selector === selector;
    if (does === 'lose key') keys.lose(selector);
    else keys.replace(selector);
    // SES may sign with the earlier key, whose record has gone.
    if (keys.hasReplaced) this.mayBeUnverified = true;
    if (!isInForce) return;
    account.counters.met(
      does === 'lose key' ? 'a key in force that is lost' : 'a key in force that is replaced',
    );
  }

  private async recreateIdentity(after: number): Promise<void> {
    this.account.note('person', 'removes the identity');
    this.account.counters.met('an identity that is recreated');
    this.cloud.ses.remove(DOMAIN);
    this.hadNoIdentity = true;
    this.mayBeUnverified = true;
    this.expected.maySetByOthers(NO_IDENTITY);
    await this.cloud.clock.advance(after * 1000);
    this.personSets('AWS_SES on');
  }

  /** While no run of the engine is at work. */
  private restoreState(back: number): void {
    const { account } = this;
    if (!account.isQuiet || this.states.length === 0) return;
    const state = this.states.at(-1 - back);
    account.counters.met(state ? 'an earlier state of the engine' : 'a lost state of the engine');
    account.note('person', `restores the state of ${back} runs ago`);
    this.terraform.state = state ? { ...state } : { attempt: null, made: {}, baselines: [] };
    this.doubts.add('lost state');
  }

  /** A person has restored an earlier ledger, and reverts what it shows as open. */
  private async forget(): Promise<void> {
    this.doubts.add('restored ledger');
    this.wasRestored = true;
    this.account.counters.excused('an earlier ledger');
    // The next change takes what SES has then as what was before.
    this.expected.maySetByOthers(this.state);
    this.expected.forgets();
    await this.revertByHand().catch(() => undefined);
  }

  revertByHand(): Promise<unknown> {
    return this.account.send('by hand', REVERT);
  }

  /** SES loses what it had verified. Only keys of ours: others are others' business. */
  private giveUp(switchesOff: boolean): void {
    const { origin, selector, enabled } = this.cloud.ses.state(DOMAIN) ?? {};
    if (origin !== 'EXTERNAL' || selector === BY_HAND || !this.isVerified) return;
    this.account.note('SES', `gives ${selector} up`);
    this.cloud.ses.tamper(DOMAIN, { status: 'FAILED', enabled: enabled && !switchesOff });
    this.mayBeUnverified = true;
    this.expected.maySetByOthers(this.state);
    this.othersAt = this.account.time;
  }
}

export function require(holds: boolean, problem: string): void {
  if (!holds) throw new Error(problem);
}
