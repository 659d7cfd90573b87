import { randomInt } from 'node:crypto';
import { LIMITS } from './limits';
import {
  CLASS_IN,
  HEADER_BYTES,
  Malformed,
  nameBytes,
  OPT,
  Reader,
  type ResourceRecord,
  TYPES,
  uint16s,
} from './wire';

export type { ResourceRecord } from './wire';

export interface Question {
  /** Without a trailing dot. */
  readonly name: string;
  readonly type: 'TXT' | 'MX' | 'NS' | 'A' | 'AAAA' | 'SOA';
  /** RD: set towards resolvers, never towards authoritative servers. */
  readonly recursionDesired: boolean;
  /** CD: asks a validating resolver for data that fails validation (RFC 4035 §3.2.2). */
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
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
}

/** Why octets are no reply to the question. */
export type Mismatch = 'garbage' | 'a-question' | 'wrong-id' | 'other-question' | 'too-many-records';

/** What came back for a query: a reply, a request to ask in another way, or nothing of use. */
export type Decoded =
  | { readonly reply: Reply }
  | { readonly truncated: true }
  | { readonly withoutEdns: true }
  | { readonly mismatch: Mismatch };

/** Fits into every path without fragments (DNS flag day 2020). */
const EDNS_PAYLOAD_BYTES = 1232;

/** Flag bits of the header (RFC 1035 §4.1.1, RFC 4035 §3.2). */
const RESPONSE = 1 << 15;
const AUTHORITATIVE = 1 << 10;
const TRUNCATED = 1 << 9;
const RECURSION_DESIRED = 1 << 8;
const RECURSION_AVAILABLE = 1 << 7;
const AUTHENTIC_DATA = 1 << 5;
const CHECKING_DISABLED = 1 << 4;

const RCODES = [
  'NOERROR',
  'FORMERR',
  'SERVFAIL',
  'NXDOMAIN',
  'NOTIMP',
  'REFUSED',
  'YXDOMAIN',
  'YXRRSET',
  'NXRRSET',
  'NOTAUTH',
  'NOTZONE',
];

/** Servers that do not know EDNS answer with one of these (RFC 6891 §7). */
const EDNS_REFUSALS = ['FORMERR', 'NOTIMP'];

export const sameName = (a: string, b: string): boolean =>
  a.replace(/\.$/, '').toLowerCase() === b.replace(/\.$/, '').toLowerCase();

/** Returns whether a name has only letters, digits, hyphens and underscores, as names of servers and DKIM records have. */
export const isPlainName = (name: string): boolean =>
  name.length <= 253 && name.split('.').every((label) => /^[A-Za-z0-9_-]{1,63}$/.test(label));

export class Query {
  readonly id: number;

  /**
   * @param randomId a number of 16 bits that nobody can guess
   */
  constructor(
    readonly question: Question,
    readonly edns: boolean,
    randomId: () => number = () => randomInt(0x10000),
  ) {
    this.id = randomId();
  }

  encode(): Buffer {
    const { name, type, recursionDesired, checkingDisabled } = this.question;
    const flags =
      (recursionDesired ? RECURSION_DESIRED | AUTHENTIC_DATA : 0) |
      (checkingDisabled ? CHECKING_DISABLED : 0);
    return Buffer.concat([
      uint16s(this.id, flags, 1, 0, 0, this.edns ? 1 : 0),
      nameBytes(name),
      uint16s(TYPES[type], CLASS_IN),
      ...(this.edns ? [Buffer.from([0]), uint16s(OPT, EDNS_PAYLOAD_BYTES, 0, 0, 0)] : []),
    ]);
  }

  /** Reads a datagram or a TCP message; never throws, whatever it holds. */
  decode(bytes: Buffer): Decoded {
    if (bytes.length < HEADER_BYTES) return { mismatch: 'garbage' };
    // Messages that are not ours are not read any further.
    const flags = bytes.readUInt16BE(2);
    const isResponse = (flags & RESPONSE) !== 0;
    if (bytes.readUInt16BE(0) !== this.id) return { mismatch: isResponse ? 'wrong-id' : 'garbage' };
    if (!isResponse) return { mismatch: 'a-question' };
    try {
      return this.read(bytes, flags);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      // Some servers cut a long answer in the middle of a record: its header is whole.
      return (flags & TRUNCATED) !== 0 ? { truncated: true } : { mismatch: 'garbage' };
    }
  }

  private read(bytes: Buffer, flags: number): Decoded {
    const questions = bytes.readUInt16BE(4);
    const counts = [6, 8, 10].map((at) => bytes.readUInt16BE(at));
    const plainRcode = RCODES[flags & 0xf] ?? `RCODE ${flags & 0xf}`;
    // A server that does not know EDNS may send the bare header back.
    if (this.edns && EDNS_REFUSALS.includes(plainRcode)) return { withoutEdns: true };
    const reader = new Reader(bytes);
    if (questions !== 1 || !this.isAsked(reader)) return { mismatch: 'other-question' };
    if (flags & TRUNCATED) return { truncated: true };
    if (counts.reduce((sum, count) => sum + count, 0) > LIMITS.recordsPerMessage) {
      return { mismatch: 'too-many-records' };
    }
    let upperRcode = 0;
    const [answers, authorities, additionals] = counts.map((count) => {
      const records: ResourceRecord[] = [];
      for (let i = 0; i < count; i += 1) {
        const { code, ...record } = reader.record();
        if (code === OPT) upperRcode = record.ttl >>> 24;
        else records.push(record as ResourceRecord);
      }
      return records;
    }) as [ResourceRecord[], ResourceRecord[], ResourceRecord[]];
    return {
      reply: {
        rcode: upperRcode === 0 ? plainRcode : `RCODE ${(upperRcode << 4) | (flags & 0xf)}`,
        authoritative: (flags & AUTHORITATIVE) !== 0,
        recursionAvailable: (flags & RECURSION_AVAILABLE) !== 0,
        answers,
        authorities,
        additionals,
      },
    };
  }

  private isAsked(reader: Reader): boolean {
    const name = reader.name();
    return (
      reader.uint16() === TYPES[this.question.type] &&
      reader.uint16() === CLASS_IN &&
      sameName(name, this.question.name)
    );
  }
}
