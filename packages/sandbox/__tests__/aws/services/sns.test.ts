import { CreateTopicCommand, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
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
  it('is the same when it is created again', async () => {
    const again = await sns.send(new CreateTopicCommand({ Name: 'dns-team' }));

    expect(again.TopicArn).toBe(topicArn);
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
