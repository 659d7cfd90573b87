import { type LookUp, type LookupRequest, lookUp } from '../../../handlers/dns/lookup';
import { type MailFromRequest, mailFromError, proveMailFrom } from '../../../handlers/mail-domain/mail-from';
import { proofWords } from '../../../handlers/words/errors';
import { describeProofWarning } from '../../../handlers/words/gate';
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

describe('with one MAIL FROM domain for several regions', () => {
  const [OWN, OTHER, THIRD] = ['eu-west-1', 'us-east-1', 'eu-west-2'] as const;
  const mxOf = (region: string) => MX.replace(OWN, region);
  const mailFrom = { subdomain: 'bounce', regions: [OTHER, OWN, THIRD] };
  const reject = { ...mailFrom, onMxFailure: 'reject' } as const;

  it.each([OTHER, THIRD])('accepts the MX of another of them with a warning: %s', (region) =>
    within(async (network) => {
      set(network, 'MX', [mxOf(region)]);
      const outcome = await prove(network, { mailFrom });
      expect(outcome).toMatchObject({ ready: true, otherMx: { region, ofIdentity: OWN, isShared: true } });
      expect(outcome.warnings.map(describeProofWarning)).toEqual([
        expect.stringMatching(
          new RegExp(
            `^The MX record of bounce\\.example\\.com is that of ${region}\\. .* verifies the record in ${OWN}\\. `,
          ),
        ),
      ]);
    }),
  );

  it('accepts the MX of its own region without a warning', () =>
    within(async (network) => {
      expect(await prove(network, { mailFrom })).toMatchObject({ ready: true, warnings: [] });
    }));

  it('asks for the MX of the first of them, and for no second one', () =>
    within(async (network) => {
      set(network, 'MX', []);
      const { code, records } = await prove(network, { mailFrom });
      expect([code, records[0]]).toEqual([
        'MAIL_FROM_NOT_READY',
        { name: BOUNCE, type: 'MX', value: mxOf(OTHER) },
      ]);
    }));

  it.each([
    ['a second MX', [mxOf(OTHER), MX], undefined],
    ['the MX of a region that does not share it', [mxOf('us-west-2')], { isShared: false }],
  ])('refuses %s', (_, values, otherMx) =>
    within(async (network) => {
      set(network, 'MX', values);
      const outcome = await prove(network, { mailFrom });
      expect(outcome.code).toBe('MAIL_FROM_INVALID');
      expect(outcome.otherMx).toEqual(otherMx && expect.objectContaining(otherMx));
    }),
  );

  it('refuses the MX of another if mail would be rejected, and leaves the record alone', () =>
    within(async (network) => {
      set(network, 'MX', [mxOf(OTHER)]);
      const outcome = await prove(network, { mailFrom: reject });
      expect(outcome).toMatchObject({
        code: 'MAIL_FROM_INVALID',
        otherMx: { region: OTHER, ofIdentity: OWN, isShared: true },
        warnings: [],
      });
      expect(proofWords(outcome).message).toContain(`has the MX record of another region (${mxOf(OTHER)})`);
      expect(proofWords(outcome).advice).toMatch(
        /^Leave the MX record, which us-east-1 uses\. .*"bounce-\{region\}".*onMxFailure: use-default in eu-west-1/,
      );
    }));

  it('accepts it nevertheless once SES has verified that very name, and asks only then', () =>
    within(async (network) => {
      const asked: string[] = [];
      const isVerified = async (name: string) => asked.push(name) === 1;
      expect(await prove(network, { mailFrom: reject, isVerified })).toMatchObject({ ready: true });
      expect(asked).toEqual([]);
      set(network, 'MX', [mxOf(OTHER)]);
      expect(await prove(network, { mailFrom: reject, isVerified })).toMatchObject({ ready: true });
      expect(asked).toEqual([BOUNCE]);
      expect(await prove(network, { mailFrom: reject, isVerified })).toMatchObject({ ready: false });
    }));

  it('reports only the SPF record if the MX of another is accepted', () =>
    within(async (network) => {
      set(network, 'MX', [mxOf(OTHER)]);
      set(network, 'TXT', ['v=spf1 include:spf.example.net ~all']);
      const outcome = await prove(network, { mailFrom });
      expect(outcome.code).toBe('MAIL_FROM_INVALID');
      expect(outcome).not.toHaveProperty('otherMx');
    }));
});

it.each([[undefined], [['us-east-1', 'eu-west-1']]])(
  'names both if two regions have an MX there, and both solutions, without advising anyone to leave only one (%s)',
  (regions) =>
    within(async (network) => {
      set(network, 'MX', [MX, MX.replace('10', '20').replace('eu-west-1', 'us-east-1')]);
      const mailFrom = { subdomain: 'bounce', ...(regions && { regions }) };
      const outcome = await prove(network, { mailFrom });
      const { advice } = proofWords(outcome);
      expect(outcome.code).toBe('MAIL_FROM_INVALID');
      const kept = regions ? 'us-east-1' : 'eu-west-1';
      expect(advice).toMatch(
        new RegExp(
          `^SES takes exactly one MX record .* those of eu-west-1 and us-east-1 are there\\. .*"bounce-\\{region\\}".*; or let these regions .*only one of them: .*${kept}`,
        ),
      );
      expect(advice).not.toContain('Remove everything');
    }),
);

it('names the region of an MX, without advising the removal of one that it may use', () =>
  within(async (network) => {
    set(network, 'MX', [MX.replace('eu-west-1', 'us-east-1')]);
    const outcome = await prove(network);
    const { advice } = proofWords(outcome);
    expect(outcome.otherMx).toEqual({ region: 'us-east-1', ofIdentity: 'eu-west-1', isShared: false });
    expect(advice).toMatch(
      /^Leave the MX record if an identity in us-east-1 uses this name\. .*"bounce-\{region\}".*regions: \[us-east-1, eu-west-1\]\. If nothing in us-east-1 uses it, remove everything/,
    );
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
