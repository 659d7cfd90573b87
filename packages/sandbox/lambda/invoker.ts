import type { SandboxCore } from '../contract/core';
import { type LambdaOptions, sleepFactor } from '../contract/lambda-options';
import { ExecutionEnvironment } from './execution-environment';
import type { FunctionRecord } from './function-record';
import type { InvocationRequest } from './messages';
import type { InvocationOutcome } from './outcome';

/** Runs functions, each invocation in an execution environment of its function. */
export class Invoker {
  private readonly lines = new Map<string, string[]>();

  constructor(
    private readonly core: SandboxCore,
    private readonly options: () => Required<LambdaOptions>,
  ) {}

  run(fn: FunctionRecord, request: InvocationRequest): Promise<InvocationOutcome> {
    const invocation = {
      ...request,
      clockOffsetMs: this.clockOffsetMs(),
      timeoutMs: fn.settings.Timeout * 1000 * this.options().timeoutScale,
      timeoutSeconds: fn.settings.Timeout,
    };
    return fn.pool.run(invocation, () => this.start(fn));
  }

  /**
   * Returns the lines that a function and Lambda have logged so far, even where CloudWatch Logs did not accept them.
   */
  logs(functionArn: string): readonly string[] {
    return this.lines.get(functionArn) ?? [];
  }

  /** Returns the sandbox's clock minus the machine's. */
  clockOffsetMs(): number {
    return Math.round(this.core.clock.now() - Date.now());
  }

  private start(fn: FunctionRecord): ExecutionEnvironment {
    const lines = this.lines.get(fn.arn) ?? [];
    this.lines.set(fn.arn, lines);
    return new ExecutionEnvironment(fn, {
      core: this.core,
      start: { clockOffsetMs: this.clockOffsetMs(), sleepFactor: sleepFactor(this.options()) },
      onLog: (line) => lines.push(line),
    });
  }
}
