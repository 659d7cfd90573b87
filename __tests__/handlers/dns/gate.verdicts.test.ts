import type { GateRequest } from '../../../handlers/dns/conclude';
import { publicKeyOf } from '../../../handlers/keys/format/public-key';
import { proofWords } from '../../../handlers/words/errors';
import { describeProofWarning, type GateOutcome, withReasons } from '../../../handlers/words/gate';
import type { Rule } from '../../../packages/sandbox/dns/rules';
import type { ZoneRecords } from '../../../packages/sandbox/dns/zone';
import { NAME, RESOLVER, serversOf, TOPS } from '../../support/dns/scenarios';
import { EXPECTED, makeKey, OTHER, OTHER_VALUE, VALUE } from './support';
import { type Network, proveVirtually, RESOLVERS } from './virtual-network';

const [NS1, NS2] = ['127.0.2.1', '127.0.2.2'] as const;
const CHILD = '127.0.2.9';
const TXT = `${NAME} TXT`;
const CNAME = `${NAME} CNAME`;
const SILENT = { drop: true };

const [READY, NOT_READY, INVALID] = ['ready', 'DNS_TXT_NOT_READY', 'DNS_TXT_INVALID'] as const;
const [MISMATCH, FAILED] = ['DNS_KEY_MISMATCH', 'DNS_LOOKUP_FAILED'] as const;
type Code = NonNullable<GateOutcome['code']> | typeof READY;

/** What differs from two servers that both have the record, and what the gate says of it. */
type Case = readonly [
  network: Partial<Network>,
  code: Code,
  words: string | RegExp | readonly (string | RegExp)[],
  change?: Partial<GateRequest>,
];

async function check([network, code, words, change]: Case): Promise<void> {
  const { outcome } = await proveVirtually(
    { servers: 2, roundTripMs: 10, ...network },
    change,
    // Nothing of IPv6 can be reached, though the machine has an address.
    { hasIPv6: () => true },
  );
  expect(outcome.code ?? READY).toBe(code);
  expect(outcome.ready).toBe(code === READY);
  const { message, advice } = proofWords(outcome);
  expect(message).not.toContain('\n');
  const judged = withReasons(outcome.servers).map(
    ({ address, verdict, reason }) => `${address} ${verdict}: ${reason}`,
  );
  const said = [
    message,
    advice,
    ...outcome.warnings.map(describeProofWarning),
    ...judged,
    `zone ${outcome.zone}`,
  ];
  for (const each of [words].flat()) expect(said.join('\n')).toMatch(each);
}

const each = (cases: Readonly<Record<string, Case>>): void =>
  test.each(Object.entries(cases))('%s', (_, one) => check(one));

/** The same at each of so many servers of example.com. */
const everywhere = (records: ZoneRecords, servers = 2): Partial<Network> => ({
  copies: Object.fromEntries(serversOf({ servers }).map((address) => [address, records])),
});
/** In `com`, at both of its servers. */
const above = (records: ZoneRecords): Network['zones'] =>
  Object.fromEntries(TOPS.map((address) => [address, { com: records }]));
const aboveAndBelow = (records: ZoneRecords) => ({ zones: above(records), ...everywhere(records) });
/** The last so many of the servers. The first one is asked by nobody but the gate. */
const misbehaving = (servers: number, count: number, rule: Rule = SILENT): Partial<Network> => ({
  servers,
  rules: Object.fromEntries(
    serversOf({ servers })
      .slice(-count)
      .map((address) => [address, rule]),
  ),
});
const askingAll = (count: number) => ({ resolvers: RESOLVERS.slice(0, count).map((each) => `${each}:53`) });

