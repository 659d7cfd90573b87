/** Asks one server one question, over UDP, TCP or HTTPS. What is sent ends with its signal. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request } from 'node:https';
import { connect, isIPv6 } from 'node:net';
import { LIMITS, SOCKETS } from '../dns-limits';
import type { PlainProblem, Problem } from '../gate-outcome';
import { Query, type Question, type Reply, uint16s } from './codec';
import { type Endpoint, formatEndpoint, type HttpsEndpoint, isHttps, type SocketEndpoint } from './endpoint';

export interface Answered {
  readonly reply: Reply;
  readonly transport: 'udp' | 'tcp' | 'https';
  readonly roundTripMs: number;
  /** Octets of the message. @default 0 */
  readonly bytes?: number;
}

export interface Unanswered {
  readonly problem: Problem;
  /** It let the whole deadline pass, and is not worth waiting for again. */
  readonly silent: boolean;
  readonly roundTripMs: number;
}

export type ExchangeResult = Answered | Unanswered;

/** Asks one server one question. Rejects only with the signal's reason. */
export type Exchange = (
  server: Endpoint,
  question: Question,
  signal?: AbortSignal,
) => Promise<ExchangeResult>;

/**
 * Sets when a server is asked again, in milliseconds from the first datagram. A lost datagram costs the first resend; a
 * server that is further away than that gets one datagram too many. TCP may get through if UDP does not.
 */
export interface ExchangeTiming {
  readonly resendsMs: readonly number[];
  readonly tcpMs: number;
  /** Waiting for a socket does not count: only the round ends that. */
  readonly deadlineMs: number;
}

export const DEFAULT_TIMING: ExchangeTiming = { resendsMs: [150, 450], tcpMs: 1000, deadlineMs: 2500 };

export interface ExchangeOptions {
  readonly timing?: ExchangeTiming;
  /** Returns an unpredictable number of 16 bits. @default a random one */
  readonly randomId?: () => number;
  /** Certificates (PEM) that DNS over HTTPS trusts. @default those of Node */
  readonly ca?: string;
}

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

/** Returns the problem of the server, or of this machine, that an error stands for. */
function problemOf(error: unknown): Problem {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  return SOCKET_ERRORS[code] ? { kind: SOCKET_ERRORS[code] } : { kind: 'socket', code };
}

/** Limits how many sockets of a kind the process has open at once, over all proofs. Further ones wait in turn. */
class Places {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /**
   * Waits for a place.
   * @returns what gives it back
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

/** A UDP socket for all open questions of a proof to one server, since opening costs more than asking. */
class UdpSocket {
  private readonly listeners = new Set<Conversation>();
  /** The sender of each question, by its id; includes those that no longer listen. */
  private readonly senders = new Map<number, Conversation>();
  private readonly opened: Promise<void>;
  private socket?: Socket;
  private isConnected = false;
  private isLeft = false;

  constructor(
    server: SocketEndpoint,
    private readonly onClose: () => void,
  ) {
    this.opened = this.open(server);
  }

  /** Adds a listener, which must leave again, and waits for the socket. */
  join(listener: Conversation): Promise<void> {
    this.listeners.add(listener);
    return this.opened;
  }

  send(listener: Conversation, bytes: Buffer): void {
    if (!this.isConnected || !this.listeners.has(listener)) return;
    this.senders.set(bytes.readUInt16BE(0), listener);
    // The kernel reports a closed port once: to the next datagram, if one follows at once.
    this.socket?.send(bytes, (error) => error && this.fail(error));
  }

  leave(listener: Conversation): void {
    if (!this.listeners.delete(listener) || this.listeners.size > 0) return;
    this.isLeft = true;
    this.onClose();
    this.socket?.close();
  }

  /** Connects it: the kernel drops datagrams from elsewhere, and reports a closed port at once. */
  private async open({ address, port }: SocketEndpoint): Promise<void> {
    const giveBack = await UDP_PLACES.take();
    if (this.isLeft) return giveBack();
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    this.socket = socket;
    socket.on('close', giveBack);
    socket.on('message', (bytes) => this.pass(bytes));
    socket.on('error', (error) => this.fail(error));
    socket.connect(port, address);
    await once(socket, 'connect').then(
      () => {
        this.isConnected = true;
      },
      () => {},
    );
  }

  private fail(error: Error): void {
    for (const listener of this.listeners) listener.failed(error);
  }

