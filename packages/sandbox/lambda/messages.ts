/** Defines the messages that the sandbox and a function's process exchange over IPC. */

/** An error as Lambda's Node runtime reports it. */
export interface ReportedError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

export interface StartMessage {
  readonly type: 'start';
  /** The sandbox's clock minus the machine's, in milliseconds. */
  readonly clockOffsetMs: number;
  /** A sleep of 1 ms lasts this many real milliseconds; 1 is real time. */
  readonly sleepFactor: number;
  readonly logFormat: 'Text' | 'JSON';
}

export interface InvocationRequest {
  readonly requestId: string;
  /** The ARN in the caller's form: `context.invokedFunctionArn` carries the qualifier of the call. */
  readonly functionArn: string;
  /** JSON. */
  readonly payload: string;
}

export interface InvokeMessage extends InvocationRequest {
  readonly type: 'invoke';
  readonly clockOffsetMs: number;
  /** Longest duration of the invocation, counting sleeps at their full length. */
  readonly timeoutMs: number;
}

export interface Invocation extends Omit<InvokeMessage, 'type'> {
  /** The configured value, which the error message quotes. */
  readonly timeoutSeconds: number;
}

export interface ClockMessage {
  readonly type: 'clock';
  readonly clockOffsetMs: number;
}

export type ToRunner = StartMessage | InvokeMessage | ClockMessage;

export type FromRunner =
  /** The handler is loaded. */
  | { readonly type: 'ready' }
  /** The handler could not be loaded, or the process is about to end. */
  | { readonly type: 'crash'; readonly error: ReportedError }
  /** Text that the function wrote to stdout or stderr; not necessarily whole lines. */
  | { readonly type: 'output'; readonly text: string }
  | { readonly type: 'result'; readonly payload: string; readonly memoryUsedMb: number }
  | { readonly type: 'error'; readonly error: ReportedError; readonly memoryUsedMb: number }
  /** A shortened sleep has run past the invocation's time. */
  | { readonly type: 'outOfTime' };
