import { proofWords } from '../../../handlers/words/errors';
import { SCENARIOS, TOPS } from '../../support/dns/scenarios';
import { VALUE } from './support';
import { proveVirtually, RESOLVERS } from './virtual-network';

/** One round trip is a hundred milliseconds, so that what a proof takes reads as their number. */
const RTT = 100;
const network = { servers: 4, roundTripMs: RTT };

test('needs four round trips: names, addresses, the record with its zone, and a resolver', async () => {
  const { outcome, ms } = await proveVirtually(network);
  expect(outcome).toMatchObject({ ready: true });
  expect(ms).toBe(4 * RTT);
});

test('asks a silent server nothing beyond the first questions', async () => {
  const { asked } = await proveVirtually({ ...network, rules: { '127.0.2.1': { drop: true } } });
  expect(asked.filter((one) => one.startsWith('127.0.2.1 '))).toEqual([
    '127.0.2.1 TXT selector1._domainkey.example.com',
    '127.0.2.1 NS example.com',
    '127.0.2.1 SOA selector1._domainkey.example.com',
  ]);
});

test('waits for one deadline if the whole top-level domain is silent', async () => {
  const rules = { [TOPS[0]]: { drop: true }, [TOPS[1]]: { drop: true } };
  const { outcome, ms } = await proveVirtually({ ...network, rules });
  expect(outcome).toMatchObject({ ready: true });
  // Names, address, the deadline, and a resolver.
  expect(ms).toBeLessThanOrEqual(2_500 + 3 * RTT);
});

test('waits for a silent top-level server half as long again as the others took', async () => {
  const { outcome, ms } = await proveVirtually({ ...network, rules: { [TOPS[1]]: { drop: true } } });
  expect(outcome).toMatchObject({ ready: true, warnings: [] });
  expect(ms).toBe(4.5 * RTT);
});

test('waits for a silent server of the zone until its deadline', async () => {
  const rules = { [TOPS[1]]: { drop: true }, '127.0.2.4': { drop: true } };
  const { outcome, ms } = await proveVirtually({ ...network, rules });
  expect(outcome).toMatchObject({ ready: true });
  // Names, addresses, the deadline, and a resolver.
  expect(ms).toBe(2_500 + 3 * RTT);
});

test('asks the next resolver half a second after a silent one, and tries that one last from then on', async () => {
  const [silent, other] = RESOLVERS as [string, string];
  const resolvers = [`${silent}:53`, `${other}:53`];
  const rules = { [silent]: { drop: true } };
  const { outcome, ms, asked } = await proveVirtually({ ...network, rules }, { resolvers });
  expect(outcome).toMatchObject({ ready: true });
  expect(outcome.servers.at(-2)).toMatchObject({ address: `${silent}:53`, verdict: 'unreachable' });
  // Once for the names, and once for the record, which one resolver has shown.
  expect(ms).toBe(4 * RTT + 2 * 500);
  expect(asked.filter((one) => one.startsWith(`${silent} A `))).toEqual([]);
});

test('starts the search for an alias’s target when the first server returns it', async () => {
  const aliases = ['key.first.net'];
  const late = { ...network, aliases, rules: { '127.0.2.1': { delayMs: 5 * RTT } } };
  const { outcome, ms } = await proveVirtually(late);
  expect(outcome).toMatchObject({ ready: true });
  // Names, addresses, the late server's record and authority, and a resolver; at the same time the other zone.
  expect(ms).toBe((2 + 5 + 5 + 1) * RTT);
});

test('asks the servers of a zone below at the addresses in the referral', async () => {
  const { outcome, ms } = await proveVirtually({ ...network, hasSubZone: true });
  expect(outcome).toMatchObject({ ready: true, zone: '_domainkey.example.com' });
  // Names, addresses, the referral, the record with its zone, and a resolver.
  expect(ms).toBe(5 * RTT);
});

test('loses no time on a zone whose servers have no addresses', async () => {
  const { outcome, ms } = await proveVirtually({ ...network, unaddressed: true });
  expect(proofWords(outcome).message).toContain('no address is known of its name servers');
  // Names, addresses of both kinds, and meanwhile what the zone above says: there is no server to wait for.
  expect(ms).toBe(3 * RTT);
});

test('follows aliases one after another, and asks no question twice', async () => {
  const aliases = ['first.example.com', 'key.first.net', 'back.example.com', 'more.first.net'];
  const { outcome, asked } = await proveVirtually({ ...network, aliases });
  expect(outcome).toMatchObject({ ready: true, warnings: [] });
  expect(new Set(asked).size).toBe(asked.length);
});

test('asks for IPv6 addresses if the machine has IPv6', async () => {
  const lookups = async (...change: [Parameters<typeof proveVirtually>[1]?, boolean?]): Promise<string[]> => {
    const { asked } = await proveVirtually(network, change[0], { hasIPv6: () => change[1] ?? false });
    return asked.filter((one) => one.includes(' AAAA ns1.example.com'));
  };
  expect(await lookups()).toEqual([]);
  expect(await lookups({}, true)).toHaveLength(1);
  expect(await lookups({ strict: true })).toEqual([]);
});

test('looks for a misplaced record in one round trip, and only if the record is missing', async () => {
  const { outcome, ms, asked } = await proveVirtually({ ...network, published: false });
  expect(outcome).toMatchObject({ code: 'DNS_TXT_NOT_READY' });
  expect(ms).toBe(4 * RTT);
  expect(asked.filter((one) => one.endsWith(' TXT selector1.example.com'))).toHaveLength(2);
  const found = await proveVirtually(network);
  expect(found.asked.filter((one) => one.endsWith(' TXT selector1.example.com'))).toEqual([]);
});

test('asks a second server for a misplaced record if the first is silent', async () => {
  const copies = { '127.0.2.2': { 'selector1.example.com TXT': VALUE } };
  const rules = { '127.0.2.1': { name: 'selector1.example.com', drop: true } };
  const { outcome } = await proveVirtually({ ...network, published: false, copies, rules });
  expect(proofWords(outcome).message).toContain('its name lacks _domainkey');
});

test.each(SCENARIOS.filter(({ lossy }) => !lossy).map((scenario) => [scenario.title, scenario] as const))(
  'stays near the floor: %s',
  async (_, scenario) => {
    const { outcome, ms } = await proveVirtually(scenario);
    expect(outcome.ready).toBe(scenario.published ?? true);
    expect(ms).toBeLessThanOrEqual(
      1.3 * (scenario.chain * scenario.roundTripMs + (scenario.deadlineMs ?? 0)),
    );
  },
);
