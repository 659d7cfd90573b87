import { gateError } from '../../../handlers/dns/conclusion';
import { formatEndpoint } from '../../../handlers/dns/endpoint';
import { createExchange, DEFAULT_TIMING } from '../../../handlers/dns/exchange';
import type { Rule } from '../../../packages/sandbox/dns/rules';
import {
  EXPECTED,
  internet,
  makeKey,
  NAME,
  NS1,
  NS2,
  OTHER,
  OTHER_VALUE,
  OUTSIDE,
  PATIENT,
  prove,
  publish,
  RESOLVER,
  ROOT,
  ROOT_ZONES,
  VALUE,
  verdicts,
  within,
} from './support';

const RUNBOOK_SENTENCE =
  'DNS TXT record for selector1._domainkey.example.com is not yet available. Please wait for DNS propagation.';

describe('not there yet', () => {
  test('fails with the runbook sentence when the name does not exist', () =>
    within(internet(), async (network) => {
      const outcome = await prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_TXT_NOT_READY' });
      expect(outcome.message.startsWith(RUNBOOK_SENTENCE)).toBe(true);
      expect(outcome.message).not.toContain('\n');
      expect(outcome.advice).toContain(`The record reads: ${VALUE}`);
      expect(outcome.servers[0]).toMatchObject({
        reason: 'says that the name does not exist',
        ttlSeconds: 60,
      });
      expect(gateError(outcome)).toMatchObject({
        code: 'DNS_TXT_NOT_READY',
        statusCode: 400,
        what: outcome.message,
        advice: outcome.advice,
        message: `${outcome.message} ${outcome.advice}`,
      });
    }));

  test('fails when the name exists without a TXT record', () =>
    within(internet(), async (network) => {
      network.servers[NS1]!.setRecords(NAME, 'A', ['192.0.2.1']);
      network.servers[NS2]!.setTxt(`below.${NAME}`, 'makes the name an empty non-terminal');
      const outcome = await prove(network);
      expect(outcome.code).toBe('DNS_TXT_NOT_READY');
      expect(outcome.servers.map(({ reason }) => reason)).toEqual(
        Array(2).fill('has no TXT record at the name'),
      );
    }));

  test('fails while one server is late, and names it', () =>
    within(internet(), async (network) => {
      network.servers[NS1]!.setTxt(NAME, VALUE);
      const outcome = await prove(network);
      expect(outcome.code).toBe('DNS_TXT_NOT_READY');
      expect(outcome.message).toContain('1 of 2 name servers of example.com that answer have it');
      expect(outcome.message).toContain(
        `ns2.example.com (${NS2}:${network.port}): says that the name does not exist`,
      );
    }));

  test('fails while one server still has the record of an older key', () =>
    within(internet(), async (network) => {
      network.servers[NS1]!.setTxt(NAME, VALUE);
      network.servers[NS2]!.setTxt(NAME, OTHER_VALUE);
      const outcome = await prove(network);
      expect(outcome.code).toBe('DNS_TXT_NOT_READY');
      expect(outcome.message).toContain(OTHER.fingerprint);
    }));

  test('fails while resolvers still have an older record, and says for how long', () =>
    within(internet(), async (network) => {
      publish(network, OTHER_VALUE);
      await prove(network, { mode: 'recursive' });
      publish(network, VALUE);
      const outcome = await prove(network);
      expect(outcome.code).toBe('DNS_TXT_NOT_READY');
      expect(outcome.message.startsWith(RUNBOOK_SENTENCE)).toBe(true);
      expect(outcome.message).toMatch(
        /has a valid record of another key .*from its cache for (60|59) s more at most/,
      );
      network.resolvers[RESOLVER]!.flush();
      expect(await prove(network)).toMatchObject({ ready: true });
    }));

  test('passes when one resolver sees the record, and warns of another that does not yet', () =>
    within(
      internet({ resolvers: { [RESOLVER]: { roots: [ROOT] }, '127.0.0.9': { roots: [ROOT] } } }),
      async (network) => {
        await prove(network, { mode: 'recursive', resolvers: [network.resolvers['127.0.0.9']!.address] });
        publish(network, VALUE);
        const outcome = await prove(network);
        expect(outcome.ready).toBe(true);
        expect(outcome.warnings.join()).toContain(
          `resolver ${network.resolvers['127.0.0.9']!.address}: says that the name`,
        );
      },
    ));

  test('fails with a hint when the name of the zone was appended twice', () =>
    within(internet(), async (network) => {
      publish(network, VALUE, `${NAME}.example.com`);
      const outcome = await prove(network);
      expect(outcome.code).toBe('DNS_TXT_NOT_READY');
      expect(outcome.message).toContain(
        `A DKIM record was found at ${NAME}.example.com: the name of the zone stands there twice`,
      );
    }));

  test('fails with a hint when a name below the zone was appended twice', () =>
    within(internet(), async (network) => {
      const recordName = 'selector1._domainkey.mail.example.com';
      publish(network, VALUE, `${recordName}.example.com`);
      const outcome = await prove(network, { domain: 'mail.example.com' });
      expect(outcome.message).toContain(`A DKIM record was found at ${recordName}.example.com`);
    }));

  test.each([
    ['example.com', 'it stands at the domain itself'],
    ['_domainkey.example.com', 'it stands at _domainkey, without the selector'],
    ['selector1.example.com', 'its name lacks _domainkey'],
  ])('fails with a hint when the record stands at %s', (name, words) =>
    within(internet(), async (network) => {
      publish(network, VALUE, name);
      const outcome = await prove(network);
      expect(outcome.code).toBe('DNS_TXT_NOT_READY');
      expect(outcome.message).toContain(words);
    }),
  );

  test.each([
    ['text that is no key', 'v=spf1 -all'],
    ['a key of another selector', OTHER_VALUE],
  ])('fails as not there yet when only a wildcard answers, with %s', (_, value) =>
    within(internet(), async (network) => {
      publish(network, value, '*.example.com');
      const outcome = await prove(network);
      expect(outcome.code).toBe('DNS_TXT_NOT_READY');
      expect(verdicts(outcome)).toEqual({ [NS1]: 'missing', [NS2]: 'missing' });
      expect(outcome.message).toContain('A wildcard answers for every name there');
    }),
  );

  test('fails as not there yet when a wildcard is an alias to a parking page', () =>
    within(internet(), async (network) => {
      for (const address of [NS1, NS2]) {
        network.servers[address]!.setRecords('*.example.com', 'CNAME', ['parked.example.net']);
      }
      const outcome = await prove(network);
      expect(outcome.code).toBe('DNS_TXT_NOT_READY');
      expect(outcome.message).toContain('A wildcard answers for every name there');
    }));
});

