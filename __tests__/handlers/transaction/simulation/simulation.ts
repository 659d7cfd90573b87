import type fc from 'fast-check';
import type { LastFindings } from '../../../../handlers/audit/news';
import { DAY_MS, MINUTE_MS } from '../../../../handlers/clock';
import { AUDIT_PREFIX, recordName } from '../../../../handlers/contract';
import { type ApplyOptions, Terraform } from '../../../support/terraform';
import { BUCKET, testKey } from '../../../support/world';
import { DOMAIN, Stack } from '../support';
import { Account } from './account';
import { Expectation, signerOf, signs, stateOf } from './expectation';
import { mailProblem } from './mail';
import { type Action, BY_HAND, type Pace, type Schedule, SELECTORS } from './schedule';

const PROMPT: Pace = { verifySeconds: 2, ending: 'asPublished', switchesOff: false };
/** Once all faults have stopped, so many firings end whatever is armed. */
const MOST_FIRINGS = 25;
const ALL = [...SELECTORS, BY_HAND];
const REVERT = { action: 'revert', domain: DOMAIN };
const AUDIT = { action: 'audit', scheduled: true };

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
  private readonly expected: Expectation;
  private hasPerson = false;
  /** When a person, or SES itself, has changed it last. */
  private othersAt = Number.NEGATIVE_INFINITY;
  /** Mail was unsigned before, or a person wants it so. */
  private isUnsigned: boolean;
  /** SES has given up what was done, or a late Put has made it verify anew. */
  private hasLost = false;
  private isLate = false;
  /** Two runs of the engine had the state at the same time, so one of them has lost its own. */
  private hasLostState = false;
  private isTorn = false;
  /** A person has restored an earlier ledger. */
  private isRestored = false;
  /** A `DnsGate` was replaced before the ledger knew its transaction: its delete can be taken for that of a destroy. */
  private isUnknownGate = false;

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
    this.expected = new Expectation(start);
    this.isUnsigned = !start.endsWith(' on');
    this.account.onChange = () => this.receive();
    this.keepPace(schedule.pace);
    this.account.onLate = () => {
      // It cannot be prevented: a plan shows it at once, the audit within a day, and the next apply sets it right.
      this.expected.maySetByOthers(this.state);
      this.hasLost = true;
      this.isLate = true;
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
    if (this.isUnknownGate) return;
    const { ending } = this.schedule;
    if (ending.does === 'apply') await (this.isTorn ? undefined : this.converge(ending.selector));
    else await (ending.does === 'destroy' ? this.end() : this.heal());
    await this.stay();
  }

  private requireNoProblem(): void {
    this.receive();
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
    const { account, expected } = this;
    const isAlone = together.length === 1 && account.isQuiet;
    await Promise.all(
      together.map(async (each) => {
        const isNow = await this.act(each);
        if (isAlone && account.isQuiet && isNow !== undefined && !this.isOpen) expected.has(isNow);
      }),
    );
    if (!isAlone && together.some(({ does }) => does === 'person' || does === 'give up')) expected.mix();
    // What was set beside a destroy may have been set after it.
    if (together.some(({ does }) => does === 'destroy'))
      for (const each of together) if (each.does === 'direct call') expected.mayHave(signs(each.selector));
    if (account.isQuiet && !this.isOpen) this.requireAllowed('SES has');
  }

  private get isOpen(): boolean {
    return this.account.ledger()?.open != null;
  }

  private async waitForSchedule(late: number): Promise<void> {
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
        return this.destroy(action.newestFirst);
      case 'direct call': {
        const wanted = signs(action.selector);
        expected.mayHave(wanted);
        const { selector } = action;
        const event = { action: 'update_ses_byodkim_automated', domain: DOMAIN, selector };
        const answer = await account.send('direct call', event).catch(() => undefined);
        return answer?.statusCode === 200 ? wanted : undefined;
      }
      case 'confirm':
      case 'revert': {
        const open = account.ledger()?.open;
        if (action.does === 'confirm' && open) expected.mayHave(signs(open.wanted.selector));
        const event = { action: action.does, domain: DOMAIN };
        const answer = await account.send('by hand', event).catch(() => undefined);
        return open && answer?.confirmed === true ? signs(open.wanted.selector) : undefined;
      }
      case 'audit':
        await this.deliver('audit', AUDIT);
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
        cloud.dns.publish(recordName(DOMAIN, action.selector), testKey(action.selector).value);
        return;
      case 'unpublish':
        account.note('DNS team', `removes ${action.selector}`);
        cloud.dns.unpublish(recordName(DOMAIN, action.selector));
        return;
      case 'give up':
        this.giveUp(action.switchesOff);
        if (!action.heals) return;
        await this.deliver('audit', AUDIT);
        await this.waitForSchedule(0);
        await this.fire();
        return;
      case 'older ledger':
        if (!account.isQuiet) return;
        this.isRestored ||= account.restoreLedger(action.back);
        // The next change takes what SES has then as what was before.
        expected.maySetByOthers(this.state);
        if (this.isRestored) await account.send('by hand', REVERT).catch(() => undefined);
        return;
      case 'wait':
        await cloud.clock.advance(action.seconds * 1000);
    }
  }

  private async apply(options: ApplyOptions): Promise<string | undefined> {
    const { account, expected } = this;
    const wanted = signs(options.selector);
    const wasQuiet = account.isQuiet;
    const run = this.terraform.fork();
    // Another one may be at work meanwhile.
    if (!wasQuiet) expected.mayHave(wanted);
    const replaced = options.replaced?.includes('DnsGate')
      ? run.state.DnsGate.at(-1)?.transaction
      : undefined;
    if (replaced !== undefined && !this.isKnown(replaced)) this.isUnknownGate = true;
    const stage = await run.apply(options);
    account.note('terraform', `ends: ${stage}`, run.failure ?? '');
    this.terraform.state = run.state;
    if (['plan', 'gate'].includes(stage) && account.isQuiet) return;
    if (['signing', 'other'].includes(stage) && account.isQuiet && !options.replaced?.length)
      expected.tried();
    else expected.mayHave(wanted);
    // For a minute `Confirmation` believes what `Signing` has seen, whatever others have done since.
    const isBelieved = account.time - this.othersAt < MINUTE_MS;
    return ['done', 'deletes', 'nothing to do'].includes(stage) && !isBelieved ? wanted : undefined;
  }

  private async destroy(newestFirst: boolean): Promise<undefined> {
    const { account, expected } = this;
    const wasQuiet = account.isQuiet;
    const run = this.terraform.fork();
    const isThere = run.state.Signing.length > 0;
    const isAmbiguous = this.isAmbiguous(run);
    if (isThere) expected.mayBeDestroyed();
    const done = await run.destroy(newestFirst);
    account.note('terraform', `destroy ends: ${done}`, run.failure ?? '');
    this.terraform.state = run.state;
    if (!done || !isThere || !wasQuiet || !account.isQuiet || this.hasLostState || this.isOpen) return;
    if (isAmbiguous) return;
    this.requireDestroyed();
    expected.destroyed();
  }

  private isKnown(transaction: string): boolean {
    const history = this.account.ledger()?.history ?? [];
    return history.some((entry) => entry.transaction === transaction);
  }

  /**
   * Whether a destroy cannot be told from a replacement: `Signing` and `DnsGate` were both created twice, and the engine
   * has no `Confirmation` of that attempt, since the answer was lost.
   */
  private isAmbiguous({ state: { attempt, Confirmation } }: Terraform): boolean {
    const ledger = this.account.ledger();
    const { transaction } = attempt ?? { transaction: '' };
    const marked = [ledger?.recreated, ledger?.regated].every((all) => all?.includes(transaction));
    return marked && Confirmation.at(-1)?.transaction !== transaction;
  }

  /** What was before is back, or a notice says loudly that it is not. */
  private requireDestroyed(): void {
    const isToldLoudly = this.cloud.sns.published.some(({ subject }) =>
      subject.startsWith('DKIM not rolled back'),
    );
    // SES may have switched off what an earlier ledger does not know: then that is what was before.
    const isUnknown = this.isRestored && this.schedule.pace.switchesOff;
    require(isToldLoudly ||
      isUnknown ||
      this.isUnknownGate ||
      this.expected.isBase(this.state), `SES has ${this.state} after the destroy`);
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
    const { account, expected } = this;
    const isAlone = account.isQuiet && !this.isOpen;
    account.note('person', `sets ${state}`);
    this.set(state);
    if (isAlone) expected.setByOthers(state);
    else expected.maySetByOthers(state);
    this.hasPerson = true;
    this.othersAt = account.time;
    this.isUnsigned ||= !state.endsWith(' on');
    this.hasLost = false;
  }

  /** What a receiver makes of a mail that is sent now. */
  private receive(): void {
    const problem = this.isUnsigned || this.hasLost || this.isRestored ? null : mailProblem(this.account);
    if (problem !== null) this.account.problems.add(problem);
  }

  private set(state: string): void {
    const selector = /^EXTERNAL (\S+)/.exec(state)?.[1];
    this.cloud.ses.give(DOMAIN, {
      origin: state.split(' ')[0]!,
      enabled: state.endsWith(' on'),
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
    this.expected.maySetByOthers(this.state);
    this.othersAt = this.account.time;
  }

  private keepPace(pace: Pace): void {
    Object.assign(this.cloud.ses, pace);
  }

  private get state(): string {
    return stateOf(this.cloud.ses.state(DOMAIN)!);
  }

  private requireAllowed(what: string): void {
    // What was open is not known to an earlier ledger.
    require(this.isRestored ||
      this.isTorn ||
      this.isUnknownGate ||
      this.expected.allows(this.state), `${what} ${this.state}, expected ${this.expected}`);
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
    // That one may have failed, and is repeated by hand until it does not.
    if (this.isRestored) await account.send('by hand', REVERT);
    await this.fireAll();
    for (const problem of account.notices.problems()) account.problems.add(problem);
    this.requireNoProblem();
    const { open, lease } = account.ledger() ?? { open: null, lease: null };
    require(open === null, 'a change stays open');
    require(lease === null || lease.expiresAt <= account.time, 'a lease is left');
    // What was open is not known to an earlier ledger.
    if (this.isRestored) return;
    this.requireAllowed('SES ends with');
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
    // An earlier ledger may not know that an object was replaced: its delete rolls back, and the next plan shows it.
    if (this.isRestored && this.state !== signs(selector)) stage = await terraform.apply({ selector });
    account.note('terraform', `ends: ${stage}`, terraform.failure ?? '');
    await this.fireAll();
    this.requireNoProblem();
    require(stage === 'done' || stage === 'nothing to do', `the apply ends at ${stage}`);
    // An earlier ledger may know the engine's attempt, and not what a person has done since.
    if (this.isRestored && this.hasPerson && stage === 'nothing to do') return;
    require(this.state === `EXTERNAL ${selector} on`, `SES has ${this.state} after the apply`);
    require(this.cloud.ses.state(DOMAIN)!.status === 'SUCCESS', 'SES has not verified it');
    require(await terraform.isInSync(selector), 'the plan is not empty');
    const { open, owner } = account.ledger()!;
    require(this.isRestored || (open === null && owner?.confirmed === true), 'the change is not confirmed');
  }

  /** The stack is destroyed at once, whatever was lost before. */
  private async end(): Promise<void> {
    const { account, terraform } = this;
    const isThere = terraform.state.Signing.length > 0 && !this.hasLostState && !this.isAmbiguous(terraform);
    const done = await terraform.destroy();
    await this.fireAll();
    this.requireNoProblem();
    require(done, `the destroy fails: ${terraform.failure}`);
    if (!isThere) return;
    this.requireDestroyed();
    const ledger = account.ledger();
    require(this.isRestored ||
      (ledger?.owner == null && ledger?.open == null), 'the ledger still has an owner');
  }

  /** The stack asks for `heal`: within four daily audits what SES has given up signs again, but for what a person did. */
  private async heal(): Promise<void> {
    const { account, cloud } = this;
    for (let days = 0; days < 4; days += 1) {
      await cloud.clock.advance(DAY_MS);
      await this.deliver('audit', AUDIT);
      await this.fireAll();
    }
    this.requireNoProblem();
    const { owner, inForce } = account.ledger() ?? {};
    const isOurs = owner?.confirmed === true && signerOf(this.state) === `EXTERNAL ${inForce?.selector}`;
    if (!isOurs || this.hasPerson || this.isRestored) return;
    const { enabled, status } = cloud.ses.state(DOMAIN)!;
    const { findings } = cloud.s3.json<LastFindings>(BUCKET, `${AUDIT_PREFIX}findings.json`);
    const isFound = Object.keys(findings).some((each) => each.includes(DOMAIN));
    require((enabled && status === 'SUCCESS') ||
      (this.isLate && isFound), `nothing heals ${this.state} ${status}`);
  }

  /** For sixty days nothing of ours changes anything. */
  private async stay(): Promise<void> {
    const { account, cloud } = this;
    const writes = () => cloud.calls.count(/^ses:Put/);
    const [before, state] = [writes(), this.state];
    await cloud.clock.advance(60 * DAY_MS);
    require(cloud.scheduler.pending().length === 0, 'something is armed');
    // What SES has given up is healed, so it is written.
    if (!this.hasLost && account.rows.length % 8 === 0) {
      await this.deliver('audit', AUDIT);
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
