import { createExchange } from '../../../handlers/dns/exchange';
import type { Rule } from '../../../packages/sandbox/dns/rules';
import type { DnsNetwork } from '../../support/dns/network';
import * as setup from './support';

const addresses = (count: number): string[] => Array.from({ length: count }, (_, i) => `127.0.5.${i + 1}`);

/** example.com on so many servers, all of which have the record. */
function zoneOn(count: number): Promise<DnsNetwork> {
  const hosts = addresses(count);
  const delegation = {
    'example.com NS': hosts.map((_, i) => `ns${i + 1}.example.com`),
    ...Object.fromEntries(hosts.map((address, i) => [`ns${i + 1}.example.com A`, address])),
  };
  const zones = { 'example.com': { ...delegation, [`${setup.NAME} TXT`]: setup.VALUE } };
  return setup.internet({
    servers: {
      [setup.ROOT]: { zones: { ...setup.ROOT_ZONES, com: { 'com NS': ['a.gtld.net'], ...delegation } } },
      ...Object.fromEntries(hosts.map((address) => [address, { zones }])),
    },
  });
}

const SILENT: Rule = { drop: true };
/** The last ones: the sandbox's resolver asks the first that is named to it. */
function misbehaving(network: DnsNetwork, count: number, rule: Rule = SILENT): void {
  const all = Object.keys(network.servers).filter((address) => address.startsWith('127.0.5.'));
  for (const address of all.slice(-count)) network.servers[address]!.misbehave(rule);
}

describe('how much of a proof is enough', () => {
  test.each([
    [2, 1, true],
    [4, 1, true],
    [4, 2, true],
    [4, 3, false],
    [8, 7, false],
    [3, 2, false],
  ])('of %i servers %i are silent: ready is %s', (servers, silent, ready) =>
    setup.within(zoneOn(servers), async (network) => {
      misbehaving(network, silent);
      const outcome = await setup.prove(network);
      expect(outcome.ready).toBe(ready);
      if (ready) {
        expect(outcome.warnings.join()).toContain('does not answer');
        return;
      }
      expect(outcome.code).toBe('DNS_LOOKUP_FAILED');
      expect(outcome.message).toContain(
        `${servers - silent} of ${servers} name servers of example.com gave the record, and at least half must`,
      );
      expect(network.resolvers['127.0.0.1']!.log.filter(({ type }) => type === 'TXT')).toEqual([]);
    }),
  );

  test.each<[string, Rule]>([
    ['SERVFAIL', { rcode: 'SERVFAIL' }],
    ['REFUSED', { rcode: 'REFUSED' }],
    ['lame', { authoritative: false }],
    ['garbage', { garbage: true }],
  ])('refuses when three of four answer something else: %s', (_, rule) =>
    setup.within(zoneOn(4), async (network) => {
      misbehaving(network, 3, { ...rule, type: 'TXT' });
      expect(await setup.prove(network)).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
    }),
  );

  test('refuses when one of four answers about another name', () =>
    setup.within(zoneOn(4), async (network) => {
      misbehaving(network, 1, { wrongOwner: true, type: 'TXT' });
      const outcome = await setup.prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_TXT_NOT_READY' });
      expect(outcome.message).toContain('has no TXT record at the name');
    }));

  test('strictly, every server has to answer', () =>
    setup.within(zoneOn(4), async (network) => {
      expect(await setup.prove(network, { strict: true })).toMatchObject({ ready: true });
      misbehaving(network, 1);
      const outcome = await setup.prove(network, { strict: true });
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
      expect(outcome.message).toContain(
        '3 of 4 name servers of example.com gave the record, and every address of each must (gate.strict)',
      );
    }));

  test.each([
    ['that has an IPv4 address as well', '2001:db8::2', true],
    ['that has no other', undefined, false],
  ])('strictly, an IPv6 address without IPv6 is not held against a server %s', (_, address, ready) =>
    setup.within(zoneOn(2), async (network) => {
      const [first, second] = addresses(2) as [string, string];
      network.servers[setup.ROOT]!.setZone('com', {
        'com NS': ['a.gtld.net'],
        'example.com NS': ['ns1.example.com', 'ns2.example.com'],
        'ns1.example.com A': first,
        ...(address && { 'ns2.example.com A': second }),
        'ns2.example.com AAAA': '2001:db8::2',
      });
      for (const server of [first, second]) {
        if (!address) network.servers[server]!.setRecords('ns2.example.com', 'A', []);
        network.servers[server]!.setRecords('ns2.example.com', 'AAAA', ['2001:db8::2']);
      }
      const exchange = setup.withoutIPv6(network);
      const outcome = await setup.prove(network, { strict: true }, { exchange });
      expect(outcome.ready).toBe(ready);
      expect(setup.verdicts(outcome)).toMatchObject({ '[2001:db8::2]': 'unreachable' });
    }),
  );

  test('counts a server once, however many addresses it has', () =>
    setup.within(zoneOn(2), async (network) => {
      const [first, second] = addresses(2) as [string, string];
      const more = Array.from({ length: 4 }, (_, i) => `127.0.6.${i + 1}`);
      const com = {
        'com NS': ['a.gtld.net'],
        'example.com NS': ['ns1.example.com', 'ns2.example.com'],
        'ns1.example.com A': first,
        'ns2.example.com A': [second, ...more],
      };
      network.servers[setup.ROOT]!.setZone('com', com);
      const outcome = await setup.prove(network, {}, { exchange: createExchange() });
      expect(setup.verdicts(outcome)).toMatchObject({
        [first]: 'ready',
        [second]: 'ready',
        [more[0]!]: 'unreachable',
      });
      expect(outcome.ready).toBe(true);
      expect(await setup.prove(network, { strict: true })).toMatchObject({ ready: false });
    }));

  test('counts servers that are named and have no address', () =>
    setup.within(zoneOn(1), async (network) => {
      const com = {
        'com NS': ['a.gtld.net'],
        'example.com NS': ['ns1.example.com', 'ns1.lost.net', 'ns2.lost.net'],
        'ns1.example.com A': addresses(1)[0]!,
      };
      network.servers[setup.ROOT]!.setZone('com', com);
      const outcome = await setup.prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
      expect(outcome.message).toContain('1 of 3 name servers');
      expect(outcome.warnings.join()).toContain(
        'These name servers of example.com have no address: ns1.lost.net, ns2.lost.net.',
      );
    }));
});

