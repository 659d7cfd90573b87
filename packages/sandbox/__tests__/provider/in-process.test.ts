import { type Sandbox, startSandbox } from '../../aws/sandbox';
import { InProcessEngine } from '../../engine/in-process-engine';
import { ENGINES } from '../engine/engines';
import { unwrapped } from './fixture';
import { makeStack, ref } from './stack';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const TOPIC = { name: 'a' };

test.each(ENGINES)('makes, shows and destroys with $title', async ({ engine: program }) => {
  const engine = new InProcessEngine(sandbox);
  const stack = await makeStack(engine, {}, program);
  await stack.apply({ resource: { aws_sns_topic: { it: TOPIC } } });
  const empty = await stack.planIsEmpty();
  const destroyed = await stack.destroy();
  stack.remove();
  await engine.close();

  expect(empty).toBe(true);
  expect(destroyed).toContain('1 destroyed');
});

test('each provider block has its own region and tags, and a resource may be of another region yet', async () => {
  const engine = new InProcessEngine(sandbox);
  const stack = await makeStack(engine);
  stack.write({
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
  await stack.apply();
  const output = await stack.output();
  const empty = await stack.planIsEmpty();
  await stack.destroy();
  stack.remove();
  await engine.close();

  expect(output.arns.map((arn: string) => arn.split(':')[3])).toEqual([
    'ap-northeast-1',
    'us-west-2',
    'eu-west-1',
  ]);
  expect(output.tags).toEqual({ team: 'mail' });
  expect(empty).toBe(true);
});

test('every setting of the real provider is accepted', async () => {
  const engine = new InProcessEngine(sandbox);
  const stack = await makeStack(engine, {
    access_key: sandbox.environment.AWS_ACCESS_KEY_ID,
    secret_key: sandbox.environment.AWS_SECRET_ACCESS_KEY,
    allowed_account_ids: ['123456789012'],
    assume_role: [{ role_arn: 'arn:aws:iam::123456789012:role/deploy', session_name: 'x', tags: { a: 'b' } }],
    ignore_tags: [{ keys: ['x'] }],
    max_retries: 3,
    s3_use_path_style: true,
    skip_credentials_validation: true,
    skip_metadata_api_check: 'true',
    skip_requesting_account_id: true,
    use_fips_endpoint: false,
  });
  const { exitCode } = await stack.run('validate');
  const planned = await stack.run('plan');
  stack.remove();
  await engine.close();

  expect([exitCode, planned.exitCode]).toEqual([0, 0]);
});

test('fails soon when it is interrupted in the middle of a call, and what was not made is not in state', async () => {
  const engine = new InProcessEngine(sandbox);
  const stack = await makeStack(engine);
  sandbox.faults.add({ operation: 'sns:CreateTopic', kind: 'hang', admin: true });
  stack.write({ resource: { aws_sns_topic: { it: TOPIC } } });
  const controller = new AbortController();
  const { exitCode, output } = await engine.run(['apply', '-auto-approve', '-no-color'], {
    cwd: stack.directory,
    signal: controller.signal,
    onOutput: (text) => text.includes('Creating...') && controller.abort(),
  });
  sandbox.faults.clear();
  const empty = stack.isEmpty();
  stack.remove();
  await engine.close();

  expect(exitCode).toBe(1);
  expect(unwrapped(output)).toContain('creating SNS Topic (a): operation error SNS: CreateTopic, canceled');
  expect(empty).toBe(true);
});
