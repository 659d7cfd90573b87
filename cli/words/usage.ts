/** Formats the mistake in a command line, with the correct form. */
import { KEY_TYPE } from '../../handlers/key-limits';
import { ERRORS } from '../../handlers/words/errors';
import { describeRecordProblem, type RecordProblem } from '../../handlers/words/record';
import { functionIn, several } from './format';
import { type KeySourceFacts, MAKE_KEY } from './key';
import { subjectCommand } from './notes';
import { obstacleWords, type RotationObstacle } from './rotation';

/** Whether an entry is in the list. */
export interface NotListed {
  /** The list's file name; absent if there is no list here. */
  readonly list?: string | undefined;
  /** The entry that was probably meant. */
  readonly meant?: string | undefined;
}

/** Wrong command lines, by the mistake. */
export interface UsageFacts {
  /** A command line that commander refuses. */
  readonly 'command-line': { readonly reason: string };
  readonly 'no-command': Record<never, never>;
  readonly 'entries-and-all': { readonly found: readonly string[] };
  readonly 'no-entries': { readonly action: string; readonly stacks: readonly string[] };
  readonly 'not-in-list': {
    readonly name: string;
    readonly meant: string | undefined;
    readonly isDestroy: boolean;
    readonly stacks: readonly string[];
  };
  readonly 'control-needed': { readonly stack: string; readonly left: readonly string[] };
  readonly 'home-needed': { readonly stack: string; readonly left: readonly string[] };
  readonly 'no-terminal': { readonly destroys?: readonly string[] };
  readonly 'no-app': Record<never, never>;
  readonly 'unknown-commit': { readonly ref: string; readonly folder: string };
  readonly 'record-unreadable': KeySourceFacts['FUNCTION'] & { readonly problem: RecordProblem };
  readonly 'no-public-key': { readonly file: string };
  readonly 'no-key-file': { readonly file: string };
  readonly 'key-file-is-folder': { readonly file: string };
  readonly 'key-file-unreadable': { readonly reason: string };
  readonly 'server-malformed': { readonly reason: string };
  readonly 'not-a-domain': { readonly text: string };
  readonly 'two-regions': { readonly name: string; readonly region: string; readonly option: string };
  readonly 'no-region': { readonly entry?: string; readonly why?: NotListed };
  readonly 'no-selector': { readonly domain: string; readonly why: NotListed };
  readonly 'not-a-selector': { readonly text: string };
  readonly 'selector-twice': { readonly selector: string };
  readonly 'selector-in-use': { readonly entry: string; readonly selector: string };
  readonly 'not-listed': { readonly name: string; readonly why: NotListed };
  readonly 'list-needed': { readonly file: string; readonly isLeftOut: boolean };
  readonly 'region-in-list': Record<never, never>;
  readonly 'nothing-in-region': { readonly region: string };
  readonly 'due-and-domain': Record<never, never>;
  readonly 'domain-or-due': Record<never, never>;
  readonly behind: RotationObstacle & { readonly kind: 'behind' };
  readonly 'no-free-selector': RotationObstacle & { readonly kind: 'no-free-selector' };
  readonly 'key-comes-first': { readonly entry: string };
  readonly 'own-key-place': { readonly entry: string };
  readonly 'list-not-editable': { readonly reason: string };
  readonly 'no-job': { readonly role: string };
  readonly 'not-a-repository': { readonly text: string };
  readonly 'not-a-branch': { readonly text: string };
  readonly 'trust-needs-account': Record<never, never>;
  readonly 'policy-needs-names': Record<never, never>;
  readonly 'no-such-part': { readonly part: number; readonly parts: number };
  readonly 'not-an-account': { readonly text: string };
  readonly 'notify-key-in-s3': Record<never, never>;
  readonly 'only-with-notify': Record<never, never>;
  readonly 'remove-selector': Record<never, never>;
  readonly 'bucket-unknown': Record<never, never>;
}

