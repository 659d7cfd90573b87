import { noticeOf } from '../../../handlers/dkim-key/dns-team';
import { dnsRecord } from '../../../handlers/selector/dns-record';
import { expectExample, FAKE_PUBLIC_KEY } from '../notices/example';

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
  noticeLanguage,
  noticeContact,
});

const NOTICES = LANGUAGES.flatMap((language) => [
  [`dns-notice.${language}`, noticeOf(settings(language), record())] as const,
  [`dns-notice-mail-from.${language}`, noticeOf(settings(language), record(MAIL_FROM))] as const,
  [
    `dns-notice-mail-from-regions.${language}`,
    noticeOf(settings(language), record(MAIL_FROM_OF_REGIONS)),
  ] as const,
  [`alias-notice.${language}`, noticeOf(settings(language), record(), DELEGATION)] as const,
]);

test.each(NOTICES)('a notice reads as the stored example: %s', expectExample);

test.each(NOTICES.filter(([name]) => name.endsWith('.ja')))(
  'a Japanese notice holds no English sentence: %s',
  (_, { message }) => {
    expect(message.match(/\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b|must print/gi)).toBeNull();
  },
);

describe.each(LANGUAGES)('in %s', (language) => {
  test('the records of a MAIL FROM domain stand on lines to copy, beside aliases too', () => {
    const lines = noticeOf(settings(language), record(MAIL_FROM), DELEGATION).message.split('\n');
    expect(lines).toContain('bounce.example.com. 300 IN MX 10 feedback-smtp.ap-northeast-1.amazonses.com.');
    expect(lines).toContain('bounce.example.com. 300 IN TXT "v=spf1 include:amazonses.com ~all"');
  });

  test('the MAIL FROM records of every region are asked for at once, each with its own name and MX', () => {
    const { message } = noticeOf(settings(language), record(MAIL_FROM_OF_REGIONS));
    const lines = message.split('\n');
    for (const region of MAIL_FROM_OF_REGIONS.mailFrom.regions) {
      const name = `bounce-${region}.example.com`;
      expect(lines).toContain(`${name}. 300 IN MX 10 feedback-smtp.${region}.amazonses.com.`);
      expect(lines).toContain(`${name}. 300 IN TXT "v=spf1 include:amazonses.com ~all"`);
    }
    expect(message).toContain(language === 'en' ? 'Please publish 5 records' : '5 件');
  });

  test('without a contact the notice names whom to answer', () => {
    const { message } = noticeOf(settings(language, ''), record());
    expect(message).toMatch(/Please reply to the person who forwarded|担当者までご連絡ください/);
    expect(message).not.toContain('undefined');
  });
});

test('the subject is ASCII and short, whatever the domain', () => {
  const domain = `${'a'.repeat(63)}.${'b'.repeat(63)}.xn--bcher-kva.example`;
  for (const each of [record(), record({ domain })])
    expect(noticeOf(settings('ja'), each).subject).toMatch(/^[\x20-\x7e]{1,99}$/);
});

test('both languages have the same content', () => {
  const facts = (language: 'en' | 'ja') =>
    new Set(
      noticeOf(settings(language), record())
        .message.match(/[\x21-\x7e]*(?:_domainkey|SHA256:|v=DKIM1|\d{4}-\d\d)[\x21-\x7e]*/g)
        ?.map((fact) => fact.replace(/[(),:;]|\.$/g, '')),
    );
  expect(facts('ja')).toEqual(facts('en'));
});
