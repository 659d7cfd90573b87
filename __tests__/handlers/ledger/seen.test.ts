import { emptyLedger, type Ledger } from '../../../handlers/ledger/ledger';
import {
  changedByOthers,
  changedSinceDeploy,
  doneByPerson,
  type ShownInForce,
} from '../../../handlers/ledger/seen';

const ledger = emptyLedger('example.com', 'ap-northeast-1');
const SEEN = { status: 'SUCCESS', enabled: true, person: null };
const ON = { status: 'SUCCESS', enabled: true };
const OFF = { status: 'FAILED', enabled: false };
type Row = [string, Partial<Ledger>, ShownInForce, string | null];

test.each<Row>([
  ...[
    'PutEmailIdentityDkimSigningAttributes',
    'VerifyDomainDkim',
    'DeleteEmailIdentity',
    'DeleteIdentity',
  ].map((call): Row => [`a call of ${call}`, { callsOfOthers: [{ call }] }, ON, 'set-anew']),
  ...['PENDING', 'NOT_STARTED'].map(
    (status): Row => [`${status} after SUCCESS`, {}, { ...ON, status }, 'set-anew'],
  ),
  [
    'NOT_STARTED after PENDING',
    { seen: { ...SEEN, status: 'PENDING' } },
    { ...ON, status: 'NOT_STARTED' },
    null,
  ],
  ['something else', {}, null, 'set-anew'],
  ['off since SES has given up', {}, OFF, null],
  ['off some time after SES gave up', { seen: { ...SEEN, status: 'FAILED' } }, OFF, 'switched-off'],
  ['a verification that no audit has seen begin', { seen: null }, { ...ON, status: 'PENDING' }, 'unknown'],
])('judges from %s whether a person has changed SES', (_, change, shown, expected) => {
  expect(doneByPerson({ ...ledger, seen: SEEN as never, ...change }, shown)).toBe(expected);
});

test.each<[string, Partial<Ledger>, number | null]>([
  ['nobody has', {}, null],
  ['never deployed', { changedByOthersAt: 5 }, 5],
  ['after the deploy', { changedByOthersAt: 5, last: { event: 'confirmed', at: 4 } }, 5],
  [
    'before the deploy, which has put it right',
    { changedByOthersAt: 5, last: { event: 'confirmed', at: 6 } },
    null,
  ],
  [
    'before SES verified, which no deploy has looked at',
    { changedByOthersAt: 5, last: { event: 'verified', at: 6 } },
    5,
  ],
])('knows the changes by others since the deploy: %s', (_, change, expected) => {
  expect(changedSinceDeploy({ ...ledger, ...change })).toBe(expected);
});

test('reports nothing of a change that each audit compares once an audit has seen it', () => {
  for (const call of ['PutEmailIdentityMailFromAttributes', 'SetIdentityMailFromDomain'])
    expect(changedByOthers({ ...ledger, changedByOthersAt: 3 }, { call }, 9)).toMatchObject({
      changedByOthersAt: 3,
      callsOfOthers: [{ call }],
    });
});

test('keeps the time of the last call when earlier ones are delivered late, and up to twenty of them', () => {
  const call = { call: 'DeleteIdentity' } as never;
  let noted = ledger;
  for (let at = 29; at > 0; at -= 1) noted = changedByOthers(noted, call, at);
  expect(noted.changedByOthersAt).toBe(29);
  expect(noted.callsOfOthers).toHaveLength(20);
});
