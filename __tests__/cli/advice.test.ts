import pico from 'picocolors';
import { CliError } from '../../cli/cli-error';
import { errorBlock } from '../../cli/deploy/report';
import { findHandlerErrors } from '../../cli/engine/engine';
import { FAILURES, type FailureCode } from '../../cli/failure-catalogue';
import { rowOf } from '../../cli/status/row';
import { showStatus } from '../../cli/status/show';
import { FINDINGS, type FindingCode, finding } from '../../handlers/audit/finding-catalogue';
import { domainReport } from '../../handlers/audit/report';
import { domainText } from '../../handlers/audit/report-text';
import { iso } from '../../handlers/clock';
import { ByodkimError } from '../../handlers/errors/errors';
import { Redactor } from '../../handlers/errors/redact';
import type { ErrorCode, ErrorFacts } from '../../handlers/facts/errors';
import { errorAnswer, thrownError } from '../../handlers/handle';
import { formatNotice, type NotedWork } from '../../handlers/notices/layout';
import { failureNotice } from '../../handlers/notices/result-notice';
import { forDomain } from '../../handlers/words/advice';
import { ERRORS, isErrorCode } from '../../handlers/words/errors';
import { answer } from './status/answers';

const PLACE = { domain: 'example.com', region: 'eu-west-1' };
const RECORD = {
  recordName: 's1._domainkey.example.com',
  zone: 'example.com',
  expectedFingerprint: 'SHA256:a',
  expectedValue: 'v=DKIM1; p=MIIB',
  servers: [],
  rounds: 1,
  warnings: [],
};
const MAIL_FROM = { mailFromDomain: 'bounce.example.com', zone: 'example.com', records: [], servers: [] };
const STATE = { origin: 'EXTERNAL', selector: 's1', enabled: true, status: 'FAILED' };
const CALL = { action: 's3:GetObject', resource: 's3://keys/s1' };
const KEY = { bucket: 'keys', key: 's1' };

/** What each error may carry: at least one example of every code. */
const DETAILS: { readonly [Code in ErrorCode]: readonly ErrorFacts[Code][] } = {
  VALIDATION_ERROR: [{ fields: ['selector'] }],
  UNSUPPORTED_ACTION: [{ found: 'x', known: ['status'] }],
  NOT_ALLOWED: [
    { fields: ['gate.mode'], allowedBy: ['control.allow.recursive'] },
    { fields: ['action'], allowedBy: ['lambda:InvokeFunction'] },
  ],
  DNS_TXT_NOT_READY: [
    { ...RECORD, failure: 'late' },
    { ...RECORD, failure: 'hidden' },
    { ...RECORD, expectedAlias: 's1.dkim.example.net' },
  ],
  DNS_TXT_INVALID: [{ ...RECORD, failure: 'invalid' }],
  DNS_KEY_MISMATCH: [{ ...RECORD, failure: 'other-key' }],
  KEY_REPLACED: ['s3://keys/s1', 's3://other/s1', null].map((earlier) => {
    return {
      selector: 's1',
      place: 's3://keys/s1',
      versionId: 'v2',
      expected: 'SHA256:a',
      found: 'SHA256:b',
      earlier,
    };
  }),
  DNS_LOOKUP_FAILED: [
    ...(['unanswered', 'unseen', 'false-answer', 'dnssec', 'limit', 'thin'] as const).map((failure) => {
      return { ...RECORD, failure };
    }),
    { ...RECORD, failure: 'unanswered', zone: 'com', problem: 'time was up' },
    {
      ...RECORD,
      failure: 'unanswered',
      staleDelegations: [{ zone: 'example.com', above: ['ns1.example.com'], own: ['ns1.example.net'] }],
    },
    MAIL_FROM,
  ],
  MAIL_FROM_NOT_READY: [MAIL_FROM],
  MAIL_FROM_INVALID: [MAIL_FROM],
  SELECTOR_IN_USE: [{ recordName: RECORD.recordName, servers: [], found: [], place: 's3://keys/s1' }],
  CERTIFICATE_NOT_FOUND: [
    { expected: KEY, found: null },
    { expected: KEY, found: null, missing: 'bucket' },
    { expected: KEY, found: null, missing: 'DNS information' },
    { expected: KEY, found: null, describedAt: 's3://keys/s1.json' },
  ],
  CERTIFICATE_INVALID: [
    { place: 's3://keys/s1', reason: 'it is empty' },
    { place: 's3://keys/s1', reason: 'it is not ours', isDnsInformation: true },
    { place: 's3://keys/s1', reason: 'it is another key', expected: 'SHA256:a', found: 'SHA256:b' },
  ],
  ACCESS_DENIED: [
    CALL,
    {
      action: 'ses:GetEmailIdentity',
      resource: 'identity',
      arn: 'arn:aws:ses:eu-west-1:1:identity/example.com',
    },
    { ...CALL, awsMessage: 'x with an explicit deny in a service control policy' },
  ],
  IDENTITY_NOT_FOUND: [PLACE],
  PRIOR_STATE_NOT_RESTORABLE: [{ domain: 'example.com', found: STATE, reason: 'its key is gone' }],
  RECORD_STILL_NEEDED: [
    { domain: 'example.com', needed: ['s1'], previousSelectors: ['s1'] },
    { domain: 'example.com', needed: ['s1'], previousSelectors: ['s1'], until: 'Until then' },
  ],
  CONCURRENT_UPDATE: [
    PLACE,
    { ...PLACE, isUndone: true },
    { domain: 'example.com', transaction: 't1', by: 't2' },
  ],
  SES_UPDATE_FAILED: [CALL, { name: 'TypeError' }],
  DEPENDENCY_FAILED: [
    CALL,
    ...(['ledger', 'report', 'other'] as const).map((object) => {
      return { resource: 's3://keys/x', unreadable: 'nothing', object };
    }),
  ],
  VERIFICATION_FAILED: [{ domain: 'example.com', selector: 's1', found: STATE }],
  VERIFICATION_PENDING: [{ domain: 'example.com', selector: 's1', status: 'PENDING' }],
  ROLLBACK_FAILED: [
    {
      first: { code: 'x', message: 'x' },
      second: { code: 'y', message: 'y' },
      expected: {},
      commands: ['aws sesv2 put-email-identity-dkim-attributes'],
      retryAt: null,
    },
  ],
};

