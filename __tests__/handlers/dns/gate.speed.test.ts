import { SCENARIOS, TOPS } from '../../../bench/gate/scenarios';
import { proveVirtually } from './virtual-network';

/** One round trip is a hundred milliseconds, so that what a proof takes reads as their number. */
const RTT = 100;
const network = { servers: 4, roundTripMs: RTT };
const WITHIN = ['first.example.com', 'second.example.com'];

test('needs four round trips: names, addresses, the record, and a resolver', async () => {
  const { outcome, ms } = await proveVirtually(network);
  expect(outcome).toMatchObject({ ready: true });
  expect(ms).toBe(4 * RTT);
});

test('loses no time on a silent server of the top-level domain', async () => {
  const { outcome, ms } = await proveVirtually({ ...network, rules: { [TOPS[1]]: { drop: true } } });
  expect(outcome).toMatchObject({ ready: true, warnings: [] });
  expect(ms).toBe(4 * RTT);
});

test('goes on from addresses that the zone above tells before the resolver does', async () => {
  const slow = { name: /^ns\d\.example\.com$/, delayMs: 20 * RTT };
  const { outcome, ms } = await proveVirtually({ ...network, rules: { '127.0.2.30': slow } });
  expect(outcome).toMatchObject({ ready: true });
  // Names and address of the server above, its referral, the record, a grace for further addresses, a resolver.
  expect(ms).toBeLessThanOrEqual(7 * RTT);
});

test('follows all aliases of one answer at once, and asks no server again', async () => {
  const { outcome, ms, asked } = await proveVirtually({ ...network, aliases: WITHIN });
  expect(outcome).toMatchObject({ ready: true });
  // One more, since a zone of its own may begin at the end of the aliases.
  expect(ms).toBe(5 * RTT);
  expect(asked.filter((one) => / TXT (first|second)\./.test(one))).toEqual([]);
});

test('takes one round trip for where a missing record may be instead, and asks nobody for that before', async () => {
  const { outcome, ms, asked } = await proveVirtually({ ...network, published: false });
  expect(outcome).toMatchObject({ code: 'DNS_TXT_NOT_READY' });
  expect(ms).toBe(4 * RTT);
  expect(asked.filter((one) => one.endsWith(' TXT selector1.example.com'))).toHaveLength(2);
  const found = await proveVirtually(network);
  expect(found.asked.filter((one) => one.endsWith(' TXT selector1.example.com'))).toEqual([]);
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
