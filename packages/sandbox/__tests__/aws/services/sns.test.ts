import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  PublishCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-sns';
import { type Sandbox, startSandbox } from '../../../aws/sandbox';
import type { SnsService } from '../../../aws/services/sns';
import { makeRole } from '../../lambda/deployment';

let sandbox: Sandbox;
let sns: SNSClient;
let topicArn: string;

const messages = () => sandbox.service<SnsService>('sns').messages(topicArn);

const client = (credentials: { accessKeyId: string; secretAccessKey: string }) =>
  new SNSClient({ region: sandbox.region, endpoint: sandbox.url, credentials, maxAttempts: 1 });

beforeEach(async () => {
  sandbox = await startSandbox();
  sns = client(sandbox.credentials.admin);
  const { TopicArn } = await sns.send(
    new CreateTopicCommand({
      Name: 'dns-team',
      Attributes: { DisplayName: 'DNS & co' },
      Tags: [{ Key: 'team', Value: 'dns' }],
    }),
  );
  topicArn = TopicArn!;
});

afterEach(async () => {
  sns.destroy();
  await sandbox.close();
});

describe('a topic', () => {
  it('shows its attributes and its tags', async () => {
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
    const { Tags } = await sns.send(new ListTagsForResourceCommand({ ResourceArn: topicArn }));

    expect(topicArn).toBe(`arn:aws:sns:${sandbox.region}:${sandbox.accountId}:dns-team`);
    expect(Attributes).toMatchObject({
      TopicArn: topicArn,
      Owner: sandbox.accountId,
      DisplayName: 'DNS & co',
      SubscriptionsPending: '0',
    });
    expect(JSON.parse(Attributes!.Policy!).Statement).toHaveLength(1);
    expect(Tags).toEqual([{ Key: 'team', Value: 'dns' }]);
  });

  it('is the same when it is created again', async () => {
    const again = await sns.send(new CreateTopicCommand({ Name: 'dns-team' }));

    expect(again.TopicArn).toBe(topicArn);
  });

  it('refuses to be created again as another one', async () => {
    const other = new CreateTopicCommand({ Name: 'dns-team', Attributes: { DisplayName: 'other' } });

    await expect(sns.send(other)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('different attributes'),
    });
  });

  it('takes new attributes and tags', async () => {
    const name = { AttributeName: 'DisplayName', AttributeValue: 'Results' };
    await sns.send(new SetTopicAttributesCommand({ TopicArn: topicArn, ...name }));
    await sns.send(new TagResourceCommand({ ResourceArn: topicArn, Tags: [{ Key: 'a', Value: 'b' }] }));
    await sns.send(new UntagResourceCommand({ ResourceArn: topicArn, TagKeys: ['team'] }));

    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
    const { Tags } = await sns.send(new ListTagsForResourceCommand({ ResourceArn: topicArn }));
    expect(Attributes?.DisplayName).toBe('Results');
    expect(Tags).toEqual([{ Key: 'a', Value: 'b' }]);
  });

  it('is gone when it is deleted, and deleting it again is nothing', async () => {
    await sns.send(new DeleteTopicCommand({ TopicArn: topicArn }));
    await sns.send(new DeleteTopicCommand({ TopicArn: topicArn }));

    expect((await sns.send(new ListTopicsCommand({}))).Topics ?? []).toEqual([]);
    await expect(sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn }))).rejects.toMatchObject({
      name: 'NotFoundException',
    });
  });
});

