import {
  type AuditWarning,
  describeAuditWarning,
  describeNoted,
  describeProgress,
  describeUnknown,
  type NotedFacts,
  type WhyUnknown,
} from '../../../handlers/words/report';

const AT = '2025-09-17T10:30:00.000Z';
const CALL = { call: 'DeleteIdentity', time: '2025-09-17T10:30:00Z' };

test.each<[WhyUnknown, string]>([
  [{ kind: 'busy' }, 'another run is changing it'],
  [{ kind: 'change-open' }, 'a change is open'],
  [{ kind: 'not-seen-since-change' }, 'no audit has seen it since its last change'],
  [{ kind: 'other-state-seen' }, 'SES did not have the state that was set'],
  [{ kind: 'seen-long-ago', at: AT }, `no audit has seen it since ${AT}`],
  [
    { kind: 'changed-outside', call: { ...CALL, caller: 'arn:aws:iam::111122223333:user/jo' } },
    'it was changed outside this project: DeleteIdentity by arn:aws:iam::111122223333:user/jo at 2025-09-17T10:30:00Z',
  ],
  [
    { kind: 'changed-outside', call: CALL },
    'it was changed outside this project: DeleteIdentity by an unknown caller at 2025-09-17T10:30:00Z',
  ],
  [{ kind: 'finding', code: 'NOT_CHECKED', found: 'It was not checked.' }, 'It was not checked.'],
  [{ kind: 'ledger', error: 'ACCESS_DENIED', message: 'S3 refused.' }, 'S3 refused.'],
])('says why a domain’s state is unknown, %j: %s', (why, words) => expect(describeUnknown(why)).toBe(words));

test.each<[string, unknown, string]>([
  ['an earlier version has a sentence', 'a change is open', 'a change is open'],
  [
    'a later version has another kind',
    { kind: 'paused' },
    'the function, which is of another version, does not know its state (paused)',
  ],
  [
    'a version that gives no reason',
    undefined,
    'the function, which is of another version, does not know its state (no reason given)',
  ],
])('says that a function of another version does not know a domain: %s', (_, why, words) =>
  expect(describeUnknown(why as WhyUnknown)).toBe(words),
);

test.each<[NotedFacts, string]>([
  [
    { kind: 'audited-at', at: AT },
    `It will be audited at ${AT}, together with all identities that are changed until then.`,
  ],
  [{ kind: 'not-ours' }, 'This project does not manage that identity.'],
  [{ kind: 'of-deploy' }, 'It was made before the last deploy ended, which has set the identity since.'],
  [
    { kind: 'being-changed' },
    'A change is writing to the ledger of that domain, so the next audit checks it.',
  ],
])('says whether a call by others was recorded, %j: %s', (noted, words) =>
  expect(describeNoted(noted)).toBe(words),
);

test.each<[AuditWarning, string]>([
  [{ kind: 'report-not-stored', problem: 'S3 refused' }, 'The report could not be stored: S3 refused'],
  [
    { kind: 'findings-not-stored', problem: 'S3 refused' },
    'The findings could not be stored for the next audit: S3 refused',
  ],
  [{ kind: 'events-not-sent', problem: 'no bus' }, 'Events could not be sent: no bus'],
  [{ kind: 'other-run' }, 'Another run is continuing this audit, and will report.'],
])('formats a warning of an audit, %j: %s', (warning, words) =>
  expect(describeAuditWarning(warning)).toBe(words),
);

test.each<[number | null, string]>([
  [null, '3 domains were audited, 2 are left; the audit continues by itself.'],
  [
    50,
    '3 domains were audited, and 2 were not reached: the read-only alias audits at most 50 domains. Name them, or call the ' +
      'function by its own name.',
  ],
])('formats the progress of an audit that covers at most %s at once', (most, words) =>
  expect(describeProgress({ kind: 'incomplete', audited: 3, left: 2, most })).toBe(words),
);
