import { Redactor } from '../../../handlers/errors/redact';
import type { NotHealed } from '../../../handlers/words/findings';
import { describeNotHealed } from '../../../handlers/words/findings';
import type { NotSent, RevertResult, RollbackEnding } from '../../../handlers/words/results';
import * as results from '../../../handlers/words/results';
import { KEY, poisoned } from './poison';

const words = { ...results, describeNotHealed };

const PRIOR = { kind: 'prior-state', origin: 'byodkim', selector: 's1', enabled: true } as const;

/** Each outcome. */
const OUTCOMES: { readonly [Kind in RevertResult['kind']]: RevertResult & { readonly kind: Kind } } = {
  'identity-gone': { kind: 'identity-gone' },
  untouched: { kind: 'untouched' },
  'prior-state': { ...PRIOR, otherTokens: ['t1'] },
  'switched-off': { kind: 'switched-off', reason: 'its key was not stored' },
  'set-by-others': { kind: 'set-by-others', selector: 's9' },
  'not-restorable': { kind: 'not-restorable', problem: 'There is no private key' },
  'still-set': { kind: 'still-set', selector: 's2', enabled: false, doubt: { kind: 'no-owner' } },
  'nothing-open': { kind: 'nothing-open' },
  'nothing-set': { kind: 'nothing-set' },
  'not-owned': { kind: 'not-owned' },
  'set-since': { kind: 'set-since' },
  'not-in-force': { kind: 'not-in-force' },
  'nothing-to-confirm': { kind: 'nothing-to-confirm' },
  'taken-over': { kind: 'taken-over', transaction: 't2' },
  'not-awaited': { kind: 'not-awaited', transaction: 't2' },
  verified: { kind: 'verified', selector: 's2' },
  pending: { kind: 'pending', selector: 's2', checksAt: '2026-11-25T10:00:00.000Z' },
  'failed-again': { kind: 'failed-again', problem: 'SES does not answer' },
};

const ENDINGS: readonly RollbackEnding[] = [
  { kind: 'untouched' },
  { kind: 'as-it-was', state: PRIOR },
  { kind: 'rolled-back', state: PRIOR, checkedAt: '2026-11-25T10:00:00.000Z', recordedBy: 'revert' },
  {
    kind: 'left',
    state: { kind: 'still-set', enabled: true, doubt: { kind: 'unknown-stack', recorded: 20 } },
    recordedBy: 'deploy',
  },
  {
    kind: 'left',
    state: { kind: 'still-set', selector: 's1', enabled: true, doubt: { kind: 'no-owner' } },
  },
];

const NOT_HEALED: { readonly [Kind in NotHealed['kind']]: NotHealed & { readonly kind: Kind } } = {
  'not-asked': { kind: 'not-asked' },
  'change-open': { kind: 'change-open' },
  'nothing-in-force': { kind: 'nothing-in-force' },
  'other-state': { kind: 'other-state' },
  'set-anew': { kind: 'set-anew' },
  'switched-off': { kind: 'switched-off' },
  unseen: { kind: 'unseen' },
  'just-changed': { kind: 'just-changed' },
  unproved: { kind: 'unproved' },
  'key-replaced': { kind: 'key-replaced' },
  'not-given-up': { kind: 'not-given-up', status: 'PENDING' },
  blocked: { kind: 'blocked', by: 'RECORD_MISSING' },
  'failed-often': { kind: 'failed-often', days: 3 },
  'not-armed': { kind: 'not-armed', problem: 'Scheduler does not answer' },
};

const NOT_SENT: { readonly [Kind in NotSent['kind']]: NotSent & { readonly kind: Kind } } = {
  'no-topic': { kind: 'no-topic', topics: ['dns'] },
  'not-asked-for': { kind: 'not-asked-for' },
  published: { kind: 'published' },
  'foreign-record': { kind: 'foreign-record' },
  'nothing-new': { kind: 'nothing-new' },
  'no-problems': { kind: 'no-problems' },
  'read-only': { kind: 'read-only' },
  'known-failure': { kind: 'known-failure' },
  'still-needed': { kind: 'still-needed' },
  'published-by-stack': { kind: 'published-by-stack' },
  notified: { kind: 'notified', at: '2026-11-25T10:00:00.000Z' },
  'notified-lately': { kind: 'notified-lately', at: '2026-11-25T10:00:00.000Z', minutes: 10 },
};

