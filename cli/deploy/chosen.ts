import { controlStackId, type DomainList, regionsOf } from '../../list/domain-list';
import { parseReadableList } from '../domain-list';
import { compareLists } from '../review/changes';
import { readAtForkPoint } from '../review/git-versions';
import type { CliWorld } from '../world';
import { UsageError } from './request';

/** Domains that a deploy since a git ref is about, and what no deploy does. */
export interface Changed {
  /** Stacks; the control planes where only they have changed. */
  readonly names: readonly string[];
  /** Stacks of entries that the list holds no more: they stay as they are until somebody destroys them. */
  readonly removed: readonly string[];
}

/**
 * What has changed in the list since this branch left `base`.
 * @throws CliError for a ref that git does not know, or a folder that is no repository
 */
export async function changedSince(world: CliWorld, list: DomainList, base: string): Promise<Changed> {
  const { text, commit } = await readAtForkPoint(world, list.file, base, undefined);
  const before = text === null ? null : parseReadableList(text, list.file).list;
  const { domains, settings } = compareLists(before, list);
  const names = domains.flatMap((change) => (change.kind === 'removed' ? [] : [change.after.stack]));
  const removed = domains.flatMap((change) => (change.kind === 'removed' ? [change.before.stack] : []));
  if (names.length > 0) return { names, removed };
  if (settings.length > 0) return { names: regionsOf(list).map(controlStackId), removed };
  if (removed.length > 0) return { names, removed };
  throw new UsageError(`Nothing in ${list.file} has changed since ${commit}: there is nothing to do.`);
}
