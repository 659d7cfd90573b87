import { compareLists } from '../../../cli/review/changes';
import { harmsOf } from '../../../cli/review/harms';
import { meaningOf } from '../../../cli/review/meaning';
import { type Harm, harmWords } from '../../../cli/words/harms';
import { parseDomainList } from '../../../list/read-list';

/** @param control of the list @param entry settings of its domain @param domains in addition */
const listOf = (control: string, entry: string, domains = ''): ReturnType<typeof parseDomainList> =>
  parseDomainList(
    `control: { ${control} }\ndefaults: { region: eu-west-1, selector: s1 }\ndomains:\n  a.example: { ${entry} }\n${domains}`,
    'domains.yaml',
  );

const harms = (before: Parameters<typeof listOf>, after: Parameters<typeof listOf>): Harm[] => {
  const changes = compareLists(listOf(...before), listOf(...after));
  return harmsOf(
    changes.domains.map((change) => ({ change, meaning: meaningOf(change, undefined) })),
    changes,
  );
};

const MADE = 'topics: { audit: create }';
const ARN = 'topics: { audit: "arn:aws:sns:eu-west-1:111122223333:audit" }';
const READ = 'topics: { audit: { subscribers: [a@example.com, b@example.com] } }';
const stacks = ['a.example'];
const OF_OTHERS: Harm = {
  code: 'TOPIC_OF_OTHERS',
  facts: { topic: 'audit', arn: 'arn:aws:sns:eu-west-1:111122223333:audit' },
};
const heard = (subscribers: string[]): Harm => ({
  code: 'SUBSCRIBERS_ADDED',
  facts: { topic: 'audit', subscribers },
});
const ADMIN = 'arn:aws:iam::123456789012:role/admin';

/** The last harm is that of the opposite direction, if it has any. */
test.each<[string, string, string, string, string, Harm, ...Harm[]]>([
  ['a topic that goes', MADE, '', '', '', { code: 'TOPIC_REMOVED', facts: { topic: 'audit', isMade: true } }],
  [
    'one of others that is not used any more',
    ARN,
    '',
    '',
    '',
    { code: 'TOPIC_REMOVED', facts: { topic: 'audit', isMade: false } },
    OF_OTHERS,
  ],
  [
    'one that goes with its subscribers',
    READ,
    '',
    '',
    '',
    { code: 'TOPIC_REMOVED', facts: { topic: 'audit', isMade: true } },
    heard(['a@example.com', 'b@example.com']),
  ],
  [
    'subscribers that go, though the topic stays',
    READ,
    '',
    MADE,
    '',
    {
      code: 'SUBSCRIBERS_REMOVED',
      facts: { topic: 'audit', subscribers: ['a@example.com', 'b@example.com'] },
    },
    heard(['a@example.com', 'b@example.com']),
  ],
  [
    'a subscriber that goes',
    READ,
    '',
    'topics: { audit: { subscribers: [b@example.com] } }',
    '',
    { code: 'SUBSCRIBERS_REMOVED', facts: { topic: 'audit', subscribers: ['a@example.com'] } },
    heard(['a@example.com']),
  ],
  ['a topic of others', MADE, '', ARN, '', OF_OTHERS],
  [
    'who else may read keys',
    '',
    '',
    `keyStore: { readers: ["${ADMIN}"] }`,
    '',
    { code: 'READERS_ADDED', facts: { principals: [ADMIN] } },
  ],
  [
    'who else may store keys',
    '',
    '',
    `keyStore: { writers: ["${ADMIN}"] }`,
    '',
    { code: 'WRITERS_ADDED', facts: { principals: [ADMIN] } },
  ],
  [
    'another place of keys',
    '',
    '',
    'keyStore: { alsoRead: [evil/keys/] }',
    '',
    { code: 'KEYS_READ_ELSEWHERE', facts: { places: ['evil/keys/'] } },
  ],
  [
    'keys that the function no longer refuses',
    '',
    'createKey: true',
    '',
    'createKey: false',
    { code: 'KEYS_NOT_MADE_HERE', facts: { stacks } },
  ],
  [
    'keys that nothing protects',
    '',
    '',
    'keyStore: { protect: false }',
    '',
    { code: 'KEYS_UNPROTECTED', facts: {} },
  ],
  [
    'a return address that goes',
    '',
    'mailFrom: { subdomain: bounce }',
    '',
    '',
    { code: 'MAIL_FROM_REMOVED', facts: { stacks } },
  ],
  [
    'bounces that nobody hears of',
    '',
    '',
    '',
    'feedbackForwarding: false',
    { code: 'FEEDBACK_OFF', facts: { stacks } },
  ],
  [
    'a role that may no longer send',
    '',
    'sendEmailRoles: [app, news]',
    '',
    'sendEmailRoles: [news]',
    { code: 'SENDERS_REMOVED', facts: { stacks, senders: ['app'] } },
  ],
  [
    'an account and an organisation that may no longer send',
    '',
    "senders: { accounts: ['111122223333', '444455556666'], organization: o-a1b2c3d4e5 }",
    '',
    "senders: { accounts: ['444455556666'] }",
    { code: 'SENDERS_REMOVED', facts: { stacks, senders: ['111122223333', 'o-a1b2c3d4e5'] } },
  ],
  [
    'a configuration set that goes',
    '',
    'configurationSetName: events',
    '',
    '',
    { code: 'CONFIGURATION_SET_LEFT', facts: { stacks } },
  ],
])(
  'names %s, and none of it in the opposite direction',
  (_, control, entry, nowControl, nowEntry, expected, ...opposite) => {
    expect(harms([control, entry], [nowControl, nowEntry])).toEqual([expected]);
    expect(harms([nowControl, nowEntry], [control, entry])).toEqual(opposite);
  },
);

