import { aliasesOf, dnsRecord } from '../../../handlers/keys/state/dns-record';
import { dnsNotice } from '../../../handlers/notices/dns-notice';
import type { AskedRecord, DnsRequest } from '../../../handlers/words/notices.en';
import type { DnsRecord } from '../../../handlers/words/record';
import { expectExample, FAKE_PUBLIC_KEY } from './example';

const LANGUAGES = ['en', 'ja'] as const;
const DELEGATION = { zone: 'dkim.example.net', selectors: ['selector1', 'selector2'] } as const;

const record = (more: object = {}) => {
  const request = { domain: 'example.com', selector: 'selector1', ...more };
  return dnsRecord(request, FAKE_PUBLIC_KEY, Date.parse('2025-09-17T10:30:00Z'));
};
const MAIL_FROM = { region: 'ap-northeast-1', mailFrom: { subdomain: 'bounce' } };
const MAIL_FROM_OF_REGIONS = {
  region: 'ap-northeast-1',
  mailFrom: { subdomain: 'bounce-{region}', regions: ['ap-northeast-1', 'us-east-1'] },
};
const settings = (noticeLanguage: 'en' | 'ja', noticeContact = 'Platform team <platform@example.com>') => ({
  environment: { noticeLanguage, noticeContact },
  clock: { now: () => Date.parse('2025-09-17T10:30:00Z'), sleep: async () => {}, limit: async () => {} },
});
const asked = (purpose: AskedRecord['purpose'], records: readonly object[] = []): AskedRecord[] =>
  records.map((each) => ({ ...(each as AskedRecord), purpose }));
const recordsOf = (of: DnsRecord, spares: readonly DnsRecord[] = []): DnsRequest => ({
  kind: 'records',
  records: [...asked('key', [of]), ...asked('later-key', spares), ...asked('mail-from', of.mailFrom)],
  key: of,
});
const aliases = (of: DnsRecord): DnsRequest => ({
  kind: 'aliases',
  zone: DELEGATION.zone,
  aliases: aliasesOf('example.com', DELEGATION),
  mailFrom: asked('mail-from', of.mailFrom),
});
const REMOVAL: DnsRequest = {
  kind: 'removal',
  name: 'selector0._domainkey.example.com',
  since: '2025-09-10',
};
const WITHDRAWAL: DnsRequest = {
  kind: 'withdrawal',
  recordName: 'selector0._domainkey.example.com',
  askedOn: '2025-09-10',
};
const notice = (
  language: 'en' | 'ja',
  request: DnsRequest,
  more: { domain?: string; urgent?: boolean; contact?: string } = {},
) => dnsNotice(settings(language, more.contact), { domain: 'example.com', ...more }, request);

const NOTICES = LANGUAGES.flatMap((language) => [
  [`dns-notice.${language}`, notice(language, recordsOf(record()))] as const,
  [`dns-notice-mail-from.${language}`, notice(language, recordsOf(record(MAIL_FROM)))] as const,
  [
    `dns-notice-mail-from-regions.${language}`,
    notice(language, recordsOf(record(MAIL_FROM_OF_REGIONS))),
  ] as const,
  [
    `dns-notice-urgent.${language}`,
    notice(language, recordsOf(record(), [record({ selector: 'selector2' })]), { urgent: true }),
  ] as const,
  [`alias-notice.${language}`, notice(language, aliases(record()))] as const,
  [`removal-notice.${language}`, notice(language, REMOVAL)] as const,
  [`withdrawal-notice.${language}`, notice(language, WITHDRAWAL)] as const,
]);

test.each(NOTICES)('a notice reads as the stored example: %s', expectExample);

test.each(NOTICES.filter(([name]) => name.endsWith('.ja')))(
  'a Japanese notice contains no English sentence: %s',
  (_, { message }) => {
    expect(
      // A subject is in English, since SNS takes only ASCII.
      message
        .replaceAll(/dig \+short.*|件名「.*?」/g, '')
        .match(/\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b|must print/gi),
    ).toBeNull();
  },
);

describe.each(LANGUAGES)('in %s', (language) => {
  test('a request for a removal names the subject of the notice that withdraws it', () => {
    const { subject } = notice(language, WITHDRAWAL);
    expect(notice(language, REMOVAL).message).toContain(subject);
  });

  test('the records of a MAIL FROM domain are on lines that can be copied, alongside aliases as well', () => {
    const lines = notice(language, aliases(record(MAIL_FROM))).message.split('\n');
    expect(lines).toContain('bounce.example.com. 300 IN MX 10 feedback-smtp.ap-northeast-1.amazonses.com.');
    expect(lines).toContain('bounce.example.com. 300 IN TXT "v=spf1 include:amazonses.com ~all"');
  });

  test('the request for aliases names the zone whose owner can sign from then on', () => {
    expect(notice(language, aliases(record())).message).toMatch(
      language === 'en'
        ? /The owner of that zone, dkim\.example\.net, can then sign mail as example\.com: publish the aliases only if/
        : /ゾーン dkim\.example\.net の所有者が example\.com としてメールに署名できる/,
    );
  });

  test('the MAIL FROM records of every region are requested at once, each with its own name and MX', () => {
    const { message } = notice(language, recordsOf(record(MAIL_FROM_OF_REGIONS)));
    const lines = message.split('\n');
    for (const region of MAIL_FROM_OF_REGIONS.mailFrom.regions) {
      const name = `bounce-${region}.example.com`;
      expect(lines).toContain(`${name}. 300 IN MX 10 feedback-smtp.${region}.amazonses.com.`);
      expect(lines).toContain(`${name}. 300 IN TXT "v=spf1 include:amazonses.com ~all"`);
    }
    expect(message).toContain(language === 'en' ? 'Please publish 5 records' : '5 件');
  });

  test('a notice without a contact names the person to answer', () => {
    const { message } = notice(language, recordsOf(record()), { contact: '' });
    expect(message).toMatch(/Please reply to the person who forwarded|担当者までご連絡ください/);
    expect(message).not.toContain('undefined');
  });
});

test('the subject is ASCII and short, whatever the domain', () => {
  const domain = `${'a'.repeat(63)}.${'b'.repeat(63)}.xn--bcher-kva.example`;
  for (const each of [record(), record({ domain })])
    for (const urgent of [false, true])
      expect(notice('ja', recordsOf(each), { domain: each.domain, urgent }).subject).toMatch(
        /^[\x20-\x7e]{1,99}$/,
      );
});

test('both languages have the same content', () => {
  const facts = (language: 'en' | 'ja') =>
    new Set(
      notice(language, recordsOf(record()))
        .message.match(/[\x21-\x7e]*(?:_domainkey|SHA256:|v=DKIM1|\d{4}-\d\d)[\x21-\x7e]*/g)
        ?.map((fact) => fact.replace(/[(),:;]|\.$/g, '')),
    );
  expect(facts('ja')).toEqual(facts('en'));
});

test('a notice about a sub-domain does not assume that the domain has a zone', () => {
  const of = record({ domain: 'mail.example.com' });
  expect(notice('en', recordsOf(of), { domain: of.domain }).message).toContain(
    'If your zone is a parent of mail.example.com, enter the full name without the name of that zone.',
  );
  expect(notice('en', recordsOf(record())).message).not.toContain('is a parent of');
});
