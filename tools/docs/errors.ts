import { ERROR_CATALOGUE } from '../../handlers/error-catalogue';
import type { ErrorCode } from '../../handlers/errors';
import type { GeneratedDocument } from './document';

export { ERROR_CATALOGUE as catalogue };

export const errors: GeneratedDocument = {
  path: 'docs/errors.md',
  generate: () => {
    const sections = (Object.keys(ERROR_CATALOGUE) as ErrorCode[]).map((code) => {
      const { status, when, ses, who, remedy, look } = ERROR_CATALOGUE[code];
      return `## ${code}\n\n| | |\n|---|---|\n| Status | ${status} |\n| When | ${when} |\n| SES afterwards | ${ses} |\n| Who mends it | ${who} |\n| What to do | ${remedy} |\n${look ? `| Shows more | \`${look}\` |\n` : ''}`;
    });
    return [
      '# Errors',
      '',
      'Every error carries one of these codes. `npm run deploy` shows code, reason and what to do: what the error itself says,',
      'or else what is said here. A direct call gets `{ "statusCode", "error", "message", "advice", "details" }`. An engine',
      'prints what the function threw: `errorMessage` says what happened, and `trace` what to do. This page is generated:',
      '`npm run docs`.',
      '',
      ...sections,
    ].join('\n');
  },
};
