import { awsFailure, type FakeCloud, TOPICS } from '../../../support/world';
import { auditedCloud, giveManagedDomain } from '../managed-domain';

const SCHEDULED = { action: 'audit', scheduled: true };
const NOBODY = { confirmed: 0, pending: 0 };

let cloud: FakeCloud;
beforeEach(() => {
  cloud = auditedCloud({ environment: { dnsTopicArn: TOPICS.dns, resultTopicArn: TOPICS.result } });
  giveManagedDomain(cloud, 'example.com');
});
/** Notices without the monthly summary. */
async function audited(): Promise<string[]> {
  await cloud.invoke(SCHEDULED);
  return cloud.sns.published.map(({ topicArn, message }) => `${topicArn.split(':').at(-1)} ${message}`);
}

test('a topic that nobody reads is reported to the operators, once, and then that it is read', async () => {
  await audited();
  cloud.sns.published.length = 0;
  cloud.sns.states[TOPICS.dns] = { confirmed: 0, pending: 1 };
  const [notice] = await audited();
  expect(notice).toMatch(
    /^audit ACTION NEEDED: No confirmed subscriber reads the topic \S+:dns: the DNS team gets no request for a record\. Not confirmed yet: 1 subscription\./,
  );
  expect(await audited()).toHaveLength(1);

  delete cloud.sns.states[TOPICS.dns];
  const resolved = (await audited()).at(-1);
  expect(resolved).toMatch(/RESOLVED \(1\)\n+Notices: NOT_HEARD/);
});

test('findings go to the readers of results if nobody reads the topic of the operators', async () => {
  cloud.sns.states[TOPICS.audit] = NOBODY;
  const [notice] = await audited();
  expect(notice).toMatch(
    /^result ACTION NEEDED: No confirmed subscriber reads the topic \S+:audit: nobody hears/,
  );
});

test('findings go to the topic of the operators if nobody reads any topic', async () => {
  cloud.sns.subscribers = NOBODY;
  expect((await audited())[0]).toMatch(/^audit /);
});

test('a topic that is gone is reported', async () => {
  cloud.sns.states[TOPICS.result] = 'gone';
  expect((await audited())[0]).toMatch(
    /^audit ACTION NEEDED: The topic \S+:result is gone: nobody hears how/,
  );
});

test('a topic whose readers cannot be counted does not count as read', async () => {
  const error = awsFailure('AuthorizationError', 'no', 403);
  cloud.calls.addFault({ action: 'sns:GetTopicAttributes', error, times: 3 });
  const [notice] = await audited();
  expect(notice).toMatch(
    /^audit UNKNOWN: The readers of the topic \S+ are not known: The function is not allowed to call/,
  );
});

test('an audit of single domains does not look at the topics', async () => {
  cloud.sns.subscribers = NOBODY;
  expect((await cloud.invoke({ action: 'audit', domains: ['example.com'] })).warnings).toEqual([]);
});
