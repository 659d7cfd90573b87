import { Redactor } from '../../../handlers/errors/redact';
import { createLog } from '../../../handlers/log-and-metrics';
import { LOG, type LogCode, type LogFacts, logMessage } from '../../../handlers/words/log';
import { captured } from '../captured';
import { KEY, poisoned } from './poison';

const PLACE = { domain: 'example.com', region: 'eu-west-1' };
const FAILED = { ...PLACE, error: 'Error: S3 refused' };
const REPORT = 'audit/2025-09-17.json';

const EXAMPLES: LogFacts = {
  started: { request: { kind: 'status', ...PLACE } },
  ended: { answer: { statusCode: 200 } },
  failed: { code: 'DEPENDENCY_FAILED', error: 'S3 refused', details: {}, cause: 'Error: late' },
  'gate-asked': { ready: false, code: 'DNS_TXT_NOT_READY', servers: [] },
  'key-put': { ...PLACE, selector: 's1' },
  'change-failed': { ...FAILED, code: 'SES_UPDATE_FAILED' },
  'rollback-not-recorded': FAILED,
  'failed-rollback-not-recorded': { ...FAILED, armed: 0 },
  'failure-not-recorded': FAILED,
  'lease-not-renewed': FAILED,
  'tenants-not-known': FAILED,
  'lease-not-released': FAILED,
  'withdrawal-not-recorded': FAILED,
  'schedule-left': { ...FAILED, schedule: 'byodkim-revert-1' },
  'ledger-not-understood': { parts: ['seen'] },
  'revert-given-up': PLACE,
  'revert-armed-again': { ...PLACE, at: 0 },
  'revert-not-armed': FAILED,
  'notice-not-sent': { topicArn: 'arn:aws:sns:eu-west-1:1:t', subject: 'DKIM changed', error: 'late' },
  'events-not-put': { count: 1, error: 'late' },
  'audit-warning': { warning: { kind: 'report-not-stored', problem: 'S3 refused' }, report: REPORT },
};

/** Writes one entry, and returns its line. */
function lineOf<Code extends LogCode>(code: Code, facts: LogFacts[Code]): string {
  const context = { functionName: 'ses-byodkim', awsRequestId: 'r1' } as Parameters<typeof createLog>[1];
  return captured(() => createLog(new Redactor(), context, 't1').info(code, facts)).join('');
}

const codes = Object.keys(LOG) as LogCode[];

describe.each(codes)('the entry %s', (code) => {
  it('is one line of JSON with its code, its sentence and its facts', () => {
    const line = lineOf(code, EXAMPLES[code]);

    expect(line.trimEnd()).not.toContain('\n');
    expect(JSON.parse(line)).toMatchObject({
      ...JSON.parse(JSON.stringify(EXAMPLES[code])),
      level: 'INFO',
      event: code,
      message: logMessage(code, EXAMPLES[code]),
      correlation_id: 't1',
    });
    expect(logMessage(code, EXAMPLES[code])).toMatch(/^[A-Z]/);
    expect(logMessage(code, EXAMPLES[code])).not.toMatch(/undefined|null|\[object|NaN/);
  });

  it('shows no private key, wherever its facts hold one', () => {
    expect(lineOf(code, poisoned(EXAMPLES[code]))).not.toContain(KEY);
  });
});

test('formats the sentences of entries that depend on their facts', () => {
  expect(logMessage('schedule-left', EXAMPLES['schedule-left'])).toBe(
    'Schedule byodkim-revert-1 could not be removed; it will fire once and do nothing',
  );
  expect(logMessage('audit-warning', EXAMPLES['audit-warning'])).toBe(
    'The report could not be stored: S3 refused',
  );
});
