import * as z from 'zod/mini';
import type { TopicName } from '../handlers/contract/contract';
import { caution, gains, HARMLESS, harm, isSet } from '../handlers/contract/settings/consequence';
import { type Setting, setting } from '../handlers/contract/settings/setting';
import {
  bucketName,
  choice,
  flag,
  LISTED_ALLOWANCES,
  list,
  text,
} from '../handlers/contract/settings/settings';
import { PRINCIPAL_ALLOWED, PRINCIPAL_PATTERN } from './key-store-policy';
import { TOPIC_CONSEQUENCE, topic } from './topic-choices';

/** Schema of the ARN of a KMS key. */
const KMS_KEY = /^arn:aws[a-z-]*:kms:(?:[a-z0-9-]+|\{region\}):\d{12}:key\/[\w-]+$/;
const KMS_KEY_ALLOWED =
  'the ARN of the key itself, arn:aws:kms:REGION:ACCOUNT:key/ID; an alias authorises nothing in a policy ' +
  '(aws kms describe-key --key-id ALIAS --query KeyMetadata.Arn)';
/** Schema of one line of text without anything that cdktf would take for a token, since no escaping helps against that. */
export const line = (least: number, allowed: string): z.ZodMiniString<string> =>
  text(new RegExp(`^(?!.*\\{TfToken\\[)[^\\r\\n]{${least},200}$`), allowed);
/** Numbers of days that CloudWatch Logs can keep logs. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
/** The default of `logRetentionDays`. */
const DEFAULT_DAYS = 365;
/** Path of IAM roles, which begins and ends with a slash. */
const ROLE_PATH = /^\/(?:[\w+=,.@-]+\/)*$/;
const BOUNDARY = /^arn:aws[a-z-]*:iam::(?:\d{12}|aws):policy\/(?:[\w+=,.@-]+\/)*[\w+=,.@-]+$/;
const existingBucket = z.strictObject(
  { existing: bucketName },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? 'existing' : 'settings, as key: value') },
);

