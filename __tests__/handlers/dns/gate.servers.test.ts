import { proofWords } from '../../../handlers/words/errors';
import { NAME, RESOLVER, TOPS } from '../../support/dns/scenarios';
import { VALUE } from './support';
import * as virtual from './virtual-network';

const [NS1, NS2, NS3] = ['127.0.2.1', '127.0.2.2', '127.0.2.3'] as const;
const ALL = [NS1, NS2, NS3];
const hosts = (...numbers: number[]): string[] => numbers.map((n) => `ns${n}.example.com`);
const SILENT = { drop: true };

/** Three servers of example.com, all of which have the record; a resolver and the zone above name all of them. */
const NETWORK: virtual.Network = { servers: 3, roundTripMs: 100 };

type Zones = NonNullable<virtual.Network['zones']>;

const inZone = (apex: string, addresses: readonly string[], records: Zones[string][string]): Zones =>
  Object.fromEntries(addresses.map((address) => [address, { [apex]: records }]));

/** The servers that each server of example.com names. */
const naming = (...sets: string[][]): virtual.Network['copies'] =>
  Object.fromEntries(sets.map((set, at) => [ALL[at]!, { 'example.com NS': set }]));

const delegation = (set: string[]): Zones => inZone('com', TOPS, { 'example.com NS': set });

/** `_domainkey.example.com` on these servers, delegated by those of example.com. */
const keys = (set: string[], addresses: readonly string[]): Zones =>
  inZone('_domainkey.example.com', addresses, { '_domainkey.example.com NS': set, [`${NAME} TXT`]: VALUE });

const lacking = { [`${NAME} TXT`]: [] };

const judged = ({ outcome }: virtual.Measured): Record<string, string> =>
  Object.fromEntries(
    outcome.servers
      .filter(({ role }) => role === 'authoritative')
      .map(({ address, verdict }) => [address.replace(/:\d+$/, ''), verdict]),
  );

test('passes if all of them have the record', async () => {
  const measured = await virtual.proveVirtually(NETWORK);
  expect(measured.outcome).toMatchObject({ ready: true, warnings: [] });
  expect(judged(measured)).toEqual({ [NS1]: 'ready', [NS2]: 'ready', [NS3]: 'ready' });
});

describe('refuses', () => {
  test.each<[string, Partial<virtual.Network>, object]>([
    [
      'when a server lacks it that only the zone names, and the first server has no address',
      {
        zones: {
          ...delegation(hosts(1, 2)),
          ...inZone('com', TOPS, { 'example.com NS': hosts(1, 2), 'ns1.example.com A': [] }),
        },
        copies: {
          [NS1]: { 'example.com NS': hosts(1, 2), 'ns1.example.com A': [] },
          [NS2]: { 'example.com NS': hosts(1, 2, 3) },
          [NS3]: lacking,
        },
      },
      { [NS3]: 'missing' },
    ],
    [
      'when a server lacks it that only one other server names, and the top-level servers are silent',
      {
        rules: { [TOPS[0]]: SILENT, [TOPS[1]]: SILENT },
        copies: {
          [NS1]: { 'example.com NS': hosts(1, 2) },
          [NS2]: { 'example.com NS': hosts(1, 2, 3) },
          [NS3]: lacking,
        },
      },
      { [NS3]: 'missing' },
    ],
    [
      'when a server lacks it that only one server names, and the zone above agrees with the others',
      {
        zones: delegation(hosts(1, 2)),
        copies: { ...naming(hosts(1, 2), hosts(1, 2, 3)), [NS3]: lacking },
      },
      { [NS3]: 'missing' },
    ],
    [
      'when a server lacks it that only the zone above names, and that is slow',
      {
        rules: { [TOPS[0]]: { delayMs: 900 }, [TOPS[1]]: { delayMs: 900 } },
        copies: { ...naming(hosts(1, 2), hosts(1, 2)), [NS3]: lacking },
      },
      { [NS3]: 'missing' },
    ],
    [
      'when a server has an alias that no server answers for',
      {
        copies: { [NS3]: { ...lacking, [`${NAME} CNAME`]: 'key.lost.net' } },
        rules: { [RESOLVER]: { ...SILENT, name: /^(lost\.)?net$/ } },
      },
      { [NS3]: 'unreachable' },
    ],
    [
      'when two of three servers are silent, and have one address',
      {
        rules: { [NS2]: SILENT },
        zones: inZone('com', TOPS, { 'ns3.example.com A': NS2 }),
        copies: Object.fromEntries(ALL.map((address) => [address, { 'ns3.example.com A': NS2 }])),
      },
      { [NS2]: 'unreachable' },
    ],
    [
      'when most servers of a zone below are silent, and serve the zone above as well',
      {
        rules: { [NS1]: { ...SILENT, type: 'TXT' }, [NS2]: { ...SILENT, type: 'TXT' } },
        zones: { ...delegation(hosts(1, 2)), ...keys(hosts(1, 2, 3), [NS3]) },
        copies: Object.fromEntries(
          [NS1, NS2].map((address) => [
            address,
            { 'example.com NS': hosts(1, 2), '_domainkey.example.com NS': hosts(1, 2, 3) },
          ]),
        ),
      },
      { [NS1]: 'unreachable', [NS2]: 'unreachable', [NS3]: 'ready' },
    ],
    ...(
      [
        ['', {}],
        [', and name them beside the record', { namesServers: true }],
        [', and name others beside the record', { beside: { [NS1]: hosts(1), [NS2]: hosts(1) } }],
      ] as const
    ).map(([words, beside]): [string, Partial<virtual.Network>, object] => [
      `when a server of a zone below lacks it, and the others serve the zone above as well${words}`,
      {
        ...beside,
        zones: {
          ...delegation(hosts(1, 2)),
          ...keys(hosts(1, 2, 3), [NS1, NS2]),
          ...inZone('_domainkey.example.com', [NS3], { '_domainkey.example.com NS': hosts(1, 2, 3) }),
        },
        copies: naming(hosts(1, 2), hosts(1, 2)),
      },
      { [NS1]: 'ready', [NS2]: 'ready', [NS3]: 'missing' },
    ]),
    [
      'when a server lacks it that another one names only beside its answer',
      {
        zones: delegation(hosts(1, 2)),
        copies: { ...naming(hosts(1, 2), hosts(1, 2)), [NS3]: lacking },
        beside: { [NS2]: hosts(1, 2, 3) },
      },
      { [NS1]: 'ready', [NS2]: 'ready', [NS3]: 'missing' },
    ],
    [
      'when a server lacks it whose address only the second of two zones knows',
      {
        rules: { [RESOLVER]: { ...SILENT, type: 'A', name: 'ns1.example.com' } },
        zones: {
          ...delegation(hosts(1)),
          ...inZone('_domainkey.example.com', [NS2], { '_domainkey.example.com NS': hosts(1, 2) }),
          ...keys(hosts(1, 2), [NS3]),
        },
        copies: {
          [NS1]: {
            'example.com NS': hosts(1),
            '_domainkey.example.com NS': hosts(1, 2),
            'ns1.example.com A': NS2,
            'ns2.example.com A': NS3,
          },
        },
      },
      { [NS2]: 'missing', [NS3]: 'ready' },
    ],
    [
      'when the servers that the zone above names are silent, and an earlier one still names itself',
      {
        rules: { [NS2]: SILENT },
        zones: delegation(hosts(2)),
        copies: naming(hosts(1), hosts(2)),
      },
      { [NS1]: 'ready', [NS2]: 'unreachable' },
    ],
    [
      'when most of the servers that a resolver names are silent, and the zone above is not heard',
      {
        rules: { [TOPS[0]]: SILENT, [TOPS[1]]: SILENT, [NS1]: SILENT, [NS2]: SILENT },
        copies: naming(hosts(1, 2, 3), hosts(3), hosts(3)),
      },
      { [NS3]: 'ready' },
    ],
  ])('%s', async (_, change, expected) => {
    const measured = await virtual.proveVirtually({ ...NETWORK, ...change });
    expect(measured.outcome.ready).toBe(false);
    expect(judged(measured)).toMatchObject(expected);
  });
});