describe('a record', () => {
  each({
    'that all servers and the resolver have': [
      {},
      READY,
      '2 of 2 name servers of example.com have it, and 1 resolver of 1 sees it.',
    ],
    'of a selector in capitals': [
      {},
      READY,
      'Selector1._domainkey.example.com is published',
      { selector: 'Selector1' },
    ],
    'in several strings': [
      everywhere({ [TXT]: { strings: [VALUE.slice(0, 30), '', VALUE.slice(30)] } }),
      READY,
      [],
    ],
    'in testing mode': [everywhere({ [TXT]: `${VALUE}; t=y` }), READY, 't=y'],
    'that does not exist': [
      { published: false },
      NOT_READY,
      [
        /^DNS TXT record for selector1\._domainkey\.example\.com is not yet available\. Please wait for DNS propagation\./,
        'answers that the name does not exist',
        'may still answer that it is missing, for 60 s at most (the SOA minimum of example.com)',
        `The record reads: ${VALUE}`,
      ],
    ],
    'whose name exists for another type, or has names below it': [
      {
        copies: {
          [NS1]: { [TXT]: [], [`${NAME} A`]: '192.0.2.1' },
          [NS2]: { [TXT]: [], [`below.${TXT}`]: 'x' },
        },
      },
      NOT_READY,
      'ns1.example.com (127.0.2.1:53), ns2.example.com (127.0.2.2:53): has no TXT record at the name',
    ],
    'that one server lacks': [
      { copies: { [NS2]: { [TXT]: [] } } },
      NOT_READY,
      [
        '1 of 2 name servers of example.com that answer have it',
        'ns2.example.com (127.0.2.2:53): answers that the name does not exist',
      ],
    ],
    'of which one server has an older one': [
      { copies: { [NS2]: { [TXT]: OTHER_VALUE } } },
      NOT_READY,
      [OTHER.fingerprint],
    ],
    'of which the resolver remembers an older one': [
      { copies: { [RESOLVER]: { [TXT]: OTHER_VALUE } } },
      NOT_READY,
      [
        'resolvers do not see it yet',
        /has a valid record of another key .*from its cache for 60 s more at most/,
      ],
    ],
    'that one of two resolvers does not see yet': [
      { copies: { [RESOLVERS[1]!]: { [TXT]: [] } } },
      READY,
      'Not every server answered with the record: resolver 127.0.2.31:53: answers that the name',
      askingAll(2),
    ],
    'that one of two resolvers does not see yet, where resolvers alone are asked': [
      { copies: { [RESOLVERS[1]!]: { [TXT]: [] } } },
      NOT_READY,
      ['1 of 2 resolvers', /from its cache for 60 s more at most/],
      { ...askingAll(2), mode: 'recursive' },
    ],
    'of another key': [
      everywhere({ [TXT]: OTHER_VALUE }),
      MISMATCH,
      [
        EXPECTED.fingerprint,
        OTHER.fingerprint,
        'That is the value of another selector, or of an earlier key.',
      ],
    ],
    'that is revoked': [
      everywhere({ [TXT]: 'v=DKIM1; p=' }),
      INVALID,
      ['is revoked', `that reads: ${VALUE}`],
    ],
    'beside another one': [
      everywhere({ [TXT]: [VALUE, OTHER_VALUE] }),
      INVALID,
      'has 2 TXT records at the name',
    ],
  });

  test.each([
    ['TXT', 'v=spf1 -all'],
    ['TXT', OTHER_VALUE],
    ['CNAME', 'parked.example.net'],
  ])('is missing if only a wildcard stands in for it: %s %s', (type, data) => {
    const network = { published: false, ...everywhere({ [`*.example.com ${type}`]: data }) };
    return check([network, NOT_READY, ['A wildcard answers for every name there', `${NS1}:53 missing`]]);
  });

  test.each<[string, string, Code]>([
    ['of another key', OTHER_VALUE, MISMATCH],
    ['that is revoked', 'v=DKIM1; p=', INVALID],
    ['that is not of DKIM', 'v=spf1 -all', INVALID],
  ])('%s is judged as itself, although a wildcard has other records', (_, data, code) => {
    const wildcard = { '*._domainkey.example.com TXT': 'v=DKIM1; n=parked; p=' };
    return check([
      everywhere({ [TXT]: data, ...wildcard }),
      code,
      `${NS1}:53 ${code === MISMATCH ? 'other-value' : 'invalid'}`,
    ]);
  });
});

