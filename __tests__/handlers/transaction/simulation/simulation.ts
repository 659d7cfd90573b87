import type { LastFindings } from '../../../../handlers/audit/findings/last-findings';
import type { DomainReport } from '../../../../handlers/audit/findings/report';
import { DAY_MS, MINUTE_MS } from '../../../../handlers/clock';
import { AUDIT_PREFIX } from '../../../../handlers/contract/contract';
import { emptyLedger } from '../../../../handlers/ledger/ledger';
import type { ApplyOptions, Terraform } from '../../../support/terraform';
import { testKey } from '../../../support/world';
import { DOMAIN } from '../support';
import type { Account } from './account';
import { Actors, AUDIT } from './actors';
import { Counters } from './counters';
import { NO_IDENTITY, signerOf, signs } from './expectation';
import { mailProblem } from './mail';
import { requireAllowed, requireDestroyed, requireLost, unsaid } from './oracle';
import { require } from './require';
import { type Action, ALL, type Pace, type Schedule } from './schedule';
import type { Scheduler } from './turns';

const PROMPT: Pace = { verifySeconds: 2, ending: 'asPublished', switchesOff: false };
/** Once all faults have stopped, so many firings end whatever is armed. */
const MOST_FIRINGS = 25;
/**
 * SES does not verify a key whose record has been replaced: it is checked every fifteen minutes for three days, and a
 * rollback to it is repeated for fifteen days (REVERT_RETRY).
 */
const MOST_CHECKS = 700;

/** How the drift token of a takeover begins. */
const TAKEN_OVER = 'drift-taken-over-';

/** What a ledger says before anything has happened. */
const NOTHING = emptyLedger(DOMAIN, '');

const NOT_EMPTY = 'the plan is not empty';
const UNCONFIRMED = 'the change is not confirmed';

/** Plays one schedule. @throws what was broken, with a table of all that happened */
export async function simulate(
  schedule: Schedule,
  scheduler: Scheduler,
  counters = new Counters(),
): Promise<void> {
  const run = new Simulation(schedule, new Actors(schedule, scheduler, counters));
  try {
    await scheduler.waitFor(run.play());
  } catch (error) {
    throw new Error(`${(error as Error).message}\n\n${run.account.table()}\n`);
  }
}

/** Holds what the actors do against what must hold at any moment, and against how all must end. */
export class Simulation {
  readonly account: Account;
  /** Whether a destroy has ended the schedule, and restored what was before. */
  private isRestored = false;

  constructor(
    private readonly schedule: Schedule,
    readonly actors: Actors,
  ) {
    this.account = actors.account;
    this.account.watch.onChange = () => this.receive();
  }

  private get cloud() {
    return this.account.cloud;
  }

  private get status(): string {
    return this.cloud.ses.state(DOMAIN)?.status ?? NO_IDENTITY;
  }

  async play(): Promise<void> {
    for (const phase of this.schedule.phases) await this.playPhase(phase);
    await this.settle();
    const { ending } = this.schedule;
    if (ending.does === 'apply') await this.converge(ending.selector);
    if (ending.does === 'destroy') await this.end();
    if (ending.does === 'audits') await this.heal();
    if (ending.does === 'remove') await this.remove();
    await this.stay();
  }

  async playPhase(phase: readonly Action[]): Promise<void> {
    const { actors, account } = this;
    await actors.playTogether(phase);
    const isJudged = account.isQuiet && !actors.isOpen;
    account.counters.looked('the state after a phase', isJudged);
    if (isJudged) requireAllowed(actors, 'SES has');
    this.requireNoProblem();
  }

  private requireNoProblem(): void {
    this.receive();
    const [problem] = this.account.problems;
    if (problem !== undefined) throw new Error(problem);
  }

