import { Resolver } from 'node:dns/promises';
import { type DnsServer, startDnsServer } from '../../dns/server';
import { until } from '../until';

let server: DnsServer;

beforeEach(async () => {
  server = await startDnsServer({
    address: ['127.0.0.1', '127.0.0.2'],
    zones: {
      'example.com': {
        'host.example.com A': ['192.0.2.1', '192.0.2.2'],
      },
    },
  });
});
afterEach(() => server.close());

/** The resolver of node itself, so that something else than our own code reads the answers. */
const node = (address = server.address): Resolver => {
  const resolver = new Resolver({ timeout: 500, tries: 1 });
  resolver.setServers([address]);
  return resolver;
};

test('publishes and removes TXT records of any length, in any letter case', async () => {
  const value = `v=DKIM1; p=${'A'.repeat(2000)}`;
  server.setTxt('Selector1._domainkey.Example.com', value);
  const records = await node().resolveTxt('selector1._domainkey.example.com');
  expect(records.map((strings) => strings.join(''))).toEqual([value]);
  expect(Math.max(...records[0]!.map(({ length }) => length))).toBe(255);
  server.removeTxt('selector1._domainkey.example.com');
  await expect(node().resolveTxt('selector1._domainkey.example.com')).rejects.toMatchObject({
    code: 'ENOTFOUND',
  });
});

test('truncates an answer that exceeds every message, and continues to answer', async () => {
  server.setRecords(
    'big.example.com',
    'TXT',
    Array.from({ length: 300 }, (_, at) => `${at} ${'x'.repeat(250)}`),
  );
  await expect(node().resolveTxt('big.example.com')).rejects.toThrow();
  expect(await node().resolve4('host.example.com')).toHaveLength(2);
});

test('refuses to publish outside of its zones', () => {
  expect(() => server.setTxt('example.net', 'x')).toThrow('no zone for example.net');
});

test('closes at once, even with questions open', async () => {
  server.misbehave({ delayMs: 60_000 });
  const asked = node()
    .resolve4('host.example.com')
    .catch(({ code }) => code);
  await until(() => server.log.length > 0);
  await server.close();
  expect(['ETIMEOUT', 'ECONNREFUSED']).toContain(await asked);
});
