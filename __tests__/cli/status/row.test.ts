import picocolors from 'picocolors';
import type { Published } from '../../../cli/dns/published';
import { brokenRow, rowOf, type StatusAnswer } from '../../../cli/status/row';
import { showStatus, summary } from '../../../cli/status/show';
import { KEY_LIFETIME_DAYS } from '../../../handlers/key/lifetime';

const NOW = Date.parse('2026-11-01T00:00:00.000Z');
const DAY_MS = 86_400_000;
const SUBJECT = { domain: 'example.com', region: 'ap-northeast-1', listedSelector: 's1' };

const answer = (more: Partial<StatusAnswer> = {}): StatusAnswer => ({
  ses: { origin: 'EXTERNAL', selector: 's1', enabled: true, status: 'SUCCESS' },
  selector: 's1',
  fingerprint: 'SHA256:ours',
  confirmed: true,
  revertsAt: null,
  transaction: 't1',
  drifted: false,
  busyUntil: null,
  keyCreatedAt: new Date(NOW - 100 * DAY_MS).toISOString(),
  ...more,
});

const published = (fingerprint?: string): Published => ({
  recordName: 's1._domainkey.example.com',
  servers: [
    {
      address: '192.0.2.1:53',
      role: 'authoritative',
      verdict: fingerprint === undefined ? 'missing' : 'other-value',
      reason: '',
      roundTripMs: 1,
      ...(fingerprint !== undefined && { fingerprint }),
    },
  ],
});

const row = (more: Partial<StatusAnswer> = {}, record: Published | null = published('SHA256:ours')) =>
  rowOf(SUBJECT, answer(more), record, NOW);

describe('one domain at a glance', () => {
  it('has nothing to do when all is well', () => {
    expect(row()).toMatchObject({
      remarks: [],
      exitCode: 0,
      keyAgeDays: 100,
      keyDueInDays: 356,
      dns: { words: 'ready on 1 of 1 server' },
    });
  });

  it('says nothing of a revert once another change has begun', () => {
    const history = ['reverted', 'opened', 'confirmed'].map((event) => ({ at: '2026-11-01', event }));
    expect(row({ history }).remarks).toEqual([]);
  });

  it.each<[string, Partial<StatusAnswer>, number, string]>([
    ['drifted', { drifted: true }, 3, 'somebody changed the signing state: deploy to mend it'],
    ['not deployed', { selector: null, fingerprint: null, confirmed: false }, 2, 'not deployed'],
    [
      'reverted',
      { history: [{ at: '2026-11-01', event: 'reverted', detail: 'BYODKIM selector s0 as before' }] },
      2,
      'the last change was reverted at 2026-11-01: BYODKIM selector s0 as before',
    ],
    [
      'rollback failed',
      { history: [{ at: '2026-11-01', event: 'rearmed', detail: 'rollback failed' }] },
      3,
      'a change failed at 2026-11-01 and could not be put back: deploy again, or `byodkim manual`',
    ],
    ['rotation waiting', { selector: 's0' }, 2, 'the list says s1: deploy to rotate'],
    [
      'failed',
      { ses: { origin: 'EXTERNAL', enabled: true, status: 'FAILED', verificationError: 'HOST_NOT_FOUND' } },
      3,
      'SES cannot verify the record (HOST_NOT_FOUND): FAILED',
    ],
    [
      'failing for a while',
      { ses: { origin: 'EXTERNAL', enabled: true, status: 'TEMPORARY_FAILURE' } },
      3,
      'SES cannot verify the record: TEMPORARY_FAILURE',
    ],
    [
      'not verified yet',
      { ses: { origin: 'EXTERNAL', enabled: true, status: 'PENDING' } },
      2,
      'SES has not verified yet: PENDING',
    ],
    [
      'armed',
      { confirmed: false, revertsAt: '2026-11-01T00:07:00.000Z' },
      2,
      'not confirmed: reverts by itself at 2026-11-01T00:07:00.000Z',
    ],
    ['not confirmed', { confirmed: false }, 2, 'not confirmed: deploy again, or `byodkim confirm`'],
    ['busy', { busyUntil: '2026-11-01T00:00:20.000Z' }, 2, 'a run is at work on it right now'],
    [
      'overdue',
      { keyCreatedAt: new Date(NOW - (KEY_LIFETIME_DAYS + 3) * DAY_MS).toISOString() },
      2,
      'the key is 3 days overdue: rotate to a new selector',
    ],
  ])('says what to do: %s', (_, more, exitCode, remark) => {
    expect(row(more)).toMatchObject({ exitCode, remarks: [remark] });
  });

  it('says when DNS has lost the record, or has one of another key', () => {
    expect(row({}, published())).toMatchObject({ exitCode: 2, remarks: ['DNS: missing on 1 of 1 server'] });
    expect(row({}, published('SHA256:theirs'))).toMatchObject({
      exitCode: 3,
      remarks: ['DNS: record of another key on 1 of 1 server'],
    });
  });

  it('puts what is wrong before what only waits', () => {
    const { remarks } = row({ confirmed: false, drifted: true });
    expect(remarks).toEqual([
      'somebody changed the signing state: deploy to mend it',
      'not confirmed: deploy again, or `byodkim confirm`',
    ]);
  });

  it('does not take a missing record for wrong before the first deploy', () => {
    const { exitCode, remarks } = row({ selector: null, fingerprint: null, confirmed: false }, published());
    expect([exitCode, remarks]).toEqual([2, ['not deployed']]);
  });

  it('knows no age of a key that nobody dated', () => {
    expect(row({ keyCreatedAt: null })).toMatchObject({ keyAgeDays: null, keyDueInDays: null, exitCode: 0 });
  });
});

describe('the table', () => {
  const plain = picocolors.createColors(false);
  const rows = [
    row(),
    rowOf(
      { ...SUBJECT, domain: 'b.example' },
      answer({ confirmed: false, revertsAt: '2026-11-01T00:07:00.000Z' }),
      null,
      NOW,
    ),
    brokenRow({ ...SUBJECT, domain: 'c.example' }, { code: 'ACCESS_DENIED', message: 'You may not.' }),
  ];

  it('has a row per domain, and one sentence', () => {
    expect(showStatus(rows, plain, NOW)).toBe(
      [
        'domain       SES      selector  DNS                     key age  change            to do',
        'example.com  SUCCESS  s1        ready on 1 of 1 server  100 d    confirmed         -',
        'b.example    SUCCESS  s1        -                       100 d    reverts in 7 min  not confirmed: reverts by itself at 2026-11-01T00:07:00.000Z',
        'c.example    ?        s1        ?                       ?        ?                 ACCESS_DENIED: You may not.',
        '',
        '2 domains: 1 well, 1 waiting. 1 could not be asked about.',
      ].join('\n'),
    );
  });

  it('counts well, wrong and unknown', () => {
    expect(summary([row(), row({ drifted: true })])).toBe('2 domains: 1 well, 1 wrong.');
    expect(summary([row()])).toBe('1 domain: 1 well.');
  });

  it('says it at once when no domain could be asked about', () => {
    const broken = brokenRow(SUBJECT, { code: 'NOT_SIGNED_IN', message: 'Sign in.' });
    expect(summary([broken])).toBe('1 domain: none could be asked about.');
    expect(summary([broken, broken])).toBe('2 domains: none could be asked about.');
  });
});
