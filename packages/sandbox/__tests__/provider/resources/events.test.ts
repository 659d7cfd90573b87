import { FUNCTION, makeRole, zipOf } from '../../lambda/deployment';
import { useFixture } from '../fixture';
import { ref } from '../stack';

const world = useFixture();
const PATTERN = { source: ['aws.ses'], detail: { eventName: [{ prefix: 'Put' }], b: [1], a: [2] } };

const stackOf = (description: string, more: object = {}) => ({
  resource: {
    aws_cloudwatch_event_rule: {
      it: { name: 'watch', description, event_pattern: JSON.stringify(PATTERN), tags: { a: 'b' } },
    },
    aws_cloudwatch_event_target: {
      it: {
        rule: ref('aws_cloudwatch_event_rule.it.name'),
        target_id: 'function',
        arn: `arn:aws:lambda:ap-northeast-1:123456789012:function:${FUNCTION}`,
        input_transformer: {
          input_paths: { domain: '$.detail.domain' },
          input_template: '{"action":"audit","domain":<domain>}',
        },
        ...more,
      },
    },
    aws_lambda_permission: {
      it: {
        function_name: FUNCTION,
        action: 'lambda:InvokeFunction',
        principal: 'events.amazonaws.com',
        source_arn: ref('aws_cloudwatch_event_rule.it.arn'),
      },
    },
  },
});

beforeEach(async () => {
  const { sandbox } = world;
  await sandbox.call('lambda', 'CreateFunction', {
    FunctionName: FUNCTION,
    Role: await makeRole(sandbox, 'r', 'lambda.amazonaws.com'),
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Code: { ZipFile: zipOf('exports.handler = async () => 1;') },
  });
  await sandbox.call('lambda', 'GetFunction', { FunctionName: FUNCTION });
});

test('a rule, its target and the permission for it are made, changed in place, and destroyed', async () => {
  const { sandbox, stack } = world;
  await stack.apply(stackOf('one'));
  expect(await stack.planIsEmpty()).toBe(true);
  const state = await stack.state();
  const arn = 'arn:aws:events:ap-northeast-1:123456789012:rule/watch';
  expect(state['aws_cloudwatch_event_rule.it']).toMatchObject({
    ...{ id: 'watch', arn, state: 'ENABLED', event_bus_name: 'default' },
    event_pattern: JSON.stringify(PATTERN),
  });
  expect(state['aws_cloudwatch_event_target.it'].id).toBe('watch-function');
  const { Policy } = await sandbox.call('lambda', 'GetPolicy', { FunctionName: FUNCTION });
  expect(JSON.parse(Policy).Statement).toMatchObject([{ Condition: { ArnLike: { 'AWS:SourceArn': arn } } }]);

  const retry = { retry_policy: { maximum_retry_attempts: 2, maximum_event_age_in_seconds: 60 } };
  await stack.apply(stackOf('two', retry));
  expect(await stack.planIsEmpty()).toBe(true);
  expect(await sandbox.call('events', 'DescribeRule', { Name: 'watch' })).toMatchObject({
    Description: 'two',
    // As the real provider writes it.
    EventPattern: '{"detail":{"a":[2],"b":[1],"eventName":[{"prefix":"Put"}]},"source":["aws.ses"]}',
  });
  expect((await sandbox.call('events', 'ListTargetsByRule', { Rule: 'watch' })).Targets).toEqual([
    {
      Id: 'function',
      Arn: `arn:aws:lambda:ap-northeast-1:123456789012:function:${FUNCTION}`,
      InputTransformer: {
        InputPathsMap: { domain: '$.detail.domain' },
        InputTemplate: '{"action":"audit","domain":<domain>}',
      },
      RetryPolicy: { MaximumRetryAttempts: 2, MaximumEventAgeInSeconds: 60 },
    },
  ]);
  await stack.destroy();
  await expect(sandbox.call('lambda', 'GetPolicy', { FunctionName: FUNCTION })).rejects.toThrow();
  await expect(sandbox.call('events', 'DescribeRule', { Name: 'watch' })).rejects.toThrow();
});

test('a dashboard and a MAIL FROM domain are made, changed in place, and destroyed', async () => {
  const { sandbox, stack } = world;
  const configuration = (title: string, domain: string) => ({
    resource: {
      aws_cloudwatch_dashboard: {
        it: {
          dashboard_name: 'mail',
          dashboard_body: JSON.stringify({ widgets: [{ type: 'text', properties: { markdown: title } }] }),
        },
      },
      aws_sesv2_email_identity: { it: { email_identity: 'example.com' } },
      aws_sesv2_email_identity_mail_from_attributes: {
        it: {
          email_identity: ref('aws_sesv2_email_identity.it.email_identity'),
          mail_from_domain: `${domain}.example.com`,
        },
      },
    },
  });
  const mailFrom = async () =>
    (await sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity: 'example.com' })).MailFromAttributes;
  await stack.apply(configuration('one', 'bounce'));
  expect(await stack.planIsEmpty()).toBe(true);
  expect(await mailFrom()).toMatchObject({ MailFromDomain: 'bounce.example.com' });
  await stack.apply(configuration('two', 'other'));
  expect(await stack.planIsEmpty()).toBe(true);
  expect(await mailFrom()).toMatchObject({ MailFromDomain: 'other.example.com' });
  expect((await sandbox.call('cloudwatch', 'GetDashboard', { DashboardName: 'mail' })).DashboardBody).toBe(
    '{"widgets":[{"properties":{"markdown":"two"},"type":"text"}]}',
  );
  await stack.destroy();
  await expect(sandbox.call('cloudwatch', 'GetDashboard', { DashboardName: 'mail' })).rejects.toThrow();
});
