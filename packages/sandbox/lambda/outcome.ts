import type { ReportedError } from './messages';

/** How an invocation ended, as `Invoke` answers it. */
export interface InvocationOutcome {
  /** JSON: what the handler returned, or the error. */
  readonly payload: string;
  /** Node's runtime knows no `Handled` ones. */
  readonly functionError?: 'Unhandled';
  /** The last 4 KB of the log, whole. */
  readonly logTail: string;
}

/** Words as Lambda does what ended an invocation that the handler did not end itself. */
export const failures = {
  timedOut: (requestId: string, timeoutSeconds: number): ReportedError => ({
    errorType: 'Sandbox.Timedout',
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${timeoutSeconds.toFixed(2)} seconds`,
  }),
  /** The process has gone: killed, or ended by the function itself. */
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
