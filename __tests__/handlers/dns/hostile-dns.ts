import * as packet from 'dns-packet';
import { type Listening, listen, type Via } from '../../../packages/sandbox/dns/sockets';

/** A question as it came in. */
export interface Asked extends Via {
  readonly id: number;
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** What a server sends: records for an answer in order, or octets. */
export type Answering = (asked: Asked) => Buffer | Partial<packet.Packet> | undefined;

export interface HostileDns extends Listening {
  readonly asked: Asked[];
}

/** The octets of a reply to a question. Records may be of any class, and as many as fit. */
export const reply = ({ id, name, type }: Asked, rest: Partial<packet.Packet>): Buffer =>
  packet.encode({
    type: 'response',
    id,
    flags: packet.AUTHORITATIVE_ANSWER,
    questions: [{ name, type: type as 'TXT', class: 'IN' }],
    ...rest,
  });

/** Sets TC over UDP, so that an answer that is too long for a datagram is requested over TCP. */
const truncated = (asked: Asked): Buffer =>
  reply(asked, { flags: packet.AUTHORITATIVE_ANSWER | packet.TRUNCATED_RESPONSE });

const DATAGRAM_BYTES = 1232;

/** Servers on some loopback addresses that answer whatever `answering` says. */
export async function startHostileDns(
  addresses: readonly string[],
  answering: Answering,
): Promise<HostileDns> {
  const asked: Asked[] = [];
  const listening = await listen(addresses, 0, (bytes, via) => {
    const message = packet.decode(bytes);
    const [question] = message.questions ?? [];
    const one: Asked = {
      ...via,
      id: message.id ?? 0,
      name: question!.name.toLowerCase(),
      type: question!.type,
      bytes,
    };
    asked.push(one);
    const answer = answering(one);
    if (answer === undefined) return undefined;
    const octets = Buffer.isBuffer(answer) ? answer : reply(one, answer);
    return { bytes: via.transport === 'udp' && octets.length > DATAGRAM_BYTES ? truncated(one) : octets };
  });
  return { ...listening, asked };
}
