import { ERROR_CATALOGUE } from '../../handlers/error-catalogue';
import type { ErrorCode } from '../../handlers/errors';
import type { GeneratedDocument } from './document';

const UNTOUCHED = 'as before; nothing was written';

/** The error catalogue: cause, who acts, and what to do. */
export const errors: GeneratedDocument = {
  path: 'docs/errors.md',
  generate: () => {
    const sections = (Object.keys(ERROR_CATALOGUE) as ErrorCode[]).map((code) => {
      const { status, when, ses, who, remedy } = ERROR_CATALOGUE[code];
      const lines = [
        `${status}. ${when}`,
        ...(ses === UNTOUCHED ? [] : [`SES: ${ses}.`]),
        `→ (${who}) ${remedy}`,
      ];
      return `## ${code}\n\n${lines.join('\\\n')}\n`;
    });
    return [
      '# Errors',
      '',
      'Every error carries one of these codes; the number is the `statusCode` of a direct call. Unless an entry says otherwise, SES is',
      'as before and nothing was written. Generated: `npm run docs`.',
      '',
      ...sections,
    ].join('\n');
  },
};