  /** What a receiver makes of a message that is sent now. */
  private receive(): void {
    const { expected, mayBeUnverified, mayLoseRecords, state } = this.actors;
    const isOff = expected.mayBeOff && !state.endsWith(' on');
    const isJudged = !isOff && !mayBeUnverified && !this.actors.isDoubtful('restored ledger');
    this.account.counters.looked('a look at mail', isJudged);
    if (!isJudged) return;
    const problem = mailProblem(this.account, mayLoseRecords);
    if (problem === null) return;
    // SES does not show its key: one whose record was replaced signs until SES has looked at the record again.
    if (this.hasReplacedKey) this.account.counters.excused('a key that is not the one of its record');
    else this.account.problems.add(problem);
  }

  /** Nothing goes wrong any more, the DNS team has published everything: whatever is open ends by itself. */
  async settle(): Promise<void> {
    const { account, actors, cloud } = this;
    const isRestored = actors.isDoubtful('restored ledger');
    account.calm();
    actors.keepPace(PROMPT);
    actors.keys.giveBack();
    for (const selector of ALL) actors.keys.publish(selector);
    account.note('', 'nothing goes wrong any more');
    await cloud.clock.advance(3 * MINUTE_MS);
    await Promise.allSettled(account.background);
    // That one may have failed, and is repeated by hand until it does not.
    if (isRestored) await actors.revertByHand();
    await this.fireAll();
    account.counters.excused('a notice of a run that was cut off', account.notices.missed);
    for (const problem of account.notices.problems()) account.problems.add(problem);
    this.requireNoProblem();
    const { open, lease, owner, deleted } = account.ledger() ?? NOTHING;
    if (account.isUnlimited) account.counters.excused('an unconfirmed change that nothing reverts');
    // A rollback to a key that was replaced, and is gone, is given up after fifteen days: a person must act.
    const isGivenUp = open !== null && actors.keys.wasReplaced(open.previous.selector);
    require(open === null || account.isUnlimited || isGivenUp, 'a change stays open');
    // SES may have given up what it has meanwhile, and switched signing off.
    if (isGivenUp && actors.schedule.pace.switchesOff)
      actors.expected.mayHave(`EXTERNAL ${open.wanted.selector} off`);
    const isDeleted = owner !== null && deleted.includes(owner.stack);
    // After a destroy that was cut off, the engine has its `Baseline`, and can apply and destroy it again.
    const isThere = [actors.terraform, actors.elsewhere].some(({ state }) =>
      state.baselines.includes(owner?.stack ?? ''),
    );
    const isLateRun = isDeleted && !isThere && account.watch.begunAfterDelete.has(owner.stack);
    if (isLateRun) account.counters.excused('a run that arrives after the destroy of its stack');
    require(!isDeleted ||
      isThere ||
      isLateRun ||
      actors.wasEver('lost state', 'restored ledger'), 'a stack that was destroyed owns the state');
    require(lease === null || lease.expiresAt <= account.time, 'a lease is left');
    // What was open is not known to an earlier ledger; what nothing reverts may have been cut off halfway.
    if (isRestored || account.isUnlimited) return;
    requireAllowed(actors, 'SES ends with');
    account.counters.looked(
      'the state at the end, if it may be one of three or more',
      actors.expected.size < 3,
    );
    this.requireVerified();
    await this.name();
  }

  private requireVerified(): void {
    const { account, actors, status } = this;
    if (actors.isVerified) return;
    if (this.hasReplacedKey) account.counters.excused('a key that is not the one of its record');
    else {
      require(actors.mayBeUnverified && status === 'FAILED', `SES ends with ${status}`);
      account.counters.excused('SES may say FAILED');
    }
  }

  /** Whether SES may have an earlier key under its selector than the one whose record is published. */
  private get hasReplacedKey(): boolean {
    return this.actors.keys.wasReplaced(this.cloud.ses.state(DOMAIN)?.selector);
  }

  /** What SES has, and the ledger does not say, an audit names within a day: a Put may have arrived late. */
  private async name(): Promise<void> {
    const { account, actors, cloud } = this;
    const codes = unsaid(actors);
    if (codes.length === 0) return;
    await cloud.clock.advance(DAY_MS);
    const { domains } = await account.invoke('audit', AUDIT);
    const found: string[] = domains.flatMap(({ findings }: DomainReport) => findings.map(({ code }) => code));
    if (actors.isLate) account.counters.met('a late Put that an audit names');
    require(codes.some((code) => found.includes(code)), `the audit does not name ${actors.state}: ${found}`);
    await this.fireAll();
    this.requireNoProblem();
  }

