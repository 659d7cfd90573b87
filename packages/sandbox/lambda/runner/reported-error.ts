import type { ReportedError } from '../messages';

/** Whatever was thrown, as Lambda's Node runtime reports it. */
export function reportedError(thrown: unknown): ReportedError {
  if (!(thrown instanceof Error))
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
}

/** A promise that nobody waited for was rejected: the runtime ends itself. */
export function unhandledRejection(reason: unknown): ReportedError {
  const errorType = 'Runtime.UnhandledPromiseRejection';
  const stack = reason instanceof Error ? (reason.stack ?? '').split('\n').slice(1) : [];
  return { errorType, errorMessage: String(reason), trace: [`${errorType}: ${reason}`, ...stack] };
}
