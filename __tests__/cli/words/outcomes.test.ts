import {
  endedWords,
  type Hint,
  hintWords,
  type PlannedReason,
  passedOverWords,
  plannedWords,
  type Reason,
  reasonWords,
} from '../../../cli/words/outcomes';

const COUNTS = { add: 5, change: 1, remove: 0 };

it.each<[Reason, string]>([
  [
    { code: 'APPLIED', facts: { ...COUNTS, isVerified: true } },
    '5 added, 1 changed, 0 destroyed; SES has verified it',
  ],
  [{ code: 'APPLIED', facts: { ...COUNTS, isVerified: false } }, '5 added, 1 changed, 0 destroyed'],
  [{ code: 'CHANGES_PLANNED', facts: COUNTS }, '5 to add, 1 to change, 0 to destroy'],
  [{ code: 'NO_CHANGES', facts: {} }, 'no changes'],
  [{ code: 'AS_APPLIED', facts: {} }, 'not planned: unchanged since it was applied'],
  [
    { code: 'IN_STEP', facts: { asOf: '2026-11-28T10:00:00Z' } },
    'not planned: unchanged since it was applied; its signing was in step with SES at 2026-11-28T10:00:00Z',
  ],
  [{ code: 'VERIFIED', facts: {} }, 'SES has verified it'],
  [{ code: 'VERIFICATION_REQUIRED', facts: {} }, 'the stack is done once SES has verified the key'],
  [{ code: 'SES_STATUS', facts: { status: 'PENDING' } }, 'SES reports PENDING'],
  [
    { code: 'NOT_ASKED', facts: { error: 'THROTTLED', message: 'AWS is busy.' } },
    'not known (THROTTLED: AWS is busy.)',
  ],
  [{ code: 'NOT_VERIFIED_IN_TIME', facts: {} }, 'SES did not verify it in time'],
  [{ code: 'OVERWRITTEN', facts: {} }, 'SES has another key or setting now'],
  [{ code: 'ERROR', facts: { error: 'DNS_TXT_NOT_READY' } }, 'DNS_TXT_NOT_READY'],
  [{ code: 'ENGINE_FAILED', facts: { message: 'No lock.\nSee there.', exitCode: 1 } }, 'No lock.'],
  [{ code: 'ENGINE_FAILED', facts: { message: '', exitCode: 1 } }, 'the engine ended with 1'],
  [{ code: 'INTERRUPTED', facts: {} }, 'the engine ended in order; run this again'],
  [{ code: 'INTERRUPTED_BEFORE', facts: {} }, 'interrupted before its turn'],
  [{ code: 'NOT_APPROVED', facts: {} }, 'not approved; nothing was changed'],
  [
    { code: 'PLAN_WIDENED', facts: { addresses: ['a.b'] } },
    'after the untainting its plan also changes a.b, which you have not approved; run this again',
  ],
  [{ code: 'NEEDED_BY', facts: { stack: 'a.test' } }, 'a.test still exists and needs it'],
  [{ code: 'NEEDS', facts: { stack: 'a.test' } }, 'it needs a.test, which was not deployed'],
])('formats the reason %j', (reason, words) => {
  expect(reasonWords(reason)).toBe(words);
});

it('counts stacks with the same end', () => {
  expect([endedWords('waiting', 1), endedWords('waiting', 2), endedWords('not-begun', 2)]).toEqual([
    '1 waits for SES',
    '2 wait for SES',
    '2 not begun',
  ]);
});

const SES = { origin: 'AWS_SES', enabled: true, status: 'SUCCESS' };
const NAME = 's1._domainkey.a.test';
const LEFT = { ses: SES, records: [], privateKey: 's3://b/k', inForce: null };

