import { randomBytes } from 'node:crypto';
import type { SandboxCore } from '../contract/core';
import type { Principal } from '../contract/service';
import type { FunctionRecord } from './function-record';

/** Writes the log stream of one execution environment in CloudWatch Logs. */
export class LogWriter {
  readonly streamName: string;
  private pending: { timestamp: number; message: string }[] = [];
  private writing: Promise<void> = Promise.resolve();
  private created = false;

  constructor(
    private readonly core: SandboxCore,
    private readonly fn: FunctionRecord,
    /** The function's role: without its permission nothing is written, as on AWS. */
    private readonly principal: Principal,
  ) {
    const day = new Date(core.clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
    this.streamName = `${day}/[$LATEST]${randomBytes(16).toString('hex')}`;
  }

  add(message: string): void {
    this.pending.push({ timestamp: Math.floor(this.core.clock.now()), message });
  }

  /** Writes the buffered lines. It never rejects: a log that cannot be written is lost. */
  flush(): Promise<void> {
    const logEvents = this.pending;
    this.pending = [];
    if (logEvents.length > 0) this.writing = this.writing.then(() => this.put(logEvents)).catch(() => {});
    return this.writing;
  }

  private async put(logEvents: readonly object[]): Promise<void> {
    const stream = { logGroupName: this.fn.settings.LoggingConfig.LogGroup, logStreamName: this.streamName };
    if (!this.created) await this.createStream(stream);
    this.created = true;
    await this.call('PutLogEvents', { ...stream, logEvents });
  }

  private async createStream(stream: { logGroupName: string }): Promise<void> {
    try {
      await this.call('CreateLogStream', stream);
    } catch (error) {
      if ((error as Error).name !== 'ResourceNotFoundException') throw error;
      await this.call('CreateLogGroup', { logGroupName: stream.logGroupName });
      await this.call('CreateLogStream', stream);
    }
  }

  private call(operation: string, input: object): Promise<unknown> {
    return this.core.call('logs', operation, input, {
      principal: this.principal,
      region: this.fn.region,
    });
  }
}
