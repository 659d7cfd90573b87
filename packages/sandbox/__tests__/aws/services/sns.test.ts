import type { SnsService } from '../../../aws/services/sns';
import type { Principal } from '../../../contract/service';
import { makeRole } from '../../lambda/deployment';
import { useSandbox } from '../../use-sandbox';

const sandbox = useSandbox();
let TopicArn: string;
const messages = () => sandbox.service<SnsService>('sns').messages(TopicArn);
const publish = (input: object, as?: Principal) =>
  sandbox.call('sns', 'Publish', { TopicArn, ...input }, { principal: as });

beforeEach(async () => {
  ({ TopicArn } = await sandbox.call('sns', 'CreateTopic', { Name: 'dns-team' }));
});

it('keeps a message as it was', async () => {
  const message = 'Bitte veröffentlichen: <selector1> & "co"\n=> ドメイン';
  const { MessageId: messageId } = await publish({ Subject: 'Publish selector1', Message: message });
  const principal = { type: 'admin' };
  expect(messages()).toEqual([
    { messageId, subject: 'Publish selector1', message, publishedAt: expect.any(Number), principal },
  ]);
});

it('lets a role publish to the topics that its policy names', async () => {
  const statements = [{ Effect: 'Allow', Action: 'sns:Publish', Resource: TopicArn }];
  const roleArn = await makeRole(sandbox, 'publisher', 'lambda.amazonaws.com', statements);
  const role: Principal = { type: 'role', roleName: 'publisher', roleArn, sessionName: 'probe' };

  await publish({ Message: 'x' }, role);
  const elsewhere = publish({ TopicArn: `${TopicArn}-2`, Message: 'x' }, role);
  await expect(elsewhere).rejects.toMatchObject({ name: 'AuthorizationError' });
  expect(messages()).toHaveLength(1);
});