describe('the time for which resolvers may remember the absence', () => {
  test('is reported with a record that is missing, and while resolvers may not see it yet', () =>
    setup.within(zoneOn(2), async (network) => {
      expect(await setup.prove(network)).toMatchObject({ ready: true, absenceSeconds: 60 });
      for (const address of addresses(2)) network.servers[address]!.removeTxt(setup.NAME);
      const outcome = await setup.prove(network);
      expect(outcome).toMatchObject({ code: 'DNS_TXT_NOT_READY', absenceSeconds: 60 });
      expect(outcome.message).toContain(
        'may go on saying that it is missing, for 60 s at most (the SOA minimum of example.com)',
      );
    }));
});

describe('the message', () => {
  test('of success counts resolvers apart', () =>
    setup.within(zoneOn(4), async (network) => {
      const { message } = await setup.prove(network);
      expect(message).toBe(
        `DNS TXT record for ${setup.NAME} is published: 4 of 4 name servers of example.com have it, and 1 resolver of 1 sees it.`,
      );
    }));

  test('of servers that did answer is not that they gave no answer', () =>
    setup.within(zoneOn(2), async (network) => {
      misbehaving(network, 2, { rcode: 'REFUSED', type: 'TXT' });
      expect((await setup.prove(network)).message).toContain('none of the name servers gave a usable answer');
    }));

  test('of a stale delegation has the remedy', () =>
    setup.within(zoneOn(2), async (network) => {
      const [first, second] = addresses(2) as [string, string];
      network.servers[second]!.setZone('example.com', {
        'example.com NS': ['ns1.example.com'],
        'ns1.example.com A': first,
      });
      network.servers[first]!.setRecords('example.com', 'NS', ['ns1.example.com']);
      const { advice } = await setup.prove(network);
      expect(advice).toContain(
        'have the delegation changed where example.com is registered, to ns1.example.com.',
      );
    }));
});