describe('there but wrong', () => {
  test('fails with both fingerprints when the record is of another key', () =>
    within(internet(), async (network) => {
      publish(network, OTHER_VALUE);
      const outcome = await prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_KEY_MISMATCH' });
      expect(outcome.message).toContain(EXPECTED.fingerprint);
      expect(outcome.message).toContain(OTHER.fingerprint);
      expect(outcome.servers[0]).toMatchObject({ verdict: 'other-value', fingerprint: OTHER.fingerprint });
    }));

  test.each([
    ['revoked', 'v=DKIM1; p=', 'is revoked'],
    ['of Ed25519', 'v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=', 'holds no RSA key'],
    ['for sha1 only', `${VALUE}; h=sha1`, 'does not allow sha256'],
    ['for other services', `${VALUE}; s=tlsrpt`, 'is not for mail'],
    ['of another version', VALUE.replace('DKIM1', 'DKIM2'), 'its v= is not DKIM1'],
    ['in literal quotes', `"${VALUE}"`, 'quotation marks'],
    ['with escaped semicolons', VALUE.replaceAll(';', '\\;'), 'backslashes'],
    ['cut short', VALUE.slice(0, -9), 'is damaged'],
    [
      'of 512 bits',
      () => `v=DKIM1; p=${makeKey(512).publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`,
      '512 bits',
    ],
  ])('fails when the record is %s', (_, value, words) =>
    within(internet(), async (network) => {
      publish(network, typeof value === 'string' ? value : value());
      const outcome = await prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_TXT_INVALID' });
      expect(outcome.message).toContain(words);
      expect(outcome.advice?.endsWith(`that reads: ${VALUE}`)).toBe(true);
    }),
  );

  test('fails when there are several records at the name', () =>
    within(internet(), async (network) => {
      for (const address of [NS1, NS2])
        network.servers[address]!.setRecords(NAME, 'TXT', [VALUE, OTHER_VALUE]);
      const outcome = await prove(network);
      expect(outcome).toMatchObject({ code: 'DNS_TXT_INVALID' });
      expect(outcome.message).toContain('has 2 TXT records at the name');
    }));

  test('passes when the record comes in several strings, split anywhere', () =>
    within(internet(), async (network) => {
      const strings = [VALUE.slice(0, 30), VALUE.slice(30, 60), '', VALUE.slice(60)];
      for (const address of [NS1, NS2]) network.servers[address]!.setRecords(NAME, 'TXT', [{ strings }]);
      expect(await prove(network)).toMatchObject({ ready: true });
    }));

  test('passes a record in testing mode, and warns', () =>
    within(internet(), async (network) => {
      publish(network, `${VALUE}; t=y`);
      const outcome = await prove(network);
      expect(outcome.ready).toBe(true);
      expect(outcome.warnings.join()).toContain('t=y');
    }));
});

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

