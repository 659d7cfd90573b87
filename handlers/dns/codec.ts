/** Writes DNS messages (RFC 1035), and reads them within limits. */
import { randomInt } from 'node:crypto';
import { SocketAddress } from 'node:net';
import { LIMITS } from '../dns-limits';

interface Common {
  /** Owner, without a trailing dot; octets that a host name cannot have as `\DDD` (RFC 1035 §5.1). */
  readonly name: string;
  /** `IN`, or the number of another class as text. */
  readonly class: string;
  readonly ttl: number;
}

export type ResourceRecord =
  /** The joined strings; empty if they have too many octets. */
  | (Common & { readonly type: 'TXT'; readonly data: Buffer; readonly isTooLong: boolean })
  /** An empty `exchange` is the root: the domain takes no mail (RFC 7505). */
  | (Common & {
      readonly type: 'MX';
      readonly data: { readonly preference: number; readonly exchange: string };
    })
  | (Common & { readonly type: 'CNAME' | 'NS' | 'A' | 'AAAA'; readonly data: string })
  /** `minimum` is the largest number of seconds for which resolvers cache that there is no record (RFC 2308 §4). */
  | (Common & { readonly type: 'SOA'; readonly data: { readonly minimum: number } })
  /** A record of a type that is never asked for. The TTL of OPT holds the upper bits of the rcode (RFC 6891 §6.1.3). */
  | (Common & { readonly type: 'OPT' | 'other' });

/** RFC 1035 §4.1.1 */
const HEADER_BYTES = 12;
/** The two highest bits of a length octet: the other bits and the next octet are a place in the message. */
const POINTER = 0xc0;
const MAX_LABEL_OCTETS = 63;
const MAX_NAME_OCTETS = 255;
const CLASS_IN = 1;
const TYPES = { A: 1, NS: 2, CNAME: 5, SOA: 6, MX: 15, TXT: 16, AAAA: 28, OPT: 41 } as const;
const TYPE_NAMES = new Map<number, keyof typeof TYPES>(
  Object.entries(TYPES).map(([name, code]) => [code, name as keyof typeof TYPES]),
);

class Malformed extends Error {}

/** Reads a message in one pass; only pointers refer to earlier places. */
class Reader {
  at = HEADER_BYTES;

  constructor(private readonly bytes: Buffer) {}

  take(length: number): Buffer {
    const end = this.at + length;
    if (end > this.bytes.length) throw new Malformed();
    const taken = this.bytes.subarray(this.at, end);
    this.at = end;
    return taken;
  }

  uint16(): number {
    return this.take(2).readUInt16BE(0);
  }

  uint32(): number {
    return this.take(4).readUInt32BE(0);
  }

  /** RFC 1035 §4.1.4, §3.1: a pointer refers to an earlier place, and a name has at most 255 octets with its lengths. */
  name(): string {
    const parts: string[] = [];
    let at = this.at;
    let end: number | undefined;
    let lowest = at;
    let octets = 0;
    let pointers = 0;
    for (let length = this.octet(at); length !== 0; length = this.octet(at)) {
      if (length >= POINTER) {
        end ??= at + 2;
        at = ((length - POINTER) << 8) | this.octet(at + 1);
        pointers += 1;
        if (at >= lowest || pointers > LIMITS.pointersPerName) throw new Malformed();
        lowest = at;
      } else {
        octets += 1 + length;
        if (octets >= MAX_NAME_OCTETS) throw new Malformed();
        parts.push(this.label(at + 1, length));
        at += 1 + length;
      }
    }
    this.at = end ?? at + 1;
    return parts.join('.');
  }

  private octet(at: number): number {
    const octet = this.bytes[at];
    if (octet === undefined) throw new Malformed();
    return octet;
  }

  private label(from: number, length: number): string {
    if (length > MAX_LABEL_OCTETS || from + length > this.bytes.length) throw new Malformed();
    return labelText(this.bytes, from, from + length);
  }

  record(): ResourceRecord {
    const name = this.name();
    const type = TYPE_NAMES.get(this.uint16());
    const classCode = this.uint16();
    const common = { name, class: classCode === CLASS_IN ? 'IN' : String(classCode), ttl: this.uint32() };
    const length = this.uint16();
    const end = this.at + length;
    if (end > this.bytes.length) throw new Malformed();
    const record = this.data(common, type, end);
    // Names in the data must end with it.
    if (this.at > end) throw new Malformed();
    this.at = end;
    return record;
  }

  /** Reads strings and joins them in a new buffer: a record may have thousands of strings, and its message is released. */
  private text(end: number): Buffer {
    const joined = Buffer.alloc(end - this.at);
    let octets = 0;
    while (this.at < end) octets += this.take(this.take(1)[0]!).copy(joined, octets);
    return joined.subarray(0, octets);
  }

  private data(common: Common, type: keyof typeof TYPES | undefined, end: number): ResourceRecord {
    switch (type) {
      case 'A':
        return { ...common, type, data: this.take(4).join('.') };
      case 'AAAA':
        return { ...common, type, data: ipv6Text(this.take(16)) };
      case 'NS':
      case 'CNAME':
        return { ...common, type, data: this.name() };
      case 'TXT': {
        const isTooLong = end - this.at > LIMITS.txtBytes;
        return { ...common, type, data: isTooLong ? NOTHING : this.text(end), isTooLong };
      }
      case 'MX':
        return { ...common, type, data: { preference: this.uint16(), exchange: this.name() } };
      case 'SOA': {
        for (const _ of ['mname', 'rname']) this.name();
        // Serial, refresh, retry and expire.
        this.take(16);
        return { ...common, type, data: { minimum: this.uint32() } };
      }
      default:
        return { ...common, type: type ?? 'other' };
    }
  }
}

