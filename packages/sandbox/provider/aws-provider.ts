import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type AwsCall, awsCalls, type CallScope } from './aws-call';
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
  /** Where the sandbox listens, when the provider's configuration names no endpoint. */
  readonly endpoint?: string;
  /** The region, when the provider's configuration names none. @default us-east-1 */
  readonly region?: string;
  /** The stack's directory: relative paths (`assets/…/archive.zip`) are meant from there. */
  readonly workingDirectory: string;
}

/** The aws provider of the sandbox: schema and names of hashicorp/aws 6.25.0, in front of the simulated AWS. */
export function awsProvider(surroundings: ProviderSurroundings): Provider & { close(): void } {
  const opened = new Map<string, ReturnType<typeof awsCalls>>();
  const calls = (endpoint: string, maxAttempts?: number) => {
    const key = `${endpoint} ${maxAttempts}`;
    const existing = opened.get(key);
    if (existing) return existing;
    const made = awsCalls({ endpoint, maxAttempts });
    opened.set(key, made);
    return made;
  };
  return {
    block: PROVIDER_BLOCK,
    resources: RESOURCES,
    dataSources: DATA_SOURCES,
    configure: (config, signal) => {
      const endpoint = namedEndpoint(config) ?? surroundings.endpoint;
      if (!endpoint) {
        throw new Error('No simulated AWS: set AWS_ENDPOINT_URL, or an endpoint in the provider block.');
      }
      const region = config.region ?? surroundings.region ?? 'us-east-1';
      const { call } = calls(endpoint, config.max_retries ?? undefined);
      const defaultTags = config.default_tags[0]?.tags ?? {};
      return providerContext(call, { region, signal }, defaultTags, surroundings.workingDirectory);
    },
    close: () => {
      for (const { close } of opened.values()) close();
    },
  };
}

function providerContext(
  callIn: (scope: CallScope, ...call: Parameters<AwsCall>) => Promise<any>,
  { region, signal }: CallScope,
  defaultTags: Record<string, string>,
  workingDirectory: string,
): ProviderContext {
  let account: Promise<string> | undefined;
  const inRegion = (own: string): ProviderContext => {
    const call: AwsCall = (...what) => callIn({ region: own, signal }, ...what);
    return {
      region: own,
      partition: own.startsWith('cn-') ? 'aws-cn' : own.startsWith('us-gov-') ? 'aws-us-gov' : 'aws',
      defaultTags,
      call,
      accountId: () => {
        account ??= call('sts', 'GetCallerIdentity', {}).then(({ Account }) => Account);
        return account;
      },
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
