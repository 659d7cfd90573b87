import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { oneLine } from '../../handlers/escape';
import { failure } from '../errors/cli-error';

/** Its name identifies its owner, since a file is created atomically but not written atomically. */
const HOLD = /^byodkim-(\d+)-(\d*)-(.+)\.hold$/;

/**
 * Locks the output folder for one command, so that the stacks stay as they were planned and shown until they are
 * applied. Files of dead processes lock nothing.
 * @param command name of the command for others
 * @returns the function that releases the folder
 * @throws CliError if another command has locked it
 */
export function holdFolder(outdir: string, command: string): () => void {
  makeFolder(outdir);
  const own = `byodkim-${process.pid}-${startOf(process.pid)}-${hostname()}.hold`;
  const remove = (name: string) => rmSync(path.join(outdir, name), { force: true });
  writeFileSync(path.join(outdir, own), command);
  // Each command creates its file before it checks for others. If two begin at once, both may be refused, but at least one
  // always is.
  for (const name of readdirSync(outdir)) {
    const [, pid, start, host] = HOLD.exec(name) ?? [];
    if (pid === undefined || name === own) continue;
    if (host === hostname() && startOf(Number(pid)) !== start) {
      remove(name);
      continue;
    }
    remove(own);
    const file = path.join(outdir, name);
    const since = statSync(file).mtime.toISOString();
    throw failure('FOLDER_IN_USE', {
      folder: outdir,
      command: oneLine(readFileSync(file, 'utf8')),
      pid,
      host: host!,
      since,
      file: host === hostname() ? undefined : file,
    });
  }
  return () => remove(own);
}

/**
 * Makes the output folder and those above it, one by one: below a folder such as /proc, which takes none, the recursive
 * mkdir of Node does not end.
 * @throws CliError if a folder is not made; a full disk has its own
 */
function makeFolder(outdir: string): void {
  const missing: string[] = [];
  for (let folder = outdir; !existsSync(folder); folder = path.dirname(folder)) missing.unshift(folder);
  for (const folder of missing)
    try {
      mkdirSync(folder);
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      // Another command has made it in the meantime.
      if (code === 'EEXIST') continue;
      if (!UNUSABLE.includes(code)) throw error;
      throw failure('FOLDER_UNUSABLE', { folder: outdir, reason: message });
    }
}
const UNUSABLE = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'];

/** Returns the start time of a process in the system's own unit (0 if there is none); undefined if it has ended. */
export function startOf(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
  }
  try {
    // The program's name, in brackets, may contain anything. A zombie (Z) has ended.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    return fields[0] === 'Z' ? undefined : fields[19]!;
  } catch {
    return '0';
  }
}
