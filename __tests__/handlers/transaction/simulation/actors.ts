import type { Stage, Terraform } from '../../../support/terraform';
import { DOMAIN } from '../support';
import { signs } from './expectation';
import { requireDestroyed, requireLost, requireRemoved } from './oracle';
import { changeKey, changeRecord, giveUp, personSets, recreateIdentity } from './people';
import { require } from './require';
import type { Action, Apply, Pace, Settings } from './schedule';
import { OF_THE_ENGINE, Situation } from './situation';

const REVERT = { action: 'revert', domain: DOMAIN };
const REMOVE = { action: 'remove', domain: DOMAIN };
export const AUDIT = { action: 'audit', scheduled: true };

/** A read may be so much older than what it shows. */
const STALE_MS = 5_000;

/** SES does not verify, and the SDK repeats a Put whose first attempt arrives later. */
const IN_VAIN: Pace = { verifySeconds: 2, ending: 'fails', switchesOff: false };
const LATE_PUT = { call: 'sets', kind: 'lost', reaches: 'late', tries: 1, seconds: 45 } as const;

/** A write that reaches S3, and whose answers are all lost. */
const OPENING = { call: 'writes', kind: 'lost', reaches: 'at once', tries: 4, seconds: 1 } as const;

/** The answer of a delete, and of a `Signing` that goes on. */
const LOST_DELETE = { call: 'claims', kind: 'lost', reaches: 'late', tries: 1, seconds: 1 } as const;
const LEFT_SIGNING = { call: 'signs', kind: 'lost', reaches: 'never', tries: 1, seconds: 1 } as const;

/** How a run of the engine that destroys has ended. */
export interface EndedDestroy {
  readonly done: boolean;
  /** Whether the engine had a `Baseline`, so that a delete reached the function. */
  readonly hadStack: boolean;
  readonly failure: unknown;
}

type Destroy = Extract<Action, { does: 'destroy' }>;

/** Plays what the actors of a schedule do, and what follows from it for what SES may have. */
export class Actors extends Situation {
  /** The states of the engine, as each run has left it. */
  private readonly states: Terraform['state'][] = [];
  /** Selectors that signed one after the other since the last destroy. */
  private readonly rotations = new Set<string>();
  /** Called before an apply. `false`: it is left out. */
  mayApply: () => Promise<boolean> = async () => true;
  onApplied: (stage: Stage) => void = () => {};
  /** Called after a destroy. */
  onDestroyed: (ending: EndedDestroy) => void = () => {};
  /** Whether no other run of the engine is at work. */
  private isOnlyEngine = true;
  /** Whether one actor alone is at work, and nothing of an earlier one. */
  private isAlone = false;

  async playTogether(actions: readonly Action[]): Promise<void> {
    const fires = actions.find((each) => each.does === 'fire');
    if (fires) await this.waitForSchedule(fires.late);
    const engines = actions.filter(({ does }) => does === 'apply' || does === 'destroy');
    this.isOnlyEngine = engines.length <= 1;
    if (!this.isOnlyEngine) this.doubt('lost state');
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
      case 'remove':
        await this.remove();
        return;
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
        personSets(this, action.state);
        return;
      case 'publish':
      case 'unpublish':
        changeRecord(this, action.does, action.selector);
        return;
      case 'give up':
        giveUp(this, action.switchesOff);
        if (action.heals) await this.healNow(action.inVain);
        return;
      case 'older ledger':
        if (account.isQuiet && account.restoreLedger(action.back)) await this.forget();
        return;
      case 'lose key':
      case 'replace key':
        changeKey(this, action.does, action.selector);
        return;
      case 'recreate identity':
        await recreateIdentity(this, action.after);
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
      this.doubt('second state');
      this.account.counters.met('a second state of the engine');
    }
    return engine;
  }

  private async apply({
    opensInVain,
    leavesSigning,
    settings = {},
    ...options
  }: Apply): Promise<string | undefined> {
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
    if (opensInVain) account.strikeNext(OPENING, 2);
    if (leavesSigning) account.strikeNext(LEFT_SIGNING);
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
    this.endDoubts();
    this.expected.owned();
    if (this.isVerified) this.mayBeUnverified = false;
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
    if (action.losesAnswer) account.strikeNext(LOST_DELETE);
    const done = await run.destroy(action.newestFirst);
    account.note('terraform', `destroy ends: ${done}`, run.failure ?? '');
    this.keepState(engine, run);
    this.onDestroyed({ done, hadStack: isThere, failure: run.failure });
    if (done && this.rotations.size >= 3) account.counters.met('a destroy after three rotations');
    if (done) this.rotations.clear();
    // Two destroys at once: a notice says what one of them could not restore, whatever the other one does.
    if (this.timesTold > told) expected.maySetByOthers(this.state);
    if (!done || !isThere || !wasQuiet || !account.isQuiet) return;
    const stack = account.ledger()?.open?.owner?.stack;
    require(!this.isOnlyEngine ||
      stack === undefined ||
      !baselines.includes(stack), `a change of ${stack} is open after its destroy`);
    if (this.timesTold > told) requireLost(this, engine);
    if (this.isOpen) return;
    if (this.isDoubtful(...OF_THE_ENGINE) || this.timesTold > told) return;
    requireDestroyed(this);
    expected.destroyed(this.state);
  }

  /** A direct call removes the domain. What it answers is judged if nothing else is at work. */
  async remove(): Promise<void> {
    const { account, timesTold, isAlone } = this;
    const writes = () => this.cloud.calls.count(/^ses:Put/);
    const before = writes();
    this.expected.mayBeRemoved();
    const answer = await account.send('direct call', REMOVE).catch(() => undefined);
    if (answer === undefined || !isAlone || !account.isQuiet) return;
    const isTold = this.timesTold > timesTold;
    requireRemoved(this, { answer, isTold, hasWritten: writes() > before });
    if (isTold) this.expected.maySetByOthers(this.state);
    else if (answer.statusCode === 200 && !this.isOpen) this.expected.removed(this.state);
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

  /** While no run of the engine is at work. */
  private restoreState(back: number): void {
    const { account } = this;
    if (!account.isQuiet || this.states.length === 0) return;
    const state = this.states.at(-1 - back);
    account.counters.met(state ? 'an earlier state of the engine' : 'a lost state of the engine');
    account.note('person', `restores the state of ${back} runs ago`);
    this.terraform.state = state ? { ...state } : { attempt: null, made: {}, baselines: [] };
    this.doubt('lost state');
  }

  /** A person has restored an earlier ledger, and reverts what it shows as open. */
  private async forget(): Promise<void> {
    this.doubt('restored ledger');
    this.account.counters.excused('an earlier ledger');
    // The next change takes what SES has then as what was before.
    this.expected.maySetByOthers(this.state);
    this.expected.forgets();
    await this.revertByHand().catch(() => undefined);
  }

  revertByHand(): Promise<unknown> {
    return this.account.send('by hand', REVERT);
  }
}
