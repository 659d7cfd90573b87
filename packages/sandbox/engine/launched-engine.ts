import { type Mirror, prepareMirror } from './mirror';
import { type EngineRun, type RunOptions, runEngine } from './run-engine';

export interface LaunchedEngine {
  /** What makes the engine launch the provider, for whoever starts it by other means. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs the engine, which launches the provider itself: `init` is needed first, as with any provider. */
  run(args: readonly string[], options: RunOptions): Promise<EngineRun>;
  close(): Promise<void>;
}

/** The engine as users have it: it launches the provider as a process of its own, over mutual TLS. */
export async function launchedEngine(options: {
  /** The sandbox's own environment: `AWS_ENDPOINT_URL`, `AWS_REGION` and somebody's keys. */
  readonly environment: Readonly<Record<string, string>>;
  /** @default the system's */
  readonly temporaryDirectory?: string;
}): Promise<LaunchedEngine> {
  const mirror: Mirror = await prepareMirror(options.temporaryDirectory);
  const environment = {
    ...mirror.environment,
    ...options.environment,
  };
  return {
    environment,
    run: (args, runOptions) => runEngine(args, { ...runOptions, env: { ...environment, ...runOptions.env } }),
    close: () => mirror.close(),
  };
}
