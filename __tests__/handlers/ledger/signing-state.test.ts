import type { SigningState } from '../../../handlers/aws/email-identity';
import { emptyLedger, type Ledger, type Wanted } from '../../../handlers/ledger/ledger';
import {
  isAsWanted,
  isInStep,
  isJustVerified,
  mayBeOld,
  requireTag,
  withKnownSelector,
} from '../../../handlers/ledger/signing-state';
import type { State } from '../../../handlers/ledger/states';

const STATE: SigningState = {
  origin: 'EXTERNAL',
  selector: 's1',
  enabled: true,
  status: 'SUCCESS',
  tokens: ['s1'],
};
const wanted = (selector = 's1'): Wanted => ({
  selector,
  key: { bucket: 'b', key: 'k', etag: '"e"', fingerprint: 'SHA256:a' },
});
const { selector: _, ...WITHOUT_SELECTOR } = STATE;
const ledger = (change: Partial<Ledger>): Ledger => ({ ...emptyLedger('example.com', 'r'), ...change });

test('compares origin, selector, flag, status, and the key as far as it is known', () => {
  expect(isAsWanted(STATE, wanted())).toBe(true);
  expect(isAsWanted(STATE, wanted(), 'SHA256:a')).toBe(true);
});

test.each<[string, SigningState, string | undefined]>([
  ['another origin', { ...STATE, origin: 'AWS_SES' }, undefined],
  ['another selector', { ...STATE, selector: 's2' }, undefined],
  ['no selector shown', WITHOUT_SELECTOR, undefined],
  ['switched off', { ...STATE, enabled: false }, undefined],
  ['not verified yet', { ...STATE, status: 'PENDING' }, undefined],
  ['another key', STATE, 'SHA256:b'],
])('differs: %s', (_, state, fingerprint) => {
  expect(isAsWanted(state, wanted(), fingerprint)).toBe(false);
});

test.each([
  ['SUCCESS', true],
  ['PENDING', true],
  ['TEMPORARY_FAILURE', true],
  ['FAILED', false],
  ['NOT_STARTED', false],
])('is in step with status %s: %s', (status, inStep) => {
  expect(isInStep({ ...STATE, status }, wanted())).toBe(inStep);
});

test('is in step if SES shows no selector, since it may be the right one', () => {
  expect(isInStep(WITHOUT_SELECTOR, wanted())).toBe(true);
  expect(isInStep(null, wanted())).toBe(false);
});

const inForce = wanted('s1');
const open = (state: State) => ({ transaction: 't2', wanted: wanted('s2'), state }) as Ledger['open'];

test.each<[string, Partial<Ledger>, Partial<SigningState>, string | undefined]>([
  ['that which was set last', { inForce }, {}, 's1'],
  ['that of the change that was applied', { inForce, open: open('set') }, {}, 's2'],
  ['unknown after a change that was cut off', { inForce, open: open('opening') }, {}, undefined],
  ['unknown without a ledger', {}, {}, undefined],
  ['none of Easy DKIM', { inForce }, { origin: 'AWS_SES' }, undefined],
  ['that which it shows after all', { inForce }, { selector: 's9' }, 's9'],
])('a selector that SES does not show is %s', (_, change, state, selector) => {
  expect(withKnownSelector({ ...WITHOUT_SELECTOR, ...state }, ledger(change)).selector).toBe(selector);
});

test.each<[string, Partial<Ledger>, SigningState | null, number, boolean]>([
  ['shows what is in force', { inForce }, STATE, 0, false],
  ['does not show what is in force', { inForce }, { ...STATE, selector: 's2' }, 0, true],
  ['shows it switched off', { inForce }, { ...STATE, enabled: false }, 0, true],
  ['shows no identity', { inForce }, null, 0, true],
  ['does not show it, much later', { inForce }, { ...STATE, selector: 's2' }, 15_000, false],
  ['shows what was applied', { inForce, open: open('set') }, { ...STATE, selector: 's2' }, 0, false],
  ['shows what was before', { inForce, open: open('set') }, STATE, 0, true],
  [
    'shows what may not have been set',
    { inForce, open: open('opening') },
    { ...STATE, selector: 's2' },
    0,
    true,
  ],
  ['shows anything after a rollback', {}, STATE, 0, true],
])('a read that %s', (_, change, state, afterMs, old) => {
  const last = { at: 1_000, event: 'applied' } as const;
  expect(mayBeOld(state, ledger({ ...change, last }), 1_000 + afterMs)).toBe(old);
});

test('refuses an identity without the tag, and advises how to set it', () => {
  const place = { domain: 'example.com', region: 'ap-northeast-1' };
  const arn = 'arn:aws:iam::111122223333:role/scheduler';

  expect(() => requireTag({ ...STATE, managed: true }, place, arn)).not.toThrow();
  // SES did not say: IAM decides.
  expect(() => requireTag({ ...STATE, managed: undefined }, place, arn)).not.toThrow();
  expect(() => requireTag(STATE, place, arn)).not.toThrow();
  const untagged = () => requireTag({ ...STATE, managed: false }, place, arn);
  expect(untagged).toThrow(/not tagged byodkim=managed.*Nothing was changed/);
  expect(untagged).toThrow(
    expect.objectContaining({
      advice: expect.stringMatching(
        /aws sesv2 tag-resource --region ap-northeast-1 --resource-arn arn:aws:ses:ap-northeast-1:111122223333:identity\/example\.com --tags Key=byodkim,Value=managed/,
      ),
    }),
  );
});

const JUST_VERIFIED = { last: { event: 'applied', at: 1_000 } } as const;
const result = (change: object = {}) => ({ changed: true, final_dkim_status: 'SUCCESS', ...change });

test.each<[string, boolean, Partial<Ledger>, object, number]>([
  ['two seconds ago', true, JUST_VERIFIED, result(), 3_000],
  ['fifteen seconds ago', false, JUST_VERIFIED, result(), 16_000],
  ['later, by another clock', false, JUST_VERIFIED, result(), 999],
  [
    'of a change that SES had not verified',
    false,
    JUST_VERIFIED,
    result({ final_dkim_status: 'PENDING' }),
    3_000,
  ],
  ['before a change that took no Put', false, JUST_VERIFIED, result({ changed: false }), 3_000],
  ['before its rollback began', false, { last: { event: 'reverting', at: 1_000 } }, result(), 3_000],
  [
    'before others have changed the identity',
    false,
    { ...JUST_VERIFIED, changedByOthersAt: 2_000 },
    result(),
    3_000,
  ],
  [
    'when others have changed the identity',
    false,
    { ...JUST_VERIFIED, changedByOthersAt: 1_000 },
    result(),
    3_000,
  ],
  [
    'after others have changed the identity',
    true,
    { ...JUST_VERIFIED, changedByOthersAt: 500 },
    result(),
    3_000,
  ],
])('counts SUCCESS that was read %s as just verified: %s', (_, expected, change, answer, now) => {
  expect(isJustVerified(ledger(change), { ...open('set')!, result: answer as never }, now)).toBe(expected);
});
