import { parse } from 'yaml';
import { RECORD_FORMS, type RecordForm } from '../../../cli/dns/record-forms';
import { dnsRecord } from '../../../handlers/keys/state/dns-record';
import { newTestKey } from '../../support/world';

const { publicKey } = newTestKey(2048);
const record = dnsRecord(
  { domain: 'example.com', selector: 'S1', region: 'eu-west-1', mailFrom: { subdomain: 'bounce' } },
  publicKey,
  0,
);
const print = (form: RecordForm): string => RECORD_FORMS[form](record);

describe('the records of a delegated domain', () => {
  const aliases = ['s1', 's2'].map((selector) => {
    const [name, value] = [`${selector}._domainkey.example.com`, `${selector}.example.com.keys.example.net`];
    const zoneFile = `${name}. 3600 IN CNAME ${value}.`;
    return { name, type: 'CNAME', ttlSeconds: 3600, value, zoneFile, route53: `${value}.` } as const;
  });
  const { mailFrom: _, ...key } = record;
  const delegated = { ...key, aliases };

  it.each(Object.keys(RECORD_FORMS) as RecordForm[])(
    'are two aliases, without TXT at their names: %s',
    (form) => {
      const printed = RECORD_FORMS[form](delegated);
      for (const { value } of aliases) expect(printed).toContain(value);
      expect(printed).not.toMatch(/TXT|v=DKIM1/);
    },
  );

  // octoDNS reads no `values` of a CNAME; ExternalDNS before 2026 passes over a target that ends with a dot.
  it('have one value for octoDNS, and no final dot for ExternalDNS', () => {
    expect(RECORD_FORMS.octodns(delegated)).toMatch(/ttl: 3600\n +type: CNAME\n +value: s1\..*\.net\.\n/);
    expect(RECORD_FORMS['external-dns'](delegated)).toMatch(/targets:\n +- s1\..*\.net\n/);
  });

  // RFC 2136 §3.4.2.2: an alias is not added to other records, but the update succeeds.
  it('replace all records at their names with nsupdate', () => {
    expect(RECORD_FORMS.nsupdate(delegated)).toMatch(
      /^update delete s1\._domainkey\.example\.com\.\nupdate add s1/,
    );
  });

  it('are two resources with different names in Terraform', () => {
    expect(RECORD_FORMS.terraform(delegated)).toMatch(/ "cname_s1__domain.* "cname_s2__domain/s);
  });
});

describe('the records in the form of a tool', () => {
  it('are calls in dnsconfig.js for dnscontrol', () => {
    const call = (...args: unknown[]) => args;
    const run = new Function('D_EXTEND', 'TXT', 'MX', 'TTL', `return ${print('dnscontrol')}`);
    const ttl = (seconds: number) => ({ ttl: seconds });
    expect(
      run(
        call,
        (...args: unknown[]) => ['TXT', ...args],
        (...args: unknown[]) => ['MX', ...args],
        ttl,
      ),
    ).toEqual([
      'example.com',
      ['TXT', 'S1._domainkey', record.value, { ttl: 300 }],
      ['MX', 'bounce', 10, 'feedback-smtp.eu-west-1.amazonses.com.', { ttl: 300 }],
      ['TXT', 'bounce', 'v=spf1 include:amazonses.com ~all', { ttl: 300 }],
    ]);
  });

  it('are entries of a zone for octoDNS, with escaped semicolons', () => {
    expect(print('octodns')).toMatch(/\nbounce:\n {2}- ttl: 300\n {4}type: MX\n {4}values:\n/);
    expect(parse(print('octodns'))).toEqual({
      'S1._domainkey': [{ type: 'TXT', ttl: 300, values: [record.value.replaceAll(';', '\\;')] }],
      bounce: [
        {
          type: 'MX',
          ttl: 300,
          values: [{ exchange: 'feedback-smtp.eu-west-1.amazonses.com.', preference: 10 }],
        },
        { type: 'TXT', ttl: 300, values: ['v=spf1 include:amazonses.com ~all'] },
      ],
    });
  });

  it('are named relative to their zone for octoDNS, and the zone is named', () => {
    const domain = 'mail.example.com';
    const name = `S1._domainkey.${domain}`;
    const printed = RECORD_FORMS.octodns({ ...record, mailFrom: [], domain, name, zone: 'example.com' });
    expect(printed).toMatch(/^# example\.com\.yaml: the file of the zone example\.com\n/);
    expect(Object.keys(parse(printed))).toEqual(['S1._domainkey.mail']);
  });

  it('are a DNSEndpoint for ExternalDNS, with strings as in RFC 1035', () => {
    const { apiVersion, kind, metadata, spec } = parse(print('external-dns'));
    expect([apiVersion, kind, metadata.name]).toEqual([
      'externaldns.k8s.io/v1alpha1',
      'DNSEndpoint',
      'dkim-s1.example.com',
    ]);
    expect(spec.endpoints).toEqual([
      {
        dnsName: 'S1._domainkey.example.com',
        recordTTL: 300,
        recordType: 'TXT',
        targets: [expect.stringMatching(/^"v=DKIM1; [^"]{246}" "[^"]+"$/)],
      },
      {
        dnsName: 'bounce.example.com',
        recordTTL: 300,
        recordType: 'MX',
        targets: ['10 feedback-smtp.eu-west-1.amazonses.com'],
      },
      {
        dnsName: 'bounce.example.com',
        recordTTL: 300,
        recordType: 'TXT',
        targets: ['"v=spf1 include:amazonses.com ~all"'],
      },
    ]);
  });
});
