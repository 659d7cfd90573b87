import { systemClock } from '../../handlers/clock';
import { proveRecord } from '../../handlers/dns/gate';
import type { GateOutcome } from '../../handlers/gate-outcome';
import { rsaPublicKeyOf } from '../../handlers/key/public-key';
import { makeKey } from '../handlers/dns/support';
import { describeWith } from './support/programs';
import * as setup from './support/real-servers';

const KEY = rsaPublicKeyOf(makeKey(2048).publicKey);
const VALUE = `v=DKIM1; k=rsa; p=${KEY.spki}`;
const RECORD = `s1._domainkey TXT ${setup.quoted(VALUE)}`;

describeWith('real DNS servers (nsd, knot, bind, unbound)', setup.missingPrograms(), () => {
  let servers: setup.RealServers;

  beforeAll(async () => {
    servers = await setup.startRealServers({
      shared: {
        'ready.com': RECORD,
        'missing.com': 'www A 192.0.2.1',
        'long.com': `s1._domainkey TXT ${setup.quoted(`${VALUE}; n=${'long notes '.repeat(120)}end`)}`,
        'alias.com': 's1._domainkey CNAME s1.keys.provider.net.',
        'nowhere.com': 's1._domainkey CNAME none.provider.net.',
        'below.com': '_domainkey NS outside.servers.net.',
        'wild.com': '* TXT "v=spf1 -all"',
        'doubled.com': `s1._domainkey.doubled.com TXT ${setup.quoted(VALUE)}`,
      },
      knot: { 'split.com': RECORD },
      bind: { 'split.com': 'www A 192.0.2.1' },
      outside: {
        'provider.net': `s1.keys TXT ${setup.quoted(VALUE)}`,
        '_domainkey.below.com': `s1 TXT ${setup.quoted(VALUE)}`,
      },
      signed: { 'signed.com': RECORD },
    });
  }, 60_000);
  afterAll(() => servers?.close());

  const prove = (domain: string, resolvers: readonly string[] = [setup.UNBOUND]): Promise<GateOutcome> =>
    proveRecord(
      {
        domain,
        selector: 's1',
        expected: KEY,
        mode: 'authoritative',
        resolvers,
        waitSeconds: 0,
      },
      { clock: systemClock, remainingMs: () => 20_000, dnsPort: servers.port, loopback: 'allowed' },
    );

  const sorted = (...lines: string[]): string[] => lines.sort();

  const verdicts = (outcome: GateOutcome): string[] =>
    outcome.servers.map(({ address, verdict }) => `${address.replace(/:\d+$/, '')} ${verdict}`).sort();

  test('passes when knot, bind and unbound have the record, found from the root down', async () => {
    const outcome = await prove('ready.com');
    expect(outcome).toMatchObject({ ready: true, zone: 'ready.com', warnings: [] });
    expect(verdicts(outcome)).toEqual(
      sorted(`${setup.KNOT} ready`, `${setup.BIND} ready`, `${setup.UNBOUND} ready`),
    );
  });

  test('passes a record that the servers truncate, over TCP', async () => {
    const outcome = await prove('long.com');
    expect(verdicts(outcome)).toEqual(
      sorted(`${setup.KNOT} ready`, `${setup.BIND} ready`, `${setup.UNBOUND} ready`),
    );
  });

  test('fails when knot has the record and bind has not', async () => {
    const outcome = await prove('split.com');
    expect(outcome).toMatchObject({ ready: false, code: 'DNS_TXT_NOT_READY' });
    expect(verdicts(outcome)).toEqual(sorted(`${setup.KNOT} ready`, `${setup.BIND} missing`));
  });

  test('fails when no server has it', async () => {
    expect(await prove('missing.com')).toMatchObject({
      ready: false,
      code: 'DNS_TXT_NOT_READY',
      zone: 'missing.com',
    });
  });

  test('passes through an alias into the zone of a provider', async () => {
    const outcome = await prove('alias.com');
    expect(outcome.ready).toBe(true);
    expect(verdicts(outcome)).toEqual(
      sorted(
        // The one nsd answers for all of its zones at both of its addresses.
        `${setup.NSD} ready`,
        `${setup.NSD_OUTSIDE} ready`,
        `${setup.KNOT} ready`,
        `${setup.BIND} ready`,
        `${setup.UNBOUND} ready`,
      ),
    );
  });

  test('fails when the alias leads to nothing', async () => {
    expect(await prove('nowhere.com')).toMatchObject({ ready: false, code: 'DNS_TXT_NOT_READY' });
  });

  test('passes through a delegation below the domain', async () => {
    const outcome = await prove('below.com');
    expect(outcome).toMatchObject({ ready: true, zone: '_domainkey.below.com' });
    expect(verdicts(outcome)).toEqual(
      sorted(`${setup.NSD} ready`, `${setup.NSD_OUTSIDE} ready`, `${setup.UNBOUND} ready`),
    );
  });

  test('fails as not there yet when a wildcard answers', async () => {
    const outcome = await prove('wild.com');
    expect(outcome.code).toBe('DNS_TXT_NOT_READY');
    expect(outcome.message).toContain('A wildcard answers');
  });

  test('fails with a hint when the dot at the end of the name was forgotten', async () => {
    expect((await prove('doubled.com')).message).toContain('s1._domainkey.doubled.com.doubled.com');
  });

  test('says that a domain is not delegated', async () => {
    expect(await prove('unregistered.com')).toMatchObject({
      ready: false,
      code: 'DNS_TXT_NOT_READY',
      zone: 'com',
    });
  });

  test('passes a signed zone when the resolver has the right trust anchor', async () => {
    expect(await prove('signed.com')).toMatchObject({ ready: true, warnings: [] });
  });

  test('fails with DNSSEC as the cause when the trust anchor does not fit', async () => {
    const outcome = await prove('signed.com', [setup.UNBOUND_BOGUS]);
    expect(outcome).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
    expect(outcome.message).toContain('resolvers that check DNSSEC hold it back');
    expect(verdicts(outcome)).toEqual(sorted(`${setup.KNOT} ready`, `${setup.UNBOUND_BOGUS} unreachable`));
  });

  test('passes with a warning when one of two resolvers finds the signatures broken', async () => {
    const outcome = await prove('signed.com', [setup.UNBOUND, setup.UNBOUND_BOGUS]);
    expect(outcome.ready).toBe(true);
    expect(outcome.warnings.join()).toContain('DNSSEC');
  });
});
