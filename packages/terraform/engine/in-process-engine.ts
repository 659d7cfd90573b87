import path from 'node:path';
import type { Sandbox } from '../../sandbox/aws/sandbox';
import { type InProcessProvider, serveInProcess } from '../provider/in-process';
import { type EngineRun, type RunOptions, runEngine } from './run-engine';

/**
 * The engine with the provider of this process, as tests use it. Each stack's folder gets a provider of its own, since
 * an engine does not report its directory and relative paths must be right. All of them are served until `close`.
 */
export class InProcessEngine {
  private readonly served = new Map<string, Promise<InProcessProvider>>();

  /**
   * @param environment the caller's credentials and region.
   * @default the administrator's
   */
  constructor(
    private readonly account: Sandbox,
    private readonly environment: Readonly<Record<string, string>> = account.environment,
  ) {}

  /** Runs the engine in a stack's directory, on a provider that this process serves. */
  async run(args: readonly string[], options: RunOptions): Promise<EngineRun> {
    const workingDirectory = path.resolve(options.cwd);
    const { account, environment } = this;
    const served =
      this.served.get(workingDirectory) ?? serveInProcess({ account, environment, workingDirectory });
    this.served.set(workingDirectory, served);
    return runEngine(args, { ...options, env: { ...options.env, ...(await served).environment } });
  }

  async close(): Promise<void> {
    for (const provider of this.served.values()) (await provider).close();
  }
}
