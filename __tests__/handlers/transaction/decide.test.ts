import type { SigningState } from '../../../handlers/aws/email-identity';
import {
  type Attempt,
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
const APPLIED = {
  transaction: 't1',
  source: 'terraform',
  wanted: wanted(),
  phase: 'applied',
  previous: EASY_DKIM,
  result: {},
} as unknown as Open;
const OPENED: Open = { ...APPLIED, phase: 'opened', result: undefined };
/** Its selector signed before. */
const USED = { previous: STATE as never };
const DIRECT: Open = { ...APPLIED, transaction: 'd1', source: 'direct', checks: 0 };
const owner = (confirmed: boolean) => ({ transaction: 't1', wanted: wanted(), confirmed });
const LATER = { transaction: 't2' };
const CALL: Partial<Attempt> = { transaction: 'd2', source: 'direct' };
const decided = (ledger: Partial<Ledger>, state: Partial<SigningState>, attempt: Partial<Attempt>) =>
  decide(
    { ...emptyLedger('example.com', 'r'), ...ledger },
    { ...STATE, ...state },
    { transaction: 't1', source: 'terraform', request: {} as never, ...attempt },
    wanted(),
  );

type Row = [string, Open, Partial<SigningState>, Partial<Attempt>, 'repeats' | 'puts' | 'puts nothing'];

test.each<Row>([
  ['its own change', APPLIED, {}, {}, 'repeats'],
  ['its own change, which SES is still verifying', APPLIED, { status: 'PENDING' }, {}, 'repeats'],
  ['its own change, which SES has given up', APPLIED, { status: 'FAILED' }, {}, 'puts'],
  ['its own change of another key', { ...APPLIED, wanted: wanted('s1', 'SHA256:b') }, {}, {}, 'puts'],
  ['its own change of another selector', { ...APPLIED, wanted: wanted('s2') }, {}, {}, 'puts'],
  ['the change of another attempt', APPLIED, {}, LATER, 'puts nothing'],
  ['its own change, cut off', OPENED, {}, {}, 'puts nothing'],
  ['its own change, cut off, and SES is verifying', OPENED, { status: 'PENDING' }, {}, 'puts'],
  ['a cut-off change, its selector in use before', { ...OPENED, ...USED }, {}, LATER, 'puts'],
  [
    'the change of another attempt, its selector in use before',
    { ...APPLIED, ...USED },
    {},
    LATER,
    'puts nothing',
  ],
  ['its own destroy, cut off', { ...APPLIED, result: undefined }, {}, {}, 'puts nothing'],
  ['a direct call that waits for SES', DIRECT, {}, CALL, 'repeats'],
  ['a direct call that has not come to its end', { ...DIRECT, checks: undefined }, {}, CALL, 'puts nothing'],
  ['a direct call, as a stack', DIRECT, {}, LATER, 'puts nothing'],
  [
    'the change of a stack that waits for SES, as a direct call',
    { ...APPLIED, checks: 0 },
    {},
    CALL,
    'puts nothing',
  ],
])('an attempt that finds %s', (_, open, state, attempt, expected) => {
  const decision = decided({ open }, state, attempt);
  if (expected === 'repeats') expect(decision).toEqual({ kind: 'repeat', open });
  else expect(decision).toEqual({ kind: 'change', put: expected === 'puts', confirmsItself: false });
});

test('an attempt puts nothing that SES has from before another one, which was undone by hand', () => {
  for (const cutOff of [{}, { phase: 'opened' as const, ...USED }]) {
    const open = { ...APPLIED, wanted: wanted('s2'), ...cutOff };
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
])('with nothing open an attempt %s', (_, ledger, state, expected) => {
  expect(decided(ledger, state, {})).toMatchObject(expected);
});
