import { Agent } from 'node:https';
import { type Endpoint, type HttpsEndpoint, isHttps, type SocketEndpoint } from './endpoint';
import { LIMITS } from './limits';
import { Query, type Question, type Reply } from './message';
import type { Problem } from './outcome';
import { afterReading, createUdp, type OpenUdp, problemOf, sendOverHttps, sendOverTcp } from './transport';

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
  readonly deadlineMs: number;
}

export const DEFAULT_TIMING: ExchangeTiming = {
  resendsMs: [150, 450],
  tcpMs: 1000,
  deadlineMs: 2500,
};

export interface ExchangeOptions {
  readonly timing?: ExchangeTiming;
  /** A number of 16 bits that nobody can guess. @default a random one */
  readonly randomId?: () => number;
  /** Certificates (PEM) that DNS over HTTPS trusts. @default those of Node */
  readonly ca?: string;
}

/** What comes of one question, but for the time that it takes. */
type Result = Omit<Answered, 'roundTripMs'> | Omit<Unanswered, 'roundTripMs'>;

/** What a question under way can use until its signal ends it. */
interface Conversation {
  readonly question: Question;
  readonly signal: AbortSignal;
  after(ms: number, act: () => void): void;
  /** Whatever is not there by then does not count. */
  readonly deadline: Promise<'late'>;
}

const unanswered = (problem: Problem, silent = false): Result => ({ problem, silent });

const askOverHttps = async (
  endpoint: HttpsEndpoint,
  agent: Agent,
  { question, signal, deadline }: Conversation,
): Promise<Result> => {
  // RFC 8484 §4.1: the connection tells answers apart, so the id is 0.
  const query = new Query(question, true, () => 0);
  const bytes = await Promise.race([sendOverHttps(endpoint, query.encode(), agent, signal), deadline]);
  if (bytes === 'late') return unanswered({ kind: 'silent' }, true);
  const decoded = query.decode(bytes);
  if ('reply' in decoded) return { reply: decoded.reply, transport: 'https', bytes: bytes.length };
  if ('mismatch' in decoded) return unanswered({ kind: 'not-dns', mismatch: decoded.mismatch });
  return unanswered({ kind: 'rcode', rcode: 'withoutEdns' in decoded ? 'FORMERR' : 'truncated' });
};

/**
 * Asks over UDP with EDNS, and again while there is no answer; over TCP on truncation, on a closed UDP port, or when UDP
 * stays silent. Ignores datagrams that are no reply to the question (id, question, source), as a forged one would be, and
 * reports them if no reply comes.
 */
const askOverSockets = async (
  endpoint: SocketEndpoint,
  { timing = DEFAULT_TIMING, randomId }: ExchangeOptions,
  openUdp: OpenUdp,
  { question, signal, after, deadline }: Conversation,
): Promise<Result> => {
  let query = new Query(question, true, randomId);
  const ids = new Set([query.id]);
  const leaveEdnsOut = (): void => {
    query = new Query(question, false, randomId);
    ids.add(query.id);
  };
  let odd: Problem | undefined;
  let strays = 0;
  let isOverTcp = false;
  const failed = (problem: Problem, silent = false): Result => unanswered(odd ?? problem, silent);

  const overUdp = new Promise<Result | 'truncated'>((resolve, reject) => {
    const message = (bytes: Buffer): void => {
      const decoded = query.decode(bytes);
      if ('reply' in decoded) resolve({ reply: decoded.reply, transport: 'udp', bytes: bytes.length });
      else if ('truncated' in decoded) resolve('truncated');
      else if ('withoutEdns' in decoded) {
        leaveEdnsOut();
        send(query.encode());
      } else {
        odd = { kind: 'not-dns', mismatch: decoded.mismatch };
        strays += 1;
        if (strays > LIMITS.strayDatagrams) resolve(unanswered({ kind: 'limit', limit: 'strayDatagrams' }));
      }
    };
    const send = openUdp(endpoint, { hasSent: (id) => ids.has(id), message, failed: reject }, signal);
    send(query.encode());
    for (const ms of timing.resendsMs) after(ms, () => isOverTcp || send(query.encode()));
  });

  const overTcp = async (): Promise<Result> => {
    isOverTcp = true;
    const asked = query;
    const bytes = await sendOverTcp(endpoint, asked.encode(), signal);
    const decoded = asked.decode(bytes);
    if ('reply' in decoded) return { reply: decoded.reply, transport: 'tcp', bytes: bytes.length };
    if ('mismatch' in decoded) return failed({ kind: 'not-dns', mismatch: decoded.mismatch, overTcp: true });
    if (!('withoutEdns' in decoded)) return failed({ kind: 'tcp-fragment' });
    leaveEdnsOut();
    return overTcp();
  };

  let udpProblem: Problem = { kind: 'silent' };
  const closed = overUdp.catch((error) => {
    udpProblem = problemOf(error);
    return 'closed' as const;
  });
  const silent = new Promise<'silent'>((resolve) => after(timing.tcpMs, () => resolve('silent')));
  const first = await Promise.race([closed, silent, deadline]);
  if (typeof first !== 'string') return first;
  if (first === 'late') return failed({ kind: 'silent' }, true);
  const fromTcp = overTcp().catch((error) => {
    if (first === 'closed') return failed(udpProblem);
    const why = first === 'truncated' ? 'truncation' : 'silence';
    return failed({ kind: 'over-tcp', after: why, answer: problemOf(error) }, first === 'silent');
  });
  // Over UDP it may still answer, where it was only slow.
  const slow = new Promise<Result>((resolve) => {
    if (first === 'silent') closed.then((late) => typeof late === 'string' || resolve(late));
  });
  const found = await Promise.race([fromTcp, slow, deadline]);
  if (found !== 'late') return found;
  const problem: Problem = { kind: 'silent' };
  return failed(
    first === 'truncated' ? { kind: 'over-tcp', after: 'truncation', answer: problem } : problem,
    true,
  );
};

/** Returns an exchange over real sockets. Its deadlines run on the machine's own timers. */
export const createExchange = (options: ExchangeOptions = {}): Exchange => {
  const { timing = DEFAULT_TIMING, ca } = options;
  // Its connections serve all questions of one proof, and do not keep the process alive.
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ca });
  const openUdp = createUdp();
  return async (endpoint, question, signal) => {
    signal?.throwIfAborted();
    const began = performance.now();
    const ending = new AbortController();
    const after = (ms: number, act: () => void): void => {
      const timer = setTimeout(act, ms);
      ending.signal.addEventListener('abort', () => clearTimeout(timer));
    };
    const deadline = new Promise<'late'>((resolve) =>
      after(
        timing.deadlineMs,
        afterReading(() => resolve('late')),
      ),
    );
    const aborted = new Promise<never>((_, reject) =>
      signal?.addEventListener('abort', () => reject(signal.reason), { signal: ending.signal }),
    );
    const conversation = { question, signal: ending.signal, after, deadline };
    const asking = isHttps(endpoint)
      ? askOverHttps(endpoint, agent, conversation)
      : askOverSockets(endpoint, options, openUdp, conversation);
    try {
      const result = await Promise.race([asking.catch((error) => unanswered(problemOf(error))), aborted]);
      return { ...result, roundTripMs: Math.round((performance.now() - began) * 10) / 10 };
    } finally {
      ending.abort();
    }
  };
};
