import type { SandboxCore } from '../aws/core';
import type { Principal } from '../aws/service';
import { ExecutionEnvironment } from './execution-environment';
import type { FunctionRecord } from './function-record';
import { LogWriter } from './log-writer';
import type { InvocationRequest } from './messages';
import { type LambdaOptions, sleepFactor } from './options';
import type { InvocationOutcome } from './outcome';
import { processEnvironment } from './process-environment';

/** Runs functions, each invocation in an execution environment of its function. */
export class Invoker {
  private readonly writers = new WeakMap<ExecutionEnvironment, LogWriter>();
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
    return fn.pool.run(
      invocation,
      () => this.start(fn),
      async (environment) => this.writers.get(environment)?.flush(),
    );
  }

  /** What a function and Lambda have logged so far, whether CloudWatch Logs took it or not. */
  logs(functionArn: string): readonly string[] {
    return this.lines.get(functionArn) ?? [];
  }

  /** The sandbox's clock minus the machine's. */
  clockOffsetMs(): number {
    return Math.round(this.core.clock.now() - Date.now());
  }

  private start(fn: FunctionRecord): ExecutionEnvironment {
    const { core } = this;
    const role = sessionOf(fn);
    // One process has one session and runs one invocation at a time, so that a call tells whose it is.
    const principal = (): Principal => ({ ...role, invocationId: environment.requestId });
    const writer = new LogWriter(core, fn, role);
    const environment = new ExecutionEnvironment({
      taskRoot: fn.code.folder,
      variables: processEnvironment(fn, core.credentials.issue(principal), writer.streamName, core.url()),
      memorySizeMb: fn.settings.MemorySize,
      start: {
        clockOffsetMs: this.clockOffsetMs(),
        sleepFactor: sleepFactor(this.options()),
        logFormat: fn.settings.LoggingConfig.LogFormat,
      },
      now: () => core.clock.now(),
      onLog: (line) => {
        writer.add(line);
        this.linesOf(fn.arn).push(line);
      },
    });
    this.writers.set(environment, writer);
    return environment;
  }

  private linesOf(functionArn: string): string[] {
    const lines = this.lines.get(functionArn) ?? [];
    this.lines.set(functionArn, lines);
    return lines;
  }
}

/** Who a function calls as: its role, in a session of its own name. */
export const sessionOf = ({ name, settings: { Role: roleArn } }: FunctionRecord) =>
  ({ type: 'role', roleName: roleArn.split('/').at(-1) ?? '', roleArn, sessionName: name }) as const;
