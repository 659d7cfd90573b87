import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import * as packet from 'dns-packet';
import type { Endpoint } from './endpoint';

/** What a server said, as far as a resolver needs it. */
export interface Told {
  readonly rcode: string;
  readonly authoritative: boolean;
  readonly answers: readonly packet.Answer[];
  readonly authorities: readonly packet.Answer[];
  readonly additionals: readonly packet.Answer[];
}

/** A datagram that is lost is sent once more; whoever stays silent over UDP and TCP is given up. */
const RESEND_MS = 50;
const DEADLINE_MS = 150;
const EDNS_PAYLOAD_BYTES = 1232;

/**
 * Asks an authoritative server over UDP; on truncation or silence over TCP. Undefined when it does not answer.
 * The sandbox's own, and not the gate's: what the gate is tried with must not share its mistakes.
 */
export const ask = async (
  server: Endpoint,
  name: string,
  type: packet.RecordType,
): Promise<Told | undefined> => {
  const id = randomInt(0x10000);
  const query = packet.encode({
    type: 'query',
    id,
    questions: [{ name, type, class: 'IN' }],
    additionals: [{ type: 'OPT', name: '.', udpPayloadSize: EDNS_PAYLOAD_BYTES } as packet.Answer],
  });
  const overUdp = await within((settle) => askOverUdp(server, query, id, settle));
  const reply =
    !overUdp || overUdp.flag_tc ? await within((settle) => askOverTcp(server, query, id, settle)) : overUdp;
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

type Settle = (reply: packet.DecodedPacket | undefined) => void;

/** Runs one way of asking until it settles or its time is up, and closes what it opened. */
const within = (start: (settle: Settle) => () => void): Promise<packet.DecodedPacket | undefined> =>
  new Promise((resolve) => {
    const settle: Settle = (reply) => {
      clearTimeout(timer);
      close();
      resolve(reply);
    };
    const timer = setTimeout(() => settle(undefined), DEADLINE_MS);
    const close = start(settle);
  });

/** The reply to the query of that id; anything else is no reply. */
const replyIn = (bytes: Buffer, id: number): packet.DecodedPacket | undefined => {
  try {
    const message = packet.decode(bytes);
    return message.type === 'response' && message.id === id ? message : undefined;
  } catch {
    return undefined;
  }
};

const askOverUdp = ({ address, port }: Endpoint, query: Buffer, id: number, settle: Settle): (() => void) => {
  const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
  const send = (): void => socket.send(query, port, address);
  const resend = setTimeout(send, RESEND_MS);
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

const askOverTcp = ({ address, port }: Endpoint, query: Buffer, id: number, settle: Settle): (() => void) => {
  const socket = connect(port, address);
  let received = Buffer.alloc(0);
  socket.on('error', () => settle(undefined));
  socket.on('end', () => settle(undefined));
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk]);
    if (received.length < 2 || received.length < 2 + received.readUInt16BE(0)) return;
    settle(replyIn(received.subarray(2, 2 + received.readUInt16BE(0)), id));
  });
  const length = Buffer.alloc(2);
  length.writeUInt16BE(query.length);
  socket.write(Buffer.concat([length, query]));
  return () => socket.destroy();
};
