import type { Endpoint } from './endpoint';
import type { Question, Reply } from './message';
import type { Problem } from './problem';

export interface Answered {
  readonly reply: Reply;
  readonly transport: 'udp' | 'tcp' | 'https';
  readonly roundTripMs: number;
  /** Octets of the message. @default 0 */
  readonly bytes?: number;
}

export interface Unanswered {
  readonly problem: Problem;
  /** It let the whole deadline pass: it is not worth waiting for again. */
  readonly silent: boolean;
  readonly roundTripMs: number;
}

export type ExchangeResult = Answered | Unanswered;

/** Asks one server one question; never rejects but with the signal's reason. */
export type Exchange = (
  endpoint: Endpoint,
  question: Question,
  signal?: AbortSignal,
) => Promise<ExchangeResult>;

const SOCKET_ERRORS: Readonly<
  Record<string, 'port-closed' | 'hangs-up' | 'no-route' | 'no-address-of-its-kind' | 'not-let-out'>
> = {
  ECONNREFUSED: 'port-closed',
  ECONNRESET: 'hangs-up',
  ENETUNREACH: 'no-route',
  EHOSTUNREACH: 'no-route',
  EADDRNOTAVAIL: 'no-address-of-its-kind',
  EAFNOSUPPORT: 'no-address-of-its-kind',
  EACCES: 'not-let-out',
  EPERM: 'not-let-out',
};

export const socketProblem = (error: NodeJS.ErrnoException): Problem => {
  const kind = SOCKET_ERRORS[error.code ?? ''];
  return kind ? { kind } : { kind: 'socket', code: error.code ?? 'unknown error' };
};