/** Findings where what to do depends on what was found. */
const FACTS: Partial<Readonly<Record<FindingCode, readonly object[]>>> = {
  NOT_TAGGED: [{ arn: 'arn:aws:ses:eu-west-1:1:identity/example.com' }],
  NOT_VERIFIED: [
    { isHealed: true },
    { givesUpAt: iso(0), isBack: true },
    { givesUpAt: iso(0), isBack: false },
  ],
  REGIONS_DIFFER: [{ isShared: true }],
  ALIAS_CHANGED: [{ name: 's1._domainkey.example.com', target: 's1.example.net' }],
  RECORD_MAY_GO: [{ selector: 's1', since: '2026-01-01' }],
  RECORD_STAYS_TOO_LONG: [{ selector: 's1', since: '2026-01-01' }],
  REVERT_OVERDUE: [
    { isDone: true, isArmedAgain: false },
    { isDone: false, isArmedAgain: true },
  ],
};

/** Takes away what a form adds: line breaks, and the marks of code. */
const plain = (text: string): string => text.replaceAll('`', '').replace(/\s+/g, ' ');

describe.each(Object.keys(DETAILS) as ErrorCode[])('what to do about %s', (code) => {
  const errors = DETAILS[code].map((details) => new ByodkimError(code, { what: 'It broke.', details }));

  it.each(errors)('is the same wherever it is printed: $details', (error) => {
    const { name, message, stack = '' } = thrownError(error, new Redactor(), PLACE);
    const payload = { errorType: name, errorMessage: message, trace: stack.split('\n') };
    const [thrown] = findHandlerErrors(`Error: ${JSON.stringify(payload)}`);
    const todo = plain(error.advice);
    const here = plain(forDomain(error.advice, PLACE));

    expect(plain(errorAnswer(error, new Redactor(), PLACE).advice)).toBe(here);
    expect(plain(errorBlock([{ error: thrown! }]))).toContain(`To do ${todo}`);
    expect(plain(errorBlock([{ error: thrown!, stack: 'b.test' }]))).toContain(
      `To do ${todo.replaceAll('<domain>', 'b.test')}`,
    );
    for (const kind of [
      'change',
      'update',
      'confirm',
      'destroy',
      'revert-unconfirmed',
      'revert-by-hand',
    ] as const) {
      const noted: NotedWork = { ...PLACE, kind, source: 'terraform', selector: 's1', transaction: 't1' };
      const { subject, message } = formatNotice(noted, failureNotice(noted, error), iso(0));
      expect(plain(message)).toContain(here);
      expect(message).toMatch(/WHAT SES HAS NOW\n\n\S[\s\S]*WHAT TO DO\n\nWho: \S/);
      expect(`${subject}${message}`).not.toMatch(/undefined|`|\[object|<domain>/);
      expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
    }
  });
});

describe.each(Object.keys(FINDINGS) as FindingCode[])('what to do about %s', (code) => {
  const facts = (FACTS[code] ?? [undefined]) as readonly undefined[];

  it.each(facts)('is the same in the audit and in the status: %j', (each) => {
    const [found] = finding(code, 'It broke.', each && { facts: each });
    const report = domainReport(PLACE, { selector: 's1', findings: [found] });
    const dated = report.findings.map((one) => ({ ...one, since: iso(0) }));
    const subject = { entry: 'example.com', ...PLACE, listedSelector: 's1' };
    const row = rowOf(subject, answer({ findings: dated }), null);
    const told = `To do: ${forDomain(found.todo, PLACE)}`;
    expect(told).not.toMatch(/undefined|`|\[object|<domain>/);
    for (const text of [domainText(report), showStatus([row], '', pico.createColors(false))])
      expect(text).toContain(told);
  });
});

test('an error and a finding of one code have one row', () => {
  for (const code of Object.keys(FINDINGS))
    if (isErrorCode(code)) expect(FINDINGS[code as 'KEY_REPLACED']).toMatchObject(adviceIn(ERRORS[code]));
});
const adviceIn = ({ who, todo }: { who: string; todo: string }) => ({ who, todo });

test.each(Object.keys(FAILURES) as FailureCode[])(
  'what to do about %s is the same for a command and a deploy',
  (code) => {
    const { advice } = new CliError('It broke.', code);
    expect(plain(errorBlock([{ error: { code, message: 'It broke.' } }]))).toContain(
      `To do ${plain(advice!)}`,
    );
  },
);
