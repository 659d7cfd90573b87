import type { SigningState } from '../../../handlers/aws/email-identity';
import {
  type ChangeAttempt,
  emptyLedger,
  type Ledger,
  type Open,
  type Wanted,
} from '../../../handlers/ledger/ledger';
import { decide } from '../../../handlers/transaction/decide';

const wanted = (selector = 's1', fingerprint = 'SHA256:a'): Wanted => ({
  selector,
  key: { bucket: 'b', key: 'k', etag: 'e', fingerprint },
});
const STATE: SigningState = {
  origin: 'EXTERNAL',
  selector: 's1',
  enabled: true,
  status: 'SUCCESS',
  tokens: [],
};
const EASY_DKIM = { ...STATE, origin: 'AWS_SES', selector: undefined };
/** Attempt t1, of which SES has the change. */
const SET = {
  transaction: 't1',
  source: 'terraform',
  wanted: wanted(),
  state: 'set',
  previous: EASY_DKIM,
  result: {},
} as unknown as Open;
const OPENING: Open = { ...SET, state: 'opening', result: undefined };
const UNDOING: Open = { ...OPENING, state: 'undoing' };
const WAITING: Open = { ...SET, state: 'waiting' };
/** Its selector signed before. */
const USED = { previous: STATE as never };
const DIRECT: Open = { ...WAITING, transaction: 'd1', source: 'direct' };
const owner = (confirmed: boolean) => ({ transaction: 't1', stack: 'B1', wanted: wanted(), confirmed });
const LATER = { transaction: 't2' };
const CALL = { transaction: 'd2', source: 'direct' } as const;
const decided = (ledger: Partial<Ledger>, state: Partial<SigningState>, attempt: object) =>
  decide(
    { ...emptyLedger('example.com', 'r'), ...ledger },
    { ...STATE, ...state },
    { transaction: 't1', stack: 'B1', source: 'terraform', request: {}, ...attempt } as ChangeAttempt,
    wanted(),
  );

type Row = [string, Open, Partial<SigningState>, object, 'repeats' | 'puts' | 'puts nothing'];

test.each<Row>([
  ['its own change', SET, {}, {}, 'repeats'],
  ['its own change, which SES is still verifying', SET, { status: 'PENDING' }, {}, 'repeats'],
  ['its own change, which SES has given up', SET, { status: 'FAILED' }, {}, 'puts'],
  ['its own change of another key', { ...SET, wanted: wanted('s1', 'SHA256:b') }, {}, {}, 'puts'],
  ['its own change of another selector', { ...SET, wanted: wanted('s2') }, {}, {}, 'puts'],
  ['the change of another attempt', SET, {}, LATER, 'puts nothing'],
  ['its own change, cut off', OPENING, {}, {}, 'puts nothing'],
  ['its own change, cut off, and SES is verifying', OPENING, { status: 'PENDING' }, {}, 'puts'],
  ['a cut-off change, its selector in use before', { ...OPENING, ...USED }, {}, LATER, 'puts'],
  [
    'the change of another attempt, its selector in use before',
    { ...SET, ...USED },
    {},
    LATER,
    'puts nothing',
  ],
  ['its own rollback, cut off', UNDOING, {}, {}, 'puts nothing'],
  ['a cut-off rollback, its selector in use before', { ...UNDOING, ...USED }, {}, {}, 'puts'],
  ['a direct call that waits for SES', DIRECT, {}, CALL, 'repeats'],
  ['a direct call that has not come to its end', { ...DIRECT, state: 'set' }, {}, CALL, 'puts nothing'],
  ['a direct call, as a stack', DIRECT, {}, LATER, 'puts nothing'],
  ['the change of a stack that waits for SES, as a direct call', WAITING, {}, CALL, 'puts nothing'],
])('an attempt that finds %s', (_, open, state, attempt, expected) => {
  const decision = decided({ open }, state, attempt);
  if (expected === 'repeats') expect(decision).toEqual({ kind: 'repeat' });
  else expect(decision).toEqual({ kind: 'change', put: expected === 'puts', confirmsItself: false });
});

test('an attempt puts nothing that SES has from before another one, which was undone manually', () => {
  for (const cutOff of [{}, { state: 'opening' as const, ...USED }]) {
    const open = { ...SET, wanted: wanted('s2'), ...cutOff };
    expect(decided({ open, inForce: wanted() }, {}, LATER)).toMatchObject({ put: false });
  }
});

test.each<[string, Partial<Ledger>, Partial<SigningState>, object]>([
  ['adopts what SES has', {}, {}, { kind: 'adopt' }],
  ['adopts it with the key that was set', { inForce: wanted() }, {}, { kind: 'adopt' }],
  ['puts over another key', { inForce: wanted('s1', 'SHA256:b') }, {}, { kind: 'change', put: true }],
  ['finds its own change on its way', { owner: owner(false) }, { status: 'PENDING' }, { kind: 'in-force' }],
  [
    'puts its own change anew',
    { owner: owner(false) },
    { enabled: false },
    { put: true, confirmsItself: false },
  ],
  ['confirms it if it was confirmed', { owner: owner(true) }, { enabled: false }, { confirmsItself: true }],
])('an attempt without an open change %s', (_, ledger, state, expected) => {
  expect(decided(ledger, state, {})).toMatchObject(expected);
});
