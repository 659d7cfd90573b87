import { systemClock } from '../../handlers/clock';
import { proveRecord } from '../../handlers/dns/gate';
import { publicKeyOf } from '../../handlers/keys/format/public-key';
import { proofWords } from '../../handlers/words/errors';
import type { GateOutcome } from '../../handlers/words/gate';
import { describeProofWarning } from '../../handlers/words/gate';
import { makeKey } from '../handlers/dns/support';
import { describeWith } from './support/programs';
import * as unbound from './support/unbound';

const KEY = publicKeyOf(makeKey(2048).publicKey);
const VALUE = `v=DKIM1; k=rsa; p=${KEY.spki}`;
const RECORD = `s1._domainkey TXT ${unbound.quoted(VALUE)}`;
const { ONE, TWO, OUTSIDE, RESOLVER, BOGUS } = unbound;

describeWith('servers and resolvers of unbound', unbound.missingPrograms(), () => {
  let network: Awaited<ReturnType<typeof unbound.startNetwork>>;

  beforeAll(async () => {
    network = await unbound.startNetwork({
      shared: {
        'ready.com': RECORD,
        'missing.com': 'www A 192.0.2.1',
        'long.com': `s1._domainkey TXT ${unbound.quoted(`${VALUE}; n=${'long notes '.repeat(120)}end`)}`,
        'alias.com': 's1._domainkey CNAME s1.keys.provider.net.',
        'nowhere.com': 's1._domainkey CNAME none.provider.net.',
        'below.com': '_domainkey NS outside.servers.net.',
        'wild.com': '* TXT "v=spf1 -all"',
        'doubled.com': `s1._domainkey.doubled.com TXT ${unbound.quoted(VALUE)}`,
        'anchored.com': RECORD,
      },
      one: { 'split.com': RECORD },
      two: { 'split.com': 'www A 192.0.2.1' },
      outside: {
        'provider.net': `s1.keys TXT ${unbound.quoted(VALUE)}`,
        '_domainkey.below.com': `s1 TXT ${unbound.quoted(VALUE)}`,
      },
      anchored: 'anchored.com',
    });
  });
  afterAll(() => network?.close());

  const prove = (domain: string, resolvers: readonly string[] = [RESOLVER]): Promise<GateOutcome> =>
    proveRecord(
      { domain, selector: 's1', expected: KEY, mode: 'authoritative', resolvers, waitSeconds: 0 },
      { clock: systemClock, remainingMs: () => 20_000, dnsPort: network.port, loopback: 'allowed' },
    );

  it.each<[string, string, object, readonly string[]]>([
    [
      'passes a record that all have, found from the root down',
      'ready.com',
      { ready: true, zone: 'ready.com', warnings: [] },
      [`${ONE} ready`, `${TWO} ready`, `${RESOLVER} ready`],
    ],
    [
      'passes a record that is truncated, over TCP',
      'long.com',
      { ready: true },
      [`${ONE} ready`, `${TWO} ready`, `${RESOLVER} ready`],
    ],
    [
      'refuses a record that one server has and another has not',
      'split.com',
      { ready: false, code: 'DNS_TXT_NOT_READY' },
      [`${ONE} ready`, `${TWO} missing`],
    ],
    [
      'refuses where no server has it',
      'missing.com',
      { ready: false, code: 'DNS_TXT_NOT_READY', zone: 'missing.com' },
      [`${ONE} missing`, `${TWO} missing`],
    ],
    [
      'passes through an alias into the zone of a provider',
      'alias.com',
      { ready: true },
      [`${OUTSIDE} ready`, `${ONE} ready`, `${TWO} ready`, `${RESOLVER} ready`],
    ],
    [
      'refuses an alias that leads to nothing',
      'nowhere.com',
      { ready: false, code: 'DNS_TXT_NOT_READY' },
      [`${OUTSIDE} missing`, `${ONE} missing`, `${TWO} missing`],
    ],
    [
      'passes through a delegation below the domain',
      'below.com',
      { ready: true, zone: '_domainkey.below.com' },
      [`${OUTSIDE} ready`, `${RESOLVER} ready`],
    ],
    [
      'refuses the answer of a wildcard',
      'wild.com',
      { code: 'DNS_TXT_NOT_READY', message: expect.stringContaining('A wildcard answers') },
      [`${ONE} missing`, `${TWO} missing`],
    ],
    [
      'refuses a name whose dot at the end was forgotten, with a hint',
      'doubled.com',
      { ready: false, message: expect.stringContaining('s1._domainkey.doubled.com.doubled.com') },
      [`${ONE} missing`, `${TWO} missing`],
    ],
  ])('%s', async (_, domain, expected, verdicts) => {
    const outcome = await prove(domain);
    expect({ ...outcome, ...proofWords(outcome) }).toMatchObject(expected);
    expect(
      outcome.servers.map(({ address, verdict }) => `${address.replace(/:\d+$/, '')} ${verdict}`).sort(),
    ).toEqual([...verdicts].sort());
  });

  it('report that a domain is not delegated', async () => {
    const expected = { ready: false, code: 'DNS_TXT_NOT_READY', zone: 'com' };
    expect(await prove('unregistered.com')).toMatchObject(expected);
  });

  it('name DNSSEC as the cause if a resolver withholds the record, and warn if another has it', async () => {
    const refused = await prove('anchored.com', [BOGUS]);
    expect(refused).toMatchObject({ ready: false, code: 'DNS_LOOKUP_FAILED' });
    expect(proofWords(refused).message).toContain('resolvers that check DNSSEC withhold it');
    const passed = await prove('anchored.com', [RESOLVER, BOGUS]);
    expect(passed.ready).toBe(true);
    expect(passed.warnings.map(describeProofWarning).join()).toContain('DNSSEC');
  });
});
