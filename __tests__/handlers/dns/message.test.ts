import * as packet from 'dns-packet';
import fc from 'fast-check';
import { contentOf, readReply } from '../../../handlers/dns/answer';
import { Query, type Reply } from '../../../handlers/dns/codec';
import { judgeRecord } from '../../../handlers/dns/conclude';
import { EXPECTED, NAME, VALUE } from './support';

const QUESTION = { name: NAME, type: 'TXT', recursionDesired: false } as const;
const query = new Query(QUESTION, true);

/** Whatever a server sends ends in a verdict. */
function verdictOf(bytes: Buffer): string {
  const decoded = query.decode(bytes);
  if (!('reply' in decoded)) return 'unreachable';
  return (['authoritative', 'recursive'] as const)
    .map(
      (role) =>
        judgeRecord(contentOf(readReply(decoded.reply, { name: NAME, type: 'TXT' }, role)), EXPECTED).verdict,
    )
    .join(' ');
}

test('a query carries its question, an id and EDNS, and asks for recursion only on request', () => {
  const plain = packet.decode(query.encode());
  expect(plain).toMatchObject({
    id: query.id,
    flag_rd: false,
    questions: [{ name: NAME, type: 'TXT', class: 'IN' }],
  });
  expect(plain.additionals).toMatchObject([{ type: 'OPT', udpPayloadSize: 1232 }]);
  const recursive = new Query({ ...QUESTION, recursionDesired: true, checkingDisabled: true }, false);
  expect(packet.decode(recursive.encode())).toMatchObject({ flag_rd: true, flag_cd: true, additionals: [] });
});

test('ids differ from question to question', () => {
  expect(new Set(Array.from({ length: 50 }, () => new Query(QUESTION, true).id)).size).toBeGreaterThan(40);
});

test('takes a record in an answer that denies the name for none, as resolvers do', () => {
  const answered = (rcode: number): Buffer =>
    packet.encode({
      type: 'response',
      id: query.id,
      flags: packet.AUTHORITATIVE_ANSWER | rcode,
      questions: [{ name: NAME, type: 'TXT', class: 'IN' }],
      answers: [{ name: NAME, type: 'TXT', ttl: 300, data: [Buffer.from(VALUE)] }],
    });
  expect(verdictOf(answered(0))).toBe('ready ready');
  expect(verdictOf(answered(3))).toBe('missing missing');
});

test('treats a name as equal in capitals and with a final dot', () => {
  const bytes = packet.encode({
    type: 'response',
    id: query.id,
    flags: packet.AUTHORITATIVE_ANSWER,
    questions: [{ name: NAME.toUpperCase(), type: 'TXT' }],
    answers: [{ name: `${NAME.toUpperCase()}.`, type: 'TXT', ttl: 60, data: [`p=${EXPECTED.spki}`] }],
  });
  expect(verdictOf(bytes)).toBe('ready ready');
});

test('recognises a referral to the root', () => {
  const authorities = [{ name: '.', type: 'NS' as const, data: 'a.root-servers.net' }];
  const bytes = packet.encode({ type: 'response', id: query.id, questions: [QUESTION], authorities });
  const { reply } = query.decode(bytes) as { reply: Reply };
  const { problem } = contentOf(readReply(reply, QUESTION, 'authoritative'));
  expect(problem).toEqual({ kind: 'refers', zone: '' });
});

test('shows an octet of a name that could reach a terminal by its number', () => {
  const authorities = [{ name: 'sub.example.com', type: 'NS' as const, data: 'ns\x1b[1.example.net' }];
  const bytes = packet.encode({ type: 'response', id: query.id, questions: [QUESTION], authorities });
  expect(query.decode(bytes)).toMatchObject({
    reply: { authorities: [{ data: 'ns\\027\\0911.example.net' }] },
  });
});

test('any TXT strings lead to a verdict', () => {
  const strings = fc.array(fc.uint8Array({ maxLength: 255 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.array(strings, { minLength: 1, maxLength: 3 }), (records) => {
      const bytes = packet.encode({
        type: 'response',
        id: query.id,
        flags: packet.AUTHORITATIVE_ANSWER,
        questions: [{ name: NAME, type: 'TXT' }],
        answers: records.map((data) => ({
          name: NAME,
          type: 'TXT' as const,
          ttl: 60,
          data: data.map((part) => Buffer.from(part)),
        })),
      });
      expect(verdictOf(bytes)).toBe('invalid invalid');
    }),
    { numRuns: 300 },
  );
});