describe('a fault of a DNS panel', () => {
  const long = publicKeyOf(makeKey(2048).publicKey);
  const LONG = `v=DKIM1; k=rsa; p=${long.spki}`;
  const CUT = 'is cut after 255 characters, the most that one string of a TXT record holds';
  const FAULTS: Readonly<Record<string, readonly [ZoneRecords, Code, string]>> = {
    "the placeholder of SES's console": [
      { [TXT]: 'p=customerProvidedPublicKey' },
      INVALID,
      'holds the placeholder of the SES console',
    ],
    'the domain twice': [
      { [`${NAME}.example.com TXT`]: LONG },
      NOT_READY,
      `found at ${NAME}.example.com: example.com is in its name twice. In a web form of example.com its name is selector1._domainkey;`,
    ],
    'no selector': [
      { '_domainkey.example.com TXT': LONG },
      NOT_READY,
      'found at _domainkey.example.com: its name lacks the selector.',
    ],
    'no _domainkey': [
      { 'selector1.example.com TXT': LONG },
      NOT_READY,
      'found at selector1.example.com: its name lacks _domainkey.',
    ],
    'the root of the domain': [
      { 'example.com TXT': ['v=spf1 -all', LONG] },
      NOT_READY,
      'found at example.com: it is at the domain itself',
    ],
    'quotes around the value': [{ [TXT]: `"${LONG}"` }, INVALID, 'has quotation marks around its value'],
    'quotes inside the value': [
      { [TXT]: `${LONG.slice(0, 250)}" "${LONG.slice(250)}` },
      INVALID,
      'its parts were pasted as one string',
    ],
    'escaped semicolons': [
      { [TXT]: LONG.replaceAll(';', '\\;') },
      INVALID,
      'has backslashes before its semicolons',
    ],
    'a proxied or flattened CNAME': [
      { [`${NAME} A`]: '192.0.2.80' },
      NOT_READY,
      'a CNAME there is proxied or flattened.',
    ],
    'a value cut at 255': [{ [TXT]: { strings: [LONG.slice(0, 255)] } }, INVALID, CUT],
    'a short value cut at 255': [
      { [TXT]: { strings: [LONG.replace(' k=rsa;', '').slice(0, 255)] } },
      INVALID,
      CUT,
    ],
  };
  test.each(Object.entries(FAULTS))('%s is named', (_, [records, code, words]) =>
    check([{ published: false, ...everywhere(records) }, code, [words, LONG], { expected: long }]),
  );

  test('is not inferred from the address of a wildcard', async () => {
    const network = {
      servers: 2,
      roundTripMs: 10,
      published: false,
      ...everywhere({ '*.example.com A': '192.0.2.80' }),
    };
    expect(proofWords((await proveVirtually(network)).outcome).message).not.toContain('CNAME');
  });
});

describe('an alias', () => {
  const aliasOf = (target: string, more = {}) => everywhere({ [TXT]: [], [CNAME]: target, ...more });
  const hops = (count: number) => Array.from({ length: count }, (_, at) => `hop${at}.example.com`);
  each({
    'within the zone is followed': [
      { aliases: ['keys.example.com'] },
      READY,
      'has an alias to keys.example.com, whose server has the record',
    ],
    'into another zone is followed, whose servers are asked': [
      { aliases: ['key.first.net'] },
      READY,
      [
        `${NS1}:53 ready`,
        `${NS2}:53 ready`,
        '127.0.2.41:53 ready',
        '127.0.2.44:53 ready',
        `${RESOLVER}:53 ready`,
      ],
    ],
    'out of listed name servers is followed': [
      { aliases: ['key.first.net'] },
      READY,
      '127.0.2.41:53 ready',
      { nameservers: [NS1] },
    ],
    'out of listed name servers cannot be followed without resolvers': [
      { aliases: ['key.first.net'] },
      FAILED,
      [],
      { nameservers: [NS1], resolvers: [] },
    ],
    'that only one of the servers has is not enough': [
      { aliases: ['key.first.net'], copies: { [NS2]: { [CNAME]: [] } } },
      NOT_READY,
      `${NS2}:53 missing`,
    ],
    'may not lead to a name that does not exist': [
      { aliases: ['key.first.net'], published: false },
      NOT_READY,
      'whose server answers that the name does not exist',
    ],
    'may not lead to a domain that does not exist': [
      aliasOf('key.nowhere.net'),
      NOT_READY,
      'whose server answers that the name does not exist',
    ],
    'may not lead to itself': [aliasOf(NAME), INVALID, 'leads back to itself'],
    'may not lead in a circle': [
      aliasOf('a.example.com', { 'a.example.com CNAME': NAME }),
      INVALID,
      'leads back to itself',
    ],
    'may not lead in a circle by way of one of several servers': [
      {
        aliases: ['a.example.com', 'b.example.com'],
        copies: { [NS2]: { 'b.example.com TXT': [], 'b.example.com CNAME': 'a.example.com' } },
      },
      NOT_READY,
      'leads back to itself: b.example.com → a.example.com → b.example.com',
    ],
    'may be the first of eleven': [{ aliases: hops(11) }, READY, []],
    'may not be the first of twelve': [{ aliases: hops(12) }, FAILED, 'more than 12 names'],
  });
});

