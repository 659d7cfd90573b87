import path from 'node:path';
import type { DomainList } from '../../list/domain-list';
import { CliError, failure, usageError } from '../errors/cli-error';
import { parseList } from '../target/domain-list';
import type { CliWorld } from '../world/world';

/**
 * Reads the list at the fork point of the checked-out branch and `base`, as a pull request is compared.
 * @returns the list, or `null` if the commit does not have the file, and the short id of the commit
 * @throws CliError if git does not know the commit, or for a list with mistakes
 */
export async function readAtForkPoint(
  world: CliWorld,
  file: string,
  base: string,
): Promise<{ readonly list: DomainList | null; readonly commit: string }> {
  const folder = path.dirname(path.resolve(file));
  const git = (...args: string[]): Promise<string | null> =>
    world.git(args, folder).catch((error: NodeJS.ErrnoException) => {
      world.signal.throwIfAborted();
      if (error.code === 'ENOENT') throw failure('GIT_FAILED', { kind: 'absent', folder });
      throw failure('GIT_FAILED', { kind: 'failed', reason: error.message });
    });
  const commitOf = async (ref: string): Promise<string> => {
    const found = ref.startsWith('-')
      ? null
      : await git('rev-parse', '--verify', '--quiet', '--short', `${ref}^{commit}`);
    if (found) return found.trim();
    throw usageError('unknown-commit', { ref, folder });
  };
  await commitOf(base);
  const commit = await commitOf((await git('merge-base', base, 'HEAD'))?.trim() ?? base);
  const place = `./${path.basename(file)}`;
  if (!(await git('ls-tree', '--name-only', commit, place))) return { list: null, commit };
  const text = await git('show', `${commit}:${place}`);
  if (text === null) throw failure('GIT_FAILED', { kind: 'not-shown', commit, place });
  try {
    return { list: parseList({ text, file }), commit };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw failure('LIST_INVALID', { kind: 'at-commit', commit, reason: error.message });
  }
}
