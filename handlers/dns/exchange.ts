/** Asks one server one question over UDP and TCP. All of it ends with its signal. */

import { createSocket, type Socket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { LIMITS, SOCKETS } from '../dns-limits';
import type { PlainProblem, Problem } from '../dns-verdicts';
import { Query, type Question, type Reply, uint16s } from './codec';
import type { Endpoint } from './endpoint';

/** The reply to one question with the octets of its message, or the reason why there is none. */
type Result =
  | { readonly reply: Reply; readonly transport: 'udp' | 'tcp'; readonly bytes?: number }
  | { readonly problem: Problem };
export type ExchangeResult = Result & { readonly roundTripMs: number };

/** Asks one server one question. Rejects only with the signal's reason. */
export type Exchange = (
  server: Endpoint,
  question: Question,
  signal?: AbortSignal,
) => Promise<ExchangeResult>;

/**
 * Times at which a server is asked again, in milliseconds from the first datagram. The first resend covers a lost datagram; a
 * server further away than that gets one datagram too many. TCP may get through if UDP does not.
 */
export interface ExchangeTiming {
  readonly resendsMs: readonly number[];
  readonly tcpMs: number;
  /** Time for an answer. It excludes the wait for a socket, which only the end of the round limits. */
  readonly deadlineMs: number;
}

export const DEFAULT_TIMING: ExchangeTiming = { resendsMs: [150, 450], tcpMs: 1000, deadlineMs: 2500 };

const SOCKET_ERRORS: Readonly<Record<string, PlainProblem>> = {
  ECONNREFUSED: 'port-closed',
  ECONNRESET: 'hangs-up',
  ENETUNREACH: 'no-route',
  EHOSTUNREACH: 'no-route',
  EADDRNOTAVAIL: 'no-address-of-its-kind',
  EAFNOSUPPORT: 'no-address-of-its-kind',
  EACCES: 'not-let-out',
  EPERM: 'not-let-out',
};

/** Returns the problem of the server or of this machine that an error represents. */
function problemOf(error: unknown): Problem {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  return SOCKET_ERRORS[code] ? { kind: SOCKET_ERRORS[code] } : { kind: 'socket', code };
}

/** Limits the number of sockets of a kind that the process has open at once for all proofs. Further ones wait in turn. */
class Places {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /**
   * Waits for a place.
   * @returns the function that frees it
   */
  async take(): Promise<() => void> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    return () => {
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    };
  }
}

const UDP_PLACES = new Places(SOCKETS.udp);
const TCP_PLACES = new Places(SOCKETS.tcp);

/**
 * Waits for a place among the process's TCP sockets, sends a query, and returns the message that comes back.
 * @param begun runs when the place is free, so that the time of the answer may be measured from then on
 */
async function sendOverTcp(
  { address, port }: Endpoint,
  query: Buffer,
  signal: AbortSignal,
  begun?: () => void,
): Promise<Buffer> {
  const giveBack = await TCP_PLACES.take();
  if (signal.aborted) {
    giveBack();
    throw signal.reason;
  }
  begun?.();
  const socket = connect({ host: address, port, noDelay: true, signal });
  socket.on('close', giveBack);
  socket.write(Buffer.concat([uint16s(query.length), query]));
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of socket) {
    chunks.push(chunk);
    received += chunk.length;
    // The length comes first (RFC 1035 §4.2.2), in one chunk or in two.
    const end =
      received < 2 ? Number.POSITIVE_INFINITY : 2 + Buffer.concat(chunks.slice(0, 2)).readUInt16BE(0);
    if (received >= end) return Buffer.concat(chunks).subarray(2, end);
  }
  throw Object.assign(new Error('hung up'), { code: 'ECONNRESET' });
}

/** The event that ended the wait for an answer over UDP. */
type OverUdp = Result | 'truncated' | 'closed' | 'silent';

/**
 * Aborts everything that still runs for a question that has ended. The error is shared, since making one for each question
 * costs time.
 */
const ENDED = new Error('ended');

/** One question to one server. `end` frees its sockets and timers, and must always be called. */
class Conversation {
  private socket?: Socket;
  private isConnected = false;
  private readonly tcp = new AbortController();
  private query: Query;
  private settle: (overUdp: OverUdp) => void = () => {};
  private readonly timers: NodeJS.Timeout[] = [];
  private isEnded = false;
  private strays = 0;
  /** The message that came instead of a reply over UDP. It may have been forged, so it is reported only if no reply comes. */
  private odd: Problem | undefined;

  constructor(
    private readonly endpoint: Endpoint,
    private readonly question: Question,
    private readonly timing: ExchangeTiming,
  ) {
    this.query = new Query(question, true);
  }

