import { awsError } from '../../../handlers/aws/aws-error';
import { asByodkimError, ByodkimError, hasCode } from '../../../handlers/errors/errors';
import { Redactor } from '../../../handlers/errors/redact';
import { errorAnswer, thrownError } from '../../../handlers/handle';

test('no error reveals a secret, in any of its forms', () => {
  const pem = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----';
  const error = new ByodkimError('CERTIFICATE_INVALID', {
    kind: 'file',
    place: pem,
    problem: { kind: 'empty' },
  });
  expect(JSON.stringify(errorAnswer(error, new Redactor()))).not.toContain('AAAA');
  const thrown = thrownError(error, new Redactor());
  expect(thrown.name).toBe('CERTIFICATE_INVALID');
  expect(thrown.message).toContain('The private key in [REDACTED] cannot be used');
  expect(thrown.stack).not.toContain('errors.test');
  const advised = new ByodkimError('CERTIFICATE_NOT_FOUND', {
    kind: 'described-key',
    expected: { bucket: 'keys', key: 'k' },
    fingerprint: 'SHA256:a',
    createdAt: '2026-01-01',
    describedAt: pem,
  });
  expect(advised.advice).toContain('AAAA');
  expect(thrownError(advised, new Redactor()).stack).not.toContain('AAAA');
});

test.each([
  ['an Error', new TypeError('x is not a function'), 'TypeError: x is not a function.'],
  ['an Error with full stops', new Error('Slow down...'), 'Error: Slow down.'],
  ['a text', 'boom', 'Error: boom.'],
  ['nothing', undefined, 'Error: undefined.'],
])('a foreign error gets a code, keeps its cause and ends once: %s', (_, thrown, sentence) => {
  const error = asByodkimError(thrown);
  expect(error.code).toBe('DEPENDENCY_FAILED');
  expect(error.message).toBe(`Unexpected failure: ${sentence}`);
  expect(error.cause).toBe(thrown);
  const call = { action: 's3:GetObject', resource: 's3://keys/a' };
  if (thrown instanceof Error)
    expect(awsError(thrown, call).message).toBe(`s3:GetObject on s3://keys/a failed: ${sentence}`);
});

test('lets a caller add facts, and puts the state of SES first', () => {
  const cause = new Error('why');
  const error = new ByodkimError(
    'CONCURRENT_UPDATE',
    { kind: 'undone', domain: 'example.com', region: 'eu-west-1' },
    { cause },
  );
  const added = { triedAgainForSeconds: 60, ending: { kind: 'untouched' } } as const;
  const later: unknown = error.with(added);
  if (!hasCode(later, 'CONCURRENT_UPDATE')) throw new Error('The code was lost.');
  expect(later.message).toMatch(/^SES was not touched\. The change of .* repeated it for 60 s/);
  expect(later.facts).toEqual({ ...error.facts, ...added });
  expect(later.cause).toBe(cause);
  expect(hasCode(later, 'ROLLBACK_FAILED', 'ACCESS_DENIED')).toBe(false);
});
