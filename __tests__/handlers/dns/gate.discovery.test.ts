import { formatEndpoint } from '../../../handlers/dns/endpoint';
import type { Exchange } from '../../../handlers/dns/exchange';
import type { DnsNetwork } from '../../support/dns/network';
import * as setup from './support';

describe('discovery of the servers', () => {
  test('passes when all servers of the zone and the resolver have the record', () =>
    setup.within(setup.internet(), async (network) => {
      setup.publish(network, setup.VALUE);
      const outcome = await setup.prove(network);
      expect(outcome).toMatchObject({ ready: true, zone: 'example.com', rounds: 1, warnings: [] });
      expect(setup.verdicts(outcome)).toEqual({
        [setup.NS1]: 'ready',
        [setup.NS2]: 'ready',
        [setup.RESOLVER]: 'ready',
      });
      expect(outcome.servers.map(({ name }) => name)).toEqual([
        'ns1.example.com',
        'ns2.example.com',
        undefined,
      ]);
    }));

  test('takes capitals in names for what they are', () =>
    setup.within(setup.internet(), async (network) => {
      setup.publish(network, setup.VALUE);
      const outcome = await setup.prove(network, {
        selector: 'Selector1',
      });
      expect(outcome).toMatchObject({ ready: true, recordName: 'Selector1._domainkey.example.com' });
    }));

  test('refuses where there are more servers than are asked, and says so', () =>
    setup.within(setup.internet(), async (network) => {
      const hosts = Array.from({ length: 80 }, (_, i) => `ns${i}.example.com`);
      const zone = {
        'example.com NS': hosts,
        ...Object.fromEntries(hosts.map((host, i) => [`${host} A`, i === 0 ? setup.NS1 : `127.1.0.${i}`])),
        [`${setup.NAME} TXT`]: setup.VALUE,
      };
      for (const address of [setup.NS1, setup.NS2]) network.servers[address]!.setZone('example.com', zone);
      const outcome = await setup.prove(network);
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
    setup.within(setup.internet(), async (network) => {
      await setup.prove(network, {
        domain: 'mail.example.com',
      });
      const asked = network.resolvers[setup.RESOLVER]!.log.map(({ name, type }) => `${name} ${type}`);
      expect(asked).toContain('example.com NS');
      expect(asked.filter((question) => /TXT|_domainkey|^mail\./.test(question))).toEqual([]);
    }));

  test('asks a resolver for the record only after the servers agree', () =>
    setup.within(setup.internet(), async (network) => {
      network.servers[setup.NS1]!.setTxt(setup.NAME, setup.VALUE);
      await setup.prove(network);
      expect(network.resolvers[setup.RESOLVER]!.log.filter(({ type }) => type === 'TXT')).toEqual([]);
      network.servers[setup.NS2]!.setTxt(setup.NAME, setup.VALUE);
      expect(await setup.prove(network)).toMatchObject({ ready: true });
      const asked = network.resolvers[setup.RESOLVER]!.log.filter(({ type }) => type === 'TXT');
      expect(new Set(asked.map(({ name }) => name))).toEqual(new Set([setup.NAME]));
    }));

  test('asks authoritative servers without recursion, with EDNS', () =>
    setup.within(setup.internet(), async (network) => {
      setup.publish(network, setup.VALUE);
      await setup.prove(network);
      const questions = network.servers[setup.NS1]!.log.filter(({ name }) => name === setup.NAME);
      expect(questions.some(({ recursionDesired, edns }) => !recursionDesired && edns === 1232)).toBe(true);
    }));

  test('finds a delegation that lies below the domain', () =>
    setup.within(
      setup.internet({
        servers: {
          [setup.NS1]: {
            zones: {
              'example.com': {
                ...setup.ZONE,
                '_domainkey.example.com NS': ['ns.keys.example.com'],
                'ns.keys.example.com A': setup.CHILD,
              },
            },
          },
          [setup.NS2]: {
            zones: {
              'example.com': {
                ...setup.ZONE,
                '_domainkey.example.com NS': ['ns.keys.example.com'],
                'ns.keys.example.com A': setup.CHILD,
              },
            },
          },
          [setup.CHILD]: {
            zones: {
              '_domainkey.example.com': {
                '_domainkey.example.com NS': ['ns.keys.example.com'],
                [`${setup.NAME} TXT`]: setup.VALUE,
              },
            },
          },
        },
      }),
      async (network) => {
        const outcome = await setup.prove(network);
        expect(outcome).toMatchObject({ ready: true, zone: '_domainkey.example.com' });
        expect(setup.verdicts(outcome)).toEqual({ [setup.CHILD]: 'ready', [setup.RESOLVER]: 'ready' });
      },
    ));

  test('refuses when a zone below, served by the same servers and one more, lacks the record on that one', () => {
    const keys = {
      '_domainkey.example.com NS': ['ns1.example.com', 'ns.keys.example.com'],
      'ns.keys.example.com A': setup.CHILD,
    };
    const child = { ...keys, [`${setup.NAME} TXT`]: setup.VALUE };
    return setup.within(
      setup.internet({
        servers: {
          [setup.NS1]: {
            zones: { 'example.com': { ...setup.ZONE, ...keys }, '_domainkey.example.com': child },
          },
          [setup.NS2]: {
            zones: { 'example.com': { ...setup.ZONE, ...keys }, '_domainkey.example.com': child },
          },
          [setup.CHILD]: { zones: { '_domainkey.example.com': keys } },
        },
      }),
      async (network) => {
        const outcome = await setup.prove(network);
        expect(outcome).toMatchObject({
          ready: false,
          code: 'DNS_TXT_NOT_READY',
          zone: '_domainkey.example.com',
        });
        expect(setup.verdicts(outcome)).toEqual({
          [setup.NS1]: 'ready',
          [setup.NS2]: 'ready',
          [setup.CHILD]: 'missing',
        });
      },
    );
  });

  test('finds the zone of a domain that is delegated two levels down', () => {
    const down = { 'mail.example.com NS': ['ns.mail.example.com'], 'ns.mail.example.com A': setup.CHILD };
    const recordName = 'selector1._domainkey.mail.example.com';
    return setup.within(
      setup.internet({
        servers: {
          [setup.NS1]: { zones: { 'example.com': { ...setup.ZONE, ...down } } },
          [setup.NS2]: { zones: { 'example.com': { ...setup.ZONE, ...down } } },
          [setup.CHILD]: { zones: { 'mail.example.com': { ...down, [`${recordName} TXT`]: setup.VALUE } } },
        },
      }),
      async (network) => {
        const outcome = await setup.prove(network, { domain: 'mail.example.com' });
        expect(outcome).toMatchObject({ ready: true, zone: 'mail.example.com' });
        expect(setup.verdicts(outcome)).toEqual({ [setup.CHILD]: 'ready', [setup.RESOLVER]: 'ready' });
      },
    );
  });

  test('refuses when a server that only the zone itself names lacks the record', () => {
    const own = {
      ...setup.ZONE,
      'example.com NS': ['ns1.example.com', 'ns2.example.com', 'ns3.example.com'],
      'ns3.example.com A': setup.CHILD,
    };
    return setup.within(
      setup.internet({
        servers: {
          [setup.NS1]: { zones: { 'example.com': own } },
          [setup.NS2]: { zones: { 'example.com': own } },
          [setup.CHILD]: { zones: { 'example.com': own } },
        },
        // This resolver believes the zone above.
        resolvers: { [setup.RESOLVER]: { roots: [setup.ROOT] } },
      }),
      async (network) => {
        setup.publish(network, setup.VALUE);
        const outcome = await setup.prove(network);
        expect(outcome).toMatchObject({ ready: false, code: 'DNS_TXT_NOT_READY' });
        expect(setup.verdicts(outcome)).toMatchObject({ [setup.NS1]: 'ready', [setup.CHILD]: 'missing' });
        expect(outcome.warnings.join()).toContain('The zone above names other servers of example.com');
      },
    );
  });

  /** Has NS2 name a third server beside its answer, and that one lack the record. */
  const withThirdBeside = (network: DnsNetwork): Exchange => {
    setup.publish(network, setup.VALUE);
    for (const address of [setup.NS1, setup.NS2, setup.CHILD])
      network.servers[address]!.setZone('example.com', {
        ...setup.ZONE,
        'ns3.example.com A': setup.CHILD,
        ...(address !== setup.CHILD && { [`${setup.NAME} TXT`]: setup.VALUE }),
      });
    return async (endpoint, question, signal) => {
      const result = await setup.askingOf(network)(endpoint, question, signal);
      const isOurs = formatEndpoint(endpoint).startsWith(`${setup.NS2}:`) && question.type === 'TXT';
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
    setup.within(
      setup.internet({ servers: { [setup.CHILD]: { zones: { 'example.com': setup.ZONE } } } }),
      async (network) => {
        const exchange = withThirdBeside(network);
        expect(await setup.prove(network)).toMatchObject({ ready: true });
        expect(setup.verdicts(await setup.prove(network, {}, { exchange }))).toMatchObject({
          [setup.NS1]: 'ready',
          [setup.CHILD]: 'missing',
        });
      },
    ));

  test('asks the listed servers alone, whichever ones these name beside their answer', () =>
    setup.within(
      setup.internet({ servers: { [setup.CHILD]: { zones: { 'example.com': setup.ZONE } } } }),
      async (network) => {
        const exchange = withThirdBeside(network);
        const nameservers = [`${setup.NS2}:${network.port}`];
        expect(setup.verdicts(await setup.prove(network, { nameservers }, { exchange }))).toEqual({
          [setup.NS2]: 'ready',
          [setup.RESOLVER]: 'ready',
        });
        expect(
          setup.verdicts(await setup.prove(network, { nameservers, resolvers: [] }, { exchange })),
        ).toEqual({
          [setup.NS2]: 'ready',
        });
      },
    ));

  test('refuses when the zone moves, and the new servers, which the resolver does not know yet, lack the record', () => {
    const moved = {
      ...setup.ROOT_ZONES.com,
      'example.com NS': ['ns.new.net'],
      'ns.new.net A': setup.OUTSIDE,
    };
    return setup.within(
      setup.internet({
        servers: {
          [setup.OUTSIDE]: {
            zones: {
              'example.com': { 'example.com NS': ['ns.new.net'] },
              'new.net': { 'ns.new.net A': setup.OUTSIDE },
            },
          },
        },
      }),
      async (network) => {
        setup.publish(network, setup.VALUE);
        expect(await setup.prove(network)).toMatchObject({ ready: true });
        // The resolver has the old servers in its cache; the zone above names the new ones.
        network.servers[setup.ROOT]!.setZone('com', moved);
        network.servers[setup.ROOT]!.setZone('net', {
          ...setup.ROOT_ZONES.net,
          'new.net NS': ['ns.new.net'],
          'ns.new.net A': setup.OUTSIDE,
        });
        network.servers[setup.ROOT]!.setZone('.', setup.ROOT_ZONES['.']);
        const outcome = await setup.prove(network);
        expect(outcome).toMatchObject({ ready: false, code: 'DNS_TXT_NOT_READY' });
        expect(setup.verdicts(outcome)).toMatchObject({ [setup.NS1]: 'ready', [setup.OUTSIDE]: 'missing' });
      },
    );
  });

  test('asks the listed name servers instead of discovering them', () =>
    setup.within(setup.internet(), async (network) => {
      network.servers[setup.NS2]!.setTxt(setup.NAME, setup.VALUE);
      const outcome = await setup.prove(network, {
        nameservers: [`${setup.NS2}:${network.port}`],
        resolvers: [],
      });
      expect(outcome).toMatchObject({ ready: true });
      expect(setup.verdicts(outcome)).toEqual({ [setup.NS2]: 'ready' });
      expect(network.servers[setup.ROOT]!.log).toEqual([]);
    }));

  test('asks resolvers alone in recursive mode', () =>
    setup.within(setup.internet(), async (network) => {
      setup.publish(network, setup.VALUE);
      const outcome = await setup.prove(network, { mode: 'recursive' });
      expect(setup.verdicts(outcome)).toEqual({ [setup.RESOLVER]: 'ready' });
      expect(outcome.ready).toBe(true);
    }));

  test('fails in recursive mode where one of the resolvers does not see the record', () =>
    setup.within(
      setup.internet({
        resolvers: { [setup.RESOLVER]: { roots: [setup.ROOT] }, '127.0.0.9': { roots: [setup.ROOT] } },
      }),
      async (network) => {
        await setup.prove(network, {
          mode: 'recursive',
          resolvers: [network.resolvers[setup.RESOLVER]!.address],
        });
        setup.publish(network, setup.VALUE);
        const outcome = await setup.prove(network, { mode: 'recursive' });
        expect(outcome).toMatchObject({ ready: false, code: 'DNS_TXT_NOT_READY' });
        expect(outcome.message).toMatch(/from its cache for \d+ s more at most/);
      },
    ));

  test('asks a server that is listed without a port at the usual one', () =>
    setup.within(setup.internet(), async (network) => {
      setup.publish(network, setup.VALUE);
      expect(await setup.prove(network, { nameservers: [setup.NS1], resolvers: [] })).toMatchObject({
        ready: true,
      });
    }));

  test.each([
    [{ nameservers: ['ns1.example.com:53'] }, 'gate.nameservers: "ns1.example.com:53" is no address'],
    [{ resolvers: ['127.0.0.1:99999'] }, 'gate.resolvers: "127.0.0.1:99999" is no address'],
    [{ resolvers: [] }, 'gate.nameservers is not given'],
    [{ resolvers: [], mode: 'recursive' as const }, 'gate.mode is recursive'],
  ])('refuses %j', (change, words) =>
    setup.within(setup.internet(), async (network) => {
      await expect(setup.prove(network, change)).rejects.toMatchObject({
        code: 'VALIDATION_ERROR',
        message: expect.stringContaining(words),
      });
    }),
  );

  test('fails with the answer of each resolver where no server can be found', () =>
    setup.within(setup.internet(), async (network) => {
      network.resolvers[setup.RESOLVER]!.misbehave({ rcode: 'REFUSED' });
      const outcome = await setup.prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED', servers: [] });
      expect(outcome.message).toContain(
        `resolver ${network.resolvers[setup.RESOLVER]!.address} answers REFUSED`,
      );
    }));

  test('says that a domain which is not registered does not exist', () =>
    setup.within(setup.internet(), async (network) => {
      const outcome = await setup.prove(network, {
        domain: 'nowhere.com',
      });
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_TXT_NOT_READY', zone: 'com' });
      expect(outcome.message).toContain(
        'nowhere.com is not delegated: it is not registered, or its registration has lapsed.',
      );
    }));

  test('fails with the names of servers that have no address', () =>
    setup.within(setup.internet(), async (network) => {
      network.servers[setup.ROOT]!.setZone('com', {
        'com NS': ['a.gtld.net'],
        'example.com NS': ['ns.lost.net'],
      });
      const outcome = await setup.prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
      expect(outcome.message).toContain('no address is known of its name servers ns.lost.net');
    }));

  test('uses the next resolver when the first keeps silent', () =>
    setup.within(
      setup.internet({
        resolvers: { '127.0.0.9': { roots: [setup.ROOT] }, [setup.RESOLVER]: { roots: [setup.ROOT] } },
      }),
      async (network) => {
        setup.publish(network, setup.VALUE);
        network.resolvers['127.0.0.9']!.misbehave({ drop: true });
        const outcome = await setup.prove(network, {
          resolvers: [network.resolvers['127.0.0.9']!.address, network.resolvers[setup.RESOLVER]!.address],
        });
        expect(outcome).toMatchObject({ ready: true });
        expect(setup.verdicts(outcome)).toMatchObject({
          '127.0.0.9': 'unreachable',
          [setup.RESOLVER]: 'ready',
        });
      },
    ));

  test('judges a server by its own answer, not by its neighbour', () =>
    setup.within(setup.internet(), async (network) => {
      network.servers[setup.NS1]!.setTxt(setup.NAME, setup.VALUE);
      network.servers[setup.NS2]!.setTxt(setup.NAME, setup.OTHER_VALUE);
      expect(setup.verdicts(await setup.prove(network))).toEqual({
        [setup.NS1]: 'ready',
        [setup.NS2]: 'other-value',
      });
    }));
});