/** Settings of the control stack, one row for each, for the list and for the props of the construct with the same meaning. */
export const CONTROL_SETTINGS = {
  /** Name of the function, for accounts with two control planes, such as one to try things out. @default ses-byodkim */
  functionName: setting(
    text(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'letters, digits, "-" and "_", a letter or digit first'),
    // A deploy refuses to change it.
    HARMLESS,
  ),
  /** The bucket of private keys, DNS information and ledgers. */
  keyStore: {
    /**
     * Name of the bucket, or { existing: NAME } for a bucket that is not changed; {region} stands for the region.
     * @default a new one, named by AWS
     */
    bucket: setting(
      z.union([bucketName, existingBucket], {
        error: 'the name of a new bucket, or { existing: NAME }; {region} stands for the region',
      }),
      // A deploy refuses to leave a bucket that it has made.
      [caution('KEYS_MOVE', ({ before }) => typeof before === 'object')],
    ),
    /**
     * Places outside the key store that hold keys or DNS information of an earlier process, as bucket/prefix. @default none
     */
    alsoRead: setting(
      list(text(/^(?:[a-z0-9.-]|\{region\})+\/[^$%*?{}]*$/, 'bucket/prefix'), 'a list of bucket/prefix'),
      [harm('KEYS_READ_ELSEWHERE', gains)],
    ),
    /**
     * ARNs of IAM roles and users that may read private keys in addition to the function: for a backup, and for manual work. A
     * bucket that the stack makes denies all others.
     * @default none
     */
    readers: setting(list(text(PRINCIPAL_PATTERN, PRINCIPAL_ALLOWED), 'a list of ARNs'), [
      harm('READERS_ADDED', gains),
    ]),
    /**
     * ARNs of IAM roles and users that may store private keys in addition to the function: the owners of keys that it does not
     * make (`byodkim key put`). A bucket that the stack makes denies all others.
     * @default none
     */
    writers: setting(list(text(PRINCIPAL_PATTERN, PRINCIPAL_ALLOWED), 'a list of ARNs'), [
      harm('WRITERS_ADDED', gains),
    ]),
    /**
     * Whether to refuse to destroy the bucket and its keys and, outside the HCL modules, the function and armed reverts. Set
     * it to false to give up a deployment.
     * @default true
     */
    protect: setting(flag(), [harm('KEYS_UNPROTECTED', ({ after }) => after === false)]),
    /**
     * ARN of the KMS key that encrypts the bucket, if a policy requires one; {region} stands for the region.
     * @default the one that S3 manages
     */
    kmsKeyArn: setting(text(KMS_KEY, KMS_KEY_ALLOWED), [caution('KMS_KEY', isSet)]),
  },
  /** SNS topics, each in the region of its control plane. @default none; nothing is sent */
  topics: {
    /**
     * Topic that asks the DNS team for records: create, { subscribers } to create it with subscribers, or an SNS topic's ARN.
     */
    dns: setting(topic, TOPIC_CONSEQUENCE),
    /**
     * Topic that reports how each change ended: create, { subscribers } to create it with subscribers, or an SNS topic's ARN.
     */
    result: setting(topic, TOPIC_CONSEQUENCE),
    /**
     * Topic that reports the audit's findings: create, { subscribers } to create it with subscribers, or an SNS topic's ARN. While
     * nobody reads it, they go to the topic `result`.
     */
    audit: setting(topic, TOPIC_CONSEQUENCE),
  } satisfies Readonly<Record<TopicName, Setting>>,
  /** Notices to the DNS team. */
  notices: {
    /** The language of the DNS team. @default en */
    language: setting(choice(['en', 'ja']), HARMLESS),
    /** Contact for the DNS team's answers, e.g. a mail address. @default no contact is named */
    contact: setting(line(5, 'one line of text, of 5 characters or more'), [caution('CONTACT', isSet)]),
  },
  /**
   * Settings that domains and direct calls may use although they weaken the proof or the rollback. The settings in
   * defaults.gate are allowed in any case.
   * @default nothing
   */
  allow: LISTED_ALLOWANCES,
  /** The daily audit. */
  audit: {
    /**
     * Time of the audit, in UTC: for teams that want it in their working hours. @default cron(0 3 * * ? *), each day at 03:00
     */
    schedule: setting(
      // A deploy passes over a domain in step only if an audit has checked it within 30 hours.
      text(
        /^(rate\(([1-9]\d{0,2} minutes?|([1-9]|[12]\d|30) hours?|1 day)\)|cron\([^ ${}]+ [^ ${}]+ (\* \* \?|\? \* \*) \*\))$/,
        'cron(…) or rate(…), as EventBridge Scheduler writes it, at least once a day, such as cron(0 6 * * ? *)',
      ),
      [caution('AUDIT_MOVES')],
    ),
  },
  /** The IAM roles of the function and of its schedules, for accounts with rules for roles. */
  roles: {
    /**
     * ARN of the managed policy that is the permissions boundary of these roles. It has to allow what docs/permissions.md lists
     * for the function and its schedules.
     * @default none
     */
    permissionsBoundary: setting(
      text(BOUNDARY, 'the ARN of a managed policy, arn:aws:iam::ACCOUNT:policy/NAME'),
      [caution('BOUNDARY')],
    ),
    /**
     * Path of these roles, such as /mail/. Set it before the first deploy, since another path replaces the roles, and armed
     * reverts name the earlier one.
     * @default /
     */
    path: setting(text(ROLE_PATH, '/, or names between slashes, such as /mail/'), [
      caution('ROLES_REPLACED'),
    ]),
  },
  /**
   * Whether to make a CloudWatch dashboard, with domains by state, domains that need a person, and failures of the function.
   * @default false
   */
  dashboard: setting(flag(), HARMLESS),
  /** Processor of the function, for regions that do not offer Lambda functions on arm64. @default arm64 */
  architecture: setting(choice(['arm64', 'x86_64']), HARMLESS),
  /** Number of days that logs are kept, if a policy requires another than the default. @default 365 */
  logRetentionDays: setting(z.literal(RETENTION_DAYS, { error: `one of ${RETENTION_DAYS.join(', ')}` }), [
    caution('LOGS_SHORTER', ({ before = DEFAULT_DAYS, after = DEFAULT_DAYS }) => after < before),
  ]),
};
