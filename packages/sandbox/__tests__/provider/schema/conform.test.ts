import { UNKNOWN } from '../../../provider/protocol/values';
import { conform } from '../../../provider/schema/conform';
import {
  type Block,
  computed,
  listBlock,
  optional,
  STRING_SET,
  setBlock,
  singleBlock,
} from '../../../provider/schema/schema';

const block: Block = {
  attributes: {
    name: optional('string'),
    tags: optional(['map', 'string']),
    names: optional(STRING_SET),
    parts: computed(['list', ['object', { a: 'string', b: 'number' }]]),
  },
  blocks: {
    rule: listBlock({ type: optional('string') }),
    grant: setBlock({ id: optional('string') }),
    timeouts: singleBlock({ create: optional('string') }),
  },
};

test('what is absent is there, as the engine wants it', () => {
  expect(conform(block, {})).toEqual({
    name: null,
    tags: null,
    names: null,
    parts: null,
    rule: [],
    grant: [],
    timeouts: null,
  });
});

test('what the schema does not have is dropped, within blocks and objects too', () => {
  const conformed = conform(block, {
    name: 'n',
    other: 1,
    rule: [{ type: 't', other: 1 }],
    parts: [{ a: 'x', other: 1 }],
  });
  expect(conformed).toMatchObject({ name: 'n', rule: [{ type: 't' }], parts: [{ a: 'x', b: null }] });
  expect(Object.keys(conformed)).not.toContain('other');
  expect(Object.keys(conformed.rule[0])).toEqual(['type']);
  expect(Object.keys(conformed.parts[0])).toEqual(['a', 'b']);
});

test('sets come out in one order, once each', () => {
  const one = conform(block, { names: ['b', 'a', 'b'], grant: [{ id: '2' }, { id: '1' }] });
  const other = conform(block, { names: ['a', 'b'], grant: [{ id: '1' }, { id: '2' }, { id: '1' }] });
  expect(one).toEqual(other);
  expect(one.names).toEqual(['a', 'b']);
});

test('null and unknown stay what they are, at every level', () => {
  expect(conform(block, null)).toBeNull();
  expect(conform(block, UNKNOWN)).toBe(UNKNOWN);
  expect(conform(block, { name: UNKNOWN, rule: UNKNOWN, names: [UNKNOWN, 'a'] })).toMatchObject({
    name: UNKNOWN,
    rule: UNKNOWN,
    names: expect.arrayContaining([UNKNOWN, 'a']),
  });
});

test('an attribute named like a part of a schema is an attribute', () => {
  const odd = listBlock({ attributes: optional('string'), blocks: optional('string') });
  expect(Object.keys(odd.block.attributes)).toEqual(['attributes', 'blocks']);
});
