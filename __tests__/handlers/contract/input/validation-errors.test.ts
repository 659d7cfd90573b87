import { formatValue } from '../../../../handlers/contract/input/validation-errors';
import { expectLinear } from '../../../support/linear';

const BASE64 = 'MIIEvQIBADANBgkqhkiG9w0B';

test.each([
  BASE64,
  `key=${BASE64}!`,
  `${'a'.repeat(30)} ${BASE64}`,
  'BEGIN PRIVATE KEY',
  `${'a'.repeat(24)}B`,
])('hides a text that may be a piece of a key: %s', (text) => {
  expect(formatValue(text)).toBe(`a text of ${text.length} characters that looks like key material`);
});

test.each(['a'.repeat(24), 'A1/'.repeat(8), 'a+1'.repeat(8), BASE64.slice(1), 'a-B-'.repeat(8)])(
  'shows a text that is not base64, or is too short: %s',
  (text) => {
    expect(formatValue(text)).toBe(`"${text}"`);
  },
);

test('takes time in proportion to the length of the text', () => {
  for (const unit of ['a', 'A', '1', 'aA/', 'a '])
    expectLinear((length) => formatValue(unit.repeat(length / unit.length)), 60_000);
});
