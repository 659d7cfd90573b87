import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { DEFAULT_ANSWER_SECONDS } from '../contract';
import { isHttps, type SocketEndpoint } from './endpoint';
import { type Exchange, socketProblem } from './exchange-result';
import { createHttpsExchange } from './https';
import { LIMITS } from './limits';
import { Query, type Reply } from './message';
import type { Problem } from './problem';

export type { Answered, Exchange, ExchangeResult, Unanswered } from './exchange-result';

/**
 * When a server is asked again, in milliseconds from the first datagram. A lost datagram costs the first resend, and a
 * server that is further away than that gets one datagram too many. Where UDP does not get through at all, TCP may.
 */
export interface ExchangeTiming {
  readonly resendsMs: readonly number[];
  readonly tcpMs: number;
  readonly deadlineMs: number;
}

export const DEFAULT_TIMING: ExchangeTiming = {
  resendsMs: [150, 450],
  tcpMs: 1000,
  deadlineMs: DEFAULT_ANSWER_SECONDS * 1000,
};

/** The same with another deadline: TCP keeps more than half of it. */
export const timingFor = (deadlineMs: number): ExchangeTiming => {
  const tcpMs = Math.min(DEFAULT_TIMING.tcpMs, Math.round(deadlineMs * 0.4));
  return { resendsMs: DEFAULT_TIMING.resendsMs.filter((ms) => ms < tcpMs), tcpMs, deadlineMs };
};

export interface ExchangeOptions {
  readonly timing?: ExchangeTiming;
  /** For networks that do not let UDP out. @default false */
  readonly tcpOnly?: boolean;
  /** A number of 16 bits that nobody can guess. @default a random one */
  readonly randomId?: () => number;
  /** Certificates (PEM) that DNS over HTTPS trusts. @default those of Node */
  readonly ca?: string;
}

interface Channel {
  close(): void;
}

interface Listener {
  message(bytes: Buffer): void;
  failed(problem: Problem): void;
}

/** A connected socket: the kernel drops datagrams from elsewhere, and reports a closed port at once. */
const openUdp = (
  { address, port }: SocketEndpoint,
  listener: Listener,
): Channel & { send(bytes: Buffer): void } => {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  let waiting: Buffer | undefined;
  let connected = false;
  let open = true;
  const fail = (error: Error): void => {
    if (open) listener.failed(socketProblem(error));
  };
  socket.on('error', fail);
  socket.on('message', (bytes) => open && listener.message(bytes));
  socket.connect(port, address, ((error?: Error) => {
    if (!open) return;
    if (error) return fail(error);
    connected = true;
    if (waiting) socket.send(waiting);
  }) as () => void);
  return {
    send(bytes) {
      if (connected) socket.send(bytes);
      else waiting = bytes;
    },
    close() {
      if (!open) return;
      open = false;
      socket.close();
    },
  };
};

/** A message with its length before it, put together as it comes: each octet is copied once. */
class Incoming {
  private readonly head = Buffer.alloc(2);
  private body: Buffer | undefined;
  private filled = 0;

  /** @returns the message, once it is whole */
  add(chunk: Buffer): Buffer | undefined {
    let rest = chunk;
    if (!this.body) {
      const taken = rest.copy(this.head, this.filled);
      this.filled += taken;
      rest = rest.subarray(taken);
      if (this.filled < 2) return undefined;
      this.body = Buffer.alloc(this.head.readUInt16BE(0));
      this.filled = 0;
    }
    this.filled += rest.copy(this.body, this.filled);
    return this.filled === this.body.length ? this.body : undefined;
  }
}

const openTcp = ({ address, port }: SocketEndpoint, query: Buffer, listener: Listener): Channel => {
  const socket = connect(port, address);
  const incoming = new Incoming();
  let open = true;
  const fail = (problem: Problem): void => {
    if (open) listener.failed(problem);
  };
  socket.setNoDelay(true);
  socket.on('connect', () => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.length);
    socket.write(Buffer.concat([length, query]));
  });
  socket.on('data', (chunk) => {
    const message = open ? incoming.add(chunk) : undefined;
    if (message) listener.message(message);
  });
  socket.on('end', () => fail({ kind: 'hangs-up' }));
  socket.on('error', (error) => fail(socketProblem(error)));
  return {
    close() {
      open = false;
      socket.destroy();
    },
  };
};

