import * as packet from 'dns-packet';
import fc from 'fast-check';
import { contentOf, readReply } from '../../handlers/dns/answer';
import { Query } from '../../handlers/dns/codec';
import { judgeRecord } from '../../handlers/dns/conclude';
import { EXPECTED, NAME, VALUE } from '../handlers/dns/support';
import { fuzzed } from './runs';

const query = new Query({ name: NAME, type: 'TXT', recursionDesired: false }, true);
const ID = query.id;

const label = fc.constantFrom('a', 'ns1', 'example', 'com', 'selector1', '_domainkey', 'x'.repeat(63));
const name = fc.oneof(
  { weight: 3, arbitrary: fc.constant(NAME) },
  fc
    .array(label, { minLength: 1, maxLength: 4 })
    .map((labels) => labels.join('.').slice(0, 200).replace(/\.$/, '')),
);
const of = (type: string, data: fc.Arbitrary<unknown>) =>
  fc.record({ type: fc.constant(type), name, ttl: fc.nat(86_400), class: fc.constant('IN'), data });
const record = fc.oneof(
  of(
    'TXT',
    fc.array(
      fc.uint8Array({ maxLength: 255 }).map((bytes) => Buffer.from(bytes)),
      { minLength: 1, maxLength: 3 },
    ),
  ),
  of('TXT', fc.constant([Buffer.from(VALUE).subarray(0, 200), Buffer.from(VALUE).subarray(200)])),
  of('CNAME', name),
  of('NS', name),
  of('A', fc.ipV4()),
  of('AAAA', fc.ipV6()),
) as fc.Arbitrary<packet.Answer>;

const encoded = fc
  .record({
    flags: fc.nat(0x7fff),
    questions: fc.constant<packet.Question[]>([{ name: NAME, type: 'TXT', class: 'IN' }]),
    answers: fc.array(record, { maxLength: 4 }),
    authorities: fc.array(record, { maxLength: 3 }),
    additionals: fc.array(record, { maxLength: 3 }),
  })
  .map((message) => packet.encode({ type: 'response', id: ID, ...message }));

/** A message with some octets changed, or cut off. */
const damaged = fc
  .tuple(
    encoded,
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
    fc.option(fc.nat(), { nil: undefined }),
  )
  .map(([message, changes, cut]) => {
    const bytes = Buffer.from(message);
    for (const [at, octet] of changes) bytes[at % bytes.length] = octet;
    return cut === undefined ? bytes : bytes.subarray(0, cut % (bytes.length + 1));
  });
const octets = fc.uint8Array({ maxLength: 600 }).map((bytes) => Buffer.from(bytes));
/** Behind a header that is ours: what comes next is read. */
const behindHeader = fc
  .tuple(encoded, octets)
  .map(([message, rest]) => Buffer.concat([message.subarray(0, 49), rest]));

const VERDICTS = ['ready', 'missing', 'other-value', 'invalid', 'unreachable'];

test('any octets give a verdict', () => {
  fc.assert(
    fc.property(fc.oneof(damaged, octets, behindHeader), (bytes) => {
      const decoded = query.decode(bytes);
      if (!('reply' in decoded)) return;
      for (const role of ['authoritative', 'recursive'] as const) {
        expect(VERDICTS).toContain(
          judgeRecord(contentOf(readReply(decoded.reply, { name: NAME, type: 'TXT' }, role)), EXPECTED)
            .verdict,
        );
      }
    }),
    fuzzed(),
  );
});

/** What both decoders have of a record. Ours joins the strings of a TXT record. */
const shape = (records: readonly { type: string; name: string; data?: unknown }[]) =>
  records.map(({ type, name: owner, data }) => ({ type, name: owner, data: comparable(type, data) }));

function comparable(type: string, data: unknown): unknown {
  if (type === 'AAAA') return undefined;
  if (type !== 'TXT') return data;
  return Buffer.concat(Buffer.isBuffer(data) ? [data] : (data as Buffer[])).toString('hex');
}

test('a valid message is read as another decoder reads it', () => {
  fc.assert(
    fc.property(encoded, (bytes) => {
      const decoded = query.decode(bytes);
      if (!('reply' in decoded)) return;
      const other = packet.decode(bytes);
      for (const section of ['answers', 'authorities', 'additionals'] as const) {
        expect(shape(decoded.reply[section] as never)).toEqual(shape((other[section] ?? []) as never));
      }
    }),
    fuzzed(),
  );
});
