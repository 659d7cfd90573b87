import { ACTIONS } from '../../../handlers/contract/contract';
import { endpointName } from '../../../handlers/notices/endpoint';
import { awsFailure, FakeCloud, TOPICS } from '../../support/world';

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud({ environment: { dnsTopicArn: TOPICS.dns, auditTopicArn: TOPICS.audit } });
});

describe('topics', () => {
  it('are those that are set, with their subscriptions and the number of confirmed ones', async () => {
    cloud.sns.subscribers = { confirmed: 0, pending: 1 };
    cloud.sns.subscriptions = [{ endpoint: 'ops@example.com', confirmed: false }];
    const { subscribers, subscriptions } = cloud.sns;
    expect((await cloud.invoke({ action: ACTIONS.topics })).topics).toEqual([
      { topic: 'dns', arn: TOPICS.dns, subscribers, subscriptions },
      { topic: 'audit', arn: TOPICS.audit, subscribers, subscriptions },
    ]);
  });

  it('do not show the path of a web server, which may be a secret', async () => {
    const endpoint = 'https://hooks.example.com/T0123/secret';
    cloud.sns.subscriptions = [{ endpoint, confirmed: true }];
    const [{ subscriptions }] = (await cloud.invoke({ action: ACTIONS.topics })).topics;
    expect(subscriptions).toEqual([{ endpoint: endpointName(endpoint), confirmed: true }]);
    expect(endpointName(endpoint)).toMatch(/^https:\/\/hooks\.example\.com\/… \([\da-f]{8}\)$/);
    expect(JSON.stringify(cloud.log)).not.toContain('secret');
  });

  it('are returned without their subscriptions if SNS does not list them', async () => {
    const error = awsFailure('AuthorizationError', 'no', 403);
    cloud.calls.addFault({ action: 'sns:ListSubscriptionsByTopic', error, times: Number.POSITIVE_INFINITY });
    const [topic] = (await cloud.invoke({ action: ACTIONS.topics })).topics;
    expect(topic).toEqual({ topic: 'dns', arn: TOPICS.dns, subscribers: { confirmed: 1, pending: 0 } });
  });

  it('are reported as gone if they do not exist any more', async () => {
    cloud.sns.states[TOPICS.dns] = 'gone';
    const { topics } = await cloud.invoke({ action: ACTIONS.topics });
    expect(topics.map(({ isGone }: { isGone?: true }) => isGone)).toEqual([true, undefined]);
  });

  it('are returned without their readers if SNS does not report them', async () => {
    const error = awsFailure('AuthorizationError', 'no', 403);
    cloud.calls.addFault({ action: 'sns:GetTopicAttributes', error, times: Number.POSITIVE_INFINITY });
    const { topics } = await cloud.invoke({ action: ACTIONS.topics });
    expect(topics[0]).toEqual({
      topic: 'dns',
      arn: TOPICS.dns,
      error: expect.stringContaining('sns:GetTopicAttributes'),
    });
  });
});

describe('test notices', () => {
  it('go to each topic that is set, and say that nothing has happened', async () => {
    const { topics } = await cloud.invoke({ action: ACTIONS.testNotices });
    expect(topics).toMatchObject([{ notice: { sent: true } }, { notice: { sent: true } }]);
    for (const arn of [TOPICS.dns, TOPICS.audit])
      expect(cloud.sns.to(arn)).toEqual([
        expect.objectContaining({ message: expect.stringContaining('Nothing has happened') }),
      ]);
  });

  it('report a topic that cannot be published to, and continue', async () => {
    const error = awsFailure('AuthorizationError', 'no', 403);
    cloud.calls.addFault({ action: 'sns:Publish', error, times: 1 });
    const { topics } = await cloud.invoke({ action: ACTIONS.testNotices });
    expect(topics.map(({ notice }: { notice: { sent: boolean } }) => notice.sent).sort()).toEqual([
      false,
      true,
    ]);
  });
});
