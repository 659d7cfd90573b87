/** Formats deployed stacks that are no longer in the list, and the renaming of an entry's state. */
import path from 'node:path';
import { oneLine } from '../../handlers/escape';
import type { Backend } from '../../list/domain-list';
import { type Renaming, STATE_SUFFIX, type Unlisted } from '../facts/unlisted';

/** Returns the shell command, for this folder, that renames the state. */
export function renameCommand(backend: Backend, { from, to }: Renaming): string {
  const [before, after] = [from, to].map((stack) => `${stack}${STATE_SUFFIX}`) as [string, string];
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

/** Formats the deployed stacks that are no longer in the list. */
export function unlistedWords({ stacks, renamed }: Unlisted, backend: Backend): string[] {
  const lines = renamed.map((each) => renamingWords(backend, each));
  if (stacks.length === 0) return lines;
  return [
    ...lines,
    `Deployed, and not in the list: ${stacks.map(oneLine).join(', ')}. Their state in SES does not change. To remove one, restore its entry in the list, ` +
      'then run `byodkim destroy` for it. Keep its state: only the state knows what the stack owns.',
  ];
}
