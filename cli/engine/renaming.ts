/** Recognises an entry that the list has under another name now, and says how its state follows it. */
import path from 'node:path';
import type { Backend } from '../../list/domain-list';

export const STATE_SUFFIX = '.tfstate';

/** What a stack makes: two stacks that make the same are one entry under two names. */
export interface Claim {
  readonly stack: string;
  /** Name of its DKIM record, which holds domain and selector. */
  readonly recordName: string;
  readonly region: string;
}

/** An entry that has another name now. Its domain, region and selector are the same. */
export interface Renaming {
  readonly from: string;
  readonly to: string;
}

/**
 * @param removed what the list names no more
 * @param added what it names anew
 */
export const findRenamings = (removed: readonly Claim[], added: readonly Claim[]): Renaming[] =>
  added.flatMap((each) => {
    const before = removed.filter(
      ({ recordName, region }) => recordName === each.recordName && region === each.region,
    );
    return before.length === 1 ? [{ from: before[0]!.stack, to: each.stack }] : [];
  });

/** Returns the command of the shell, in this folder, that gives the state its new name. */
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

/** Quotes a word for the shell, where it needs that. */
const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

/** Formats what to do about a renamed entry, before it is deployed. */
export const renamingWords = (backend: Backend, renaming: Renaming): string =>
  `${renaming.to} is deployed under the name ${renaming.from}, which is not in the list any more: domain, region and selector are the ` +
  `same. Rename its state before you deploy it: \`${renameCommand(backend, renaming)}\``;
