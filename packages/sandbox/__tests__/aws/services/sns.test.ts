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

it('keeps a message unchanged', async () => {
  const message = 'Bitte veröffentlichen: <selector1> & "co"\n=> ドメイン';
  const { MessageId: messageId } = await publish({ Subject: 'Publish selector1', Message: message });
  const principal = { type: 'admin' };
  expect(messages()).toEqual([
    { messageId, subject: 'Publish selector1', message, publishedAt: expect.any(Number), principal, to: [] },
  ]);
});

it('lets a role publish to the topics in its policy', async () => {
  const statements = [{ Effect: 'Allow', Action: 'sns:Publish', Resource: TopicArn }];
  const roleArn = await makeRole(sandbox, 'publisher', 'lambda.amazonaws.com', statements);
  const role: Principal = { type: 'role', roleName: 'publisher', roleArn, sessionName: 'probe' };

  await publish({ Message: 'x' }, role);
  const elsewhere = publish({ TopicArn: `${TopicArn}-2`, Message: 'x' }, role);
  await expect(elsewhere).rejects.toMatchObject({ name: 'AuthorizationError' });
  expect(messages()).toHaveLength(1);
});

const attributes = async () => (await sandbox.call('sns', 'GetTopicAttributes', { TopicArn })).Attributes;
const subscribe = async (Protocol: string, Endpoint: string): Promise<string> => {
  const input = { TopicArn, Protocol, Endpoint, ReturnSubscriptionArn: true };
  return (await sandbox.call('sns', 'Subscribe', input)).SubscriptionArn;
};
const confirm = (arn: string) =>
  sandbox.call('sns', 'ConfirmSubscription', { TopicArn, Token: arn.split(':').at(-1)!.replaceAll('-', '') });

it('delivers to an address only once it has confirmed', async () => {
  const arn = await subscribe('email', 'dns-team@example.com');
  await publish({ Message: 'before' });
  await confirm(arn);
  await publish({ Message: 'after' });

  expect(messages().map(({ to }) => to)).toEqual([[], ['dns-team@example.com']]);
  expect(await attributes()).toMatchObject({ SubscriptionsConfirmed: '1', SubscriptionsPending: '0' });
});

it.each([
  ['sqs', 'arn:aws:sqs:ap-northeast-1:123456789012:notices'],
  ['lambda', 'arn:aws:lambda:ap-northeast-1:123456789012:function:notices'],
])('needs no confirmation of %s', async (protocol, endpoint) => {
  await subscribe(protocol, endpoint);
  expect(await attributes()).toMatchObject({ SubscriptionsConfirmed: '1', SubscriptionsPending: '0' });
});

it('keeps a subscription that is pending, and removes one that has confirmed', async () => {
  const SubscriptionArn = await subscribe('https', 'https://example.com/notices');
  const pending = sandbox.call('sns', 'Unsubscribe', { SubscriptionArn });
  await expect(pending).rejects.toMatchObject({ name: 'InvalidParameter' });

  await confirm(SubscriptionArn);
  await sandbox.call('sns', 'Unsubscribe', { SubscriptionArn });
  const gone = sandbox.call('sns', 'GetSubscriptionAttributes', { SubscriptionArn });
  await expect(gone).rejects.toMatchObject({ name: 'NotFound' });
});

it('refuses an endpoint that the protocol does not accept', async () => {
  await expect(subscribe('sqs', 'dns-team@example.com')).rejects.toMatchObject({ name: 'InvalidParameter' });
});

const HOUR_MS = 3_600_000;

it('forgets a subscription that nobody confirms within 48 hours', async () => {
  const arn = await subscribe('email', 'dns-team@example.com');
  await confirm(await subscribe('email', 'ops@example.com'));
  await sandbox.clock.advance(47 * HOUR_MS);
  expect(await attributes()).toMatchObject({ SubscriptionsConfirmed: '1', SubscriptionsPending: '1' });

  await sandbox.clock.advance(HOUR_MS);

  const gone = sandbox.call('sns', 'GetSubscriptionAttributes', { SubscriptionArn: arn });
  await expect(gone).rejects.toMatchObject({ name: 'NotFound' });
  await expect(confirm(arn)).rejects.toMatchObject({ name: 'InvalidParameter' });
  expect(await attributes()).toMatchObject({ SubscriptionsConfirmed: '1', SubscriptionsPending: '0' });
});

it.each([
  [{}, 'false'],
  [{ AuthenticateOnUnsubscribe: 'true' }, 'true'],
])('shows whether a confirmation was authenticated: %j', async (input, shown) => {
  const SubscriptionArn = await subscribe('email', 'dns-team@example.com');
  const Token = SubscriptionArn.split(':').at(-1)!.replaceAll('-', '');
  await sandbox.call('sns', 'ConfirmSubscription', { TopicArn, Token, ...input });
  const { Attributes } = await sandbox.call('sns', 'GetSubscriptionAttributes', { SubscriptionArn });
  expect(Attributes.ConfirmationWasAuthenticated).toBe(shown);
});

it('refuses attributes of a subscription, which would change what is delivered', async () => {
  const input = {
    TopicArn,
    Protocol: 'email',
    Endpoint: 'a@example.com',
    Attributes: { FilterPolicy: '{}' },
  };
  await expect(sandbox.call('sns', 'Subscribe', input)).rejects.toMatchObject({ name: 'NotImplemented' });
});