const listed = (stacks: readonly string[]): string => `The list has: ${several(stacks)}.`;

/** Formats the place where an entry is missing: `It is not in domains.yaml (did you mean example.com?)`. */
function notListedWords({ list, meant }: NotListed): string {
  if (list === undefined) return 'There is no domain list here';
  return `It is not in ${list}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`;
}

const NOTHING_WRITTEN = 'Nothing was written.';

export const USAGE: { readonly [Kind in keyof UsageFacts]: (facts: UsageFacts[Kind]) => string } = {
  'command-line': ({ reason }) => reason,
  'no-command': () => 'Pass a command. `byodkim --help` lists them.',
  'entries-and-all': ({ found }) => `Pass entries or --all, not both; found ${found.join(', ')} and --all.`,
  'no-entries': ({ action, stacks }) =>
    `Pass entries, for example byodkim ${action} example.com, or --all. ${listed(stacks)}`,
  'not-in-list': ({ name, meant, isDestroy, stacks }) =>
    [
      `${name} is not in the list.`,
      ...(meant === undefined ? [] : [`Did you mean ${meant}?`]),
      ...(isDestroy ? ['To destroy a deployed entry, restore it in the list first.'] : []),
      listed(stacks),
    ].join(' '),
  'control-needed': ({ stack, left }) =>
    `${stack} is needed to destroy ${left.join(', ')}. Pass them in the same command.`,
  'home-needed': ({ stack, left }) =>
    `${stack} has the key and the record that ${left.join(', ')} ${left.length === 1 ? 'signs' : 'sign'} with. ${ERRORS.KEY_SHARED.todo()} Only to roll all of them back: pass them in the same command.`,
  'no-terminal': ({ destroys }) =>
    destroys === undefined
      ? 'There is no terminal to confirm at. Pass --yes to continue.'
      : `There is no terminal to confirm at. Pass --yes to destroy ${destroys.join(', ')}.`,
  'no-app': () =>
    'There is no cdktf.json here, so there is no app that makes the stacks. Run this at the root of a clone of ' +
    'ses-byodkim. Deploy an app of your own with cdktf.',
  'unknown-commit': ({ ref, folder }) =>
    `git knows no commit ${JSON.stringify(ref)} in ${folder}. Run this in a clone of the repository that holds the list. ` +
    'In a shallow clone (CI), fetch it first: git fetch origin <branch>.',
  'record-unreadable': ({ functionName, region, problem }) =>
    `${functionIn(functionName, region)}: the record ${describeRecordProblem(problem)}.`,
  'no-public-key': ({ file }) => `--key-file: ${file} contains no readable ${KEY_TYPE} public key.`,
  'no-key-file': ({ file }) => `There is no key file ${file}. \`${MAKE_KEY}\` makes one.`,
  'key-file-is-folder': ({ file }) => `${file} is a folder. Pass the PEM file in it.`,
  'key-file-unreadable': ({ reason }) => `The key: ${reason}.`,
  'server-malformed': ({ reason }) => reason,
  'not-a-domain': ({ text }) =>
    `${JSON.stringify(text)} is not a domain name. Expected, for example, example.com, or example.com@us-east-1 for one of ` +
    'several regions.',
  'two-regions': ({ name, region, option }) =>
    `${name} is in ${region}, and --region says ${option}. Pass one of them.`,
  'no-region': ({ entry, why = {} }) =>
    entry === undefined
      ? 'No region: there is no domain list here. Pass --region.'
      : `No region for ${entry}. ${notListedWords(why)}. Pass --region.`,
  'no-selector': ({ domain, why }) => `No selector for ${domain}. ${notListedWords(why)}. Pass --selector.`,
  'selector-twice': ({ selector }) =>
    `The selector ${selector} is named twice: DNS does not distinguish upper and lower case. No key was made.`,
  'not-a-selector': ({ text }) =>
    `${JSON.stringify(text)} is not a selector. Expected 1 to 63 letters, digits or hyphens (SES takes no dots or underscores).`,
  'selector-in-use': ({ entry, selector }) =>
    `The selector ${selector} of ${entry} is in use, or was. Pass another one with --selector, or leave it out. ${NOTHING_WRITTEN}`,
  'not-listed': ({ name, why }) => `${name} cannot be rotated. ${notListedWords(why)}. ${NOTHING_WRITTEN}`,
  'list-needed': ({ file, isLeftOut }) =>
    isLeftOut
      ? 'This command works on the domain list. Leave --no-list out.'
      : `There is no ${file} here. Run this in the folder of the domain list, or pass --list.`,
  'region-in-list': () => 'The list has the region and the function. Leave --region and --function out.',
  'nothing-in-region': ({ region }) => `The list has no entry in ${region}.`,
  'due-and-domain': () => '--due is for every domain of the list. Leave the domain and its options out.',
  'domain-or-due': () => 'Pass a domain of the list, or --due.',
  behind: (obstacle) => `${obstacleWords(obstacle)} ${NOTHING_WRITTEN}`,
  'no-free-selector': (obstacle) => `${obstacleWords(obstacle)} ${NOTHING_WRITTEN}`,
  'key-comes-first': ({ entry }) =>
    `${entry} alternates between two selectors whose records others publish, so the new key comes before the list: ` +
    `byodkim rotate ${entry}. ${NOTHING_WRITTEN}`,
  'own-key-place': ({ entry }) =>
    `${entry} names the place of its key (keyStore.privateKey), which a new selector's key would need as well. Store the new ` +
    'key in its place, and change the selector and the place manually.',
  'list-not-editable': ({ reason }) => `${reason} ${NOTHING_WRITTEN}`,
  'no-job': ({ role }) => `--github: found ${role}, which no job takes on.`,
  'not-a-repository': ({ text }) =>
    `--github: found ${text}, expected ORG@ID/REPO@ID, for example acme@123456/mail@789012, or ORG/REPO if the repository ` +
    `has a subject without ids. GitHub prints it: ${subjectCommand('ORG/REPO')}`,
  'not-a-branch': ({ text }) => `--branch: found ${text}, expected the name of a branch.`,
  'trust-needs-account': () => 'A trust policy names the account. Pass --account.',
  'policy-needs-names': () =>
    'The policy of a bucket names the function’s role and the bucket. Pass --account, and --region if the list has several, ' +
    'and name the bucket in control.keyStore.bucket.',
  'no-such-part': ({ part, parts }) => `--part: found ${part}, expected 1 to ${parts}.`,
  'not-an-account': ({ text }) => `--account: found ${text}, expected 12 digits.`,
  'notify-key-in-s3': () =>
    '--notify sends the record of the key in S3. Leave the options for keys and --form out.',
  'only-with-notify': () => '--remove and --urgent belong to --notify. Add it.',
  'remove-selector': () =>
    'Pass the selector whose record is to be removed with -s: --remove takes no selector from the list.',
  'bucket-unknown': () =>
    'The bucket of the private keys is not known. Name it in control.keyStore.bucket of the list.',
};

export const wholeNumberExpected = (minimum: number, maximum: number): string =>
  `Expected a whole number from ${minimum} to ${maximum}.`;

export const REGION_EXPECTED = 'Expected an AWS region such as ap-northeast-1.';

/** Formats the option that was probably meant, with the commands that have it. */
export const optionMeant = (option: string, commands: readonly string[]): string =>
  `(Did you mean ${option}? It is an option of ${commands.join(', ')}.)`;

/** What has replaced the commands of earlier versions. */
export const EARLIER_COMMANDS: Readonly<Record<string, string>> = {
  audit:
    '(Use `byodkim status --live --problems`, or `byodkim status --always` to notify the operators, too.)',
  evidence: '(Use `byodkim status <domain> --keys`.)',
  update: '(Call the function directly: docs/runbook.md, section 10.)',
};
