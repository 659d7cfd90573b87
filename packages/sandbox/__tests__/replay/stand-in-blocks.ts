import type { State } from '../../provider/resource';
import { PROVIDER_REQUESTS } from './replay';
import type { Block } from './stand-in';

const REGION = 'ap-northeast-1';
const ACCOUNT = '123456789012';
const FUNCTION = 'ses-byodkim';
const ROLE = `${FUNCTION}-${REGION}`;
const SCHEDULER_ROLE = `${ROLE}-scheduler`;
const BUCKET = 'byodkim-keys';
const TAGS = { team: 'mail' };

const topicArn = (name: string) => `arn:aws:sns:${REGION}:${ACCOUNT}:${FUNCTION}-${name}`;
const roleArn = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;
const FUNCTION_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${FUNCTION}`;

/** A long text of the recording, for what says nothing of the provider: of the request with `marks` in it. */
function recordedText(operation: string, marks: string, field: string): string {
  const request = PROVIDER_REQUESTS.find(
    (each) => each.operation === operation && each.body?.includes(marks),
  )!;
  return new URLSearchParams(request.body).get(field)!;
}

const trust = (service: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` } },
    ],
  });

const block = (type: string, config: State): Block => ({ type, config });
const policyOf = (role: string, name: string): Block =>
  block('aws_iam_role_policy', {
    role,
    name,
    policy: recordedText('PutRolePolicy', `PolicyName=${name}&`, 'PolicyDocument'),
  });

/** The stacks of the recording, in the order in which their resources were made. */
export const blocksOf = (zoneId: string): readonly Block[] => [
  ...CONTROL,
  ...domain('example.com', ['DnsGate'], {
    identity: { configuration_set_name: 'set1', tags: { a: 'b', byodkim: 'managed' } },
    nextSelector: 's2',
  }),
  policyOf('mailer', 'send-email-as-example.com'),
  ...domain('made.example.com', ['DkimKey', 'DnsGate']),
  ...domain('zone.example.com', ['DkimKey', 'DnsGate']),
  block('aws_route53_record', {
    zone_id: zoneId,
    name: 's1._domainkey.zone.example.com',
    type: 'TXT',
    ttl: 300,
    records: ['v=DKIM1; k=rsa; p=MIIB""IjAN'],
  }),
  ...domain('old.example.com', ['DnsGate'], { identity: 'existing' }),
  ...WATCH,
];

const CONTROL: readonly Block[] = [
  block('data.aws_caller_identity', {}),
  block('aws_iam_role', {
    name: SCHEDULER_ROLE,
    assume_role_policy: trust('scheduler'),
    description: 'Invokes the BYODKIM function: reverts of unconfirmed changes, and the audit',
    tags: TAGS,
  }),
  block('aws_iam_role', {
    name: ROLE,
    assume_role_policy: trust('lambda'),
    description: 'What the BYODKIM function may do',
    tags: TAGS,
  }),
  ...['dns', 'result', 'audit'].map((name) =>
    block('aws_sns_topic', { name: `${FUNCTION}-${name}`, tags: TAGS }),
  ),
  block('aws_scheduler_schedule_group', { name: FUNCTION, tags: TAGS }),
  block('aws_s3_bucket', { bucket: BUCKET, tags: TAGS }),
  block('aws_cloudwatch_log_group', { name: `/aws/lambda/${FUNCTION}`, retention_in_days: 365, tags: TAGS }),
  block('aws_cloudwatch_metric_alarm', {
    alarm_name: `${FUNCTION}-domains-needing-attention`,
    alarm_description: 'The BYODKIM audit found a record, an SES status or a key that a person must look at',
    namespace: 'Byodkim',
    metric_name: 'DomainsNeedingAttention',
    statistic: 'Maximum',
    dimensions: { service: 'byodkim' },
    period: 86_400,
    evaluation_periods: 1,
    threshold: 0,
    comparison_operator: 'GreaterThanThreshold',
    treat_missing_data: 'ignore',
    alarm_actions: [topicArn('audit')],
    ok_actions: [topicArn('audit')],
  }),
  block('aws_s3_bucket_public_access_block', {
    bucket: BUCKET,
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
  }),
  policyOf(ROLE, ROLE),
  block('aws_s3_bucket_versioning', { bucket: BUCKET, versioning_configuration: [{ status: 'Enabled' }] }),
  block('aws_s3_bucket_lifecycle_configuration', {
    bucket: BUCKET,
    rule: [
      {
        id: 'audit-reports',
        status: 'Enabled',
        filter: [{ prefix: 'byodkim-audit/2' }],
        expiration: [{ days: 400 }],
        noncurrent_version_expiration: [{ noncurrent_days: 90 }],
      },
      {
        id: 'ledger-versions',
        status: 'Enabled',
        filter: [{ prefix: 'byodkim-ledger/' }],
        noncurrent_version_expiration: [{ noncurrent_days: 90, newer_noncurrent_versions: 10 }],
      },
    ],
  }),
  block('aws_s3_bucket_server_side_encryption_configuration', {
    bucket: BUCKET,
    rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm: 'AES256' }] }],
  }),
  block('aws_s3_bucket_policy', {
    bucket: BUCKET,
    policy: PROVIDER_REQUESTS.find(({ operation }) => operation === 'PutBucketPolicy')!.body!,
  }),
  block('aws_lambda_function', {
    function_name: FUNCTION,
    role: roleArn(ROLE),
    filename: 'function.zip',
    handler: 'index.handler',
    runtime: 'nodejs24.x',
    tags: TAGS,
  }),
  block('aws_scheduler_schedule', {
    name: `${FUNCTION}-audit`,
    group_name: FUNCTION,
    description: 'Looks whether records are published, SES verifies them, and keys are young enough',
    schedule_expression: 'cron(0 3 1 * ? *)',
    flexible_time_window: [{ mode: 'OFF' }],
    target: [
      { arn: FUNCTION_ARN, role_arn: roleArn(SCHEDULER_ROLE), input: '{"action":"audit","scheduled":true}' },
    ],
  }),
  policyOf(SCHEDULER_ROLE, `${SCHEDULER_ROLE}-may-invoke`),
  block('aws_lambda_function_event_invoke_config', {
    function_name: FUNCTION,
    maximum_retry_attempts: 2,
    destination_config: [{ on_failure: [{ destination: topicArn('audit') }] }],
  }),
];

