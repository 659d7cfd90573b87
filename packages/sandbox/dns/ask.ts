import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import * as packet from 'dns-packet';
import type { Endpoint } from './endpoint';
import { framed, onFrame } from './frames';
import type { ZoneAnswer } from './zone';

/** Limits how long a question may take. */
export interface Patience {
  /**
   * Limit over UDP, and again over TCP, or a limit for each.
   * @default 150
   */
  readonly deadlineMs?: number | ((transport: 'udp' | 'tcp') => number);
  /** Aborted when the asker closes. */
  readonly signal?: AbortSignal;
  /**
   * Whether the question is for a resolver, which is asked to recurse.
   * @default false
   */
  readonly recursionDesired?: boolean;
}

const EDNS_PAYLOAD_BYTES = 1232;

/**
 * Asks a server over UDP, with a second attempt after a third of the time, and on truncation or silence over TCP.
 * Returns undefined if it does not answer. This code is separate from the gate's, since a test of the gate must not
 * share its mistakes.
 */
export const ask = async (
  server: Endpoint,
  name: string,
  type: packet.RecordType,
  { deadlineMs = 150, signal, recursionDesired = false }: Patience = {},
): Promise<ZoneAnswer | undefined> => {
  const id = randomInt(0x10000);
  const query = packet.encode({
    type: 'query',
    id,
    flags: recursionDesired ? packet.RECURSION_DESIRED : 0,
    questions: [{ name, type, class: 'IN' }],
    additionals: [{ type: 'OPT', name: '.', udpPayloadSize: EDNS_PAYLOAD_BYTES } as packet.Answer],
  });
  const over = typeof deadlineMs === 'number' ? () => deadlineMs : deadlineMs;
  const within = (ms: number, start: Start) => untilDeadline(start, ms, signal);
  const question: Question = { server, query, id };
  const overUdp = await within(over('udp'), (settle) => askOverUdp(question, over('udp') / 3, settle));
  const reply =
    !overUdp || overUdp.flag_tc
      ? await within(over('tcp'), (settle) => askOverTcp(question, settle))
      : overUdp;
  return (
    reply && {
      rcode: String((reply as { rcode?: unknown }).rcode),
      authoritative: reply.flag_aa,
      answers: reply.answers ?? [],
      authorities: reply.authorities ?? [],
      additionals: reply.additionals ?? [],
    }
  );
};

interface Question {
  readonly server: Endpoint;
  readonly query: Buffer;
  readonly id: number;
}

type Settle = (reply: packet.DecodedPacket | undefined) => void;

/** Begins one way of asking, and returns the function that closes its socket. */
type Start = (settle: Settle) => () => void;

/**
 * Runs one way of asking until it settles, its time is up or it is broken off. Does not use `AbortSignal.any` with a
 * timeout: in some releases up to Node 22 its timer is garbage-collected before it fires, so the wait for a lost answer
 * never ends.
 */
const untilDeadline = (
  start: Start,
  deadlineMs: number,
  signal: AbortSignal | undefined,
): Promise<packet.DecodedPacket | undefined> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve(undefined);
    const settle: Settle = (reply) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      close();
      resolve(reply);
    };
    const giveUp = () => settle(undefined);
    const timer = setTimeout(giveUp, deadlineMs);
    signal?.addEventListener('abort', giveUp, { once: true });
    const close = start(settle);
  });

/** Returns the reply to the query with that id. Any other message is not a reply. */
const replyIn = (bytes: Buffer, id: number): packet.DecodedPacket | undefined => {
  try {
    const message = packet.decode(bytes);
    return message.type === 'response' && message.id === id ? message : undefined;
  } catch {
    return undefined;
  }
};

const askOverUdp = (
  { server: { address, port }, query, id }: Question,
  resendMs: number,
  settle: Settle,
): (() => void) => {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  const send = (): void => socket.send(query, port, address);
  const resend = setTimeout(send, resendMs);
  socket.on('error', () => settle(undefined));
  socket.on('message', (bytes, from) => {
    const reply = from.address === address && from.port === port ? replyIn(bytes, id) : undefined;
    if (reply) settle(reply);
  });
  send();
  return () => {
    clearTimeout(resend);
    socket.close();
  };
};

const askOverTcp = ({ server, query, id }: Question, settle: Settle): (() => void) => {
  const { address, port } = server;
  const socket = connect(port, address);
  socket.on('error', () => settle(undefined));
  socket.on('end', () => settle(undefined));
  onFrame(socket, (message) => settle(replyIn(message, id)));
  socket.write(framed(query));
  return () => socket.destroy();
};
