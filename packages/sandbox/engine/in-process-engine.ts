import type { ProtocolVersion } from '../provider/protocol/plugin-server';
import { type EngineRun, type RunOptions, runEngine } from './run-engine';
import { ServedProviders } from './served-providers';

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
  const providers = new ServedProviders(options);
  return {
    run: async (args, runOptions) => {
      const environment = await providers.environmentIn(runOptions.cwd);
      return runEngine(args, { ...runOptions, env: { ...runOptions.env, ...environment } });
    },
    close: () => providers.close(),
  };
}
