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
 * server that is further away than that gets one datagram too many. Where UDP does not get through, TCP may.
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
  /** A number of 16 bits that nobody can guess. @default a random one */
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
  private readonly waiting = new Set<() => void>();

  constructor(private free: number) {}

  /**
   * Waits for a place. Throws the signal's reason.
   * @returns what gives it back
   */
  async take(signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (this.free > 0) this.free -= 1;
    else
      await new Promise<void>((resolve, reject) => {
        this.waiting.add(resolve);
        signal.addEventListener('abort', () => this.waiting.delete(resolve) && reject(signal.reason));
      });
    return () => {
      const [next] = this.waiting;
      if (next === undefined) this.free += 1;
      else this.waiting.delete(next);
      next?.();
    };
  }
}

const UDP_PLACES = new Places(SOCKETS.udp);
const TCP_PLACES = new Places(SOCKETS.tcp);

/** A UDP socket for all open questions of a proof to one server, since opening costs more than asking. */
class UdpSocket {
  private readonly listeners = new Set<Conversation>();
  /** Who has sent a question with an id, those that no longer listen as well. */
  private readonly senders = new Map<number, Conversation>();
  private readonly ending = new AbortController();
  private readonly connected: Promise<Socket>;

  constructor(
    server: SocketEndpoint,
    private readonly onClose: () => void,
  ) {
    this.connected = this.connect(server);
  }

  /**
   * Waits for the socket, and listens until the signal ends that.
   * @returns what sends a datagram
   */
  async join(listener: Conversation, signal: AbortSignal): Promise<(bytes: Buffer) => void> {
    this.listeners.add(listener);
    signal.addEventListener('abort', () => this.leave(listener));
    const socket = await this.connected;
    return (bytes) => {
      if (!this.listeners.has(listener)) return;
      this.senders.set(bytes.readUInt16BE(0), listener);
      socket.send(bytes);
    };
  }

  private leave(listener: Conversation): void {
    this.listeners.delete(listener);
    if (this.listeners.size > 0) return;
    this.onClose();
    this.ending.abort();
  }

  /** Connects it: the kernel drops datagrams from elsewhere, and reports a closed port at once. */
  private async connect({ address, port }: SocketEndpoint): Promise<Socket> {
    const { signal } = this.ending;
    const giveBack = await UDP_PLACES.take(signal);
    const socket = createSocket({ type: isIPv6(address) ? 'udp6' : 'udp4', signal });
    socket.on('close', giveBack);
    socket.on('error', (error) => {
      for (const listener of this.listeners) listener.failed(error);
    });
    socket.on('message', (bytes) => this.pass(bytes));
    socket.connect(port, address);
    await once(socket, 'connect', { signal });
    return socket;
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
  const giveBack = await TCP_PLACES.take(signal);
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

/** A question over sockets, until its signal ends it. */
class Conversation {
  private query: Query;
  private send: (bytes: Buffer) => void = () => {};
  private settle: (overUdp: Result | 'truncated' | 'closed' | 'silent') => void = () => {};
  private readonly timers = new Set<NodeJS.Timeout>();
  private strays = 0;
  /** What came instead of a reply; reported if none comes, since it may have been forged. */
  private odd: Problem | undefined;
  private udpProblem: Problem = { kind: 'silent' };

  constructor(
    private readonly endpoint: SocketEndpoint,
    private readonly question: Question,
    private readonly options: ExchangeOptions,
    private readonly signal: AbortSignal,
  ) {
    this.query = new Query(question, true, options.randomId);
    signal.addEventListener('abort', () => this.stopTimers());
  }

  /**
   * Asks over UDP with EDNS, and again while there is no answer; over TCP on truncation, on a closed UDP port, or when UDP
   * stays silent.
   */
  async ask(sockets: Map<string, UdpSocket>): Promise<Result> {
    const server = formatEndpoint(this.endpoint);
    const socket = sockets.get(server) ?? new UdpSocket(this.endpoint, () => sockets.delete(server));
    sockets.set(server, socket);
    const { resendsMs, tcpMs, deadlineMs } = this.options.timing ?? DEFAULT_TIMING;
    const overUdp = this.nextOverUdp();
    try {
      this.send = await socket.join(this, this.signal);
    } catch (error) {
      this.failed(error);
    }
    const began = performance.now();
    this.send(this.query.encode());
    for (const ms of resendsMs) this.after(ms, () => this.send(this.query.encode()));
    this.after(tcpMs, () => this.settle('silent'));
    const first = await overUdp;
    if (typeof first !== 'string') return first;
    this.stopTimers();
    return this.askOverTcp(first, deadlineMs - (performance.now() - began));
  }

  message(bytes: Buffer): void {
    const decoded = this.query.decode(bytes);
    if ('reply' in decoded) this.settle({ reply: decoded.reply, transport: 'udp', bytes: bytes.length });
    else if ('truncated' in decoded) this.settle('truncated');
    else if ('withoutEdns' in decoded) {
      this.leaveEdnsOut();
      this.send(this.query.encode());
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
    const bytes = await sendOverTcp(this.endpoint, asked.encode(), this.signal, begun);
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
    this.timers.add(setTimeout(() => setImmediate(act), ms));
  }

  private stopTimers(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }
}

const MEDIA_TYPE = 'application/dns-message';

/**
 * Asks over HTTPS (RFC 8484), for networks where port 53 is closed. Does not follow redirects: they would lead to a server
 * that nobody named.
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

/** Returns an exchange over real sockets. Its deadlines run on the machine's own timers. */
export function createExchange(options: ExchangeOptions = {}): Exchange {
  const { timing = DEFAULT_TIMING, ca } = options;
  // Its connections serve all questions of one proof, and do not keep the process alive.
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ca });
  const sockets = new Map<string, UdpSocket>();
  return async (endpoint, question, signal) => {
    signal?.throwIfAborted();
    const began = performance.now();
    const ending = new AbortController();
    let deadline: NodeJS.Timeout | undefined;
    try {
      const result = await new Promise<Result>((resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason), { signal: ending.signal });
        const late = (): void => resolve(unanswered({ kind: 'silent' }, true));
        if (isHttps(endpoint)) deadline = setTimeout(() => setImmediate(late), timing.deadlineMs);
        const asking = isHttps(endpoint)
          ? askOverHttps(endpoint, question, agent, ending.signal)
          : new Conversation(endpoint, question, options, ending.signal).ask(sockets);
        asking.then(resolve, (error) => resolve(unanswered(problemOf(error))));
      });
      return { ...result, roundTripMs: Math.round((performance.now() - began) * 10) / 10 };
    } finally {
      clearTimeout(deadline);
      ending.abort();
    }
  };
}
