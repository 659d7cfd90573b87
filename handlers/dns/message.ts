import { randomInt } from 'node:crypto';
import * as packet from 'dns-packet';

export interface Question {
  /** Without a trailing dot. */
  readonly name: string;
  readonly type: 'TXT' | 'NS' | 'A' | 'AAAA' | 'SOA';
  /** RD: set towards resolvers, never towards authoritative servers. */
  readonly recursionDesired: boolean;
  /** CD: asks a validating resolver for what it would not vouch for (RFC 4035 §3.2.2). */
  readonly checkingDisabled?: boolean;
}

/** A reply whose id, question and source were those of the question. */
export interface Reply {
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL`, `REFUSED`, … */
  readonly rcode: string;
  /** AA */
  readonly authoritative: boolean;
  /** RA */
  readonly recursionAvailable: boolean;
  /** AD: the resolver has validated it. */
  readonly authenticData: boolean;
  readonly answers: readonly packet.Answer[];
  readonly authorities: readonly packet.Answer[];
  readonly additionals: readonly packet.Answer[];
}

/** What came back for a query: a reply to it, the wish for another way to ask, or nothing of use. */
export type Decoded =
  | { readonly reply: Reply }
  | { readonly truncated: true }
  | { readonly withoutEdns: true }
  | { readonly mismatch: string };

/** Fits into every path without fragments (DNS flag day 2020). */
const EDNS_PAYLOAD_BYTES = 1232;

/** Flag bits, as dns-packet's decoder names them. */
const AUTHORITATIVE = 1 << 10;
const TRUNCATED = 1 << 9;
const RECURSION_AVAILABLE = 1 << 7;
const AUTHENTIC_DATA = 1 << 5;
const CHECKING_DISABLED = 1 << 4;

/** Servers that stumble over EDNS say so with one of these (RFC 6891 §7). */
const EDNS_REFUSALS = ['FORMERR', 'NOTIMP'];

export const sameName = (a: string, b: string): boolean =>
  a.replace(/\.$/, '').toLowerCase() === b.replace(/\.$/, '').toLowerCase();

export class Query {
  readonly id: number;

  constructor(
    readonly question: Question,
    readonly edns: boolean,
    /** A number of 16 bits that nobody can guess. */
    randomId: () => number = () => randomInt(0x10000),
  ) {
    this.id = randomId();
  }

  encode(): Buffer {
    const { name, type, recursionDesired, checkingDisabled } = this.question;
    return packet.encode({
      type: 'query',
      id: this.id,
      flags:
        (recursionDesired ? packet.RECURSION_DESIRED | AUTHENTIC_DATA : 0) |
        (checkingDisabled ? CHECKING_DISABLED : 0),
      questions: [{ name, type, class: 'IN' }],
      additionals: this.edns
        ? [{ type: 'OPT', name: '.', udpPayloadSize: EDNS_PAYLOAD_BYTES } as packet.Answer]
        : [],
    });
  }

  /** Reads a datagram or a TCP message; never throws, whatever it holds. */
  decode(bytes: Buffer): Decoded {
    let message: packet.DecodedPacket;
    try {
      message = packet.decode(bytes);
    } catch {
      // Some servers cut a long answer in the middle of a record: its header is whole.
      const cut =
        bytes.length >= 12 && bytes.readUInt16BE(0) === this.id && (bytes.readUInt16BE(2) & TRUNCATED) !== 0;
      return cut ? { truncated: true } : { mismatch: 'garbage that is no DNS message' };
    }
    const { id, type, questions = [] } = message;
    const flags = message.flags ?? 0;
    const rcode = String((message as { rcode?: unknown }).rcode);
    if (type !== 'response') return { mismatch: 'a question instead of a reply' };
    if (id !== this.id) return { mismatch: 'a reply with the wrong id' };
    // A server that does not know EDNS may send the bare header back.
    if (this.edns && EDNS_REFUSALS.includes(rcode)) return { withoutEdns: true };
    const [question] = questions;
    if (
      questions.length !== 1 ||
      question?.type !== this.question.type ||
      question.class !== 'IN' ||
      !sameName(question.name, this.question.name)
    ) {
      return { mismatch: 'a reply to another question' };
    }
    if (flags & TRUNCATED) return { truncated: true };
    return {
      reply: {
        rcode,
        authoritative: (flags & AUTHORITATIVE) !== 0,
        recursionAvailable: (flags & RECURSION_AVAILABLE) !== 0,
        authenticData: (flags & AUTHENTIC_DATA) !== 0,
        answers: message.answers ?? [],
        authorities: message.authorities ?? [],
        additionals: message.additionals ?? [],
      },
    };
  }
}
