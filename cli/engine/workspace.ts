import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { APPLIED_OUTPUT, DOMAINS_VARIABLE, type DomainList } from '../../list/domain-list';
import type { KnownEngine } from '../../packages/engine/engine-version';
import { failure, notLockedError, usageError } from '../errors/cli-error';
import { type EngineEnd, type EngineEvents, type ResourceChange, runEngine } from './engine';
import { holdFolder } from './hold';
import { LOCK_FILE, lockedProviders, requestedProviders } from './providers';

/** Action of a command on a stack. */
export type StackAction = 'deploy' | 'diff' | 'destroy';

/** A stack as it was synthesized just now. */
export interface Configuration {
  readonly hash: string | undefined;
  /** Addresses of its resources, sorted. */
  readonly resources: readonly string[];
}

interface Surroundings {
  readonly outdir: string;
  readonly engine: KnownEngine;
  readonly signal: AbortSignal;
  /** Whether the engine may print colours. */
  readonly colours: boolean;
}

/** The synthesized stacks of one command, with the engine that runs in their folders until the command closes them. */
export class Workspace {
  private readonly cache: string;
  /** Folder of only this command, which applies the plans that it has shown. */
  private readonly plans: string;
  /** The first `init` of this run, which fills the cache. Two of them at once would break it. */
  private first: Promise<unknown> | undefined;
  private lockFile: string | undefined;

  /** @param committed the lock file of providers next to the app, so that the engine installs no other provider */
  constructor(
    readonly at: Surroundings,
    private readonly release = () => {},
    private readonly committed?: string,
  ) {
    const { outdir } = at;
    this.cache = process.env.TF_PLUGIN_CACHE_DIR || path.join(outdir, 'plugin-cache');
    const plans = path.join(outdir, 'plans');
    // A killed command leaves its plans behind.
    rmSync(plans, { recursive: true, force: true });
    for (const folder of [this.cache, plans]) mkdirSync(folder, { recursive: true });
    this.plans = mkdtempSync(plans + path.sep);
  }

  /**
   * Holds the output folder, and writes every stack of a list there.
   * @param folder of the app
   * @throws CliError if another command holds it, there is no app, it failed, or a state that others can write has no lock file
   */
  static async open(
    at: Surroundings,
    folder: string,
    list: Pick<DomainList, 'file' | 'backend'>,
    command: string,
  ): Promise<Workspace> {
    const release = holdFolder(at.outdir, command);
    try {
      await synthesizeStacks(at, folder, list.file);
      const committed = path.join(folder, LOCK_FILE);
      if (existsSync(committed)) return new Workspace(at, release, committed);
      if (list.backend.type === 's3') throw notLockedError(at.engine, lockFolder(at.outdir, folder));
      return new Workspace(at, release);
    } catch (error) {
      release();
      throw error;
    }
  }

  close(): void {
    rmSync(this.plans, { recursive: true, force: true });
    this.release();
  }

  /**
   * Plans a stack. Exit code 0 means that there is nothing to do, and 2 that there are changes, whose plan is kept to be shown
   * and applied.
   */
  async plan(stack: string, action: StackAction): Promise<EngineEnd> {
    const init = await this.initialise(stack);
    if (init.exitCode !== 0 || this.at.signal.aborted) return { ...init, exitCode: 1 };
    const args = ['plan', '-json', '-input=false', '-detailed-exitcode', `-out=${this.planOf(stack)}`];
    // A plan needs no lock, and the role that plans in CI can take none.
    const more = { deploy: [], diff: ['-lock=false'], destroy: ['-destroy'] }[action];
    return this.call(stack, [...args, ...more]);
  }

  /** Makes the engine keep objects that it treats as broken. @returns the addresses for which that succeeded */
  async untaint(stack: string, addresses: readonly string[]): Promise<string[]> {
    const init = await this.initialise(stack);
    const kept: string[] = [];
    for (const address of init.exitCode === 0 ? addresses : []) {
      const { exitCode } = await this.call(stack, ['untaint', '-no-color', address]);
      if (exitCode === 0) kept.push(address);
    }
    return kept;
  }

  /** Applies the plan. The engine refuses a plan of an older state. */
  apply(stack: string, events?: EngineEvents): Promise<EngineEnd> {
    return this.call(stack, ['apply', '-json', '-input=false', this.planOf(stack)], events);
  }

  /**
   * Makes the next deploy plan a stack whose engine was killed, since its state does not show the last changes. A remaining
   * lock belongs to that engine.
   */
  async unsettle(stack: string): Promise<void> {
    await this.call(stack, ['taint', '-no-color', '-lock=false', `terraform_data.${APPLIED_OUTPUT}`]);
  }

