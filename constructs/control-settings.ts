import * as z from 'zod/mini';
import { setting } from '../handlers/contract/settings/setting';
import { ALLOWANCES, bucketName, choice, flag, list, text } from '../handlers/contract/settings/settings';
import { PRINCIPAL_ALLOWED, PRINCIPAL_PATTERN } from './key-store-policy';

/** A KMS key by its own ARN. */
const KMS_KEY = /^arn:aws[a-z-]*:kms:(?:[a-z0-9-]+|\{region\}):\d{12}:key\/[\w-]+$/;
const KMS_KEY_ALLOWED =
  'the ARN of the key itself, arn:aws:kms:REGION:ACCOUNT:key/ID; an alias authorises nothing in a policy ' +
  '(aws kms describe-key --key-id ALIAS --query KeyMetadata.Arn)';
const TOPIC_ALLOWED =
  'create, { subscribers: […] } to create it with subscribers, or the ARN of an SNS topic; {region} stands for the region';
const subscriber = text(
  /^(?:[^\s@$%*?{}]+@[^\s@$%*?{}]+|(?:https:\/\/|arn:aws[a-z-]*:(?:sqs|lambda):)(?:[^\s$%*{}]|\{region\})+)$/,
  'a mail address, an https:// URL, or the ARN of an SQS queue or a Lambda function',
);
const topic = z.union(
  [
    text(/^(create|arn:aws[a-z-]*:sns:(?:[^\s$%*?{}]|\{region\})+)$/, TOPIC_ALLOWED),
    z.strictObject({
      /** Who is subscribed. A mail address and a web server have to confirm. */
      subscribers: list(
        subscriber,
        'a list of mail addresses, https:// URLs, and ARNs of SQS queues or Lambda functions',
      ),
    }),
  ],
  { error: TOPIC_ALLOWED },
);
/** One line of text, without what cdktf would take for a value of its own: no escaping helps against that. */
export const line = (least: number, allowed: string): z.ZodMiniString<string> =>
  text(new RegExp(`^(?!.*\\{TfToken\\[)[^\\r\\n]{${least},200}$`), allowed);
/** Days that CloudWatch Logs can keep logs for. */
const RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;
const existingBucket = z.strictObject(
  { existing: bucketName },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? 'existing' : 'settings, as key: value') },
);

/** The settings of the control stack, one row each: of the list, and of the construct's props of the same meaning. */
export const CONTROL_SETTINGS = {
  /** Name of the function, if an account has two control planes, such as one to try things out. @default ses-byodkim */
  functionName: setting(
    text(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'letters, digits, "-" and "_", a letter or digit first'),
  ),
  /** The bucket of private keys, DNS information and ledgers. */
  keyStore: {
    /**
     * Name of the bucket, or { existing: NAME } of one that is left as it is; {region} stands for the region.
     * @default a new one, named by AWS
     */
    bucket: setting(
      z.union([bucketName, existingBucket], {
        error: 'the name of a new bucket, or { existing: NAME }; {region} stands for the region',
      }),
    ),
    /** Places outside of it that hold keys or DNS information of an earlier process, as bucket/prefix. @default none */
    alsoRead: setting(
      list(text(/^(?:[a-z0-9.-]|\{region\})+\/[^$%*?{}]*$/, 'bucket/prefix'), 'a list of bucket/prefix'),
    ),
    /**
     * IAM roles and users that may read private keys beside the function, by ARN: for a backup, and for manual work.
     * All others are denied, in a bucket that is made here.
     * @default none
     */
    readers: setting(list(text(PRINCIPAL_PATTERN, PRINCIPAL_ALLOWED), 'a list of ARNs')),
    /**
     * IAM roles and users that may store private keys beside the function, by ARN: the owners of keys that it does not make
     * (`byodkim key put`). All others are denied, in a bucket that is made here.
     * @default none
     */
    writers: setting(list(text(PRINCIPAL_PATTERN, PRINCIPAL_ALLOWED), 'a list of ARNs')),
    /**
     * Refuse to destroy the bucket and the keys in it, and outside of the HCL modules the function and armed reverts.
     * false: to give a deployment up.
     * @default true
     */
    protect: setting(flag()),
    /**
     * KMS key that the bucket is encrypted with, if a policy wants one; {region} stands for the region.
     * @default the one that S3 manages
     */
    kmsKeyArn: setting(text(KMS_KEY, KMS_KEY_ALLOWED)),
  },
  /** SNS topics, each in the region of its control plane. @default none, nothing is sent */
  topics: {
    /** Notifies the DNS team of what to publish: create, { subscribers } to create it with subscribers, or an SNS topic's ARN. */
    dns: setting(topic),
    /** Notifies of how each change ended: create, { subscribers } to create it with subscribers, or an SNS topic's ARN. */
    result: setting(topic),
    /** Notifies of what the audit found: create, { subscribers } to create it with subscribers, or an SNS topic's ARN. */
    audit: setting(topic),
  },
  /** Notices to the DNS team. */
  notices: {
    /** The language of the DNS team. @default en */
    language: setting(choice(['en', 'ja'])),
    /** Whom the DNS team answers to, e.g. a mail address. @default no contact is named */
    contact: setting(line(5, 'one line of text, of 5 characters or more')),
  },
  /**
   * What domains and direct calls may ask for although it weakens the proof or the rollback. What defaults.gate says is
   * allowed.
   * @default nothing
   */
  allow: ALLOWANCES,
  /** The daily audit. */
  audit: {
    /** When, in UTC: for teams that want it in their working hours. @default cron(0 3 * * ? *), each day at 03:00 */
    schedule: setting(
      // What is in step is not deployed again as long as an audit has seen it within 30 hours.
      text(
        /^(rate\(([1-9]\d{0,2} minutes?|([1-9]|[12]\d|30) hours?|1 day)\)|cron\([^ ${}]+ [^ ${}]+ (\* \* \?|\? \* \*) \*\))$/,
        'cron(…) or rate(…), as EventBridge Scheduler writes it, at least once a day, such as cron(0 6 * * ? *)',
      ),
    ),
  },
  /**
   * Make a CloudWatch dashboard: domains by state, those that need a person, failures of the function.
   * @default false
   */
  dashboard: setting(flag()),
  /** Days that logs are kept, if a policy says so. @default 365 */
  logRetentionDays: setting(z.literal(RETENTION_DAYS, { error: `one of ${RETENTION_DAYS.join(', ')}` })),
};
