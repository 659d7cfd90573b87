import type { Invocation } from './messages';
import type { InvocationOutcome } from './outcome';

interface Pooled {
  readonly alive: boolean;
  readonly requestId?: string;
  invoke(invocation: Invocation): Promise<InvocationOutcome>;
  kill(): Promise<void>;
  setClock(clockOffsetMs: number): void;
}

/** Keeps the execution environments of one function. It reuses warm ones, the most recently used first. */
export class EnvironmentPool {
  private idle: Pooled[] = [];
  private readonly busy = new Set<Pooled>();
  /** Grows with each change of code or configuration. Environments of earlier generations are not reused. */
  private generation = 0;

  constructor(private readonly maxIdle: () => number) {}

  /** @param start makes an environment if no warm one is free */
  async run(invocation: Invocation, start: () => Pooled): Promise<InvocationOutcome> {
    this.idle = this.idle.filter((environment) => environment.alive);
    const environment = this.idle.pop() ?? start();
    const { generation } = this;
    this.busy.add(environment);
    const outcome = await environment.invoke(invocation);
    this.busy.delete(environment);
    if (environment.alive && generation === this.generation && this.idle.length < this.maxIdle()) {
      this.idle.push(environment);
    } else void environment.kill();
    return outcome;
  }

  /** Uses only fresh environments from now on; running invocations end in theirs. */
  retire(): void {
    this.generation += 1;
    for (const environment of this.idle) void environment.kill();
    this.idle = [];
  }

  /** Returns undefined if the invocation does not run here. */
  kill(requestId: string): Promise<void> | undefined {
    return [...this.busy].find((environment) => environment.requestId === requestId)?.kill();
  }

  setClock(clockOffsetMs: number): void {
    for (const environment of [...this.busy, ...this.idle]) environment.setClock(clockOffsetMs);
  }

  async close(): Promise<void> {
    const all = [...this.busy, ...this.idle];
    this.retire();
    await Promise.all(all.map((environment) => environment.kill()));
  }
}
