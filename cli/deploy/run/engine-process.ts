import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';
import type { KnownEngine } from '../../../packages/engine/engine-version';

export interface EngineEnd {
  readonly exitCode: number;
  /** stdout and stderr as they came, without colours. */
  readonly output: string;
}

export interface EngineCall {
  readonly engine: KnownEngine;
  readonly args: readonly string[];
  /** The stack's folder. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Aborted by an interrupt: the engine is told once, gives its lock back and ends by itself. */
  readonly signal: AbortSignal;
  readonly onOutput?: (text: string) => void;
}

/**
 * Runs the engine once, without asking. It is a process group of its own: a terminal sends an interrupt to everybody in
 * its group, and an engine that is interrupted twice leaves its lock behind.
 */
export function runEngineProcess({
  engine,
  args,
  cwd,
  env,
  signal,
  onOutput,
}: EngineCall): Promise<EngineEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(engine.path, args, {
      cwd,
      env: { ...process.env, ...ENVIRONMENT, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    const interrupt = () => child.kill('SIGINT');
    signal.addEventListener('abort', interrupt, { once: true });
    let output = '';
    const take = (text: string): void => {
      output += text;
      onOutput?.(text);
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', reject);
    child.on('close', (code) => {
      signal.removeEventListener('abort', interrupt);
      resolve({ exitCode: code ?? 1, output: stripVTControlCharacters(output) });
    });
  });
}

/** Nobody can be asked, and no version is looked up over the network. */
const ENVIRONMENT = { TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' } as const;
