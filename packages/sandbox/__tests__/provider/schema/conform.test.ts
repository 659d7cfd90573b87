import { UNKNOWN } from '../../../provider/protocol/values';
import { conform } from '../../../provider/schema/conform';
import { blockOf } from '../../../provider/schema/written';

const block = blockOf({
  'optional string': 'name',
  'optional map(string)': 'tags',
  'optional set(string)': 'names',
  'parts: computed objects': { string: 'a', number: 'b' },
  'rule: list': { 'optional string': 'type' },
  'grant: set': { 'optional string': 'id' },
  'timeouts: single': { 'optional string': 'create' },
});

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
  const odd = blockOf({ 'optional string': 'attributes blocks' });
  expect(Object.keys(odd.attributes)).toEqual(['attributes', 'blocks']);
});
