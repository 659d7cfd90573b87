import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import path from 'node:path';
import type { SandboxCore } from '../contract/core';
import { type FunctionRecord, sessionOf } from './function-record';
import { LogWriter } from './log-writer';
import type { FromRunner, Invocation, ReportedError, StartMessage, ToRunner } from './messages';
import { failures, type InvocationOutcome } from './outcome';
import { type InvocationReport, platformLog } from './platform-log';
import { processEnvironment } from './process-environment';

/** Cuts text that arrives in pieces into lines. */
export class LineBuffer {
  private rest = '';

  constructor(private readonly onLine: (line: string) => void) {}

  push(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) this.onLine(line);
  }

  /** Returns a last line without a line break. */
  flush(): void {
    if (this.rest) this.onLine(this.rest);
    this.rest = '';
  }
}

const RUNNER = path.resolve(__dirname, '../../../dist/sandbox/lambda-runner.js');

/** Longest time for loading the handler. Lambda allows 10 s, on a machine of its own. */
const INIT_TIMEOUT_MS = 30_000;
const LOG_TAIL_BYTES = 4096;

export interface EnvironmentParts {
  readonly core: SandboxCore;
  readonly start: Pick<StartMessage, 'clockOffsetMs' | 'sleepFactor'>;
  /** Receives each line that the function and Lambda log, even where CloudWatch Logs does not. */
  onLog(line: string): void;
}

type Ending =
  | { readonly payload: string; readonly memoryUsedMb: number }
  | { readonly error: ReportedError; readonly memoryUsedMb?: number; readonly failed: boolean };

interface Running {
  readonly invocation: Invocation;
  readonly lines: string[];
  end(ending: Ending): void;
}

/** Runs one function in a process of its own, one invocation at a time, and stays warm between them. */
export class ExecutionEnvironment {
  private readonly child: ChildProcess;
  private readonly writer: LogWriter;
  private readonly startedAt = performance.now();
  private readonly output = new LineBuffer((line) => this.log(line));
  private readonly loaded: Promise<void>;
  private readonly gone: Promise<void>;
  private readonly exited = new AbortController();
  private running: Running | undefined;
  private crashed: ReportedError | undefined;
  private initMs: number | undefined;

  constructor(
    private readonly fn: FunctionRecord,
    private readonly parts: EnvironmentParts,
  ) {
    if (!existsSync(RUNNER)) throw new Error('the Lambda runner has not been built: npm run build');
    const { core } = parts;
    const role = sessionOf(fn);
    this.writer = new LogWriter(core, fn, role);
    // One process has one session and runs one invocation at a time, so a call identifies its invocation.
    const credentials = core.credentials.issue(() => ({ ...role, invocationId: this.requestId }));
    this.child = fork(RUNNER, [], {
      cwd: fn.code.folder,
      env: processEnvironment(fn, credentials, this.writer.streamName, core.url()),
      execArgv: [`--max-old-space-size=${Math.ceil(fn.settings.MemorySize * 0.9)}`],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.letParentExit();
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (chunk: Buffer) => this.output.push(chunk.toString('utf8')));
    }
    this.gone = new Promise((resolve) => {
      const close = (code: number | null, signal: NodeJS.Signals | null) => {
        this.exited.abort();
        this.output.flush();
        const requestId = this.running?.invocation.requestId ?? '';
        this.finish({ error: this.crashed ?? failures.exited(requestId, code, signal), failed: true });
        resolve();
      };
      // `close` comes after the last line and message have been read. A process that never started has none.
      this.child.once('close', close);
      this.child.on('error', () => this.child.pid ?? close(null, null));
    });
    this.loaded = new Promise((resolve) => {
      this.child.on('message', (message: FromRunner) => {
        if (message.type === 'ready') {
          this.initMs = performance.now() - this.startedAt;
          resolve();
        } else this.receive(message);
      });
    });
    this.send({ type: 'start', ...parts.start, logFormat: this.logFormat });
  }

  private get logFormat(): StartMessage['logFormat'] {
    return this.fn.settings.LoggingConfig.LogFormat;
  }

