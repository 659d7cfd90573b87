import type { LedgerEvent } from '../../../../handlers/ledger/states';

/** Holds what people are notified of against what the ledger records: the run that writes a result notifies of it, once. */
export class Notices {
  /** By invocation. */
  private readonly sent = new Map<number, readonly string[]>();
  private readonly results = new Map<number, readonly string[]>();
  /** Invocations that have written a step of the ledger. */
  private readonly recorders = new Set<number>();
  /** Invocations that have written SES. */
  private readonly writers = new Set<number>();
  /**
   * Invocations that were killed, that another run took over, or that do not know what they have written: the answer was
   * lost, and another run has written since. What they had to say is in that run's notice or in the audit's report.
   */
  private readonly excused = new Set<number>();

  hasWritten(invocation: number): void {
    this.writers.add(invocation);
  }

  mayMiss(invocation: number): void {
    this.excused.add(invocation);
  }

  hasSent(invocation: number, states: readonly string[]): void {
    this.sent.set(invocation, [...this.of(this.sent, invocation), ...states]);
  }

  /** Notes a step of the ledger that an invocation has written. @param bySchedule its answer has no reader */
  hasRecorded(invocation: number, event: LedgerEvent, bySchedule: boolean): void {
    this.recorders.add(invocation);
    const isResult =
      event === 'rollback-failed' ||
      (event === 'verified' && bySchedule) ||
      (['applied', 'reverted', 'destroyed'].includes(event) && this.writers.has(invocation));
    if (isResult) this.results.set(invocation, [...this.of(this.results, invocation), event]);
  }

  /** @returns what is wrong. A change that is asked for again is answered, and notified of, again. */
  problems(): string[] {
    return this.judged().flatMap(([invocation, problem]) => (this.excused.has(invocation) ? [] : [problem]));
  }

  /** How many results were not notified of as they should, since their run was cut off. */
  get missed(): number {
    return this.judged().filter(([invocation]) => this.excused.has(invocation)).length;
  }

  private judged(): (readonly [invocation: number, problem: string])[] {
    return [...new Set([...this.results.keys(), ...this.sent.keys()])].flatMap(
      (invocation): (readonly [number, string])[] => {
        const results = this.of(this.results, invocation);
        const sent = this.of(this.sent, invocation);
        const isMissing = results.length > 0 && sent.length === 0;
        const isOfNothing =
          !this.recorders.has(invocation) && sent.some((state) => REPORTS_A_RESULT.test(state));
        const problem = `#${invocation} writes ${results.join(', ') || 'no result'}, notifies of ${sent.join(', ') || 'nothing'}`;
        return isMissing || isOfNothing || sent.length > 1 ? [[invocation, problem]] : [];
      },
    );
  }

  private of(texts: ReadonlyMap<number, readonly string[]>, invocation: number): readonly string[] {
    return texts.get(invocation) ?? [];
  }
}

const REPORTS_A_RESULT = /^(rolled-back|verified)$/;
