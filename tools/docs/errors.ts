import { ERROR_CATALOGUE } from '../../handlers/error-catalogue';
import type { ErrorCode } from '../../handlers/errors';
import type { GeneratedDocument } from './document';

const UNTOUCHED = 'as before; nothing was written';

/** Prints the error catalogue: cause, who acts, what to do, and the exit code. */
export const errors: GeneratedDocument = {
  path: 'docs/errors.md',
  generate: () => {
    const sections = (Object.keys(ERROR_CATALOGUE) as ErrorCode[]).map((code) => {
      const { status, exitCode, when, ses, who, remedy } = ERROR_CATALOGUE[code];
      const lines = [
        `${status}/${exitCode}. ${when}`,
        ...(ses === UNTOUCHED ? [] : [`SES: ${ses}.`]),
        `→ (${who}) ${remedy}`,
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
    ].join('\n');
  },
};