  private async fireAll(): Promise<void> {
    const { actors, cloud } = this;
    const most = actors.keys.hasReplaced ? MOST_CHECKS : MOST_FIRINGS;
    for (let fired = 0; cloud.scheduler.pending().length > 0; fired += 1) {
      require(fired < most, 'schedules keep coming');
      await actors.waitForSchedule(0);
      await actors.fire();
    }
    await cloud.clock.advance(MINUTE_MS);
  }

  /** One apply leads to what the list says, and then a plan is empty; in doubt the next one, or that of a new attempt. */
  async converge(selector: string): Promise<void> {
    const { actors } = this;
    // A replaced key is refused, unless the list allows what cannot be undone.
    const asked = { selector, ...(actors.keys.hasReplaced && { fields: { irreversible: 'allow' } }) };
    let problem = await this.apply(asked);
    // Of two deploys of one list at once the engine may have the overtaken one, which is refused once, or adopted.
    // A key that was replaced during an apply shows in the next plan, and so does a takeover from another state.
    if (problem !== null && (actors.hasDoubts || actors.keys.hasReplaced || actors.elsewhere.hasState)) {
      this.account.counters.excused('a second apply');
      problem = await this.apply(asked);
      if (problem === UNCONFIRMED || (problem !== null && this.isForgotten)) {
        this.account.counters.excused('a new attempt');
        problem = await this.apply({ ...asked, replaced: ['Attempt'] });
      }
      // A stack whose state was lost has not been deleted: that it was taken over shows once more.
      if (problem === NOT_EMPTY && actors.hasDoubts) problem = await this.apply(asked);
    }
    require(problem === null, `${problem}`);
    if (actors.elsewhere.hasState) await this.takeOver(asked);
  }

  /** A ledger of before the stack's first change was restored: the plan is then empty, as it was after that change. */
  private get isForgotten(): boolean {
    const { owner = null, inForce = null } = this.account.ledger() ?? {};
    return this.actors.isDoubtful('restored ledger') && owner === null && inForce === null;
  }

  /** Another state of the engine applies the same: each plan shows that once. */
  private async takeOver(asked: ApplyOptions): Promise<void> {
    const { account, actors } = this;
    const { terraform, elsewhere } = actors;
    const { selector } = asked;
    const { deleted = [] } = account.ledger() ?? {};
    // Two runs of one state at once: one has destroyed what the other one has applied since, and nobody is left to warn.
    const made = [...terraform.state.baselines, ...elsewhere.state.baselines];
    if (made.some((id) => deleted.includes(id))) {
      account.counters.excused('a takeover that is not seen');
      return;
    }
    const apply = async () => {
      const stage = await elsewhere.apply(asked);
      account.note('terraform, elsewhere', `ends: ${stage}`, elsewhere.failure ?? '');
      await this.fireAll();
      return stage;
    };
    let stage = await apply();
    // An attempt that another one has overtaken since is refused once, as two deploys of one list at once are.
    if (stage === 'confirmation') {
      account.counters.excused('a second apply');
      stage = await apply();
    }
    // Two runs of one state may have applied at once: then both plans have shown the takeover already.
    if (stage === 'nothing to do' && elsewhere.state.attempt?.token.startsWith(TAKEN_OVER)) return;
    // Two runs of one state may have the token of before the takeover; an earlier ledger knows of no takeover.
    if (stage === 'nothing to do' && actors.isDoubtful('lost state', 'restored ledger')) {
      account.counters.excused('a takeover that is not seen');
      return;
    }
    require(stage === 'done', `the takeover ends at ${stage}`);
    account.counters.met('a takeover by another state');
    require(!(await terraform.isInSync(selector)), 'the plan of a state that was taken over is empty');
    require(!(await elsewhere.isInSync(selector)), 'the plan of a state that has taken over is empty');
    require((await apply()) === 'done' && (await elsewhere.isInSync(selector)), 'the takeover shows twice');
    require(!(await terraform.isInSync(selector)), 'the plan of a state that was taken over is empty');
    this.requireNoProblem();
  }