describe('publishing', () => {
  it('keeps the message as it was', async () => {
    const message = 'Bitte veröffentlichen: <selector1> & "co"\n=> ドメイン';
    const { MessageId } = await sns.send(
      new PublishCommand({
        TopicArn: topicArn,
        Subject: 'Publish selector1',
        Message: message,
      }),
    );

    expect(messages()).toEqual([
      {
        messageId: MessageId,
        subject: 'Publish selector1',
        message,
        publishedAt: expect.any(Number),
        principal: { type: 'admin' },
      },
    ]);
  });

  it.each([
    ['of 100 characters', 'x'.repeat(100)],
    ['with a line break', 'one\ntwo'],
    ['that is not ASCII', 'ドメイン'],
    ['with a control character', 'bell\u0007'],
    ['that begins with a space', ' x'],
    ['that is empty', ''],
  ])('refuses a subject %s', async (_what, Subject) => {
    const publish = new PublishCommand({ TopicArn: topicArn, Subject, Message: 'x' });

    await expect(sns.send(publish)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: 'Invalid parameter: Subject',
    });
    expect(messages()).toEqual([]);
  });

  it('takes a subject of 99 characters', async () => {
    await sns.send(new PublishCommand({ TopicArn: topicArn, Subject: 'x'.repeat(99), Message: 'x' }));

    expect(messages()).toHaveLength(1);
  });

  it.each([
    ['nothing', { Message: '' }, 'Empty message'],
    ['more than 256 KB', { Message: 'é'.repeat(131_073) }, 'Message too long'],
  ])('refuses to publish %s', async (_what, input, reason) => {
    const publish = new PublishCommand({ TopicArn: topicArn, ...input });

    await expect(sns.send(publish)).rejects.toThrow(reason);
  });

  it('fails for a topic that is not there', async () => {
    const publish = new PublishCommand({ TopicArn: `${topicArn}-2`, Message: 'x' });

    await expect(sns.send(publish)).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  it('is allowed to a role on the topics that its policy names', async () => {
    const statements = [{ Effect: 'Allow', Action: 'sns:Publish', Resource: topicArn }];
    const roleArn = await makeRole(sandbox, 'publisher', 'lambda.amazonaws.com', statements);
    const credentials = sandbox.credentials.issue({
      type: 'role',
      roleName: 'publisher',
      roleArn,
      sessionName: 'probe',
    });
    const asRole = client(credentials);

    await asRole.send(new PublishCommand({ TopicArn: topicArn, Message: 'x' }));
    await expect(
      asRole.send(new PublishCommand({ TopicArn: `${topicArn}-2`, Message: 'x' })),
    ).rejects.toMatchObject({ name: 'AuthorizationErrorException' });

    asRole.destroy();
    expect(messages()).toHaveLength(1);
  });
});

describe('a subscription', () => {
  const subscribe = (Protocol: string, Endpoint: string) =>
    sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol, Endpoint, ReturnSubscriptionArn: true }));

  it('of a person waits to be confirmed', async () => {
    await subscribe('email', 'dns@example.com');

    const topic = await sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
    expect(topic.Attributes?.SubscriptionsPending).toBe('1');
  });

  it('of a queue is refused by name: mail is what the runbook subscribes', async () => {
    const endpoint = `arn:aws:sqs:${sandbox.region}:${sandbox.accountId}:queue`;
    await expect(subscribe('sqs', endpoint)).rejects.toThrow('AWS has sns:Subscribe with Protocol sqs');
  });

  it('is listed', async () => {
    await subscribe('email', 'dns@example.com');
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: topicArn }));
    expect(Subscriptions).toMatchObject([{ Protocol: 'email', Endpoint: 'dns@example.com' }]);
  });

  it('refuses an endpoint that is no mail address', async () => {
    await expect(subscribe('email', 'nobody')).rejects.toThrow('Invalid parameter: Email address');
  });
});

const AWS_CLI = (process.env.PATH ?? '').split(path.delimiter).find((folder) => existsSync(`${folder}/aws`));

(AWS_CLI ? it : it.skip)('is what the aws command speaks', async () => {
  const args = [
    'sns',
    'publish',
    '--topic-arn',
    topicArn,
    '--message',
    'from the command',
    '--output',
    'json',
  ];
  const { stdout } = await promisify(execFile)('aws', args, {
    env: { ...process.env, ...sandbox.environment },
  });

  expect(JSON.parse(stdout).MessageId).toBe(messages()[0]?.messageId);
  expect(messages()[0]?.message).toBe('from the command');
});