describe('cannot tell', () => {
  const SILENT: Rule = { drop: true };

  test.each<[string, Rule, RegExp]>([
    ['SERVFAIL', { rcode: 'SERVFAIL' }, /answers SERVFAIL/],
    ['REFUSED', { rcode: 'REFUSED' }, /answers REFUSED/],
    ['silence', SILENT, /does not answer/],
    ['garbage', { garbage: true }, /sends garbage that is no DNS message/],
    ['the wrong id', { wrongId: true }, /sends a reply with the wrong id/],
    ['another question', { wrongQuestion: true }, /sends a reply to another question/],
    ['another source', { wrongSource: true, transport: 'udp' }, /./],
    ['no authority (lame)', { authoritative: false }, /lame: its answer has no authority/],
    [
      'no authority (a resolver)',
      { authoritative: false, recursionAvailable: true },
      /is a resolver, not a server of this zone/,
    ],
  ])('fails when all servers answer with %s', (_, rule, words) =>
    within(internet(), async (network) => {
      publish(network, VALUE);
      for (const address of [NS1, NS2]) {
        network.servers[address]!.misbehave({ ...rule, name: NAME, type: 'TXT' });
        if (rule.wrongSource) network.servers[address]!.misbehave({ ...SILENT, name: NAME, type: 'TXT' });
      }
      const outcome = await prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
      expect(verdicts(outcome)).toEqual({ [NS1]: 'unreachable', [NS2]: 'unreachable' });
      expect(outcome.message).toMatch(words);
      expect(gateError(outcome).statusCode).toBe(503);
    }),
  );

  test('fails when answers are about another name', () =>
    within(internet(), async (network) => {
      publish(network, VALUE);
      for (const address of [NS1, NS2])
        network.servers[address]!.misbehave({ wrongOwner: true, type: 'TXT' });
      const outcome = await prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
      expect(outcome.message).toContain('answers for another name than the one asked');
    }));

  test('fails when a server refers back to its own zone', () =>
    within(internet(), async (network) => {
      for (const address of [NS1, NS2]) network.servers[address]!.setZone('example.com', {});
      const referral = { com: ROOT_ZONES.com };
      for (const address of [NS1, NS2]) {
        await network.servers[address]!.close();
      }
      const lame = await Promise.all(
        [NS1, NS2].map((address) =>
          import('../../../packages/sandbox/dns/server').then(({ startDnsServer }) =>
            startDnsServer({ address, port: network.port, zones: referral }),
          ),
        ),
      );
      try {
        const outcome = await prove(network);
        expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
        expect(outcome.message).toContain('refers to the servers of example.com instead of answering');
      } finally {
        await Promise.all(lame.map((server) => server.close()));
      }
    }));

  test('fails at once when the port is closed', () =>
    within(internet(), async (network) => {
      await Promise.all([NS1, NS2].map((address) => network.servers[address]!.close()));
      const began = performance.now();
      const outcome = await prove(network, {}, { exchange: createExchange() });
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
      expect(outcome.message).toContain('has its port closed');
      expect(performance.now() - began).toBeLessThan(DEFAULT_TIMING.deadlineMs - 500);
    }));

  test('passes when one server is unreachable and all others have the record, and names it', () =>
    within(internet(), async (network) => {
      publish(network, VALUE);
      network.servers[NS2]!.misbehave(SILENT);
      const outcome = await prove(network);
      expect(outcome.ready).toBe(true);
      expect(outcome.warnings.join()).toContain(`ns2.example.com (${NS2}:${network.port}): does not answer`);
    }));

  test('fails as not there yet when one server is unreachable and another lacks the record', () =>
    within(internet(), async (network) => {
      network.servers[NS2]!.misbehave(SILENT);
      expect(await prove(network)).toMatchObject({ ready: false, code: 'DNS_TXT_NOT_READY' });
    }));

  test('asks over TCP when the answer is truncated', () =>
    within(internet(), async (network) => {
      publish(network, VALUE);
      network.servers[NS1]!.misbehave({ truncate: true });
      network.servers[NS2]!.misbehave({ cutAtBytes: 60, truncate: true, transport: 'udp' });
      expect(await prove(network)).toMatchObject({ ready: true });
      expect(network.servers[NS1]!.log.some(({ transport }) => transport === 'tcp')).toBe(true);
    }));

  test('asks over TCP when UDP does not get through', () =>
    within(internet(), async (network) => {
      publish(network, VALUE);
      for (const address of [NS1, NS2]) network.servers[address]!.misbehave({ drop: true, transport: 'udp' });
      expect(await prove(network)).toMatchObject({ ready: true });
    }));

  test('asks without EDNS when a server does not know it', () =>
    within(internet(), async (network) => {
      publish(network, VALUE);
      network.servers[NS1]!.misbehave({ refuseEdns: true });
      const outcome = await prove(network);
      expect(verdicts(outcome)).toMatchObject({ [NS1]: 'ready' });
    }));

  test('fails with the cause when the servers have IPv6 addresses that cannot be reached', () =>
    within(internet(), async (network) => {
      const six = { 'example.com NS': ['ns1.example.com'], 'ns1.example.com AAAA': '2001:db8::1' };
      network.servers[ROOT]!.setZone('com', { 'com NS': ['a.gtld.net'], ...six });
      const outcome = await prove(
        network,
        {},
        {
          exchange: async (endpoint, question, signal) =>
            formatEndpoint(endpoint).startsWith('[')
              ? {
                  problem: { kind: 'no-route' },
                  silent: false,
                  roundTripMs: 0,
                }
              : (await import('./support')).QUICK(endpoint, question, signal),
        },
      );
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
      expect(outcome.message).toContain('IPv6 addresses only');
      expect(outcome.servers[0]!.address).toBe(`[2001:db8::1]:${network.port}`);
    }));

  test('passes over IPv6 alone', () =>
    within(
      internet({
        servers: {
          '::1': {
            zones: {
              'example.com': {
                'example.com NS': ['ns1.example.com'],
                'ns1.example.com AAAA': '::1',
                [`${NAME} TXT`]: VALUE,
              },
            },
          },
        },
      }),
      async (network) => {
        network.servers[ROOT]!.setZone('com', {
          'com NS': ['a.gtld.net'],
          'example.com NS': ['ns1.example.com'],
          'ns1.example.com AAAA': '::1',
        });
        const outcome = await prove(network);
        expect(verdicts(outcome)).toEqual({ '[::1]': 'ready', [RESOLVER]: 'ready' });
      },
    ));

  test('fails when no resolver answers, although the servers have the record', () =>
    within(internet(), async (network) => {
      publish(network, VALUE);
      network.resolvers[RESOLVER]!.misbehave({ type: 'TXT', drop: true });
      const outcome = await prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
      expect(outcome.message).toContain(
        'its own name servers have the record, but none of the resolvers gave an answer',
      );
    }));
});