const NOTHING = Buffer.alloc(0);

/** Octets of host names, and a few other harmless ones. Others could look like a dot, or reach a terminal. */
const PLAIN_OCTET = /^[A-Za-z0-9_*/+=@-]*$/;

function labelText(bytes: Buffer, from: number, to: number): string {
  const text = bytes.toString('latin1', from, to);
  if (PLAIN_OCTET.test(text)) return text;
  return [...text]
    .map((char) => (PLAIN_OCTET.test(char) ? char : `\\${String(char.charCodeAt(0)).padStart(3, '0')}`))
    .join('');
}

function ipv6Text(bytes: Buffer): string {
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(2 * at).toString(16));
  return new SocketAddress({ family: 'ipv6', address: groups.join(':') }).address;
}

function nameBytes(name: string): Buffer {
  return Buffer.concat([
    ...labels(name).flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'latin1')]),
    Buffer.from([0]),
  ]);
}

export function uint16s(...numbers: number[]): Buffer {
  const bytes = Buffer.alloc(2 * numbers.length);
  for (const [at, number] of numbers.entries()) bytes.writeUInt16BE(number, 2 * at);
  return bytes;
}

export interface Question {
  /** A name without a trailing dot. */
  readonly name: string;
  readonly type: 'TXT' | 'MX' | 'NS' | 'A' | 'AAAA' | 'SOA';
  /** RD: set in queries to resolvers, never in those to authoritative servers. */
  readonly recursionDesired: boolean;
  /** CD: asks a validating resolver for data that fails validation (RFC 4035 §3.2.2). */
  readonly checkingDisabled?: boolean;
}

/** A reply with the id, the question and the source of the query. */
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

/** The result of a query: a reply, a request to ask in another way, or nothing usable. */
type Decoded =
  | { readonly reply: Reply }
  | { readonly truncated: true }
  | { readonly withoutEdns: true }
  | { readonly mismatch: true };

/** A size that every path carries without fragments (DNS flag day 2020). */
const EDNS_PAYLOAD_BYTES = 1232;

/** Flag bits of the header (RFC 1035 §4.1.1, RFC 4035 §3.2). */
const RESPONSE = 1 << 15;
const AUTHORITATIVE = 1 << 10;
const TRUNCATED = 1 << 9;
const RECURSION_DESIRED = 1 << 8;
const RECURSION_AVAILABLE = 1 << 7;
const AUTHENTIC_DATA = 1 << 5;
const CHECKING_DISABLED = 1 << 4;

const RCODES =
  'NOERROR FORMERR SERVFAIL NXDOMAIN NOTIMP REFUSED YXDOMAIN YXRRSET NXRRSET NOTAUTH NOTZONE'.split(' ');

export function labels(name: string): string[] {
  return name.split('.').filter((label) => label !== '');
}

export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Checks whether a name has only letters, digits, hyphens and underscores, like the names of servers and DKIM records. */
export function isPlainName(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => /^[A-Za-z0-9_-]{1,63}$/.test(label));
}

export class Query {
  /** Unpredictable. */
  readonly id = randomInt(0x10000);

  constructor(
    readonly question: Question,
    readonly edns: boolean,
  ) {}

  encode(): Buffer {
    const { name, type, recursionDesired, checkingDisabled } = this.question;
    const flags =
      (recursionDesired ? RECURSION_DESIRED | AUTHENTIC_DATA : 0) |
      (checkingDisabled ? CHECKING_DISABLED : 0);
    return Buffer.concat([
      uint16s(this.id, flags, 1, 0, 0, this.edns ? 1 : 0),
      nameBytes(name),
      uint16s(TYPES[type], CLASS_IN),
      ...(this.edns ? [Buffer.from([0]), uint16s(TYPES.OPT, EDNS_PAYLOAD_BYTES, 0, 0, 0)] : []),
    ]);
  }

  /** Reads a datagram or a TCP message. Never throws, whatever it contains. */
  decode(bytes: Buffer): Decoded {
    if (bytes.length < HEADER_BYTES) return { mismatch: true };
    // Messages that are not ours are not read any further.
    const flags = bytes.readUInt16BE(2);
    if (bytes.readUInt16BE(0) !== this.id || (flags & RESPONSE) === 0) return { mismatch: true };
    try {
      return this.read(bytes, flags);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      // Some servers cut a long answer in the middle of a record, but its header is complete.
      return (flags & TRUNCATED) !== 0 ? { truncated: true } : { mismatch: true };
    }
  }

  private read(bytes: Buffer, flags: number): Decoded {
    const questions = bytes.readUInt16BE(4);
    const counts = [6, 8, 10].map((at) => bytes.readUInt16BE(at));
    const plainRcode = RCODES[flags & 0xf] ?? `RCODE ${flags & 0xf}`;
    // A server that does not know EDNS answers in this way (RFC 6891 §7), and may return only the header.
    if (this.edns && (plainRcode === 'FORMERR' || plainRcode === 'NOTIMP')) return { withoutEdns: true };
    const reader = new Reader(bytes);
    if (questions !== 1 || !this.isAsked(reader)) return { mismatch: true };
    if (flags & TRUNCATED) return { truncated: true };
    if (counts.reduce((sum, count) => sum + count, 0) > LIMITS.recordsPerMessage) return { mismatch: true };
    const [answers, authorities, additionals] = counts.map((count) =>
      Array.from({ length: count }, () => reader.record()),
    ) as [ResourceRecord[], ResourceRecord[], ResourceRecord[]];
    const upperRcode = (additionals.find(({ type }) => type === 'OPT')?.ttl ?? 0) >>> 24;
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
