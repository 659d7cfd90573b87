import { Resolver } from 'node:dns/promises';
import { startDnsNetwork } from './network';

const node = (server: string): Resolver => {
  const resolver = new Resolver();
  resolver.setServers([server]);
  return resolver;
};

describe('a resolver', () => {
  const zones = {
    root: {
      '.': {
        '. NS': 'a.root.test',
        'a.root.test A': '127.0.0.2',
        'com NS': 'ns.com',
        'ns.com A': '127.0.0.2',
      },
      com: { 'com NS': 'ns.com', 'example.com NS': 'ns1.example.com', 'ns1.example.com A': '127.0.0.3' },
    },
    own: { 'example.com': { 'example.com NS': 'ns1.example.com', 'ns1.example.com A': '127.0.0.3' } },
  };
  const name = 'selector1._domainkey.example.com';

  const start = (now: () => number) =>
    startDnsNetwork({
      servers: {
        '127.0.0.2': { zones: zones.root },
        '127.0.0.3': { zones: zones.own, ttlSeconds: 100, negativeTtlSeconds: 50 },
      },
      resolvers: { '127.0.0.1': { roots: ['127.0.0.2'], now } },
    });

  test('finds a name from the root down, and remembers it until its time is over', async () => {
    let now = 0;
    const network = await start(() => now);
    try {
      const resolver = network.resolvers['127.0.0.1']!;
      const [own] = [network.servers['127.0.0.3']!];
      own.setTxt(name, 'first');
      expect(await node(resolver.address).resolveTxt(name)).toEqual([['first']]);
      own.setTxt(name, 'second');
      now = 99_000;
      expect(await node(resolver.address).resolveTxt(name)).toEqual([['first']]);
      now = 100_000;
      expect(await node(resolver.address).resolveTxt(name)).toEqual([['second']]);
      own.removeTxt(name);
      resolver.flush();
      await expect(node(resolver.address).resolveTxt(name)).rejects.toMatchObject({ code: 'ENOTFOUND' });
      // It remembers that there was nothing, whatever the type.
      own.setTxt(name, 'third');
      await expect(node(resolver.address).resolveNs(name)).rejects.toMatchObject({ code: 'ENOTFOUND' });
      now = 150_000;
      expect(await node(resolver.address).resolveTxt(name)).toEqual([['third']]);
    } finally {
      await network.close();
    }
  });

  test('holds back what it finds bogus', async () => {
    const network = await start(Date.now);
    try {
      const resolver = network.resolvers['127.0.0.1']!;
      network.servers['127.0.0.3']!.setTxt(name, 'x');
      resolver.findBogus('example.com');
      await expect(node(resolver.address).resolveTxt(name)).rejects.toMatchObject({ code: 'ESERVFAIL' });
    } finally {
      await network.close();
    }
  });
});
