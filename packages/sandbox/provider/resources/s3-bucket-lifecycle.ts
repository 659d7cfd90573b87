import type { State } from '../resource';
import {
  computed,
  listBlock,
  optional,
  optionalComputed,
  required,
  STRING_MAP,
  setBlock,
  singleBlock,
} from '../schema/schema';
import { given, tagList, tagMap } from './common';
import { BUCKET_OWNER, bucketSetting } from './s3-bucket-setting';

const string = optional('string');
const number = optional('number');
const SIZES = { object_size_greater_than: number, object_size_less_than: number };

/** `aws_s3_bucket_lifecycle_configuration`. */
export const s3BucketLifecycle = bucketSetting({
  what: 'S3 Bucket Lifecycle Configuration',
  operation: 'BucketLifecycleConfiguration',
  deleteOperation: 'DeleteBucketLifecycle',
  block: {
    attributes: {
      ...BUCKET_OWNER,
      id: computed('string'),
      transition_default_minimum_object_size: optionalComputed('string', {
        default: 'all_storage_classes_128K',
      }),
    },
    blocks: {
      rule: listBlock({
        attributes: { id: required('string'), prefix: string, status: required('string') },
        blocks: {
          abort_incomplete_multipart_upload: listBlock({ days_after_initiation: number }),
          expiration: listBlock({
            date: string,
            days: number,
            expired_object_delete_marker: optional('bool'),
          }),
          filter: listBlock({
            attributes: { ...SIZES, prefix: string },
            blocks: {
              and: listBlock({ ...SIZES, prefix: string, tags: optional(STRING_MAP) }),
              tag: listBlock({ key: required('string'), value: required('string') }),
            },
          }),
          noncurrent_version_expiration: listBlock({
            newer_noncurrent_versions: number,
            noncurrent_days: required('number'),
          }),
          noncurrent_version_transition: setBlock({
            newer_noncurrent_versions: number,
            noncurrent_days: required('number'),
            storage_class: required('string'),
          }),
          transition: setBlock({ date: string, days: number, storage_class: required('string') }),
        },
      }),
      timeouts: singleBlock({ create: string, update: string }),
    },
  },
  toInput: ({ rule }) => ({ LifecycleConfiguration: { Rules: (rule ?? []).map(toRule) } }),
  toState: ({ Rules }) => ({ rule: Rules.map(fromRule) }),
});

function toRule(rule: State): object {
  const [abort] = rule.abort_incomplete_multipart_upload;
  const [expiration] = rule.expiration;
  const [noncurrent] = rule.noncurrent_version_expiration;
  return given({
    ID: rule.id,
    Status: rule.status,
    Filter: toFilter(rule.filter[0], rule.prefix),
    AbortIncompleteMultipartUpload: abort && { DaysAfterInitiation: abort.days_after_initiation },
    Expiration:
      expiration &&
      given({
        Date: expiration.date,
        Days: expiration.days,
        ExpiredObjectDeleteMarker: expiration.expired_object_delete_marker,
      }),
    NoncurrentVersionExpiration:
      noncurrent &&
      given({
        NoncurrentDays: noncurrent.noncurrent_days,
        NewerNoncurrentVersions: noncurrent.newer_noncurrent_versions,
      }),
    NoncurrentVersionTransitions: list(rule.noncurrent_version_transition, (item) => ({
      NoncurrentDays: item.noncurrent_days,
      NewerNoncurrentVersions: item.newer_noncurrent_versions,
      StorageClass: item.storage_class,
    })),
    Transitions: list(rule.transition, (item) => ({
      Date: item.date,
      Days: item.days,
      StorageClass: item.storage_class,
    })),
  });
}

function toFilter(filter: State | undefined, prefix: string | null): object {
  const and = filter?.and?.[0];
  const tag = filter?.tag?.[0];
  return given({
    Prefix: filter?.prefix ?? prefix,
    ...sizes(filter),
    Tag: tag && { Key: tag.key, Value: tag.value },
    And: and && given({ Prefix: and.prefix, ...sizes(and), Tags: list(tagList(and.tags), (item) => item) }),
  });
}

const sizes = (block: State | undefined): object => ({
  ObjectSizeGreaterThan: block?.object_size_greater_than,
  ObjectSizeLessThan: block?.object_size_less_than,
});

const list = <T>(items: readonly T[], shape: (item: any) => object): object[] | undefined =>
  items.length > 0 ? items.map((item) => given(shape(item))) : undefined;

function fromRule(rule: any): State {
  const one = <T>(value: any, shape: (value: any) => T): T[] => (value ? [shape(value)] : []);
  return {
    id: rule.ID,
    status: rule.Status,
    filter: one(rule.Filter, fromFilter),
    abort_incomplete_multipart_upload: one(rule.AbortIncompleteMultipartUpload, (it) => ({
      days_after_initiation: it.DaysAfterInitiation,
    })),
    expiration: one(rule.Expiration, (it) => ({
      date: it.Date,
      days: it.Days,
      expired_object_delete_marker: it.ExpiredObjectDeleteMarker,
    })),
    noncurrent_version_expiration: one(rule.NoncurrentVersionExpiration, (it) => ({
      noncurrent_days: it.NoncurrentDays,
      newer_noncurrent_versions: it.NewerNoncurrentVersions,
    })),
    noncurrent_version_transition: (rule.NoncurrentVersionTransitions ?? []).map((it: any) => ({
      noncurrent_days: it.NoncurrentDays,
      newer_noncurrent_versions: it.NewerNoncurrentVersions,
      storage_class: it.StorageClass,
    })),
    transition: (rule.Transitions ?? []).map((it: any) => ({
      date: it.Date,
      days: it.Days,
      storage_class: it.StorageClass,
    })),
  };
}

function fromFilter(filter: any): State {
  const own = (it: any) => ({
    prefix: it.Prefix,
    object_size_greater_than: it.ObjectSizeGreaterThan,
    object_size_less_than: it.ObjectSizeLessThan,
  });
  return {
    ...own(filter),
    tag: filter.Tag ? [{ key: filter.Tag.Key, value: filter.Tag.Value }] : [],
    and: filter.And ? [{ ...own(filter.And), tags: filter.And.Tags && tagMap(filter.And.Tags) }] : [],
  };
}
