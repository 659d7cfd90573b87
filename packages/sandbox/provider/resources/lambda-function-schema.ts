import type { Block } from '../schema/schema';
import {
  computed,
  oneBlock,
  optional,
  optionalComputed,
  required,
  STRING_MAP,
  STRING_SET,
  STRINGS,
  singleBlock,
} from '../schema/schema';
import { ARN, ID, REGION } from './common';
import { TAGS } from './tags';

const string = optional('string');
/** Lambda chooses one where JSON is logged; not to ask for one is to take what it chose. */
const LOG_LEVEL = optional('string', { default: '', same: (_old, fresh) => fresh === '' });

export const LAMBDA_FUNCTION: Block = {
  attributes: {
    ...ID,
    ...ARN,
    ...REGION,
    ...TAGS,
    architectures: optionalComputed(STRINGS),
    code_sha256: computed('string'),
    code_signing_config_arn: string,
    description: string,
    filename: string,
    function_name: required('string', { forceNew: true }),
    handler: string,
    image_uri: string,
    invoke_arn: computed('string'),
    kms_key_arn: string,
    last_modified: computed('string'),
    layers: optional(STRINGS),
    memory_size: optional('number', { default: 128 }),
    package_type: optional('string', { default: 'Zip', forceNew: true }),
    publish: optional('bool', { default: false }),
    publish_to: string,
    qualified_arn: computed('string'),
    qualified_invoke_arn: computed('string'),
    replace_security_groups_on_destroy: optional('bool'),
    replacement_security_group_ids: optional(STRING_SET),
    reserved_concurrent_executions: optional('number', { default: -1 }),
    role: required('string'),
    runtime: string,
    s3_bucket: string,
    s3_key: string,
    s3_object_version: string,
    signing_job_arn: computed('string'),
    signing_profile_version_arn: computed('string'),
    skip_destroy: optional('bool', { default: false }),
    source_code_hash: optionalComputed('string'),
    source_code_size: computed('number'),
    source_kms_key_arn: string,
    timeout: optional('number', { default: 3 }),
    version: computed('string'),
  },
  blocks: {
    capacity_provider_config: oneBlock({
      attributes: {},
      blocks: {
        lambda_managed_instances_capacity_provider_config: oneBlock(
          {
            capacity_provider_arn: required('string'),
            execution_environment_memory_gib_per_vcpu: optionalComputed('number'),
            per_execution_environment_max_concurrency: optionalComputed('number'),
          },
          { min: 1 },
        ),
      },
    }),
    dead_letter_config: oneBlock({ target_arn: required('string') }),
    durable_config: oneBlock({
      execution_timeout: required('number'),
      retention_period: optional('number', { default: 14 }),
    }),
    environment: oneBlock({ variables: optional(STRING_MAP) }),
    ephemeral_storage: oneBlock({ size: optionalComputed('number') }, { computed: true }),
    file_system_config: oneBlock({ arn: required('string'), local_mount_path: required('string') }),
    image_config: oneBlock({
      command: optional(STRINGS),
      entry_point: optional(STRINGS),
      working_directory: string,
    }),
    logging_config: oneBlock(
      {
        application_log_level: LOG_LEVEL,
        log_format: required('string'),
        log_group: optionalComputed('string'),
        system_log_level: LOG_LEVEL,
      },
      { computed: true },
    ),
    snap_start: oneBlock({ apply_on: required('string'), optimization_status: computed('string') }),
    tenancy_config: oneBlock({ tenant_isolation_mode: required('string') }, { forceNew: true }),
    timeouts: singleBlock({ create: string, delete: string, update: string }),
    tracing_config: oneBlock({ mode: required('string') }, { computed: true }),
    vpc_config: oneBlock({
      ipv6_allowed_for_dual_stack: optional('bool', { default: false }),
      security_group_ids: required(STRING_SET),
      subnet_ids: required(STRING_SET),
      vpc_id: computed('string'),
    }),
  },
};

/** What the sandbox's Lambda does not have. */
export const NOT_SIMULATED = [
  'capacity_provider_config',
  'code_signing_config_arn',
  'durable_config',
  'file_system_config',
  'image_config',
  'image_uri',
  'layers',
  'publish_to',
  'snap_start',
  'tenancy_config',
  'vpc_config',
] as const;
