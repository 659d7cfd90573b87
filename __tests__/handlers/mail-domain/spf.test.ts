import { readSpf } from '../../../handlers/mail-domain/spf';
import { textsIn } from './texts-in';

const SPF = 'v=spf1 include:amazonses.com ~all';

const read = (record: string | readonly string[], others: Record<string, string[]> = {}) =>
  readSpf([record].flat(), textsIn(others));

it.each([
  SPF,
  'v=spf1 ip4:192.0.2.0/24 a mx include:amazonses.com -all',
  'v=spf1 a:%{d} include:AmazonSES.com ?all',
  'v=spf1 include:amazonses.com later=word',
])('takes %s', async (record) => expect(await read(record)).toEqual({ kind: 'passes' }));

it('takes what an included record includes', async () => {
  const others = { 'spf.example.net': [SPF] };
  expect(await read('v=spf1 include:spf.example.net -all', others)).toEqual({ kind: 'passes' });
  expect(await read('v=spf1 redirect=spf.example.net', others)).toEqual({ kind: 'passes' });
});

it('tells that there is no SPF record among other texts', async () => {
  expect(await read(['hello', 'v=spf10 include:amazonses.com'])).toEqual({ kind: 'none' });
});

it.each([
  ['two records', [SPF, 'v=spf1 -all'], /has 2 SPF records, and it must be one/],
  ['one that leaves SES out', 'v=spf1 include:spf.example.net ~all', /does not let SES pass/],
  ['one that lets anybody pass', 'v=spf1 +all', /expected include:amazonses\.com before any "all"/],
  ['SES after all', 'v=spf1 ~all include:amazonses.com', /does not let SES pass/],
  ['SES that is not to pass', 'v=spf1 ?include:amazonses.com ~all', /does not let SES pass/],
  [
    'a misspelt term',
    'v=spf1 incldue:amazonses.com ~all',
    /with "incldue:amazonses\.com", which is no SPF term/,
  ],
  ['an address that is none', `${SPF} ip4:192.0.2.300`, /"ip4:192\.0\.2\.300", which is no SPF term/],
  [
    'a name of JavaScript’s own',
    'v=spf1 constructor include:amazonses.com',
    /"constructor", which is no SPF/,
  ],
  [
    'an include of nothing',
    'v=spf1 include:gone.example.net ~all',
    /refers to gone\.example\.net, which has none/,
  ],
  ['redirect twice', 'v=spf1 redirect=a.example redirect=b.example', /with redirect= twice/],
  ['other characters', 'v=spf1 include:amazonses.com \x07 ~all', /characters that are not allowed/],
] as const)('refuses %s', async (_, record, problem) => {
  const others = { 'spf.example.net': ['v=spf1 ip4:192.0.2.1 -all'] };
  expect(await read(record, others)).toEqual({ kind: 'invalid', problem: expect.stringMatching(problem) });
});

it('counts ten look-ups in all records together, and refuses the eleventh', async () => {
  const hosts = (count: number) => Array.from({ length: count }, (_, at) => `a:h${at}.example.com`).join(' ');
  const others = { 'spf.example.net': [`v=spf1 ${hosts(4)} include:amazonses.com ~all`] };
  expect(await read(`v=spf1 ${hosts(4)} include:spf.example.net ~all`, others)).toEqual({ kind: 'passes' });
  expect(await read(`v=spf1 ${hosts(5)} include:spf.example.net ~all`, others)).toMatchObject({
    problem: expect.stringMatching(/more than 10 look-ups, which receivers refuse \(RFC 7208 §4\.6\.4\)/),
  });
});

it('ends where records include each other', async () => {
  const others = {
    'a.example': ['v=spf1 include:b.example ~all'],
    'b.example': ['v=spf1 include:a.example ~all'],
  };
  expect(await read('v=spf1 include:a.example ~all', others)).toMatchObject({ kind: 'invalid' });
});

it('says which included record is wrong, and which could not be read', async () => {
  const others = { 'spf.example.net': ['v=spf1 ipv4:192.0.2.1 ~all'] };
  expect(await read('v=spf1 include:spf.example.net ~all', others)).toMatchObject({
    problem: expect.stringMatching(/at spf\.example\.net \(included\) with "ipv4:192\.0\.2\.1"/),
  });
  const silent = async () => ({ problem: 'nobody answers' });
  expect(await readSpf(['v=spf1 include:spf.example.net ~all'], silent)).toEqual({
    kind: 'unknown',
    problem: 'the SPF record of spf.example.net could not be read: nobody answers',
  });
});
