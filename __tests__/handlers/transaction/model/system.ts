import fc from 'fast-check';
import type { OneTimeSchedule } from '../../../../handlers/aws/schedules';
import { FakeCloud, type Fault, testKey } from '../../../support/world';
import { DOMAIN, ledgerOf, Stack } from '../support';
import { mailProblem } from './mail';
import { SecretScan } from './secrets';
import { Terraform } from './terraform';

export const SELECTORS = ['s1', 's2', 's3'] as const;
/** What somebody sets by hand; its key lies in S3, and its record is published. */
export const BY_HAND = 's9';

const keys = [...SELECTORS, BY_HAND].map((selector) => testKey(selector));
const scan = new SecretScan(keys);

/** One failure, at the `nth` call of AWS of what follows. */
export interface Trouble {
  readonly nth: number;
  readonly kind: NonNullable<Fault['kind']>;
  readonly when: NonNullable<Fault['when']>;
  readonly times: number;
}

/** The calls that can fail: those of AWS. */
const OF_AWS = /^(s3|ses|scheduler):/;

export const trouble = (lastCall = 18): fc.Arbitrary<Trouble | null> =>
  fc.option(
    fc
      .record({
        nth: fc.integer({ min: 1, max: lastCall }),
        kind: fc.constantFrom('kill', 'kill', 'fail', 'fail', 'repeat', 'hang'),
        when: fc.constantFrom('before', 'after'),
        times: fc.constantFrom(1, 1, 1, 2, 4),
      })
      // Lambda gives an event up after three attempts: nobody is left to arm it again when all of them are killed.
      .map((fault) => ({ ...fault, times: endsTheProcess(fault) ? Math.min(2, fault.times) : fault.times })),
    { freq: 2 },
  );

const endsTheProcess = ({ kind }: Pick<Trouble, 'kind'>): boolean => kind === 'kill' || kind === 'hang';

/** How SES takes keys that it has never verified. */
export interface Pace {
  readonly verifySeconds: number;
  readonly ending?: 'asPublished' | 'never' | 'fails';
  readonly switchesOff?: boolean;
}

/** SES does not find a record any more that it has verified: for a while, or for good. */
export interface Loss {
  readonly status: 'TEMPORARY_FAILURE' | 'FAILED';
  /** Signing is switched off as well. */
  readonly switchesOff?: true;
}

export const PROMPT: Pace = { verifySeconds: 2 };

/** The function in its cloud, driven by Terraform, by people and by schedules. */
export class System {
  readonly cloud = new FakeCloud();
  /** Its stack asks that the audit heals. */
  readonly terraform = new Terraform(new Stack(this.cloud, { heal: true }));
  /** Everything that schedules ever sent. */
  readonly payloads: unknown[] = [];
  private read = { log: 0, ledger: '' };
  /** What a receiver would have found at some moment, and must not. */
  private readonly badMail = new Set<string>();
  /** What was before we came, or what somebody has set since, has no signature. */
  private wasUnsigned = false;
  /** The origin and selector of a state that was done, and that SES has given up: a plan shows it, nothing undoes it. */
  private lost: string | null = null;
  private readonly badHeals: string[] = [];

  constructor(
    start: string,
    readonly pace: Pace = PROMPT,
  ) {
    for (const selector of [...SELECTORS, BY_HAND]) this.cloud.giveKey(DOMAIN, selector);
    this.set(start);
    this.keepPace(pace);
    this.cloud.calls.watch = () => this.receive();
  }

  keepPace({ verifySeconds, ending = 'asPublished', switchesOff = false }: Pace): void {
    Object.assign(this.cloud.ses, { verifySeconds, ending, switchesOff });
  }

  get hasLost(): boolean {
    return this.lost !== null && this.cloud.ses.state(DOMAIN)?.status === 'FAILED';
  }

  /** What a receiver would make of a mail that is sent now. */
  private receive(): void {
    const { status } = this.cloud.ses.state(DOMAIN)!;
    if (status === 'SUCCESS' || this.signer !== this.lost) this.lost = null;
    const isExcused = this.wasUnsigned || this.hasLost;
    const problem = mailProblem(this.cloud, this.ledger(), isExcused);
    if (problem !== null) this.badMail.add(problem);
  }

  /** What SES has, without its status: `AWS_SES on`, `EXTERNAL s1 off`, … */
  get state(): string {
    const { origin, selector, enabled } = this.cloud.ses.state(DOMAIN)!;
    return [origin, selector, enabled ? 'on' : 'off'].filter((part) => part !== undefined).join(' ');
  }

  private get signer(): string {
    return this.state.replace(/ o(n|ff)$/, '');
  }

  /** Somebody sets SES by hand. */
  set(state: string): void {
    const [origin, ...rest] = state.split(' ');
    const enabled = rest.at(-1) === 'on';
    const selector = rest.length === 2 ? rest[0] : undefined;
    this.wasUnsigned = !enabled;
    this.lost = null;
    this.cloud.ses.give(DOMAIN, {
      origin: origin!,
      enabled,
      ...(selector !== undefined && { selector, spki: testKey(selector).publicKey.spki }),
    });
  }

