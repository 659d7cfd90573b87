import type { SigningRequest } from '../../../handlers/contract/input/event';
import { emptyLedger, type Ledger, type Snapshot } from '../../../handlers/ledger/ledger';
import { ownArming, planRetry, planRevert, verificationMinutes } from '../../../handlers/transaction/arming';
import { DOMAIN, givenCloud, Stack } from './support';

const AT = Date.parse('2025-09-17T10:30:00.000Z');
const place = { domain: DOMAIN, region: 'ap-northeast-1' };
const ledger = (change: Partial<Ledger> = {}): Ledger => ({
  ...emptyLedger(DOMAIN, place.region),
  ...change,
});
const request = (change: Partial<SigningRequest> = {}) =>
  ({
    ...place,
    verification: {},
    confirmTimeoutMinutes: 10,
    ...change,
  }) as SigningRequest;

test('the time to confirm starts once SES has had its time to verify', () => {
  expect(planRevert(AT, request(), ledger())?.at).toBe(AT + 11 * 60_000);
});

test.each([
  ['in the same millisecond', AT, (armings: number) => armings],
  ['after the ledger was lost: an older schedule may still wait under its name', AT + 1, () => 0],
])('each arming has a number of its own, even %s', (_, at, known) => {
  const first = planRevert(AT, request(), ledger({ armings: 7 }))!;
  const second = planRevert(at, request(), ledger({ armings: known(first.number) }))!;

  expect(second.number).toBeGreaterThan(first.number);
  expect(second.schedule).not.toBe(first.schedule);
});

const SIGNED = { enabled: true, status: 'SUCCESS' } as Snapshot;
const UNSIGNED = { ...SIGNED, enabled: false };
const UNVERIFIED = { ...SIGNED, status: 'PENDING' };

test.each<[string, number, Partial<Ledger>, Snapshot, number | undefined]>([
  [
    '72 hours, as long as it tries, if nothing signed',
    72 * 60,
    { baseline: UNVERIFIED },
    UNSIGNED,
    undefined,
  ],
  ['an hour if the state of before signed', 60, { baseline: UNSIGNED }, SIGNED, undefined],
  ['an hour if that of before the first change signed', 60, { baseline: SIGNED }, UNSIGNED, undefined],
  [
    'an hour if that of before the last failure signed',
    60,
    { unverified: { signed: true } as never },
    UNSIGNED,
    undefined,
  ],
  ['as long as the request says', 5, { baseline: SIGNED }, SIGNED, 5],
])('SES has %s', (_, minutes, change, previous, timeoutMinutes) => {
  const asked = request({ verification: timeoutMinutes === undefined ? {} : { timeoutMinutes } });
  expect(verificationMinutes(asked, ledger(change), previous)).toBe(minutes);
});

test.each([DOMAIN, `${'long-label.'.repeat(22)}example.com`, 'xn--bcher-kva.example'])(
  'names of schedules are valid for the scheduler: %s',
  (domain) => {
    const first = planRevert(AT, request(), ledger({ domain }))!;
    const retry = planRetry(AT, { ...place, domain }, { number: first.number, retries: 0 })!;

    for (const { schedule } of [first, retry]) expect(schedule).toMatch(/^[0-9A-Za-z-_.]{1,64}$/);
    expect(planRevert(AT, request(), ledger({ domain, region: 'r' }))!.schedule).not.toBe(first.schedule);
  },
);

test('retries keep the number, lie five to fifteen minutes ahead, and share a schedule per ten minutes', () => {
  const minutes = [0, 1, 3, 4.9, 5.1, 9].map(
    (after) => planRetry(AT + after * 60_000, place, { number: 7, retries: 0 })!,
  );

  expect(new Set(minutes.map(({ number }) => number))).toEqual(new Set([7]));
  expect(new Set(minutes.map(({ schedule }) => schedule)).size).toBe(2);
  minutes.forEach(({ at }, i) => {
    const ahead = (at - AT) / 60_000 - [0, 1, 3, 4.9, 5.1, 9][i]!;
    expect(ahead).toBeGreaterThanOrEqual(5);
    expect(ahead).toBeLessThanOrEqual(15);
  });
});

test('retries become hourly after six hours, and end after two weeks, when a person must act', () => {
  const hourly = planRetry(AT, place, { number: 7, retries: 36 })!;

  expect((hourly.at - AT) / 60_000).toBeGreaterThanOrEqual(30);
  expect(hourly.at % 3_600_000).toBe(0);
  expect(planRetry(AT, place, { number: 7, retries: 36 + 14 * 24 })).toBeNull();
});

test('an arming that was taken over is not one of its own', () => {
  const armed = { number: 1, schedule: 's', at: 0 };
  const open = { armed } as NonNullable<Ledger['open']>;

  expect(ownArming(ledger({ open }), open)).toBeNull();
  expect(ownArming(ledger(), open)).toBe(armed);
  expect(ownArming(ledger({ open }), { ...open, armed: { ...armed, number: 2 } })?.number).toBe(2);
});

test('the schedule carries what the function needs to know its own arming, and nothing secret', async () => {
  const cloud = givenCloud();
  await new Stack(cloud).signing('t1', 's1');

  expect(cloud.scheduler.pending()).toEqual([
    {
      name: expect.stringMatching(/^byodkim-example\.com-[0-9a-f]{12}-\d{13}$/),
      at: AT + 11 * 60_000,
      target: 'arn:aws:lambda:ap-northeast-1:111122223333:function:ses-byodkim',
      payload: {
        action: 'revert_unconfirmed',
        domain: DOMAIN,
        region: 'ap-northeast-1',
        transaction: 't1',
        arming: expect.any(Number),
      },
    },
  ]);
});
