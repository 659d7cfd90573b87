import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { KnownEngine } from '../../../packages/engine/engine-version';
import { type EngineEnd, runEngineProcess } from './engine-process';

const LOCK_FILE = '.terraform.lock.hcl';
const MARK = path.join('.terraform', 'byodkim-initialised');

/** The synthesized stacks, and the engine that runs in their folders. */
export class Workspace {
  private readonly cache: string;
  /** The first `init` of this run: it fills the cache, which two of them at once would break. */
  private first: Promise<unknown> | undefined;
  private lockFile: string | undefined;

  constructor(
    readonly outdir: string,
    readonly engine: KnownEngine,
    private readonly signal: AbortSignal,
  ) {
    this.cache = process.env.TF_PLUGIN_CACHE_DIR || path.join(outdir, 'plugin-cache');
    mkdirSync(this.cache, { recursive: true });
  }

  get isInterrupted(): boolean {
    return this.signal.aborted;
  }

  folderOf(stack: string): string {
    return path.join(this.outdir, 'stacks', stack);
  }

  /** Runs the engine in a stack's folder, after `init` where that is needed. Its output holds both. */
  async run(stack: string, args: readonly string[], onOutput?: (text: string) => void): Promise<EngineEnd> {
    const init = await this.initialise(stack, onOutput);
    if (init.exitCode !== 0 || this.isInterrupted) return { ...init, exitCode: init.exitCode || 1 };
    return this.call(stack, args, onOutput);
  }

  private async initialise(stack: string, onOutput?: (text: string) => void): Promise<EngineEnd> {
    const mark = path.join(this.folderOf(stack), MARK);
    const wanted = this.fingerprint(stack);
    if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return { exitCode: 0, output: '' };
    if (this.first) await this.first;
    const work = this.init(stack, onOutput);
    this.first ??= work.catch(() => {});
    const end = await work;
    if (end.exitCode === 0) writeFileSync(mark, wanted);
    return end;
  }

  private async init(stack: string, onOutput?: (text: string) => void): Promise<EngineEnd> {
    // With a lock file, a provider in the cache is taken as it is: without one, each stack would download its own.
    const lockFile = path.join(this.folderOf(stack), LOCK_FILE);
    if (this.lockFile && !existsSync(lockFile)) copyFileSync(this.lockFile, lockFile);
    const end = await this.call(stack, ['init', '-input=false'], onOutput);
    if (end.exitCode === 0 && existsSync(lockFile)) this.lockFile ??= lockFile;
    return end;
  }

  /** What `init` depends on: backend, providers, engine. */
  private fingerprint(stack: string): string {
    const { terraform } = JSON.parse(readFileSync(path.join(this.folderOf(stack), 'cdk.tf.json'), 'utf8'));
    const { path: program, version } = this.engine;
    const parts = [terraform, program, version, process.env.TF_CLI_CONFIG_FILE ?? '', this.cache];
    return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
  }

  private call(
    stack: string,
    args: readonly string[],
    onOutput?: (text: string) => void,
  ): Promise<EngineEnd> {
    const [command = '', ...rest] = args;
    return runEngineProcess({
      engine: this.engine,
      args: [command, ...(process.stdout.isTTY && onOutput ? [] : ['-no-color']), ...rest],
      cwd: this.folderOf(stack),
      env: { TF_PLUGIN_CACHE_DIR: this.cache },
      signal: this.signal,
      ...(onOutput && { onOutput }),
    });
  }

  /** Where an approved plan waits to be applied. */
  planOf(stack: string): string {
    return path.join(this.folderOf(stack), 'approved.tfplan');
  }

  removePlan(stack: string): void {
    rmSync(this.planOf(stack), { force: true });
  }
}
