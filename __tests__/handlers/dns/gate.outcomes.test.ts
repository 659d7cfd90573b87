import { gateError } from '../../../handlers/dns/wording';
import * as setup from './support';

const RUNBOOK_SENTENCE =
  'DNS TXT record for selector1._domainkey.example.com is not yet available. Please wait for DNS propagation.';

describe('not there yet', () => {
  test('fails with the runbook sentence when the name does not exist', () =>
    setup.within(setup.internet(), async (network) => {
      const outcome = await setup.prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_TXT_NOT_READY' });
      expect(outcome.message.startsWith(RUNBOOK_SENTENCE)).toBe(true);
      expect(outcome.message).not.toContain('\n');
      expect(outcome.advice).toContain(`The record reads: ${setup.VALUE}`);
      expect(outcome.servers[0]).toMatchObject({
        reason: 'says that the name does not exist',
        ttlSeconds: 60,
      });
      expect(gateError(outcome)).toMatchObject({
        code: 'DNS_TXT_NOT_READY',
        statusCode: 400,
        message: outcome.message,
        advice: outcome.advice,
      });
    }));

  test('fails when the name exists without a TXT record', () =>
    setup.within(setup.internet(), async (network) => {
      network.servers[setup.NS1]!.setRecords(setup.NAME, 'A', ['192.0.2.1']);
      network.servers[setup.NS2]!.setTxt(`below.${setup.NAME}`, 'makes the name an empty non-terminal');
      const outcome = await setup.prove(network);
      expect(outcome.code).toBe('DNS_TXT_NOT_READY');
      expect(outcome.servers.map(({ reason }) => reason)).toEqual(
        Array(2).fill('has no TXT record at the name'),
      );
    }));

  test('fails while one server is late, and names it', () =>
    setup.within(setup.internet(), async (network) => {
      network.servers[setup.NS1]!.setTxt(setup.NAME, setup.VALUE);
      const outcome = await setup.prove(network);
      expect(outcome.code).toBe('DNS_TXT_NOT_READY');
      expect(outcome.message).toContain('1 of 2 name servers of example.com that answer have it');
      expect(outcome.message).toContain(
        `ns2.example.com (${setup.NS2}:${network.port}): says that the name does not exist`,
      );
    }));

  test('fails while one server still has the record of an older key', () =>
    setup.within(setup.internet(), async (network) => {
      network.servers[setup.NS1]!.setTxt(setup.NAME, setup.VALUE);
      network.servers[setup.NS2]!.setTxt(setup.NAME, setup.OTHER_VALUE);
      const outcome = await setup.prove(network);
      expect(outcome.code).toBe('DNS_TXT_NOT_READY');
      expect(outcome.message).toContain(setup.OTHER.fingerprint);
    }));

  test('fails while resolvers still have an older record, and says for how long', () =>
    setup.within(setup.internet(), async (network) => {
      setup.publish(network, setup.OTHER_VALUE);
      await setup.prove(network, { mode: 'recursive' });
      setup.publish(network, setup.VALUE);
      const outcome = await setup.prove(network);
      expect(outcome.code).toBe('DNS_TXT_NOT_READY');
      expect(outcome.message.startsWith(RUNBOOK_SENTENCE)).toBe(true);
      expect(outcome.message).toMatch(
        /has a valid record of another key .*from its cache for (60|59) s more at most/,
      );
      network.resolvers[setup.RESOLVER]!.flush();
      expect(await setup.prove(network)).toMatchObject({ ready: true });
    }));

  test('passes when one resolver sees the record, and warns of another that does not yet', () =>
    setup.within(
      setup.internet({
        resolvers: { [setup.RESOLVER]: { roots: [setup.ROOT] }, '127.0.0.9': { roots: [setup.ROOT] } },
      }),
      async (network) => {
        await setup.prove(network, {
          mode: 'recursive',
          resolvers: [network.resolvers['127.0.0.9']!.address],
        });
        setup.publish(network, setup.VALUE);
        const outcome = await setup.prove(network);
        expect(outcome.ready).toBe(true);
        expect(outcome.warnings.join()).toContain(
          `resolver ${network.resolvers['127.0.0.9']!.address}: says that the name`,
        );
      },
    ));

  test.each([
    ['text that is no key', 'v=spf1 -all'],
    ['a key of another selector', setup.OTHER_VALUE],
  ])('fails as not there yet when only a wildcard answers, with %s', (_, value) =>
    setup.within(setup.internet(), async (network) => {
      setup.publish(network, value, '*.example.com');
      const outcome = await setup.prove(network);
      expect(outcome.code).toBe('DNS_TXT_NOT_READY');
      expect(setup.verdicts(outcome)).toEqual({ [setup.NS1]: 'missing', [setup.NS2]: 'missing' });
      expect(outcome.message).toContain('A wildcard answers for every name there');
    }),
  );

  test('fails as not there yet when a wildcard is an alias to a parking page', () =>
    setup.within(setup.internet(), async (network) => {
      for (const address of [setup.NS1, setup.NS2]) {
        network.servers[address]!.setRecords('*.example.com', 'CNAME', ['parked.example.net']);
      }
      const outcome = await setup.prove(network);
      expect(outcome.code).toBe('DNS_TXT_NOT_READY');
      expect(outcome.message).toContain('A wildcard answers for every name there');
    }));
});

describe('there but wrong', () => {
  test('fails with both fingerprints when the record is of another key', () =>
    setup.within(setup.internet(), async (network) => {
      setup.publish(network, setup.OTHER_VALUE);
      const outcome = await setup.prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_KEY_MISMATCH' });
      expect(outcome.message).toContain(setup.EXPECTED.fingerprint);
      expect(outcome.message).toContain(setup.OTHER.fingerprint);
      expect(outcome.servers[0]).toMatchObject({
        verdict: 'other-value',
        fingerprint: setup.OTHER.fingerprint,
      });
    }));

  test('fails when the record is revoked', () =>
    setup.within(setup.internet(), async (network) => {
      setup.publish(network, 'v=DKIM1; p=');
      const outcome = await setup.prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'DNS_TXT_INVALID' });
      expect(outcome.message).toContain('is revoked');
      expect(outcome.advice?.endsWith(`that reads: ${setup.VALUE}`)).toBe(true);
    }));

  test('passes when the record comes in several strings, split anywhere', () =>
    setup.within(setup.internet(), async (network) => {
      const strings = [setup.VALUE.slice(0, 30), setup.VALUE.slice(30, 60), '', setup.VALUE.slice(60)];
      for (const address of [setup.NS1, setup.NS2])
        network.servers[address]!.setRecords(setup.NAME, 'TXT', [{ strings }]);
      expect(await setup.prove(network)).toMatchObject({ ready: true });
    }));

  test('passes a record in testing mode, and warns', () =>
    setup.within(setup.internet(), async (network) => {
      setup.publish(network, `${setup.VALUE}; t=y`);
      const outcome = await setup.prove(network);
      expect(outcome.ready).toBe(true);
      expect(outcome.warnings.join()).toContain('t=y');
    }));
});
