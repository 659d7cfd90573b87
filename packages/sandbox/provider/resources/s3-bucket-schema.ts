import type { Block } from '../schema/schema';
import {
  computed,
  listBlock,
  oneBlock,
  optional,
  optionalComputed,
  required,
  STRING_MAP,
  STRING_SET,
  STRINGS,
  setBlock,
  singleBlock,
} from '../schema/schema';
import { ARN, ID, REGION } from './common';
import { TAGS } from './tags';

const string = optional('string');
const number = optional('number');
/** Configured by resources of their own nowadays; the blocks are still there, and computed. */
const DEPRECATED = { computed: true } as const;

const TRANSITION = { date: string, days: number, storage_class: required('string') };

const DESTINATION: Block = {
  attributes: {
    account_id: string,
    bucket: required('string'),
    replica_kms_key_id: string,
    storage_class: string,
  },
  blocks: {
    access_control_translation: oneBlock({ owner: required('string') }),
    metrics: oneBlock({ minutes: number, status: string }),
    replication_time: oneBlock({ minutes: number, status: string }),
  },
};

const REPLICATION_RULE: Block = {
  attributes: {
    delete_marker_replication_status: string,
    id: string,
    prefix: string,
    priority: number,
    status: required('string'),
  },
  blocks: {
    destination: oneBlock(DESTINATION, { min: 1 }),
    filter: oneBlock({ prefix: string, tags: optional(STRING_MAP) }),
    source_selection_criteria: oneBlock({
      attributes: {},
      blocks: { sse_kms_encrypted_objects: oneBlock({ enabled: required('bool') }) },
    }),
  },
};

const LIFECYCLE_RULE: Block = {
  attributes: {
    abort_incomplete_multipart_upload_days: number,
    enabled: required('bool'),
    id: optionalComputed('string'),
    prefix: string,
    tags: optional(STRING_MAP),
  },
  blocks: {
    expiration: oneBlock({
      date: string,
      days: number,
      expired_object_delete_marker: optional('bool'),
    }),
    noncurrent_version_expiration: oneBlock({ days: number }),
    noncurrent_version_transition: setBlock({ days: number, storage_class: required('string') }),
    transition: setBlock(TRANSITION),
  },
};

const ENCRYPTION_RULE: Block = {
  attributes: { bucket_key_enabled: optional('bool') },
  blocks: {
    apply_server_side_encryption_by_default: oneBlock(
      { kms_master_key_id: string, sse_algorithm: required('string') },
      { min: 1 },
    ),
  },
};

export const S3_BUCKET: Block = {
  attributes: {
    ...ID,
    ...ARN,
    ...REGION,
    ...TAGS,
    acceleration_status: optionalComputed('string'),
    acl: string,
    bucket: optionalComputed('string', { forceNew: true }),
    bucket_domain_name: computed('string'),
    bucket_prefix: optionalComputed('string', { forceNew: true }),
    bucket_region: computed('string'),
    bucket_regional_domain_name: computed('string'),
    force_destroy: optional('bool', { default: false }),
    hosted_zone_id: computed('string'),
    object_lock_enabled: optionalComputed('bool', { forceNew: true }),
    policy: optionalComputed('string'),
    request_payer: optionalComputed('string'),
    website_domain: computed('string'),
    website_endpoint: computed('string'),
  },
  blocks: {
    cors_rule: listBlock(
      {
        allowed_headers: optional(STRINGS),
        allowed_methods: required(STRINGS),
        allowed_origins: required(STRINGS),
        expose_headers: optional(STRINGS),
        max_age_seconds: number,
      },
      DEPRECATED,
    ),
    grant: setBlock(
      { id: string, permissions: required(STRING_SET), type: required('string'), uri: string },
      DEPRECATED,
    ),
    lifecycle_rule: listBlock(LIFECYCLE_RULE, DEPRECATED),
    logging: oneBlock({ target_bucket: required('string'), target_prefix: string }, DEPRECATED),
    object_lock_configuration: oneBlock(
      {
        attributes: { object_lock_enabled: string },
        blocks: {
          rule: oneBlock({
            attributes: {},
            blocks: {
              default_retention: oneBlock(
                { days: number, mode: required('string'), years: number },
                { min: 1 },
              ),
            },
          }),
        },
      },
      DEPRECATED,
    ),
    replication_configuration: oneBlock(
      { attributes: { role: required('string') }, blocks: { rules: setBlock(REPLICATION_RULE, { min: 1 }) } },
      DEPRECATED,
    ),
    server_side_encryption_configuration: oneBlock(
      { attributes: {}, blocks: { rule: oneBlock(ENCRYPTION_RULE, { min: 1 }) } },
      DEPRECATED,
    ),
    timeouts: singleBlock({ create: string, delete: string, read: string, update: string }),
    versioning: oneBlock({ enabled: optional('bool'), mfa_delete: optional('bool') }, DEPRECATED),
    website: oneBlock(
      {
        error_document: string,
        index_document: string,
        redirect_all_requests_to: string,
        routing_rules: string,
      },
      DEPRECATED,
    ),
  },
};
