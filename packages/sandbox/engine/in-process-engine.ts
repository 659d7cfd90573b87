import path from 'node:path';
import { type InProcessProvider, serveInProcess } from '../provider/in-process';
import type { ProtocolVersion } from '../provider/protocol/plugin-server';
import { type EngineRun, type RunOptions, runEngine } from './run-engine';

export interface InProcessEngineOptions {
  /** The sandbox's own environment: `AWS_ENDPOINT_URL`, `AWS_REGION` and somebody's keys. */
  readonly environment: Readonly<Record<string, string>>;
  /** @default 6 */
  readonly protocolVersion?: ProtocolVersion;
}

export interface InProcessEngine {
  /** Runs the engine in a stack's directory, on a provider that this process serves. */
  run(args: readonly string[], options: RunOptions): Promise<EngineRun>;
  close(): Promise<void>;
}

/**
 * The engine with the provider of this process: the way for tests. Each stack's directory gets a provider of its
 * own, so that relative paths are right; it is served until `close`.
 */
export function inProcessEngine(options: InProcessEngineOptions): InProcessEngine {
  const served = new Map<string, Promise<InProcessProvider>>();
  const providerFor = (cwd: string) => {
    const workingDirectory = path.resolve(cwd);
    const existing = served.get(workingDirectory);
    if (existing) return existing;
    const made = serveInProcess({ ...options, workingDirectory });
    served.set(workingDirectory, made);
    return made;
  };
  return {
    run: async (args, runOptions) => {
      const { environment } = await providerFor(runOptions.cwd);
      return runEngine(args, { ...runOptions, env: { ...runOptions.env, ...environment } });
    },
    close: async () => {
      const providers = await Promise.all(served.values());
      await Promise.all(providers.map((provider) => provider.close()));
    },
  };
}
