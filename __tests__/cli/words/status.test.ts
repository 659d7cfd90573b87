import { formatStep } from '../../../cli/words/format';
import { recalledWords, type WaitingFacts, waitingWords } from '../../../cli/words/status';

const AT = '2026-11-01T01:00:00.000Z';
const next = { code: 'DEPLOY', facts: {} } as const;
const standing = {
  code: 'RECORD',
  facts: { standing: { code: 'MISSING', facts: { on: 2, of: 2 } } },
} as const;
const behind = { standing: null, next, rolledBackAt: null };

const WAITS: { readonly [Code in keyof WaitingFacts]: readonly (readonly [WaitingFacts[Code], string])[] } = {
  NOT_DEPLOYED: [
    [behind, 'you: deploy (not deployed)'],
    [
      { ...behind, standing, rolledBackAt: AT },
      `you: deploy (not deployed: missing on 2 of 2 servers; the last change was rolled back at ${AT})`,
    ],
  ],
  LIST_AHEAD: [[{ ...behind, listed: 's2' }, 'you: deploy (the list has s2)']],
  BUSY: [[{ until: AT }, `the running change: ends, by ${AT} (another run is changing it)`]],
  SETTLING: [
    [
      { until: AT },
      `you: check again, after ${AT} (a change has just ended, and SES may still show its earlier state)`,
    ],
  ],
  SES_VERIFIES: [
    [
      { status: 'PENDING', isConditional: false, revertsAt: null },
      'SES: verifies the record (SES says PENDING)',
    ],
    [
      { status: 'PENDING', isConditional: true, revertsAt: AT },
      `SES: verifies the record; otherwise the change is rolled back, at ${AT} (SES says PENDING)`,
    ],
  ],
  SES_HAS_VERIFIED: [
    [{}, 'the function: ends the change at its next check, within 15 minutes (SES has verified it)'],
  ],
  ROLLBACK_DUE: [[{}, 'the function: rolls the change back (not confirmed)']],
  ARMED: [[{ revertsAt: AT }, `you: deploy again, or the change is rolled back, at ${AT} (not confirmed)`]],
  UNCONFIRMED: [
    [{ entry: 'a.example' }, 'you: deploy again, or run `byodkim confirm a.example` (not confirmed)'],
  ],
  MAIL_FROM_PENDING: [
    [{ mailFromDomain: 'b.a.example' }, 'SES: finds the MX record (MAIL FROM b.a.example: PENDING)'],
  ],
};

test.each(
  Object.entries(WAITS).flatMap(([code, rows]) =>
    rows.map(([facts, words]) => [code, facts, words] as const),
  ),
)('%s: %j', (code, facts, words) => {
  const { why, ...step } = waitingWords({ code, facts } as never);
  expect(`${formatStep(step)} (${why})`).toBe(words);
});

test('counts the domains that were not asked about', () => {
  expect(recalledWords({ recalled: 11, oldest: AT, asked: 1 })).toBe(
    `11 as last seen, at ${AT} or later; 1 asked now. Pass --live to ask about all of them.`,
  );
  expect(recalledWords({ recalled: 0, oldest: null, asked: 2 })).toBe(
    '2 asked now. Pass --live to ask about all of them.',
  );
});