  private pass(bytes: Buffer): void {
    const sender = bytes.length < 2 ? undefined : this.senders.get(bytes.readUInt16BE(0));
    // A second reply to a question that was sent twice is no stray.
    const meant = sender ? [sender].filter((each) => this.listeners.has(each)) : this.listeners;
    for (const listener of meant) listener.message(bytes);
  }
}

/**
 * Waits for a place among the process's TCP sockets, sends a query, and returns the message that comes back.
 * @param begun runs when the place is there: what waits for the answer may count its time from then on
 */
async function sendOverTcp(
  { address, port }: SocketEndpoint,
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
  throw Object.assign(new Error('It hangs up.'), { code: 'ECONNRESET' });
}

/** The result of one question, without its timing. */
type Result = Omit<Answered, 'roundTripMs'> | Omit<Unanswered, 'roundTripMs'>;

function unanswered(problem: Problem, silent = false): Result {
  return { problem, silent };
}

/** A question that has been sent. `end` frees its sockets and timers, and must be called once it has a result or none is needed. */
interface Asking {
  readonly result: Promise<Result>;
  end(): void;
}

/** Aborts what still runs for a question that has ended. A shared error: making one for each question costs time. */
const ENDED = new Error('The question has ended.');

/** A question over UDP and TCP. */
class Conversation implements Asking {
  readonly result: Promise<Result>;
  private readonly socket: UdpSocket;
  private tcp?: AbortController;
  private query: Query;
  private settle: (overUdp: Result | 'truncated' | 'closed' | 'silent') => void = () => {};
  private readonly timers: NodeJS.Timeout[] = [];
  private isEnded = false;
  private strays = 0;
  /** What came instead of a reply; reported if none comes, since it may have been forged. */
  private odd: Problem | undefined;
  private udpProblem: Problem = { kind: 'silent' };

  constructor(
    private readonly endpoint: SocketEndpoint,
    private readonly question: Question,
    private readonly options: ExchangeOptions,
    sockets: Map<string, UdpSocket>,
  ) {
    this.query = new Query(question, true, options.randomId);
    const server = formatEndpoint(endpoint);
    this.socket = sockets.get(server) ?? new UdpSocket(endpoint, () => sockets.delete(server));
    sockets.set(server, this.socket);
    this.result = this.ask();
  }

  /**
   * Asks over UDP with EDNS, and again while there is no answer; over TCP on truncation, on a closed UDP port, or when UDP
   * stays silent.
   */
  private async ask(): Promise<Result> {
    const { resendsMs, tcpMs, deadlineMs } = this.options.timing ?? DEFAULT_TIMING;
    const overUdp = this.nextOverUdp();
    await this.socket.join(this);
    const began = performance.now();
    this.send();
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
    this.socket.leave(this);
    this.tcp?.abort(ENDED);
  }

  private send(): void {
    this.socket.send(this, this.query.encode());
  }

  message(bytes: Buffer): void {
    const decoded = this.query.decode(bytes);
    if ('reply' in decoded) this.settle({ reply: decoded.reply, transport: 'udp', bytes: bytes.length });
    else if ('truncated' in decoded) this.settle('truncated');
    else if ('withoutEdns' in decoded) {
      this.leaveEdnsOut();
      this.send();
    } else {
      this.odd = { kind: 'not-dns', mismatch: decoded.mismatch };
      this.strays += 1;
      if (this.strays > LIMITS.strayDatagrams)
        this.settle(unanswered({ kind: 'limit', limit: 'strayDatagrams' }));
    }
  }

  failed(error: unknown): void {
    this.udpProblem = problemOf(error);
    this.settle('closed');
  }

  private nextOverUdp(): Promise<Result | 'truncated' | 'closed' | 'silent'> {
    return new Promise((resolve) => {
      this.settle = resolve;
    });
  }

  private leaveEdnsOut(): void {
    this.query = new Query(this.question, false, this.options.randomId);
  }

  private askOverTcp(why: 'truncated' | 'closed' | 'silent', leftMs: number): Promise<Result> {
    const failed = (problem: Problem, silent: boolean): Result => {
      if (this.odd) return unanswered(this.odd, silent);
      if (why === 'closed') return unanswered(this.udpProblem);
      const isSilence = why === 'silent' && problem.kind === 'silent';
      const after = why === 'silent' ? 'silence' : 'truncation';
      return unanswered(isSilence ? problem : { kind: 'over-tcp', after, answer: problem }, silent);
    };
    return new Promise((resolve) => {
      const begun = (): void => this.after(leftMs, () => resolve(failed({ kind: 'silent' }, true)));
      this.overTcp(begun).then(resolve, (error) => resolve(failed(problemOf(error), why === 'silent')));
      // Over UDP it may still answer, if it was only slow.
      if (why === 'silent') this.nextOverUdp().then((late) => typeof late === 'string' || resolve(late));
    });
  }

