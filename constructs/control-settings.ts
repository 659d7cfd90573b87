import * as z from 'zod/mini';
import { DEFAULT_FUNCTION_NAME } from '../handlers/contract/contract';
import { setting } from '../handlers/contract/setting';
import { ALLOWANCES, bucketName, choice, flag, list, text } from '../handlers/contract/settings';
import { PRINCIPAL_ALLOWED, PRINCIPAL_PATTERN } from './key-store-policy';

/** A KMS key by its own ARN. */
const KMS_KEY = /^arn:aws[a-z-]*:kms:(?:[a-z0-9-]+|\{region\}):\d{12}:key\/[\w-]+$/;
const KMS_KEY_ALLOWED =
  'the ARN of the key itself, arn:aws:kms:REGION:ACCOUNT:key/ID; an alias authorises nothing in a policy ' +
  '(aws kms describe-key --key-id ALIAS --query KeyMetadata.Arn)';
const topic = text(
  /^(create|arn:aws[a-z-]*:sns:(?:[^\s$%*?{}]|\{region\})+)$/,
  'create, or the ARN of an SNS topic; {region} stands for the region',
);
/** One line of text, without what cdktf would take for a value of its own: no escaping helps against that. */
export const line = (least: number, allowed: string) =>
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
  functionName: setting(
    text(/^[A-Za-z0-9][A-Za-z0-9_-]*$/, 'letters, digits, "-" and "_", a letter or digit first'),
    `Name of the function, if an account has two control planes, such as one to try things out. Default: ${DEFAULT_FUNCTION_NAME}.`,
  ),
  keyStore: {
    describe: 'The bucket of private keys, DNS information and ledgers.',
    settings: {
      bucket: setting(
        z.union([bucketName, existingBucket], {
          error: 'the name of a new bucket, or { existing: NAME }; {region} stands for the region',
        }),
        'Name of the bucket, or { existing: NAME } of one that is left as it is; {region} stands for the region. Default: a new one, named by AWS.',
      ),
      alsoRead: setting(
        list(text(/^(?:[a-z0-9.-]|\{region\})+\/[^$%*?{}]*$/, 'bucket/prefix'), 'a list of bucket/prefix'),
        'Places outside of it that hold keys or DNS information of an earlier process, as bucket/prefix. Default: none.',
      ),
      readers: setting(
        list(text(PRINCIPAL_PATTERN, PRINCIPAL_ALLOWED), 'a list of ARNs'),
        'IAM roles and users that may read private keys beside the function, by ARN: for a backup, and for manual work. All others are denied, in a bucket that is made here. Default: none.',
      ),
      protect: setting(
        flag(),
        'Refuse to destroy the bucket and the keys in it, and outside of the HCL modules the function and armed reverts. false: to give a deployment up. Default: true.',
      ),
      kmsKeyArn: setting(
        text(KMS_KEY, KMS_KEY_ALLOWED),
        'KMS key that the bucket is encrypted with, if a policy wants one; {region} stands for the region. Default: the one that S3 manages.',
      ),
    },
  },
  topics: {
    describe: 'SNS topics, each in the region of its control plane. Default: none, nothing is sent.',
    settings: {
      dns: setting(topic, 'Notifies the DNS team of what to publish: create, or the ARN of an SNS topic.'),
      result: setting(topic, 'Notifies of how each change ended: create, or the ARN of an SNS topic.'),
      audit: setting(topic, 'Notifies of what the audit found: create, or the ARN of an SNS topic.'),
    },
  },
  notices: {
    describe: 'Notices to the DNS team.',
    settings: {
      language: setting(choice(['en', 'ja']), 'The language of the DNS team. Default: en.'),
      contact: setting(
        line(5, 'one line of text, of 5 characters or more'),
        'Whom the DNS team answers to, e.g. a mail address. Default: no contact is named.',
      ),
    },
  },
  allow: {
    describe:
      'What domains and direct calls may ask for although it weakens the proof or the rollback. What defaults.gate says is allowed. Default: nothing.',
    settings: ALLOWANCES,
  },
  audit: {
    describe: 'The daily audit.',
    settings: {
      schedule: setting(
        // What is in step is not deployed again as long as an audit has seen it within 30 hours.
        text(
          /^(rate\(([1-9]\d{0,2} minutes?|([1-9]|[12]\d|30) hours?|1 day)\)|cron\([^ ${}]+ [^ ${}]+ (\* \* \?|\? \* \*) \*\))$/,
          'cron(…) or rate(…), as EventBridge Scheduler writes it, at least once a day, such as cron(0 6 * * ? *)',
        ),
        'When, in UTC: for teams that want it in their working hours. Default: cron(0 3 * * ? *), each day at 03:00.',
      ),
    },
  },
  dashboard: setting(
    flag(),
    'Make a CloudWatch dashboard: domains by state, those that need a person, failures of the function. Default: false.',
  ),
  logRetentionDays: setting(
    z.literal(RETENTION_DAYS, { error: `one of ${RETENTION_DAYS.join(', ')}` }),
    'Days that logs are kept, if a policy says so. Default: 365.',
  ),
};
