import { FAILURES } from '../../cli/failure-catalogue';
import { ERROR_CATALOGUE } from '../../handlers/errors/error-catalogue';
import type { ErrorCode } from '../../handlers/errors/error-details';
import type { GeneratedDocument } from './document';

/** The refusals of `byodkim deploy` and `destroy` themselves, before anything is changed. */
const REFUSALS = [
  '## Refused by `byodkim deploy`',
  '',
  '| Code | The run would |',
  '|---|---|',
  ...Object.entries(FAILURES).flatMap(([code, row]) =>
    'would' in row ? `| \`${code}\` | ${row.would} |` : [],
  ),
  '',
];

/** Prints the error catalogue: cause, who acts, what to do, and the exit code. */
export const errors: GeneratedDocument = {
  path: 'docs/errors.md',
  generate: () => {
    const sections = (Object.keys(ERROR_CATALOGUE) as ErrorCode[]).map((code) => {
      const { status, exitCode, when, ses, who, todo } = ERROR_CATALOGUE[code];
      const lines = [
        `${status}/${exitCode}. ${when}`,
        ...(ses === undefined ? [] : [`SES: ${ses}.`]),
        `→ (${who}) ${todo}`,
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
    ].join('\n');
  },
};
