import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type AwsCall, type AwsCallOptions, awsCalls, type CallScope } from './aws-call';
import { assumedRoles, checkedAccount, credentialsOf } from './client/credentials';
import { ENDPOINT_NAMES } from './endpoint-names';
import type { Provider } from './provider-calls';
import type { ProviderContext } from './resource';
import { DATA_SOURCES, RESOURCES } from './resources';
import {
  type Block,
  listBlock,
  oneBlock,
  optional,
  STRING_MAP,
  STRING_SET,
  STRINGS,
  setBlock,
} from './schema/schema';

/** What surrounds the provider where it runs. Launched by the engine, it takes this from its own environment. */
export interface ProviderSurroundings {
  /**
   * `AWS_ENDPOINT_URL`, `AWS_REGION` or `AWS_DEFAULT_REGION`, and the keys `AWS_ACCESS_KEY_ID`,
   * `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`: for what the provider's configuration does not say.
   */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The stack's directory: relative paths (`assets/…/archive.zip`) are meant from there. */
  readonly workingDirectory: string;
}

/** The aws provider of the sandbox: schema and names of hashicorp/aws 6.25.0, in front of the simulated AWS. */
export function awsProvider({
  environment,
  workingDirectory,
}: ProviderSurroundings): Provider & { close(): void } {
  const opened: ReturnType<typeof awsCalls>[] = [];
  const calls = (options: AwsCallOptions): ReturnType<typeof awsCalls>['call'] => {
    const made = awsCalls(options);
    opened.push(made);
    return made.call;
  };
  return {
    block: PROVIDER_BLOCK,
    resources: RESOURCES,
    dataSources: DATA_SOURCES,
    configure: async (config, signal) => {
      const endpoint = namedEndpoint(config) ?? environment.AWS_ENDPOINT_URL;
      if (!endpoint) {
        throw new Error('No simulated AWS: set AWS_ENDPOINT_URL, or an endpoint in the provider block.');
      }
      const region = config.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? 'us-east-1';
      const options = { endpoint, maxAttempts: config.max_retries ?? undefined };
      const own = credentialsOf(config, environment);
      const credentials = await assumedRoles(config.assume_role, own, (as) => {
        const call = calls({ ...options, credentials: as });
        return (...what) => call({ region, signal }, ...what);
      });
      const call = calls({ ...options, credentials });
      const accountId = await checkedAccount(config, () =>
        call({ region, signal }, 'sts', 'GetCallerIdentity', {}),
      );
      const defaultTags = config.default_tags[0]?.tags ?? {};
      return providerContext(call, { region, signal }, { accountId, defaultTags, workingDirectory });
    },
    close: () => {
      for (const { close } of opened) close();
    },
  };
}

function providerContext(
  callIn: (scope: CallScope, ...call: Parameters<AwsCall>) => Promise<any>,
  { region, signal }: CallScope,
  {
    accountId,
    defaultTags,
    workingDirectory,
  }: {
    readonly accountId: string;
    readonly defaultTags: Record<string, string>;
    readonly workingDirectory: string;
  },
): ProviderContext {
  const inRegion = (own: string): ProviderContext => {
    const call: AwsCall = (...what) => callIn({ region: own, signal }, ...what);
    return {
      region: own,
      partition: own.startsWith('cn-') ? 'aws-cn' : own.startsWith('us-gov-') ? 'aws-us-gov' : 'aws',
      defaultTags,
      call,
      accountId,
      readFile: (file) => readFileSync(path.resolve(workingDirectory, file)),
      inRegion: (other) => inRegion(typeof other === 'string' ? other : region),
    };
  };
  return inRegion(region);
}

/** The sandbox is one endpoint for all services: whichever is named first. */
function namedEndpoint(config: Record<string, any>): string | undefined {
  return config.endpoints
    .flatMap((block: Record<string, unknown>) => Object.values(block))
    .find((value: unknown) => typeof value === 'string');
}

const string = optional('string');
const bool = optional('bool');
const ASSUME_ROLE = {
  duration: string,
  policy: string,
  policy_arns: optional(STRING_SET),
  role_arn: string,
  session_name: string,
};

const PROVIDER_BLOCK: Block = {
  attributes: {
    access_key: string,
    allowed_account_ids: optional(STRING_SET),
    custom_ca_bundle: string,
    ec2_metadata_service_endpoint: string,
    ec2_metadata_service_endpoint_mode: string,
    forbidden_account_ids: optional(STRING_SET),
    http_proxy: string,
    https_proxy: string,
    insecure: bool,
    max_retries: optional('number'),
    no_proxy: string,
    profile: string,
    region: string,
    retry_mode: string,
    s3_us_east_1_regional_endpoint: string,
    s3_use_path_style: bool,
    secret_key: string,
    shared_config_files: optional(STRINGS),
    shared_credentials_files: optional(STRINGS),
    skip_credentials_validation: bool,
    skip_metadata_api_check: string,
    skip_region_validation: bool,
    skip_requesting_account_id: bool,
    sts_region: string,
    tag_policy_compliance: string,
    token: string,
    token_bucket_rate_limiter_capacity: optional('number'),
    use_dualstack_endpoint: bool,
    use_fips_endpoint: bool,
  },
  blocks: {
    assume_role: listBlock({
      ...ASSUME_ROLE,
      external_id: string,
      source_identity: string,
      tags: optional(STRING_MAP),
      transitive_tag_keys: optional(STRING_SET),
    }),
    assume_role_with_web_identity: oneBlock({
      ...ASSUME_ROLE,
      web_identity_token: string,
      web_identity_token_file: string,
    }),
    default_tags: oneBlock({ tags: optional(STRING_MAP) }),
    endpoints: setBlock(Object.fromEntries(ENDPOINT_NAMES.map((name) => [name, string]))),
    ignore_tags: oneBlock({ key_prefixes: optional(STRING_SET), keys: optional(STRING_SET) }),
  },
};
