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
  ['a prefix', detail({ eventName: [{ prefix: 'PutEmailIdentityDkim' }] })],
  ['a suffix', detail({ eventName: [{ suffix: 'Attributes' }] })],
  ['another case', { source: [{ 'equals-ignore-case': 'AWS.SES' }] }],
  ['anything but a value', detail({ who: { arn: [{ 'anything-but': 'role/ours' }] } })],
  ['anything but several', detail({ who: { arn: [{ 'anything-but': ['role/ours', 'role/theirs'] }] } })],
  ['anything but prefixes', detail({ who: { arn: [{ 'anything-but': { prefix: ['user/'] } }] } })],
  ['what is there', detail({ who: { arn: [{ exists: true }] } })],
  ['what is not there, at any depth', detail({ what: { is: { not: [{ exists: false }] } } })],
  ['absence, or something else', detail({ who: { none: [{ 'anything-but': 'x' }, { exists: false }] } })],
  ['a number of a range', detail({ count: [{ numeric: ['>', 0, '<=', 1] }] })],
  ['a number below a limit', detail({ count: [{ numeric: ['<', 2] }] })],
  ['either of two fields', { $or: [{ source: ['x'] }, detail({ count: [1] })] }],
])('matches by %s', (_, pattern) => {
  expect(matches(readPattern(JSON.stringify(pattern)), EVENT)).toBe(true);
});

it.each([
  ['another value', { source: ['ses'] }],
  ['a text for a number', detail({ count: ['1'] })],
  ['an object for a value', detail({ who: [{ exists: true }] })],
  ['a number beyond a range', detail({ count: [{ numeric: ['>', 1, '<', 5] }] })],
  ['a text, by a range', detail({ eventName: [{ numeric: ['>', 0] }] })],
  ['only one of two fields', { source: ['aws.ses'], detail: { count: [2] } }],
  ['anything but what it is', { source: [{ 'anything-but': 'aws.ses' }] }],
  ['anything but, of what is not there', detail({ none: [{ 'anything-but': 'x' }] })],
  ['the absence of what is there', detail({ count: [{ exists: false }] })],
])('does not match by %s', (_, pattern) => {
  expect(matches(readPattern(JSON.stringify(pattern)), EVENT)).toBe(false);
});

it.each([
  ['no JSON', '{', 'Invalid JSON'],
  ['a list', '[]', 'Filter is not an object'],
  ['nothing', '{}', 'Empty objects are not allowed'],
  ['a bare value', '{"source":"a"}', '"source" must be an object or an array'],
  ['no values', '{"source":[]}', 'Empty arrays are not allowed'],
  ['a range without a number', '{"a":[{"numeric":[">","1"]}]}', 'Value of > must be numeric'],
  ['an unknown comparison', '{"a":[{"numeric":["!",1]}]}', 'Unrecognized numeric range operator: !'],
  ['a range of nothing', '{"a":[{"numeric":[">",5,"<",1]}]}', 'Bottom must be less than top'],
  ['an unknown operator', '{"source":[{"like":"a"}]}', 'Unrecognized match type like'],
  ['a number as prefix', '{"source":[{"prefix":1}]}', 'prefix match pattern must be a string'],
  ['a list of prefixes', '{"source":[{"prefix":["a"]}]}', 'prefix match pattern must be a string'],
  [
    'anything but null',
    '{"a":[{"anything-but":null}]}',
    'anything-but match pattern must be a string or a number',
  ],
  ['anything but an empty suffix', '{"a":[{"anything-but":{"suffix":""}}]}', 'Null suffix not allowed'],
])('refuses a pattern of %s', (_, text, reason) => {
  expect(() => readPattern(text)).toThrow(`Event pattern is not valid. Reason: ${reason}`);
});

it('says what it does not simulate', () => {
  expect(() => readPattern('{"a":[{"wildcard":"b*"}]}')).toThrow(/the sandbox has not/);
});
