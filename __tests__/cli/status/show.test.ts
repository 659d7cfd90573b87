import picocolors from 'picocolors';
import { brokenRow, rowOf, type StatusRow } from '../../../cli/status/row';
import { showStatus, summary } from '../../../cli/status/show';
import { answer, DAY_MS, NOW, row, SUBJECT, seen } from './answers';

describe('the table', () => {
  const plain = picocolors.createColors(false);
  const rows = [
    row(),
    rowOf(
      { ...SUBJECT, entry: 'b.example', domain: 'b.example' },
      answer({ confirmed: false, revertsAt: '2026-11-01T00:07:00.000Z' }),
      seen({ published: null }),
    ),
    brokenRow(
      { ...SUBJECT, entry: 'c.example', domain: 'c.example' },
      { code: 'ACCESS_DENIED', message: 'You may not.' },
    ),
  ];
  const shown = (...some: readonly StatusRow[]) => showStatus(some, summary(some), plain);

  it('has a row per domain, and one sentence', () => {
    expect(shown(...rows)).toBe(
      [
        'domain       SES      signs with  DNS                     key age  change            next',
        'example.com  SUCCESS  s1          ready on 1 of 1 server  100 d    confirmed         -',
        'b.example    SUCCESS  s1          -                       100 d    reverts in 7 min  you: deploy again, or it is rolled back, at 2026-11-01T00:07:00.000Z (not confirmed)',
        'c.example    ?        ?           ?                       ?        ?                 ACCESS_DENIED: You may not.',
        '',
        '2 domains: 1 OK, 1 waiting. 1 could not be checked.',
      ].join('\n'),
    );
  });

  it.each([
    ['PENDING', '2026-11-01T00:59:00.000Z', 'waits for SES, 59 min left'],
    ['PENDING', '2026-11-03T23:00:00.000Z', 'waits for SES, 71 h left'],
    ['SUCCESS', '2026-11-03T23:00:00.000Z', 'verified, done at the next check'],
    ['PENDING', '2026-10-31T23:10:00.000Z', 'rollback overdue by 50 min'],
  ])('says how long SES has, while it says %s until %s', (status, revertsAt, change) => {
    const waiting = answer({
      revertsAt,
      waiting: { verifyBy: revertsAt },
      ses: { ...answer().ses!, status },
    });
    const [, line] = shown(rowOf(SUBJECT, waiting, seen())).split('\n');
    expect(line).toContain(` ${change} `);
  });

  it('tells the life of each selector of a domain that was rotated', () => {
    const life = ['s0', 's1'].map((selector, index) => ({
      selector,
      since: NOW - DAY_MS,
      stoppedAt: index === 0 ? NOW : null,
      isRollbackTarget: false,
    }));
    expect(shown(row({ signers: life }))).toContain(
      '\n\nexample.com: s1 active since 2026-10-31; s0 retiring since 2026-11-01: its record stays, until 2026-11-08\n\n',
    );
  });

  it('says that the last change was rolled back, and names no selector where signing is off', () => {
    const history = [{ at: '2026-11-01', event: 'reverted' }];
    expect(shown(row({ history }))).toContain(' rolled back ');
    const off = { ...answer().ses!, enabled: false };
    expect(shown(row({ ses: off, drifted: true }))).toMatch(/example\.com +off +- +ready/);
  });

  it('tells after a destroy how long the record stays, and of a changed domain no life', () => {
    const life = [{ selector: 's1', since: NOW - DAY_MS, stoppedAt: NOW, isRollbackTarget: false }];
    expect(shown(row({ signers: life, selector: null }))).toContain(
      '\n\nexample.com: s1 retiring since 2026-11-01: its record stays, until 2026-11-08\n\n',
    );
    expect(shown(row({ signers: [...life, { ...life[0]!, selector: 's2' }], drifted: true }))).not.toContain(
      'retiring',
    );
  });

  it('says by how much a revert is overdue, by the clock of the function', () => {
    const overdue = answer({ confirmed: false, revertsAt: '2026-10-31T23:10:00.000Z' });
    expect(shown(rowOf(SUBJECT, overdue, seen()))).toContain(' revert overdue by 50 min ');
  });

  it('counts OK, wrong and unknown', () => {
    expect(summary([row(), row({ drifted: true })])).toBe('2 domains: 1 OK, 1 wrong.');
    expect(summary([row()])).toBe('1 domain: 1 OK.');
  });
});
