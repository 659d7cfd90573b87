import { iso } from '../../../handlers/clock';
import { TOPICS } from '../../../handlers/contract/contract';
import { Redactor } from '../../../handlers/errors/redact';
import { dnsRecord } from '../../../handlers/keys/state/dns-record';
import { asMail, notSent } from '../../../handlers/notices/publish';
import { type DnsNotice, dnsSubject, englishNotice } from '../../../handlers/words/notices.en';
import { japaneseNotice } from '../../../handlers/words/notices.ja';
import { formatResultNotice } from '../../../handlers/words/result-notices';
import type { NotSent } from '../../../handlers/words/results';
import { FAKE_PUBLIC_KEY } from '../notices/example';
import { NOTICE_EXAMPLES } from './notice-examples';
import { KEY, PEM, poisoned } from './poison';

const redactor = new Redactor();

describe.each(Object.entries(NOTICE_EXAMPLES))('the notice "%s"', (_, examples) => {
  it.each(examples)('has whole sentences: %j %j', (noted, notice) => {
    const { subject, message } = formatResultNotice(noted, notice, ['A warning.'], iso(0));

    expect(`${subject}\n${message}`).not.toMatch(/undefined|null|\[object|NaN|\.\.(?!\.)|<domain>/);
    expect(message).toMatch(/^[A-Z].*\.\n/);
  });

  it.each(examples)('marks each command, or ends the line with it: %j %j', (noted, notice) => {
    const { message } = formatResultNotice(noted, notice, [], iso(0));

    expect(
      message.replace(/`byodkim [^`\n]+`|(?<=^|: )byodkim (?:(?![.,:;] )[^`\n])+(?<!\.)$/gm, ''),
    ).not.toMatch(/byodkim [a-z]/);
  });

  it.each(examples)('shows no private key, wherever its facts hold one: %j %j', (noted, notice) => {
    const formatted = formatResultNotice(
      { ...noted, selector: PEM, domain: PEM },
      // The code chooses the row.
      notice.kind === 'failed' ? { ...poisoned(notice), code: notice.code } : poisoned(notice),
      [PEM],
      iso(0),
    );

    expect(JSON.stringify(asMail({ redactor }, formatted))).not.toContain(KEY);
  });
});

describe.each([
  ['English', englishNotice],
  ['Japanese', japaneseNotice],
])('the notice to the DNS team in %s', (_, format) => {
  const request = {
    domain: 'example.com',
    selector: 's1',
    region: 'eu-west-1',
    mailFrom: { subdomain: 'b' },
  };
  const record = dnsRecord(request, FAKE_PUBLIC_KEY, 0);
  const of = { domain: 'example.com', wantedBy: '2025-09-24', isUrgent: false, contact: 'dns@example.com' };
  const asked = { ...record, purpose: 'key' } as const;
  const mailFrom = { ...record, purpose: 'mail-from' } as const;
  const notices: readonly DnsNotice[] = [
    { ...of, request: { kind: 'records', records: [asked, mailFrom], key: record } },
    {
      ...of,
      contact: '',
      request: {
        kind: 'aliases',
        zone: 'example.net',
        aliases: [{ name: 'a.example.com', target: 'b.example.net' }],
        mailFrom: [mailFrom],
      },
    },
    { ...of, isUrgent: true, request: { kind: 'removal', name: record.name, since: '2025-09-10' } },
    { ...of, request: { kind: 'withdrawal', recordName: record.name, askedOn: '2025-09-10' } },
  ];

  it.each(notices)('shows no private key, wherever its facts hold one: %j', (notice) => {
    // The kind and the purpose choose the text.
    const given = {
      ...poisoned(notice),
      request: { ...poisoned(notice.request), kind: notice.request.kind } as never,
    };
    const formatted = { subject: dnsSubject(given), message: format(given), contact: PEM };

    expect(JSON.stringify(asMail({ redactor }, formatted))).not.toContain(KEY);
  });
});

const NOT_SENT: readonly NotSent[] = [
  ...TOPICS.map((topic) => ({ kind: 'no-topic' as const, topics: [topic] })),
  { kind: 'no-topic', topics: ['result', 'audit'] },
  ...(['not-asked-for', 'published', 'foreign-record', 'nothing-new'] as const).map((kind) => ({ kind })),
  ...(['no-problems', 'read-only', 'known-failure'] as const).map((kind) => ({ kind })),
  { kind: 'notified', at: '2026-11-25T10:00:00.000Z' },
  { kind: 'notified-lately', at: '2026-11-25T10:00:00.000Z', minutes: 10 },
];

describe('the reason why a notice is not sent', () => {
  it.each(NOT_SENT)('is a clause, and shows no private key: %j', (why) => {
    expect(notSent(why).reason).toMatch(/^[a-z](?!.*undefined).*[^.]$/);
    expect(JSON.stringify(redactor.redactValue(notSent(poisoned(why))))).not.toContain(KEY);
  });
});
