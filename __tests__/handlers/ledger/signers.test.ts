import {
  emptyLedger,
  type Open,
  type Signer,
  type Snapshot,
  type Wanted,
} from '../../../handlers/ledger/ledger';
import {
  signersAfterRevert,
  signsWithNow,
  withPrevious,
  withRestored,
} from '../../../handlers/ledger/signers';

const key = { bucket: 'b' } as Wanted['key'];
const s1 = { selector: 's1', bucket: 'b', since: 1, stoppedAt: null };
const STOPPED = { ...s1, stoppedAt: 5 };
const S2 = { selector: 's2', bucket: 'b', since: 5, stoppedAt: null };
const FORMER = { selector: 's0', since: 0, stoppedAt: 1 };
const OLD = { selector: 'old', since: null, stoppedAt: null };
const old = {
  origin: 'EXTERNAL',
  selector: 'old',
  restoration: { kind: 'byodkim', selector: 'old', key },
} as Snapshot;

test.each<[string, readonly Signer[], readonly Signer[]]>([
  [
    'one selector signs at a time, each from when to when',
    signsWithNow([FORMER, s1], { selector: 's2', key }, 5),
    [FORMER, STOPPED, S2],
  ],
  ['one that signs already has signed since then', signsWithNow([s1], { selector: 's1', key }, 5), [s1]],
  [
    'one that signed before the first change is known, without since when',
    withPrevious([s1], old),
    [s1, OLD],
  ],
  ['one that is known is not added again', withPrevious([OLD], old), [OLD]],
  ['twenty are known at most', withPrevious(Array(20).fill(FORMER), old), [...Array(19).fill(FORMER), OLD]],
  ['one that SES does not show is not known', withPrevious([s1], { ...old, selector: undefined }), [s1]],
  ['what is restored signs again', withRestored([s1], old, 5), [STOPPED, { ...OLD, bucket: 'b', since: 5 }]],
  ['no selector signs once Easy DKIM is restored', withRestored([s1], null, 5), [STOPPED]],
])('%s', (_, signers, expected) => {
  expect(signers).toEqual(expected);
});

test('keeps the selector of a change that was taken over when the next one is undone without a write', () => {
  const ledger = { ...emptyLedger('example.com', 'r'), signers: [{ ...s1, since: 5 }] };
  const previous = { origin: 'AWS_SES', restoration: { kind: 'easy-dkim' } } as Snapshot;
  const open = { wanted: { selector: 's2', key }, previous, startedAt: 5 } as Open;

  expect(signersAfterRevert(ledger, open, false, 7)).toEqual([{ ...s1, since: 5, stoppedAt: 7 }]);
});
