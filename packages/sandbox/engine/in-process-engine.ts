import path from 'node:path';
import type { ProviderSurroundings } from '../provider/aws-provider';
import { type InProcessProvider, serveInProcess } from '../provider/in-process';
import { type EngineRun, type RunOptions, runEngine } from './run-engine';

/**
 * The engine with the provider of this process: the way for tests. Each stack's folder gets a provider of its own, since
 * an engine does not tell where it runs, and relative paths must be right; all are served until `close`.
 */
export class InProcessEngine {
  private readonly served = new Map<string, Promise<InProcessProvider>>();

  constructor(private readonly options: Pick<ProviderSurroundings, 'environment'>) {}

  /** Runs the engine in a stack's directory, on a provider that this process serves. */
  async run(args: readonly string[], options: RunOptions): Promise<EngineRun> {
    const environment = await this.environmentIn(options.cwd);
    return runEngine(args, { ...options, env: { ...options.env, ...environment } });
  }

  /** What the environment of any engine needs so that it launches none in this folder. */
  async environmentIn(folder: string): Promise<InProcessProvider['environment']> {
    const workingDirectory = path.resolve(folder);
    const provider =
      this.served.get(workingDirectory) ?? serveInProcess({ ...this.options, workingDirectory });
    this.served.set(workingDirectory, provider);
    return (await provider).environment;
  }

  async close(): Promise<void> {
    for (const provider of this.served.values()) await (await provider).close();
  }
}
