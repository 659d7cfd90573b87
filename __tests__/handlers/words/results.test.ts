import { Redactor } from '../../../handlers/errors/redact';
import type { Outcome, RollbackEnding } from '../../../handlers/facts/results';
import { describeEnding, describeOutcome } from '../../../handlers/words/results';
import { KEY, poisoned } from './poison';

const PRIOR = { kind: 'prior-state', origin: 'byodkim', selector: 's1', enabled: true } as const;

/** Each outcome. */
const OUTCOMES: { readonly [Kind in Outcome['kind']]: Outcome & { readonly kind: Kind } } = {
  'identity-gone': { kind: 'identity-gone' },
  untouched: { kind: 'untouched' },
  'prior-state': { ...PRIOR, otherTokens: ['t1'] },
  'switched-off': { kind: 'switched-off', reason: 'its key was not stored' },
  'set-by-others': { kind: 'set-by-others', selector: 's9' },
  'not-restorable': { kind: 'not-restorable', problem: 'There is no private key' },
  'still-set': { kind: 'still-set', selector: 's2', enabled: false, doubt: { kind: 'no-owner' } },
  'nothing-open': { kind: 'nothing-open' },
  'nothing-set': { kind: 'nothing-set' },
  'not-owned': { kind: 'not-owned' },
  'set-since': { kind: 'set-since' },
  'not-in-force': { kind: 'not-in-force' },
  'nothing-to-confirm': { kind: 'nothing-to-confirm' },
  'taken-over': { kind: 'taken-over', transaction: 't2' },
  'not-awaited': { kind: 'not-awaited', transaction: 't2' },
  verified: { kind: 'verified', selector: 's2' },
  pending: { kind: 'pending', selector: 's2', checksAt: '2026-11-25T10:00:00.000Z' },
  'failed-again': { kind: 'failed-again', problem: 'SES does not answer' },
};

const ENDINGS: readonly RollbackEnding[] = [
  { kind: 'untouched' },
  { kind: 'as-it-was', state: PRIOR },
  { kind: 'rolled-back', state: PRIOR, checkedAt: '2026-11-25T10:00:00.000Z', recordedBy: 'revert' },
  {
    kind: 'left',
    state: { kind: 'still-set', enabled: true, doubt: { kind: 'unknown-stack' } },
    recordedBy: 'deploy',
  },
  {
    kind: 'left',
    state: { kind: 'still-set', enabled: true, doubt: { kind: 'taken-over', stack: 'B2' } },
  },
];

const redact = (text: string): string => new Redactor().redact(text);

describe.each(Object.values(OUTCOMES))('the outcome %j', (outcome) => {
  it('is a clause', () => {
    expect(describeOutcome(outcome)).toMatch(/^(?!.*(undefined|\[object)).*[^.]$/);
  });

  it('shows no private key, wherever its facts hold one', () => {
    expect(redact(describeOutcome(poisoned(outcome)))).not.toContain(KEY);
  });
});

describe.each(ENDINGS)('the ending %j', (ending) => {
  it('is whole sentences', () => {
    expect(describeEnding(ending)).toMatch(/^(?!.*(undefined|\[object)).*\.$/);
  });

  it('shows no private key, wherever its facts hold one', () => {
    expect(redact(describeEnding(poisoned(ending)))).not.toContain(KEY);
  });
});
