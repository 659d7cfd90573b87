import { readSpf } from '../../../handlers/mail-domain/spf';

const SPF = 'v=spf1 include:amazonses.com ~all';

it.each([
  SPF,
  'v=spf1 include:AmazonSES.com -all',
  'V=SPF1  +include:amazonses.com.',
  'v=spf1 include:amazonses.com',
  'v=spf1 include:amazonses.com ?all ',
])('takes %s', (record) => expect(readSpf([record])).toEqual({ kind: 'passes' }));

it('takes it among other texts', () => {
  expect(readSpf(['token=1', SPF])).toEqual({ kind: 'passes' });
});

it('finds no SPF record among other texts', () => {
  expect(readSpf(['hello', 'v=spf10 include:amazonses.com'])).toMatchObject({ kind: 'none' });
});

it('refuses two records', () => {
  expect(readSpf([SPF, 'v=spf1 -all'])).toMatchObject({
    problem: expect.stringMatching(/has 2 SPF records, and it must be one/),
  });
});

it.each([
  'v=spf1',
  'v=spf1 +all',
  'v=spf1 include:spf.example.net ~all',
  'v=spf1 ~all include:amazonses.com',
  'v=spf1 ?include:amazonses.com ~all',
  'v=spf1 -ip4:54.240.0.0/18 include:amazonses.com ~all',
  'v=spf1 a:x.test a:y.test a:z.test include:amazonses.com',
  'v=spf1 redirect=spf.example.net',
  'v=spf1 include:amazonses.com.example.net ~all',
  'v=spf1 incldue:amazonses.com ~all',
  'v=spf1 later=word include:amazonses.com',
  // A mistake behind it is one in the whole record (RFC 7208 §4.6), and nothing else uses the name.
  ...[
    'ip4:192.0.2.0/33',
    'ip4:999.1.1.1',
    'ip4:2001:db8::1',
    'exists:%{z}.example.com',
    'exists:%{',
    'a/33',
  ].map((term) => `v=spf1 include:amazonses.com ${term} ~all`),
  'v=spf1 include:amazonses.com ip4:192.0.2.0/24 ~all',
  'v=spf1 include:amazonses.com redirect=a.test',
  'v=spf1 include:amazonses.com \x07 ~all',
])('refuses %j', (record) => {
  expect(readSpf([record])).toEqual({
    kind: 'invalid',
    problem: expect.stringMatching(
      /not SES’s alone.*expected v=spf1 include:amazonses\.com ~all, found "v=spf1/,
    ),
  });
});