it.each<[Hint, string]>([
  [{ code: 'ADVICE', facts: { error: 'SES_CHANGED' } }, 'An unconfirmed change is rolled back by itself'],
  [{ code: 'ADVICE', facts: { error: 'OF_A_NEWER_FUNCTION' } }, 'OF_A_NEWER_FUNCTION'],
  [
    { code: 'TAINTED', facts: { addresses: ['aws_x.y'] } },
    'A deploy untaints aws_x.y before it plans, and keeps it.',
  ],
  [{ code: 'NEW_CONTROL', facts: {} }, '`byodkim drill`'],
  [{ code: 'NO_TOPICS', facts: {} }, 'control.topics'],
  [
    { code: 'LEFT_UNKNOWN', facts: { error: 'THROTTLED' } },
    'The state of SES is not known (THROTTLED). Run `byodkim status`.',
  ],
  [
    { code: 'LEFT', facts: { ...LEFT, ses: null, records: [{ kind: 'removed' }] } },
    'SES has no identity any more, and refuses mail from it. Its records were removed with the stack. Its private key stays at s3://b/k.',
  ],
  [
    {
      code: 'LEFT',
      facts: {
        ...LEFT,
        ses: { ...SES, enabled: false },
        records: [{ kind: 'free', recordName: NAME, from: '2026-12-08' }],
      },
    },
    `SES now has Easy DKIM (SUCCESS), switched off. Keep the record ${NAME} until 2026-12-08: mail in transit needs it.`,
  ],
  [
    {
      code: 'LEFT',
      facts: { ...LEFT, records: [{ kind: 'needed', recordName: NAME }] },
    },
    `Keep the record ${NAME}: SES signs with it.`,
  ],
  [
    {
      code: 'LEFT',
      facts: { ...LEFT, records: [{ kind: 'unused', recordName: NAME }], inForce: 's2' },
    },
    `SES now has Easy DKIM (SUCCESS). This destroy did not take back selector s2, which is still in force: the state of the stack did not have it.`,
  ],
  [
    { code: 'LEFT', facts: { ...LEFT, records: [{ kind: 'unused', recordName: NAME }] } },
    `No mail needs the record ${NAME}.`,
  ],
  [
    { code: 'LEFT_AT_HOME', facts: { ses: SES, home: 'a.test' } },
    'SES now has Easy DKIM (SUCCESS). The key and the record stay: they belong to a.test.',
  ],
])('formats the hint %j', (hint, words) => {
  expect(hintWords(hint)).toContain(words);
});

it.each<[PlannedReason, string]>([
  [{ code: 'NOT_APPLIED' }, 'not applied to its end yet'],
  [{ code: 'CONFIGURATION_CHANGED' }, 'its configuration has changed'],
  [{ code: 'LEFT_TO_DO' }, 'the last deploy left something to do'],
  [{ code: 'LOCKED' }, 'its state is locked: another deploy is running, or an engine was killed'],
  [{ code: 'OTHER_ENGINE' }, 'another engine applied it last'],
  [{ code: 'NOT_KNOWN' }, 'the function knows nothing of it'],
  [{ code: 'NOT_ASKED', error: 'THROTTLED' }, 'the function could not be asked (THROTTLED)'],
  [{ code: 'NO_LEDGER' }, 'it has no ledger'],
  [{ code: 'FUNCTION_UNSURE', why: { kind: 'change-open' } }, 'a change is open'],
  [{ code: 'OUT_OF_STEP' }, 'SES was not in step when it was last seen'],
  [{ code: 'OTHER_IN_FORCE' }, 'another selector or change is in force'],
  [
    { code: 'CHANGED_OUTSIDE', at: '2026-11-28T09:01:00Z' },
    'the identity was changed outside this project at 2026-11-28T09:01:00Z',
  ],
  [{ code: 'FINDING', finding: 'RECORD_MISSING' }, 'RECORD_MISSING was found'],
  [{ code: 'CONTROL_CHANGED' }, 'its control stack has just changed'],
  [{ code: 'ENVIRONMENT' }, 'TF_WORKSPACE or TF_CLI_ARGS is set'],
])('formats why an entry is planned: %j', (reason, words) => {
  expect(plannedWords(reason)).toBe(words);
});

it('formats the basis on which entries were not planned', () => {
  const passed = { count: 2, oldest: '2026-11-28T10:00:00Z', agoMs: 3_600_000, planMs: 60_000 };
  expect(passedOverWords(passed)).toMatch(
    /^2 entries are not planned: .* at 2026-11-28T10:00:00Z or later \(60 min ago\)\. .* about 1 min\.$/,
  );
  expect(passedOverWords({ ...passed, count: 1 })).toMatch(/^1 entry is not planned/);
});
