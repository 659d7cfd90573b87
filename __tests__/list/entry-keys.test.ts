import { functionPolicy, policyDocument, ROLE_POLICY_CHARACTERS } from '../../constructs/function-policy';
import { keyStorePolicy, readersElsewhere } from '../../constructs/key-store-policy';
import { regionsOf } from '../../list/domain-list';
import { parseDomainList } from '../../list/read-list';
import { sharedObjects, sharersOf, wholeReadings } from '../../list/sharing';

const HEAD = `control: { keyStore: { bucket: "acme-{region}" } }
defaults: { region: ap-northeast-1 }
domains:
  example.com: { selector: s1 }
`;
const read = (domains: string, head = HEAD) => parseDomainList(head + domains, 'domains.yaml');
const refusal = (domains: string, head = HEAD): string => {
  try {
    read(domains, head);
  } catch (error) {
    return (error as Error).message;
  }
  return '';
};

describe('the key of an entry', () => {
  it('is the id of its stack, and fixes the region of a further entry', () => {
    const list = read(
      '  example.com@us-east-1: { selector: s2, createKey: true }\n  bücher.example@eu-west-1: { selector: s1 }\n',
    );
    expect(list.domains.map(({ stack, domain, region }) => [stack, domain, region])).toEqual([
      ['example.com', 'example.com', 'ap-northeast-1'],
      ['example.com@us-east-1', 'example.com', 'us-east-1'],
      ['xn--bcher-kva.example@eu-west-1', 'xn--bcher-kva.example', 'eu-west-1'],
    ]);
    expect(regionsOf(list)).toEqual(['ap-northeast-1', 'eu-west-1', 'us-east-1']);
  });

  it('may name the region that the entry also names', () => {
    expect(refusal('  example.com@us-east-1: { selector: s2, region: us-east-1 }\n')).toBe('');
  });

  it.each([
    [
      'a region that contradicts it',
      '  example.com@us-east-1: { selector: s2, region: eu-west-1 }\n',
      'domains.yaml:5:50: domains.example.com@us-east-1.region: found "eu-west-1", allowed: nothing, or us-east-1 as in the entry\'s key',
    ],
    [
      'what is no region',
      '  example.com@tokyo: { selector: s2 }\n',
      'domains.yaml:5:3: domains.example.com@tokyo: found "example.com@tokyo", allowed: a domain name',
    ],
    [
      'the region that another entry of the domain is in',
      '  example.com@ap-northeast-1: { selector: s1 }\n',
      'domains: found "example.com@ap-northeast-1" in addition to "example.com" of line 4, allowed: one entry for each domain and region',
    ],
    [
      'a key twice, in two spellings',
      '  a.example@us-east-1: { selector: s1 }\n  A.example@us-east-1: { selector: s2 }\n',
      'domains.yaml:6:3: domains: found "A.example@us-east-1" in addition to "a.example@us-east-1" of line 5, allowed: one entry',
    ],
  ])('is refused with %s, in one line', (_, domains, message) => {
    const found = refusal(domains, HEAD.replace(/^control.*/, ''));
    expect(found).toContain(message);
    expect(found.split('\n')).toHaveLength(1);
  });
});

