import { until } from '../../../sandbox/__tests__/until';
import { unwrapped, useFixture } from './fixture';
import { ref } from './stack';

const world = useFixture();
const TOPIC = { name: 'a' };

test('each provider block has its own region and tags, and a resource may have a different region', async () => {
  const { stack } = world;
  await stack.apply({
    provider: {
      aws: [
        { region: 'ap-northeast-1' },
        { alias: 'other', region: 'us-west-2', default_tags: [{ tags: { team: 'mail' } }] },
      ],
    },
    resource: {
      aws_sns_topic: {
        here: TOPIC,
        there: { ...TOPIC, provider: 'aws.other' },
        elsewhere: { ...TOPIC, region: 'eu-west-1' },
      },
    },
    output: {
      arns: { value: ['here', 'there', 'elsewhere'].map((name) => ref(`aws_sns_topic.${name}.arn`)) },
      tags: { value: ref('aws_sns_topic.there.tags_all') },
    },
  });
  const { arns, tags } = await stack.output();
  expect(arns.map((arn: string) => arn.split(':')[3])).toEqual(['ap-northeast-1', 'us-west-2', 'eu-west-1']);
  expect(tags).toEqual({ team: 'mail' });
  expect(await stack.planIsEmpty()).toBe(true);
  await stack.destroy();
});

test('fails soon when it is interrupted in the middle of a call, and state contains nothing that was not made', async () => {
  const { engine, sandbox, stack } = world;
  sandbox.faults.add({ operation: 'sns:CreateTopic', kind: 'hang', admin: true });
  stack.write({ resource: { aws_sns_topic: { it: TOPIC } } });
  const controller = new AbortController();
  const ended = engine.run(['apply', '-auto-approve', '-no-color'], {
    cwd: stack.directory,
    signal: controller.signal,
  });
  // The engine prints `Creating...` before it calls its provider, and halts by itself if it is interrupted in between.
  await until(() => sandbox.calls.some(({ outcome }) => outcome === 'hang'));
  controller.abort();
  const { exitCode, output } = await ended;
  sandbox.faults.clear();

  expect(exitCode).toBe(1);
  expect(unwrapped(output)).toContain('creating SNS Topic (a): operation error SNS: CreateTopic, canceled');
  expect(stack.isEmpty()).toBe(true);
});

test('settings without an effect here are accepted; a missing role is refused', async () => {
  const { environment } = world.sandbox;
  world.stack.write({
    provider: {
      aws: [
        {
          region: 'ap-northeast-1',
          access_key: environment.AWS_ACCESS_KEY_ID,
          secret_key: environment.AWS_SECRET_ACCESS_KEY,
          allowed_account_ids: ['123456789012'],
          assume_role: [{ role_arn: 'arn:aws:iam::123456789012:role/deploy', session_name: 'x' }],
          ignore_tags: [{ keys: ['x'] }],
          max_retries: 3,
          s3_use_path_style: true,
          skip_metadata_api_check: 'true',
        },
      ],
    },
    resource: { aws_sns_topic: { it: TOPIC } },
  });
  const { exitCode, output } = await world.stack.run('plan');
  expect(exitCode).toBe(1);
  expect(unwrapped(output)).toContain('Cannot assume IAM Role (arn:aws:iam::123456789012:role/deploy)');
});
