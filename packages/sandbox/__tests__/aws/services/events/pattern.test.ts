import { matches, readPattern } from '../../../../aws/services/events/pattern';

const EVENT = {
  source: 'aws.ses',
  detail: {
    eventName: 'PutEmailIdentityDkimAttributes',
    who: { arn: 'role/other' },
    tags: ['a', 'b'],
    count: 1,
  },
};
const detail = (pattern: object) => ({ detail: pattern });

it.each([
  ['a value', { source: ['aws.ses'] }],
  ['one of several', { source: ['x', 'aws.ses'] }],
  ['a number', detail({ count: [1] })],
  ['one value of a list', detail({ tags: ['b'] })],
  ['anything but a value', detail({ who: { arn: [{ 'anything-but': 'role/ours' }] } })],
  ['anything but several', detail({ who: { arn: [{ 'anything-but': ['role/ours', 'role/theirs'] }] } })],
  ['what is there', detail({ who: { arn: [{ exists: true }] } })],
  ['what is not there, at any depth', detail({ what: { is: { not: [{ exists: false }] } } })],
  ['absence, or something else', detail({ who: { none: [{ 'anything-but': 'x' }, { exists: false }] } })],
])('matches by %s', (_, pattern) => {
  expect(matches(readPattern(JSON.stringify(pattern)), EVENT)).toBe(true);
});

it.each([
  ['another value', { source: ['ses'] }],
  ['a text for a number', detail({ count: ['1'] })],
  ['an object for a value', detail({ who: [{ exists: true }] })],
  ['only one of two fields', { source: ['aws.ses'], detail: { count: [2] } }],
  ['anything but what it is', { source: [{ 'anything-but': 'aws.ses' }] }],
  ['anything but, of what is not there', detail({ none: [{ 'anything-but': 'x' }] })],
  ['the absence of what is there', detail({ count: [{ exists: false }] })],
])('does not match by %s', (_, pattern) => {
  expect(matches(readPattern(JSON.stringify(pattern)), EVENT)).toBe(false);
});

const INVALID = 'Event pattern is not valid. Reason: ';
it.each([
  ['{', `${INVALID}Invalid JSON`],
  ['[]', `${INVALID}Filter is not an object`],
  ['{}', `${INVALID}Empty objects are not allowed`],
  ['{"source":"a"}', `${INVALID}"source" must be an object or an array`],
  ['{"source":[]}', `${INVALID}Empty arrays are not allowed`],
  ['{"a":[{"anything-but":null}]}', `${INVALID}anything-but match pattern must be a string or a number`],
  ['{"a":[{"prefix":"b"}]}', 'AWS has events:PutRule with EventPattern prefix; the sandbox has not.'],
  ['{"$or":[{"a":["b"]}]}', 'AWS has events:PutRule with EventPattern field $or; the sandbox has not.'],
])('refuses the pattern %s', (text, reason) => {
  expect(() => readPattern(text)).toThrow(reason);
});
