import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { zipOf } from '../../../../sandbox/__tests__/lambda/deployment';
import type { Route53Service } from '../../../../sandbox/aws/services/route53';
import { makeZone, policy, trusting, useFixture } from '../fixture';
import { ref } from '../stack';

describe('every resource type that a stack may hold', () => {
  const world = useFixture({ default_tags: [{ tags: { team: 'mail' } }] });

  interface Variant {
    readonly text: string;
    readonly days: number;
    readonly flag: boolean;
    readonly schedule: string;
  }
  const BEFORE: Variant = { text: 'one', days: 14, flag: true, schedule: 'rate(1 day)' };
  const AFTER: Variant = { text: 'two', days: 30, flag: false, schedule: 'cron(0 9 1 * ? *)' };

  /** Not of the stack: a hosted zone and a configuration set are there already. */
  let zoneId: string;

  const bucket = { bucket: ref('aws_s3_bucket.it.id') };
  const measured = { namespace: 'Mail', metric_name: 'Unsigned', period: 300 };
  const dimensions = { service: 'mail' };
  const onMetric = { ...measured, dimensions, statistic: 'Sum' };
  const onExpression = (label: string): object[] => [
    { id: 'mails', metric: { ...measured, dimensions, stat: 'Sum' } },
    // The number is not known before the topic is made.
    {
      id: 'counted',
      label,
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the engine's own expression
      expression: 'FILL(mails, ${length(aws_sns_topic.it.arn)})',
      return_data: true,
    },
  ];
  const functionName = { function_name: ref('aws_lambda_function.it.function_name') };

  /** Everything that a stack of this project may hold, once each; the variant is in every one that can change in place. */
  const everything = ({ text, days, flag, schedule }: Variant): Record<string, object> => ({
    aws_iam_role: {
      name: 'role',
      assume_role_policy: trusting('lambda.amazonaws.com', 'scheduler.amazonaws.com'),
      description: text,
      tags: { text },
    },
    aws_iam_role_policy: {
      name: 'policy',
      role: ref('aws_iam_role.it.name'),
      policy: policy({ Action: ['s3:GetObject', 'sns:Publish'], Resource: '*', Sid: text }),
    },
    aws_cloudwatch_log_group: { name: '/aws/lambda/f', retention_in_days: days, tags: { text } },
    aws_lambda_function: {
      function_name: 'f',
      role: ref('aws_iam_role.it.arn'),
      filename: 'function.zip',
      source_code_hash: ref('filebase64sha256("function.zip")'),
      handler: 'index.handler',
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      timeout: days,
      memory_size: 256,
      environment: { variables: { TEXT: text } },
      logging_config: { log_format: 'JSON', log_group: ref('aws_cloudwatch_log_group.it.name') },
      tags: { text },
    },
    aws_lambda_alias: { ...functionName, name: 'read', function_version: '$LATEST', description: text },
    aws_lambda_function_event_invoke_config: {
      ...functionName,
      maximum_retry_attempts: flag ? 1 : 0,
      destination_config: { on_failure: { destination: ref('aws_sns_topic.it.arn') } },
      depends_on: ['aws_iam_role_policy.it'],
    },
    aws_lambda_invocation: { ...functionName, lifecycle_scope: 'CRUD', input: JSON.stringify({ text }) },
    aws_s3_bucket: { bucket: 'a-bucket', tags: { text } },
    aws_s3_bucket_versioning: { ...bucket, versioning_configuration: { status: 'Enabled' } },
    aws_s3_bucket_public_access_block: { ...bucket, block_public_acls: true, restrict_public_buckets: flag },
    aws_s3_bucket_server_side_encryption_configuration: {
      ...bucket,
      rule: [
        {
          apply_server_side_encryption_by_default: { sse_algorithm: 'AES256' },
          blocked_encryption_types: ['SSE-C'],
          bucket_key_enabled: flag,
        },
      ],
    },
    aws_s3_bucket_lifecycle_configuration: {
      ...bucket,
      rule: [{ id: 'old', status: 'Enabled', filter: { prefix: text }, expiration: { days } }],
    },
    aws_s3_bucket_policy: {
      ...bucket,
      policy: policy({
        Sid: text,
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [ref('aws_s3_bucket.it.arn'), `${ref('aws_s3_bucket.it.arn')}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      }),
    },
    aws_sns_topic: { name: 'topic', display_name: text, tags: { text } },
    aws_scheduler_schedule_group: { name: 'group', tags: { text } },
    aws_scheduler_schedule: {
      name: 'monthly',
      group_name: ref('aws_scheduler_schedule_group.it.name'),
      schedule_expression: schedule,
      flexible_time_window: { mode: 'OFF' },
      target: {
        arn: ref('aws_lambda_function.it.arn'),
        role_arn: ref('aws_iam_role.it.arn'),
        input: JSON.stringify({ text }),
      },
    },
    aws_sesv2_email_identity: {
      email_identity: 'example.com',
      configuration_set_name: 'set',
      tags: { text },
    },
    aws_sesv2_email_identity_mail_from_attributes: {
      email_identity: ref('aws_sesv2_email_identity.it.email_identity'),
      mail_from_domain: `${text}.example.com`,
    },
    aws_sesv2_email_identity_feedback_attributes: {
      email_identity: ref('aws_sesv2_email_identity.it.email_identity'),
      email_forwarding_enabled: flag,
    },
    aws_cloudwatch_dashboard: {
      dashboard_name: 'mail',
      dashboard_body: JSON.stringify({ widgets: [{ type: 'text', properties: { markdown: text } }] }),
    },
    aws_cloudwatch_event_rule: {
      name: 'watch',
      description: text,
      event_pattern: JSON.stringify({ source: ['aws.ses'], detail: { b: [1], a: [2] } }),
      tags: { text },
    },
    aws_cloudwatch_event_target: {
      rule: ref('aws_cloudwatch_event_rule.it.name'),
      target_id: 'function',
      arn: ref('aws_lambda_function.it.arn'),
      retry_policy: { maximum_retry_attempts: days },
    },
    aws_lambda_permission: {
      ...functionName,
      statement_id: 'watch',
      action: 'lambda:InvokeFunction',
      principal: 'events.amazonaws.com',
      source_arn: ref('aws_cloudwatch_event_rule.it.arn'),
    },
    aws_route53_record: {
      zone_id: zoneId,
      name: 's1._domainkey.example.com',
      type: 'TXT',
      ttl: days,
      records: [`v=DKIM1; k=rsa; p=${text}`],
    },
    aws_cloudwatch_metric_alarm: {
      alarm_name: 'alarm',
      alarm_description: text,
      ...(flag ? onMetric : { metric_query: onExpression(text) }),
      evaluation_periods: 1,
      comparison_operator: 'GreaterThanThreshold',
      threshold: 0,
      alarm_actions: [ref('aws_sns_topic.it.arn')],
      tags: { text },
    },
  });

  /** In-place changes are for these not possible, or not asked for. */
  const UNCHANGED = ['aws_s3_bucket_versioning', 'aws_lambda_permission'];

  const configuration = (variant: Variant): object => ({
    resource: Object.fromEntries(Object.entries(everything(variant)).map(([type, it]) => [type, { it }])),
  });

  /** Imported under another id than the state's. */
  const IMPORT_IDS: Readonly<Record<string, string>> = {
    aws_lambda_alias: 'f/read',
    aws_lambda_permission: 'f/watch',
    aws_cloudwatch_event_target: 'watch/function',
  };
  /** Something of these AWS does not tell (a file's name, `force_destroy`): the plan sets it. */
  const SET_AFTER_IMPORT = [
    'aws_cloudwatch_event_rule',
    'aws_cloudwatch_event_target',
    'aws_lambda_function',
  ];

  test('is made with the default tags, imported, changed in place, and gone after a destroy', async () => {
    const { sandbox, stack } = world;
    zoneId = await makeZone(sandbox, 'example.com');
    const [zone] = sandbox.service<Route53Service>('route53').zones();
    const records = () => zone!.records.filter(({ type }) => type === 'TXT').map(({ values }) => values);
    await sandbox.call('ses', 'CreateConfigurationSet', { ConfigurationSetName: 'set' });
    const writeCode = (answer: string) =>
      writeFileSync(
        path.join(stack.directory, 'function.zip'),
        zipOf(`exports.handler = async () => '${answer}';`),
      );
    writeCode('one');
    await stack.apply(configuration(BEFORE));
    expect(await stack.planIsEmpty()).toBe(true);
    expect(records()).toEqual([['"v=DKIM1; k=rsa; p=one"']]);

    const made = await stack.state();
    const tagged = Object.entries(made).filter(([, { tags_all }]) => tags_all);
    expect(tagged.length).toBeGreaterThan(7);
    for (const [address, { tags_all }] of tagged) {
      expect({ address, team: tags_all.team }).toEqual({ address, team: 'mail' });
    }
    const identity = await sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity: 'example.com' });
    expect(identity.Tags).toContainEqual({ Key: 'team', Value: 'mail' });

    // Imported anew, nothing is to be done but what AWS does not tell.
    const importable = Object.keys(made).filter(
      (address) => !/^(data\.|aws_lambda_invocation)/.test(address),
    );
    expect((await stack.run('state', 'rm', ...importable)).exitCode).toBe(0);
    stack.write({
      ...configuration(BEFORE),
      import: importable.map((to) => ({ to, id: IMPORT_IDS[to.split('.')[0]!] ?? made[to].id })),
    });
    expect((await stack.run('plan', '-out=plan')).exitCode).toBe(0);
    const { resource_changes: changes } = JSON.parse((await stack.run('show', '-json', 'plan')).stdout);
    const imported = changes.filter(({ change }: any) => change.importing);
    const updated = imported.filter(({ change }: any) => change.actions[0] !== 'no-op');
    expect(imported.map(({ address }: any) => address)).toEqual(importable);
    expect(updated.map(({ type }: any) => type)).toEqual(SET_AFTER_IMPORT);
    expect((await stack.run('apply', 'plan')).exitCode).toBe(0);

    const types = Object.keys(everything(BEFORE));
    writeCode('two');
    const changed = await stack.apply(configuration(AFTER));
    expect(changed).toContain(`0 added, ${types.length - UNCHANGED.length} changed, 0 destroyed`);
    expect(await stack.planIsEmpty()).toBe(true);
    const { Payload } = await sandbox.call('lambda', 'Invoke', { FunctionName: 'f' });
    expect(Buffer.from(Payload).toString()).toBe('"two"');
    // As the real provider writes it.
    const { EventPattern } = await sandbox.call('events', 'DescribeRule', { Name: 'watch' });
    expect(EventPattern).toBe('{"detail":{"a":[2],"b":[1]},"source":["aws.ses"]}');

    expect(await stack.destroy()).toContain(`${types.length} destroyed`);
    const left = await Promise.all([
      sandbox.call('iam', 'ListRoles', {}).then(({ Roles }) => Roles),
      sandbox.call('logs', 'DescribeLogGroups', {}).then(({ logGroups }) => logGroups),
      sandbox.call('s3', 'ListBuckets', {}).then(({ Buckets }) => Buckets),
      sandbox.call('sns', 'ListTopics', {}).then(({ Topics }) => Topics),
      sandbox.call('cloudwatch', 'DescribeAlarms', {}).then(({ MetricAlarms }) => MetricAlarms),
    ]);
    expect(left).toEqual([[], [], [], [], []]);
  });
});
