import { emptyLedger } from '../../../handlers/ledger/ledger';
import { changedByOthers, doneByPerson } from '../../../handlers/ledger/seen';

const ledger = emptyLedger('example.com', 'ap-northeast-1');

test('who began a verification that no audit has seen before is not known', () => {
  expect(doneByPerson(ledger, { status: 'PENDING', enabled: true })).toBe('unknown');
});

test('a call that is delivered late does not replace the time of the last one', () => {
  const call = { call: 'DeleteIdentity' } as never;
  expect(changedByOthers(changedByOthers(ledger, call, 9), call, 5).changedByOthersAt).toBe(9);
});
