import { iso } from '../../../handlers/clock';
import { ByodkimError } from '../../../handlers/errors/errors';
import type { ChangeResult } from '../../../handlers/ledger/ledger';
import { failureNotice } from '../../../handlers/notices/result-notice';
import { changeNotice, firedNotice, revertNotice } from '../../../handlers/notices/success-notice';
import type { NotedWork } from '../../../handlers/words/notice-layout';
import { formatResultNotice, type ResultNotice } from '../../../handlers/words/result-notices';
import { expectExample, FAKE_PUBLIC_KEY } from './example';

const AT = Date.parse('2025-09-17T10:30:00.000Z');
const DEPLOY: NotedWork = {
  domain: 'example.com',
  region: 'ap-northeast-1',
  selector: 'selector2',
  transaction: '6f1c2f0e-0000-4000-8000-000000000001',
  kind: 'change',
  source: 'terraform',
};
const { selector: _, ...WITHOUT_SELECTOR } = DEPLOY;
const BY_SCHEDULE: NotedWork = { ...WITHOUT_SELECTOR, kind: 'revert-unconfirmed', source: 'schedule' };

const RESULT: ChangeResult = {
  statusCode: 200,
  message: { kind: 'verified' },
  domain: 'example.com',
  selector: 'selector2',
  final_dkim_status: 'SUCCESS',
  signing_origin: 'EXTERNAL',
  timestamp: new Date(AT).toISOString(),
  automation_type: 'terraform',
  transaction: DEPLOY.transaction!,
  changed: true,
  fingerprint: FAKE_PUBLIC_KEY.fingerprint,
  unverified_seconds: 2.1,
  warnings: [],
};

const REVERTED = {
  statusCode: 200,
  domain: 'example.com',
  reverted: true,
  code: 'PRIOR_STATE',
  facts: { kind: 'prior-state', origin: 'byodkim', selector: 'selector1', enabled: true },
  warnings: [],
} as const;

const CALL = {
  kind: 'call' as const,
  action: 'ses:GetEmailIdentity',
  resource: 'identity/example.com in ap-northeast-1',
  awsError: 'InternalFailure',
  awsMessage: 'The service failed.',
};

const UNVERIFIED = {
  selector: 'selector2',
  at: AT,
  minutes: 60,
  status: 'TEMPORARY_FAILURE',
  times: 2,
  verification: { errorType: 'HOST_NOT_FOUND', lastCheckedAt: '2025-09-17T10:28:00.000Z' },
};
const UNREADABLE = new ByodkimError('DEPENDENCY_FAILED', CALL);
const NOT_RESTORED = {
  kind: 'not-restorable',
  problem:
    'There is no private key at s3://key-store/dkim-certificates/example.com/selector0/private_key.pem.',
} as const;
const UPDATE_FAILED = new ByodkimError('SES_UPDATE_FAILED', {
  ...CALL,
  action: 'ses:PutEmailIdentityDkimSigningAttributes',
  ending: { kind: 'rolled-back', state: REVERTED.facts },
});
const ROLLBACK_FAILED = new ByodkimError('ROLLBACK_FAILED', {
  found: { origin: 'EXTERNAL', selector: 'selector2', enabled: true, status: 'FAILED' },
  commands: [
    'KEY=$(aws s3api get-object --bucket key-store …)',
    'aws sesv2 put-email-identity-dkim-signing-attributes --email-identity example.com …',
    'aws sesv2 put-email-identity-dkim-attributes --email-identity example.com --region ap-northeast-1 --signing-enabled',
  ],
  first: { code: 'VERIFICATION_FAILED', message: '…' },
  second: { code: 'DEPENDENCY_FAILED', message: '…' },
  domain: 'example.com',
  region: 'ap-northeast-1',
  expected: { origin: 'EXTERNAL', selector: 'selector1', enabled: true, status: 'SUCCESS' },
  retryAt: new Date(AT + 600_000).toISOString(),
});

const waiting = { ...RESULT, reverts_at: '2025-09-17T10:41:00.000Z' };
const unverified = { ...REVERTED, unverified: UNVERIFIED };
const incomplete = {
  ...REVERTED,
  reverted: false,
  code: 'NOT_RESTORABLE',
  facts: NOT_RESTORED,
  incomplete: true,
} as const;
const DESTROY: NotedWork = { ...DEPLOY, kind: 'destroy' };

