import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { PROJECT_ROOT } from '../../constructs/built-handler';

export interface ProcessRun {
  readonly exitCode: number | null;
  /** stdout and stderr, without colours. */
  readonly output: string;
  /** Command lines of descendants that outlive it. Empty where the system does not tell (no /proc). */
  readonly leftRunning: readonly string[];
}

/** Variable by which descendants are known again. */
const MARK = 'BYODKIM_TEST_PROCESS';

/** Runs a command line in the project's folder, as from a script: there is no terminal. */
export async function runProcess(
  command: string,
  env: Readonly<Record<string, string>>,
): Promise<ProcessRun> {
  const mark = randomUUID();
  const child = spawn('sh', ['-c', command], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, ...env, [MARK]: mark },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const take = (piece: string) => {
    text += piece;
  };
  child.stdout.setEncoding('utf8').on('data', take);
  child.stderr.setEncoding('utf8').on('data', take);
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  const output = stripVTControlCharacters(text);
  return { exitCode, output, leftRunning: marked(mark) };
}

function marked(mark: string): string[] {
  const read = (pid: string, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8');
    } catch {
      return '';
    }
  };
  let pids: string[] = [];
  try {
    pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  } catch {
    // No Linux.
  }
  return pids
    .filter((pid) => read(pid, 'environ').includes(`${MARK}=${mark}`))
    .map((pid) => read(pid, 'cmdline').replaceAll('\0', ' '));
}