  /** SES loses what it had verified, for a while or for good. Only keys of ours: others are others' business. */
  lose({ status, switchesOff }: Loss): void {
    const { origin, selector, status: current, enabled } = this.cloud.ses.state(DOMAIN)!;
    if (origin !== 'EXTERNAL' || selector === BY_HAND || current !== 'SUCCESS') return;
    this.cloud.ses.tamper(DOMAIN, { status, enabled: enabled && !switchesOff });
    if (status === 'FAILED') this.lost = this.signer;
  }

  /** The daily audit. */
  async audit(): Promise<void> {
    this.answers.push(await this.cloud.invokeAsync({ action: 'audit', scheduled: true }));
  }

  /** Passes time until what the audit has armed heals. @returns whether it has armed it */
  async heal(): Promise<boolean> {
    const [armed] = this.cloud.scheduler.pending().filter(isHeal);
    if (armed === undefined) return false;
    await this.cloud.clock.advance(Math.max(0, armed.at - this.cloud.clock.now()));
    await this.fireHeal(armed);
    return true;
  }

  /** Nothing is healed but what the last change has left in force and SES has given up. */
  private async fireHeal({ name, payload }: OneTimeSchedule): Promise<void> {
    const { open, inForce } = this.ledger() ?? { open: null, inForce: null };
    const before = this.state;
    const mayAct = open === null && this.hasLost && this.signer === `EXTERNAL ${inForce?.selector}`;
    const puts = () => this.cloud.calls.count(/^ses:Put/);
    const made = puts();
    this.cloud.scheduler.remove(name);
    this.answers.push(await this.cloud.invokeAsync(payload));
    if (!mayAct && puts() > made) this.badHeals.push(`${before} was healed`);
  }

  /** SES has found everything again that it had not given up. */
  recover(): void {
    this.keepPace(PROMPT);
    if (this.cloud.ses.state(DOMAIN)?.status === 'TEMPORARY_FAILURE')
      this.cloud.ses.tamper(DOMAIN, { status: undefined });
  }

  /** Does something in which one call may go wrong; then lets fire what is due. */
  async during<T>(fault: Trouble | null, work: () => Promise<T>): Promise<T> {
    if (fault !== null) this.cloud.calls.addFault({ action: OF_AWS, ...fault });
    try {
      return await work();
    } finally {
      this.note();
      await this.fireDue();
      this.cloud.calls.clearFaults();
    }
  }

  /** Passes time until the next schedule is due, and lets it fire. */
  async expire(): Promise<void> {
    const [next] = this.cloud.scheduler.pending();
    if (next === undefined) return;
    await this.cloud.clock.advance(Math.max(0, next.at - this.cloud.clock.now()));
    await this.fireDue();
  }

  /** What is wrong at any time. */
  problems(): string[] {
    const { cloud } = this;
    const now = cloud.clock.now();
    const { open, lease } = this.ledger() ?? { open: null, lease: null };
    const pending = cloud.scheduler.pending();
    this.receive();
    const secret = this.newTexts().flatMap((text) => scan.find(text) ?? []);
    return [
      ...this.badMail,
      ...this.badHeals,
      ...(secret.length > 0 ? [`a secret was printed: ${secret[0]}`] : []),
      ...(lease !== null && lease.expiresAt - now > 40_000 ? ['a lease that lasts too long'] : []),
      ...(open !== null && !pending.some(({ payload }) => isOf(payload, open.armed?.number))
        ? [`open and never reverted: ${JSON.stringify(open.armed)}`]
        : []),
      ...pending.filter(({ at }) => at - now > 30 * 60_000).map(({ name }) => `${name} is too far ahead`),
      ...(pending.length > 6 ? [`${pending.length} schedules`] : []),
    ];
  }

  get isOpen(): boolean {
    return this.ledger()?.open != null;
  }

  ledger() {
    try {
      return ledgerOf(this.cloud);
    } catch {
      return null;
    }
  }

  private async fireDue(): Promise<void> {
    for (;;) {
      const due = this.cloud.scheduler.pending().filter(({ at }) => at <= this.cloud.clock.now());
      if (due.length === 0) return;
      for (const each of due.filter(isHeal)) await this.fireHeal(each);
      this.answers.push(...(await this.cloud.fireDue()));
      this.note();
    }
  }

  /** What the function answered to schedules and direct calls. */
  readonly answers: unknown[] = [];

  private note(): void {
    for (const { payload } of this.cloud.scheduler.pending().filter((each) => !isHeal(each)))
      if (!this.payloads.some((known) => JSON.stringify(known) === JSON.stringify(payload)))
        this.payloads.push(payload);
  }

  private newTexts(): string[] {
    const lines = this.cloud.log.slice(this.read.log).map((line) => JSON.stringify(line));
    this.read.log = this.cloud.log.length;
    const answers = this.answers
      .splice(0)
      .map((answer) =>
        answer instanceof Error ? `${answer.name} ${answer.message}` : JSON.stringify(answer),
      );
    return [
      ...lines,
      ...answers,
      JSON.stringify(this.ledger()),
      JSON.stringify(this.cloud.scheduler.pending()),
      JSON.stringify(this.cloud.sns.published),
    ];
  }
}

const isHeal = ({ payload }: OneTimeSchedule): boolean => (payload as { action: string }).action === 'heal';

const isOf = (payload: unknown, arming: number | undefined): boolean =>
  (payload as { arming?: number }).arming === arming;
