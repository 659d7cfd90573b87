import pico from 'picocolors';
import { errorBlock } from '../../../cli/deploy/report';
import { findHandlerErrors } from '../../../cli/engine/engine';
import { CliError } from '../../../cli/errors/cli-error';
import { statusRow } from '../../../cli/status/row';
import { showStatus } from '../../../cli/status/show';
import { OF_ENGINE, RUN_REFUSALS, THROWN } from '../../../cli/words/failures';
import { finding } from '../../../handlers/audit/findings/finding';
import { domainReport } from '../../../handlers/audit/findings/report';
import { iso } from '../../../handlers/clock';
import { ByodkimError } from '../../../handlers/errors/errors';
import { Redactor } from '../../../handlers/errors/redact';
import { forDomain } from '../../../handlers/escape';
import { errorAnswer, thrownError } from '../../../handlers/handle';
import { failureNotice } from '../../../handlers/notices/result-notice';
import { ERRORS, type ErrorCode, isErrorCode } from '../../../handlers/words/errors';
import { FINDINGS, type FindingCode, type FindingFacts } from '../../../handlers/words/findings';
import type { NotedWork } from '../../../handlers/words/notice-layout';
import { domainText } from '../../../handlers/words/report';
import { formatResultNotice } from '../../../handlers/words/result-notices';
import { ERROR_EXAMPLES } from '../../handlers/words/error-examples';
import { FINDING_EXAMPLES } from '../../handlers/words/finding-examples';
import { answer } from '../status/answers';

const PLACE = { domain: 'example.com', region: 'eu-west-1' };
/** Takes away what a form adds: line breaks, and the marks of code. */
const plain = (text: string): string => text.replaceAll('`', '').replace(/\s+/g, ' ');

/** Matches commands that a mail's reader recognises, by their marks or since they end a line. */
const COMMANDS = /`byodkim [^`\n]+`|(?<=: )byodkim (?:(?![.,:;] )[^`\n])+(?<!\.)$/gm;

describe.each(Object.keys(ERROR_EXAMPLES) as ErrorCode[])('the advice on %s', (code) => {
  const errors = ERROR_EXAMPLES[code].map((facts) => new ByodkimError(code, facts));

  it.each(errors)('is identical wherever it is printed: $facts', (error) => {
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
      'remove',
    ] as const) {
      const noted: NotedWork = { ...PLACE, kind, source: 'terraform', selector: 's1', transaction: 't1' };
      const { subject, message } = formatResultNotice(noted, failureNotice(error), [], iso(0));
      expect(plain(message)).toContain(here);
      expect(message).toMatch(/WHAT SES HAS NOW\n\n\S[\s\S]*WHAT TO DO\n\nWho: \S/);
      expect(`${subject}${message}`).not.toMatch(/undefined|\[object|<domain>/);
      expect(subject).toMatch(/^[\x21-\x7e][\x20-\x7e]{0,98}$/);
    }
  });
});

describe.each(Object.keys(FINDINGS) as FindingCode[])('the advice on %s', (code) => {
  const examples = FINDING_EXAMPLES[code] as readonly FindingFacts[typeof code][];

  it.each(examples)('is identical in the audit and in the status: %j', (facts) => {
    const found = finding(code, facts);
    const report = domainReport(PLACE, { selector: 's1', findings: [found] });
    const dated = report.findings.map((one) => ({ ...one, since: iso(0) }));
    const subject = { entry: 'example.com', ...PLACE, listedSelector: 's1' };
    const row = statusRow(subject, answer({ findings: dated }), null);
    const told = `To do: ${forDomain(found.todo, PLACE)}`;
    expect(told).not.toMatch(/undefined|\[object|<domain>/);
    expect(told.replaceAll(COMMANDS, '')).not.toMatch(/byodkim [a-z]/);
    for (const text of [domainText(report), showStatus([row], '', pico.createColors(false))])
      expect(text).toContain(told.replaceAll('\n', '\n    '));
  });
});

test('an error and a finding of one code have one row', () => {
  for (const code of Object.keys(FINDINGS))
    if (isErrorCode(code)) expect(adviceIn(FINDINGS[code as 'KEY_REPLACED'])).toEqual(adviceIn(ERRORS[code]));
});
const adviceIn = ({ who, todo }: { who?: string; todo: () => string }) => ({ who, todo: todo() });

const FAILURES = Object.entries({ ...THROWN, ...OF_ENGINE, ...RUN_REFUSALS });
test.each(FAILURES.flatMap(([code, { todo }]) => (todo === undefined ? [] : [code])))(
  'gives the same advice on %s in a command and in a deploy',
  (code) => {
    const { advice } = new CliError(code, { message: 'It broke.' });
    expect(plain(errorBlock([{ error: { code, message: 'It broke.' } }]))).toContain(
      `To do ${plain(advice!)}`,
    );
  },
);
