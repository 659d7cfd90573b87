import path from 'node:path';
import type { DomainList } from '../../list/domain-list';
import { CliError, usageError } from '../cli-error';
import { parseList } from '../domain-list';
import type { CliWorld } from '../world';

/** The domain list as it was in a commit. */
export interface ListVersion {
  /** `null`: the commit does not have the file. */
  readonly list: DomainList | null;
  /** Short id of the commit. */
  readonly commit: string;
}

/**
 * Reads the list at the fork point of the checked-out branch and `base`, as a pull request is compared.
 * @throws CliError if git does not know it, and for a list with mistakes
 */
export async function readAtForkPoint(world: CliWorld, file: string, base: string): Promise<ListVersion> {
  const git = gitIn(world, path.dirname(path.resolve(file)));
  await git.commitOf(base);
  const commit = await git.commitOf((await git.optional('merge-base', base, 'HEAD')) ?? base);
  const text = await git.textIn(path.basename(file), commit);
  try {
    return { list: text === null ? null : parseList({ text, file }), commit };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new CliError(
      `The list of ${commit} cannot be compared with; name another commit:\n${error.message}`,
      error.code,
    );
  }
}

function gitIn(world: CliWorld, folder: string) {
  const run = (...args: string[]) =>
    world.git(args, folder).catch((error: unknown) => {
      world.signal.throwIfAborted();
      const { code, message } = error as NodeJS.ErrnoException;
      throw new CliError(
        code === 'ENOENT' ? `git cannot be run in ${folder}: is it installed?` : message,
        'GIT_FAILED',
      );
    });
  const optional = async (...args: string[]): Promise<string | null> => {
    const { exitCode, stdout } = await run(...args);
    return exitCode === 0 ? stdout.trim() : null;
  };
  return {
    optional,
    async commitOf(ref: string): Promise<string> {
      const commit = ref.startsWith('-')
        ? null
        : await optional('rev-parse', '--verify', '--quiet', '--short', `${ref}^{commit}`);
      if (commit) return commit;
      if ((await optional('rev-parse', '--git-dir')) === null)
        throw usageError(
          `${folder} is not in a git repository, so there is no other version to compare with. Run it in a clone of the ` +
            'repository that holds the list, with the list there.',
        );
      throw usageError(
        `git knows no commit ${JSON.stringify(ref)}. In a shallow clone (CI), fetch it first: git fetch origin <branch>.`,
      );
    },
    async textIn(name: string, commit: string): Promise<string | null> {
      const place = `./${name}`;
      if (!(await optional('ls-tree', '--name-only', commit, place))) return null;
      const { exitCode, stdout, stderr } = await run('show', `${commit}:${place}`);
      if (exitCode !== 0)
        throw new CliError(`git show ${commit}:${name} failed: ${stderr.trim()}`, 'GIT_FAILED');
      return stdout;
    },
  };
}