describe('how much of a proof is enough', () => {
  test.each([
    [2, 1, READY],
    [4, 1, READY],
    [4, 2, READY],
    [4, 3, FAILED],
    [8, 7, FAILED],
    [3, 2, FAILED],
  ] as const)('out of %i servers, %i are silent: %s', (servers, silent, code) =>
    check([
      misbehaving(servers, silent),
      code,
      [
        'does not answer',
        `${servers - silent} of ${servers} name servers of example.com ${code === READY ? 'have it' : 'returned the record; at least half have to'}`,
      ],
    ]),
  );

  test.each([{ rcode: 'SERVFAIL' }, { rcode: 'REFUSED' }, { authoritative: false }, { garbage: true }])(
    'three of four answer otherwise: %j',
    (rule) => check([misbehaving(4, 3, { ...rule, type: 'TXT' }), FAILED, '1 of 4 name servers']),
  );

  const manyAddresses = { 'ns2.example.com A': [NS2, '127.0.6.1', '127.0.6.2', '127.0.6.3'] };
  each({
    'one of four answers about another name': [
      misbehaving(4, 1, { wrongOwner: true, type: 'TXT' }),
      NOT_READY,
      'has no TXT record at the name',
    ],
    'strictly, all': [{ servers: 4 }, READY, [], { strict: true }],
    'strictly, one of four is silent': [
      misbehaving(4, 1),
      FAILED,
      '3 of 4 name servers of example.com returned the record; every address of each has to (gate.strict)',
      { strict: true },
    ],
    'strictly, an IPv6 address that cannot be reached beside another one': [
      aboveAndBelow({ 'ns2.example.com AAAA': '2001:db8::2' }),
      READY,
      '[2001:db8::2]:53 unreachable',
      { strict: true },
    ],
    'strictly, an IPv6 address that cannot be reached alone': [
      aboveAndBelow({ 'ns2.example.com AAAA': '2001:db8::2', 'ns2.example.com A': [] }),
      FAILED,
      '[2001:db8::2]:53 unreachable',
      { strict: true },
    ],
    'a server counts once, however many addresses it has': [
      { zones: above(manyAddresses) },
      READY,
      '127.0.6.1:53 unreachable',
    ],
    'strictly, each of its addresses counts': [
      { zones: above(manyAddresses) },
      FAILED,
      'every address of each has to',
      { strict: true },
    ],
    'a server that is named and has no address counts': [
      {
        zones: above({ 'example.com NS': ['ns1.example.com', 'ns1.lost.net', 'ns2.lost.net'] }),
        ...everywhere({ 'example.com NS': ['ns1.example.com'] }),
      },
      FAILED,
      [
        '1 of 3 name servers',
        'These name servers of example.com have no address: ns1.lost.net, ns2.lost.net.',
      ],
    ],
    'a delegation that names a single server may be stale, too': [
      {
        zones: above({ 'example.com NS': ['ns2.example.com'] }),
        copies: { [NS2]: { 'example.com NS': ['ns1.example.com', 'ns2.example.com'], [TXT]: [] } },
      },
      NOT_READY,
      'have the delegation changed where example.com is registered, to ns1.example.com',
    ],
    'a server that only a stale delegation names counts, and the advice has the remedy': [
      {
        copies: {
          [NS1]: { 'example.com NS': ['ns1.example.com'] },
          [NS2]: { 'example.com NS': ['ns1.example.com'], [TXT]: [] },
        },
      },
      NOT_READY,
      'have the delegation changed where example.com is registered, to ns1.example.com.',
    ],
  });
});

