import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Account, type AwsCall, awsCalls, type CallScope, type ScopedCall } from './aws-call';
import { assumedRoles, checkedAccount, credentialsOf } from './client/credentials';
import type { Provider } from './provider-calls';
import type { ProviderContext } from './resource';
import { DATA_SOURCES, RESOURCES } from './resources';
import schemas from './schema/schemas.json';
import { blockOf } from './schema/written';

/**
 * The surroundings in which the provider runs. When the engine launches it, it takes them from its own environment.
 */
export interface ProviderSurroundings {
  readonly account: Account;
  /**
   * `AWS_REGION` or `AWS_DEFAULT_REGION`, and the keys `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and
   * `AWS_SESSION_TOKEN`: for settings that the provider's configuration omits.
   */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The stack's directory, to which paths such as `assets/…/archive.zip` are relative. */
  readonly workingDirectory: string;
}

/** Makes the aws provider of the sandbox: schema and names of hashicorp/aws 6.25.0, in front of the simulated AWS. */
export const awsProvider = ({ account, environment, workingDirectory }: ProviderSurroundings): Provider => ({
  block: blockOf(schemas.provider),
  resources: RESOURCES,
  dataSources: DATA_SOURCES,
  configure: async (config, signal) => {
    const region = config.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? 'us-east-1';
    const options = { account, maxAttempts: config.max_retries ?? undefined };
    const own = credentialsOf(config, environment);
    const credentials = await assumedRoles(config.assume_role, own, (as) => {
      const call = awsCalls({ ...options, credentials: as });
      return (...what) => call({ region, signal }, ...what);
    });
    const call = awsCalls({ ...options, credentials });
    const accountId = await checkedAccount(config, () =>
      call({ region, signal }, 'sts', 'GetCallerIdentity', {}),
    );
    const defaultTags = config.default_tags[0]?.tags ?? {};
    return providerContext(call, { region, signal }, { accountId, defaultTags, workingDirectory });
  },
});

function providerContext(
  callIn: ScopedCall,
  { region, signal }: CallScope,
  own: Pick<ProviderContext, 'accountId' | 'defaultTags'> & { readonly workingDirectory: string },
): ProviderContext {
  const { workingDirectory, ...known } = own;
  const inRegion = (here: string): ProviderContext => {
    const call: AwsCall = (...what) => callIn({ region: here, signal }, ...what);
    return {
      ...{ ...known, region: here, call },
      partition: partitionOf(here),
      readFile: (file) => readFileSync(path.resolve(workingDirectory, file)),
      inRegion: (other) => inRegion(typeof other === 'string' ? other : region),
    };
  };
  return inRegion(region);
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}
