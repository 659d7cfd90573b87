/**
 * Proves records in zones whose servers send crooked TXT records, in a process of its own, whose memory is measured.
 */
import { systemClock } from '../../../handlers/clock';
import { Query, uint16s } from '../../../handlers/dns/codec';
import type { Exchange, ExchangeResult } from '../../../handlers/dns/exchange';
import { proveRecord } from '../../../handlers/dns/gate';
import { LIMITS } from '../../../handlers/dns-limits';
import type { PublicKey } from '../../../handlers/keys/format/public-key';

/** What the TXT answers of a zone are made of. */
const CROOKED = {
  'empty strings': () => [record('TXT', Buffer.alloc(RECORD_BYTES))],
  'strings of one octet': () => [record('TXT', Buffer.alloc(RECORD_BYTES, Buffer.from([1, 97])))],
  'empty records': () =>
    Array.from({ length: LIMITS.recordsPerMessage }, () => record('TXT', Buffer.from([0]))),
  servers: (name: string) =>
    Array.from({ length: LIMITS.recordsPerMessage }, (_, at) => record('NS', nameBytes(`x${at}.${name}`))),
} as const;
export type Crooked = keyof typeof CROOKED;

/** How many proofs go on at once, of how many servers each. */
const [, , proofs, servers, kind] = process.argv;

const RECORD_BYTES = 60_000;
const NO_KEY: PublicKey = { modulus: '', exponent: '', bits: 0, spki: '', fingerprint: 'none' };

const CODES = { A: 1, NS: 2, TXT: 16 } as const;
/** Each owner is a pointer to the name in the question. */
const OWNER = 0xc00c;

const nameBytes = (name: string): Buffer =>
  Buffer.concat([
    ...name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
    Buffer.from([0]),
  ]);

const record = (type: keyof typeof CODES, data: Buffer): Buffer =>
  Buffer.concat([uint16s(OWNER, CODES[type], 1, 0, 60, data.length), data]);

function recordsFor(name: string, type: string): readonly Buffer[] {
  if (type === 'NS')
    return Array.from({ length: Number(servers) }, (_, at) => record('NS', nameBytes(`ns${at}.${name}`)));
  const [, host] = /^ns(\d+)\./.exec(name) ?? [];
  if (type === 'A' && host !== undefined) return [record('A', Buffer.from([192, 0, 2, Number(host) + 1]))];
  return type === 'TXT' ? CROOKED[kind as Crooked](name) : [];
}

/** Answers with the octets of a message, which are read as those of a socket. */
const exchange: Exchange = async (_, question): Promise<ExchangeResult> => {
  const query = new Query(question, false);
  const asked = query.encode();
  const records = recordsFor(question.name, question.type);
  const flags = 0x8400;
  const head = uint16s(query.id, flags, 1, records.length, 0, 0);
  const bytes = Buffer.concat([head, asked.subarray(head.length), ...records]);
  // The message comes through a socket: whoever waits for others is served meanwhile.
  await new Promise(setImmediate);
  const decoded = query.decode(bytes);
  if (!('reply' in decoded))
    throw new Error(`The message for ${question.type} ${question.name} was not read.`);
  return { reply: decoded.reply, transport: 'tcp', bytes: bytes.length, roundTripMs: 1 };
};

async function prove(domain: string): Promise<string | undefined> {
  const outcome = await proveRecord(
    {
      ...{ domain, selector: 's1', expected: NO_KEY, mode: 'authoritative', waitSeconds: 0 },
      ...{ resolvers: ['198.51.100.1'] },
    },
    { clock: systemClock, remainingMs: () => 60_000, hasIPv6: () => false, exchange },
  );
  return outcome.code;
}

async function run(): Promise<void> {
  const domains = Array.from({ length: Number(proofs) }, (_, at) => `zone${at}.com`);
  const codes = await Promise.all(domains.map(prove));
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1024);
  process.stdout.write(JSON.stringify({ codes: [...new Set(codes)], megabytes }));
}

if (require.main === module) void run();
