import path from 'node:path';
import { CliError, usageError } from '../cli-error';
import type { CliWorld } from '../world';

/** A file as it was in a commit. */
export interface FileVersion {
  /** `null`: the commit does not have the file. */
  readonly text: string | null;
  /** Short id of the commit. */
  readonly commit: string;
}

/**
 * Reads a file at the point where `head` left `base`, which is what a pull request is compared with.
 * @param head a ref; `undefined`: the working tree
 */
export async function readAtForkPoint(
  world: CliWorld,
  file: string,
  base: string,
  head: string | undefined,
): Promise<FileVersion> {
  const git = gitIn(world, path.dirname(path.resolve(file)));
  await git.commitOf(base);
  const forkPoint = await git.optional('merge-base', base, head ?? 'HEAD');
  return git.read(path.basename(file), forkPoint ?? base);
}

/** Reads a file in a commit. */
export const readAt = (world: CliWorld, file: string, ref: string): Promise<FileVersion> =>
  gitIn(world, path.dirname(path.resolve(file))).read(path.basename(file), ref);

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
  const commitOf = async (ref: string): Promise<string> => {
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
  };
  return {
    optional,
    commitOf,
    async read(name: string, ref: string): Promise<FileVersion> {
      const commit = await commitOf(ref);
      const place = `./${name}`;
      if (!(await optional('ls-tree', '--name-only', commit, place))) return { text: null, commit };
      const { exitCode, stdout, stderr } = await run('show', `${commit}:${place}`);
      if (exitCode !== 0)
        throw new CliError(`git show ${commit}:${name} failed: ${stderr.trim()}`, 'GIT_FAILED');
      return { text: stdout, commit };
    },
  };
}
