import { emptyLedger, type Owner } from '../../../handlers/ledger/ledger';
import { gateReplaced, overtakenBy } from '../../../handlers/ledger/ownership';

test('the current transaction is known, though the history does not go back to it', () => {
  const ledger = { ...emptyLedger('example.com', 'r'), owner: { transaction: 't1' } as Owner };

  expect(gateReplaced(ledger, 't1')).toBe('t1');
  expect(gateReplaced(ledger, 't2')).toBeNull();
  expect(overtakenBy(ledger, 't2', ledger)).toBeNull();
  expect(overtakenBy(ledger, 't2', null)).toBe('t1');
});