describe('a selector of two entries of one domain', () => {
  /** Formats which entry is the home of which, and what each is left with. */
  const sharing = (domains: string, head?: string) =>
    read(domains, head).domains.map(({ stack, home, createKey, record, keyStore }) => [
      stack,
      { home, createKey, record, keyStore },
    ]);
  const none = { home: undefined, createKey: undefined, record: undefined, keyStore: undefined };
  const shares = { ...none, home: 'example.com', keyStore: { bucket: 'acme-ap-northeast-1' } };

  it.each([
    ['the first, where none makes a key or publishes', '{ selector: s1 }', {}, shares],
    ['the same in a later record', '{ selector: s0, selectorNaming: [s1, s0] }', {}, shares],
    [
      'the one that makes the key',
      '{ selector: s1, createKey: true }',
      { home: 'example.com@us-east-1', keyStore: { bucket: 'acme-us-east-1' } },
      { ...none, createKey: true },
    ],
    [
      'the one whose earlier record it is',
      '{ selector: s2, record: { hostedZoneId: Z1, previousSelectors: [s1] } }',
      { home: 'example.com@us-east-1', keyStore: { bucket: 'acme-us-east-1' } },
      { ...none, record: { hostedZoneId: 'Z1', previousSelectors: ['s1'] } },
    ],
  ])('has a home: %s', (_, settings, first, second) => {
    expect(sharing(`  example.com@us-east-1: ${settings}\n`)).toEqual([
      ['example.com', { ...none, ...first }],
      ['example.com@us-east-1', second],
    ]);
  });

  it('has a former home, which keeps its earlier records published beside the new one', () => {
    const record = { hostedZoneId: 'Z1', previousSelectors: ['s1'] };
    const head = HEAD.replace('{ selector: s1 }', `{ selector: s2, record: ${JSON.stringify(record)} }`);
    const [former, home] = read('  example.com@us-east-1: { selector: s2, createKey: true }\n', head).domains;
    expect(former).toMatchObject({ home: home!.stack, otherRecord: record });
    expect(former).not.toHaveProperty('record');
    const both =
      '  example.com@us-east-1: { selector: s2, record: { hostedZoneId: Z1, previousSelectors: [s1] } }\n';
    expect(() => read(both, head)).toThrow('example.com@us-east-1.record: found');
  });

  it.each([
    ['has one home under a createKey of the defaults', 'ap-northeast-1, createKey: true', '{ selector: s1 }'],
    [
      'has a home that does not say false',
      'ap-northeast-1, createKey: true',
      '{ selector: s1, createKey: false }',
    ],
  ])('%s', (_, defaults, second) => {
    const head = HEAD.replace('ap-northeast-1', defaults);
    expect(sharing(`  example.com@us-east-1: ${second}\n`, head)).toEqual([
      ['example.com', { ...none, createKey: true }],
      ['example.com@us-east-1', shares],
    ]);
  });

  it('is shared by all entries that name it, the home first', () => {
    const list = read(
      `  example.com@us-east-1: { selector: s1 }
  example.com@us-west-2: { selector: s2 }
  example.com@eu-west-1: { selector: s1, createKey: true }
`,
    );
    expect(list.domains.map((each) => sharersOf(list, each).map(({ stack }) => stack))).toEqual([
      ['example.com@eu-west-1', 'example.com', 'example.com@us-east-1'],
      ['example.com@eu-west-1', 'example.com', 'example.com@us-east-1'],
      ['example.com@us-west-2'],
      ['example.com@eu-west-1', 'example.com', 'example.com@us-east-1'],
    ]);
  });

  it('is one value: the key’s place, its record, and the regions that sign with it', () => {
    const head = HEAD.replace(
      '{ selector: s1 }',
      '{ selector: s1, createKey: true, record: { hostedZoneId: Z1 } }',
    );
    expect(read('  example.com@us-east-1: { selector: s1 }\n', head).sharedKeys).toEqual([
      {
        domain: 'example.com',
        home: 'example.com',
        place: { bucket: 'acme-ap-northeast-1' },
        isInKeyStore: true,
        record: { hostedZoneId: 'Z1' },
        signers: [
          { stack: 'example.com', region: 'ap-northeast-1', bucket: 'acme-ap-northeast-1', isHome: true },
          { stack: 'example.com@us-east-1', region: 'us-east-1', bucket: 'acme-us-east-1', isHome: false },
        ],
      },
    ]);
  });

  it.each([
    [
      'two that make the key',
      'selector: s1, createKey: true',
      '5:53: domains.example.com@us-east-1.createKey: found true, which must not be set: this entry uses the key and record of "example.com" of line 4. Set it there, or give this entry its own selector.',
    ],
    [
      'a record beside the key of another',
      'selector: s1, record: { hostedZoneId: Z1 }',
      '5:50: domains.example.com@us-east-1.record: found {"hostedZoneId":"Z1"}, which must not be set',
    ],
    [
      'a place of the key of its own',
      'selector: s1, keyStore: { bucket: other }',
      '5:52: domains.example.com@us-east-1.keyStore: found {"bucket":"other"}, which must not be set',
    ],
    [
      'another spelling',
      'selector: S1',
      '5:38: domains.example.com@us-east-1.selector: found "S1", allowed: s1 as in "example.com" of line 4',
    ],
  ])('is refused: %s', (_, settings, message) => {
    const head = HEAD.replace('{ selector: s1 }', '{ selector: s1, createKey: true }');
    expect(() => read(`  example.com@us-east-1: { ${settings} }\n`, head)).toThrow(`domains.yaml:${message}`);
  });

  it('is refused if the bucket of the home has no name', () => {
    const head = HEAD.replace(/^control.*\n/, '');
    expect(() => read('  example.com@us-east-1: { selector: s1 }\n', head)).toThrow(
      /^domains\.yaml:1:1: control\.keyStore\.bucket: found nothing, allowed: a name with \{region\}: the regions that share the key of "example.com" of line 3 read each other’s bucket$/,
    );
  });

  const OF_TOKYO = ['acme-ap-northeast-1/dkim-certificates/example.com/'];
  const OF_VIRGINIA = ['acme-us-east-1/dkim-certificates/example.com/'];

  it.each([
    ['sign with one key', 's1', ['acme-ap-northeast-1/dns_records/example.com/']],
    ['sign with their own keys, and may have shared one', 's2', []],
  ])(
    'is read in the key store of the other region by regions of a domain that %s',
    (_, selector, records) => {
      const list = read(`  example.com@us-east-1: { selector: ${selector} }\n`);
      const [home, other] = ['ap-northeast-1', 'us-east-1'].map(sharedObjects(list));
      expect(home).toMatchObject({ keys: OF_VIRGINIA, records: [] });
      expect(other).toMatchObject({ keys: OF_TOKYO, records });
      const opened = ['dkim-certificates/example.com/'];
      expect([home!.readers, other!.readers]).toEqual([
        { 'us-east-1': opened },
        { 'ap-northeast-1': opened },
      ]);
    },
  );

  it('leaves the regions’ knowledge of each other readable after an entry has left the list', () => {
    expect(sharedObjects(read(''))('ap-northeast-1')).toEqual({
      keys: [],
      records: [],
      known: ['acme-*/byodkim-ledger/', 'acme-*/dns_records/'],
      kmsKeyArns: [],
      readers: {},
    });
  });

  it.each([
    ['each domain is named while policies have room for them', 26, 27],
    ['the whole store is named beyond that, whichever domains a region shares', 35, 1],
  ])('%s', (_, count, places) => {
    const more = '  a.example: { selector: s1 }\n';
    const many = Array.from({ length: count }, (_, at) => `m${at}.example`);
    const all = ['example.com', ...many].map((name) => `  ${name}@us-east-1: { selector: s1 }\n`);
    const list = read(many.map((name) => `  ${name}: { selector: s1 }\n`).join('') + all.join('') + more);
    const [home, other] = ['ap-northeast-1', 'us-east-1'].map(sharedObjects(list));
    expect(other?.keys).toHaveLength(places);
    expect(other?.records).toHaveLength(places);
    expect(home?.readers['us-east-1']).toHaveLength(places);
    expect(wholeReadings(list)).toHaveLength(places === 1 ? 2 : 0);
  });

  it.each([1, 10, 28, 29, 100])(
    'leaves the policies of roles and buckets room for every setting if %d of more domains are shared',
    (count) => {
      const regions = ['us-east-1', 'eu-west-1', 'ap-southeast-2'];
      const names = Array.from({ length: count }, (_, at) => `domain-number-${at}.example.net`);
      const entries = names.flatMap((name) => [name, ...regions.map((region) => `${name}@${region}`)]);
      const list = read(['a.example', ...entries].map((name) => `  ${name}: { selector: s1 }\n`).join(''));
      const arn = (service: string, rest: string) => `arn:aws:${service}:ap-southeast-2:123456789012:${rest}`;
      const shared = sharedObjects(list)('ap-southeast-2');
      const policy = functionPolicy({
        partition: 'aws',
        region: 'ap-southeast-2',
        account: '123456789012',
        bucket: 'acme-ap-southeast-2',
        scheduleGroup: 'f'.repeat(39),
        schedulerRoleArn: arn('iam', `role/mail/${'f'.repeat(64)}`),
        logGroup: `/aws/lambda/${'f'.repeat(39)}`,
        topicArns: ['dns', 'result', 'audit'].map((name) => arn('sns', `${'f'.repeat(39)}-${name}`)),
        kmsKeyArn: arn('kms', 'key/1234abcd-12ab-34cd-56ef-1234567890ab'),
        shared: { ...shared, kmsKeyArns: [arn('kms', 'key/1234abcd-12ab-34cd-56ef-1234567890ab')] },
      });
      expect(policyDocument(policy).length).toBeLessThanOrEqual(ROLE_POLICY_CHARACTERS);
      const roleArnIn = (region: string) => `arn:aws:iam::123456789012:role/${'f'.repeat(39)}-${region}`;
      const ofBucket = keyStorePolicy({
        bucketArn: 'arn:aws:s3:::acme-ap-southeast-2',
        functionRoleArn: roleArnIn('ap-southeast-2'),
        readersElsewhere: readersElsewhere(shared, roleArnIn),
      });
      expect(ofBucket.length).toBeLessThanOrEqual(20_480);
    },
  );

  it('shares nothing if the domains differ', () => {
    expect(sharing('  example.org@us-east-1: { selector: s1 }\n').map(([, each]) => each)).toEqual([
      none,
      none,
    ]);
  });
});