  /** Returns the plan as the engine prints it for a person. */
  async show(stack: string): Promise<string> {
    const colours = this.at.colours ? [] : ['-no-color'];
    const { output } = await this.call(stack, ['show', ...colours, this.planOf(stack)]);
    return output.trim();
  }

  /** Returns the resources of the plan. @throws Error if the engine does not print it */
  async planned(stack: string): Promise<readonly ResourceChange[]> {
    const { exitCode, output } = await this.call(stack, ['show', '-json', this.planOf(stack)]);
    // The engine also prints warnings about its settings and TF_LOG.
    const plan = output.split('\n').find((line) => line.startsWith('{"format_version"'));
    if (exitCode !== 0 || plan === undefined) throw new Error(output);
    return JSON.parse(plan).resource_changes ?? [];
  }

  private readonly planOf = (stack: string): string => path.join(this.plans, `${stack}.tfplan`);

  private folderOf(stack: string): string {
    return path.join(this.at.outdir, 'stacks', stack);
  }

  private async initialise(stack: string): Promise<EngineEnd> {
    if (this.first) await this.first;
    const work = this.init(stack);
    this.first ??= work.catch(() => {});
    return work;
  }

  private async init(stack: string): Promise<EngineEnd> {
    // A lock file makes the engine use a provider in the cache. Without it, each stack would download its own.
    const lockFile = path.join(this.folderOf(stack), LOCK_FILE);
    const known = this.committed ?? (existsSync(lockFile) ? undefined : this.lockFile);
    if (known !== undefined) copyFileSync(known, lockFile);
    const end = await this.call(stack, ['init', '-input=false', '-no-color']);
    // Providers of this process have no lock.
    if (end.exitCode !== 0 || !existsSync(lockFile)) return end;
    const refusal = this.refusalOf(stack, lockedProviders(lockFile));
    if (refusal !== undefined) return { ...end, exitCode: 1, refusal };
    this.lockFile ??= lockFile;
    return end;
  }

  /**
   * Refuses to start an installed provider that the stack does not ask for, or that the lock file next to the app does not
   * name. The engine's own `-lockfile=readonly` cannot tell the two apart, and advises to add the first to the lock file.
   */
  private refusalOf(stack: string, installed: readonly string[]): EngineEnd['refusal'] {
    const requested = requestedProviders(configurationOf(this.at.outdir, stack), this.at.engine.kind);
    const foreign = installed.filter((address) => !requested.includes(address));
    if (foreign.length > 0) return { code: 'FOREIGN_PROVIDER', providers: foreign };
    const locked = this.committed === undefined ? installed : lockedProviders(this.committed);
    const unlocked = installed.filter((address) => !locked.includes(address));
    return unlocked.length > 0 ? { code: 'PROVIDER_NOT_LOCKED', providers: unlocked } : undefined;
  }

  private call(stack: string, args: readonly string[], events?: EngineEvents): Promise<EngineEnd> {
    const { engine, signal } = this.at;
    return runEngine(engine, args, { cwd: this.folderOf(stack), cache: this.cache, signal }, events);
  }
}

const configurationOf = (outdir: string, stack: string): string =>
  path.join(outdir, 'stacks', stack, 'cdk.tf.json');

/** Returns the folder of a synthesized stack, relative to the app's. All stacks ask for the same providers. */
function lockFolder(outdir: string, folder: string): string {
  const [stack = 'STACK'] = readdirSync(path.join(outdir, 'stacks')).sort();
  return path.relative(folder, path.join(outdir, 'stacks', stack));
}

/** Reads a stack that was synthesized. */
export function readConfiguration(outdir: string, stack: string): Configuration {
  const text = readFileSync(configurationOf(outdir, stack), 'utf8');
  const { resource = {} } = JSON.parse(text);
  return {
    hash: resource.terraform_data?.[APPLIED_OUTPUT]?.input.configuration,
    resources: Object.entries<object>(resource)
      .flatMap(([type, all]) => Object.keys(all).map((name) => `${type}.${name}`))
      .sort(),
  };
}

/** Runs the app of `cdktf.json` once, which writes every stack of the list. */
async function synthesizeStacks({ outdir }: Surroundings, folder: string, list: string): Promise<void> {
  const config = path.join(folder, 'cdktf.json');
  if (!existsSync(config)) throw usageError('no-app', {});
  const { app } = JSON.parse(readFileSync(config, 'utf8')) as { app: string };
  const [program = '', ...args] = app.split(' ');
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    spawn(program === 'node' ? process.execPath : program, args, {
      cwd: folder,
      env: { ...process.env, CDKTF_OUTDIR: outdir, [DOMAINS_VARIABLE]: list },
      // Only the result may be on stdout.
      stdio: ['ignore', 'ignore', 'inherit'],
    })
      .on('error', reject)
      .on('close', resolve);
  });
  if (exitCode !== 0) throw failure('SYNTHESIS_FAILED', { app });
}
