import { formatEndpoint } from '../../../handlers/dns/endpoint';
import type { Exchange } from '../../../handlers/dns/exchange';
import type { DnsNetwork } from '../../support/dns/network';
import {
  askingOf,
  CHILD,
  internet,
  NAME,
  NS1,
  NS2,
  OTHER_VALUE,
  OUTSIDE,
  prove,
  publish,
  RESOLVER,
  ROOT,
  ROOT_ZONES,
  VALUE,
  verdicts,
  within,
  ZONE,
} from './support';

describe('discovery of the servers', () => {
  test('passes when all servers of the zone and the resolver have the record', () =>
    within(internet(), async (network) => {
      publish(network, VALUE);
      const outcome = await prove(network);
      expect(outcome).toMatchObject({ ready: true, zone: 'example.com', rounds: 1, warnings: [] });
      expect(verdicts(outcome)).toEqual({ [NS1]: 'ready', [NS2]: 'ready', [RESOLVER]: 'ready' });
      expect(outcome.servers.map(({ name }) => name)).toEqual([
        'ns1.example.com',
        'ns2.example.com',
        undefined,
      ]);
    }));

  test('takes capitals in names for what they are', () =>
    within(internet(), async (network) => {
      publish(network, VALUE);
      const outcome = await prove(network, {
        selector: 'Selector1',
      });
      expect(outcome).toMatchObject({ ready: true, recordName: 'Selector1._domainkey.example.com' });
    }));

  test('refuses where there are more servers than are asked, and says so', () =>
    within(internet(), async (network) => {
      const hosts = Array.from({ length: 80 }, (_, i) => `ns${i}.example.com`);
      const zone = {
        'example.com NS': hosts,
        ...Object.fromEntries(hosts.map((host, i) => [`${host} A`, i === 0 ? NS1 : `127.1.0.${i}`])),
        [`${NAME} TXT`]: VALUE,
      };
      for (const address of [NS1, NS2]) network.servers[address]!.setZone('example.com', zone);
      const outcome = await prove(network);
      // The zone above has other addresses of two of them.
      expect(outcome.servers.filter(({ role }) => role === 'authoritative').length).toBeLessThanOrEqual(66);
      expect(outcome).toMatchObject({
        ready: false,
        code: 'DNS_LOOKUP_FAILED',
        limits: expect.arrayContaining(['serversPerZone']),
      });
      expect(outcome.message).toContain('a zone names more than 64 servers');
    }));

  test('never asks a resolver about the name, or one that may not exist, before the servers agree', () =>
    within(internet(), async (network) => {
      await prove(network, {
        domain: 'mail.example.com',
      });
      const asked = network.resolvers[RESOLVER]!.log.map(({ name, type }) => `${name} ${type}`);
      expect(asked).toContain('example.com NS');
      expect(asked.filter((question) => /TXT|_domainkey|^mail\./.test(question))).toEqual([]);
    }));

  test('asks a resolver for the record only after the servers agree', () =>
    within(internet(), async (network) => {
      network.servers[NS1]!.setTxt(NAME, VALUE);
      await prove(network);
      expect(network.resolvers[RESOLVER]!.log.filter(({ type }) => type === 'TXT')).toEqual([]);
      network.servers[NS2]!.setTxt(NAME, VALUE);
      expect(await prove(network)).toMatchObject({ ready: true });
      const asked = network.resolvers[RESOLVER]!.log.filter(({ type }) => type === 'TXT');
      expect(new Set(asked.map(({ name }) => name))).toEqual(new Set([NAME]));
    }));

  test('asks authoritative servers without recursion, with EDNS', () =>
    within(internet(), async (network) => {
      publish(network, VALUE);
      await prove(network);
      const questions = network.servers[NS1]!.log.filter(({ name }) => name === NAME);
      expect(questions.some(({ recursionDesired, edns }) => !recursionDesired && edns === 1232)).toBe(true);
    }));

  test('finds a delegation that lies below the domain', () =>
    within(
      internet({
        servers: {
          [NS1]: {
            zones: {
              'example.com': {
                ...ZONE,
                '_domainkey.example.com NS': ['ns.keys.example.com'],
                'ns.keys.example.com A': CHILD,
              },
            },
          },
          [NS2]: {
            zones: {
              'example.com': {
                ...ZONE,
                '_domainkey.example.com NS': ['ns.keys.example.com'],
                'ns.keys.example.com A': CHILD,
              },
            },
          },
          [CHILD]: {
            zones: {
              '_domainkey.example.com': {
                '_domainkey.example.com NS': ['ns.keys.example.com'],
                [`${NAME} TXT`]: VALUE,
              },
            },
          },
        },
      }),
      async (network) => {
        const outcome = await prove(network);
        expect(outcome).toMatchObject({ ready: true, zone: '_domainkey.example.com' });
        expect(verdicts(outcome)).toEqual({ [CHILD]: 'ready', [RESOLVER]: 'ready' });
      },
    ));

  test('refuses when a zone below, served by the same servers and one more, lacks the record on that one', () => {
    const keys = {
      '_domainkey.example.com NS': ['ns1.example.com', 'ns.keys.example.com'],
      'ns.keys.example.com A': CHILD,
    };
    const child = { ...keys, [`${NAME} TXT`]: VALUE };
    return within(
      internet({
        servers: {
          [NS1]: { zones: { 'example.com': { ...ZONE, ...keys }, '_domainkey.example.com': child } },
          [NS2]: { zones: { 'example.com': { ...ZONE, ...keys }, '_domainkey.example.com': child } },
          [CHILD]: { zones: { '_domainkey.example.com': keys } },
        },
      }),
      async (network) => {
        const outcome = await prove(network);
        expect(outcome).toMatchObject({
          ready: false,
          code: 'DNS_TXT_NOT_READY',
          zone: '_domainkey.example.com',
        });
        expect(verdicts(outcome)).toEqual({ [NS1]: 'ready', [NS2]: 'ready', [CHILD]: 'missing' });
      },
    );
  });

  test('finds the zone of a domain that is delegated two levels down', () => {
    const down = { 'mail.example.com NS': ['ns.mail.example.com'], 'ns.mail.example.com A': CHILD };
    const recordName = 'selector1._domainkey.mail.example.com';
    return within(
      internet({
        servers: {
          [NS1]: { zones: { 'example.com': { ...ZONE, ...down } } },
          [NS2]: { zones: { 'example.com': { ...ZONE, ...down } } },
          [CHILD]: { zones: { 'mail.example.com': { ...down, [`${recordName} TXT`]: VALUE } } },
        },
      }),
      async (network) => {
        const outcome = await prove(network, { domain: 'mail.example.com' });
        expect(outcome).toMatchObject({ ready: true, zone: 'mail.example.com' });
        expect(verdicts(outcome)).toEqual({ [CHILD]: 'ready', [RESOLVER]: 'ready' });
      },
    );
  });

  test('refuses when a server that only the zone itself names lacks the record', () => {
    const own = {
      ...ZONE,
      'example.com NS': ['ns1.example.com', 'ns2.example.com', 'ns3.example.com'],
      'ns3.example.com A': CHILD,
    };
    return within(
      internet({
        servers: {
          [NS1]: { zones: { 'example.com': own } },
          [NS2]: { zones: { 'example.com': own } },
          [CHILD]: { zones: { 'example.com': own } },
        },
        // This resolver believes the zone above.
        resolvers: { [RESOLVER]: { roots: [ROOT] } },
      }),
      async (network) => {
        publish(network, VALUE);
        const outcome = await prove(network);
        expect(outcome).toMatchObject({ ready: false, code: 'DNS_TXT_NOT_READY' });
        expect(verdicts(outcome)).toMatchObject({ [NS1]: 'ready', [CHILD]: 'missing' });
        expect(outcome.warnings.join()).toContain('The zone above names other servers of example.com');
      },
    );
  });

  /** Has NS2 name a third server beside its answer, and that one lack the record. */
  const withThirdBeside = (network: DnsNetwork): Exchange => {
    publish(network, VALUE);
    for (const address of [NS1, NS2, CHILD])
      network.servers[address]!.setZone('example.com', {
        ...ZONE,
        'ns3.example.com A': CHILD,
        ...(address !== CHILD && { [`${NAME} TXT`]: VALUE }),
      });
    return async (endpoint, question, signal) => {
      const result = await askingOf(network)(endpoint, question, signal);
      const isOurs = formatEndpoint(endpoint).startsWith(`${NS2}:`) && question.type === 'TXT';
      if (!isOurs || !('reply' in result)) return result;
      const ns3 = {
        name: 'example.com',
        class: 'IN',
        ttl: 60,
        type: 'NS',
        data: 'ns3.example.com',
      } as const;
      return { ...result, reply: { ...result.reply, authorities: [ns3] } };
    };
  };

  test('asks the servers that another one names beside its answer', () =>
    within(internet({ servers: { [CHILD]: { zones: { 'example.com': ZONE } } } }), async (network) => {
      const exchange = withThirdBeside(network);
      expect(await prove(network)).toMatchObject({ ready: true });
      expect(verdicts(await prove(network, {}, { exchange }))).toMatchObject({
        [NS1]: 'ready',
        [CHILD]: 'missing',
      });
    }));

  test('asks the listed servers alone, whichever ones these name beside their answer', () =>
    within(internet({ servers: { [CHILD]: { zones: { 'example.com': ZONE } } } }), async (network) => {
      const exchange = withThirdBeside(network);
      const nameservers = [`${NS2}:${network.port}`];
      expect(verdicts(await prove(network, { nameservers }, { exchange }))).toEqual({
        [NS2]: 'ready',
        [RESOLVER]: 'ready',
      });
      expect(verdicts(await prove(network, { nameservers, resolvers: [] }, { exchange }))).toEqual({
        [NS2]: 'ready',
      });
    }));

  test('refuses when the zone moves, and the new servers, which the resolver does not know yet, lack the record', () => {
    const moved = { ...ROOT_ZONES.com, 'example.com NS': ['ns.new.net'], 'ns.new.net A': OUTSIDE };
    return within(
      internet({
        servers: {
          [OUTSIDE]: {
            zones: {
              'example.com': { 'example.com NS': ['ns.new.net'] },
              'new.net': { 'ns.new.net A': OUTSIDE },
            },
          },
        },
      }),
      async (network) => {
        publish(network, VALUE);
        expect(await prove(network)).toMatchObject({ ready: true });
        // The resolver has the old servers in its cache; the zone above names the new ones.
        network.servers[ROOT]!.setZone('com', moved);
        network.servers[ROOT]!.setZone('net', {
          ...ROOT_ZONES.net,
          'new.net NS': ['ns.new.net'],
          'ns.new.net A': OUTSIDE,
        });
        network.servers[ROOT]!.setZone('.', ROOT_ZONES['.']);
        const outcome = await prove(network);
        expect(outcome).toMatchObject({ ready: false, code: 'DNS_TXT_NOT_READY' });
        expect(verdicts(outcome)).toMatchObject({ [NS1]: 'ready', [OUTSIDE]: 'missing' });
      },
    );
  });

  test('asks the listed name servers instead of discovering them', () =>
    within(internet(), async (network) => {
      network.servers[NS2]!.setTxt(NAME, VALUE);
      const outcome = await prove(network, { nameservers: [`${NS2}:${network.port}`], resolvers: [] });
      expect(outcome).toMatchObject({ ready: true });
      expect(verdicts(outcome)).toEqual({ [NS2]: 'ready' });
      expect(network.servers[ROOT]!.log).toEqual([]);
    }));

  test('asks resolvers alone in recursive mode', () =>
    within(internet(), async (network) => {
      publish(network, VALUE);
      const outcome = await prove(network, { mode: 'recursive' });
      expect(verdicts(outcome)).toEqual({ [RESOLVER]: 'ready' });
      expect(outcome.ready).toBe(true);
    }));

  test('fails in recursive mode where one of the resolvers does not see the record', () =>
    within(
      internet({ resolvers: { [RESOLVER]: { roots: [ROOT] }, '127.0.0.9': { roots: [ROOT] } } }),
      async (network) => {
        await prove(network, { mode: 'recursive', resolvers: [network.resolvers[RESOLVER]!.address] });
        publish(network, VALUE);
        const outcome = await prove(network, { mode: 'recursive' });
        expect(outcome).toMatchObject({ ready: false, code: 'DNS_TXT_NOT_READY' });
        expect(outcome.message).toMatch(/from its cache for \d+ s more at most/);
      },
    ));

  test('asks a server that is listed without a port at the usual one', () =>
    within(internet(), async (network) => {
      publish(network, VALUE);
      expect(await prove(network, { nameservers: [NS1], resolvers: [] })).toMatchObject({ ready: true });
    }));

  test.each([
    [{ nameservers: ['ns1.example.com:53'] }, 'gate.nameservers: "ns1.example.com:53" is no address'],
    [{ resolvers: ['127.0.0.1:99999'] }, 'gate.resolvers: "127.0.0.1:99999" is no address'],
    [{ resolvers: [] }, 'gate.nameservers is not given'],
    [{ resolvers: [], mode: 'recursive' as const }, 'gate.mode is recursive'],
  ])('refuses %j', (change, words) =>
    within(internet(), async (network) => {
      await expect(prove(network, change)).rejects.toMatchObject({
        code: 'VALIDATION_ERROR',
        message: expect.stringContaining(words),
      });
    }),
  );

  test('fails with the answer of each resolver where no server can be found', () =>
    within(internet(), async (network) => {
      network.resolvers[RESOLVER]!.misbehave({ rcode: 'REFUSED' });
      const outcome = await prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED', servers: [] });
      expect(outcome.message).toContain(`resolver ${network.resolvers[RESOLVER]!.address} answers REFUSED`);
    }));

  test('says that a domain which is not registered does not exist', () =>
    within(internet(), async (network) => {
      const outcome = await prove(network, {
        domain: 'nowhere.com',
      });
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_TXT_NOT_READY', zone: 'com' });
      expect(outcome.message).toContain(
        'nowhere.com is not delegated: it is not registered, or its registration has lapsed.',
      );
    }));

  test('fails with the names of servers that have no address', () =>
    within(internet(), async (network) => {
      network.servers[ROOT]!.setZone('com', { 'com NS': ['a.gtld.net'], 'example.com NS': ['ns.lost.net'] });
      const outcome = await prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
      expect(outcome.message).toContain('no address is known of its name servers ns.lost.net');
    }));

  test('uses the next resolver when the first keeps silent', () =>
    within(
      internet({ resolvers: { '127.0.0.9': { roots: [ROOT] }, [RESOLVER]: { roots: [ROOT] } } }),
      async (network) => {
        publish(network, VALUE);
        network.resolvers['127.0.0.9']!.misbehave({ drop: true });
        const outcome = await prove(network, {
          resolvers: [network.resolvers['127.0.0.9']!.address, network.resolvers[RESOLVER]!.address],
        });
        expect(outcome).toMatchObject({ ready: true });
        expect(verdicts(outcome)).toMatchObject({ '127.0.0.9': 'unreachable', [RESOLVER]: 'ready' });
      },
    ));

  test('judges a server by its own answer, not by its neighbour', () =>
    within(internet(), async (network) => {
      network.servers[NS1]!.setTxt(NAME, VALUE);
      network.servers[NS2]!.setTxt(NAME, OTHER_VALUE);
      expect(verdicts(await prove(network))).toEqual({ [NS1]: 'ready', [NS2]: 'other-value' });
    }));
});
