import { ERROR_CATALOGUE } from '../../../handlers/errors/error-catalogue';
import { asByodkimError, ByodkimError, type ErrorCode, hasCode } from '../../../handlers/errors/errors';
import { Redactor } from '../../../handlers/errors/redact';
import { errorAnswer, thrownError } from '../../../handlers/handle';

const CODES = Object.keys(ERROR_CATALOGUE) as ErrorCode[];

test('the codes and their statuses are a contract', () => {
  expect(Object.fromEntries(CODES.map((code) => [code, ERROR_CATALOGUE[code].status]))).toEqual({
    VALIDATION_ERROR: 400,
    UNSUPPORTED_ACTION: 400,
    NOT_ALLOWED: 403,
    DNS_TXT_NOT_READY: 400,
    DNS_TXT_INVALID: 400,
    DNS_KEY_MISMATCH: 400,
    KEY_REPLACED: 409,
    DNS_LOOKUP_FAILED: 503,
    MAIL_FROM_NOT_READY: 400,
    MAIL_FROM_INVALID: 400,
    CERTIFICATE_NOT_FOUND: 404,
    CERTIFICATE_INVALID: 422,
    ACCESS_DENIED: 403,
    IDENTITY_NOT_FOUND: 404,
    PRIOR_STATE_NOT_RESTORABLE: 409,
    CONCURRENT_UPDATE: 409,
    SES_UPDATE_FAILED: 502,
    DEPENDENCY_FAILED: 502,
    VERIFICATION_FAILED: 502,
    RECORD_STILL_NEEDED: 409,
    SELECTOR_IN_USE: 409,
    VERIFICATION_PENDING: 409,
    ROLLBACK_FAILED: 500,
  });
});

test('a direct call is answered with status, code, message and details, in this order', () => {
  const error = new ByodkimError('IDENTITY_NOT_FOUND', {
    what: 'Not there.',
    details: {
      domain: 'example.com',
      region: 'us-east-1',
    },
  });
  expect(JSON.stringify(errorAnswer(error, new Redactor()))).toBe(
    `{"statusCode":404,"error":"IDENTITY_NOT_FOUND","message":"Not there.","advice":${JSON.stringify(error.advice)},` +
      '"details":{"domain":"example.com","region":"us-east-1"}}',
  );
});

test('Terraform is thrown an error that is named by its code and has no stack', () => {
  const thrown = thrownError(
    new ByodkimError('CONCURRENT_UPDATE', {
      what: 'Busy.',
      details: { domain: 'example.com', region: 'us-east-1' },
    }),
    new Redactor(),
  );
  expect(thrown.name).toBe('CONCURRENT_UPDATE');
  expect(thrown.message).toBe('Busy.');
  expect(thrown.stack).not.toContain('errors.test');
});

test('a secret does not leave in an error, whichever way it goes', () => {
  const pem = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----';
  const error = new ByodkimError('CERTIFICATE_INVALID', {
    what: `bad: ${pem}`,
    details: {
      place: 's3://keys/key.pem',
      reason: pem,
    },
  });
  expect(JSON.stringify(errorAnswer(error, new Redactor()))).not.toContain('AAAA');
  expect(thrownError(error, new Redactor()).message).toBe('bad: [REDACTED]');
  const details = { expected: { bucket: 'keys', key: 'k' }, found: null, describedAt: pem } as const;
  const advised = new ByodkimError('CERTIFICATE_NOT_FOUND', { what: 'Gone.', details });
  expect(advised.advice).toContain('AAAA');
  expect(thrownError(advised, new Redactor()).stack).not.toContain('AAAA');
});

test.each([
  ['an Error', new TypeError('x is not a function'), 'TypeError: x is not a function'],
  ['a text', 'boom', 'Error: boom'],
  ['nothing', undefined, 'Error: undefined'],
])('a foreign error gets a code and keeps its cause: %s', (_, thrown, message) => {
  const error = asByodkimError(thrown);
  expect(error.code).toBe('DEPENDENCY_FAILED');
  expect(error.message).toContain(message);
  expect(error.cause).toBe(thrown);
});

test('a caller adds details, and the state of SES comes first', () => {
  const cause = new Error('why');
  const error = new ByodkimError('CONCURRENT_UPDATE', {
    what: 'Not verified.',
    details: { domain: 'example.com', transaction: 't1', by: 't2' },
    cause,
  });
  const later: unknown = error.with({ rollback: 'as before' }, 'SES was put back.');
  if (!hasCode(later, 'CONCURRENT_UPDATE')) throw new Error('The code was lost.');
  expect(later.message).toBe('SES was put back. Not verified.');
  expect(later.details).toEqual({ ...error.details, rollback: 'as before' });
  expect(later.cause).toBe(cause);
  expect(hasCode(later, 'ROLLBACK_FAILED', 'ACCESS_DENIED')).toBe(false);
});