  /** The invocation that is running here. */
  get requestId(): string | undefined {
    return this.running?.invocation.requestId;
  }

  get alive(): boolean {
    return !this.exited.signal.aborted && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Runs one invocation. It never rejects: a failure is an outcome. */
  async invoke(invocation: Invocation): Promise<InvocationOutcome> {
    const { requestId } = invocation;
    const lines: string[] = [];
    let timer = this.timeOutAfter(INIT_TIMEOUT_MS, invocation);
    const ended = new Promise<Ending>((end) => {
      this.running = { invocation, lines, end };
    });
    const { clock } = this.parts.core;
    const { start, end } = platformLog(this.logFormat);
    this.log(start(requestId, clock.now()));
    const coldStart = this.initMs === undefined;
    await Promise.race([this.loaded, ended]);
    clearTimeout(timer);
    const beganAt = performance.now();
    if (this.running) {
      timer = this.timeOutAfter(invocation.timeoutMs, invocation);
      this.send({ type: 'invoke', ...invocation });
    }
    const ending = await ended;
    clearTimeout(timer);

    const report: InvocationReport = {
      requestId,
      durationMs: performance.now() - beganAt,
      initMs: coldStart ? this.initMs : undefined,
      memorySizeMb: this.fn.settings.MemorySize,
      memoryUsedMb: ending.memoryUsedMb ?? 0,
      ...statusOf(ending),
    };
    for (const line of end(report, clock.now())) this.append(lines, line);
    await this.writer.flush();
    const logTail = tail(lines);
    if (!('error' in ending)) return { payload: ending.payload, logTail };
    return { payload: JSON.stringify(ending.error), functionError: 'Unhandled', logTail };
  }

  /** Ends the process at once. Resolves when it has ended. */
  kill(): Promise<void> {
    this.child.kill('SIGKILL');
    return this.gone;
  }

  setClock(clockOffsetMs: number): void {
    this.send({ type: 'clock', clockOffsetMs });
  }

  private receive(message: FromRunner): void {
    if (message.type === 'output') this.output.push(message.text);
    // The process is about to end, which ends the invocation, so that the next one finds a fresh process.
    else if (message.type === 'crash') this.crashed = message.error;
    else if (message.type === 'outOfTime') this.timeOut();
    else if (message.type === 'result') this.finish(message);
    else if (message.type === 'error') this.finish({ ...message, failed: false });
  }

  private finish(ending: Ending): void {
    const { running } = this;
    if (!running) return;
    this.output.flush();
    this.running = undefined;
    running.end(ending);
  }

  private timeOutAfter(ms: number, invocation: Invocation): NodeJS.Timeout {
    const timer = setTimeout(() => {
      if (this.running?.invocation === invocation) this.timeOut();
    }, ms);
    return timer.unref();
  }

  private timeOut(): void {
    if (!this.running) return;
    const { requestId, timeoutSeconds } = this.running.invocation;
    this.crashed = failures.timedOut(requestId, timeoutSeconds);
    void this.kill();
  }

  private log(line: string): void {
    this.append(this.running?.lines ?? [], line);
  }

  private append(lines: string[], line: string): void {
    lines.push(line);
    this.writer.add(line);
    this.parts.onLog(line);
  }

  private send(message: ToRunner): void {
    // The process may have ended already; its exit event reports that.
    if (this.child.connected) this.child.send(message, () => {});
  }

  private letParentExit(): void {
    this.child.unref();
    this.child.channel?.unref();
    for (const stream of [this.child.stdout, this.child.stderr]) (stream as Socket | null)?.unref();
  }
}

function statusOf(ending: Ending): Pick<InvocationReport, 'status' | 'failure'> {
  if (!('error' in ending)) return { status: 'success' };
  const { error, failed } = ending;
  const status = error.errorType === 'Sandbox.Timedout' ? 'timeout' : 'error';
  return { status, failure: failed ? error : undefined };
}

function tail(lines: readonly string[]): string {
  const text = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  return text.subarray(-LOG_TAIL_BYTES).toString('utf8');
}
