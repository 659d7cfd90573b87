import type { Clock } from '../../../handlers/clock';
import { RESOLVER, SCENARIOS, TOPS } from '../../support/dns/scenarios';
import { VALUE } from './support';
import { type Network, proveVirtually } from './virtual-network';

/** One round trip is a hundred milliseconds, so that what a proof takes reads as their number. */
const RTT = 100;
const network = { servers: 4, roundTripMs: RTT };
const WITHIN = ['first.example.com', 'second.example.com'];

/** Time that passes only between rounds, at once. */
function instantClock(): Clock {
  let now = 0;
  return {
    now: () => now,
    async sleep(ms) {
      now += ms;
    },
  };
}

test.each([
  ['four round trips: names, addresses, the record, and a resolver', true, 4],
  ['one more for servers that do not show which zone the record is in', false, 5],
])('needs %s', async (_, namesServers, roundTrips) => {
  const { outcome, ms } = await proveVirtually({ ...network, namesServers });
  expect(outcome).toMatchObject({ ready: true });
  expect(ms).toBe(roundTrips * RTT);
});

test.each<[string, Partial<Network>, number]>([
  [
    'asks servers at addresses from the zone above while a resolver is slow with addresses',
    { rules: { [RESOLVER]: { name: /^ns\d\.example\.com$/, delayMs: 8 * RTT } } },
    // Names, the slow addresses, and a resolver.
    10,
  ],
  [
    "finds the servers of an alias's target while it looks for a zone between",
    { aliases: ['key.first.net'] },
    // For each zone names, addresses, and the record; which zone the last one is in, and a resolver.
    8,
  ],
])('%s', async (_, change, roundTrips) => {
  const { outcome, ms } = await proveVirtually({ ...network, ...change });
  expect(outcome).toMatchObject({ ready: true });
  expect(ms).toBe(roundTrips * RTT);
});

test('asks a server that answers nothing no further question', async () => {
  const { asked } = await proveVirtually({ ...network, rules: { '127.0.2.1': { drop: true } } });
  expect(asked.filter((one) => one.startsWith('127.0.2.1 '))).toEqual([
    '127.0.2.1 TXT selector1._domainkey.example.com',
    '127.0.2.1 NS example.com',
  ]);
});

test('waits one deadline when the whole top-level domain is silent', async () => {
  const rules = { [TOPS[0]]: { drop: true }, [TOPS[1]]: { drop: true } };
  const { outcome, ms } = await proveVirtually({ ...network, rules });
  expect(outcome).toMatchObject({ ready: true });
  // Names, address, patience for the first, the deadline of the second, a resolver.
  expect(ms).toBeLessThanOrEqual(2_500 + 5.5 * RTT);
});

test('loses no time on a zone none of whose servers has an address', async () => {
  const { outcome, ms } = await proveVirtually({ ...network, unaddressed: true });
  expect(outcome.message).toContain('no address is known of its name servers');
  // Names, addresses, and what the zone above says meanwhile: there is no server to wait for.
  expect(ms).toBe(3 * RTT);
});

test('follows all aliases of one answer at once, and asks no server again', async () => {
  const { outcome, ms, asked } = await proveVirtually({ ...network, aliases: WITHIN });
  expect(outcome).toMatchObject({ ready: true });
  // One more, since a zone of its own may begin at the end of the aliases.
  expect(ms).toBe(5 * RTT);
  expect(asked.filter((one) => / TXT (first|second)\./.test(one))).toEqual([]);
});

test('asks a top-level server once for the way to a zone, however many aliases lead there', async () => {
  const aliases = ['key.first.net', 'back.example.com', 'more.first.net'];
  const { outcome, asked } = await proveVirtually({ ...network, aliases });
  expect(outcome).toMatchObject({ ready: true, warnings: [] });
  expect(asked.filter((one) => one.startsWith(`${TOPS[0]} `))).toEqual([
    `${TOPS[0]} TXT selector1._domainkey.example.com`,
    `${TOPS[0]} TXT key.first.net`,
  ]);
  expect(new Set(asked).size).toBe(asked.length);
});

test('asks the next server of the top-level domain when the first is silent, and follows it', async () => {
  const { outcome, ms, asked } = await proveVirtually({ ...network, rules: { [TOPS[0]]: { drop: true } } });
  expect(outcome).toMatchObject({ ready: true, warnings: [] });
  expect(asked).toContain(`${TOPS[1]} TXT selector1._domainkey.example.com`);
  expect(ms).toBeLessThanOrEqual(6.5 * RTT);
});

test('waits once for a server that is silent in several rounds', async () => {
  const { outcome, ms } = await proveVirtually(
    { ...network, published: false, rules: { '127.0.2.1': { drop: true } } },
    { waitSeconds: 1 },
    { clock: instantClock() },
  );
  expect(outcome).toMatchObject({ code: 'DNS_TXT_NOT_READY', rounds: 2 });
  // The deadline of the first round; a grace in the second, and the search for a misplaced record.
  expect(ms).toBeLessThanOrEqual(2_500 + 2 * RTT + 4 * RTT + 1.5 * RTT + 1);
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

test('looks for a misplaced record in one round trip, and only when the record is missing', async () => {
  const { outcome, ms, asked } = await proveVirtually({ ...network, published: false });
  expect(outcome).toMatchObject({ code: 'DNS_TXT_NOT_READY' });
  expect(ms).toBe(4 * RTT);
  expect(asked.filter((one) => one.endsWith(' TXT selector1.example.com'))).toHaveLength(1);
  const found = await proveVirtually(network);
  expect(found.asked.filter((one) => one.endsWith(' TXT selector1.example.com'))).toEqual([]);
});

test.each([
  ['the first round', 0, 1],
  ['the last of several rounds', 1, 2],
])(
  'asks a second server for a misplaced record when the first is silent, in %s',
  async (_, waitSeconds, rounds) => {
    const misplaced = { 'selector1.example.com TXT': VALUE };
    const copies = Object.fromEntries([1, 2, 3, 4].map((n) => [`127.0.2.${n}`, misplaced]));
    const silent = { name: 'selector1.example.com', drop: true };
    const clock = instantClock();
    const { outcome, ms, asked } = await proveVirtually(
      { ...network, published: false, copies, rules: { '127.0.2.1': silent } },
      { waitSeconds },
      { clock },
    );
    expect(outcome).toMatchObject({ code: 'DNS_TXT_NOT_READY', rounds });
    expect(outcome.message).toContain('its name lacks _domainkey');
    expect(asked.filter((one) => one.endsWith(' TXT selector1.example.com'))).toEqual([
      '127.0.2.1 TXT selector1.example.com',
      '127.0.2.2 TXT selector1.example.com',
    ]);
    // Two round trips, and some of one, before the second is asked.
    expect(ms).toBeLessThanOrEqual(rounds * 3 * RTT + 3.5 * RTT);
  },
);

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
