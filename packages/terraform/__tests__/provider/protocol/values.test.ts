import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import {
  decodeValue,
  encodeValue,
  hasUnknown,
  UNKNOWN,
  withoutUnknown,
} from '../../../provider/protocol/values';

const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom(null, true, false, UNKNOWN),
    fc.string(),
    fc.integer(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).filter((number) => !Object.is(number, -0)),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      tie('value'),
      { maxKeys: 3, noNullPrototype: true },
    ),
  ),
})).value;

test('a value returns as it was sent, including unknowns', () => {
  fc.assert(
    fc.property(value, (sent) => {
      expect(isDeepStrictEqual(decodeValue(encodeValue(sent)), sent)).toBe(true);
    }),
  );
});

test('an unknown value with refinements is unknown', () => {
  // MessagePack extension 12, two bytes: what later engines send for "unknown, but not null".
  expect(decodeValue({ msgpack: Buffer.from([0xc7, 0x02, 0x0c, 0x81, 0x01]) })).toBe(UNKNOWN);
});

test('unknown parts become null, and nothing else changes', () => {
  fc.assert(
    fc.property(value, (sent) => {
      const known = withoutUnknown(sent);
      expect(hasUnknown(known)).toBe(false);
      if (!hasUnknown(sent)) expect(known).toEqual(sent);
    }),
  );
});
