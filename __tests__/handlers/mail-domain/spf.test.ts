import { readSpf } from '../../../handlers/mail-domain/spf';

const SPF = 'v=spf1 include:amazonses.com ~all';

it.each([
  SPF,
  'v=spf1 include:AmazonSES.com -all',
  'V=SPF1  +include:amazonses.com.',
  'v=spf1 include:amazonses.com ip4:192.0.2.0/24 a mx:mail.example.com include:spf.example.net ?all',
  'v=spf1 later=word include:amazonses.com',
])('takes %s', (record) => expect(readSpf([record])).toEqual({ kind: 'passes' }));

it('takes it among other texts', () => {
  expect(readSpf(['token=1', SPF])).toEqual({ kind: 'passes' });
});

it('finds no SPF record among other texts', () => {
  expect(readSpf(['hello', 'v=spf10 include:amazonses.com'])).toEqual({ kind: 'none' });
});

const BEGINS = /does not begin with SES.*expected v=spf1 include:amazonses\.com ~all$/;

it.each([
  ['two records', [SPF, 'v=spf1 -all'], /has 2 SPF records, and it must be one/],
  ['nothing in it', 'v=spf1', BEGINS],
  ['one that leaves SES out', 'v=spf1 include:spf.example.net ~all', BEGINS],
  ['one that lets anybody pass', 'v=spf1 +all', BEGINS],
  ['SES after all', 'v=spf1 ~all include:amazonses.com', BEGINS],
  ['SES that is not to pass', 'v=spf1 ?include:amazonses.com ~all', BEGINS],
  ['SES behind addresses that are refused', 'v=spf1 -ip4:54.240.0.0/18 include:amazonses.com ~all', BEGINS],
  ['SES behind three look-ups of nothing', 'v=spf1 a:x.test a:y.test a:z.test include:amazonses.com', BEGINS],
  ['SES in another record', 'v=spf1 redirect=spf.example.net', BEGINS],
  ['a name that begins alike', 'v=spf1 include:amazonses.com.example.net ~all', BEGINS],
  [
    'a misspelt term',
    'v=spf1 incldue:amazonses.com ~all',
    /"incldue:amazonses\.com", which is not an SPF term/,
  ],
  ['a term that spoils the rest', `${SPF} ip4:mail`, /"ip4:mail", which is not an SPF term/],
  ['redirect twice', 'v=spf1 include:amazonses.com redirect=a.test redirect=b.test', /with redirect= twice/],
  ['other characters', 'v=spf1 include:amazonses.com \x07 ~all', /which is not an SPF term/],
] as const)('refuses %s', (_, record, problem) => {
  expect(readSpf([record].flat())).toEqual({ kind: 'invalid', problem: expect.stringMatching(problem) });
});
