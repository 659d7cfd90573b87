import path from 'node:path';
import { domain } from '../../handlers/contract/settings/settings';
import { type DomainList, regionsOf } from '../../list/domain-list';
import { DomainListError } from '../../list/mistake';
import { parseDomainList, readDomainList } from '../../list/read-list';
import { expectLinear } from '../support/linear';

const FILE = path.join(path.sep, 'somewhere', 'domains.yaml');
const read = (text: string): DomainList => parseDomainList(text, FILE);

/** The mistakes as lines, without the folder. */
const mistakesIn = (text: string): string[] => {
  try {
    parseDomainList(text, 'domains.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(DomainListError);
    return (error as Error).message.split('\n');
  }
  return [];
};

/** A valid list, line by line; a test changes one. */
const VALID = `# In order:
# what is deployed once,
# then the domains.
control:
  functionName: ses-byodkim
defaults:
  region: ap-northeast-1
  selector: s1
domains:
  example.com:
    gate:
      waitSeconds: 5
  example.org: { selector: s2 }
`;
const withLine = (number: number, line: string): string =>
  VALID.split('\n')
    .map((old, index) => (index === number - 1 ? line : old))
    .join('\n');

describe('a mistake in a list', () => {
  it('has a code and facts for programs, and a text for people', () => {
    const text = VALID.replace('selector: s2', 'selector: s2, mailFrom: { subdomain: mail.example.org }');
    expect(text).not.toBe(VALID);
    let found: unknown;
    try {
      read(text);
    } catch (error) {
      found = (error as DomainListError).mistakes;
    }
    expect(found).toEqual([
      {
        line: expect.any(Number),
        column: expect.any(Number),
        setting: 'domains.example.org.mailFrom.subdomain',
        code: 'PROP',
        facts: { found: 'mail.example.org', reason: { code: 'SUBDOMAIN_WITH_DOMAIN', facts: {} } },
        text: expect.stringContaining('found "mail.example.org", allowed: only the part'),
      },
    ]);
  });
});

describe('a domain list', () => {
  it('gives each domain its own settings and those of the defaults', () => {
    expect(read(VALID)).toEqual({
      file: FILE,
      backend: { type: 'local', folder: path.join(path.dirname(FILE), 'state') },
      provider: {},
      control: { functionName: 'ses-byodkim' },
      domains: [
        {
          domain: 'example.com',
          name: 'example.com',
          selector: 's1',
          region: 'ap-northeast-1',
          stack: 'example.com',
          gate: { waitSeconds: 5 },
          line: 10,
        },
        {
          domain: 'example.org',
          name: 'example.org',
          selector: 's2',
          region: 'ap-northeast-1',
          stack: 'example.org',
          line: 13,
        },
      ],
      sharedKeys: [],
    });
  });

  it('needs only the name of a domain', () => {
    const { domains } = read('defaults: {region: us-east-1, selector: s1}\ndomains:\n  example.com:\n');
    expect(domains).toMatchObject([{ domain: 'example.com', selector: 's1', region: 'us-east-1' }]);
  });

  it('merges blocks key by key, and replaces lists', () => {
    const [domain] = read(`
control:
  allow: { servers: ["192.0.2.1:53"] }
defaults:
  region: us-east-1
  selector: s1
  gate: { waitSeconds: 5, resolvers: ["192.0.2.2:53"] }
  tags: { team: mail, stage: live }
domains:
  example.com:
    gate: { resolvers: ["192.0.2.1:53"] }
    tags: { stage: test }
`).domains;
    expect(domain).toMatchObject({
      gate: { waitSeconds: 5, resolvers: ['192.0.2.1:53'] },
      tags: { team: 'mail', stage: 'test' },
    });
  });

  it('accepts an IDN in its own script', () => {
    expect(
      read('defaults: {region: us-east-1, selector: s1}\ndomains:\n  Bücher.example:\n').domains[0],
    ).toMatchObject({
      domain: 'xn--bcher-kva.example',
      name: 'Bücher.example',
    });
  });

  it('applies defaults for managed identities only to those', () => {
    const defaults = [
      'tags: { team: mail }',
      'mailFrom: { subdomain: bounce }',
      'feedbackForwarding: false',
      'configurationSetName: news',
    ].join(', ');
    const [managed, existing] = read(
      `defaults: { region: eu-west-1, selector: s1, ${defaults} }\ndomains: { a.example: , b.example: { identity: existing } }\n`,
    ).domains;
    expect(Object.keys(managed!)).toEqual(expect.arrayContaining(['tags', 'mailFrom', 'feedbackForwarding']));
    expect(existing).toEqual({
      domain: 'b.example',
      name: 'b.example',
      stack: 'b.example',
      line: 2,
      region: 'eu-west-1',
      selector: 's1',
      identity: 'existing',
      ...(existing!.configurationSetName && { configurationSetName: 'news' }),
    });
    expect(mistakesIn(`${VALID}  b.example: { identity: existing, tags: { a: b } }\n`)).toHaveLength(1);
  });

  it('may have no domain yet, for the control stack of defaults.region', () => {
    const none = read('defaults: { region: eu-west-1 }\ndomains: {}\n');
    expect([none.domains, regionsOf(none)]).toEqual([[], ['eu-west-1']]);
    expect(mistakesIn('domains: {}\n')).toEqual([
      'domains.yaml:1:10: domains: found {}, allowed: one domain or more; none only with defaults.region, for a control stack alone',
    ]);
  });

  it('may use anchors', () => {
    const { domains } = read(`
defaults: { region: us-east-1 }
domains:
  example.com: &mail { selector: s1 }
  example.org: *mail
`);
    expect(domains.map(({ selector }) => selector)).toEqual(['s1', 's1']);
  });

  it('keeps its state next to it by default, or in S3 with a lock', () => {
    const backend = (text: string) =>
      read(`${text}\ndefaults: {region: us-east-1, selector: s1}\ndomains: {example.com: }\n`).backend;
    expect(backend('')).toEqual({ type: 'local', folder: path.join(path.dirname(FILE), 'state') });
    expect(backend('backend: {s3: {bucket: acme-state, region: us-east-1}}')).toEqual({
      type: 's3',
      bucket: 'acme-state',
      region: 'us-east-1',
      keyPrefix: 'byodkim/',
    });
  });
});

describe('refuses, with file, line, column, the value and the allowed values,', () => {
  it.each<[string, string, string]>([
    [
      'an unknown key',
      withLine(8, '  selektor: s1'),
      'domains.yaml:8:3: defaults.selektor: found an unknown key; did you mean selector?, allowed: selector, region, ',
    ],
    [
      'a tag that IAM takes no name of',
      withLine(8, '  selector: s1\n  tags: { "a$b": c }'),
      'domains.yaml:9:11: defaults.tags.a$b: found "a$b", allowed: letters, digits, spaces and any of _ . : / = + - @',
    ],
    [
      'a domain twice',
      withLine(13, '  example.com: {}'),
      'domains.yaml:13:3: YAML: example.com: found a second time, allowed: once. Remove one of the two.',
    ],
    [
      'a domain twice, in other letters',
      withLine(13, '  Example.COM.: {}'),
      'domains.yaml:13:3: domains: found "Example.COM." in addition to "example.com" of line 10, allowed: one entry for each domain and region',
    ],
    [
      'a name that is no domain',
      withLine(13, '  excom: {}'),
      'domains.yaml:13:3: domains.excom: found "excom", allowed: a domain name of two labels or more',
    ],
    [
      'a MAIL FROM domain that is an entry as well',
      withLine(13, '  example.org: { mailFrom: { subdomain: mail } }\n  mail.example.org: {}'),
      'domains.yaml:13:41: domains.example.org.mailFrom.subdomain: found "mail", allowed: a name that nothing else uses: "mail.example.org" of line 14 sends from this one',
    ],
    [
      'a bad selector',
      withLine(13, '  example.org: { selector: a_b }'),
      'domains.yaml:13:28: domains.example.org.selector: found "a_b", allowed: 1 to 63 letters, digits and hyphens, a letter or digit at both ends (SES takes no dots or underscores)',
    ],
    [
      'a selector that YAML takes for a number',
      withLine(8, '  selector: 20240101'),
      'domains.yaml:8:13: defaults.selector: found 20240101, allowed: 1 to 63 letters, digits and hyphens, a letter or digit at both ends (SES takes no dots or underscores), in quotes: "20240101"',
    ],
    [
      'a naming that makes no selector',
      withLine(8, '  selectorNaming: dkim_{yyyy}'),
      'domains.yaml:8:19: defaults.selectorNaming: found "dkim_{yyyy}", allowed: letters, digits, hyphens and {n}, {yyyy}, {mm}, {dd}, such as s{n}, or two selectors',
    ],
    [
      'a zero at the beginning, which YAML drops',
      withLine(13, '  example.org: { selector: s1, senders: { accounts: [012345678901] } }'),
      'domains.yaml:13:54: domains.example.org.senders.accounts.0: found 12345678901, allowed: 12 digits, in quotes: "012345678901"',
    ],
    [
      'a wildcard, which YAML takes for an alias',
      withLine(13, '  *.example.org: { selector: s1 }'),
      'domains.yaml:13:3: YAML: found a name with "*", allowed: the domain itself, such as example.com; its identity covers its sub-domains',
    ],
    [
      'a placeholder within braces, which YAML takes for a block',
      withLine(8, '  mailFrom: { subdomain: bounce-{region} }'),
      'domains.yaml:8:26: YAML: found bounce-{region} without quotation marks, allowed: the value in quotation marks: "bounce-{region}"',
    ],
    [
      'a value that begins with a placeholder',
      withLine(5, '  keyStore: { bucket: {region}-keys }'),
      'domains.yaml:5:23: YAML: found {region}-keys without quotation marks, allowed: the value in quotation marks: "{region}-keys"',
    ],
    [
      'a placeholder alone',
      withLine(5, '  keyStore: { bucket: {region} }'),
      'domains.yaml:5:23: control.keyStore.bucket: found {"region":null}, allowed: the name of a new bucket, or { existing: NAME }; {region} stands for the region, in quotes: "{region}"',
    ],
    [
      'the whole name of a MAIL FROM domain',
      withLine(13, '  example.org: { mailFrom: { subdomain: bounce.example.net } }'),
      'domains.yaml:13:41: domains.example.org.mailFrom.subdomain: found "bounce.example.net", allowed: only the part before the domain',
    ],
    [
      'several regions in a setting that does not exist',
      withLine(13, '  example.org: { regions: [eu-west-1, us-east-1] }'),
      'domains.yaml:13:18: domains.example.org.regions: found several regions in one entry, allowed: one entry for each region, such as example.com and example.com@us-east-1',
    ],
    [
      'several regions',
      withLine(7, '  region: [eu-west-1, us-east-1]'),
      'domains.yaml:7:11: defaults.region: found several regions in one entry, allowed: one entry for each region',
    ],
    [
      'a delegation into the zone of the domain',
      withLine(
        13,
        '  example.org: { record: { hostedZoneId: Z1, delegation: { zone: example.org, selectors: [s1, s2] } } }',
      ),
      'domains.yaml:13:66: domains.example.org.record.delegation.zone: found "example.org", allowed: another zone',
    ],
    [
      'a merge key',
      withLine(13, '  example.org: { <<: { selector: s2 } }'),
      'domains.yaml:13:18: domains.example.org.<<: YAML: found <<, allowed: no merge keys. Write settings that entries share into defaults',
    ],
    [
      'a full-width colon',
      withLine(8, '  selector\uff1as1'),
      'domains.yaml:8:11: YAML: found a full-width colon (U+FF1A), allowed: a colon and a space',
    ],
    [
      'a full-width space',
      withLine(8, '\u3000 selector: s1'),
      'domains.yaml:8:1: YAML: found a full-width space (U+3000), allowed: a space',
    ],
    [
      'a no-break space',
      withLine(8, '  selector:\u00a0s1'),
      'domains.yaml:8:12: YAML: found a no-break space (U+00A0), allowed: a space',
    ],
    [
      'a placeholder that no naming has',
      withLine(8, '  selectorNaming: "s{N}"'),
      'domains.yaml:8:19: defaults.selectorNaming: found "s{N}", allowed: letters, digits, hyphens and {n}',
    ],
    [
      'a private key',
      withLine(
        8,
        '  selector: s1\n  privateKey: |\n    -----BEGIN RSA PRIVATE KEY-----\n    MIIEowIBAAKCAQEAxyzzy',
      ),
      'domains.yaml:10:5: found a private key. Remove it: the list goes into Git',
    ],
    [
      'a second document',
      `${VALID}---\ndomains: { example.net: {} }\n`,
      'domains.yaml:14:1: YAML: found a second document, which begins with ---, allowed: one list in one file',
    ],
    [
      'a selector in force among the earlier ones, in any letters',
      withLine(
        13,
        '  example.org: { selector: s2, record: { hostedZoneId: Z0123456789, previousSelectors: [s1, S2] } }',
      ),
      'domains.yaml:13:88: domains.example.org.record.previousSelectors: found ["s1","S2"], allowed: only earlier selectors: s2 is the selector of the entry, whose record is always published',
    ],
    [
      'another value of the tag that we set',
      withLine(8, '  tags: { byodkim: "no" }\n  selector: s1'),
      'domains.yaml:8:20: domains.example.com.tags.byodkim: found "no", allowed: no value, or managed: this tag marks the identities that the function may change',
    ],
    [
      'a region in the name of the bucket of the state',
      withLine(1, 'backend: { s3: { bucket: "tf-{region}", region: us-east-1 } }'),
      'domains.yaml:1:26: backend.s3.bucket: found "tf-{region}", allowed: a bucket name: 3 to 63 lower-case letters, digits, "." and "-"',
    ],
    [
      'an audit that does not come each day',
      withLine(5, '  audit: { schedule: cron(0 3 1 1 ? 2099) }'),
      'domains.yaml:5:22: control.audit.schedule: found "cron(0 3 1 1 ? 2099)", allowed: cron(…) or rate(…), as EventBridge Scheduler writes it, at least once a day, such as cron(0 6 * * ? *)',
    ],
    [
      'a contact that is a part of any link',
      withLine(5, '  notices: { contact: / }'),
      'domains.yaml:5:23: control.notices.contact: found "/", allowed: one line of text, of 5 characters or more',
    ],
    [
      'a topic of another region',
      withLine(5, '  topics: { audit: "arn:aws:sns:us-east-1:111122223333:audit" }'),
      'domains.yaml:5:20: control.topics.audit: found "arn:aws:sns:us-east-1:111122223333:audi…, allowed: a topic in the control plane\'s own region, arn:aws:sns:ap-northeast-1:…',
    ],
    [
      'a subscriber that SNS does not reach',
      withLine(5, '  topics: { audit: { subscribers: [nobody] } }'),
      'domains.yaml:5:36: control.topics.audit.subscribers.0: found "nobody", allowed: a mail address, an https:// URL, or the ARN of an SQS queue or a Lambda function',
    ],
    [
      'a domain without a region',
      withLine(7, ''),
      'domains.yaml:10:3: domains.example.com.region: found nothing, allowed: set here or in defaults',
    ],
    [
      'a setting that lacks the one it needs',
      withLine(13, '  example.org: { record: { previousSelectors: [s0] } }'),
      'domains.yaml:13:18: domains.example.org.record.hostedZoneId: found nothing, allowed: the id of a Route 53 zone',
    ],
    [
      'an empty value',
      withLine(8, '  selector:'),
      'domains.yaml:8:3: defaults.selector: found null, allowed: 1 to 63 letters, digits and hyphens, a letter or digit at both ends (SES takes no dots or underscores)',
    ],
    [
      'no domains',
      'defaults: {region: us-east-1}\n',
      'domains.yaml:1:1: domains: found nothing, allowed: domains, as example.com: settings; {} for none',
    ],
    ['nothing', '', 'domains.yaml:1:1: the file is empty, allowed: a list of domains in YAML'],
    [
      'something else',
      '- example.com\n',
      'domains.yaml:1:1: found ["example.com"], allowed: settings, as key: value',
    ],
    [
      'one bucket for two regions',
      'control: {keyStore: {bucket: acme-keys}}\ndefaults: {selector: s1}\ndomains:\n  example.com: {region: us-east-1}\n  example.org: {region: eu-west-1}\n',
      'domains.yaml:1:30: control.keyStore.bucket: found "acme-keys" for eu-west-1 and us-east-1, allowed: a name with {region}, for one bucket in each',
    ],
    [
      'one topic for two regions',
      'control: {topics: {audit: "arn:aws:sns:us-east-1:111122223333:audit"}}\ndefaults: {selector: s1}\ndomains:\n  example.com: {region: us-east-1}\n  example.org: {region: eu-west-1}\n',
      'domains.yaml:1:27: control.topics.audit: found "arn:aws:sns:us-east-1:111122223333:audi…, allowed: a topic in the control plane\'s own region, arn:aws:sns:eu-west-1:…; {region} stands for the region of each',
    ],
    [
      'a key in a place that the function may not read',
      withLine(13, '  example.org: { keyStore: { privateKey: private/key.pem } }'),
      'domains.yaml:13:42: domains.example.org.keyStore.privateKey: found "/private/key.pem", allowed: a place below dkim-certificates/ in the control plane\'s bucket, or one in control.keyStore.alsoRead',
    ],
    [
      'what weakens the proof, and the control stack does not allow',
      withLine(13, '  example.org: { gate: { nameservers: ["192.0.2.9:53"] } }'),
      'domains.yaml:13:39: domains.example.org.gate.nameservers: found ["192.0.2.9:53"], allowed: those that the zone names, or a value that control.allow.servers allows; the control stack is deployed with it first',
    ],
    [
      'a name server by its name, which DNS would have to find',
      withLine(8, '  selector: s1\n  gate: { nameservers: [ns1.example.net] }'),
      'domains.yaml:9:25: defaults.gate.nameservers.0: found "ns1.example.net", allowed: ip:port, or [ipv6]:port',
    ],
    [
      'a whole bucket that the function may not read',
      withLine(13, '  example.org: { keyStore: { bucket: other } }'),
      'domains.yaml:13:38: domains.example.org.keyStore.bucket: found "other/dkim-certificates/example.org/s1/…, allowed: ',
    ],
    [
      'YAML that is none',
      withLine(9, 'domains: ['),
      'domains.yaml:11:5: YAML: Block collections are not allowed within flow collections',
    ],
    [
      'a block that holds itself',
      withLine(13, '  example.org: &self { gate: *self }'),
      'domains.yaml:13:30: YAML: found *self, allowed: the name of an anchor that is complete before it',
    ],
    [
      'a key of several lines, on one',
      withLine(13, '  example.org: { "a\\nb": 1 }'),
      'domains.yaml:13:18: domains.example.org.a b: found an unknown key',
    ],
  ])('%s', (_, text, expected) => {
    const mistakes = mistakesIn(text);
    expect(mistakes.find((mistake) => mistake.startsWith(expected)) ?? mistakes).toEqual(
      expect.stringContaining(expected),
    );
    for (const mistake of mistakes) expect(mistake).toMatch(/^domains\.yaml:\d+:\d+: \S/);
  });

  it('every mistake of shape at once, in the order of the file', () => {
    expect(
      mistakesIn(`backend:
  s3: { bucket: acme }
defaults:
  selector: s1
domains:
  example.com: { selector: a_b, gate: { wait: 1 } }
  excom: {}
  example.org: { region: us-east-1, record: { previousSelectors: [s0] } }
`).map((mistake) => mistake.replace(/: found.*/, '')),
    ).toEqual([
      'domains.yaml:2:3: backend.s3.region',
      'domains.yaml:6:28: domains.example.com.selector',
      'domains.yaml:6:41: domains.example.com.gate.wait',
      'domains.yaml:7:3: domains.excom',
    ]);
  });

  it.each([
    ['ap-norteast-1', 'ap-northeast-1'],
    ['us-esat-1', 'us-east-1'],
    ['eu-centrall-1', 'eu-central-1'],
  ])('a region that AWS does not have: %s', (found, meant) => {
    expect(mistakesIn(VALID.replace('ap-northeast-1', found))).toEqual(
      [10, 13].map(() => expect.stringContaining(`a region of AWS; did you mean ${meant}?`)),
    );
    expect(mistakesIn(`${VALID}  example.net@${found}:\n`)).toEqual([
      expect.stringContaining(`did you mean ${meant}?`),
    ]);
  });

  it.each([
    ['ap-northeast1', 'ap-northeast-1'],
    ['apnortheast1', 'ap-northeast-1'],
    ['us-east-1a', 'us-east-1'],
    ['US-EAST-1', 'us-east-1'],
  ])('a region in another spelling: %s', (found, meant) => {
    expect(mistakesIn(VALID.replace('ap-northeast-1', found))).toEqual([
      `domains.yaml:7:11: defaults.region: found "${found}", allowed: an AWS region such as ap-northeast-1; did you mean ${meant}?`,
    ]);
    expect(mistakesIn(`${VALID}  example.net@${found}:\n`)).toEqual([
      expect.stringContaining(`did you mean example.net@${meant}?`),
    ]);
  });

  it.each([
    ['of the state', `backend: { s3: { bucket: acme, region: us-esat-1 } }\n${VALID}`, 'backend.s3.region'],
    ['of a list without a domain', 'defaults: { region: us-esat-1 }\ndomains: {}\n', 'defaults.region'],
  ])('a region that AWS does not have: %s', (_, text, setting) => {
    expect(mistakesIn(text)).toEqual([
      expect.stringContaining(
        `${setting}: found "us-esat-1", allowed: a region of AWS; did you mean us-east-1?`,
      ),
    ]);
  });

  it.each([
    ['little', [0xff, 0xfe], (text: Buffer) => text],
    ['big', [0xfe, 0xff], (text: Buffer) => text.swap16()],
  ])('a file in UTF-16, %s-endian', (_, mark, inOrder) => {
    const bytes = Buffer.concat([Buffer.from(mark), inOrder(Buffer.from(VALID, 'utf16le'))]);
    expect(mistakesIn(bytes.toString('utf8'))).toEqual([
      'domains.yaml:1:1: the file is not text in UTF-8 (UTF-16, as Windows PowerShell writes it?), allowed: UTF-8. Save the file again with this encoding (PowerShell: Out-File -Encoding utf8)',
    ]);
  });

  it.each(['_dmarc.example', '-a.example', 'example%2ecom', '0x7f.1', '1.2.3.4', '1.2.3.0x4'])(
    'an invalid domain: %s',
    (name) => {
      expect(mistakesIn(`${VALID}  '${name}':\n`)).toEqual([expect.stringContaining('a domain name of')]);
      expect(domain.safeParse(name).success).toBe(false);
    },
  );

  it('a character that would turn a line around, or hide in it, which is printed as its code', () => {
    expect(mistakesIn(`${VALID}  "\\u202emoc.el\\u00adpmaxe":\n`)).toEqual([
      expect.stringContaining('"\\u{202e}moc.el\\u{ad}pmaxe"'),
    ]);
  });

  it('in time that is proportional to the number of entries', () => {
    const listOf = (entries: number): string =>
      `${VALID}${Array.from({ length: entries }, (_, index) => `  d${index}.example: {}\n`).join('')}`;
    expectLinear((entries) => read(listOf(entries)), 2_000);
  });

  it('a mistake in the defaults at its place there, once for each domain that it affects', () => {
    const mistakes = mistakesIn(withLine(8, '  selector: s1\n  record: { previousSelectors: [s0] }'));
    expect(mistakes).toHaveLength(2);
    for (const mistake of mistakes)
      expect(mistake).toMatch(/^domains\.yaml:9:3: domains\.example\.(com|org)\.record\.hostedZoneId/);
  });

  it('a private key without repeating it', () => {
    const key = '"-----BEGIN RSA PRIVATE KEY-----MIIEowIBAAKCAQEAxyzzyxyzzyxyzzyxyzzy"';
    const [mistake, ...others] = mistakesIn(
      withLine(13, `  example.org: { record: { hostedZoneId: ${key} } }`),
    );
    expect(mistake).toMatch(/^domains\.yaml:13:43: found a private key\. Remove it/);
    expect(others).toEqual([]);
  });

  it('no unusual character in a comment, within quotation marks, or in a list that is right', () => {
    const contact = (text: string) =>
      withLine(5, `  functionName: ses-byodkim\n  notices: { contact: ${text} } # \uff1a`);
    expect(mistakesIn(contact('\u9023\u7d61\u5148\uff1a\u7530\u4e2d'))).toEqual([]);
    const wrong = contact('"\u9023\u7d61\u5148\uff1a\u3000\u7530"').replace('selector: s1', 'selector: a_b');
    expect(mistakesIn(wrong)).toEqual([expect.stringContaining('selector: found "a_b"')]);
  });

  it('a missing file', () => {
    expect(() => readDomainList('nowhere/domains.yaml')).toThrow(
      'nowhere/domains.yaml:1:1: there is no such file, allowed: a list of domains in YAML',
    );
  });
});
