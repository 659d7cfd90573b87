import type fc from 'fast-check';
import { DAY_MS, MINUTE_MS } from '../../../../handlers/clock';
import { recordName } from '../../../../handlers/contract';
import { type ApplyOptions, Terraform } from '../../../support/terraform';
import { BUCKET, testKey } from '../../../support/world';
import { DOMAIN, Stack } from '../support';
import { Account } from './account';
import { type Action, BY_HAND, type Pace, type Schedule, SELECTORS } from './schedule';

const PROMPT: Pace = { verifySeconds: 2, ending: 'asPublished', switchesOff: false };
/** Once nothing goes wrong any more, so many firings end whatever is armed. */
const MOST_FIRINGS = 25;
const ALL = [...SELECTORS, BY_HAND];

/** Plays one schedule. @throws what was broken, with a table of all that happened */
export async function simulate(schedule: Schedule, scheduler: fc.Scheduler): Promise<void> {
  const run = new Simulation(schedule, scheduler);
  try {
    await scheduler.waitFor(run.play());
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${run.account.table()}\n`);
  }
}

class Simulation {
  readonly account: Account;
  /** The state of the one stack; each apply and destroy is a run of its own. */
  private readonly terraform: Terraform;
  /** Signers and flags that SES may have in the end. */
  private readonly signers: Set<string>;
  private readonly flags: Set<string>;
  /** States that somebody else has set: a destroy may lead to any of them. */
  private readonly others: Set<string>;
  private hasPerson = false;
  /** SES has given up what was done, or a late Put has made it verify anew. */
  private hasLost = false;
  /** Two runs of the engine had the state at the same time, so one of them has lost its own. */
  private hasLostState = false;
  private isTorn = false;
  /** A person has restored an earlier ledger. */
  private isRestored = false;

  constructor(
    private readonly schedule: Schedule,
    scheduler: fc.Scheduler,
  ) {
    const { start, mishaps, skewSeconds } = schedule;
    this.account = new Account({ scheduler, mishaps, skewSeconds });
    const invoke = (event: unknown) => this.account.send('terraform', event);
    this.terraform = new Terraform(new Stack({ invoke }, { heal: true }));
    for (const selector of ALL) this.cloud.giveKey(DOMAIN, selector);
    this.set(start);
    this.signers = new Set([signerOf(start)]);
    this.flags = new Set([flagOf(start)]);
    this.others = new Set([start]);
    this.keepPace(schedule.pace);
    this.account.onLate = () => {
      // Nothing prevents it; a plan shows it at once, the audit within a day, and the next apply sets it right.
      this.allow(this.state);
      this.others.add(this.state);
      this.hasLost = true;
    };
  }

  private get cloud() {
    return this.account.cloud;
  }

  async play(): Promise<void> {
    for (const phase of this.schedule.phases) {
      await this.playTogether(phase);
      this.requireNoProblem();
    }
    await this.settle();
    const { ending } = this.schedule;
    if (ending.does === 'apply') await (this.isTorn ? undefined : this.converge(ending.selector));
    else await (ending.does === 'destroy' ? this.end() : this.heal());
    await this.stay();
  }

  private requireNoProblem(): void {
    const [problem] = this.account.problems;
    if (problem !== undefined) throw new Error(problem);
  }

  private async playTogether(actions: readonly Action[]): Promise<void> {
    const fires = actions.find((each) => each.does === 'fire');
    if (fires) await this.waitForSchedule(fires.late);
    const engines = actions.filter(({ does }) => does === 'apply' || does === 'destroy');
    if (engines.length > 1) this.hasLostState = true;
    // What one destroys the other still has in its state: only a person can tell which is right.
    if (engines.length > 1 && engines.some(({ does }) => does === 'destroy')) this.isTorn = true;
    // A ledger is restored while nothing else runs.
    const together = actions.some(({ does }) => does === 'older ledger') ? actions.slice(0, 1) : actions;
    await Promise.all(together.map((each) => this.act(each)));
  }

  private async waitForSchedule(late: number): Promise<void> {
    const [next] = this.cloud.scheduler.pending();
    if (next) await this.cloud.clock.advance(Math.max(0, next.at - this.account.time) + late * 1000);
  }

  private async act(action: Action): Promise<unknown> {
    const { account, cloud } = this;
    switch (action.does) {
      case 'apply':
        return this.apply(action);
      case 'destroy': {
        const run = this.terraform.fork();
        await run.destroy(action.newestFirst);
        this.terraform.state = run.state;
        return;
      }
      case 'direct call': {
        this.allow(`EXTERNAL ${action.selector} on`);
        const { selector } = action;
        const event = { action: 'update_ses_byodkim_automated', domain: DOMAIN, selector };
        return account.send('direct call', event).catch(() => undefined);
      }
      case 'confirm':
      case 'revert':
        return account.send('by hand', { action: action.does, domain: DOMAIN }).catch(() => undefined);
      case 'audit':
        return this.deliver('audit', { action: 'audit', scheduled: true });
      case 'fire':
        return this.fire(action.times);
      case 'stray': {
        const { strays } = account;
        return strays.length === 0 ? undefined : this.deliver('stray', strays[action.which % strays.length]);
      }
      case 'person':
        return this.personSets(action.state);
      case 'publish':
        account.note('DNS team', `publishes ${action.selector}`);
        return cloud.dns.publish(recordName(DOMAIN, action.selector), testKey(action.selector).value);
      case 'unpublish':
        account.note('DNS team', `removes ${action.selector}`);
        return cloud.dns.unpublish(recordName(DOMAIN, action.selector));
      case 'give up':
        return this.giveUp(action.switchesOff);
      case 'older ledger':
        this.isRestored ||= account.restoreLedger(action.back);
        // The next change takes what SES has then as what was before.
        this.others.add(this.state);
        return this.isRestored && this.deliver('by hand', { action: 'revert', domain: DOMAIN });
      case 'wait':
        return cloud.clock.advance(action.seconds * 1000);
    }
  }

  private async apply(options: ApplyOptions): Promise<void> {
    this.allow(`EXTERNAL ${options.selector} on`);
    const run = this.terraform.fork();
    const stage = await run.apply(options);
    this.account.note('terraform', `ends: ${stage}`, run.failure ?? '');
    this.terraform.state = run.state;
  }

  /** What is due fires: each so many times at once. */
  private async fire(times = 1): Promise<void> {
    const due = this.cloud.scheduler.takeDue(this.account.time);
    await Promise.all(
      due.flatMap(({ payload }) => Array.from({ length: times }, () => this.deliver('schedule', payload))),
    );
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
    this.account.note('person', `sets ${state}`);
    this.set(state);
    this.allow(state);
    this.others.add(state);
    this.hasPerson = true;
    this.hasLost = false;
  }

  private set(state: string): void {
    const selector = /^EXTERNAL (\S+)/.exec(state)?.[1];
    this.cloud.ses.give(DOMAIN, {
      origin: state.split(' ')[0]!,
      enabled: flagOf(state) === 'on',
      ...(selector !== undefined && { selector, spki: testKey(selector).publicKey.spki }),
    });
  }

  /** SES loses what it had verified. Only keys of ours: others are others' business. */
  private giveUp(switchesOff: boolean): void {
    const { origin, selector, status, enabled } = this.cloud.ses.state(DOMAIN)!;
    if (origin !== 'EXTERNAL' || selector === BY_HAND || status !== 'SUCCESS') return;
    this.account.note('SES', `gives ${selector} up`);
    this.cloud.ses.tamper(DOMAIN, { status: 'FAILED', enabled: enabled && !switchesOff });
    this.hasLost = true;
    if (switchesOff) this.flags.add('off');
    if (switchesOff) this.others.add(this.state);
  }

  private keepPace(pace: Pace): void {
    Object.assign(this.cloud.ses, pace);
  }

  private allow(state: string): void {
    this.signers.add(signerOf(state));
    this.flags.add(flagOf(state));
  }

  /** What SES has, without its status. */
  private get state(): string {
    const { origin, selector, enabled } = this.cloud.ses.state(DOMAIN)!;
    return [origin, selector, enabled ? 'on' : 'off'].filter(Boolean).join(' ');
  }

  private get isAllowed(): boolean {
    const { state } = this;
    if (this.hasPerson || this.hasLost)
      return this.signers.has(signerOf(state)) && this.flags.has(flagOf(state));
    // A state of before comes back whole; what we set signs.
    return (
      this.others.has(state) ||
      (this.signers.has(signerOf(state)) && flagOf(state) === 'on' && this.isOurs(state))
    );
  }

  private isOurs(state: string): boolean {
    return SELECTORS.some((selector) => signerOf(state) === `EXTERNAL ${selector}`);
  }

  /** Nothing goes wrong any more, the DNS team has published everything: whatever is open ends by itself. */
  private async settle(): Promise<void> {
    const { account, cloud } = this;
    account.calm();
    this.keepPace(PROMPT);
    for (const selector of ALL) cloud.dns.publish(recordName(DOMAIN, selector), testKey(selector).value);
    account.note('', 'nothing goes wrong any more');
    await cloud.clock.advance(3 * MINUTE_MS);
    await Promise.allSettled(account.background);
    await this.fireAll();
    this.requireNoProblem();
    const { open, lease } = account.ledger() ?? { open: null, lease: null };
    require(open === null, 'a change stays open');
    require(lease === null || lease.expiresAt <= account.time, 'a lease is left');
    // What was open is not known to an earlier ledger.
    if (this.isRestored) return;
    require(this.isAllowed, `SES ends with ${this.state}`);
    const { status } = cloud.ses.state(DOMAIN)!;
    require(status === 'SUCCESS' || (this.hasLost && status === 'FAILED'), `SES ends with ${status}`);
  }

  private async fireAll(): Promise<void> {
    const { cloud } = this;
    for (let fired = 0; cloud.scheduler.pending().length > 0; fired += 1) {
      require(fired < MOST_FIRINGS, 'schedules keep coming');
      await this.waitForSchedule(0);
      await this.fire();
    }
    await cloud.clock.advance(MINUTE_MS);
  }

  /** One apply leads to what the list says, and then a plan is empty. */
  private async converge(selector: string): Promise<void> {
    const { account, terraform } = this;
    let stage = await terraform.apply({ selector });
    // Two deploys of one list at once: the engine has the attempt of the one that was overtaken, and hears of it once more.
    const isRefused = (terraform.failure as Error | undefined)?.name === 'CONCURRENT_UPDATE';
    if (this.hasLostState && isRefused) stage = await terraform.apply({ selector });
    account.note('terraform', `ends: ${stage}`, terraform.failure ?? '');
    await this.fireAll();
    this.requireNoProblem();
    require(stage === 'done' || stage === 'nothing to do', `the apply ends at ${stage}`);
    require(this.state === `EXTERNAL ${selector} on`, `SES has ${this.state} after the apply`);
    require(this.cloud.ses.state(DOMAIN)!.status === 'SUCCESS', 'SES has not verified it');
    require(await terraform.isInSync(selector), 'the plan is not empty');
    const { open, owner } = account.ledger()!;
    require(this.isRestored || (open === null && owner?.confirmed === true), 'the change is not confirmed');
  }

  /** The stack is destroyed at once, whatever was lost before. */
  private async end(): Promise<void> {
    const { account, terraform } = this;
    const isThere = terraform.state.Signing.length > 0 && !this.hasLostState;
    const done = await terraform.destroy();
    await this.fireAll();
    this.requireNoProblem();
    require(done, `the destroy fails: ${terraform.failure}`);
    const isToldLoudly = this.cloud.sns.published.some(({ subject }) =>
      subject.startsWith('DKIM not rolled back'),
    );
    if (!isThere || isToldLoudly) return;
    require(this.others.has(this.state) || this.hasPerson, `SES has ${this.state} after the destroy`);
    const ledger = account.ledger();
    require(this.isRestored ||
      (ledger?.owner == null && ledger?.open == null), 'the ledger still has an owner');
  }

  /** The stack asks for `heal`: within four daily audits what SES has given up signs again, but for what a person did. */
  private async heal(): Promise<void> {
    const { account, cloud } = this;
    for (let days = 0; days < 4; days += 1) {
      await cloud.clock.advance(DAY_MS);
      await this.deliver('audit', { action: 'audit', scheduled: true });
      await this.fireAll();
    }
    this.requireNoProblem();
    const { owner, inForce } = account.ledger() ?? {};
    const isOurs = owner?.confirmed === true && signerOf(this.state) === `EXTERNAL ${inForce?.selector}`;
    if (!isOurs || this.hasPerson || this.isRestored) return;
    const { enabled, status } = cloud.ses.state(DOMAIN)!;
    require(enabled && status === 'SUCCESS', `nothing heals ${this.state} ${status}`);
  }

  /** For sixty days nothing of ours changes anything. */
  private async stay(): Promise<void> {
    const { account, cloud } = this;
    const writes = () => cloud.calls.count(/^ses:Put/);
    const [before, state] = [writes(), this.state];
    await cloud.clock.advance(60 * DAY_MS);
    require(cloud.scheduler.pending().length === 0, 'something is armed');
    if (account.rows.length % 8 === 0) {
      await this.deliver('audit', { action: 'audit', scheduled: true });
      await this.fireAll();
    }
    require(writes() === before && this.state === state, 'something is written later');
    const { log, sns, bus, s3, metrics } = cloud;
    const ledgers = s3.everything(BUCKET).filter(({ key }) => !key.endsWith('.pem'));
    const texts = JSON.stringify([
      log,
      sns.published,
      bus.put,
      metrics,
      ledgers,
      account.rows.map(({ answer }) => answer),
    ]);
    require(!SECRETS.some((secret) => texts.includes(secret)), 'a part of a private key was printed');
  }
}

/** Parts of the private halves, as long as no text has by chance. */
const SECRETS = ALL.flatMap((selector) => {
  const { der } = testKey(selector);
  return [0.5, 0.6, 0.7, 0.8, 0.9].map((part) => der.slice(Math.floor(der.length * part)).slice(0, 24));
});

function require(holds: boolean, problem: string): void {
  if (!holds) throw new Error(problem);
}

const signerOf = (state: string): string => state.replace(/ o(n|ff)$/, '');
const flagOf = (state: string): string => state.split(' ').at(-1)!;