test('identifies former servers, and requires no delegation to them', async () => {
  const [zones, former] = [delegation(hosts(2, 3)), { 'example.com NS': hosts(1) }];
  const others = naming([], hosts(2, 3), hosts(2, 3));
  const copies = { ...others, [RESOLVER]: former, [NS1]: { ...former, ...lacking } };
  const { outcome } = await virtual.proveVirtually({ ...NETWORK, zones, copies });
  expect(proofWords(outcome).message).toMatch(
    /ns1\.example\.com \S+: answers .* zone above does not name these servers/,
  );
  expect(proofWords(outcome).advice).toMatch(/^Publish the record on every one/);
});

test.each([
  ['with resolvers', undefined],
  ['without resolvers', []],
])('asks only the listed servers, whatever others they name in their answers, %s', async (_, resolvers) => {
  const network = { ...NETWORK, copies: { [NS3]: lacking }, beside: { [NS2]: hosts(1, 2, 3) } };
  const measured = await virtual.proveVirtually(network, {
    nameservers: [NS2],
    ...(resolvers && { resolvers }),
  });
  expect(measured.outcome.ready).toBe(true);
  expect(judged(measured)).toEqual({ [NS2]: 'ready' });
});

test('asks each server once for delegations if none answers', async () => {
  const dropping = Object.fromEntries(ALL.map((address) => [address, { ...SILENT, type: 'NS' as const }]));
  const { outcome, asked } = await virtual.proveVirtually({ ...NETWORK, rules: dropping });
  expect(outcome).toMatchObject({ ready: true });
  expect(new Set(asked).size).toBe(asked.length);
});

test('waits in every round for a server that ignores only questions for name servers', async () => {
  let now = 0;
  const clock = {
    now: () => now,
    async sleep(ms: number) {
      now += ms;
    },
  };
  const rules = {
    [NS3]: [
      { ...SILENT, type: 'NS' },
      { delayMs: 900, type: 'TXT' },
    ],
  };
  const measured = await virtual.proveVirtually(
    { ...NETWORK, published: false, rules },
    { waitSeconds: 1 },
    { clock },
  );
  expect(measured.outcome.rounds).toBe(2);
  expect(judged(measured)).toEqual({ [NS1]: 'missing', [NS2]: 'missing', [NS3]: 'missing' });
});

test('waits for the zone above if resolvers know no address of a server', async () => {
  const slow = { delayMs: 600 };
  const copies = Object.fromEntries(ALL.map((address) => [address, { 'ns3.example.com A': [] }]));
  const rules = { [TOPS[0]]: slow, [TOPS[1]]: slow, [RESOLVER]: { ...slow, name: 'a.gtld.net' } };
  const measured = await virtual.proveVirtually({ ...NETWORK, rules, copies });
  expect(judged(measured)).toEqual({ [NS1]: 'ready', [NS2]: 'ready', [NS3]: 'ready' });
});
