/** One question to one server. */
import { Agent } from 'node:https';
import { Query, type Question, type Reply } from './codec';
import { type Endpoint, type HttpsEndpoint, isHttps, type SocketEndpoint } from './endpoint';
import { LIMITS } from './limits';
import type { Problem } from './outcome';
import { problemOf, sendOverHttps, sendOverTcp, type UdpListener, UdpSockets } from './transport';

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
  endpoint: Endpoint,
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

/** The result of one question, without its timing. */
type Result = Omit<Answered, 'roundTripMs'> | Omit<Unanswered, 'roundTripMs'>;

function unanswered(problem: Problem, silent = false): Result {
  return { problem, silent };
}

/** A question over sockets, until its signal ends it. */
class Conversation implements UdpListener {
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
  async ask(sockets: UdpSockets): Promise<Result> {
    const { resendsMs, tcpMs, deadlineMs } = this.options.timing ?? DEFAULT_TIMING;
    const overUdp = this.nextOverUdp();
    try {
      this.send = await sockets.join(this.endpoint, this, this.signal);
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

async function askOverHttps(
  endpoint: HttpsEndpoint,
  question: Question,
  agent: Agent,
  signal: AbortSignal,
): Promise<Result> {
  // RFC 8484 §4.1: the connection tells answers apart, so the id is 0.
  const query = new Query(question, true, () => 0);
  const bytes = await sendOverHttps(endpoint, query.encode(), agent, signal);
  const decoded = query.decode(bytes);
  if ('reply' in decoded) return { reply: decoded.reply, transport: 'https', bytes: bytes.length };
  if ('mismatch' in decoded) return unanswered({ kind: 'not-dns', mismatch: decoded.mismatch });
  return unanswered({ kind: 'rcode', rcode: 'withoutEdns' in decoded ? 'FORMERR' : 'truncated' });
}

/** Returns an exchange over real sockets. Its deadlines run on the machine's own timers. */
export function createExchange(options: ExchangeOptions = {}): Exchange {
  const { timing = DEFAULT_TIMING, ca } = options;
  // Its connections serve all questions of one proof, and do not keep the process alive.
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ca });
  const sockets = new UdpSockets();
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
