import type { ServerAnswer } from '../../../handlers/dns/answer';
import { type LookupRequest, lookUp } from '../../../handlers/dns/lookup';
import * as setup from './support';

const BOUNCE = 'bounce.example.com';
const MX = '10 feedback-smtp.eu-west-1.amazonses.com';
const SPF = 'v=spf1 include:amazonses.com ~all';

type Network = Awaited<ReturnType<typeof setup.internet>>;

const lookUpIn = (network: Network, change: Partial<LookupRequest> = {}) =>
  lookUp({ ...setup.request(network), name: BOUNCE, type: 'MX', ...change }, setup.world(network));

function publish(network: Network, name: string, type: string, data: string[]): void {
  for (const address of [setup.NS1, setup.NS2]) network.servers[address]!.setRecords(name, type, data);
}

const bySocket = (servers: readonly ServerAnswer[]): object =>
  Object.fromEntries(
    servers.map(({ address, rcode, values }) => [address.replace(/:\d+$/, ''), rcode && [rcode, ...values]]),
  );

describe('asks every server of the zone', () => {
  test('for MX records, with preference and exchange', () =>
    setup.within(setup.internet(), async (network) => {
      publish(network, BOUNCE, 'MX', [MX, '20 Mail.example.com']);
      const { zone, servers, hosts } = await lookUpIn(network);
      expect(zone).toBe('example.com');
      expect(servers[0]).toMatchObject({ name: 'ns1.example.com', role: 'authoritative', ttlSeconds: 60 });
      expect(bySocket(servers)).toEqual({
        [setup.NS1]: ['NOERROR', MX, '20 mail.example.com'],
        [setup.NS2]: ['NOERROR', MX, '20 mail.example.com'],
      });
      expect(hosts.map(({ name }) => name)).toEqual(['ns1.example.com', 'ns2.example.com']);
    }));

  test('and distinguishes a missing name, a missing record and a failure', () =>
    setup.within(setup.internet(), async (network) => {
      network.servers[setup.NS1]!.setTxt(BOUNCE, SPF);
      const { servers } = await lookUpIn(network);
      expect(bySocket(servers)).toEqual({ [setup.NS1]: ['NOERROR'], [setup.NS2]: ['NXDOMAIN'] });
      network.servers[setup.NS2]!.misbehave({ type: 'MX', rcode: 'REFUSED' });
      const refused = (await lookUpIn(network)).servers[1];
      expect(refused).toMatchObject({
        rcode: 'REFUSED',
        values: [],
        problem: { kind: 'rcode', rcode: 'REFUSED' },
      });
    }));

  test('and those of another zone to which an alias leads', () =>
    setup.within(setup.internet(), async (network) => {
      publish(network, BOUNCE, 'CNAME', ['bounce.example.net']);
      network.servers[setup.OUTSIDE]!.setRecords('bounce.example.net', 'MX', [MX]);
      const { servers } = await lookUpIn(network);
      expect(bySocket(servers)).toEqual({
        [setup.NS1]: ['NOERROR', MX],
        [setup.NS2]: ['NOERROR', MX],
        [setup.OUTSIDE]: ['NOERROR', MX],
      });
      expect(servers.map(({ aliasTo, askedFor }) => aliasTo ?? askedFor)).toEqual([
        'bounce.example.net',
        'bounce.example.net',
        'bounce.example.net',
      ]);
    }));
});

test('asks each server that has answered for further types once, or only resolvers on request', () =>
  setup.within(setup.internet(), async (network) => {
    publish(network, BOUNCE, 'MX', [MX]);
    publish(network, BOUNCE, 'TXT', [SPF, 'something else']);
    network.servers[setup.NS2]!.misbehave({ type: 'MX', rcode: 'REFUSED' });
    const { servers } = await lookUpIn(network, { also: ['TXT', 'A'] });
    expect(servers.map(({ also }) => also?.map(({ values }) => values))).toEqual([
      [[SPF, 'something else'], []],
      undefined,
    ]);
    const asked = network.servers[setup.NS1]!.log.map(({ name, type }) => `${name} ${type}`);
    expect(asked.filter((one) => one.startsWith(BOUNCE)).sort()).toEqual(
      ['A', 'MX', 'SOA', 'TXT'].map((type) => `${BOUNCE} ${type}`),
    );
    const { servers: resolvers } = await lookUpIn(network, { mode: 'recursive' });
    expect(bySocket(resolvers)).toEqual({ [setup.RESOLVER]: ['NOERROR', MX] });
  }));
