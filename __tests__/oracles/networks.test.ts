import fc from 'fast-check';
import { fuzzed, sized } from '../fuzz/runs';
import { verdictsAtRandom } from '../handlers/dns/random-network';
import * as setup from '../handlers/dns/support';
import * as virtual from '../handlers/dns/virtual-network';
import { NAME, TOPS } from '../support/dns/scenarios';

const NUMBERS = [1, 2, 3, 4] as const;
const addressOf = (n: number): string => `127.0.2.${n}`;
const hostOf = (n: number): string => `ns${n}.example.com`;

/** What one server of example.com has, and whether it answers. */
const server = fc.record({
  names: fc.subarray([...NUMBERS], { minLength: 1 }),
  record: fc.oneof(
    { weight: 8, arbitrary: fc.constant('ours' as const) },
    fc.constantFrom('none' as const, 'other' as const),
  ),
  silent: fc.option(fc.constantFrom('all', 'TXT', 'NS', 'SOA'), { freq: 3, nil: undefined }),
});

const plan = fc.record({
  servers: fc.tuple(server, server, server, server),
  /** The servers that the top-level domain names. */
  delegated: fc.subarray([...NUMBERS], { minLength: 1 }),
  strict: fc.boolean(),
});
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

const VALUES = { ours: setup.VALUE, other: setup.OTHER_VALUE, none: [] } as const;

const networkOf = ({ servers, delegated }: Plan): virtual.Network => ({
  servers: NUMBERS.length,
  roundTripMs: 100,
  zones: Object.fromEntries(TOPS.map((top) => [top, { com: { 'example.com NS': delegated.map(hostOf) } }])),
  copies: Object.fromEntries(
    servers.map(({ names, record }, at) => [
      addressOf(at + 1),
      { 'example.com NS': names.map(hostOf), [`${NAME} TXT`]: VALUES[record] },
    ]),
  ),
  rules: Object.fromEntries(
    servers.flatMap(({ silent }, at) =>
      silent ? [[addressOf(at + 1), { drop: true, ...(silent !== 'all' && { type: silent }) }]] : [],
    ),
  ),
});

/** Why no careful person would call the record published, who asks every server that anybody names. */
const objection = ({ servers, delegated, strict }: Plan): string | undefined => {
  const of = (n: number): Plan['servers'][number] => servers[n - 1]!;
  const isHeard = (n: number, type: string): boolean => ![type, 'all'].includes(of(n).silent ?? '');
  const named = new Set(delegated);
  for (const n of named) if (isHeard(n, 'NS')) for (const other of of(n).names) named.add(other);
  const heard = [...named].filter((n) => isHeard(n, 'TXT'));
  const lacking = heard.filter((n) => of(n).record !== 'ours');
  if (lacking.length > 0) return `${lacking.map(hostOf)} answers without the record`;
  const enough = strict ? named.size : Math.max(1, named.size / 2);
  return heard.length < enough ? `${heard.length} of ${named.size} answer` : undefined;
};

test('passes no random network in which a server that anybody names contradicts, or too few answer', async () => {
  let passed = 0;
  await fc.assert(
    fc.asyncProperty(plan, async (drawn) => {
      const { outcome } = await virtual.proveVirtually(networkOf(drawn), { strict: drawn.strict });
      if (!outcome.ready) return;
      passed += 1;
      expect(objection(drawn)).toBeUndefined();
    }),
    fuzzed(500),
  );
  expect(passed).toBeGreaterThan(0);
});

test('has the same verdict in hostile networks, whichever server answers first', async () => {
  for (let seed = 1; seed <= sized(7_000); seed += 1) {
    const [usual, ...others] = await verdictsAtRandom(seed, [seed, seed + 1, seed + 2]);
    for (const other of others) expect({ seed, ...other }).toEqual({ seed, ...usual });
  }
});
