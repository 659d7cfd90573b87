import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { KnownEngine } from '../../packages/engine/engine-version';
import { type EngineEnd, runEngine } from './engine';
import type { ResourceChange } from './plan-refusals';

const LOCK_FILE = '.terraform.lock.hcl';
/** Beside the stack, as long as the command runs. */
const PLAN_FILE = 'byodkim.tfplan';

/** The synthesized stacks, and the engine that runs in their folders. */
export class Workspace {
  private readonly cache: string;
  /** The first `init` of this run: it fills the cache, which two of them at once would break. */
  private first: Promise<unknown> | undefined;
  private lockFile: string | undefined;

  constructor(
    private readonly outdir: string,
    private readonly engine: KnownEngine,
    private readonly signal: AbortSignal,
    /** Whether the words of the engine may have colours. */
    private readonly colours: boolean,
  ) {
    this.cache = process.env.TF_PLUGIN_CACHE_DIR || path.join(outdir, 'plugin-cache');
    mkdirSync(this.cache, { recursive: true });
  }

  get isInterrupted(): boolean {
    return this.signal.aborted;
  }

  /** Exit code 0: nothing to do; 2: there are changes, and the plan is kept to be shown and applied. */
  async plan(stack: string, action: 'deploy' | 'diff' | 'destroy'): Promise<EngineEnd> {
    const init = await this.initialise(stack);
    if (init.exitCode !== 0 || this.isInterrupted) return { ...init, exitCode: 1 };
    const args = ['plan', '-json', '-input=false', '-detailed-exitcode', `-out=${PLAN_FILE}`];
    // What is not applied needs no lock, and the role that plans in CI can take none.
    const more = { deploy: [], diff: ['-lock=false'], destroy: ['-destroy'] }[action];
    return this.call(stack, [...args, ...more]);
  }

  /** Applies the plan: the engine refuses one that the state has left behind. */
  apply(stack: string, onLine?: (line: string) => void): Promise<EngineEnd> {
    return this.call(stack, ['apply', '-json', '-input=false', PLAN_FILE], onLine);
  }

  /** The plan as the engine shows it to a person. */
  async show(stack: string): Promise<string> {
    const { output } = await this.call(stack, ['show', ...(this.colours ? [] : ['-no-color']), PLAN_FILE]);
    return output.trim();
  }

  /** Whether SES had verified the record when the stack was applied last. */
  async wasVerified(stack: string): Promise<boolean> {
    const { exitCode, output } = await this.call(stack, ['output', '-no-color', '-json']);
    return exitCode !== 0 || JSON.parse(output).verified?.value !== false;
  }

  /** Returns the resources of the plan. @throws Error if the engine does not print it */
  async planned(stack: string): Promise<readonly ResourceChange[]> {
    const { exitCode, output } = await this.call(stack, ['show', '-json', PLAN_FILE]);
    if (exitCode !== 0) throw new Error(output);
    return JSON.parse(output).resource_changes ?? [];
  }

  removePlan(stack: string): void {
    rmSync(path.join(this.folderOf(stack), PLAN_FILE), { force: true });
  }

  private folderOf(stack: string): string {
    return path.join(this.outdir, 'stacks', stack);
  }

  private async initialise(stack: string): Promise<EngineEnd> {
    if (this.first) await this.first;
    const work = this.init(stack);
    this.first ??= work.catch(() => {});
    return work;
  }

  private async init(stack: string): Promise<EngineEnd> {
    // With a lock file, a provider in the cache is taken as it is: without one, each stack would download its own.
    const lockFile = path.join(this.folderOf(stack), LOCK_FILE);
    if (this.lockFile && !existsSync(lockFile)) copyFileSync(this.lockFile, lockFile);
    const end = await this.call(stack, ['init', '-input=false', '-no-color']);
    if (end.exitCode === 0 && existsSync(lockFile)) this.lockFile ??= lockFile;
    return end;
  }

  private call(stack: string, args: readonly string[], onLine?: (line: string) => void): Promise<EngineEnd> {
    return runEngine({
      engine: this.engine,
      args,
      cwd: this.folderOf(stack),
      env: { TF_PLUGIN_CACHE_DIR: this.cache },
      signal: this.signal,
      ...(onLine && { onLine }),
    });
  }
}
