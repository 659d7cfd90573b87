import { createPublicKey } from 'node:crypto';
import fc from 'fast-check';
import { publicKeyOf } from '../../handlers/keys/format/public-key';
import { readRecord, readTagList } from '../../handlers/keys/format/record';
import { describeRecordProblem } from '../../handlers/words/record';
import { sameKey } from '../handlers/keys/format/rsa-numbers';
import { fuzzed } from './runs';

const KEY = publicKeyOf(createPublicKey(sameKey()));
const VALUE = `v=DKIM1; k=rsa; p=${KEY.spki}`;

const octets = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const piece = fc.oneof(
  fc.constantFrom(
    'v',
    'k',
    'p',
    'h',
    's',
    't',
    'g',
    'n',
    'v=DKIM1',
    'k=rsa',
    'sha256',
    'email',
    '*',
    KEY.spki,
  ),
  fc.constantFrom(
    '=',
    ';',
    ':',
    ' ',
    '\t',
    '\r\n',
    '\r\n ',
    '\r',
    '\n',
    '"',
    '\\',
    'a',
    'Z9',
    '_',
    '\u001b',
    '\u009b',
  ),
  octets.map((text) => text.slice(0, 3)),
);
const tagLike = fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join(''));
/** The right record, with some octets changed, left out or put in. */
const damaged = fc
  .array(fc.tuple(fc.nat(VALUE.length), fc.nat(2), piece), { maxLength: 4 })
  .map((changes) =>
    changes.reduce(
      (text, [at, removed, added]) => text.slice(0, at) + added + text.slice(at + removed),
      VALUE,
    ),
  );
const value = fc.oneof(octets, tagLike, damaged);

test('any octets are a record, or are refused with a reason, in text that a terminal may show', () => {
  fc.assert(
    fc.property(value, (text) => {
      const reading = readRecord(text);
      if ('problem' in reading) expect(describeRecordProblem(reading.problem)).toMatch(/^[\x20-\x7e…]+$/);
      else expect(reading.key.bits).toBeGreaterThanOrEqual(1024);
    }),
    fuzzed(),
  );
});

/** RFC 6376 §3.2 as a regular expression: short, plainly right, and too slow for hostile input. */
const FWS = '(?:[ \\t]|\\r\\n(?=[ \\t]))*';
const TAG_SPEC = new RegExp(`^${FWS}([^= \\t\\r\\n]*)${FWS}=${FWS}([\\s\\S]*?)${FWS}$`);

test('tags are split as the grammar of RFC 6376 splits them', () => {
  fc.assert(
    fc.property(fc.oneof(tagLike, damaged), (text) => {
      const list = readTagList(text);
      if ('problem' in list) return;
      const specs = text.split(';');
      if (specs.length > 1 && /^[ \t\r\n]*$/.test(specs.at(-1)!)) specs.pop();
      const expected = specs.map((spec) => TAG_SPEC.exec(spec)?.slice(1, 3));
      expect([...list.tags]).toEqual(expected);
    }),
    fuzzed(),
  );
});
