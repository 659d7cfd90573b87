import {
  defaultResolvers,
  formatEndpoint,
  PUBLIC_RESOLVERS,
  parseEndpoint,
  readServers,
} from '../../../handlers/dns/endpoint';

test.each([
  ['192.0.2.1', { address: '192.0.2.1', port: 53 }],
  ['192.0.2.1:5353', { address: '192.0.2.1', port: 5353 }],
  ['2001:db8::1', { address: '2001:db8::1', port: 53 }],
  ['[2001:db8::1]', { address: '2001:db8::1', port: 53 }],
  ['[2001:db8::1]:5353', { address: '2001:db8::1', port: 5353 }],
  [' 192.0.2.1 ', { address: '192.0.2.1', port: 53 }],
])('reads %s', (text, endpoint) => {
  expect(parseEndpoint(text)).toEqual(endpoint);
  expect(parseEndpoint(formatEndpoint(endpoint))).toEqual(endpoint);
});

test.each([
  '',
  'ns1.example.com',
  '192.0.2.1:0',
  '192.0.2.1:65536',
  '192.0.2.1:',
  '192.0.2:53',
  '[192.0.2.1]:53',
  '[::1',
  '::1]:53',
])('refuses %j', (text) => expect(parseEndpoint(text)).toBeUndefined());

test('uses the default port if none is given', () => {
  expect(parseEndpoint('192.0.2.1', 5300)).toEqual({ address: '192.0.2.1', port: 5300 });
});

test('puts the machine’s own resolvers first, then the public ones, each once', () => {
  expect(defaultResolvers(() => ['169.254.78.1', '8.8.8.8'])).toEqual([
    '169.254.78.1',
    '8.8.8.8',
    '1.1.1.1',
    '9.9.9.9',
  ]);
  expect(defaultResolvers(() => [])).toEqual([...PUBLIC_RESOLVERS]);
});

test.each([
  [{ nameservers: ['ns1.example.com:53'] }, 'gate.nameservers: "ns1.example.com:53" is not the address'],
  [{ resolvers: ['127.0.0.1:99999'] }, 'gate.resolvers: "127.0.0.1:99999" is not the address'],
  [{ resolvers: [] }, 'list servers in gate.nameservers'],
  [{ resolvers: [], mode: 'recursive' as const }, 'gate.mode is recursive'],
])('refuses the servers of %j', (settings, words) => {
  expect(() => readServers(settings, {})).toThrow(words);
});
