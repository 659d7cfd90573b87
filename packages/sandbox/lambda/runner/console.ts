import { format } from 'node:util';

const LEVELS = {
  trace: 'TRACE',
  debug: 'DEBUG',
  log: 'INFO',
  info: 'INFO',
  warn: 'WARN',
  error: 'ERROR',
} as const;

type Write = typeof process.stdout.write;

/** Passes all output to stdout and stderr to `send`, which keeps it in order with the results. */
export function captureOutput(send: (text: string) => void): void {
  const write = (chunk: Uint8Array | string, encoding?: unknown, callback?: unknown): boolean => {
    send(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8'));
    const done = typeof encoding === 'function' ? encoding : callback;
    if (typeof done === 'function') process.nextTick(done);
    return true;
  };
  process.stdout.write = write as Write;
  process.stderr.write = write as Write;
}

/** Makes Lambda's console, which writes each line with time, request id and level, as text or JSON. */
export function installConsole(logFormat: 'Text' | 'JSON', requestId: () => string | undefined): void {
  const lineOf = (level: string, args: readonly unknown[]): string => {
    const timestamp = new Date().toISOString();
    const message = format(...args);
    return logFormat === 'JSON'
      ? JSON.stringify({ timestamp, level, requestId: requestId(), message })
      : // Lambda replaces line breaks within a record with carriage returns, so that it stays one record.
        `${timestamp}\t${requestId() ?? 'undefined'}\t${level}\t${message.replace(/\n/g, '\r')}`;
  };
  for (const [method, level] of Object.entries(LEVELS)) {
    console[method as keyof typeof LEVELS] = (...args: unknown[]) =>
      void process.stdout.write(`${lineOf(level, args)}\n`);
  }
}

/**
 * Silences the SDK's warning about the version of Node that runs the sandbox, which stands for the version in the
 * function's settings.
 */
export function silenceNodeVersionWarning(): void {
  const emitWarning = process.emitWarning.bind(process) as (...args: unknown[]) => void;
  process.emitWarning = (warning: unknown, ...more: unknown[]) => {
    if (!String(warning).startsWith('NodeVersionSupportWarning')) emitWarning(warning, ...more);
  };
}
