import type { Clock } from '../../../handlers/clock';
import { FAILURES } from './aws-failure';
import type { Invocation } from './invocation';

/** One call of a service, as CloudTrail would show it. */
export interface Call {
  /** e.g. `s3:PutObject`. */
  readonly action: string;
  /** e.g. `s3://bucket/key`, or a domain. */
  readonly resource: string;
  /** Number of the invocation that made it. */
  readonly invocation: number;
  readonly at: number;
}

/** What goes wrong, and at which call. */
export interface Fault {
  readonly action: string | RegExp;
  readonly resource?: string | RegExp;
  /** The how-many-th matching call from now on. @default 1 */
  readonly nth?: number;
  /** How many calls in a row. @default 1 */
  readonly times?: number;
  /**
   * `kill`: the function's process is gone. `hang`: no answer until the function's time is up. `repeat`: the answer is
   * lost, and the SDK makes the call once more. @default fail
   */
  readonly kind?: 'fail' | 'kill' | 'hang' | 'repeat';
  /** Whether the call takes effect before it goes wrong. @default before */
  readonly when?: 'before' | 'after';
  /** For `fail`. @default an internal failure, 500 */
  readonly error?: Error;
}

const matches = (pattern: string | RegExp | undefined, text: string): boolean =>
  pattern === undefined || (typeof pattern === 'string' ? pattern === text : pattern.test(text));

/** Every call passes through here: it is recorded, delayed, and made to fail where a test wants it to. */
export class Calls {
  readonly made: Call[] = [];
  private faults: { fault: Fault; seen: number }[] = [];
  /** Milliseconds that a call takes; 0 does not touch the clock. */
  latencyMs: (call: Call) => number = () => 0;
  /** Looks at the world after every call that took effect, before anybody hears of it. */
  watch: () => void = () => {};
  /** Carries a call out: when, how often, and what its caller hears of it, is up to a simulation. */
  carryOut: <T>(
    call: Call,
    effect: () => T | Promise<T>,
    caller: { readonly invocation: Invocation; readonly clock: Clock },
  ) => Promise<T> = async (_, effect) => effect();

  addFault(fault: Fault): void {
    this.faults.push({ fault, seen: 0 });
  }

  clearFaults(): void {
    this.faults = [];
  }

  /** `action resource` of each call that matches, in order. */
  list(action: string | RegExp = /^/): string[] {
    return this.made
      .filter((call) => matches(action, call.action))
      .map((call) => `${call.action} ${call.resource}`);
  }

  count(action: string | RegExp): number {
    return this.list(action).length;
  }

  async perform<T>(
    invocation: Invocation,
    clock: Clock,
    place: { action: string; resource: string },
    effect: () => T | Promise<T>,
  ): Promise<T> {
    await invocation.whileAlive();
    const call: Call = { ...place, invocation: invocation.number, at: clock.now() };
    this.made.push(call);
    const fault = this.take(call);
    const latency = this.latencyMs(call);
    if (latency > 0) await clock.sleep(latency);
    await invocation.whileAlive();
    if (fault?.kind === 'repeat') await effect();
    else if (fault !== undefined && fault.when !== 'after') await this.strike(invocation, fault);
    const result = await this.carryOut(call, effect, { invocation, clock });
    this.watch();
    if (fault !== undefined && fault.when === 'after') await this.strike(invocation, fault);
    await invocation.whileAlive();
    return result;
  }

  private take(call: Call): Fault | undefined {
    let due: Fault | undefined;
    for (const entry of this.faults) {
      const { fault } = entry;
      if (!matches(fault.action, call.action) || !matches(fault.resource, call.resource)) continue;
      entry.seen += 1;
      const first = fault.nth ?? 1;
      if (entry.seen >= first && entry.seen < first + (fault.times ?? 1)) due ??= fault;
    }
    return due;
  }

  private async strike(invocation: Invocation, fault: Fault): Promise<void> {
    if (fault.kind === 'kill') invocation.kill('killed');
    if (fault.kind === 'kill' || fault.kind === 'hang') return new Promise(() => {});
    throw fault.error ?? FAILURES.internal();
  }
}
