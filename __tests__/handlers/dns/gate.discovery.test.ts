import * as setup from './support';

describe('discovery of the servers', () => {
  test('passes when all servers of the zone and the resolver have the record', () =>
    setup.within(setup.internet(), async (network) => {
      setup.publish(network, setup.VALUE);
      const outcome = await setup.prove(network, { selector: 'Selector1' });
      expect(outcome).toMatchObject({ ready: true, zone: 'example.com', rounds: 1, warnings: [] });
      expect(outcome.recordName).toBe('Selector1._domainkey.example.com');
      const asked = network.servers[setup.NS1]!.log;
      expect(asked.every(({ recursionDesired, edns }) => !recursionDesired && edns === 1232)).toBe(true);
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

  test('refuses when there are more servers than are asked, and says so', () =>
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

  test.each([
    ['below the domain', '_domainkey.example.com', setup.DOMAIN],
    ['two levels down', 'mail.example.com', 'mail.example.com'],
  ])('finds a zone that begins %s', (_, apex, domain) => {
    const delegation = { [`${apex} NS`]: [`ns.${apex}`], [`ns.${apex} A`]: setup.CHILD };
    const zones = { 'example.com': { ...setup.ZONE, ...delegation } };
    const record = { [`${setup.SELECTOR}._domainkey.${domain} TXT`]: setup.VALUE };
    return setup.within(
      setup.internet({
        servers: {
          [setup.NS1]: { zones },
          [setup.NS2]: { zones },
          [setup.CHILD]: { zones: { [apex]: { ...delegation, ...record } } },
        },
      }),
      async (network) => {
        const outcome = await setup.prove(network, { domain });
        expect(outcome).toMatchObject({ ready: true, zone: apex });
        expect(setup.verdicts(outcome)).toEqual({ [setup.CHILD]: 'ready', [setup.RESOLVER]: 'ready' });
      },
    );
  });

  test('asks the listed name servers instead of discovering them', () =>
    setup.within(setup.internet(), async (network) => {
      network.servers[setup.NS2]!.setTxt(setup.NAME, setup.VALUE);
      const outcome = await setup.prove(network, {
        nameservers: [setup.NS2],
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

  test('fails in recursive mode when one of the resolvers does not see the record', () =>
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

  test('fails with the answer of each resolver when no server can be found', () =>
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
});
