import { type LookUp, type LookupRequest, lookUp } from '../../../handlers/dns/lookup';
import { type MailFromRequest, mailFromError, proveMailFrom } from '../../../handlers/mail-domain/mail-from';
import { proofWords } from '../../../handlers/words/errors';
import * as net from '../dns/support';

const BOUNCE = 'bounce.example.com';
const MX = '10 feedback-smtp.eu-west-1.amazonses.com';
const SPF = 'v=spf1 include:amazonses.com ~all';

type Network = Awaited<ReturnType<typeof net.internet>>;

const set = (network: Network, type: string, data: readonly string[], name = BOUNCE): void => {
  for (const address of [net.NS1, net.NS2]) network.servers[address]!.setRecords(name, type, [...data]);
};

/** A network with a MAIL FROM domain that is ready. */
const within = (run: (network: Network) => Promise<void>): Promise<void> =>
  net.within(net.internet(), async (network) => {
    set(network, 'MX', [MX]);
    set(network, 'TXT', [SPF]);
    await run(network);
  });

const prove = (
  network: Network,
  change: Partial<MailFromRequest> = {},
  ask: LookUp = lookUp,
  world: object = {},
) =>
  proveMailFrom(
    ask,
    { ...net.request(network), region: 'eu-west-1', mailFrom: { subdomain: 'bounce' }, ...change },
    net.world(network, world),
  );

it('passes if every server has SES’s MX and an SPF record that lets SES pass', () =>
  within(async (network) => {
    const outcome = await prove(network);
    expect(proofWords(outcome).message).toBe(
      'The MAIL FROM domain bounce.example.com has its MX and SPF records on 2 of 2 servers.',
    );
    expect(outcome).toMatchObject({
      ready: true,
      mailFromDomain: BOUNCE,
      servers: [
        { name: 'ns1.example.com', verdict: 'ready' },
        { name: 'ns2.example.com', verdict: 'ready' },
      ],
    });
  }));

it('accepts the MX record in capitals, and a sub-domain of two labels with a zone of its own', () =>
  within(async (network) => {
    set(network, 'MX', [MX.replace('feedback', 'Feedback').toUpperCase()]);
    expect(await prove(network)).toMatchObject({ ready: true });
    const deep = `a.${BOUNCE}`;
    const apex = { [`${deep} NS`]: ['ns1.example.net'], [`${deep} MX`]: [MX], [`${deep} TXT`]: SPF };
    set(network, 'NS', ['ns1.example.net'], deep);
    network.servers[net.OUTSIDE]!.setZone(deep, apex);
    expect(await prove(network, { mailFrom: { subdomain: 'a.bounce' } })).toMatchObject({
      ready: true,
      servers: [{ name: 'ns1.example.net', verdict: 'ready' }],
    });
  }));

describe('is not ready', () => {
  it('if a server lacks a record: it names the server and the record', () =>
    within(async (network) => {
      network.servers[net.NS2]!.setRecords(BOUNCE, 'TXT', []);
      const outcome = await prove(network);
      expect(outcome).toMatchObject({ ready: false, code: 'MAIL_FROM_NOT_READY' });
      expect(proofWords(outcome).message).toMatch(
        /^The MAIL FROM domain bounce\.example\.com is not ready: ns2\.example\.com \(.*\): has no SPF record at the name\. SES has not been changed\.$/,
      );
      expect(proofWords(outcome).advice).toBe(
        'Publish on every one of these servers: ' +
          `bounce.example.com. IN MX ${MX}. and bounce.example.com. IN TXT "${SPF}"; then deploy again.`,
      );
    }));

  it('if only a wildcard answers, which disappears when the records are published', () =>
    within(async (network) => {
      for (const type of ['MX', 'TXT']) set(network, type, []);
      set(network, 'MX', ['10 mail.example.com'], '*.example.com');
      set(network, 'A', ['192.0.2.80'], '*.example.com');
      const outcome = await prove(network);
      expect(outcome.code).toBe('MAIL_FROM_NOT_READY');
      expect(proofWords(outcome).message).toMatch(/only a wildcard that answers for it/);
    }));

  it('until the records arrive, and checks repeatedly until then', () =>
    within(async (network) => {
      set(network, 'MX', []);
      let asked = 0;
      const arriving: LookUp = (request: LookupRequest, world) => {
        asked += 1;
        if (asked === 2) set(network, 'MX', [MX]);
        return lookUp(request, world);
      };
      const slept: number[] = [];
      const clock = { now: () => 0, sleep: async (ms: number) => void slept.push(ms) };
      const outcome = await prove(network, { waitSeconds: 60 }, arriving, { clock });
      expect([outcome.ready, slept]).toEqual([true, [2_000]]);
    }));
});

