/** Asks the function after the applies until SES has verified. */
import { MINUTE_MS } from '../../handlers/clock';
import type { ListedDomain } from '../../list/domain-list';
import { unsignedMailOf } from '../dns/mail-domain';
import { CliError } from '../errors/cli-error';
import type { StatusAnswer } from '../target/function';
import type { Hint, Outcome, Reason } from '../words/outcomes';
import type { Deployment } from './deployment';
import { stackLine, waitingLine } from './report';
import { statusOf } from './status-of';

/**
 * Pause between two rounds. One or two entries are checked more often, since all share one rate. A stack that is done only
 * once SES has verified (`verification.required`) is then planned and applied again, which takes seconds.
 */
const ROUND_MS = { first: 2_000, longestOfFew: 3_000, longest: 15_000 };
const FEW = 2;
/** If more entries still wait, DNS is not read. */
const MOST_READ = 10;

/**
 * Asks the function in turn about each entry that SES had not verified, at the pace of the whole command, until SES has
 * verified or the time is over. Prints the result of each.
 */
export async function awaitVerification(
  deployment: Deployment,
  applied: readonly Outcome[],
): Promise<Outcome[]> {
  const wait = new Wait(deployment, applied);
  try {
    await wait.untilVerified();
  } catch (error) {
    if (!deployment.signal.aborted) throw error;
  }
  return deployment.signal.aborted ? wait.outcomes : wait.withMailMeanwhile();
}

/** The wait for SES after a deploy. */
class Wait {
  private readonly ended: Map<string, Outcome>;
  private readonly open: Set<ListedDomain>;
  private readonly startedAt: number;
  private readonly until: number;
  /** The last answers of SES. */
  private readonly seen = new Map<string, StatusAnswer['ses']>();
  private notedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly deployment: Deployment,
    applied: readonly Outcome[],
  ) {
    const { list, waitSeconds } = deployment;
    this.ended = new Map(applied.map((each) => [each.stack, each]));
    this.open = new Set(list.domains.filter(({ stack }) => this.ended.get(stack)?.awaits !== undefined));
    this.startedAt = this.now();
    this.until = this.startedAt + waitSeconds * 1000;
  }

  get outcomes(): Outcome[] {
    return [...this.ended.values()];
  }

  /** @throws once it is interrupted */
  async untilVerified(): Promise<void> {
    const { signal, cli } = this.deployment;
    for (let pause = ROUND_MS.first; this.open.size > 0; pause *= 2) {
      for (const listed of this.open) await this.check(listed);
      if (this.open.size === 0 || this.now() >= this.until) return;
      this.note();
      const longest = this.open.size > FEW ? ROUND_MS.longest : ROUND_MS.longestOfFew;
      await cli.world.clock.sleep(Math.min(pause, longest, this.leftMs()), signal);
    }
  }

  /** Adds what happens to its mail to each entry that still waits: SES refuses it, or receivers may. */
  async withMailMeanwhile(): Promise<Outcome[]> {
    const waiting = [...this.open];
    const refused = waiting.filter(({ stack }) => this.seen.get(stack)?.verifiedForSending === false);
    for (const { stack } of refused) this.hint(stack, { code: 'MAY_NOT_SEND', facts: {} });
    const sent = waiting.filter((each) => !refused.includes(each));
    for (const listed of sent.slice(0, MOST_READ)) {
      const { world } = this.deployment.cli;
      const mail = await unsignedMailOf(world, listed, async () => this.seen.get(listed.stack)?.mailFrom);
      if (mail.outcome !== 'passes') this.hint(listed.stack, { code: 'UNSIGNED_MAIL', facts: { mail } });
    }
    return this.outcomes;
  }

  private hint(stack: string, hint: Hint): void {
    const ended = this.ended.get(stack)!;
    this.ended.set(stack, { ...ended, hints: [...ended.hints, hint] });
  }

  /** Asks about one entry, and prints its result. */
  private async check(listed: ListedDomain): Promise<void> {
    const { out } = this.deployment.cli;
    const { stack, selector } = listed;
    out.progress.show({ code: 'WAITING_FOR_SES', facts: { entries: this.open.size, leftMs: this.leftMs() } });
    const answer = await statusOf(this.deployment, listed);
    if (!(answer instanceof CliError)) this.seen.set(stack, answer.ses);
    const outcome = after(this.ended.get(stack)!, answer, selector);
    this.ended.set(stack, outcome);
    if (outcome.ended === 'waiting') return;
    this.open.delete(listed);
    if (outcome.ended !== 'unchanged') out.write(stackLine(outcome, this.now() - this.startedAt));
  }

  /** Prints the open entries once a minute. */
  private note(): void {
    if (this.now() - this.notedAt < MINUTE_MS) return;
    this.notedAt = this.now();
    for (const { stack } of this.open)
      this.deployment.cli.out.write(waitingLine(this.ended.get(stack)!, this.leftMs()));
  }

  private readonly now = (): number => this.deployment.cli.world.clock.now();

  private readonly leftMs = (): number => this.until - this.now();
}

/** Steps after which a change is still being rolled back. */
const BEING_UNDONE: readonly string[] = ['reverting', 'rollback-failed'];

/** Reads an answer of the function. If the function could not be asked, it is asked again. */
function after(before: Outcome, answer: StatusAnswer | CliError, selector: string): Outcome {
  const waits = (reason: Reason): Outcome => ({ ...before, ended: 'waiting', reason });
  if (answer instanceof CliError) {
    const { code: error, message } = answer;
    return waits({ code: 'NOT_ASKED', facts: { error, message } });
  }
  const { ses, waiting, unverified, last } = answer;
  if (last !== null && BEING_UNDONE.includes(last.event))
    return { ...before, ended: 'rolling-back', reason: { code: 'ROLLBACK_NOT_ENDED', facts: {} } };
  if (!waiting && unverified?.selector === selector)
    return { ...before, ended: 'rolled-back', reason: { code: 'NOT_VERIFIED_IN_TIME', facts: {} } };
  if (answer.selector !== selector || answer.drifted)
    return { ...before, ended: 'rolled-back', reason: { code: 'OVERWRITTEN', facts: {} } };
  if (ses?.status !== 'SUCCESS') return waits({ code: 'SES_STATUS', facts: { status: ses?.status } });
  if (before.ended === 'unchanged') return before;
  return { ...before, ended: 'done', reason: { code: 'VERIFIED', facts: {} } };
}
