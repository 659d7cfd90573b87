import type { ReportedError } from './messages';

/** The end of an invocation, as `Invoke` returns it. */
export interface InvocationOutcome {
  /** JSON: the handler's result, or the error. */
  readonly payload: string;
  /** Node's runtime reports no `Handled` errors. */
  readonly functionError?: 'Unhandled';
  /** The last 4 KB of the log, in whole lines. */
  readonly logTail: string;
}

/** Words the end of an invocation that the handler did not end itself, as Lambda does. */
export const failures = {
  timedOut: (requestId: string, timeoutSeconds: number): ReportedError => ({
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
  }),
  /** The process has ended: it was killed, or the function ended it. */
  exited: (requestId: string, code: number | null, signal: NodeJS.Signals | null): ReportedError => ({
    errorType: 'Runtime.ExitError',
    errorMessage: `RequestId: ${requestId} Error: ${howItExited(code, signal)}`,
  }),
};

function howItExited(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal === 'SIGKILL') return 'Runtime exited with error: signal: killed';
  if (signal) return `Runtime exited with error: signal: ${signal}`;
  return code === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${code}`;
}
