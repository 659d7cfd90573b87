import { seenByAudit } from '../../../cli/status/subject';

const known = (code: string) =>
  ({
    domain: 'example.com',
    selector: 's1',
    asOf: '2026-11-28T10:00:00Z',
    findings: [{ code, severity: 'urgent', found: 'what was found', since: '2026-11-28T10:00:00Z' }],
  }) as never;

it.each([
  ['in the column of DNS what an audit found there', 'RECORD_MISSING', 'RECORD_MISSING', []],
  ['nothing twice that the ledger and SES say as well', 'DRIFT', 'ready', []],
  ['what the audit alone finds, with its remedy', 'KEY_MISSING', 'ready', [/^Restore the object/]],
  ['how to read what a newer function has found', 'NEW_CODE', 'ready', [/^byodkim audit example\.com,/]],
])('shows %s', (_, code, dns, todo) => {
  const seen = seenByAudit(known(code));

  expect(seen.dns?.words).toBe(dns);
  expect(seen.findings).toEqual(
    todo.map((what) => ({
      exitCode: 3,
      who: 'you',
      what: expect.stringMatching(what),
      why: 'what was found',
    })),
  );
});
