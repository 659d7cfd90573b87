import type { ReportedError } from './messages';

/** Formats the lines that Lambda itself writes into a function's log around an invocation. */
export interface PlatformLog {
  start(requestId: string, now: number): string;
  /** Returns the lines at the end of an invocation, with `failure` if the handler did not end it. */
  end(report: InvocationReport, now: number): string[];
}

export interface InvocationReport {
  readonly requestId: string;
  readonly durationMs: number;
  /** Present only for cold starts. */
  readonly initMs?: number;
  readonly memorySizeMb: number;
  readonly memoryUsedMb: number;
  readonly status: 'success' | 'error' | 'timeout';
  readonly failure?: ReportedError;
}

export const platformLog = (format: 'Text' | 'JSON'): PlatformLog =>
  format === 'JSON' ? JSON_LOG : TEXT_LOG;

const TEXT_LOG: PlatformLog = {
  start: (requestId) => `START RequestId: ${requestId} Version: $LATEST`,
  end: (report, now) => {
    const { requestId, durationMs, initMs } = report;
    const parts = [
      `REPORT RequestId: ${requestId}`,
      `Duration: ${durationMs.toFixed(2)} ms`,
      `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`,
      `Memory Size: ${report.memorySizeMb} MB`,
      `Max Memory Used: ${report.memoryUsedMb} MB`,
      ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
    ];
    return [...failureLines(report, now), `END RequestId: ${requestId}`, `${parts.join('\t')}\t`];
  },
};

/** Returns the lines in which the text log gives the reason of a failure. */
function failureLines({ requestId, status, failure }: InvocationReport, now: number): string[] {
  if (status === 'timeout') {
    const reason = failure?.errorMessage.replace(/^.* Error: /, '');
    return [`${new Date(now).toISOString()} ${requestId} ${reason}`];
  }
  return failure ? [failure.errorMessage, failure.errorType] : [];
}

const JSON_LOG: PlatformLog = {
  start: (requestId, now) => event(now, 'platform.start', { requestId, version: '$LATEST' }),
  end: ({ requestId, status, failure, durationMs, initMs, memorySizeMb, memoryUsedMb }, now) => [
    event(now, 'platform.report', {
      requestId,
      metrics: {
        durationMs,
        billedDurationMs: Math.ceil(durationMs + (initMs ?? 0)),
        memorySizeMB: memorySizeMb,
        maxMemoryUsedMB: memoryUsedMb,
        initDurationMs: initMs,
      },
      status,
      errorType: failure?.errorType,
    }),
  ],
};

const event = (now: number, type: string, record: Record<string, unknown>): string =>
  JSON.stringify({ time: new Date(now).toISOString(), type, record });
