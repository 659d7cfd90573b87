import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import { type Engine, findEngine } from '../../engine/find-engine';

export interface RunOptions {
  /** The stack's directory. */
  readonly cwd: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** @default findEngine() */
  readonly engine?: Engine;
  /** Called with each piece of output as it arrives. */
  readonly onOutput?: (text: string) => void;
  /** Interrupts the engine with SIGINT, on which it ends in order. */
  readonly signal?: AbortSignal;
}

export interface EngineRun {
  /** The engine's own code: 0 done, 1 failed, 2 changes with `-detailed-exitcode`. -1 if it was killed. */
  readonly exitCode: number;
  /** The interleaved output of stdout and stderr, without colours. */
  readonly output: string;
  /** Only stdout, without colours: for `-json`. */
  readonly stdout: string;
}

/** Runs the engine once, without a terminal and without questions. It never throws because of the engine's result. */
export function runEngine(args: readonly string[], options: RunOptions): Promise<EngineRun> {
  const engine = options.engine ?? findEngine();
  return new Promise((resolve, reject) => {
    const child = spawn(engine.path, args, {
      cwd: options.cwd,
      env: { ...process.env, ...ENGINE_ENVIRONMENT, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const interrupt = () => child.kill('SIGINT');
    options.signal?.addEventListener('abort', interrupt, { once: true });
    let output = '';
    let stdout = '';
    const take = (text: string) => {
      output += text;
      options.onOutput?.(text);
    };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      take(text);
    });
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', reject);
    child.on('close', (code) => {
      options.signal?.removeEventListener('abort', interrupt);
      resolve({
        exitCode: code ?? -1,
        output: stripVTControlCharacters(output),
        stdout: stripVTControlCharacters(stdout),
      });
    });
  });
}

/** Settings of every run: no questions, and no version check over the network. */
export const ENGINE_ENVIRONMENT = {
  TF_IN_AUTOMATION: '1',
  TF_INPUT: '0',
  CHECKPOINT_DISABLE: '1',
} as const;
