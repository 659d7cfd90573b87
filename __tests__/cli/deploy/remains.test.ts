import { leftOf } from '../../../cli/deploy/remains';
import { CliError } from '../../../cli/errors/cli-error';
import type { RecordLeft } from '../../../cli/facts/outcomes';
import type { StatusAnswer } from '../../../cli/target/function';
import type { ListedDomain } from '../../../list/domain-list';

const LISTED = {
  stack: 'a.test',
  domain: 'a.test',
  region: 'us-east-1',
  selector: 's1',
} as unknown as ListedDomain;
const SES = { origin: 'EXTERNAL', selector: 's0', enabled: true, status: 'SUCCESS' };
const answer = (ses: object | null) => ({ ses, keyStoreBucket: 'keys' }) as unknown as StatusAnswer;
const NOW = Date.parse('2026-12-01T00:00:00Z');
const NAME = 's1._domainkey.a.test';

describe('what is left after a destroy', () => {
  it.each<[string, Partial<ListedDomain>, object | null, RecordLeft]>([
    ['a record that others publish', {}, SES, { kind: 'free', recordName: NAME, from: '2026-12-08' }],
    ['a longer overlap', { overlapDays: 30 }, null, { kind: 'free', recordName: NAME, from: '2026-12-31' }],
    ['a record of the stack', { record: {} as never }, SES, { kind: 'removed' }],
    [
      'the selector that SES signs with',
      {},
      { ...SES, selector: 's1' },
      { kind: 'needed', recordName: NAME },
    ],
  ])('is, of %s, in DNS', (_, listed, ses, record) => {
    expect(leftOf({ ...LISTED, ...listed }, answer(ses), NOW)).toEqual({
      code: 'LEFT',
      facts: { ses, record, privateKey: 's3://keys/dkim-certificates/a.test/s1/private_key.pem' },
    });
  });

  it('is not the key of another entry', () => {
    expect(leftOf({ ...LISTED, home: 'b.test' }, answer(SES), NOW)).toEqual({
      code: 'LEFT_AT_HOME',
      facts: { ses: SES, home: 'b.test' },
    });
  });

  it('is not known where the function does not answer', () => {
    const error = new CliError('THROTTLED', { message: 'AWS is busy.' });
    expect(leftOf(LISTED, error, NOW)).toEqual({ code: 'LEFT_UNKNOWN', facts: { error: 'THROTTLED' } });
  });
});