  /**
   * Asks over UDP with EDNS, and repeats while there is no answer; asks over TCP after truncation, after a closed UDP port, or
   * if UDP stays silent.
   */
  async ask(): Promise<Result> {
    const { resendsMs, tcpMs, deadlineMs } = this.timing;
    const overUdp = this.nextOverUdp();
    await this.open();
    const began = performance.now();
    for (const ms of resendsMs) this.after(ms, () => this.send());
    this.after(tcpMs, () => this.settle('silent'));
    const first = await overUdp;
    if (typeof first !== 'string') return first;
    this.stopTimers();
    return this.askOverTcp(first, deadlineMs - (performance.now() - began));
  }

  end(): void {
    this.isEnded = true;
    this.stopTimers();
    this.socket?.close();
    this.tcp.abort(ENDED);
  }

  /** Connects a socket, so that the kernel drops datagrams from elsewhere and reports a closed port at once. */
  private async open(): Promise<void> {
    const { address, port } = this.endpoint;
    const giveBack = await UDP_PLACES.take();
    if (this.isEnded) return giveBack();
    this.socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4')
      .on('close', giveBack)
      .on('message', (bytes) => this.read(bytes))
      .on('error', (error) => this.fail(error))
      .on('connect', () => {
        this.isConnected = true;
        this.send();
      });
    this.socket.connect(port, address);
  }

  private send(): void {
    if (!this.isConnected || this.isEnded) return;
    // The kernel reports a closed port only once: for the next datagram, if one follows at once.
    this.socket?.send(this.query.encode(), (error) => error && this.fail(error));
  }

  private read(bytes: Buffer): void {
    const decoded = this.query.decode(bytes);
    if ('reply' in decoded) this.settle({ reply: decoded.reply, transport: 'udp', bytes: bytes.length });
    else if ('truncated' in decoded) this.settle('truncated');
    else if ('withoutEdns' in decoded) {
      this.query = new Query(this.question, false);
      this.send();
    } else {
      this.odd = { kind: 'not-dns' };
      this.strays += 1;
      if (this.strays > LIMITS.strayDatagrams)
        this.settle({ problem: { kind: 'limit', limit: 'strayDatagrams' } });
    }
  }

  private fail(error: unknown): void {
    this.odd ??= problemOf(error);
    this.settle('closed');
  }

  private nextOverUdp(): Promise<OverUdp> {
    return new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  private askOverTcp(why: 'truncated' | 'closed' | 'silent', leftMs: number): Promise<Result> {
    const failed = (answer: Problem): Result => {
      if (this.odd) return { problem: this.odd };
      if (why === 'silent' && answer.kind === 'silent') return { problem: answer };
      return { problem: { kind: 'over-tcp', after: why === 'silent' ? 'silence' : 'truncation', answer } };
    };
    return new Promise((resolve) => {
      const begun = (): void => this.after(leftMs, () => resolve(failed({ kind: 'silent' })));
      this.overTcp(begun).then(resolve, (error) => resolve(failed(problemOf(error))));
      // The server may still answer over UDP, if it was only slow.
      if (why === 'silent') this.nextOverUdp().then((late) => typeof late === 'string' || resolve(late));
    });
  }

  private async overTcp(begun?: () => void): Promise<Result> {
    const asked = this.query;
    const bytes = await sendOverTcp(this.endpoint, asked.encode(), this.tcp.signal, begun);
    const decoded = asked.decode(bytes);
    if ('reply' in decoded) return { reply: decoded.reply, transport: 'tcp', bytes: bytes.length };
    if (!('withoutEdns' in decoded)) return { problem: { kind: 'not-dns' } };
    this.query = new Query(this.question, false);
    return this.overTcp();
  }

  /** Acts after sockets were read, since answers may be waiting after a process was stopped for a while (as Lambda does). */
  private after(ms: number, act: () => void): void {
    if (!this.isEnded) this.timers.push(setTimeout(() => setImmediate(act), ms));
  }

  private stopTimers(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }
}

/** Returns an exchange over real sockets. Its deadlines run on the machine's own timers. */
export function createExchange(timing = DEFAULT_TIMING): Exchange {
  return async (endpoint, question, signal) => {
    signal?.throwIfAborted();
    const began = performance.now();
    const conversation = new Conversation(endpoint, question, timing);
    let abort = (): void => {};
    try {
      const result = await new Promise<Result>((resolve, reject) => {
        abort = () => reject(signal?.reason);
        signal?.addEventListener('abort', abort);
        conversation.ask().then(resolve, (error) => resolve({ problem: problemOf(error) }));
      });
      return { ...result, roundTripMs: Math.round((performance.now() - began) * 10) / 10 };
    } finally {
      signal?.removeEventListener('abort', abort);
      conversation.end();
    }
  };
}
