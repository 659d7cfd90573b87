import { ACTIONS } from '../../../handlers/contract/contract';
import { awsFailure, FakeCloud, TOPICS } from '../../support/world';

let cloud: FakeCloud;
beforeEach(() => {
  cloud = new FakeCloud({ environment: { dnsTopicArn: TOPICS.dns, auditTopicArn: TOPICS.audit } });
});

describe('topics', () => {
  it('are those that are set, with the number of confirmed subscribers', async () => {
    cloud.sns.subscribers = { confirmed: 0, pending: 2 };
    expect((await cloud.invoke({ action: ACTIONS.topics })).topics).toEqual([
      { topic: 'dns', arn: TOPICS.dns, subscribers: { confirmed: 0, pending: 2 } },
      { topic: 'audit', arn: TOPICS.audit, subscribers: { confirmed: 0, pending: 2 } },
    ]);
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
