import { type LedgerEvent, STEPS, type State } from '../../../../handlers/ledger/states';
import { EXCUSES, type Excuse, excuseTable, type Looks, type Unjudged, unjudgedTable } from './excuses';

/** Rare states that a search must have met to be worth anything. */
export const SOMETIMES = [
  'a late Put after its rollback, while healing',
  'a stale read that would have become the prior state',
  'a revert that fires while an apply waits for SES',
  'a lease lost in the middle of a rollback',
  'a destroy while a change is undone',
  'a destroy of a stack that another one takes over',
  'a destroy that another state of the engine has refused',
  'a history that was cut',
  'a Signing that outlives its stack',
  'a destroy of a stack that was destroyed before',
  'a second state of the engine',
  'a change that nothing reverts',
  'an apply that must wait for SES',
  'a change that may be irreversible',
  'a key in force that is lost',
  'a key in force that is replaced',
  'an identity that is recreated',
  'an earlier state of the engine',
  'a lost state of the engine',
  'a destroy after three rotations',
  'a late Put that an audit names',
  'a record that an audit lets go',
  'a takeover by another state',
  'a removal by a direct call',
  'a removal that is refused',
  'a removal that is cut off',
  'a removal beside a Signing',
] as const;

/** The same of two regions that share a record. */
export const SOMETIMES_SHARED = ['two regions at odds', 'a record that no region needs any more'] as const;

/** Of those whose sharing ends. */
export const SOMETIMES_ENDED = [
  'a sharing that ends',
  'a home that is destroyed',
  'a home that is destroyed beside a Signing',
  'a home that is kept, since another region needs its record',
  'a home that is deployed before it shares',
] as const;

const stepName = (from: State, event: LedgerEvent, to: State): string => `${from}, ${event}, ${to}`;

const ALL_STEPS = (Object.keys(STEPS) as State[]).flatMap((from) =>
  (Object.keys(STEPS[from]) as LedgerEvent[]).flatMap((event) =>
    STEPS[from][event]!.map((to) => stepName(from, event, to)),
  ),
);

type Rare = (typeof SOMETIMES | typeof SOMETIMES_SHARED | typeof SOMETIMES_ENDED)[number];

/** Counts how often something was met. */
export class Counters {
  private readonly counts: Map<string, number>;
  private readonly looks = new Map<Unjudged, Looks>();

  /** @param awaited what a long run must meet */
  constructor(private readonly awaited: readonly string[] = [...SOMETIMES, ...ALL_STEPS]) {
    this.counts = new Map([...awaited, ...Object.keys(EXCUSES)].map((name) => [name, 0]));
  }

  met(name: Rare): void {
    this.add(name);
  }

  excused(name: Excuse, times = 1): void {
    this.add(name, times);
  }

  /** Counts a look of the oracle, and whether it was judged. */
  looked(at: Unjudged, isJudged: boolean): void {
    const { all, unjudged } = this.looksAt(at);
    this.looks.set(at, { all: all + 1, unjudged: unjudged + Number(!isJudged) });
  }

  private looksAt(at: Unjudged): Looks {
    return this.looks.get(at) ?? { all: 0, unjudged: 0 };
  }

  stepped(from: State, event: LedgerEvent, to: State): void {
    this.add(stepName(from, event, to));
  }

  private add(name: string, times = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + times);
  }

  /** What must be met in a long run, and was not. */
  get missed(): string[] {
    return this.awaited.filter((name) => this.counts.get(name) === 0);
  }

  /**
   * Formats what was met and what was not, and the excuses as the tables of docs/evidence/reliability.md.
   * @param schedules how many were played
   */
  report(schedules: number): string {
    const met = [...this.counts].filter(([name, count]) => count > 0 && !(name in EXCUSES));
    const width = Math.max(...met.map(([name]) => name.length));
    return [
      'Met, so many times:',
      ...met.map(([name, count]) => `  ${name.padEnd(width)} ${count}`),
      `Never met: ${this.missed.length === 0 ? 'nothing' : ''}`,
      ...this.missed.map((name) => `  ${name}`),
      'Excused, so many times:',
      excuseTable(schedules, (excuse) => this.counts.get(excuse)!),
      'Looked at, and not judged:',
      unjudgedTable(schedules, (at) => this.looksAt(at)),
    ].join('\n');
  }
}
