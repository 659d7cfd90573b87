import type { SigningState } from '../../../../handlers/aws/email-identity';
import { s3Uri } from '../../../../handlers/contract/contract';
import { emptyLedger, type Ledger, type Restoration } from '../../../../handlers/ledger/ledger';
import { isStep, type LedgerEvent, type Step, stateOf } from '../../../../handlers/ledger/states';
import type { FakeCloud } from '../../../support/world';
import type { Call } from '../../../support/world/calls';
import { cutHistory, DOMAIN, SES_PUT } from '../support';
import type { Counters } from './counters';
import type { Notices } from './notices';
import { LATE, UNANSWERED } from './strikes';

/** What is watched. */
export interface Watched {
  readonly cloud: FakeCloud;
  readonly counters: Counters;
  readonly notices: Notices;
  readonly problems: Set<string>;
  readonly earlier: { readonly until: number; readonly state: SigningState | null }[];
  readonly ledgerPlace: { readonly bucket: string; readonly key: string };
  readonly cutsHistory: boolean;
  readonly isUnlimited: boolean;
  readonly time: number;
  isArmed(arming: number | undefined): boolean;
  ledger(): Ledger | null;
  nameOf(invocation: number): string;
}

/** Looks at each call that has taken effect, and at what must hold then. */
export class Watch {
  /** Called when a person has confirmed a change: that which is open then. */
  onConfirmed: (selector: string) => void = () => {};
  /** Called when a rollback has ended that could only switch signing off. */
  onSpent: () => void = () => {};
  /** Whether SES may have signed with a selector before any stack. */
  maySignBefore: (selector: string) => boolean = () => true;
  /** Called after each call that may change what becomes of mail. */
  onChange: () => void = () => {};
  /** How the baseline of the last transaction is restored. */
  baseline: Restoration | undefined;
  /** Whether the prior state of the last change cannot be restored, for the same reason. */
  isPriorSpent = false;
  /** The last event of the ledger that changed something in SES. */
  lastChange: LedgerEvent | undefined;
  /** When the function last carried out the destroy of a stack, which says that its record may go. */
  destroyedAt = Number.NEGATIVE_INFINITY;
  /** The ledger as it was written last; before that, as it was before writes of which nobody has heard. */
  written: readonly Ledger[] = [emptyLedger(DOMAIN, '')];
  /** The invocation behind each holder of the lease. */
  private readonly holders = new Map<string, number>();
  /** Invocations that have read the ledger. */
  private readonly readers = new Set<number>();
  /** By stack, who had read the ledger before its last delete. */
  private readonly readBefore = new Map<string, ReadonlySet<number>>();
  /** Destroyed stacks for which a run has begun a change that has not read the ledger before: as if they were applied again. */
  readonly begunAfterDelete = new Set<string>();
  /** What each invocation has proved in DNS. */
  private readonly proved = new Set<string>();

  constructor(private readonly account: Watched) {}

  /** Whether the baseline of the last transaction cannot be restored: SES had given it up, and its record is gone. */
  get isBaselineSpent(): boolean {
    return this.baseline?.kind === 'disable';
  }

  /** How many runs have held the lease. */
  get runs(): number {
    return this.holders.size;
  }

  /** Looks at what a call has done. */
  look(
    { action, resource, invocation }: Call,
    before: SigningState | null,
    answer: unknown,
    more: string,
  ): void {
    // Its sender may still wait for it.
    const isInTime = more !== LATE;
    if (action === 'dns:Prove' && (answer as { ready: boolean }).ready)
      this.proved.add(`${invocation} ${resource.split('.')[0]}`);
    const isOfLedger = resource === s3Uri(this.account.ledgerPlace);
    const isAnswered = ![LATE, UNANSWERED].includes(more);
    if (action === 's3:GetObject' && isOfLedger && isAnswered) this.readers.add(invocation);
    if (action === 's3:PutObject' && isOfLedger && answer !== null) {
      const { lease } = this.lookAtLedger(invocation, isAnswered);
      if (lease && !this.holders.has(lease.holder)) this.holders.set(lease.holder, invocation);
    }
    if (isInTime && /^(ses:Put|s3:Put|scheduler:)/.test(action)) this.onChange();
    if (action.startsWith('ses:Put')) {
      this.account.notices.hasWritten(invocation);
      this.account.earlier.push({ until: this.account.time, state: before });
      if (isInTime) this.lookAtWrite(invocation, action);
    }
  }