/**
 * Asks over UDP with EDNS, again while it is silent; over TCP on truncation, on a closed UDP port, or when UDP stays
 * silent. A datagram that is no reply to the question (id, question, source) is ignored, as a forged one would be, and
 * remembered for the report. Deadlines are those of sockets: they run on the machine's own timers.
 */
export const createExchange = (options: ExchangeOptions = {}): Exchange => {
  const { timing = DEFAULT_TIMING, tcpOnly = false, randomId } = options;
  const overHttps = createHttpsExchange({ deadlineMs: timing.deadlineMs, ca: options.ca });
  return (endpoint, question, signal) =>
    isHttps(endpoint)
      ? overHttps(endpoint, question, signal)
      : new Promise((resolve, reject) => {
          if (signal?.aborted) return reject(signal.reason);
          const started = performance.now();
          const timers: NodeJS.Timeout[] = [];
          const channels: Channel[] = [];
          let query = new Query(question, true, randomId);
          let odd: Problem | undefined;
          let strays = 0;
          let udpProblem: Problem | undefined;
          let tcp: Channel | undefined;
          let why: 'truncated' | 'silent' | 'closed' | undefined;
          let settled = false;

          const finish = (act: () => void): void => {
            if (settled) return;
            settled = true;
            for (const timer of timers) clearTimeout(timer);
            for (const channel of channels) channel.close();
            signal?.removeEventListener('abort', abort);
            act();
          };
          const abort = (): void => finish(() => reject(signal?.reason));
          const roundTripMs = (): number => Math.round((performance.now() - started) * 10) / 10;
          const answer = (reply: Reply, transport: 'udp' | 'tcp', bytes: number): void =>
            finish(() => resolve({ reply, transport, roundTripMs: roundTripMs(), bytes }));
          const giveUp = (problem: Problem, silent = false): void =>
            finish(() => resolve({ problem: odd ?? problem, silent, roundTripMs: roundTripMs() }));
          const after = (ms: number, act: () => void): void => {
            timers.push(setTimeout(act, ms));
          };

          const tcpFailed = (problem: Problem): void => {
            if (why === 'truncated') giveUp({ kind: 'over-tcp', after: 'truncation', answer: problem });
            else if (why === 'closed') giveUp(udpProblem ?? problem);
            else if (tcpOnly) giveUp(problem);
            else giveUp({ kind: 'over-tcp', after: 'silence', answer: problem }, true);
          };
          const askOverTcp = (because: 'truncated' | 'silent' | 'closed'): void => {
            if (tcp || settled) return;
            why = because;
            tcp = openTcp(endpoint, query.encode(), {
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
            });
            channels.push(tcp);
          };
          const udp = tcpOnly
            ? undefined
            : openUdp(endpoint, {
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
              });
          if (udp) channels.push(udp);
          /** Asks anew without EDNS, by the way that the refusal came. */
          const restart = (): void => {
            query = new Query(question, false, randomId);
            if (tcp) {
              tcp.close();
              tcp = undefined;
              askOverTcp(why ?? 'truncated');
            } else {
              udp?.send(query.encode());
            }
          };

          signal?.addEventListener('abort', abort, { once: true });
          after(timing.deadlineMs, () => {
            // A process that was stopped for a while (as Lambda does) first reads what has come meanwhile.
            setImmediate(() =>
              giveUp(
                why === 'truncated'
                  ? { kind: 'over-tcp', after: 'truncation', answer: { kind: 'silent' } }
                  : { kind: 'silent' },
                true,
              ),
            );
          });
          if (!udp) return askOverTcp('silent');
          udp.send(query.encode());
          for (const ms of timing.resendsMs) after(ms, () => !tcp && udp.send(query.encode()));
          after(timing.tcpMs, () => askOverTcp('silent'));
        });
};
