import path from 'node:path';
import { type Engine, findEngine } from '../../engine/find-engine';
import type { Sandbox } from '../../sandbox/aws/sandbox';
import { prepareMirror } from './mirror';
import { isBeforeSix } from './provider-source';
import { ENGINE_ENVIRONMENT } from './run-engine';

export interface CdktfEnvironment {
  /** Variables to add to the process's own, with which the `cdktf` command uses the sandbox. */
  readonly environment: CdktfVariables;
  readonly engine: Engine;
  close(): Promise<void>;
}

interface CdktfVariables {
  readonly CDKTF_HOME: string;
  readonly TERRAFORM_BINARY_NAME: string;
  readonly [name: string]: string;
}

/** Prepares the real `cdktf` command to run on a sandbox without a registry, an account or a terminal. */
export async function cdktfEnvironment(options: {
  readonly sandbox: Sandbox;
  /** @default findEngine() */
  readonly engine?: Engine;
  /** The file of the real provider. @default the stand-in */
  readonly provider?: string;
}): Promise<CdktfEnvironment> {
  const { sandbox, engine = findEngine(), provider } = options;
  const mirror = await prepareMirror(sandbox, { providerFile: provider });
  return {
    environment: {
      ...sandbox.environment,
      ...ENGINE_ENVIRONMENT,
      ...mirror.environment,
      ...(provider !== undefined && isBeforeSix(provider)
        ? {
            TERRAFORM_BINARY_NAME: path.join(__dirname, 'provider-five.cjs'),
            SANDBOX_ENGINE: engine.path,
          }
        : { TERRAFORM_BINARY_NAME: engine.path }),
      // Uses no shared cache, since a later real deploy would find the stand-in there, or a link to its former place.
      CDKTF_DISABLE_PLUGIN_CACHE_ENV: '1',
      TF_PLUGIN_CACHE_DIR: '',
      CDKTF_HOME: path.join(mirror.folder, 'cdktf'),
      // In a new folder cdktf would ask the registry, and there is none here, for the provider's hashes.
      CDKTF_SKIP_PROVIDER_LOCK: 'true',
    },
    engine,
    close: () => mirror.close(),
  };
}