describe('DNSSEC', () => {
  const three = {
    [RESOLVER]: { roots: [ROOT] },
    '127.0.0.8': { roots: [ROOT] },
    '127.0.0.9': { roots: [ROOT] },
  };

  test('fails when the validating resolvers hold the record back, and proves it', () =>
    within(internet(), async (network) => {
      publish(network, VALUE);
      network.resolvers[RESOLVER]!.findBogus('_domainkey.example.com');
      const outcome = await prove(network, {}, { exchange: PATIENT });
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
      expect(outcome.message).toContain('resolvers that check DNSSEC hold it back');
      expect(outcome.message).toContain('shows the record when DNSSEC is not checked');
    }));

  test('fails with DNSSEC as the likely cause when a resolver only says SERVFAIL', () =>
    within(internet(), async (network) => {
      publish(network, VALUE);
      network.resolvers[RESOLVER]!.misbehave({ type: 'TXT', rcode: 'SERVFAIL' });
      const outcome = await prove(network, {}, { exchange: PATIENT });
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
      expect(outcome.message).toContain('The likely cause is DNSSEC');
    }));

  test('fails when most resolvers hold the record back, although one does not', () =>
    within(internet({ resolvers: three }), async (network) => {
      publish(network, VALUE);
      network.resolvers['127.0.0.8']!.findBogus('_domainkey.example.com');
      network.resolvers['127.0.0.9']!.findBogus('_domainkey.example.com');
      expect(await prove(network, {}, { exchange: PATIENT })).toMatchObject({
        ready: false,
        code: 'DNS_LOOKUP_FAILED',
      });
    }));

  test('passes when most resolvers see the record, and warns', () =>
    within(internet({ resolvers: three }), async (network) => {
      publish(network, VALUE);
      network.resolvers['127.0.0.9']!.findBogus('_domainkey.example.com');
      const outcome = await prove(network, {}, { exchange: PATIENT });
      expect(outcome.ready).toBe(true);
      expect(outcome.warnings.join()).toContain('DNSSEC');
    }));
});
