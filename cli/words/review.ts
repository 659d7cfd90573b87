/** Formats a review of a changed list: its headings, its verdict, its lines, and the note on omissions. Markdown. */

import { counted } from '../../handlers/words/counted';
import { EXIT, type ExitCode } from '../exit-codes';

export const TITLES = {
  refused: '❌ Refused',
  cautions: 'Caution',
  settings: 'Other settings',
  reports: 'What DNS says',
} as const;

/** Titles of the table of domains. */
export const REVIEW_TABLE = [
  'domain',
  'change',
  'what it means for SES',
  'signs with',
  'record in DNS',
  'destroy',
  'next',
] as const;

/** Numbers of domains that are added, changed and removed. */
type ChangeCounts = Readonly<Record<'added' | 'changed' | 'removed', number>>;

/** Formats the title: `BYODKIM: 1 added, 2 changed`. */
export function reviewTitle(changes: ChangeCounts): string {
  const parts = Object.entries(changes).flatMap(([kind, count]) => (count === 0 ? [] : [`${count} ${kind}`]));
  return `## BYODKIM: ${parts.length === 0 ? 'no domain changes' : parts.join(', ')}`;
}

/** @param base the commit, as code */
export const comparedWords = (base: string): string => `Compared: ${base} with the working tree.`;

export const WILL_BE_REFUSED = '**Do not deploy: `byodkim deploy` will refuse it.**';

export const NOTHING_TO_PROVE = 'Nothing has to be proved in DNS.';

const NOT_KNOWN = 'Whether it is ready is not known.';

/** Verdict on all domains, by the worst exit code. */
const VERDICTS: Readonly<Record<ExitCode, string>> = {
  [EXIT.ok]: 'Ready to deploy.',
  [EXIT.notReady]: 'Not ready to deploy yet.',
  [EXIT.wrong]: 'Do not deploy: something is wrong, and waiting does not help.',
  [EXIT.cannotTell]: NOT_KNOWN,
  [EXIT.failed]: NOT_KNOWN,
  [EXIT.interrupted]: NOT_KNOWN,
};

/** @param ready how many of the domains would pass the gate */
export const verdictWords = (exitCode: ExitCode, ready: number, asked: number): string =>
  `**${VERDICTS[exitCode]}** ${passWords(ready, asked)}`;

/** Formats the number of domains that would pass the gate, if that does not make them ready. */
export const passWords = (ready: number, asked: number): string =>
  `${ready} of ${counted(asked, 'domain')} would pass the gate.`;

/** @param refusal the refusal if something is already deployed */
export const unlessNothingDeployed = (refusal: string): string =>
  `Unless nothing is deployed yet: ${refusal}`;

export const regionAdded = (region: string): string =>
  `${region}: the first deploy makes a control plane there.`;

export const regionRemoved = (region: string): string =>
  `${region}: no domain is left there; its control plane stays until it is destroyed.`;

const WHOLE =
  'Read the whole review: in the summary of the job, or with `byodkim review` without `--max-bytes`.';

/** Formats the number of entries that a review leaves out. */
export const leftOutWords = (leftOut: number, all: number): string =>
  `**This review is cut.** Left out: ${leftOut} of ${all === 1 ? '1 entry' : `${all} entries`}. ${WHOLE}`;

/** Formats the verdict on a review that does not fit without any entry. */
export const tooLargeWords = (cautions: number, maxBytes: number): string =>
  `**Do not approve by this text: the ${counted(cautions, 'caution')} and the settings of this change have more than ${maxBytes} bytes and are not shown.** ${WHOLE}`;
