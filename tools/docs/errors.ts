import { type FailureRow, OF_ENGINE, RUN_REFUSALS as REFUSED, THROWN } from '../../cli/words/failures';
import { ERROR_DECISIONS } from '../../handlers/errors/decisions';
import { ERRORS, type ErrorCode, isErrorCode } from '../../handlers/words/errors';
import type { GeneratedDocument } from './document';

/** The refusals of `byodkim deploy` and `destroy`, which come before any change. */
const REFUSALS = [
  '## Refused by `byodkim deploy`',
  '',
  '| Code | The run would |',
  '|---|---|',
  ...Object.entries(REFUSED).map(([code, row]) => `| \`${code}\` | ${row.would} |`),
  '',
];

/** Failures of the command, which the function does not have: of this machine, of the engine, of AWS's answer to the caller. */
const FAILURES = [
  '## Failed in `byodkim` or the engine',
  '',
  '| Code | What to do |',
  '|---|---|',
  ...Object.entries<FailureRow>({ ...THROWN, ...OF_ENGINE })
    .filter(([code]) => !isErrorCode(code) && !(code in REFUSED))
    .map(([code, { todo = 'See the message.' }]) => `| \`${code}\` | ${todo} |`),
  '',
];

/** Prints the error catalogue: cause, who acts, what to do, and the exit code. */
export const errors: GeneratedDocument = {
  path: 'docs/errors.md',
  generate: () => {
    const sections = (Object.keys(ERROR_DECISIONS) as ErrorCode[]).map((code) => {
      const { status, exitCode } = ERROR_DECISIONS[code];
      const { when, ses, who, todo } = ERRORS[code];
      const lines = [
        `${status}/${exitCode}. ${when}`,
        ...(ses === undefined ? [] : [`SES: ${ses}.`]),
        `→ (${who}) ${todo()}`,
      ];
      return `## ${code}\n\n${lines.join('\\\n')}\n`;
    });
    return [
      '# Errors',
      '',
      'The numbers are the `statusCode` of a direct call and the exit code of `byodkim`. Unless an entry says otherwise, SES is as before',
      'and nothing was written. Generated: `npm run docs`.',
      '',
      ...sections,
      ...REFUSALS,
      ...FAILURES,
    ].join('\n');
  },
};
