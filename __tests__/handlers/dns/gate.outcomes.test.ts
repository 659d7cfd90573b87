import { gateError } from '../../../handlers/dns/wording';
import {
  EXPECTED,
  internet,
  makeKey,
  NAME,
  NS1,
  NS2,
  OTHER,
  OTHER_VALUE,
  prove,
  publish,
  RESOLVER,
  ROOT,
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
