import { regionsOf } from '../../list/domain-list';
import { parseDomainList } from '../../list/read-list';

const HEAD = `control: { keyStore: { bucket: "acme-{region}" } }
defaults: { region: ap-northeast-1 }
domains:
  example.com: { selector: s1 }
`;
const read = (domains: string, head = HEAD) => parseDomainList(head + domains, 'domains.yaml');
const refusal = (domains: string): string => {
  try {
    read(domains);
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

  it('may name the region that the entry names too', () => {
    expect(refusal('  example.com@us-east-1: { selector: s2, region: us-east-1 }\n')).toBe('');
  });

  it.each([
    [
      'a region that contradicts it',
      '  example.com@us-east-1: { selector: s2, region: eu-west-1 }\n',
      'domains.yaml:5:50: domains.example.com@us-east-1.region: found "eu-west-1", allowed: none, or us-east-1 as in the entry\'s key',
    ],
    [
      'what is no region',
      '  example.com@tokyo: { selector: s2 }\n',
      'domains.yaml:5:3: domains: found "example.com@tokyo", allowed: a domain name',
    ],
    [
      'the region that another entry of the domain is in',
      '  example.com@ap-northeast-1: { selector: s2 }\n',
      'domains.yaml:5:3: domains: found "example.com@ap-northeast-1" in ap-northeast-1, where "example.com" of line 4 is as well, allowed: one entry of a domain in each region',
    ],
    [
      'a key twice, in two spellings',
      '  a.example@us-east-1: { selector: s1 }\n  A.example@us-east-1: { selector: s2 }\n',
      'domains.yaml:6:3: domains: found "A.example@us-east-1", which is "a.example@us-east-1" of line 5, allowed: each domain once',
    ],
  ])('is refused with %s, in one line', (_, domains, message) => {
    const found = refusal(domains);
    expect(found).toContain(message);
    expect(found.split('\n')).toHaveLength(1);
  });
});

describe('a selector of two entries of one domain', () => {
  it.each([
    ['selector: s1', '5:38: domains.example.com@us-east-1.selector: found "s1"'],
    ['selector: S1', '5:38: domains.example.com@us-east-1.selector: found "S1"'],
    [
      'selector: s2, record: { hostedZoneId: Z1, previousSelectors: [s1] }',
      '5:89: domains.example.com@us-east-1.record.previousSelectors: found "s1"',
    ],
    [
      'selector: s2, selectorNaming: [s2, s1]',
      '5:58: domains.example.com@us-east-1.selectorNaming: found "s1"',
    ],
  ])('is refused: %s', (settings, message) => {
    expect(refusal(`  example.com@us-east-1: { ${settings} }\n`)).toContain(
      `domains.yaml:${message}, which "example.com" of line 4 has, allowed: a selector of its own; each region has a key and a record of its own`,
    );
  });

  it('is refused at the later entry, where the defaults name it', () => {
    const head = HEAD.replace('ap-northeast-1 }', 'ap-northeast-1, selector: s1 }').replace(
      '{ selector: s1 }',
      '',
    );
    expect(() => read('  example.com@us-east-1:\n', head)).toThrow(
      /^domains\.yaml:5:3: domains\.example\.com@us-east-1\.selector: found "s1"/,
    );
  });

  it('is fine where the domains differ', () => {
    expect(refusal('  example.org@us-east-1: { selector: s1 }\n')).toBe('');
  });
});
