import fc from 'fast-check';

const SURROGATES = { from: 0xd800, count: 0x800 } as const;
const LAST = 0x10ffff;

/**
 * Any character there is, half of a pair excepted: fast-check's own unit `binary` tells the same, by a table of all of
 * them that it makes anew for each file of tests, in a second.
 */
export const anyCharacter: fc.Arbitrary<string> = fc.nat(LAST - SURROGATES.count).map(
  (index) => String.fromCodePoint(index < SURROGATES.from ? index : index + SURROGATES.count),
  (text) => {
    const code = typeof text === 'string' ? text.codePointAt(0) : undefined;
    if (code === undefined || text !== String.fromCodePoint(code)) throw new Error('not one character');
    return code < SURROGATES.from ? code : code - SURROGATES.count;
  },
);