describe('refuses', () => {
  it.each([
    ['a second MX', [MX, MX.replace('10', '20')], /, 20 feedback-\S+, and SES accepts exactly one: 10 /],
    [
      'the MX of another region',
      [MX.replace('eu-west-1', 'us-east-1')],
      /has the MX record 10 feedback-smtp\.us-east-1\S+, .*: 10 feedback-smtp\.eu-west-1/,
    ],
    ['another preference', [MX.replace('10', '5')], /has the MX record 5 \S+, .*: 10 /],
    [
      'an MX of somebody else beside it, saying what would be lost',
      [MX, '20 mail.example.com'],
      /has other MX records \(20 mail\.example\.com\): .* would be lost/,
    ],
  ])('%s', (_, values, message) =>
    within(async (network) => {
      set(network, 'MX', values);
      const outcome = await prove(network);
      expect(outcome.code).toBe('MAIL_FROM_INVALID');
      expect(proofWords(outcome).message).toMatch(message);
      expect(proofWords(outcome).advice).toMatch(
        /or choose a sub-domain that is not in use|Give each region a name of its own/,
      );
      expect(mailFromError(outcome)).toMatchObject({
        name: 'MAIL_FROM_INVALID',
        facts: { mailFromDomain: BOUNCE, servers: outcome.servers },
      });
    }),
  );

  it('an SPF record that permits more than SES', () =>
    within(async (network) => {
      set(network, 'TXT', ['v=spf1 include:spf.example.net ~all']);
      const outcome = await prove(network);
      expect(outcome.code).toBe('MAIL_FROM_INVALID');
      expect(proofWords(outcome).message).toMatch(/not SES’s alone/);
    }));

  it.each([
    ['A', '192.0.2.80'],
    ['AAAA', '2001:db8::80'],
  ])('a name with a host of its own (%s)', (type, data) =>
    within(async (network) => {
      set(network, type, [data]);
      const outcome = await prove(network);
      expect(outcome.code).toBe('MAIL_FROM_INVALID');
      expect(outcome.servers[0]).toMatchObject({ why: { kind: 'host-in-the-way', addresses: [data] } });
    }),
  );

  it('an alias, wherever it leads', () =>
    within(async (network) => {
      for (const type of ['MX', 'TXT']) set(network, type, []);
      set(network, 'CNAME', ['bounce.example.net']);
      network.servers[net.OUTSIDE]!.setRecords('bounce.example.net', 'MX', [MX]);
      network.servers[net.OUTSIDE]!.setTxt('bounce.example.net', SPF);
      const outcome = await prove(network);
      expect(outcome.code).toBe('MAIL_FROM_INVALID');
      expect(outcome.servers[0]).toMatchObject({ why: { kind: 'alias-in-the-way' } });
    }));
});

it.each([
  ['the MX of another region', ['us-east-1'], ['us-east-1'], 'us-east-1'],
  ['those of its own and another', ['eu-west-1', 'us-east-1'], ['us-east-1'], 'us-east-1'],
  ['those of two others', ['us-east-1', 'eu-west-2'], ['eu-west-2', 'us-east-1'], 'eu-west-2 and us-east-1'],
])('refuses %s, without advising the removal of one that may be in use', (_, found, otherRegions, named) =>
  within(async (network) => {
    set(
      network,
      'MX',
      found.map((region, at) => MX.replace('10', `${10 + at}`).replace('eu-west-1', region)),
    );
    const outcome = await prove(network);
    expect(outcome).toMatchObject({ code: 'MAIL_FROM_INVALID', otherRegions });
    expect(proofWords(outcome).advice).toMatch(
      new RegExp(
        `^Leave the MX record of ${named} if an identity there uses this name.*"bounce-\\{region\\}".*If nothing in ${named} uses this name, remove everything`,
      ),
    );
  }),
);

it('names no region if another MX stands there as well', () =>
  within(async (network) => {
    set(network, 'MX', [MX.replace('eu-west-1', 'us-east-1'), '20 mx.example.net']);
    expect((await prove(network)).otherRegions).toBeUndefined();
  }));

describe('has no result', () => {
  it('if no server answers', () =>
    within(async (network) => {
      for (const address of [net.NS1, net.NS2])
        network.servers[address]!.misbehave({ name: BOUNCE, rcode: 'REFUSED' });
      const outcome = await prove(network);
      expect(outcome.code).toBe('DNS_LOOKUP_FAILED');
      expect(proofWords(outcome).message).toMatch(
        /^The MAIL FROM domain .* could not be checked: .*answers REFUSED/,
      );
    }));
});

it('asks only resolvers where the gate does', () =>
  within(async (network) => {
    const outcome = await prove(network, { mode: 'recursive' });
    expect(outcome).toMatchObject({ ready: true, servers: [{ role: 'recursive', verdict: 'ready' }] });
  }));
