import { formatStep } from '../../../cli/next-step';
import type { StatusRow } from '../../../cli/status/row';
import { KEY_LIFETIME_DAYS } from '../../../handlers/contract/contract';
import { formatStage } from '../../../handlers/rotation/stages';
import { DAY_MS, NOW, published, row } from './answers';

const steps = ({ next }: StatusRow): string[] =>
  next.map(({ why, ...step }) => `${formatStep(step)} (${why})`);

const partly = { ...published(), servers: [...published().servers, ...published('SHA256:ours').servers] };

describe('one domain at a glance', () => {
  it('has nothing to do when all is as it should be', () => {
    expect(row()).toMatchObject({
      next: [],
      exitCode: 0,
      keyAgeDays: 100,
      keyDueInDays: 356,
      dns: { words: 'ready on 1 of 1 server' },
    });
  });

  it.each<[string, object, number, string]>([
    [
      'drifted',
      { drifted: true },
      3,
      'you: deploy to restore it (the signing state was changed outside of this project)',
    ],
    [
      'not deployed',
      { selector: null, fingerprint: null, confirmed: false },
      2,
      'you: deploy (not deployed)',
    ],
    [
      'rollback failed',
      {
        drifted: true,
        confirmed: false,
        revertsAt: '2026-11-01T00:07:00.000Z',
        history: [{ at: '2026-11-01', event: 'rollback-failed' }],
      },
      3,
      'you: byodkim revert example.com --yes; if that fails, byodkim manual example.com (a change failed at 2026-11-01, and so did its rollback)',
    ],
    [
      'reverted, and the list wants it again',
      {
        selector: 's0',
        history: [{ at: '2026-11-01', event: 'reverted', detail: 'BYODKIM selector s0 as before' }],
      },
      2,
      'you: fix the cause, then deploy (the last change was rolled back at 2026-11-01: BYODKIM selector s0 as before)',
    ],
    [
      'a revert that is overdue',
      { confirmed: false, revertsAt: '2026-10-31T23:10:00.000Z' },
      3,
      'you: byodkim revert example.com --yes, then byodkim drill (the rollback of an unconfirmed change is overdue by 50 min)',
    ],
    [
      'a revert that is due now',
      { confirmed: false, revertsAt: '2026-10-31T23:59:00.000Z' },
      2,
      'the function: rolls back (not confirmed)',
    ],
    [
      'SES’s time is over, and nothing has rolled back',
      {
        ses: { origin: 'EXTERNAL', enabled: true, status: 'PENDING' },
        revertsAt: '2026-10-31T21:00:00.000Z',
        waiting: { verifyBy: '2026-10-31T21:00:00.000Z' },
      },
      3,
      'you: byodkim revert example.com --yes, then byodkim drill (the rollback of a change that SES has not verified is overdue by 3 h)',
    ],
    [
      'checks of SES that do not come',
      {
        ses: { origin: 'EXTERNAL', enabled: true, status: 'PENDING' },
        revertsAt: '2026-11-01T21:00:00.000Z',
        waiting: { verifyBy: '2026-11-01T21:00:00.000Z', nextCheckAt: '2026-10-31T23:10:00.000Z' },
      },
      3,
      'you: byodkim drill (the function’s check of SES is overdue by 50 min)',
    ],
    ['rotation waiting', { selector: 's0' }, 2, 'you: deploy (the list says s1)'],
    [
      'failed',
      { ses: { origin: 'EXTERNAL', enabled: true, status: 'FAILED', verificationError: 'HOST_NOT_FOUND' } },
      3,
      'you: byodkim check example.com, then deploy (SES cannot verify the record (HOST_NOT_FOUND): FAILED)',
    ],
    [
      'failed, and the audit heals it',
      { ses: { origin: 'EXTERNAL', enabled: true, status: 'FAILED' }, healing: 'on' },
      3,
      'the function: heals it once its record is proved (SES cannot verify the record: FAILED)',
    ],
    [
      'failed, and the audit has failed to heal it',
      { ses: { origin: 'EXTERNAL', enabled: true, status: 'FAILED' }, healing: 'given up' },
      3,
      'you: byodkim check example.com, then deploy (SES cannot verify the record: FAILED; the audit has given up healing it)',
    ],
    [
      'failing for a while',
      { ses: { origin: 'EXTERNAL', enabled: true, status: 'TEMPORARY_FAILURE' } },
      3,
      'you: byodkim check example.com, then deploy (SES cannot verify the record: TEMPORARY_FAILURE)',
    ],
    [
      'not verified yet',
      { ses: { origin: 'EXTERNAL', enabled: true, status: 'PENDING' } },
      2,
      'SES: verifies the record (SES has not verified it yet: PENDING)',
    ],
    [
      'confirmed, and waiting for SES',
      {
        ses: { origin: 'EXTERNAL', enabled: true, status: 'PENDING' },
        revertsAt: '2026-11-01T01:00:00.000Z',
        waiting: { verifyBy: '2026-11-01T01:00:00.000Z' },
      },
      2,
      'SES: verifies the record; otherwise the change is rolled back, at 2026-11-01T01:00:00.000Z (SES has not verified it yet: PENDING)',
    ],
    [
      'rolled back as unverified, twice',
      {
        history: [{ at: '2026-10-31', event: 'reverted', detail: 'Easy DKIM as before (signing on)' }],
        unverified: {
          selector: 's1',
          at: '2026-10-31T00:00:00.000Z',
          minutes: 60,
          status: 'PENDING',
          times: 2,
        },
      },
      3,
      'you: byodkim check example.com, raise verification.timeoutMinutes if that is ready, then deploy (SES had not verified s1 within 60 minutes (PENDING), so the change was rolled back at 2026-10-31T00:00:00.000Z, 2 times in a row)',
    ],
    [
      'armed',
      { confirmed: false, revertsAt: '2026-11-01T00:07:00.000Z' },
      2,
      'you: deploy again, or it is rolled back, at 2026-11-01T00:07:00.000Z (not confirmed)',
    ],
    [
      'not confirmed',
      { confirmed: false },
      2,
      'you: deploy again, or byodkim confirm example.com (not confirmed)',
    ],
    [
      'busy',
      { busyUntil: '2026-11-01T00:00:20.000Z' },
      2,
      'the running change: ends, until 2026-11-01T00:00:20.000Z (another run is working on it)',
    ],
    [
      'due',
      { keyCreatedAt: new Date(NOW - (KEY_LIFETIME_DAYS - 30) * DAY_MS).toISOString() },
      0,
      'you: byodkim rotate example.com, by 2026-12-01 (the key is due in 30 days)',
    ],
    [
      'overdue',
      { keyCreatedAt: new Date(NOW - (KEY_LIFETIME_DAYS + 3) * DAY_MS).toISOString() },
      2,
      'you: byodkim rotate example.com (the key is 3 days overdue)',
    ],
  ])('says who has to do what: %s', (_, more, exitCode, step) => {
    const found = row(more);
    expect([steps(found), found.exitCode]).toEqual([[step], exitCode]);
  });

  it.each<[string, object, string]>([
    ['SUCCESS', { published: published() }, 'missing on 1 of 1 server; receivers cannot verify its mail'],
    [
      'TEMPORARY_FAILURE',
      { published: published() },
      'missing on 1 of 1 server; receivers cannot verify its mail',
    ],
    ['SUCCESS', { published: partly }, 'ready on 1 of 2 servers only; some receivers cannot verify its mail'],
  ])('a record of the selector that signs is missing, while SES says %s: wrong', (status, looked, why) => {
    const found = row({ ses: { origin: 'EXTERNAL', selector: 's1', enabled: true, status } }, looked);
    expect(steps(found)).toContain(
      `the DNS team: publish s1._domainkey.example.com as byodkim record prints it (DNS: ${why})`,
    );
    expect(found.exitCode).toBe(3);
  });

  it.each<[string, object]>([
    ['is not verified yet', { status: 'PENDING' }],
    ['is switched off', { enabled: false }],
    ['is another one', { selector: 's0' }],
  ])('a record is missing of a selector that %s: waits', (_, more) => {
    const ses = { origin: 'EXTERNAL', selector: 's1', enabled: true, status: 'SUCCESS', ...more };
    expect(row({ ses }, { published: published() })).toMatchObject({
      exitCode: 2,
      next: expect.arrayContaining([expect.objectContaining({ why: 'DNS: missing on 1 of 1 server' })]),
    });
  });

  it('says what SES saw', () => {
    const verification = { lastCheckedAt: '2026-10-31T10:02:33.000Z', soaSerial: '2026103101' };
    const ses = { origin: 'EXTERNAL', selector: 's1', enabled: true, status: 'PENDING', verification };
    const why = (more: object) => row({ ses: { ...ses, ...more } }).next[0]!.why;
    expect(why({})).toBe(
      'SES has not verified it yet: PENDING; SES looked at 2026-10-31 10:02 UTC and saw serial 2026103101',
    );
    expect(why({ status: 'FAILED', verification: { ...verification, errorType: 'HOST_NOT_FOUND' } })).toMatch(
      /saw serial 2026103101 \(HOST_NOT_FOUND\)$/,
    );
  });

  it('says what a rotation waits for', () => {
    const readiness = {
      exitCode: 2,
      words: 'missing on 2 of 2 servers',
      isPublished: false,
      next: { who: 'the DNS team', what: 'publish s1._domainkey.example.com' },
    } as const;
    const found = row({ selector: 's0', signers: [signer('s0')] }, { listed: { selector: 's1', readiness } });
    expect(steps(found)).toEqual([
      'the DNS team: publish s1._domainkey.example.com (the list says s1: missing on 2 of 2 servers)',
    ]);
    expect(found.stages.map(formatStage)).toEqual([
      's1 pending: its record is not published yet',
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
    [2, {}, 's0 retiring since 2026-10-30: its record stays, until 2026-11-06'],
    [9, {}, 's0 retired: its record and its key are no longer needed since 2026-10-30'],
    [
      9,
      { rotation: { overlapDays: 30 } },
      's0 retiring since 2026-10-23: its record stays, until 2026-11-22',
    ],
  ])('says from when an earlier record may go: stopped %i days ago, %j', (daysAgo, more, words) => {
    const found = row({ signers: [signer('s0', daysAgo), signer('s1')], ...more });
    expect(found).toMatchObject({ next: [], exitCode: 0 });
    expect(found.stages.map(formatStage)).toEqual(['s1 active since 2026-09-02', words]);
  });

  it('has no key that is younger than nothing', () => {
    const made = new Date(NOW + DAY_MS).toISOString();
    expect(row({ keyCreatedAt: made }).keyAgeDays).toBe(0);
  });

  it('names the selector whose record is published instead', () => {
    const earlier = { kind: 'byodkim', selector: 's0', key: { fingerprint: 'SHA256:earlier' } } as const;
    const previous = { restoration: earlier };
    const published0 = published('SHA256:earlier');
    expect(row({ previous }, { published: published0 }).dns?.words).toBe(
      'record of another key on 1 of 1 server (that of s0)',
    );
  });
});