const ARN = 'arn:aws:sns:eu-west-1:123456789012:dns';

/** Puts something into the texts of facts, or leaves them. */
type Put = <Facts>(facts: Facts) => Facts;

/** Each maker of words, over all that it is made for: a new one does not compile without its row. */
const SAID: { readonly [Name in keyof typeof words]: (put: Put) => string[] } = {
  describeOutcome: (put) => Object.values(OUTCOMES).map((each) => words.describeOutcome(put(each))),
  describeStanding: (put) => [
    words.describeStanding({ kind: 'verified' }),
    words.describeStanding({ kind: 'pending' }),
    words.describeStanding(put({ kind: 'pending', revertsAt: '2026-11-25T10:00:00.000Z' })),
    words.describeStanding('A sentence of an earlier version'),
  ],
  describeChangeWarning: (put) => [
    words.describeChangeWarning(put({ kind: 'schedule-left', schedule: 'revert-1' })),
    ...(['removal-withdrawn', 'removal-not-withdrawn'] as const).map((kind) =>
      words.describeChangeWarning(put({ kind, recordName: 's1._domainkey.a.b', askedOn: '2026-12-15' })),
    ),
  ],
  describeWarning: (put) => [
    words.describeWarning(put({ kind: 'schedule-left', schedule: 'revert-1' })),
    words.describeWarning({ kind: 'testing' }),
    words.describeWarning('A sentence of an earlier version'),
  ],
  describeRollback: (put) => ENDINGS.map((each) => words.describeRollback(put(each))),
  describeEnding: (put) => ENDINGS.map((each) => words.describeEnding(put(each))),
  describeNotHealed: (put) => Object.values(NOT_HEALED).map((each) => words.describeNotHealed(put(each))),
  describeNotSent: (put) => Object.values(NOT_SENT).map((each) => words.describeNotSent(put(each))),
  describeLeftOut: () => [words.describeLeftOut(3, 10)],
  describeReaders: () => [
    words.describeReaders(undefined),
    words.describeReaders({ confirmed: 0, pending: 1 }),
    words.describeReaders({ confirmed: 2, pending: 0 }),
  ],
  describeRemoval: (put) => [
    words.describeRemoval(put('s1'), { sent: true, subscribers: { confirmed: 1, pending: 0 } }),
    words.describeRemoval('s1', put({ sent: false, reason: 'SNS does not answer' })),
  ],
  describeTopics: (put) => [
    words.describeTopics([]),
    words.describeTopics(put([{ topic: 'dns', arn: ARN, error: 'SNS does not answer' }])),
  ],
  describeDrill: (put) => [
    words.describeDrill(put('2026-11-25T10:00:00.000Z'), null),
    words.describeDrill('2026-11-25T10:00:00.000Z', put('2026-11-25T10:01:00.000Z')),
  ],
  describeDrillFiring: (put) =>
    (['drill-fired', 'drill-not-awaited'] as const).map((kind) =>
      words.describeDrillFiring(put({ kind, drill: 'd1' })),
    ),
};

const redact = (text: string): string => new Redactor().redact(text);

test.each(Object.values(OUTCOMES))('the outcome %j is a clause', (outcome) => {
  expect(words.describeOutcome(outcome)).toMatch(/^(?!.*(undefined|\[object)).*[^.]$/);
});

test.each(ENDINGS)('the ending %j consists of whole sentences', (ending) => {
  expect(words.describeEnding(ending)).toMatch(/^(?!.*(undefined|\[object)).*\.$/);
});

const NAMES = Object.keys(SAID) as (keyof typeof SAID)[];

describe.each(NAMES)('%s', (name) => {
  it('is worded for every purpose', () => {
    for (const text of SAID[name]((facts) => facts)) expect(text).toMatch(/^(?!.*(undefined|\[object))./);
  });

  it('shows no private key, wherever its facts hold one', () => {
    for (const text of SAID[name](poisoned)) expect(redact(text)).not.toContain(KEY);
  });
});

test('a private key would be noticed where facts have texts', () => {
  const showing = NAMES.filter((name) => SAID[name](poisoned).some((text) => text.includes(KEY)));
  const numbersAlone = ['describeLeftOut', 'describeReaders'];
  expect(showing.sort()).toEqual(NAMES.filter((name) => !numbersAlone.includes(name)).sort());
});
