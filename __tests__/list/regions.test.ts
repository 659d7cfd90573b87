import { alsoReadIn, otherRegionsOf, regionsOf } from '../../list/domain-list';
import { parseDomainList } from '../../list/read-list';

const HEAD = `control: { keyStore: { bucket: "acme-{region}" } }
defaults: { selector: s1 }
domains:
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

const SEVERAL =
  '  example.com: { regions: [ap-northeast-1, us-east-1], createKey: true, record: { hostedZoneId: Z1 }, overlapDays: 9 }\n';

describe('a domain of several regions', () => {
  it('is there once for each, and its stack in the first is called as if there were no other', () => {
    expect(read(SEVERAL).domains.map(({ stack, domain, region }) => [stack, domain, region])).toEqual([
      ['example.com', 'example.com', 'ap-northeast-1'],
      ['example.com@us-east-1', 'example.com', 'us-east-1'],
    ]);
    expect(regionsOf(read(SEVERAL))).toEqual(['ap-northeast-1', 'us-east-1']);
  });

  it('has its key made and its record published by the first alone; the others read the key there', () => {
    const [first, further] = read(SEVERAL).domains;
    expect(first).toMatchObject({ createKey: true, record: { hostedZoneId: 'Z1' }, overlapDays: 9 });
    expect(first).not.toHaveProperty('keyStore');
    expect(further).toMatchObject({ keyStore: { bucket: 'acme-ap-northeast-1' }, overlapDays: 9 });
    expect(further).not.toHaveProperty('createKey');
    expect(further).not.toHaveProperty('record');
  });

  it('tells each control plane of the others, and who reads whose keys', () => {
    const list = read(`${SEVERAL}  example.org: { region: eu-west-1 }\n`);
    expect(otherRegionsOf(list, 'ap-northeast-1')).toEqual([
      { region: 'us-east-1', bucket: 'acme-us-east-1', readsKeysHere: true },
    ]);
    expect(otherRegionsOf(list, 'us-east-1')).toEqual([
      { region: 'ap-northeast-1', bucket: 'acme-ap-northeast-1', readsKeysHere: false },
    ]);
    expect(otherRegionsOf(list, 'eu-west-1')).toEqual([]);
    expect(alsoReadIn(list, 'us-east-1')).toEqual([
      'acme-ap-northeast-1/dkim-certificates/',
      'acme-ap-northeast-1/dns_records/',
    ]);
    for (const region of ['ap-northeast-1', 'eu-west-1']) expect(alsoReadIn(list, region)).toEqual([]);
  });

  it('may leave one behind, whose ledgers are still read, and which reads no key any more', () => {
    const head = HEAD.replace('" } }', '" }, formerRegions: [us-east-1] }');
    const left = read('  example.com: { region: ap-northeast-1 }\n', head);
    expect(regionsOf(left)).toEqual(['ap-northeast-1']);
    expect(otherRegionsOf(left, 'ap-northeast-1')).toEqual([
      { region: 'us-east-1', bucket: 'acme-us-east-1', readsKeysHere: false },
    ]);
    expect(otherRegionsOf(read(SEVERAL, head), 'us-east-1')).toHaveLength(1);
    expect(refusal(SEVERAL, head.replace('us-east-1', 'west'))).toMatch(
      /control\.formerRegions\.0: found "west", allowed: an AWS region/,
    );
    const unnamed =
      'control: { formerRegions: [us-east-1] }\ndefaults: { selector: s1, region: eu-west-1 }\ndomains:\n';
    expect(refusal('  example.com:\n', unnamed)).toMatch(
      /control\.formerRegions\.0: found "us-east-1", allowed: none without control\.keyStore\.bucket/,
    );
  });

  it('says so itself, or the defaults do, and the domain’s own word counts', () => {
    const head = `${HEAD.split('\n')[0]}\ndefaults: { selector: s1, regions: [eu-west-1, us-east-1] }\ndomains:\n`;
    const stacks = read('  a.example:\n  b.example: { region: us-west-2 }\n', head).domains.map(
      ({ stack, region }) => [stack, region],
    );
    expect(stacks).toEqual([
      ['a.example', 'eu-west-1'],
      ['a.example@us-east-1', 'us-east-1'],
      ['b.example', 'us-west-2'],
    ]);
    const one = '  a.example: { regions: [us-east-1] }\n';
    expect(read(one, 'defaults: { selector: s1, region: eu-west-1 }\ndomains:\n').domains).toMatchObject([
      { stack: 'a.example', region: 'us-east-1' },
    ]);
  });

  it.each([
    [
      'an unknown region',
      '[us-east-1, west]',
      /^domains\.yaml:4:39: domains\.example\.com\.regions\.1: found "west", allowed: an AWS region/,
    ],
    [
      'a region twice',
      '[us-east-1, eu-west-1, us-east-1]',
      /^domains\.yaml:4:27: domains\.example\.com\.regions: found \["us-east-1","eu-west-1","us-east-1"\], allowed: each region once; us-east-1 is there twice$/,
    ],
    ['none', '[]', /regions: found \[\], allowed: one region or more/],
    [
      'region beside regions',
      '[us-east-1, eu-west-1], region: us-east-1',
      /regions: found \["us-east-1","eu-west-1"\], allowed: region or regions, not both; beside it stands region: us-east-1$/,
    ],
    ['what is no list', 'us-east-1', /regions: found "us-east-1", allowed: a list of regions/],
  ])('is refused with %s, in one sentence', (_, regions, message) => {
    const found = refusal(`  example.com: { regions: ${regions} }\n`);
    expect(found).toMatch(message);
    expect(found.split('\n')).toHaveLength(1);
  });

  it('is refused where the functions could not find each other’s buckets, or read what is encrypted there', () => {
    expect(refusal(SEVERAL, 'defaults: { selector: s1 }\ndomains:\n')).toMatch(
      /allowed: several regions where control\.keyStore\.bucket has a name with \{region\}/,
    );
    expect(refusal(SEVERAL, HEAD.replace('-{region}', ''))).toMatch(
      /control\.keyStore\.bucket: found "acme" for ap-northeast-1 and us-east-1, allowed: a name with \{region\}/,
    );
    const kms = HEAD.replace('" }', '", kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/1" }');
    expect(refusal(SEVERAL, kms)).toMatch(/where control\.keyStore\.kmsKeyArn says nothing/);
  });

  it('has each mistake told once', () => {
    const found = refusal('  example.com: { regions: [us-east-1, eu-west-1], gate: { mode: recursive } }\n');
    expect(found.split('\n')).toEqual([expect.stringContaining('gate.mode: found "recursive"')]);
  });
});