test('names a sender once for all entries that lose it', () => {
  const roles = 'sendEmailRoles: [app]';
  expect(harms(['', roles, `  b.example: { ${roles} }\n`], ['', '', '  b.example:\n'])).toEqual([
    { code: 'SENDERS_REMOVED', facts: { stacks: ['a.example', 'b.example'], senders: ['app'] } },
  ]);
});

test('names the entries that leave the list while SES signs for them', () => {
  expect(harms(['', '', '  b.example:\n  c.example:\n'], ['', ''])).toEqual([
    { code: 'ENTRIES_LEFT', facts: { stacks: ['b.example', 'c.example'] } },
  ]);
});

test('names a state that moves, once, wherever it moves to', () => {
  const at = (backend: string) =>
    parseDomainList(
      `backend: ${backend}\ndomains: { a.example: { region: eu-west-1, selector: s1 } }`,
      'domains.yaml',
    );
  const [ours, theirs] = ['ours', 'theirs'].map((bucket) =>
    at(`{ s3: { bucket: ${bucket}, region: eu-west-1 } }`),
  );
  const elsewhere = at('{ s3: { bucket: ours, region: eu-west-2, keyPrefix: theirs/ } }');
  for (const after of [theirs!, elsewhere])
    expect(harmsOf([], compareLists(ours!, after))).toEqual([{ code: 'STATE_MOVES', facts: {} }]);
  expect(harmsOf([], compareLists(ours!, ours!))).toEqual([]);
});

test('names the role of deploys, whether it comes or goes', () => {
  const as = (role: string) =>
    parseDomainList(
      `provider: { ${role} }\ndomains: { a.example: { region: eu-west-1, selector: s1 } }`,
      'domains.yaml',
    );
  const [own, other] = [as(''), as(`assumeRoleArn: "${ADMIN}"`)];
  const found = (before: typeof own, after: typeof own) => harmsOf([], compareLists(before, after));
  expect(found(own, other)).toEqual([{ code: 'ROLE', facts: { role: ADMIN } }]);
  expect(found(other, own)).toEqual([{ code: 'ROLE', facts: { role: null } }]);
});

test('does not take an entry that joins a shared key for one whose keys are not made any more', () => {
  const other = (region: string) => `  a.example@${region}: { selector: s2, createKey: true }\n`;
  const joined = '  a.example@us-east-1: { selector: s1 }\n';
  expect(
    harms(
      ['keyStore: { bucket: "keys-{region}" }', 'createKey: true', other('us-east-1')],
      ['keyStore: { bucket: "keys-{region}" }', 'createKey: true', joined],
    ),
  ).toEqual([]);
});

test.each<[Harm, string]>([
  [OF_OTHERS, 'Notices of the topic audit go to arn:aws:sns:eu-west-1:111122223333:audit, and its owner'],
  [heard(['a@evil.example']), 'a@evil.example gets the notices of the topic audit from the deploy on.'],
  [{ code: 'READERS_ADDED', facts: { principals: [ADMIN] } }, `${ADMIN} can read private keys from`],
  [{ code: 'WRITERS_ADDED', facts: { principals: [ADMIN] } }, `${ADMIN} can store private keys from`],
  [
    { code: 'KEYS_READ_ELSEWHERE', facts: { places: ['evil/keys/'] } },
    'The function reads private keys in evil/keys/ from',
  ],
  [{ code: 'ROLE', facts: { role: ADMIN } }, `Every deploy works as the role ${ADMIN}`],
  [{ code: 'ROLE', facts: { role: null } }, 'Deploys no longer take on a role'],
  [
    { code: 'KEYS_NOT_MADE_HERE', facts: { stacks } },
    'The function no longer refuses keys of a.example that it has not made',
  ],
  [{ code: 'STATE_MOVES', facts: {} }, 'whoever may write there decides what a deploy deletes'],
  [
    { code: 'TOPIC_REMOVED', facts: { topic: 'audit', isMade: true } },
    'Nobody hears of a finding, a failed rollback or an alarm: the deploy deletes the topic audit with its subscriptions and all alarms.',
  ],
  [
    { code: 'SUBSCRIBERS_REMOVED', facts: { topic: 'dns', subscribers: ['a@example.com'] } },
    'a@example.com no longer gets the notices of the topic dns.',
  ],
  [{ code: 'KEYS_UNPROTECTED', facts: {} }, 'Nothing protects the private keys'],
  [{ code: 'MAIL_FROM_REMOVED', facts: { stacks } }, 'Mail of a.example loses its own return address'],
  [{ code: 'FEEDBACK_OFF', facts: { stacks } }, 'SES no longer mails bounces and complaints of a.example'],
  [
    { code: 'SENDERS_REMOVED', facts: { stacks, senders: ['app'] } },
    'app may no longer send mail as a.example: AWS refuses it',
  ],
  [{ code: 'CONFIGURATION_SET_LEFT', facts: { stacks } }, 'Mail of a.example leaves its configuration set'],
  [{ code: 'ENTRIES_LEFT', facts: { stacks } }, 'SES continues to sign for a.example, and no deploy'],
])('describes what happens to mail: %o', (harm, text) => {
  expect(harmWords(harm)).toContain(text);
});
