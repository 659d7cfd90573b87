/** Formats the mistake in a command line, with the correct form. */

import { KEY_TYPE } from '../../handlers/key-limits';
import { ERRORS } from '../../handlers/words/errors';
import { describeRecordProblem, type RecordProblem } from '../../handlers/words/record';
import { type FactsIn, wordsBy } from './coded';
import { functionIn, several } from './format';
import { MAKE_KEY } from './key';
import { subjectCommand } from './notes';
import { obstacleWords, type RotationObstacle } from './rotation';

/** Whether an entry is in the list. */
export interface NotListed {
  /** The list's file name; absent if there is no list here. */
  readonly list?: string | undefined;
  /** The entry that was probably meant. */
  readonly meant?: string | undefined;
}

const listed = (stacks: readonly string[]): string => `The list has: ${several(stacks)}.`;

/** Formats the place where an entry is missing: `It is not in domains.yaml (did you mean example.com?)`. */
function notListedWords({ list, meant }: NotListed): string {
  if (list === undefined) return 'There is no domain list here';
  return `It is not in ${list}${meant === undefined ? '' : ` (did you mean ${meant}?)`}`;
}

const NOTHING_WRITTEN = 'Nothing was written.';

/** Wrong command lines, by the mistake. */
const USAGE = {
  /** A command line that commander refuses. */
  'command-line': ({ reason }: { reason: string }) => reason,
  'no-command': () => 'Pass a command. `byodkim --help` lists them.',
  'entries-and-all': ({ found }: { found: readonly string[] }) =>
    `Pass entries or --all, not both; found ${found.join(', ')} and --all.`,
  'no-entries': ({ action, stacks }: { action: string; stacks: readonly string[] }) =>
    `Pass entries, for example byodkim ${action} example.com, or --all. ${listed(stacks)}`,
  'not-in-list': ({
    name,
    meant,
    isDestroy,
    stacks,
  }: {
    name: string;
    meant: string | undefined;
    isDestroy: boolean;
    stacks: readonly string[];
  }) =>
    [
      `${name} is not in the list.`,
      ...(meant === undefined ? [] : [`Did you mean ${meant}?`]),
      ...(isDestroy ? ['To destroy a deployed entry, restore it in the list first.'] : []),
      listed(stacks),
    ].join(' '),
  'control-needed': ({ stack, left }: { stack: string; left: readonly string[] }) =>
    `${stack} is needed to destroy ${left.join(', ')}. Pass them in the same command.`,
  'home-needed': ({ stack, left }: { stack: string; left: readonly string[] }) =>
    `${stack} has the key and the record that ${left.join(', ')} ${left.length === 1 ? 'signs' : 'sign'} with. ${ERRORS.KEY_SHARED.todo()} Only to roll all of them back: pass them in the same command.`,
  'no-terminal': ({ destroys }: { destroys?: readonly string[] }) =>
    destroys === undefined
      ? 'There is no terminal to confirm at. Pass --yes to continue.'
      : `There is no terminal to confirm at. Pass --yes to destroy ${destroys.join(', ')}.`,
  'no-app': () =>
    'There is no cdktf.json here, so there is no app that makes the stacks. Run this at the root of a clone of ' +
    'ses-byodkim. Deploy an app of your own with cdktf.',
  'unknown-commit': ({ ref, folder }: { ref: string; folder: string }) =>
    `git knows no commit ${JSON.stringify(ref)} in ${folder}. Run this in a clone of the repository that holds the list. ` +
    'In a shallow clone (CI), fetch it first: git fetch origin <branch>.',
  'record-unreadable': ({
    functionName,
    region,
    problem,
  }: {
    functionName: string;
    region: string;
    problem: RecordProblem;
  }) => `${functionIn(functionName, region)}: the record ${describeRecordProblem(problem)}.`,
  'no-public-key': ({ file }: { file: string }) =>
    `--key-file: ${file} contains no readable ${KEY_TYPE} public key.`,
  'key-of-one-domain': () =>
    '--key-file is the private key of one domain, with which SES signs in one region. Pass that domain, and --region if SES signs in several.',
  'no-key-file': ({ file }: { file: string }) => `There is no key file ${file}. \`${MAKE_KEY}\` makes one.`,
  'key-file-is-folder': ({ file }: { file: string }) => `${file} is a folder. Pass the PEM file in it.`,
  'key-file-unreadable': ({ reason }: { reason: string }) => `The key: ${reason}.`,
  'server-malformed': ({ reason }: { reason: string }) => reason,
  'not-a-domain': ({ text }: { text: string }) =>
    `${JSON.stringify(text)} is not a domain name. Expected, for example, example.com, or example.com@us-east-1 for one of ` +
    'several regions.',
  'two-regions': ({ name, region, option }: { name: string; region: string; option: string }) =>
    `${name} is in ${region}, and --region says ${option}. Pass one of them.`,
  'no-region': ({ entry, why = {} }: { entry?: string; why?: NotListed }) =>
    entry === undefined
      ? 'No region: there is no domain list here. Pass --region.'
      : `No region for ${entry}. ${notListedWords(why)}. Pass --region.`,
  'no-selector': ({ domain, why }: { domain: string; why: NotListed }) =>
    `No selector for ${domain}. ${notListedWords(why)}. Pass --selector.`,
  'selector-twice': ({ selector }: { selector: string }) =>
    `The selector ${selector} is named twice: DNS does not distinguish upper and lower case. No key was made.`,
  'not-a-selector': ({ text }: { text: string }) =>
    `${JSON.stringify(text)} is not a selector. Expected 1 to 63 letters, digits or hyphens (SES takes no dots or underscores).`,
  'selector-in-use': ({ entry, selector }: { entry: string; selector: string }) =>
    `The selector ${selector} of ${entry} is in use, or was. Pass another one with --selector, or leave it out. ${NOTHING_WRITTEN}`,
  'not-listed': ({ name, why }: { name: string; why: NotListed }) =>
    `${name} cannot be rotated. ${notListedWords(why)}. ${NOTHING_WRITTEN}`,
  'list-needed': ({ file, isLeftOut }: { file: string; isLeftOut: boolean }) =>
    isLeftOut
      ? 'This command works on the domain list. Leave --no-list out.'
      : `There is no ${file} here. Run this in the folder of the domain list, or pass --list.`,
  'region-in-list': () => 'The list has the region and the function. Leave --region and --function out.',
  'nothing-in-region': ({ region }: { region: string }) => `The list has no entry in ${region}.`,
  'due-and-domain': () => '--due is for every domain of the list. Leave the domain and its options out.',
  'domain-or-due': () => 'Pass a domain of the list, or --due.',
  behind: (obstacle: RotationObstacle & { kind: 'behind' }) =>
    `${obstacleWords(obstacle)} ${NOTHING_WRITTEN}`,
  'no-free-selector': (obstacle: RotationObstacle & { kind: 'no-free-selector' }) =>
    `${obstacleWords(obstacle)} ${NOTHING_WRITTEN}`,
  'key-comes-first': ({ entry }: { entry: string }) =>
    `${entry} alternates between two selectors whose records others publish, so the new key comes before the list: ` +
    `byodkim rotate ${entry}. ${NOTHING_WRITTEN}`,
  'own-key-place': ({ entry }: { entry: string }) =>
    `${entry} names the place of its key (keyStore.privateKey), which a new selector's key would need as well. Store the new ` +
    'key in its place, and change the selector and the place manually.',
  'list-not-editable': ({ reason }: { reason: string }) => `${reason} ${NOTHING_WRITTEN}`,
  'no-job': ({ role }: { role: string }) => `--github: found ${role}, which no job takes on.`,
  'not-a-repository': ({ text }: { text: string }) =>
    `--github: found ${text}, expected ORG@ID/REPO@ID, for example acme@123456/mail@789012, or ORG/REPO if the repository ` +
    `has a subject without ids. GitHub prints it: ${subjectCommand('ORG/REPO')}`,
  'not-a-branch': ({ text }: { text: string }) => `--branch: found ${text}, expected the name of a branch.`,
  'trust-needs-account': () => 'A trust policy names the account. Pass --account.',
  'policy-needs-names': () =>
    'The policy of a bucket names the function’s role and the bucket. Pass --account, and --region if the list has several, ' +
    'and name the bucket in control.keyStore.bucket.',
  'no-such-part': ({ part, parts }: { part: number; parts: number }) =>
    `--part: found ${part}, expected 1 to ${parts}.`,
  'not-an-account': ({ text }: { text: string }) => `--account: found ${text}, expected 12 digits.`,
  'notify-key-in-s3': () =>
    '--notify sends the record of the key in S3. Leave the options for keys and --form out.',
  'only-with-notify': () => '--remove and --urgent belong to --notify. Add it.',
  'remove-selector': () =>
    'Pass the selector whose record is to be removed with -s: --remove takes no selector from the list.',
  'bucket-unknown': () =>
    'The bucket of the private keys is not known. Name it in control.keyStore.bucket of the list.',
};

export type UsageFacts = FactsIn<typeof USAGE>;

export const usageWords = wordsBy(USAGE);

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