  private async overTcp(begun?: () => void): Promise<Result> {
    const asked = this.query;
    this.tcp ??= new AbortController();
    const bytes = await sendOverTcp(this.endpoint, asked.encode(), this.tcp.signal, begun);
    const decoded = asked.decode(bytes);
    if ('reply' in decoded) return { reply: decoded.reply, transport: 'tcp', bytes: bytes.length };
    if ('mismatch' in decoded)
      return unanswered(this.odd ?? { kind: 'not-dns', mismatch: decoded.mismatch, overTcp: true });
    if ('truncated' in decoded) return unanswered(this.odd ?? { kind: 'tcp-fragment' });
    this.leaveEdnsOut();
    return this.overTcp();
  }

  /** Acts after sockets were read: a process that was stopped for a while (as Lambda does) has answers waiting. */
  private after(ms: number, act: () => void): void {
    if (!this.isEnded) this.timers.push(setTimeout(() => setImmediate(act), ms));
  }

  private stopTimers(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }
}

const MEDIA_TYPE = 'application/dns-message';

/**
 * Asks over HTTPS (RFC 8484), for networks where port 53 is closed. Does not follow redirects: they
 * would lead to a server that the settings do not name.
 */
async function askOverHttps(
  { url }: HttpsEndpoint,
  question: Question,
  agent: Agent,
  signal: AbortSignal,
): Promise<Result> {
  // RFC 8484 §4.1: the connection tells answers apart, so the id is 0.
  const query = new Query(question, true, () => 0);
  const body = query.encode();
  const headers = { accept: MEDIA_TYPE, 'content-type': MEDIA_TYPE, 'content-length': body.length };
  const sent = request(url, { method: 'POST', agent, signal, headers });
  // What fails once the response has begun fails its reading.
  sent.on('error', () => {});
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  if (response.statusCode !== 200) {
    response.resume();
    return unanswered({ kind: 'http-status', status: response.statusCode ?? 0 });
  }
  const chunks: Buffer[] = [];
  let received = 0;
  for await (const chunk of response) {
    received += chunk.length;
    if (received > LIMITS.messageBytes) return unanswered({ kind: 'limit', limit: 'messageBytes' });
    chunks.push(chunk);
  }
  const decoded = query.decode(Buffer.concat(chunks));
  if ('reply' in decoded) return { reply: decoded.reply, transport: 'https', bytes: received };
  if ('mismatch' in decoded) return unanswered({ kind: 'not-dns', mismatch: decoded.mismatch });
  return unanswered({ kind: 'rcode', rcode: 'withoutEdns' in decoded ? 'FORMERR' : 'truncated' });
}

function askHttps(endpoint: HttpsEndpoint, question: Question, agent: Agent, deadlineMs: number): Asking {
  const ending = new AbortController();
  let deadline: NodeJS.Timeout | undefined;
  const silent = new Promise<Result>((resolve) => {
    const late = (): void => resolve(unanswered({ kind: 'silent' }, true));
    deadline = setTimeout(() => setImmediate(late), deadlineMs);
  });
  return {
    result: Promise.race([askOverHttps(endpoint, question, agent, ending.signal), silent]),
    end() {
      clearTimeout(deadline);
      ending.abort(ENDED);
    },
  };
}

/** Returns an exchange over real sockets. Its deadlines run on the machine's own timers. */
export function createExchange(options: ExchangeOptions = {}): Exchange {
  const { timing = DEFAULT_TIMING, ca } = options;
  // Its connections serve all questions of one proof, and do not keep the process alive.
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ca });
  const sockets = new Map<string, UdpSocket>();
  return async (endpoint, question, signal) => {
    signal?.throwIfAborted();
    const began = performance.now();
    const asking = isHttps(endpoint)
      ? askHttps(endpoint, question, agent, timing.deadlineMs)
      : new Conversation(endpoint, question, options, sockets);
    let abort = (): void => {};
    try {
      const result = await new Promise<Result>((resolve, reject) => {
        abort = () => reject(signal?.reason);
        signal?.addEventListener('abort', abort);
        asking.result.then(resolve, (error) => resolve(unanswered(problemOf(error))));
      });
      return { ...result, roundTripMs: Math.round((performance.now() - began) * 10) / 10 };
    } finally {
      signal?.removeEventListener('abort', abort);
      asking.end();
    }
  };
}
