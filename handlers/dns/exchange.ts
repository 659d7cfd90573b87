import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import type { Endpoint } from './endpoint';
import { Query, type Question, type Reply } from './message';

export interface Answered {
  readonly reply: Reply;
  readonly transport: 'udp' | 'tcp';
  readonly roundTripMs: number;
}

export interface Unanswered {
  /** Why, in words that can follow "the server". */
  readonly problem: string;
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

/**
 * When a server is asked again, in milliseconds from the first datagram. A lost datagram costs the first resend, and a
 * server that is further away than that gets one datagram too many. Where UDP does not get through at all, TCP may.
 */
export interface ExchangeTiming {
  readonly resendsMs: readonly number[];
  readonly tcpMs: number;
  readonly deadlineMs: number;
}

export const DEFAULT_TIMING: ExchangeTiming = { resendsMs: [150, 450], tcpMs: 1000, deadlineMs: 2500 };

const SOCKET_ERRORS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'has its port closed',
  ECONNRESET: 'hangs up',
  ENETUNREACH: 'cannot be reached from here: no route to its network',
  EHOSTUNREACH: 'cannot be reached from here: no route to it',
  EADDRNOTAVAIL: 'cannot be reached from here: no address of its kind (IPv4, IPv6) on this machine',
  EAFNOSUPPORT: 'cannot be reached from here: no address of its kind (IPv4, IPv6) on this machine',
  EACCES: 'cannot be reached from here: this machine does not let the question out',
  EPERM: 'cannot be reached from here: this machine does not let the question out',
};

const wording = (error: NodeJS.ErrnoException): string =>
  SOCKET_ERRORS[error.code ?? ''] ?? `cannot be asked (${error.code ?? 'unknown error'})`;

interface Channel {
  close(): void;
}

interface Listener {
  message(bytes: Buffer): void;
  failed(problem: string): void;
}

/** A connected socket: the kernel drops datagrams from elsewhere, and reports a closed port at once. */
const openUdp = (
  { address, port }: Endpoint,
  listener: Listener,
): Channel & { send(bytes: Buffer): void } => {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  let waiting: Buffer | undefined;
  let connected = false;
  let open = true;
  const fail = (error: Error): void => {
    if (open) listener.failed(wording(error));
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

const openTcp = ({ address, port }: Endpoint, query: Buffer, listener: Listener): Channel => {
  const socket = connect(port, address);
  let received = Buffer.alloc(0);
  let open = true;
  const fail = (problem: string): void => {
    if (open) listener.failed(problem);
  };
  socket.setNoDelay(true);
  socket.on('connect', () => {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.length);
    socket.write(Buffer.concat([length, query]));
  });
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
    if (open) listener.message(received.subarray(2, 2 + received.readUInt16BE(0)));
  });
  socket.on('end', () => fail('hangs up without an answer'));
  socket.on('error', (error) => fail(wording(error)));
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
export const createExchange =
  (timing: ExchangeTiming = DEFAULT_TIMING, randomId?: () => number): Exchange =>
  (endpoint, question, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      const started = performance.now();
      const timers: NodeJS.Timeout[] = [];
      const channels: Channel[] = [];
      let query = new Query(question, true, randomId);
      let odd: string | undefined;
      let udpProblem: string | undefined;
      let tcp: Channel | undefined;
      let truncated = false;
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
      const answer = (reply: Reply, transport: 'udp' | 'tcp'): void =>
        finish(() => resolve({ reply, transport, roundTripMs: roundTripMs() }));
      const giveUp = (problem: string, silent = false): void =>
        finish(() =>
          resolve({ problem: odd ? `sends ${odd}` : problem, silent, roundTripMs: roundTripMs() }),
        );
      const after = (ms: number, act: () => void): void => {
        timers.push(setTimeout(act, ms));
      };

      const askOverTcp = (because: 'truncated' | 'silent' | 'closed'): void => {
        if (tcp || settled) return;
        truncated = because === 'truncated';
        tcp = openTcp(endpoint, query.encode(), {
          message(bytes) {
            const decoded = query.decode(bytes);
            if ('reply' in decoded) return answer(decoded.reply, 'tcp');
            if ('withoutEdns' in decoded && query.edns) return restart();
            giveUp(
              'mismatch' in decoded
                ? `sends ${decoded.mismatch} over TCP`
                : 'answers over TCP with a fragment',
            );
          },
          failed(problem) {
            if (because === 'truncated') giveUp(`truncates its answer over UDP, and over TCP it ${problem}`);
            else if (because === 'closed') giveUp(udpProblem ?? problem);
            else giveUp(`does not answer over UDP, and over TCP it ${problem}`, true);
          },
        });
        channels.push(tcp);
      };
      const udp = openUdp(endpoint, {
        message(bytes) {
          const decoded = query.decode(bytes);
          if ('reply' in decoded) answer(decoded.reply, 'udp');
          else if ('truncated' in decoded) askOverTcp('truncated');
          else if ('withoutEdns' in decoded) restart();
          else odd = decoded.mismatch;
        },
        failed(problem) {
          udpProblem = problem;
          askOverTcp('closed');
        },
      });
      channels.push(udp);
      /** Asks anew without EDNS, by the way that the refusal came. */
      const restart = (): void => {
        query = new Query(question, false, randomId);
        if (tcp) {
          tcp.close();
          tcp = undefined;
          askOverTcp('truncated');
        } else {
          udp.send(query.encode());
        }
      };

      signal?.addEventListener('abort', abort, { once: true });
      udp.send(query.encode());
      for (const ms of timing.resendsMs) after(ms, () => !tcp && udp.send(query.encode()));
      after(timing.tcpMs, () => askOverTcp('silent'));
      after(timing.deadlineMs, () => {
        // A process that was stopped for a while (as Lambda does) first reads what has come meanwhile.
        setImmediate(() =>
          giveUp(
            truncated ? 'truncates its answer over UDP, and is silent over TCP' : 'does not answer',
            true,
          ),
        );
      });
    });
