import fc from 'fast-check';
import { type SelectorFacts, stageOf } from '../../../../handlers/keys/state/stages';

const DAY = 24 * 3_600_000;
const NOW = Date.UTC(2026, 10, 25);
const made: SelectorFacts = {
  selector: 's1',
  stoppedAt: null,
  isRollbackTarget: false,
  isShown: false,
  record: 'none',
};
const signed = { ...made, since: NOW - 90 * DAY, record: 'ours' as const };

describe('the life of a selector', () => {
  it.each<[string, Partial<SelectorFacts>, string]>([
    ['is pending while its record is not there', {}, 'pending'],
    ['is published when the record is', { record: 'ours' }, 'published'],
    ['is active while SES signs with it', signed, 'active'],
    ['is retiring while mail is under way', { ...signed, stoppedAt: NOW - 2 * DAY }, 'retiring'],
    [
      'is retiring as long as a destroy would go back to it',
      { ...signed, stoppedAt: NOW - 80 * DAY, isRollbackTarget: true },
      'retiring',
    ],
    [
      'is active while SES shows it, whatever the ledger says',
      { ...signed, stoppedAt: NOW - 80 * DAY, isShown: true },
      'active',
    ],
    ['is retired when the overlap is over', { ...signed, stoppedAt: NOW - 8 * DAY }, 'retired'],
    [
      'is revoked when its record is gone',
      { ...signed, stoppedAt: NOW - 8 * DAY, record: 'none' },
      'revoked',
    ],
    [
      'is revoked when its record says so',
      { ...signed, stoppedAt: NOW - 8 * DAY, record: 'revoked' },
      'revoked',
    ],
    ['is taken to be there where nobody could look', { ...signed, record: 'unknown' }, 'active'],
  ])('%s', (_, facts, stage) => {
    expect(stageOf({ ...made, ...facts }, 7, NOW)).toMatchObject({ stage });
  });

  it('includes the date on which the record may go', () => {
    const stoppedAt = NOW - 2 * DAY;
    expect(stageOf({ ...signed, stoppedAt }, 10, NOW).recordMayGoAt).toBe(stoppedAt + 10 * DAY);
  });

  it('never releases a record within the shortest overlap, whatever is requested', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -100, max: 100 }),
        fc.integer({ min: 0, max: 6 }),
        (overlapDays, daysAgo) => {
          const { stage } = stageOf({ ...signed, stoppedAt: NOW - daysAgo * DAY }, overlapDays, NOW);
          expect(stage).toBe('retiring');
        },
      ),
    );
  });
});
