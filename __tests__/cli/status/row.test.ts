import { formatStage } from '../../../handlers/words/stages';
import { DAY_MS, finding, NOW, row, ses } from './answers';

describe('one domain at a glance', () => {
  it('has no advice if there is no problem', () => {
    expect(row()).toMatchObject({ findings: [], waiting: [], exitCode: 0, dns: 'ready' });
  });

  it.each<[string, string, number, string]>([
    ['RECORD_MISSING', 'urgent', 3, 'RECORD_MISSING'],
    ['DNS_UNKNOWN', 'unknown', 4, 'DNS_UNKNOWN'],
    ['NOT_CHECKED', 'unknown', 4, 'NOT_CHECKED'],
    ['NOT_TAGGED', 'act', 3, 'ready'],
    ['KEY_DUE', 'plan', 0, 'ready'],
    ['NEW_CODE', 'act', 3, 'ready'],
  ])('has the severity of the function’s finding: %s, %s', (code, severity, exitCode, dns) => {
    expect(row(finding(code, severity))).toMatchObject({ waiting: [], exitCode, dns });
  });

  const [LATER, EARLIER] = ['2026-11-01T01:00:00.000Z', '2026-10-31T23:59:00.000Z'];
  const DEPLOY = { standing: null, next: { code: 'DEPLOY', facts: {} }, rolledBackAt: null };
  const open = { confirmed: false, revertsAt: LATER };
  const waits = { ...ses({ status: 'PENDING' }), revertsAt: LATER, waiting: true };

  it('waits for nothing while a rollback fails, however recent its last step is', () => {
    expect(row({ ...finding('ROLLBACK_FAILED'), settlesAt: LATER }).waiting).toEqual([]);
  });

  it.each<[string, object, object]>([
    ['while it signs, since a deploy would be refused', {}, { blockedBy: 'RECORD_MISSING' }],
    ['not once SES has given up', ses({ status: 'FAILED' }), {}],
    ['not while signing is off', ses({ enabled: false }), {}],
  ])('has another selector wait for the record in force: %s', (_, more, facts) => {
    const { waiting } = row({ selector: 's0', ...finding('RECORD_MISSING'), ...more });
    expect(waiting).toEqual([{ code: 'LIST_AHEAD', facts: { ...DEPLOY, listed: 's1', ...facts } }]);
  });

  it.each<[string, object, object]>([
    ['not deployed', { selector: null, confirmed: false }, { code: 'NOT_DEPLOYED', facts: DEPLOY }],
    ['another selector', { selector: 's0' }, { code: 'LIST_AHEAD', facts: { ...DEPLOY, listed: 's1' } }],
    [
      'rolled back',
      { selector: null, last: { event: 'reverted', at: EARLIER } },
      { code: 'NOT_DEPLOYED', facts: { ...DEPLOY, rolledBackAt: EARLIER } },
    ],
    [
      'not verified yet',
      ses({ status: 'PENDING' }),
      { code: 'SES_VERIFIES', facts: { status: 'PENDING', isConditional: false, revertsAt: null } },
    ],
    [
      'confirmed, and waiting for SES',
      waits,
      { code: 'SES_VERIFIES', facts: { status: 'PENDING', isConditional: true, revertsAt: LATER } },
    ],
    [
      'SES has verified, and the next check ends the change',
      { ...waits, ...ses({ status: 'SUCCESS' }) },
      { code: 'SES_HAS_VERIFIED', facts: {} },
    ],
    ['armed', open, { code: 'ARMED', facts: { revertsAt: LATER } }],
    ['a revert that is due now', { ...open, revertsAt: EARLIER }, { code: 'ROLLBACK_DUE', facts: {} }],
    ['not confirmed', { confirmed: false }, { code: 'UNCONFIRMED', facts: { entry: 'example.com' } }],
    [
      'a change has just ended, so that SES may show an earlier state',
      { settlesAt: LATER },
      { code: 'SETTLING', facts: { until: LATER } },
    ],
    ['busy', { ...open, busyUntil: LATER }, { code: 'BUSY', facts: { until: LATER } }],
    [
      'its MAIL FROM domain is new',
      ses({ mailFrom: { domain: 'b.example.com', status: 'PENDING' } }),
      { code: 'MAIL_FROM_PENDING', facts: { mailFromDomain: 'b.example.com' } },
    ],
  ])('is waiting: %s', (_, more, waiting) => {
    expect(row(more)).toMatchObject({ waiting: [waiting], exitCode: 2 });
  });

  it.each<[string, object]>([
    ['REVERT_OVERDUE', { ...open, revertsAt: EARLIER }],
    ['UNCONFIRMED', { confirmed: false }],
    ['ROLLBACK_FAILED', open],
    ['DRIFT', ses({ status: 'PENDING' })],
  ])('does not wait for an event that %s rules out', (code, more) => {
    expect(row({ ...more, ...finding(code) })).toMatchObject({ waiting: [], exitCode: 3 });
  });

  it('explains what a rotation waits for', () => {
    const readiness = {
      code: 'RECORD',
      facts: { standing: { code: 'MISSING', facts: { on: 2, of: 2 } } },
      exitCode: 2,
      isPublished: false,
      next: { code: 'PUBLISH_ALIAS', facts: {} },
      obstacles: [],
    } as const;
    const found = row({ selector: 's0', signers: [signer('s0')], ...ses({ selector: 's0' }) }, readiness);
    const { code, facts, next } = readiness;
    expect(found.waiting).toEqual([
      { code: 'LIST_AHEAD', facts: { standing: { code, facts }, next, rolledBackAt: null, listed: 's1' } },
    ]);
    expect(found.stages.map(formatStage)).toEqual([
      's1 pending: its record is not proved in DNS yet',
      's0 active since 2026-09-02',
    ]);
  });

  const signer = (selector: string, stoppedDaysAgo?: number) => ({
    selector,
    since: NOW - 60 * DAY_MS,
    stoppedAt: stoppedDaysAgo === undefined ? null : NOW - stoppedDaysAgo * DAY_MS,
    isRollbackTarget: false,
  });

  it.each([
    [9, {}, 's0 retired: its record and its key are no longer needed since 2026-10-30'],
    [
      9,
      { rotation: { overlapDays: 30 } },
      's0 retiring since 2026-10-23: its record stays, until 2026-11-22',
    ],
  ])('gives the date on which an earlier record may go: stopped %i days ago, %j', (daysAgo, more, words) => {
    const found = row({ signers: [signer('s0', daysAgo), signer('s1')], ...more });
    expect(found.exitCode).toBe(0);
    expect(found.stages.map(formatStage)).toEqual(['s1 active since 2026-09-02', words]);
  });
});