  /** @returns why SES is not as the list says; `null`: it is */
  private async apply(options: ApplyOptions): Promise<string | null> {
    const { account, actors } = this;
    const { terraform } = actors;
    const stage = await terraform.apply(options);
    account.note('terraform', `ends: ${stage}`, terraform.failure ?? '');
    await this.fireAll();
    this.requireNoProblem();
    const { selector } = options;
    const { open, owner } = account.ledger() ?? {};
    if (stage !== 'done' && stage !== 'nothing to do') return `the apply ends at ${stage}`;
    if (actors.state !== signs(selector)) return `SES has ${actors.state} after the apply`;
    if (!actors.isVerified) {
      if (!this.hasReplacedKey) return 'SES has not verified it';
      // A late Put has set the key that a person has replaced since.
      account.counters.excused('a key that is not the one of its record');
    }
    if (open !== null || owner?.confirmed !== true) return UNCONFIRMED;
    return (await terraform.isInSync(selector)) ? null : NOT_EMPTY;
  }

  /**
   * The stack is destroyed at once, whatever was lost before: the baseline is back, or a notice says that it is not. With
   * another state of the domain it is back after both destroys.
   */
  private async end(): Promise<void> {
    const { account, actors } = this;
    const { terraform, elsewhere, timesTold } = actors;
    const isThere = terraform.state.baselines.length > 0 && !actors.isDoubtful('lost state', 'second state');
    // A run of the other state may have overwritten what one beside it had deployed.
    const isAlone = !elsewhere.hasState && !this.isOthers();
    if (isAlone) await this.destroy(terraform);
    else await this.destroyBoth();
    // A destroy of one of two states says that the other one was destroyed.
    if (isAlone && actors.timesTold > timesTold) requireLost(actors, terraform);
    const isJudged = isThere && isAlone && actors.timesTold === timesTold;
    account.counters.looked('a final destroy', isJudged);
    if (!isThere || actors.timesTold > timesTold) return;
    if (isAlone) requireDestroyed(actors);
    this.isRestored = isJudged && actors.expected.isPrior(actors.state);
    const { owner, open } = account.ledger() ?? {};
    require(actors.isDoubtful('restored ledger') || (owner ?? open) == null, 'the ledger still has an owner');
  }

  /** A direct call removes the domain at once, or is refused it. */
  private async remove(): Promise<void> {
    await this.actors.playTogether([{ does: 'remove' }]);
    await this.fireAll();
    this.requireNoProblem();
    const { open = null, owner = null, inForce = null } = this.account.ledger() ?? {};
    const isOfStack = (open?.owner ?? owner) !== null;
    require(isOfStack || (open ?? inForce) === null, 'a domain of no stack is managed after its removal');
  }

  /** Whether SES signs for the other state. */
  private isOthers(): boolean {
    const { owner = null } = this.account.ledger() ?? {};
    return owner !== null && this.actors.elsewhere.hasMade(owner.stack);
  }

  /** The destroy of one state is refused as long as SES signs for the other one. */
  private async destroyBoth(): Promise<void> {
    const { account, actors } = this;
    const { terraform, elsewhere } = actors;
    // While one has a change open, the destroys of both are refused: a person reverts it, if nothing else does.
    await this.fireAll();
    if (account.ledger()?.open) await actors.revertByHand();
    const { owner = null } = account.ledger() ?? {};
    const engines = this.isOthers() ? [elsewhere, terraform] : [terraform, elsewhere];
    const [first, second] = engines as [Terraform, Terraform];
    if (owner !== null && second.state.baselines.length > 0) {
      require(!(await second.destroy()), 'a destroy deletes the identity with which another state signs');
      account.counters.met('a destroy that another state of the engine has refused');
      // What has no state any more is taken over first, as the refusal advises.
      if (!first.state.baselines.includes(owner.stack)) {
        await second.apply({ selector: owner.wanted.selector, fields: { irreversible: 'allow' } });
        engines.reverse();
      }
    }
    for (const engine of engines) await this.destroy(engine);
  }

