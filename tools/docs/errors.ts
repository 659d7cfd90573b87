import { ERROR_CATALOGUE } from '../../handlers/errors/error-catalogue';
import type { ErrorCode } from '../../handlers/errors/error-details';
import type { GeneratedDocument } from './document';

const UNTOUCHED = 'as before; nothing was written';

/** The refusals of `byodkim deploy` and `destroy` themselves, before anything is changed. */
const REFUSALS = [
  '## Refused by `byodkim deploy`',
  '',
  '| Code | The run would |',
  '|---|---|',
  '| `KEY_STORE_PROTECTED` | delete the bucket of the keys, or weaken its protection |',
  '| `CONTROL_PROTECTED` | delete the function or its schedule group |',
  '| `IDENTITY_PROTECTED` | delete an identity in SES |',
  '| `RECORD_MOVES` | move records to [another zone](zones.md#another-hosted-zone) |',
  '| `REPLACEMENT_REFUSED` | make again what can exist once only (a tainted object, `-replace`) |',
  '| `STATE_BROKEN` | go on from a state that is empty or cut off |',
  '| `FOLDER_IN_USE` | plan or apply in the output folder of another command |',
  '| `CHANGES_OPEN` | destroy a control stack while reverts are armed |',
  '| `LOCAL_STATE_IN_CI` | keep the state on a CI runner: set `backend.s3` |',
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
        ...(ses === UNTOUCHED ? [] : [`SES: ${ses}.`]),
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
