import { SocketAddress } from 'node:net';
import { LIMITS } from './limits';

interface Common {
  /** Owner, without a trailing dot; octets that a host name cannot have as `\DDD` (RFC 1035 §5.1). */
  readonly name: string;
  /** `IN`, or the number of another class as text. */
  readonly class: string;
  readonly ttl: number;
}

/** The part of a SOA record that is used (RFC 1035 §3.3.13). */
interface StartOfAuthority {
  readonly serial: number;
  /** Seconds, at most, for which resolvers remember that there is nothing (RFC 2308 §4). */
  readonly minimum: number;
}

/** RFC 1035 §3.3.9. An empty `exchange` is the root: the domain takes no mail (RFC 7505). */
interface MailExchange {
  readonly preference: number;
  readonly exchange: string;
}

export type ResourceRecord =
  | (Common & { readonly type: 'TXT'; readonly data: readonly Buffer[] })
  | (Common & { readonly type: 'MX'; readonly data: MailExchange })
  | (Common & { readonly type: 'CNAME' | 'NS' | 'A' | 'AAAA'; readonly data: string })
  | (Common & { readonly type: 'SOA'; readonly data: StartOfAuthority })
  /** Of a type that is never asked for. */
  | (Common & { readonly type: 'other' });

/** RFC 1035 §4.1.1 */
export const HEADER_BYTES = 12;
export const CLASS_IN = 1;
export const OPT = 41;
export const TYPES = { A: 1, NS: 2, CNAME: 5, SOA: 6, MX: 15, TXT: 16, AAAA: 28 } as const;
const TYPE_NAMES = new Map<number, keyof typeof TYPES>(
  Object.entries(TYPES).map(([name, code]) => [code, name as keyof typeof TYPES]),
);

/** RFC 1035 §3.1: octets of a name, lengths included. */
const NAME_BYTES = 255;

export class Malformed extends Error {}

/** Reads a message in one pass; only pointers lead back. */
export class Reader {
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

  /** RFC 1035 §4.1.4: a pointer leads to an earlier place, and a name has 255 octets at most. */
  name(): string {
    const labels: string[] = [];
    let at = this.at;
    let end: number | undefined;
    let lowest = at;
    let octets = 0;
    for (let pointers = 0; ; ) {
      const length = this.bytes[at];
      if (length === undefined) throw new Malformed();
      if (length === 0) {
        this.at = end ?? at + 1;
        return labels.join('.');
      }
      if (length >= 0xc0) {
        const low = this.bytes[at + 1];
        if (low === undefined) throw new Malformed();
        end ??= at + 2;
        at = ((length & 0x3f) << 8) | low;
        pointers += 1;
        if (at >= lowest || pointers > LIMITS.pointersPerName) throw new Malformed();
        lowest = at;
        continue;
      }
      octets += 1 + length;
      if (length > 63 || octets >= NAME_BYTES || at + 1 + length > this.bytes.length) throw new Malformed();
      labels.push(labelText(this.bytes, at + 1, at + 1 + length));
      at += 1 + length;
    }
  }

  record(): ResourceRecord & { readonly code: number; readonly ttl: number } {
    const name = this.name();
    const code = this.uint16();
    const classCode = this.uint16();
    const common = { name, class: classCode === CLASS_IN ? 'IN' : String(classCode), ttl: this.uint32() };
    const length = this.uint16();
    const end = this.at + length;
    if (end > this.bytes.length) throw new Malformed();
    const record = this.data(common, TYPE_NAMES.get(code), end);
    // Names in the data must end with it.
    if (this.at > end) throw new Malformed();
    this.at = end;
    return { ...record, code };
  }

  private data(common: Common, type: keyof typeof TYPES | undefined, end: number): ResourceRecord {
    switch (type) {
      case 'A':
        return { ...common, type, data: [...this.take(4)].join('.') };
      case 'AAAA':
        return { ...common, type, data: ipv6Text(this.take(16)) };
      case 'NS':
      case 'CNAME':
        return { ...common, type, data: this.name() };
      case 'TXT': {
        const data: Buffer[] = [];
        while (this.at < end) data.push(Buffer.from(this.take(this.take(1)[0]!)));
        return { ...common, type, data };
      }
      case 'MX':
        return { ...common, type, data: { preference: this.uint16(), exchange: this.name() } };
      case 'SOA': {
        for (const _ of ['mname', 'rname']) this.name();
        const [serial] = [this.uint32(), this.uint32(), this.uint32(), this.uint32()];
        return { ...common, type, data: { serial, minimum: this.uint32() } };
      }
      default:
        return { ...common, type: 'other' };
    }
  }
}

/** Octets of host names, and a few harmless ones. Others could pass for a dot, or reach a terminal. */
const PLAIN_OCTET = /^[A-Za-z0-9_*/+=@-]*$/;

const labelText = (bytes: Buffer, from: number, to: number): string => {
  const text = bytes.toString('latin1', from, to);
  if (PLAIN_OCTET.test(text)) return text;
  return [...text]
    .map((char) => (PLAIN_OCTET.test(char) ? char : `\\${String(char.charCodeAt(0)).padStart(3, '0')}`))
    .join('');
};

const ipv6Text = (bytes: Buffer): string => {
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(2 * at).toString(16));
  return new SocketAddress({ family: 'ipv6', address: groups.join(':') }).address;
};

export const nameBytes = (name: string): Buffer =>
  Buffer.concat([
    ...name
      .split('.')
      .filter((label) => label !== '')
      .map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label, 'latin1')])),
    Buffer.from([0]),
  ]);

export const uint16s = (...numbers: number[]): Buffer => {
  const bytes = Buffer.alloc(2 * numbers.length);
  for (const [at, number] of numbers.entries()) bytes.writeUInt16BE(number, 2 * at);
  return bytes;
};
