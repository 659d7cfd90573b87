import { Agent } from 'node:https';
import { type Endpoint, type HttpsEndpoint, isHttps, type SocketEndpoint } from './endpoint';
import { LIMITS } from './limits';
import { Query, type Question, type Reply } from './message';
import type { Problem } from './outcome';
import { afterReading, type Channel, createUdp, type OpenUdp, openHttps, openTcp } from './transport';

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

/** One question under way. The first result settles it, and closes what was opened for it. */
interface Conversation {
  readonly isSettled: boolean;
  open<Opened extends Channel>(channel: Opened): Opened;
  after(ms: number, act: () => void): void;
  answer(reply: Reply, transport: Answered['transport'], bytes: number): void;
  giveUp(problem: Problem, silent?: boolean): void;
}

const converse = (
  signal: AbortSignal | undefined,
  begin: (conversation: Conversation) => void,
): Promise<ExchangeResult> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const started = performance.now();
    const timers: NodeJS.Timeout[] = [];
    const channels: Channel[] = [];
    let isSettled = false;
    const settle = (act: () => void): void => {
      if (isSettled) return;
      isSettled = true;
      for (const timer of timers) clearTimeout(timer);
      for (const channel of channels) channel.close();
      signal?.removeEventListener('abort', abort);
      act();
    };
    const abort = (): void => settle(() => reject(signal?.reason));
    const roundTripMs = (): number => Math.round((performance.now() - started) * 10) / 10;
    signal?.addEventListener('abort', abort, { once: true });
    begin({
      get isSettled() {
        return isSettled;
      },
      open(channel) {
        channels.push(channel);
        return channel;
      },
      after(ms, act) {
        timers.push(setTimeout(act, ms));
      },
      answer: (reply, transport, bytes) =>
        settle(() => resolve({ reply, transport, roundTripMs: roundTripMs(), bytes })),
      giveUp: (problem, silent = false) =>
        settle(() => resolve({ problem, silent, roundTripMs: roundTripMs() })),
    });
  });

const askOverHttps = (
  endpoint: HttpsEndpoint,
  question: Question,
  agent: Agent,
  deadlineMs: number,
  { open, after, answer, giveUp }: Conversation,
): void => {
  // RFC 8484 §4.1: the connection tells answers apart, so the id is 0.
  const query = new Query(question, true, () => 0);
  after(
    deadlineMs,
    afterReading(() => giveUp({ kind: 'silent' }, true)),
  );
  open(
    openHttps(endpoint, query.encode(), agent, {
      message(bytes) {
        const decoded = query.decode(bytes);
        if ('reply' in decoded) return answer(decoded.reply, 'https', bytes.length);
        giveUp(
          'mismatch' in decoded
            ? { kind: 'not-dns', mismatch: decoded.mismatch }
            : { kind: 'rcode', rcode: 'withoutEdns' in decoded ? 'FORMERR' : 'truncated' },
        );
      },
      failed: giveUp,
    }),
  );
};

/**
 * Asks over UDP with EDNS, and again while there is no answer; over TCP on truncation, on a closed UDP port, or when UDP
 * stays silent. Ignores datagrams that are no reply to the question (id, question, source), as a forged one would be, and
 * reports them if no reply comes.
 */
const askOverSockets = (
  endpoint: SocketEndpoint,
  question: Question,
  { timing = DEFAULT_TIMING, randomId }: ExchangeOptions,
  openUdp: OpenUdp,
  conversation: Conversation,
): void => {
  const { open, after, answer } = conversation;
  let query = new Query(question, true, randomId);
  const ids = new Set([query.id]);
  let odd: Problem | undefined;
  let strays = 0;
  let udpProblem: Problem | undefined;
  let tcp: Channel | undefined;
  let why: 'truncated' | 'silent' | 'closed' | undefined;
  const giveUp = (problem: Problem, silent = false): void => conversation.giveUp(odd ?? problem, silent);

  const tcpFailed = (problem: Problem): void => {
    if (why === 'truncated') giveUp({ kind: 'over-tcp', after: 'truncation', answer: problem });
    else if (why === 'closed') giveUp(udpProblem ?? problem);
    else giveUp({ kind: 'over-tcp', after: 'silence', answer: problem }, true);
  };
  const askOverTcp = (because: 'truncated' | 'silent' | 'closed'): void => {
    if (tcp || conversation.isSettled) return;
    why = because;
    tcp = open(
      openTcp(endpoint, query.encode(), {
        message(bytes) {
          const decoded = query.decode(bytes);
          if ('reply' in decoded) return answer(decoded.reply, 'tcp', bytes.length);
          if ('withoutEdns' in decoded && query.edns) return restart();
          giveUp(
            'mismatch' in decoded
              ? { kind: 'not-dns', mismatch: decoded.mismatch, overTcp: true }
              : { kind: 'tcp-fragment' },
          );
        },
        failed: tcpFailed,
      }),
    );
  };
  const udp = open(
    openUdp(endpoint, {
      hasSent: (id) => ids.has(id),
      message(bytes) {
        const decoded = query.decode(bytes);
        if ('reply' in decoded) return answer(decoded.reply, 'udp', bytes.length);
        if ('truncated' in decoded) return askOverTcp('truncated');
        if ('withoutEdns' in decoded) return restart();
        odd = { kind: 'not-dns', mismatch: decoded.mismatch };
        strays += 1;
        if (strays > LIMITS.strayDatagrams) {
          odd = { kind: 'limit', limit: 'strayDatagrams' };
          giveUp(odd);
        }
      },
      failed(problem) {
        udpProblem = problem;
        askOverTcp('closed');
      },
    }),
  );
  /** Asks again without EDNS, over the transport of the refusal. */
  const restart = (): void => {
    query = new Query(question, false, randomId);
    ids.add(query.id);
    if (tcp) {
      tcp.close();
      tcp = undefined;
      askOverTcp(why ?? 'truncated');
    } else {
      udp.send(query.encode());
    }
  };

  after(
    timing.deadlineMs,
    afterReading(() =>
      giveUp(
        why === 'truncated'
          ? { kind: 'over-tcp', after: 'truncation', answer: { kind: 'silent' } }
          : { kind: 'silent' },
        true,
      ),
    ),
  );
  udp.send(query.encode());
  for (const ms of timing.resendsMs) after(ms, () => !tcp && udp.send(query.encode()));
  after(timing.tcpMs, () => askOverTcp('silent'));
};

/** Returns an exchange over real sockets. Its deadlines run on the machine's own timers. */
export const createExchange = (options: ExchangeOptions = {}): Exchange => {
  const { timing = DEFAULT_TIMING, ca } = options;
  // Its connections serve all questions of one proof, and do not keep the process alive.
  const agent = new Agent({ keepAlive: true, maxSockets: 4, ca });
  const openUdp = createUdp();
  return (endpoint, question, signal) =>
    converse(signal, (conversation) =>
      isHttps(endpoint)
        ? askOverHttps(endpoint, question, agent, timing.deadlineMs, conversation)
        : askOverSockets(endpoint, question, options, openUdp, conversation),
    );
};
