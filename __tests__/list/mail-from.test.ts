import { parseDomainList } from '../../list/read-list';

const read = (defaults: string, domains: string) =>
  parseDomainList(
    `control: { keyStore: { bucket: "acme-{region}" } }
defaults: { region: ap-northeast-1, selector: s1, mailFrom: ${defaults} }
domains:
${domains}`,
    'domains.yaml',
  ).domains;
const mailFroms = (...args: Parameters<typeof read>) => read(...args).map(({ mailFrom }) => mailFrom);

const BY_REGION = '{ subdomain: "bounce-{region}" }';
const TWO = '  example.com: {}\n  example.com@us-east-1: {}\n';

describe('a MAIL FROM domain of each region', () => {
  it('knows the regions of the entries that use it', () => {
    const mailFrom = { subdomain: 'bounce-{region}', regions: ['ap-northeast-1', 'us-east-1'] };
    expect(mailFroms(BY_REGION, TWO)).toEqual([mailFrom, mailFrom]);
  });

  it('knows them whether or not the entries share a key', () => {
    const keys = '  example.com: {}\n  example.com@us-east-1: { selector: s2, createKey: true }\n';
    expect(mailFroms(BY_REGION, keys)[1]).toMatchObject({ regions: ['ap-northeast-1', 'us-east-1'] });
  });

  it.each([
    ['of an entry alone', '  example.com: {}\n'],
    ['of another domain', '  example.com: {}\n  example.org@us-east-1: {}\n'],
    [
      'of another subdomain',
      '  example.com: {}\n  example.com@us-east-1: { mailFrom: { subdomain: return } }\n',
    ],
  ])('names no other region: %s', (_, domains) => {
    expect(mailFroms(BY_REGION, domains)[0]).toEqual({ subdomain: 'bounce-{region}' });
  });

  it('keeps the regions that the list names', () => {
    const named = '{ subdomain: "bounce-{region}", regions: [us-east-1, ap-northeast-1] }';
    expect(mailFroms(named, TWO)[0]).toMatchObject({ regions: ['us-east-1', 'ap-northeast-1'] });
  });

  it('is refused if it is an entry as well', () => {
    const both = '  example.com: {}\n  bounce-ap-northeast-1.example.com: {}\n';
    expect(() => read(BY_REGION, both)).toThrow(
      /mailFrom\.subdomain: found "bounce-\{region\}", allowed: a name that/,
    );
  });
});

describe('one MAIL FROM domain of several regions', () => {
  const refused = (subdomain: string, domains: string) => () => read(`{ subdomain: ${subdomain} }`, domains);

  it.each([
    ['that share a key', TWO],
    ['with a key each', '  example.com: {}\n  example.com@us-east-1: { selector: s2, createKey: true }\n'],
  ])('is refused, with the alternative: %s', (_, domains) => {
    expect(refused('bounce', domains)).toThrow(
      'domains.yaml:2:74: domains.example.com@us-east-1.mailFrom.subdomain: found "bounce", allowed: a name for each region, ' +
        'such as "bounce-{region}", since SES takes exactly one MX record at a name: "example.com" of line 4 has this one in ap-northeast-1',
    );
  });

  it('is refused if two domains make up the same name', () => {
    const nested =
      '  example.com: { mailFrom: { subdomain: bounce.sub } }\n  sub.example.com@us-east-1: {}\n';
    expect(refused('bounce', nested)).toThrow(
      /found "bounce", allowed: a name for each region.*"example\.com" of line 4/,
    );
  });

  it.each([
    ['another name', '  example.com: {}\n  example.com@us-east-1: { mailFrom: { subdomain: bounce-us } }\n'],
    ['another domain', '  example.com: {}\n  example.org@us-east-1: {}\n'],
  ])('is not: %s', (_, domains) => {
    expect(refused('bounce', domains)).not.toThrow();
  });

  it('is refused if an entry names the regions itself', () => {
    const named = '{ subdomain: bounce, regions: [ap-northeast-1, us-east-1] }';
    expect(() => read(named, '  example.com: {}\n')).toThrow(
      /mailFrom\.subdomain: found "bounce", allowed: a name for each of ap-northeast-1, us-east-1, such as bounce-/,
    );
  });
});

describe('the records of a MAIL FROM domain', () => {
  const zone = '{ hostedZoneId: Z1, roleArn: "arn:aws:iam::210987654321:role/dns" }';
  const others = (home: string, other = '{}') =>
    read(BY_REGION, `  example.com: ${home}\n  example.com@us-east-1: ${other}\n`)[1]!;

  it('are published in the zone of the home, by the stack of each region', () => {
    expect(others(`{ record: ${zone} }`)).toMatchObject({
      home: 'example.com',
      otherRecord: { hostedZoneId: 'Z1', roleArn: 'arn:aws:iam::210987654321:role/dns' },
    });
  });

  it.each([
    ['the DNS team publishes', '{}'],
    [
      'the zone holds the delegated names alone',
      '{ record: { hostedZoneId: Z1, delegation: { zone: dkim.example.net, selectors: [s1, s2] } } }',
    ],
  ])('are published by others if %s', (_, home) => {
    expect(others(home)).not.toHaveProperty('otherRecord');
  });
});
