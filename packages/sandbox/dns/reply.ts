import * as packet from 'dns-packet';
import type { Misbehaviour } from './rules';
import type { Outgoing, Via } from './sockets';
import type { ZoneAnswer } from './zone';

/** A question as it arrived: one line of a server's log. */
export interface LoggedQuestion {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly transport: 'udp' | 'tcp';
  readonly serverAddress: string;
  readonly name: string;
  readonly type: string;
  readonly recursionDesired: boolean;
  readonly checkingDisabled: boolean;
  /** Payload size in the question's EDNS option; absent without EDNS. */
  readonly edns?: number;
}

export interface ParsedQuery {
  readonly message: packet.DecodedPacket;
  readonly question: LoggedQuestion;
}

/** Reads a query; undefined if the bytes are not one. */
export const parseQuery = (bytes: Buffer, via: Via): ParsedQuery | undefined => {
  try {
    const message = packet.decode(bytes);
    const [question] = message.questions ?? [];
    if (!question || message.flag_qr) return undefined;
    const opt = message.additionals?.find((record): record is packet.OptAnswer => record.type === 'OPT');
    return {
      message,
      question: {
        at: Date.now(),
        transport: via.transport,
        serverAddress: via.serverAddress,
        name: question.name.toLowerCase(),
        type: question.type,
        recursionDesired: message.flag_rd,
        checkingDisabled: message.flag_cd,
        edns: opt?.udpPayloadSize,
      },
    };
  } catch {
    return undefined;
  }
};

const RCODES = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'];
const GARBAGE = Buffer.from('This is not a DNS message.');
const PLAIN_UDP_BYTES = 512;
/** Longest message over TCP, whose length is two octets (RFC 1035 §4.2.2). */
const TCP_BYTES = 65_535;

const displaced = (answers: readonly packet.Answer[]): packet.Answer[] =>
  answers.map((answer) => ({ ...answer, name: `elsewhere.${answer.name}` }));

/** Writes the answer to a query, with the faults that the rules demand. */
export const writeReply = (
  query: ParsedQuery,
  answer: ZoneAnswer,
  recursionAvailable: boolean,
  fault: Misbehaviour,
): Outgoing | undefined => {
  if (fault.drop) return undefined;
  const common = { delayMs: fault.delayMs, fromElsewhere: fault.wrongSource };
  if (fault.garbage) return { ...common, bytes: fault.garbage === true ? GARBAGE : fault.garbage };
  const { question } = query;
  const encode = (truncated: boolean): Buffer =>
    packet.encode({
      type: 'response',
      id: fault.wrongId ? (query.message.id ?? 0) ^ 1 : query.message.id,
      flags: flagsOf(question, answer, {
        ...fault,
        truncated,
        recursionAvailable: fault.recursionAvailable ?? recursionAvailable,
      }),
      questions: fault.wrongQuestion
        ? [{ type: 'TXT', name: 'another.example', class: 'IN' }]
        : query.message.questions,
      ...sectionsOf(question, answer, { ...fault, truncated }),
    });
  const overUdp = question.transport === 'udp';
  let bytes = encode(overUdp && fault.truncate === true);
  const most = overUdp ? Math.max(PLAIN_UDP_BYTES, question.edns ?? 0) : TCP_BYTES;
  if (bytes.length > most) bytes = encode(true);
  return { ...common, bytes: fault.cutAtBytes === undefined ? bytes : bytes.subarray(0, fault.cutAtBytes) };
};

/** Returns whether the server behaves as if it did not know EDNS (RFC 6891 §7). */
const refusesEdns = ({ edns }: LoggedQuestion, { refuseEdns }: Misbehaviour): boolean =>
  refuseEdns === true && edns !== undefined;

/** Returns the flags of the header, including the response code. */
function flagsOf(
  question: LoggedQuestion,
  answer: ZoneAnswer,
  told: Misbehaviour & { readonly truncated: boolean },
): number {
  const rcode = refusesEdns(question, told) ? 'FORMERR' : (told.rcode ?? answer.rcode);
  const set: readonly (readonly [isSet: boolean | undefined, flag: number])[] = [
    [told.authoritative ?? answer.authoritative, packet.AUTHORITATIVE_ANSWER],
    [told.truncated, packet.TRUNCATED_RESPONSE],
    [question.recursionDesired, packet.RECURSION_DESIRED],
    [told.recursionAvailable, packet.RECURSION_AVAILABLE],
  ];
  return set.reduce((flags, [isSet, flag]) => (isSet ? flags | flag : flags), codeOf(rcode));
}

const codeOf = (rcode: string): number => Math.max(0, RCODES.indexOf(rcode));

/** Returns the sections after the question. They are empty in an error, and when the answer is truncated. */
function sectionsOf(
  question: LoggedQuestion,
  answer: ZoneAnswer,
  fault: Misbehaviour & { readonly truncated: boolean },
): Required<Pick<packet.Packet, 'answers' | 'authorities' | 'additionals'>> {
  const isWithoutEdns = refusesEdns(question, fault);
  const opt = { type: 'OPT', name: '.', udpPayloadSize: 1232 } as packet.Answer;
  const edns = question.edns === undefined || isWithoutEdns ? [] : [opt];
  if (isWithoutEdns || fault.rcode !== undefined || fault.truncated)
    return { answers: [], authorities: [], additionals: edns };
  return {
    answers: fault.wrongOwner ? displaced(answer.answers) : [...answer.answers],
    authorities: [...answer.authorities],
    additionals: [...answer.additionals, ...edns],
  };
}
