import picocolors from 'picocolors';
import { CliError } from '../../../cli/errors/cli-error';
import { brokenRow, countsOf, type StatusRow, statusRow } from '../../../cli/status/row';
import { showStatus, showSummary } from '../../../cli/status/show';
import { answer, DAY_MS, finding, NOW, row, SUBJECT, ses } from './answers';

describe('the table', () => {
  const plain = picocolors.createColors(false);
  const entry = (name: string) => ({ ...SUBJECT, entry: name, domain: name });
  const DENIED = new CliError('CALLER_DENIED', { message: 'You may not.', advice: 'Ask for <domain>.' });
  const rows = [
    row(),
    statusRow(entry('b.example'), answer({ confirmed: false, revertsAt: '2026-11-01T00:07:00.000Z' }), null),
    brokenRow(entry('c.example'), DENIED),
    statusRow(entry('d.example'), answer(finding('RECORD_MISSING')), null),
  ];
  const summary = (rows: readonly StatusRow[]) => showSummary(countsOf(rows), undefined);
  const shown = (...some: readonly StatusRow[]) => showStatus(some, summary(some), plain);

  it('has a row per domain with its findings, since when they exist, and one sentence', () => {
    expect(shown(...rows)).toBe(
      [
        'domain       SES      signs with  DNS             key age  change            next',
        'example.com  SUCCESS  s1          ready           100 d    confirmed         -',
        'b.example    SUCCESS  s1          ready           100 d    reverts in 7 min  you: deploy again, or the change is rolled back, at 2026-11-01T00:07:00.000Z (not confirmed)',
        'c.example    ?        ?           ?               ?        ?                 CALLER_DENIED',
        'd.example    SUCCESS  s1          RECORD_MISSING  100 d    confirmed         RECORD_MISSING',
        '',
        'd.example: RECORD_MISSING, since 2026-10-31T03:00:00.000Z',
        '  - What was found.',
        '    To do: What to do.',
        '',
        'c.example: CALLER_DENIED',
        '  - You may not.',
        '    To do: Ask for c.example.',
        '',
        '4 domains: 1 OK, 1 waiting, 1 wrong, 1 not known.',
      ].join('\n'),
    );
  });

  it.each([
    [false, 'PENDING, may not send'],
    [true, 'PENDING'],
    [undefined, 'PENDING'],
  ])('shows whether the domain may send: %j', (verifiedForSending, cell) => {
    const text = shown(row(ses({ status: 'PENDING', verifiedForSending }))).split('\n')[1]!;
    expect(text.split(/ {2,}/)[1]).toBe(cell);
  });

  const waiting = (status: string, revertsAt: string) => ({
    ...ses({ status }),
    revertsAt,
    waiting: true,
  });

  it.each([
    [waiting('PENDING', '2026-11-01T00:59:00.000Z'), 'waits for SES, 59 min left'],
    [waiting('PENDING', '2026-11-03T23:00:00.000Z'), 'waits for SES, 71 h left'],
    [waiting('SUCCESS', '2026-11-03T23:00:00.000Z'), 'verified, done at the next check'],
    [waiting('PENDING', '2026-10-31T23:10:00.000Z'), 'rollback due since 50 min'],
    [
      { confirmed: false, revertsAt: '2026-10-31T23:10:00.000Z', ...finding('ROLLBACK_FAILED') },
      'rollback failed',
    ],
    [{ confirmed: false }, 'not confirmed'],
    [{ selector: null }, 'none'],
    [{ drifted: true }, 'drifted'],
    [{ drifted: true, last: { event: 'rollback-failed' } }, 'rollback failed'],
    [{ last: { event: 'reverted' } }, 'rolled back'],
  ])('describes the state of the change: %j', (more, change) => {
    expect(shown(row(more)).split('\n')[1]).toContain(` ${change} `);
  });

  it('names no selector if signing is off, and no negative age of a key', () => {
    const keyCreatedAt = new Date(NOW + DAY_MS).toISOString();
    expect(shown(row({ ...ses({ enabled: false }), keyCreatedAt }))).toMatch(
      /example\.com +off +- +ready +0 d/,
    );
  });

  it('shows the life of each selector, after a destroy as well, but not for a domain that was changed or is not verified', () => {
    const ended = { selector: 's1', since: NOW - DAY_MS, stoppedAt: NOW, isRollbackTarget: false };
    const signers = [ended, { ...ended, selector: 's2', stoppedAt: null }];
    const retiring = 's1 retiring since 2026-11-01: its record stays, until 2026-11-08';
    expect(shown(row({ signers }))).toContain(`\n\nexample.com: s2 active since 2026-10-31; ${retiring}\n\n`);
    expect(shown(row({ signers: [ended], selector: null }))).toContain(`\n\nexample.com: ${retiring}\n\n`);
    for (const more of [{ drifted: true }, ses({ status: 'PENDING' })])
      expect(shown(row({ signers, ...more }))).not.toContain('retiring');
  });

  it('names a selector that the list waits for once, along with the spares', () => {
    const stages = (['active', 'pending'] as const).map((stage, at) => {
      return { selector: `s${at + 1}`, stage, since: NOW, recordMayGoAt: null };
    });
    expect(shown({ ...row({ spares: ['s2', 's3'] }), stages })).toContain(
      's2 pending: its record is not proved in DNS yet; s3 prepared for a later rotation\n',
    );
  });

  it.each([
    [
      'of the list, which no deploy has used yet',
      { listedSelector: 's1' },
      's1 prepared for the next deploy; s2',
    ],
    ['of a domain that is neither listed nor deployed', { listedSelector: null }, 's1 prepared; s2 prepared'],
  ])('explains the purpose of a prepared key: %s', (_, subject, expected) => {
    const made = row({ selector: null, spares: ['s1', 's2'] });
    expect(shown({ ...made, ...subject })).toContain(`example.com: ${expected}`);
  });

  it('prints a failure of several domains once', () => {
    const some = ['a.example', 'b.example'].map((name) => brokenRow(entry(name), DENIED));
    expect(shown(...some)).toMatch(
      /\n\na\.example, b\.example: CALLER_DENIED\n {2}- You may not\.\n {4}To do: Ask for <domain>\.\n\n2 domains: 0 OK, 2 not known/,
    );
  });

  it('counts OK, wrong and unknown domains', () => {
    expect(summary([row(), row(finding('DRIFT'))])).toBe('2 domains: 1 OK, 1 wrong.');
    expect(summary([row(finding('DNS_UNKNOWN', 'unknown'))])).toBe('1 domain: 0 OK, 1 not known.');
  });
});
