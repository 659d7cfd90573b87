import * as setup from './support';

describe('aliases', () => {
  const alias = (network: Awaited<ReturnType<typeof setup.internet>>, from: string, to: string): void => {
    for (const { setRecords } of Object.values(network.servers)) {
      try {
        setRecords(from, 'CNAME', [to]);
      } catch {
        // Another zone's server.
      }
    }
  };

  test('follows an alias within the zone', () =>
    setup.within(setup.internet(), async (network) => {
      alias(network, setup.NAME, 'keys.example.com');
      setup.publish(network, setup.VALUE, 'keys.example.com');
      const outcome = await setup.prove(network);
      expect(outcome.ready).toBe(true);
      expect(outcome.servers[0]!.reason).toBe(
        'has an alias to keys.example.com, whose server has the record',
      );
    }));

  test('follows an alias into another zone, and asks the servers of that', () =>
    setup.within(setup.internet(), async (network) => {
      alias(network, setup.NAME, 'key.example.net');
      network.servers[setup.OUTSIDE]!.setTxt('key.example.net', setup.VALUE);
      const outcome = await setup.prove(network);
      expect(outcome.ready).toBe(true);
      expect(setup.verdicts(outcome)).toEqual({
        [setup.NS1]: 'ready',
        [setup.NS2]: 'ready',
        [setup.OUTSIDE]: 'ready',
        [setup.RESOLVER]: 'ready',
      });
      const own = outcome.servers.filter((each) => each.role === 'authoritative' && !each.askedFor);
      expect(own.map(({ aliasTo }) => aliasTo)).toEqual(own.map(() => 'key.example.net'));
    }));

  test('follows an alias out of listed name servers, with the help of resolvers', () =>
    setup.within(setup.internet(), async (network) => {
      alias(network, setup.NAME, 'key.example.net');
      network.servers[setup.OUTSIDE]!.setTxt('key.example.net', setup.VALUE);
      expect(await setup.prove(network, { nameservers: [setup.NS1] })).toMatchObject({ ready: true });
      expect(await setup.prove(network, { nameservers: [setup.NS1], resolvers: [] })).toMatchObject({
        ready: false,
        code: 'DNS_LOOKUP_FAILED',
      });
    }));

  test('fails when only one of the servers has the alias', () =>
    setup.within(setup.internet(), async (network) => {
      network.servers[setup.NS1]!.setRecords(setup.NAME, 'CNAME', ['key.example.net']);
      network.servers[setup.OUTSIDE]!.setTxt('key.example.net', setup.VALUE);
      expect(await setup.prove(network)).toMatchObject({ ready: false, code: 'DNS_TXT_NOT_READY' });
    }));

  test.each([
    ['a name that does not exist', 'key.example.net', 'whose server says that the name does not exist'],
    ['a domain that does not exist', 'key.nowhere.net', 'whose server says that the name does not exist'],
  ])('fails when the alias leads to %s', (_, target, words) =>
    setup.within(setup.internet(), async (network) => {
      alias(network, setup.NAME, target);
      const outcome = await setup.prove(network);
      expect(outcome.code).toBe('DNS_TXT_NOT_READY');
      expect(outcome.servers[0]!.reason).toContain(words);
    }),
  );

  test('fails when aliases lead in a circle', () =>
    setup.within(setup.internet(), async (network) => {
      alias(network, setup.NAME, 'a.example.net');
      network.servers[setup.OUTSIDE]!.setRecords('a.example.net', 'CNAME', [setup.NAME]);
      const outcome = await setup.prove(network);
      expect(outcome.code).toBe('DNS_TXT_INVALID');
      expect(outcome.message).toContain('leads back to itself');
    }));

  test('fails when aliases lead in a circle by way of one of several servers', () =>
    setup.within(setup.internet(), async (network) => {
      alias(network, setup.NAME, 'a.example.com');
      alias(network, 'a.example.com', 'b.example.com');
      network.servers[setup.NS1]!.setTxt('b.example.com', setup.VALUE);
      network.servers[setup.NS2]!.setRecords('b.example.com', 'CNAME', ['a.example.com']);
      const outcome = await setup.prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_TXT_NOT_READY' });
      expect(outcome.message).toContain(
        'leads back to itself: b.example.com → a.example.com → b.example.com',
      );
    }));

  test('fails when an alias leads to itself', () =>
    setup.within(setup.internet(), async (network) => {
      alias(network, setup.NAME, setup.NAME);
      expect(await setup.prove(network)).toMatchObject({ code: 'DNS_TXT_INVALID' });
    }));

  test.each([
    [8, true],
    [9, false],
  ])('with a chain of %i aliases, ready is %s', (length, ready) =>
    setup.within(setup.internet(), async (network) => {
      const names = [setup.NAME, ...Array.from({ length }, (_, i) => `hop${i + 1}.example.com`)];
      for (let hop = 0; hop < length; hop += 1) alias(network, names[hop]!, names[hop + 1]!);
      setup.publish(network, setup.VALUE, names.at(-1)!);
      const outcome = await setup.prove(network);
      expect(outcome.ready).toBe(ready);
      if (!ready) expect(outcome.message).toContain('more than 8 aliases');
    }),
  );
});
