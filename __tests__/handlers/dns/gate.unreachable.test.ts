import { gateError } from '../../../handlers/dns/wording';
import type { Rule } from '../../../packages/sandbox/dns/rules';
import * as setup from './support';

describe('a proof that is impossible', () => {
  const SILENT: Rule = { drop: true };

  test.each<[string, Rule, RegExp]>([
    ['SERVFAIL', { rcode: 'SERVFAIL' }, /answers SERVFAIL/],
    ['REFUSED', { rcode: 'REFUSED' }, /answers REFUSED/],
    ['silence', SILENT, /does not answer/],
    ['garbage', { garbage: true }, /no answer to the question/],
    ['the wrong id', { wrongId: true }, /no answer to the question/],
    ['another question', { wrongQuestion: true }, /no answer to the question/],
    ['another source', { wrongSource: true, transport: 'udp' }, /./],
    ['no authority (lame)', { authoritative: false }, /lame: its answer has no authority/],
    [
      'no authority (a resolver)',
      { authoritative: false, recursionAvailable: true },
      /is a resolver, not a server of this zone/,
    ],
  ])('fails when all servers answer with %s', (_, rule, words) =>
    setup.within(setup.internet(), async (network) => {
      setup.publish(network, setup.VALUE);
      for (const address of [setup.NS1, setup.NS2]) {
        network.servers[address]!.misbehave({ ...rule, name: setup.NAME, type: 'TXT' });
        if (rule.wrongSource)
          network.servers[address]!.misbehave({ ...SILENT, name: setup.NAME, type: 'TXT' });
      }
      const outcome = await setup.prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
      expect(setup.verdicts(outcome)).toEqual({ [setup.NS1]: 'unreachable', [setup.NS2]: 'unreachable' });
      expect(outcome.message).toMatch(words);
      expect(gateError(outcome).statusCode).toBe(503);
    }),
  );

  test('fails when a server refers back to its own zone', () =>
    setup.within(setup.internet(), async (network) => {
      for (const address of [setup.NS1, setup.NS2]) network.servers[address]!.setZone('example.com', {});
      const referral = { com: setup.ROOT_ZONES.com };
      for (const address of [setup.NS1, setup.NS2]) {
        await network.servers[address]!.close();
      }
      const lame = await Promise.all(
        [setup.NS1, setup.NS2].map((address) =>
          import('../../../packages/sandbox/dns/server').then(({ startDnsServer }) =>
            startDnsServer({ address, port: network.port, zones: referral }),
          ),
        ),
      );
      try {
        const outcome = await setup.prove(network);
        expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
        expect(outcome.message).toContain('refers to the servers of example.com instead of answering');
      } finally {
        await Promise.all(lame.map((server) => server.close()));
      }
    }));

  test('fails as not there yet when one server is unreachable and another lacks the record', () =>
    setup.within(setup.internet(), async (network) => {
      network.servers[setup.NS2]!.misbehave(SILENT);
      expect(await setup.prove(network)).toMatchObject({ ready: false, code: 'DNS_TXT_NOT_READY' });
    }));

  test('fails with the cause when the servers have IPv6 addresses that cannot be reached', () =>
    setup.within(setup.internet(), async (network) => {
      const six = { 'example.com NS': ['ns1.example.com'], 'ns1.example.com AAAA': '2001:db8::1' };
      network.servers[setup.ROOT]!.setZone('com', { 'com NS': ['a.gtld.net'], ...six });
      const outcome = await setup.prove(network, {}, { exchange: setup.withoutIPv6(network) });
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
      expect(outcome.message).toContain('IPv6 addresses only');
      expect(outcome.servers[0]!.address).toBe(`[2001:db8::1]:${network.port}`);
    }));

  test('passes over IPv6 alone', () =>
    setup.within(
      setup.internet({
        servers: {
          '::1': {
            zones: {
              'example.com': {
                'example.com NS': ['ns1.example.com'],
                'ns1.example.com AAAA': '::1',
                [`${setup.NAME} TXT`]: setup.VALUE,
              },
            },
          },
        },
      }),
      async (network) => {
        network.servers[setup.ROOT]!.setZone('com', {
          'com NS': ['a.gtld.net'],
          'example.com NS': ['ns1.example.com'],
          'ns1.example.com AAAA': '::1',
        });
        const outcome = await setup.prove(network);
        expect(setup.verdicts(outcome)).toEqual({ '[::1]': 'ready', [setup.RESOLVER]: 'ready' });
      },
    ));

  test('fails when no resolver answers, although the servers have the record', () =>
    setup.within(setup.internet(), async (network) => {
      setup.publish(network, setup.VALUE);
      network.resolvers[setup.RESOLVER]!.misbehave({ type: 'TXT', drop: true });
      const outcome = await setup.prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
      expect(outcome.message).toContain(
        'its own name servers have the record, but none of the resolvers gave an answer',
      );
    }));
});

describe('DNSSEC', () => {
  const three = {
    [setup.RESOLVER]: { roots: [setup.ROOT] },
    '127.0.0.8': { roots: [setup.ROOT] },
    '127.0.0.9': { roots: [setup.ROOT] },
  };

  test('fails when the validating resolvers hold the record back, and proves it', () =>
    setup.within(setup.internet(), async (network) => {
      setup.publish(network, setup.VALUE);
      network.resolvers[setup.RESOLVER]!.findBogus('_domainkey.example.com');
      const outcome = await setup.prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
      expect(outcome.message).toContain('resolvers that check DNSSEC hold it back');
      expect(outcome.message).toContain('shows the record when DNSSEC is not checked');
    }));

  test('fails with DNSSEC as the likely cause when a resolver only says SERVFAIL', () =>
    setup.within(setup.internet(), async (network) => {
      setup.publish(network, setup.VALUE);
      network.resolvers[setup.RESOLVER]!.misbehave({ type: 'TXT', rcode: 'SERVFAIL' });
      const outcome = await setup.prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
      expect(outcome.message).toContain('The likely cause is DNSSEC');
    }));

  test('fails when most resolvers hold the record back, although one does not', () =>
    setup.within(setup.internet({ resolvers: three }), async (network) => {
      setup.publish(network, setup.VALUE);
      network.resolvers['127.0.0.8']!.findBogus('_domainkey.example.com');
      network.resolvers['127.0.0.9']!.findBogus('_domainkey.example.com');
      expect(await setup.prove(network)).toMatchObject({
        ready: false,
        code: 'DNS_LOOKUP_FAILED',
      });
    }));

  test('passes when most resolvers see the record, and warns', () =>
    setup.within(setup.internet({ resolvers: three }), async (network) => {
      setup.publish(network, setup.VALUE);
      network.resolvers['127.0.0.9']!.findBogus('_domainkey.example.com');
      const outcome = await setup.prove(network);
      expect(outcome.ready).toBe(true);
      expect(outcome.warnings.join()).toContain('DNSSEC');
    }));
});
