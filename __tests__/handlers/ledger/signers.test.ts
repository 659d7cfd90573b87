import { signsWithNow, withPrevious } from '../../../handlers/ledger/signers';

describe('the selectors that have signed', () => {
  const s1 = { selector: 's1', since: 1, stoppedAt: null };

  it('is one selector at a time, each from when to when', () => {
    expect(signsWithNow([s1], 's2', 5)).toEqual([
      { selector: 's1', since: 1, stoppedAt: 5 },
      { selector: 's2', since: 5, stoppedAt: null },
    ]);
  });

  it('is known of one that signed before we came, without since when', () => {
    const before = { origin: 'EXTERNAL', selector: 'old' } as never;
    expect(signsWithNow(withPrevious([], before), 's1', 5)).toEqual([
      { selector: 'old', since: null, stoppedAt: 5 },
      { selector: 's1', since: 5, stoppedAt: null },
    ]);
  });
});