  /** Every write of the ledger is a step of the table of states, or takes back one whose answer was lost. */
  private lookAtLedger(invocation: number, isAnswered: boolean): Ledger {
    const before = this.written.at(-1)!;
    const ledger = this.account.ledger()!;
    if (ledger.baseline) this.baseline = ledger.baseline.restoration;
    if (ledger.open) this.isPriorSpent = ledger.open.previous.restoration.kind === 'disable';
    this.lookAtBaseline(ledger);
    this.lookAtDeletes(before, ledger);
    const from = this.written.findLast((earlier) => isStep(earlier, ledger));
    this.written = isAnswered ? [ledger] : [...this.written, ledger];
    const { last } = ledger;
    const event = isSame(last, before.last) ? undefined : last?.event;
    if (from === undefined)
      this.account.problems.add(
        `no step of the table: ${stateOf(before)}, ${event ?? 'none'}, ${stateOf(ledger)}`,
      );
    // A repeated write, whose answer was lost, is no step of its own.
    else if (event !== undefined && !isSame(last, from.last))
      this.account.counters.stepped(stateOf(from), event, stateOf(ledger));
    if (event !== undefined) {
      const actor = this.account.nameOf(invocation);
      this.account.notices.hasRecorded(invocation, event, /^(schedule|stray)/.test(actor));
      // An owner that is confirmed with nothing open changes nothing.
      const isOfSes = !UNCHANGED.includes(event) && !(event === 'confirmed' && before.open === null);
      if (isOfSes) this.lastChange = event;
      if (event === 'destroyed') this.destroyedAt = this.account.time;
      if (BEGINS.includes(event)) this.lookAtBeginning(invocation, ledger);
      if (this.isPriorSpent && ROLLED_BACK.includes(event)) this.onSpent();
      if (event === 'confirmed' && actor.startsWith('by hand'))
        this.onConfirmed((ledger.open?.wanted ?? ledger.inForce!).selector);
    }
    if (this.account.cutsHistory && cutHistory(this.account.cloud))
      this.account.counters.met('a history that was cut');
    return ledger;
  }

  private lookAtDeletes(before: Ledger, { deleted }: Ledger): void {
    const times = (ids: readonly string[], stack: string) => ids.filter((each) => each === stack).length;
    // A delete whose write was not answered fails, and takes that write back.
    for (const stack of before.deleted)
      if (times(deleted, stack) < times(before.deleted, stack)) this.readBefore.delete(stack);
    for (const stack of new Set(deleted)) {
      if (times(deleted, stack) <= times(before.deleted, stack)) continue;
      if (before.deleted.includes(stack))
        this.account.counters.met('a destroy of a stack that was destroyed before');
      this.readBefore.set(stack, new Set(this.readers));
    }
  }

  /**
   * A run that began before its stack was destroyed begins no change after that. An earlier ledger knows of no destroy, and a
   * direct call has no stack.
   */
  private lookAtBeginning(invocation: number, { open, owner }: Ledger): void {
    if (open?.source === 'direct') return;
    const { stack } = (open ? open.owner : owner) ?? {};
    const readBefore = stack === undefined ? undefined : this.readBefore.get(stack);
    if (readBefore === undefined) return;
    if (!readBefore.has(invocation)) this.begunAfterDelete.add(stack!);
    else
      this.account.problems.add(`#${invocation} begins a change of ${stack}, which was destroyed meanwhile`);
  }

  /** Somebody has restored an earlier ledger. */
  forgets(ledger: Ledger): void {
    this.written = [ledger];
    this.readBefore.clear();
  }

  /** A baseline is what was before: never what the function itself has set. */
  private lookAtBaseline({ baseline }: Ledger): void {
    const before = baseline?.restoration;
    if (before?.kind !== 'byodkim' || this.maySignBefore(before.selector)) return;
    this.account.problems.add(`${before.selector} became the baseline, and the function has set it`);
  }

  /** What must hold whenever SES is written by a run that is alive. */
  private lookAtWrite(invocation: number, action: string): void {
    const { open, baseline, lease } = this.account.ledger()!;
    const holder = lease === null ? undefined : this.holders.get(lease.holder);
    if (holder !== invocation)
      this.account.problems.add(
        `#${invocation} writes SES, and the lease is ${holder ? `#${holder}'s` : 'nobody’s'}`,
      );
    const { selector } = this.account.cloud.ses.state(DOMAIN)!;
    if (selector === undefined || action !== SES_PUT) return;
    const restores = [open?.previous, baseline].some(
      (state) => state?.restoration.kind === 'byodkim' && state.restoration.selector === selector,
    );
    if (restores) return;
    if (open?.wanted.selector !== selector)
      this.account.problems.add(`${selector} is set, and no change of it is open`);
    else if (!this.account.isArmed(open.armed?.number) && !this.account.isUnlimited)
      this.account.problems.add(`${selector} is set, and nothing reverts it`);
    if (!this.proved.has(`${invocation} ${selector}`))
      this.account.problems.add(`${selector} is set, and #${invocation} has not proved it in DNS`);
  }
}

const isSame = (one: Step | null, other: Step | null): boolean =>
  one?.event === other?.event && one?.at === other?.at;

/** Events with which a run begins to change something, or takes what is there as its own. */
const BEGINS: readonly LedgerEvent[] = ['opened', 'adopted'];

const ROLLED_BACK: readonly LedgerEvent[] = ['reverted', 'destroyed'];

/** Events that change nothing in SES. */
const UNCHANGED: readonly LedgerEvent[] = ['opened', 'failed', 'rollback-failed', 'released'];
