import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { oneLine } from '../../handlers/escape';
import { failure } from '../errors/cli-error';

/** Its name says whose it is: a file is made at once, but not written at once. */
const HOLD = /^byodkim-(\d+)-(\d*)-(.+)\.hold$/;

/**
 * Holds the output folder for one command, so that the stacks stay as they were planned and shown until they are applied.
 * What dead processes have left behind holds nothing.
 * @param command as it is named to others
 * @returns what releases the folder
 * @throws CliError if another command holds it
 */
export function holdFolder(outdir: string, command: string): () => void {
  mkdirSync(outdir, { recursive: true });
  const own = `byodkim-${process.pid}-${startOf(process.pid)}-${hostname()}.hold`;
  const remove = (name: string) => rmSync(path.join(outdir, name), { force: true });
  writeFileSync(path.join(outdir, own), command);
  // Each has made its file before it looks for others: of two that begin at once, both may refuse, but never neither.
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

/** Returns when a process began, in the system's own count (0 where it has none); undefined if it has ended. */
export function startOf(pid: number): string | undefined {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return undefined;
  }
  try {
    // The program's name, in brackets, may hold anything. A zombie (Z) has ended.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    return fields[0] === 'Z' ? undefined : fields[19]!;
  } catch {
    return '0';
  }
}
