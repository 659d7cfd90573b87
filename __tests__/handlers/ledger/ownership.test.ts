import { emptyLedger, type Ledger, type Owner } from '../../../handlers/ledger/ledger';
import { confirmationOvertakenBy, overtakenBy } from '../../../handlers/ledger/ownership';

const ofT1 = { ...emptyLedger('example.com', 'r'), owner: { transaction: 't1' } as Owner };

test.each<[string, Ledger | null, string | null]>([
  ['one that was there when it began', ofT1, null],
  ['one that has come since', null, 't1'],
  ['one that was open when it began', { ...ofT1, owner: null, open: ofT1 as never }, null],
])('an attempt that finds %s is overtaken by %s', (_, found, by) => {
  const overtaking = by === null ? null : { kind: 'transaction', transaction: by };
  expect(overtakenBy(ofT1, { transaction: 't2', stack: 'B1' }, found)).toEqual(overtaking);
  expect(overtakenBy(ofT1, { transaction: 't1', stack: 'B1' }, found)).toBeNull();
});

test.each<[string, Ledger | null, object | null]>([
  ['after it began', { ...ofT1, deleted: [] }, { kind: 'destroy', stack: 'B1' }],
  ['when no ledger existed yet', null, { kind: 'destroy', stack: 'B1' }],
  // An engine that has lost its newest state deploys the same stack again.
  ['before it began', { ...ofT1, deleted: ['B1'] }, null],
])('an attempt whose stack was destroyed %s', (_, found, by) => {
  const ledger = { ...ofT1, owner: null, deleted: ['B1'] };
  expect(overtakenBy(ledger, { transaction: 't1', stack: 'B1' }, found)).toEqual(by);
});

describe('an attempt of a replaced `Baseline`', () => {
  const ledger = {
    ...ofT1,
    owner: { transaction: 't1', stack: 'B2' } as Owner,
    stacks: ['B1', 'B2'],
  };
  const before = { ...ledger, owner: { transaction: 't0', stack: 'B1' } as Owner, stacks: ['B1'] };

  test.each<[string, Ledger, string, Ledger | null, object | null]>([
    ['loses against the same one of the new', ledger, 'B1', before, { kind: 'replacement', stack: 'B2' }],
    ['does so without a ledger at its beginning', ledger, 'B1', null, { kind: 'replacement', stack: 'B2' }],
    // An engine whose state was restored.
    ['does not if that had come before it', ledger, 'B1', ledger, null],
    ['leaves the new one alone', { ...ledger, owner: { ...ledger.owner, stack: 'B1' } }, 'B2', before, null],
    ['is no news to the new one itself', ledger, 'B2', before, null],
  ])('%s', (_, now, stack, found, by) => {
    expect(overtakenBy(now, { transaction: 't1', stack }, found)).toEqual(by);
  });
});

test.each<[string, Partial<Ledger>, string | null]>([
  ['is in force', {}, null],
  ['was undone last', { owner: null, lastRevert: { transaction: 't1', at: 1 } }, null],
  ['is open', { owner: null, open: { transaction: 't1', source: 'terraform' } as never }, null],
  ['was taken over by a direct call', { open: { source: 'direct', owner: ofT1.owner } as never }, null],
  ['was taken over', { open: { transaction: 't2', source: 'terraform' } as never }, 't2'],
  ['was followed', { owner: { transaction: 't2' } as Owner }, 't2'],
  ['is unknown', { owner: null }, 'another run'],
])('refuses to confirm a change that %s for %s', (_, change, by) => {
  expect(confirmationOvertakenBy({ ...ofT1, ...change }, 't1')).toBe(by);
});
