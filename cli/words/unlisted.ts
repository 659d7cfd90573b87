/** Formats deployed stacks that are no longer in the list, and the renaming of an entry's state. */
import path from 'node:path';
import { oneLine } from '../../handlers/escape';
import { type Backend, STATE_SUFFIX } from '../../list/domain-list';

/** An entry with a new name but the same domain and region. */
export interface Renaming {
  readonly from: string;
  readonly to: string;
}

/** A stack of two that are deployed for one domain and region. */
export interface Twin {
  readonly stack: string;
  /** The record with which it was applied last, if that is known. */
  readonly recordName?: string | undefined;
}

/** An entry of the list, and a deployed stack that is not in the list, with the same identity in SES. */
export interface Twins {
  readonly listed: Twin;
  readonly unlisted: Twin;
}

/** A stack, with the entries that sign with its key. */
export interface KeyUsers {
  readonly stack: string;
  readonly others: readonly string[];
}

/** Deployed stacks that are no longer in the list. */
export interface Unlisted {
  /** Stacks of entries that were removed. */
  readonly stacks: readonly string[];
  /** Entries with a new name in the list. */
  readonly renamed: readonly Renaming[];
  /** Entries that are deployed under an earlier name as well. */
  readonly twins: readonly Twins[];
}

/** Returns the shell command, for this folder, that renames the state. */
export const renameCommand = (backend: Backend, { from, to }: Renaming): string =>
  moveCommand(backend, `${from}${STATE_SUFFIX}`, `${to}${STATE_SUFFIX}`);

/** Returns the shell command, for this folder, after which no run sees the state. */
const setAside = (backend: Backend, stack: string): string =>
  moveCommand(backend, `${stack}${STATE_SUFFIX}`, `${stack}${STATE_SUFFIX}.aside`);

function moveCommand(backend: Backend, before: string, after: string): string {
  if (backend.type === 'local')
    return [
      'mv',
      ...[before, after].map((name) => quoted(path.relative(process.cwd(), path.join(backend.folder, name)))),
    ].join(' ');
  const { bucket, keyPrefix, region } = backend;
  const places = [before, after].map((name) => quoted(`s3://${bucket}/${keyPrefix}${name}`));
  return ['aws s3 mv', ...places, '--region', region].join(' ');
}

/** Quotes a word for the shell if necessary. Whoever may write states has chosen the name of one. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${oneLine(word).replaceAll("'", "'\\''")}'`;

/** Formats the advice about a renamed entry, for a run that it stops. */
export const renameAdvice = (backend: Backend, renaming: Renaming): string =>
  `Rename its state, then run this again:\n  ${renameCommand(backend, renaming)}`;

/** Formats the advice about a renamed entry before its deploy. */
export const renamingWords = (backend: Backend, renaming: Renaming): string =>
  `${renaming.to} is deployed under the name ${oneLine(renaming.from)}, which is no longer in the list: domain and region are the ` +
  `same. Rename its state before you deploy it: \`${renameCommand(backend, renaming)}\``;

const twinWords = ({ stack, recordName }: Twin): string =>
  recordName === undefined ? oneLine(stack) : `${oneLine(stack)} (${oneLine(recordName)})`;

/** Says that two stacks are deployed for one domain and region. */
export const twinsLine = ({ listed, unlisted }: Twins): string =>
  `${twinWords(listed)} in the list, and ${twinWords(unlisted)}`;

/** Formats the advice on two stacks with one identity. Only one of them is in force, which SES knows. */
export const twinsAdvice = (backend: Backend, { listed, unlisted }: Twins): string =>
  [
    'Keep the stack with whose selector SES signs (`byodkim status`), and set the state of the other one aside; do not destroy it.',
    `  To keep ${oneLine(listed.stack)}:`,
    `  ${setAside(backend, unlisted.stack)}`,
    `  To keep ${oneLine(unlisted.stack)}, which the list then has to name:`,
    `  ${setAside(backend, listed.stack)}`,
  ].join('\n');

/** Formats the deployed stacks that are no longer in the list. */
export function unlistedWords({ stacks, renamed, twins }: Unlisted, backend: Backend): string[] {
  const lines = [
    ...renamed.map((each) => renamingWords(backend, each)),
    ...twins.map((each) => `Deployed twice: ${twinsLine(each)}. ${twinsAdvice(backend, each)}`),
  ];
  if (stacks.length === 0) return lines;
  return [
    ...lines,
    `Deployed, and not in the list: ${stacks.map(oneLine).join(', ')}. Their state in SES does not change. To remove one, restore its entry in the list, ` +
      'then run `byodkim destroy` for it. Keep its state: only the state knows what the stack owns.',
  ];
}
