import path from 'node:path';
import { type Engine, findEngine } from '../../engine/find-engine';
import { hasRegionOfResources } from './ask-provider';
import { prepareMirror } from './mirror';
import { ENGINE_ENVIRONMENT } from './run-engine';

export type CdktfEnvironment = Awaited<ReturnType<typeof cdktfEnvironment>>;

/**
 * Prepares what the real `cdktf` command needs to run without a registry, an account or a terminal.
 * @throws NoProviderError where the given provider is none
 */
export async function cdktfEnvironment(options: {
  /** The sandbox's own: `AWS_ENDPOINT_URL`, `AWS_REGION` and credentials. */
  readonly aws: Readonly<Record<string, string>>;
  /** @default findEngine() */
  readonly engine?: Engine;
  /** The file of the real provider. @default the stand-in */
  readonly provider?: string;
}) {
  const engine = options.engine ?? findEngine();
  const { provider } = options;
  const isBeforeSix = provider !== undefined && !(await hasRegionOfResources(provider));
  const mirror = await prepareMirror(undefined, provider);
  return {
    /** Under which the `cdktf` command runs on the sandbox. To be added to the process's own. */
    environment: {
      ...options.aws,
      ...ENGINE_ENVIRONMENT,
      ...mirror.environment,
      ...(isBeforeSix
        ? {
            TERRAFORM_BINARY_NAME: path.join(__dirname, 'provider-five.cjs'),
            SANDBOX_ENGINE: engine.path,
          }
        : { TERRAFORM_BINARY_NAME: engine.path }),
      // Nothing stays behind: in the usual cache a real deploy would find the stand-in, or a link to where it was.
      CDKTF_DISABLE_PLUGIN_CACHE_ENV: '1',
      TF_PLUGIN_CACHE_DIR: '',
      CDKTF_HOME: path.join(mirror.folder, 'cdktf'),
    },
    /** What `cdktf deploy`, `diff` and `destroy` need besides: there is no registry to ask for the lock. */
    args: ['--skip-provider-lock'],
    engine,
    close: () => mirror.close(),
  };
}
