import {
  internet,
  NAME,
  NS1,
  NS2,
  OUTSIDE,
  prove,
  publish,
  RESOLVER,
  VALUE,
  verdicts,
  within,
} from './support';

describe('aliases', () => {
  const alias = (network: Awaited<ReturnType<typeof internet>>, from: string, to: string): void => {
    for (const { setRecords } of Object.values(network.servers)) {
      try {
        setRecords(from, 'CNAME', [to]);
      } catch {
        // Another zone's server.
      }
    }
  };

  test('follows an alias within the zone', () =>
    within(internet(), async (network) => {
      alias(network, NAME, 'keys.example.com');
      publish(network, VALUE, 'keys.example.com');
      const outcome = await prove(network);
      expect(outcome.ready).toBe(true);
      expect(outcome.servers[0]!.reason).toBe(
        'has an alias to keys.example.com, whose server has the record',
      );
    }));

  test('follows an alias into another zone, and asks the servers of that', () =>
    within(internet(), async (network) => {
      alias(network, NAME, 'key.example.net');
      network.servers[OUTSIDE]!.setTxt('key.example.net', VALUE);
      const outcome = await prove(network);
      expect(outcome.ready).toBe(true);
      expect(verdicts(outcome)).toEqual({
        [NS1]: 'ready',
        [NS2]: 'ready',
        [OUTSIDE]: 'ready',
        [RESOLVER]: 'ready',
      });
      const own = outcome.servers.filter((each) => each.role === 'authoritative' && !each.askedFor);
      expect(own.map(({ aliasTo }) => aliasTo)).toEqual(own.map(() => 'key.example.net'));
    }));

  test('follows an alias out of listed name servers, with the help of resolvers', () =>
    within(internet(), async (network) => {
      alias(network, NAME, 'key.example.net');
      network.servers[OUTSIDE]!.setTxt('key.example.net', VALUE);
      expect(await prove(network, { nameservers: [NS1] })).toMatchObject({ ready: true });
      expect(await prove(network, { nameservers: [NS1], resolvers: [] })).toMatchObject({
        ready: false,
        code: 'DNS_LOOKUP_FAILED',
      });
    }));

  test('fails when only one of the servers has the alias', () =>
    within(internet(), async (network) => {
      network.servers[NS1]!.setRecords(NAME, 'CNAME', ['key.example.net']);
      network.servers[OUTSIDE]!.setTxt('key.example.net', VALUE);
      expect(await prove(network)).toMatchObject({ ready: false, code: 'DNS_TXT_NOT_READY' });
    }));

  test.each([
    ['a name that does not exist', 'key.example.net', 'whose server says that the name does not exist'],
    ['a domain that does not exist', 'key.nowhere.net', 'whose server says that the name does not exist'],
  ])('fails when the alias leads to %s', (_, target, words) =>
    within(internet(), async (network) => {
      alias(network, NAME, target);
      const outcome = await prove(network);
      expect(outcome.code).toBe('DNS_TXT_NOT_READY');
      expect(outcome.servers[0]!.reason).toContain(words);
    }),
  );

  test('fails when aliases lead in a circle', () =>
    within(internet(), async (network) => {
      alias(network, NAME, 'a.example.net');
      network.servers[OUTSIDE]!.setRecords('a.example.net', 'CNAME', [NAME]);
      const outcome = await prove(network);
      expect(outcome.code).toBe('DNS_TXT_INVALID');
      expect(outcome.message).toContain('leads back to itself');
    }));

  test('fails when an alias leads to itself', () =>
    within(internet(), async (network) => {
      alias(network, NAME, NAME);
      expect(await prove(network)).toMatchObject({ code: 'DNS_TXT_INVALID' });
    }));

  test.each([
    [8, true],
    [9, false],
  ])('with a chain of %i aliases, ready is %s', (length, ready) =>
    within(internet(), async (network) => {
      const names = [NAME, ...Array.from({ length }, (_, i) => `hop${i + 1}.example.com`)];
      for (let hop = 0; hop < length; hop += 1) alias(network, names[hop]!, names[hop + 1]!);
      publish(network, VALUE, names.at(-1)!);
      const outcome = await prove(network);
      expect(outcome.ready).toBe(ready);
      if (!ready) expect(outcome.message).toContain('more than 8 aliases');
    }),
  );
});
