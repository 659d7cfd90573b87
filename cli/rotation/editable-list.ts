import type { DomainList, ListedDomain } from '../../list/domain-list';
import { CliError, usageError } from '../cli-error';
import type { Cli, GlobalOptions } from '../command';
import { DEFAULT_LIST, parseWholeList, readListText } from '../domain-list';
import { readAt } from '../review/git-versions';
import { listFile } from '../target';

/** The domain list, to be edited. */
export interface EditableList {
  readonly file: string;
  readonly text: string;
  readonly list: DomainList;
  /** @throws CliError where the entry differs from the last commit: that edit would be committed along with the rotation */
  refuseUncommitted(listed: ListedDomain): void;
}

/** @throws CliError where there is no list, or it has mistakes */
export async function readEditableList(cli: Cli, options: GlobalOptions): Promise<EditableList> {
  const named = listFile(cli.world, options);
  if (named === false) throw usageError('A rotation is written into the domain list; leave --no-list out.');
  const found = await readListText(cli.world, named);
  if (!found)
    throw usageError(
      `There is no ${DEFAULT_LIST} here. Run this where the domain list is, or name it with --list.`,
    );
  const { file, text } = found;
  const committed = await readCommitted(cli, found);
  return {
    file,
    text,
    list: parseWholeList(text, file),
    refuseUncommitted(listed) {
      if (committed === null) return;
      const before = committed.list.domains.find(({ stack }) => stack === listed.stack);
      if (settingsOf(before) === settingsOf(listed)) return;
      throw usageError(
        `${file} describes ${listed.name} otherwise than the last commit (${committed.commit}) does. Commit or undo that first. Nothing was written.`,
      );
    },
  };
}

const settingsOf = (domain: ListedDomain | undefined): string =>
  JSON.stringify(domain && { ...domain, line: 0 });

/** `null`: nothing is committed that it could differ from. */
async function readCommitted(
  { world }: Cli,
  { file, text }: { readonly file: string; readonly text: string },
) {
  const committed = await readAt(world, file, 'HEAD').catch((error: unknown) => {
    if (error instanceof CliError) return null;
    throw error;
  });
  if (committed === null || committed.text === null || committed.text === text) return null;
  return { commit: committed.commit, list: parseWholeList(committed.text, file) };
}
