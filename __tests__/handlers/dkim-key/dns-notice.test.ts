import { noticeOf } from '../../../handlers/dkim-key/dns-team';
import { dnsRecord } from '../../../handlers/selector/dns-record';
import { expectExample, FAKE_PUBLIC_KEY } from '../notices/example';

const record = (domain = 'example.com') =>
  dnsRecord({ domain, selector: 'selector1' }, FAKE_PUBLIC_KEY, Date.parse('2025-09-17T10:30:00Z'));

const LANGUAGES = ['en', 'ja'] as const;
const settings = (noticeLanguage: 'en' | 'ja', noticeContact = 'Platform team <platform@example.com>') => ({
  noticeLanguage,
  noticeContact,
});

test.each(LANGUAGES)('the notice reads as the stored example (%s)', (language) => {
  expectExample(`dns-notice.${language}`, noticeOf(settings(language), record()));
});

const withMailFrom = () =>
  dnsRecord(
    {
      domain: 'example.com',
      selector: 'selector1',
      region: 'ap-northeast-1',
      mailFrom: { subdomain: 'bounce' },
    },
    FAKE_PUBLIC_KEY,
    Date.parse('2025-09-17T10:30:00Z'),
  );

test.each(LANGUAGES)(
  'the notice of a key and a MAIL FROM domain reads as the stored example (%s)',
  (language) => {
    expectExample(`dns-notice-mail-from.${language}`, noticeOf(settings(language), withMailFrom()));
  },
);

test.each(LANGUAGES)(
  'the records of a MAIL FROM domain stand on lines to copy, beside aliases too (%s)',
  (language) => {
    const delegation = { zone: 'dkim.example.net', selectors: ['selector1', 'selector2'] as const };
    for (const delegated of [undefined, delegation]) {
      const lines = noticeOf(settings(language), withMailFrom(), delegated).message.split('\n');
      expect(lines).toEqual(
        expect.arrayContaining([
          'bounce.example.com. 300 IN MX 10 feedback-smtp.ap-northeast-1.amazonses.com.',
          'bounce.example.com. 300 IN TXT "v=spf1 include:amazonses.com ~all"',
        ]),
      );
    }
  },
);

const aliases = (language: 'en' | 'ja') =>
  noticeOf(settings(language), record(), { zone: 'dkim.example.net', selectors: ['selector1', 'selector2'] });

test.each(LANGUAGES)('the notice of two aliases reads as the stored example (%s)', (language) => {
  expectExample(`alias-notice.${language}`, aliases(language));
});

test.each([
  ['of a record', () => noticeOf(settings('ja'), record())],
  ['of two aliases', () => aliases('ja')],
  ['of a MAIL FROM domain', () => noticeOf(settings('ja'), withMailFrom())],
])('the Japanese notice %s holds no English sentence', (_, notice) => {
  expect(notice().message.match(/\b[a-z]{2,} [a-z]{2,} [a-z]{2,}\b|must answer/gi)).toBeNull();
});

test.each(LANGUAGES)('without a contact it names whom to answer (%s)', (language) => {
  const { message } = noticeOf(settings(language, ''), record());
  expect(message).toContain(
    language === 'en' ? 'Please reply to the person who forwarded' : '担当者までご連絡ください',
  );
  expect(message).not.toContain('undefined');
});

test.each(LANGUAGES)('the subject is ASCII and short, whatever the domain (%s)', (language) => {
  for (const domain of ['example.com', `${'a'.repeat(63)}.${'b'.repeat(63)}.xn--bcher-kva.example`]) {
    expect(noticeOf(settings(language), record(domain)).subject).toMatch(/^[\x20-\x7e]{1,99}$/);
  }
});

test('both languages have the same content', () => {
  const english = noticeOf(settings('en'), record()).message;
  const japanese = noticeOf(settings('ja'), record()).message;
  const facts = (text: string) =>
    text.match(/[\x21-\x7e]*(?:_domainkey|SHA256:|v=DKIM1|\d{4}-\d\d)[\x21-\x7e]*/g);
  const bare = (text: string) => facts(text)?.map((fact) => fact.replace(/[(),:;]|\.$/g, ''));
  expect(new Set(bare(japanese))).toEqual(new Set(bare(english)));
});
