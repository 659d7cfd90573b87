import { ByodkimError } from '../../../handlers/errors/errors';
import { Redactor } from '../../../handlers/errors/redact';
import { errorAnswer, thrownError } from '../../../handlers/handle';
import { ERRORS, type ErrorCode, type FactsOf } from '../../../handlers/words/errors';
import { ERROR_EXAMPLES } from './error-examples';
import { KEY, poisoned } from './poison';

describe.each(Object.keys(ERROR_EXAMPLES) as ErrorCode[])('%s', (code) => {
  const examples = ERROR_EXAMPLES[code] as readonly FactsOf<typeof code>[];

  it.each(examples)('has whole sentences: %j', (facts) => {
    const { message, advice } = new ByodkimError(code, facts);

    for (const text of [message, advice]) expect(text).not.toMatch(/undefined|null|\[object|NaN/);
    expect(message).toMatch(/[.:]$/);
    expect(message).not.toContain('\n');
    expect(message).not.toMatch(/\.\.(?!\.)/);
  });

  it.each(examples)('shows no private key, wherever its facts hold one: %j', (facts) => {
    const error = new ByodkimError(code, poisoned(facts));
    const { message, stack } = thrownError(error, new Redactor());

    for (const text of [message, stack, JSON.stringify(errorAnswer(error, new Redactor()))])
      expect(text).not.toContain(KEY);
  });
});

test.each<[string, string, string]>([
  ['ses:GetEmailIdentity', 'TooManyRequestsException', 'Wait a minute, then try again.'],
  ['ses:GetEmailIdentity', 'InternalFailure', 'Try again; if it fails again, see the AWS Health Dashboard.'],
])('a call that failed is tried again, after a wait if SES throttles: %s, %s', (action, awsError, begin) => {
  const call = { kind: 'call', action, resource: 'identity/example.com', awsError } as const;
  expect(new ByodkimError('DEPENDENCY_FAILED', call).advice.slice(0, begin.length)).toBe(begin);
});

test('advice does not repeat who acts', () => {
  for (const { who, todo } of Object.values(ERRORS)) expect(todo()).not.toContain(who);
});

test('only replaces the value of another selector of the domain that is published under the new name', () => {
  const [facts] = ERROR_EXAMPLES.DNS_KEY_MISMATCH;
  const { recordName, expectedValue } = facts!;
  const { advice } = new ByodkimError('DNS_KEY_MISMATCH', facts!).with({ published: { selector: 'k1' } });
  expect(advice).toBe(
    `The value of k1 was published under another name. Replace the record ${recordName} with one that reads: ${expectedValue}; leave the record of k1 as it is.`,
  );
});

test('advises making a missing key, storing one for its own selector, and restoring a deleted one', () => {
  const expected = { bucket: 'keys', key: 'dkim-certificates/example.com/s2/private_key.pem' };
  const { advice } = new ByodkimError('CERTIFICATE_NOT_FOUND', { kind: 'key', expected });
  expect(advice).toContain('`byodkim key put <domain> FILE -s s2`');
  for (const text of [advice, ERRORS.CERTIFICATE_NOT_FOUND.todo()])
    expect(text).toContain('`openssl genrsa -out FILE 2048`');
  const gone = {
    kind: 'described-key',
    expected,
    fingerprint: 'f',
    createdAt: 'c',
    describedAt: 's3://keys/d',
  } as const;
  expect(new ByodkimError('CERTIFICATE_NOT_FOUND', gone).advice).toContain(
    'aws s3api delete-object --bucket keys --key dkim-certificates/example.com/s2/private_key.pem --version-id "$(aws s3api list-object-versions --bucket keys',
  );
});

test('names the setting that a remedy needs if the list refuses it by default', () => {
  const still = ERROR_EXAMPLES.RECORD_STILL_NEEDED.find(
    ({ previousSelectors }) => previousSelectors === null,
  )!;
  expect(new ByodkimError('RECORD_STILL_NEEDED', still).advice).toContain('control.allow.irreversible');
});

test('gives once the date from which a record that several regions need may go', () => {
  const [still] = ERROR_EXAMPLES.RECORD_STILL_NEEDED;
  const needed = { selector: 's1', use: 'signs', overlapDays: 7, freeOn: '2026-12-08' } as const;
  const reasons = [needed, { ...needed, region: 'us-east-1' }, { ...needed, region: 'eu-west-1' }];
  const { advice, message } = new ByodkimError('RECORD_STILL_NEEDED', { ...still!, reasons });
  expect(advice.match(/s1 can be removed from the list on 2026-12-08/g)).toHaveLength(1);
  expect(message).toContain('in us-east-1');
  expect(message).toContain('in eu-west-1');
});
