import {
  describeNobody,
  describeVerdict,
  type NobodyAsked,
  type VerdictReason,
} from '../../../handlers/words/gate';

const MX = '10 mail.example.com';

test.each<[VerdictReason, string]>([
  [{ kind: 'has-record' }, 'has the record'],
  [{ kind: 'has-other-key' }, 'has a valid record of another key'],
  [{ kind: 'no-name' }, 'answers that the name does not exist'],
  [{ kind: 'no-record' }, 'has no TXT record at the name'],
  [{ kind: 'wildcard-only' }, 'has no record at the name, only a wildcard that answers for it'],
  [
    { kind: 'several-records', count: 2 },
    'has 2 TXT records at the name, and it must be one (RFC 6376 §3.6.2.2)',
  ],
  [{ kind: 'unusable-record', problem: { kind: 'empty' } }, 'has a record that is empty'],
  [{ kind: 'no-answer', problem: { kind: 'silent' } }, 'does not answer'],
  [{ kind: 'has-mail-from' }, 'has both records'],
  [{ kind: 'no-mx' }, 'has no MX record at the name'],
  [{ kind: 'no-mx-and-spf' }, 'has no MX record at the name, and no SPF'],
  [{ kind: 'no-spf' }, 'has no SPF record at the name'],
  [
    { kind: 'alias-in-the-way', target: 'x.example' },
    'has an alias to x.example at the name, which would be lost: only SES may use this name',
  ],
  [
    { kind: 'host-in-the-way', addresses: ['192.0.2.1'] },
    'has a host at the name (192.0.2.1), which would no longer receive mail: only SES may use this name',
  ],
  [
    { kind: 'other-mx', values: [MX] },
    `has other MX records (${MX}): SES accepts only its own, and mail to the others would be lost`,
  ],
  [
    { kind: 'wrong-mx', values: [MX], expected: '10 ses.example' },
    `has the MX record ${MX}, and SES accepts exactly one: 10 ses.example`,
  ],
  [{ kind: 'several-spf', count: 2 }, 'has 2 SPF records, and it must be one (RFC 7208 §4.5)'],
  [
    { kind: 'other-spf', expected: 'v=spf1 a', found: 'v=spf1 b' },
    'has an SPF record that is not SES’s alone, so that its mail may not pass: expected v=spf1 a, found "v=spf1 b"',
  ],
])('%j: the server %s', (why, words) => expect(describeVerdict({ why })).toBe(words));

test('an answer at the end of an alias names the alias, and the requested name', () => {
  const why = { kind: 'no-record' } as const;
  expect(describeVerdict({ why, aliasTo: 'a.example', askedFor: 'b.example' })).toBe(
    'has an alias to a.example, whose server has no TXT record at the name (asked for b.example)',
  );
});

test.each<[NobodyAsked, string]>([
  [{ kind: 'time-was-up' }, 'time was up before any server had answered.'],
  [
    { kind: 'no-domain', domain: 'example.com' },
    'there is no domain example.com in DNS: resolvers know no name servers of it.',
  ],
  [
    {
      kind: 'not-found',
      domain: 'example.com',
      resolvers: [{ address: '192.0.2.1:53', problem: { kind: 'silent' } }],
    },
    'the servers of example.com could not be found: resolver 192.0.2.1:53 does not answer.',
  ],
  [{ kind: 'no-address', hosts: ['ns1.example'] }, 'no address is known of its name servers ns1.example.'],
])('nobody is asked, %j: %s', (nobody, words) => expect(describeNobody(nobody)).toBe(words));
