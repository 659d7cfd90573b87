import { readSpf } from '../../../handlers/mail-domain/spf';

const SPF = 'v=spf1 include:amazonses.com ~all';

it.each([
  SPF,
  'v=spf1 include:AmazonSES.com -all',
  'V=SPF1  +include:amazonses.com.',
  'v=spf1 include:amazonses.com',
  'v=spf1 include:amazonses.com ?all ',
])('accepts %s', (record) => expect(readSpf([record])).toEqual({ kind: 'passes' }));

it('accepts it among other texts', () => {
  expect(readSpf(['token=1', SPF])).toEqual({ kind: 'passes' });
});

it('finds no SPF record among other texts', () => {
  expect(readSpf(['hello', 'v=spf10 include:amazonses.com'])).toMatchObject({ kind: 'none' });
});

it('refuses two records', () => {
  expect(readSpf([SPF, 'v=spf1 -all'])).toMatchObject({
    problem: { kind: 'several-spf', count: 2 },
  });
});

it.each([
  'v=spf1',
  'v=spf1 +all',
  'v=spf1 include:spf.example.net ~all',
  'v=spf1 ~all include:amazonses.com',
  'v=spf1 ?include:amazonses.com ~all',
  'v=spf1 include:amazonses.com.example.net ~all',
  // A mistake behind it is one in the whole record (RFC 7208 §4.6), and nothing else uses the name.
  'v=spf1 include:amazonses.com ip4:192.0.2.0/33 ~all',
  'v=spf1 include:amazonses.com exists:%{z}.example.com ~all',
  'v=spf1 include:amazonses.com ip4:192.0.2.0/24 ~all',
  'v=spf1 include:amazonses.com \x07 ~all',
])('refuses %j', (record) => {
  expect(readSpf([record])).toEqual({
    kind: 'invalid',
    problem: { kind: 'other-spf', expected: SPF, found: record },
  });
});