describe('without a proof', () => {
  test.each<[Rule, string]>([
    [{ rcode: 'SERVFAIL' }, 'answers SERVFAIL'],
    [{ rcode: 'REFUSED' }, 'answers REFUSED'],
    [SILENT, 'does not answer'],
    [{ garbage: true }, 'does not answer the question'],
    [{ wrongId: true }, 'does not answer the question'],
    [{ wrongQuestion: true }, 'does not answer the question'],
    [{ authoritative: false }, 'lame: its answer has no authority'],
    [{ authoritative: false, recursionAvailable: true }, 'is a resolver, not a server of this zone'],
  ])('all servers answer with %j', (rule, words) => {
    const network = misbehaving(2, 2, { ...rule, name: NAME, type: 'TXT' });
    return check([network, FAILED, [words, `${NS2}:53 unreachable`, /gave (an|a usable) answer/]]);
  });

  const ONLY_IPV6 = aboveAndBelow({
    'example.com NS': ['ns1.example.com', 'ns1.lost.net'],
    'ns1.example.com A': [],
    'ns1.example.com AAAA': '2001:db8::1',
  });
  each({
    'a server refers to its own zone': [
      aboveAndBelow({ 'example.com NS': ['b.gtld.net'] }),
      FAILED,
      'refers to the servers of example.com instead of answering',
    ],
    'a listed server refers to the zone': [
      {},
      FAILED,
      'refers to the servers of example.com instead of answering',
      { nameservers: [TOPS[1]] },
    ],
    'one server is unreachable, and the other lacks it': [
      { published: false, ...misbehaving(2, 1) },
      NOT_READY,
      [],
    ],
    'the servers have addresses of IPv6 alone, which cannot be reached': [
      ONLY_IPV6,
      FAILED,
      ['IPv6 addresses only', '[2001:db8::1]:53 unreachable', 'name servers have no address: ns1.lost.net.'],
    ],
    'the servers have addresses of IPv6 alone, and refuse': [
      { ...ONLY_IPV6, zones: { ...ONLY_IPV6.zones, '[2001:db8::1]': {} } },
      FAILED,
      /REFUSED\. This says nothing about the record itself\. SES/,
    ],
    'no resolver answers, although the servers have the record': [
      { rules: { [RESOLVER]: { ...SILENT, type: 'TXT' } } },
      FAILED,
      /its own name servers have the record, but none of the resolvers gave an answer.*why these resolvers do/s,
    ],
    'resolvers refuse to name servers': [
      { rules: { [RESOLVER]: { rcode: 'REFUSED' } } },
      FAILED,
      'resolver 127.0.2.30:53 answers REFUSED',
    ],
    'the domain is not registered': [
      {},
      NOT_READY,
      ['zone com', 'nowhere.com is not delegated: it is not registered, or its registration has lapsed.'],
      { domain: 'nowhere.com' },
    ],
  });

  each({
    'a resolver only says SERVFAIL': [
      { rules: { [RESOLVER]: { type: 'TXT', rcode: 'SERVFAIL' } } },
      FAILED,
      'The likely cause is DNSSEC',
    ],
    'the resolver holds the record back': [
      { bogus: [RESOLVER] },
      FAILED,
      ['resolvers that check DNSSEC withhold it', 'returns the record only if DNSSEC is not checked'],
    ],
    'most of three resolvers hold it back': [{ bogus: RESOLVERS.slice(1) }, FAILED, 'DNSSEC', askingAll(3)],
    'one of three resolvers holds it back, which is enough': [
      { bogus: RESOLVERS.slice(2) },
      READY,
      'DNSSEC',
      askingAll(3),
    ],
  });
});

describe('the servers that are asked', () => {
  const delegating = (apex: string) => {
    const delegation = { [`${apex} NS`]: [`ns.${apex}`], [`ns.${apex} A`]: CHILD };
    const record = { [`selector1._domainkey.${apex.replace('_domainkey.', '')} TXT`]: VALUE };
    return {
      zones: { [CHILD]: { [apex]: { ...delegation, ...record } } },
      ...everywhere({ [TXT]: [], ...delegation }),
    };
  };
  each({
    'are those of a zone below the domain': [
      delegating('_domainkey.example.com'),
      READY,
      ['zone _domainkey.example.com', `${CHILD}:53 ready`],
    ],
    'are those of a zone two levels down': [
      delegating('mail.example.com'),
      READY,
      ['zone mail.example.com', `${CHILD}:53 ready`],
      { domain: 'mail.example.com' },
    ],
    'are found by the next resolver when the first is silent': [
      { rules: { [RESOLVER]: SILENT } },
      READY,
      [`${RESOLVER}:53 unreachable`, '127.0.2.31:53 ready'],
      askingAll(2),
    ],
    'are resolvers alone if wanted': [
      {},
      READY,
      [/is published: 1 resolver of 1 sees it\.$/m],
      { mode: 'recursive' },
    ],
  });

  test('include resolvers only for existing records until the servers agree, since they would cache a missing one', async () => {
    const network = { servers: 2, roundTripMs: 10, copies: { [NS2]: { [TXT]: [] } } };
    for (const domain of ['example.com', 'mail.example.com']) {
      const { asked } = await proveVirtually(network, { domain });
      const of = asked.filter((one) => one.startsWith(RESOLVER));
      expect(of).toContain(`${RESOLVER} NS example.com`);
      expect(of.filter((one) => /TXT|_domainkey| mail\./.test(one))).toEqual([]);
    }
  });
});
