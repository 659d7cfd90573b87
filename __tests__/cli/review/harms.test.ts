import type { Harm } from '../../../cli/facts/harms';
import { compareLists } from '../../../cli/review/changes';
import { harmsOf } from '../../../cli/review/harms';
import { meaningOf } from '../../../cli/review/meaning';
import { harmWords } from '../../../cli/words/harms';
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

test.each<[string, string, string, string, string, Harm]>([
  ['a topic that goes', MADE, '', '', '', { code: 'TOPIC_REMOVED', facts: { topic: 'audit', isMade: true } }],
  [
    'one of others that is not used any more',
    ARN,
    '',
    '',
    '',
    { code: 'TOPIC_REMOVED', facts: { topic: 'audit', isMade: false } },
  ],
  [
    'one that goes with its subscribers',
    READ,
    '',
    '',
    '',
    { code: 'TOPIC_REMOVED', facts: { topic: 'audit', isMade: true } },
  ],
  [
    'a subscriber that goes',
    READ,
    '',
    'topics: { audit: { subscribers: [b@example.com] } }',
    '',
    { code: 'SUBSCRIBERS_REMOVED', facts: { topic: 'audit', subscribers: ['a@example.com'] } },
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
  (_, control, entry, nowControl, nowEntry, expected) => {
    expect(harms([control, entry], [nowControl, nowEntry])).toEqual([expected]);
    expect(harms([nowControl, nowEntry], [control, entry])).toEqual([]);
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

test.each<[Harm, string]>([
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
