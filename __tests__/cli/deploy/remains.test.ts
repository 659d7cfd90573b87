import { leftOf } from '../../../cli/deploy/remains';
import { CliError } from '../../../cli/errors/cli-error';
import type { StatusAnswer } from '../../../cli/target/function';
import type { RecordLeft } from '../../../cli/words/outcomes';
import type { ListedDomain } from '../../../list/domain-list';

const LISTED = {
  stack: 'a.test',
  domain: 'a.test',
  region: 'us-east-1',
  selector: 's1',
} as unknown as ListedDomain;
const SES = { origin: 'EXTERNAL', selector: 's0', enabled: true, status: 'SUCCESS' };
const NOW = Date.parse('2026-12-01T00:00:00Z');
const DAY_MS = 86_400_000;
/** The answer after a destroy, by which s1 has signed until now. */
const answer = (ses: object | null, more: object = {}) =>
  ({
    now: new Date(NOW).toISOString(),
    ses,
    keyStoreBucket: 'keys',
    selector: null,
    signers: [{ selector: 's1', since: NOW - DAY_MS, stoppedAt: NOW, isRollbackTarget: false }],
    ...more,
  }) as unknown as StatusAnswer;
const NAME = 's1._domainkey.a.test';
const S0_SIGNS = { kind: 'needed', recordName: 's0._domainkey.a.test' } as const;

describe('the report after a destroy', () => {
  it.each<[string, Partial<ListedDomain>, object | null, RecordLeft[]]>([
    [
      'a record that others publish',
      {},
      SES,
      [{ kind: 'free', recordName: NAME, from: '2026-12-08' }, S0_SIGNS],
    ],
    ['a longer overlap', { overlapDays: 30 }, null, [{ kind: 'free', recordName: NAME, from: '2026-12-31' }]],
    ['a record of the stack', { record: {} as never }, SES, [{ kind: 'removed' }, S0_SIGNS]],
    [
      'the selector that SES signs with',
      {},
      { ...SES, selector: 's1' },
      [{ kind: 'needed', recordName: NAME }],
    ],
  ])('lists, for %s, what remains in DNS', (_, listed, ses, records) => {
    expect(leftOf({ ...LISTED, ...listed }, answer(ses))).toEqual({
      code: 'LEFT',
      facts: {
        ses,
        records,
        privateKey: 's3://keys/dkim-certificates/a.test/s1/private_key.pem',
        inForce: null,
      },
    });
  });

  it('lists everything if the state was empty: the selector in force, but not one that never signed', () => {
    const signers = [{ selector: 's0', since: NOW - DAY_MS, stoppedAt: null, isRollbackTarget: false }];
    expect(leftOf(LISTED, answer(SES, { selector: 's0', signers }))).toMatchObject({
      facts: { inForce: 's0', records: [{ kind: 'unused', recordName: NAME }, S0_SIGNS] },
    });
  });

  it('judges by the clock of the function, which has dated the signers', () => {
    const week = { now: new Date(NOW + 8 * DAY_MS).toISOString() };
    expect(leftOf(LISTED, answer(null, week))).toMatchObject({
      facts: { records: [{ kind: 'unused', recordName: NAME }] },
    });
  });

  it('names an earlier selector while its mail is in transit', () => {
    const earlier = (selector: string, days: number) => {
      return { selector, since: 0, stoppedAt: NOW - days * DAY_MS, isRollbackTarget: false };
    };
    const signers = [earlier('s1', 0), earlier('s8', 2), earlier('s9', 20)];
    expect(leftOf(LISTED, answer(null, { signers }))).toMatchObject({
      facts: {
        records: [
          { kind: 'free', recordName: NAME, from: '2026-12-08' },
          { kind: 'free', recordName: 's8._domainkey.a.test', from: '2026-12-06' },
        ],
      },
    });
  });

  it('does not list the key of another entry', () => {
    expect(leftOf({ ...LISTED, home: 'b.test' }, answer(SES))).toEqual({
      code: 'LEFT_AT_HOME',
      facts: { ses: SES, home: 'b.test' },
    });
  });

  it('says that the remains are unknown if the function does not answer', () => {
    const error = new CliError('THROTTLED', { message: 'AWS is busy.' });
    expect(leftOf(LISTED, error)).toEqual({ code: 'LEFT_UNKNOWN', facts: { error: 'THROTTLED' } });
  });
});