  private async destroy(engine: Terraform): Promise<void> {
    const done = await engine.destroy();
    await this.fireAll();
    this.requireNoProblem();
    require(done, `the destroy fails: ${engine.failure}`);
  }

  /** The stack asks for `heal`: within four daily audits what SES has given up signs again, but for what a person did. */
  private async heal(): Promise<void> {
    const { account, actors, cloud } = this;
    for (let days = 0; days < 4; days += 1) {
      await cloud.clock.advance(DAY_MS);
      await actors.audit();
      await this.fireAll();
    }
    this.requireNoProblem();
    const { open = null, owner, inForce } = account.ledger() ?? {};
    const isOurs =
      open === null &&
      owner?.confirmed === true &&
      signerOf(actors.state) === `EXTERNAL ${inForce?.selector}`;
    const isHealed = actors.isVerified && actors.state.endsWith(' on');
    if (!isOurs || isHealed) return;
    if (this.hasReplacedKey || actors.hasPerson || actors.isDoubtful('restored ledger')) {
      account.counters.excused('not healed');
      return;
    }
    const isFound = this.foundLast().some((each) => each.includes(DOMAIN));
    require(actors.isLate && isFound, `nothing heals ${actors.state} ${this.status}`);
  }

  /** Returns the findings of the last audit: `region/domain CODE subject`. */
  private foundLast(): string[] {
    const { s3, environment } = this.cloud;
    const place = `${AUDIT_PREFIX}findings.json`;
    if (s3.object(environment.keyStoreBucket, place) === undefined) return [];
    return Object.keys(s3.json<LastFindings>(environment.keyStoreBucket, place).findings);
  }

  /** No audit says that the record may go with which SES signs, whoever has set it. */
  private requireRecordKept(): void {
    const free = this.foundLast().filter((each) => / RECORD_(MAY_GO|STAYS_TOO_LONG) /.test(each));
    if (free.length > 0) this.account.counters.met('a record that an audit lets go');
    const shown = this.cloud.ses.state(DOMAIN);
    const asked = free.find((each) => shown?.origin === 'EXTERNAL' && each.endsWith(` ${shown.selector}`));
    require(asked === undefined, `SES signs with a record that may go: ${asked}`);
  }

  /** No audit says that SES signs after the rollback with what the destroy has restored. */
  private requireNotBlamed(): void {
    const blamed = this.foundLast().find((each) => each.includes(' SIGNS_AFTER_ROLLBACK '));
    require(blamed === undefined, `a destroy has restored what was before, and the audit finds ${blamed}`);
  }

  /** For sixty days nothing of ours changes anything. */
  async stay(): Promise<void> {
    const { account, actors, cloud } = this;
    const { state } = actors;
    const writes = () => cloud.calls.count(/^ses:Put/);
    const before = writes();
    await cloud.clock.advance(60 * DAY_MS);
    require(cloud.scheduler.pending().length === 0, 'something is armed');
    // What SES has given up is healed, so it is written.
    if (!actors.mayBeUnverified && (account.rows.length % 8 === 0 || this.isRestored)) {
      await actors.audit();
      await this.fireAll();
      this.requireRecordKept();
      if (this.isRestored) this.requireNotBlamed();
    }
    require(writes() === before && actors.state === state, 'something is written later');
    const { log, sns, bus, s3, metrics } = cloud;
    const ledgers = s3
      .everything(cloud.environment.keyStoreBucket)
      .filter(({ key }) => !key.endsWith('.pem'));
    const texts = JSON.stringify([log, sns.published, bus.put, metrics, ledgers, account.answers()]);
    require(!SECRETS.some((secret) => texts.includes(secret)), 'a part of a private key was printed');
  }
}

/** Parts of the private halves, as long as no text has by chance. */
const SECRETS = ALL.flatMap((selector) => {
  const { der } = testKey(selector);
  return [0.5, 0.6, 0.7, 0.8, 0.9].map((part) => der.slice(Math.floor(der.length * part)).slice(0, 24));
});