const WATCHED = 'watched.example.com';
const RULE = `${FUNCTION}-identity-changed`;

const WATCH: readonly Block[] = [
  block('aws_sesv2_email_identity', { email_identity: WATCHED, tags: { byodkim: 'managed' } }),
  block('aws_cloudwatch_event_rule', {
    name: RULE,
    description: 'Somebody has changed an SES identity',
    event_pattern: JSON.stringify({
      source: ['aws.ses'],
      detail: { eventName: ['DeleteEmailIdentity'], errorCode: [{ exists: false }] },
    }),
    tags: TAGS,
  }),
  block('aws_cloudwatch_dashboard', {
    dashboard_name: FUNCTION,
    dashboard_body: JSON.stringify({ widgets: [{ type: 'text', properties: { markdown: 'DKIM' } }] }),
  }),
  block('aws_lambda_alias', { name: 'read', function_name: FUNCTION, function_version: '$LATEST' }),
  block('aws_sesv2_email_identity_mail_from_attributes', {
    email_identity: WATCHED,
    mail_from_domain: `bounce.${WATCHED}`,
  }),
  block('aws_sesv2_email_identity_policy', {
    email_identity: WATCHED,
    policy_name: 'byodkim-senders',
    policy: JSON.stringify({
      Statement: [
        {
          Action: ['ses:SendEmail', 'ses:SendRawEmail'],
          Effect: 'Allow',
          Principal: { AWS: ['210987654321'] },
          Resource: `arn:aws:ses:${REGION}:${ACCOUNT}:identity/${WATCHED}`,
          Sid: 'SendFromAccounts',
        },
      ],
      Version: '2012-10-17',
    }),
  }),
  block('aws_sesv2_email_identity_feedback_attributes', {
    email_identity: WATCHED,
    email_forwarding_enabled: true,
  }),
  block('aws_lambda_permission', {
    statement_id: 'identity-changed',
    function_name: FUNCTION,
    action: 'lambda:InvokeFunction',
    principal: 'events.amazonaws.com',
    source_arn: `arn:aws:events:${REGION}:${ACCOUNT}:rule/${RULE}`,
  }),
  block('aws_cloudwatch_event_target', {
    rule: RULE,
    target_id: 'audit',
    arn: FUNCTION_ARN,
    input_transformer: [{ input_paths: { name: '$.detail.eventName' }, input_template: '{"name":<name>}' }],
  }),
];

interface DomainOptions {
  /** Beside its name; `existing` is read alone. */
  readonly identity?: State | 'existing';
  readonly nextSelector?: string;
}

function domain(
  name: string,
  before: readonly string[],
  { identity = { tags: { byodkim: 'managed' } }, nextSelector }: DomainOptions = {},
): Block[] {
  const invoked = (type: string, resource: string, more: State = {}): Block => {
    const config = (selector: string) => ({
      function_name: FUNCTION,
      input: JSON.stringify({ resource, domain: name, selector }),
      ...more,
    });
    return { type, config: config('s1'), ...(nextSelector && { replacedBy: config(nextSelector) }) };
  };
  const attached = (resource: string) =>
    invoked('aws_lambda_invocation', resource, { lifecycle_scope: 'CRUD' });
  return [
    block('data.aws_caller_identity', {}),
    invoked('data.aws_lambda_invocation', 'Inspection'),
    ...before.map(attached),
    identity === 'existing'
      ? block('data.aws_sesv2_email_identity', { email_identity: name })
      : block('aws_sesv2_email_identity', { email_identity: name, ...identity }),
    ...['Signing', 'Confirmation'].map(attached),
  ];
}
