import { defaultResolvers, PUBLIC_RESOLVERS } from '../../../handlers/dns/resolvers';

test('the machine’s own resolvers come first, then the public ones, each once', () => {
  expect(defaultResolvers(() => ['169.254.78.1', '8.8.8.8'])).toEqual([
    '169.254.78.1',
    '8.8.8.8',
    '1.1.1.1',
    '9.9.9.9',
  ]);
  expect(defaultResolvers(() => [])).toEqual([...PUBLIC_RESOLVERS]);
});