test.each<[string, string, NotedWork, ResultNotice | null]>([
  ['a change that waits for its confirmation', 'changed', DEPLOY, changeNotice(DEPLOY, waiting)],
  ['a revert by the schedule', 'reverted', BY_SCHEDULE, revertNotice(BY_SCHEDULE, REVERTED)],
  ['a change that SES did not verify', 'unverified', BY_SCHEDULE, firedNotice(BY_SCHEDULE, unverified)],
  ['a revert that failed', 'failed-revert', BY_SCHEDULE, failureNotice(UNREADABLE)],
  ['a destroy that restored nothing', 'not-rolled-back', DESTROY, revertNotice(DESTROY, incomplete)],
  ['a change that was rolled back', 'failed-rolled-back', DEPLOY, failureNotice(UPDATE_FAILED)],
  ['a change that was not rolled back', 'failed-rollback', DEPLOY, failureNotice(ROLLBACK_FAILED)],
])('the notice of %s reads as its example', (_, example, noted, notice) => {
  expectExample(example, formatResultNotice(noted, notice!, [], iso(AT)));
});

test.each([
  { kind: 'prior-state', origin: 'easy-dkim', enabled: true },
  { kind: 'switched-off', reason: 'its key is gone' },
] as const)(
  'the notice of a destroy that ends with the identity says that SES then sends no mail: $kind',
  (facts) => {
    const noted = { ...DESTROY, deletesIdentity: true };
    const notice = revertNotice(noted, { ...REVERTED, facts })!;
    expect(formatResultNotice(noted, notice, [], iso(AT)).message).toContain(
      'The engine deletes the identity next, and SES then sends no mail of example.com.',
    );
  },
);

test('the notice of a verification that took days gives the time in hours', () => {
  const notice = { kind: 'verified', selector: 's1', minutes: 4320 } as const;
  expect(formatResultNotice(BY_SCHEDULE, notice, [], iso(AT)).message).toMatch(/SES took: +about 72 hours/);
});

test('the notice of a delete that owns nothing leaves open whether the next one of its destroy rolls back', () => {
  const facts = { kind: 'still-set', selector: 's1', enabled: true, doubt: { kind: 'no-owner' } } as const;
  const left = { ...incomplete, code: 'STILL_SET', facts } as const;
  const { subject, message } = formatResultNotice(DESTROY, revertNotice(DESTROY, left)!, [], iso(AT));
  expect(subject).toBe('DKIM not rolled back yet: example.com');
  expect(message).toMatch(
    /If no notice of a rollback follows by the end of the destroy, check the signing state/,
  );
  expect(message).not.toContain('could not be');
});

test.each<ByodkimError>([
  new ByodkimError('IDENTITY_HAS_TENANTS', {
    kind: 'destroy',
    domain: 'example.com',
    region: 'ap-northeast-1',
    tenants: ['acme'],
    arn: 'arn:aws:ses:ap-northeast-1:123456789012:identity/example.com',
    hasMore: false,
  }),
  new ByodkimError('NOT_ALLOWED', {
    kind: 'other-stack',
    fields: ['id'],
    domain: 'example.com',
    stack: 'f1.B1',
    found: 'f2.B1',
  }),
  new ByodkimError('KEY_SHARED', {
    kind: 'destroy',
    domain: 'example.com',
    region: 'ap-northeast-1',
    users: [{ region: 'eu-west-1', selector: 's1' }],
    unread: [],
  }),
])('the notice of a destroy that is refused with $code says that nothing was written', (error) => {
  const { message } = formatResultNotice(DESTROY, failureNotice(error), [], iso(AT));
  expect(message).toContain('The same state as before; nothing was written.');
});

test('the notice of a deploy whose key SES has not verified names both of its rollbacks', () => {
  const pending = { ...waiting, final_dkim_status: 'PENDING' };
  const { message } = formatResultNotice(DEPLOY, changeNotice(DEPLOY, pending)!, [], iso(AT));
  expect(message).toContain('If the deploy does not get that far, the change is rolled back at 2025-09-17');
  expect(message).toContain('rolled back only if SES does not verify the record in time');
});
