import { BUCKET, FAILURES, FakeCloud, type FakeCloudOptions, TOPICS, testKey } from '../../../support/world';

const PLACE = { domain: 'example.com', selector: 's1' };
const CREATE = { action: 'create_key', ...PLACE };
const NOTIFY = { action: 'notify_dns_team', ...PLACE };
const RECORD = 'dns_records/example.com/s1.json';

const newCloud = (
  environment: FakeCloudOptions['environment'] = {},
  options: FakeCloudOptions = {},
): FakeCloud => {
  const cloud = new FakeCloud({ ...options, environment: { dnsTopicArn: TOPICS.dns, ...environment } });
  cloud.makePrivateKey = async () => testKey('made').pem;
  return cloud;
};

test('the DNS team is notified of a new record once, with its value', async () => {
  const cloud = newCloud();
  for (let i = 0; i < 3; i += 1) await cloud.invoke(CREATE);

  expect(cloud.sns.published).toHaveLength(1);
  expect(cloud.sns.published[0]).toMatchObject({
    topicArn: TOPICS.dns,
    subject: 'DNS record to publish for example.com (DKIM)',
  });
  expect(cloud.sns.published[0]!.message).toContain(testKey('made').value);
});

test('a notice that nobody received is sent again, and each answer says so', async () => {
  const cloud = newCloud();
  cloud.sns.subscribers = { confirmed: 0, pending: 1 };
  await cloud.invoke(CREATE);
  const asked = await cloud.invoke(NOTIFY);
  expect(asked.message).toContain('Nobody gets it: the topic of the DNS team has no confirmed subscriber');

  cloud.sns.subscribers = { confirmed: 1, pending: 0 };
  for (let i = 0; i < 3; i += 1) await cloud.invoke(CREATE);
  expect(cloud.sns.published).toHaveLength(3);
});

test('no notice is sent if the stack publishes the record itself', async () => {
  const cloud = newCloud();
  const answer = await cloud.invoke({ ...CREATE, notifyDnsTeam: false });
  expect(answer.message).toMatch(
    / made and stored\. Publish the record, unless the stack does, then deploy\.$/,
  );
  expect(answer.notice).toMatchObject({ sent: false, code: 'NOT_ASKED_FOR' });
  expect(cloud.sns.published).toEqual([]);
  expect(cloud.s3.json(BUCKET, RECORD).notifiedAt).toBeUndefined();
});

test('the key is made even without a topic', async () => {
  const cloud = newCloud({ dnsTopicArn: '' });
  expect(await cloud.invoke(CREATE)).toMatchObject({
    created: true,
    notice: { sent: false, code: 'NO_TOPIC' },
  });
});

test('if a topic refuses, the key stays, the answer reports the failure, and the next call notifies', async () => {
  const cloud = newCloud();
  cloud.calls.addFault({ action: 'sns:Publish', error: FAILURES.denied() });

  const first = await cloud.invoke(CREATE);
  const second = await cloud.invoke(CREATE);

  expect(first).toMatchObject({
    statusCode: 200,
    created: true,
    notice: {
      sent: false,
      error: expect.stringContaining(`not allowed to call sns:Publish on ${TOPICS.dns}`),
    },
  });
  expect(second).toMatchObject({ created: false, notice: { sent: true } });
  expect(cloud.sns.published).toHaveLength(1);
});

test.each([
  ['hangs', 300, 15, 'sns:Publish was not answered within 15 s.'],
  ['hangs when the function is about to be stopped', 4, 0, 'No time was left to send it.'],
])(
  'a topic that %s costs seconds, not the whole time of the function',
  async (_, timeoutSeconds, seconds, error) => {
    const cloud = newCloud({}, { timeoutSeconds });
    cloud.calls.addFault({ action: 'sns:Publish', kind: 'hang' });
    const before = cloud.clock.now();
    expect((await cloud.invoke(CREATE)).notice).toEqual({ sent: false, error });
    expect(cloud.clock.now() - before).toBe(seconds * 1_000);
  },
);

test('a notice that cannot be recorded leads to a warning', async () => {
  const cloud = newCloud();
  // The key and its version are recorded, and the key and its record are stored, before.
  cloud.calls.addFault({ action: 's3:PutObject', nth: 5 });
  const answer = await cloud.invoke(CREATE);
  expect(answer).toMatchObject({
    notice: { sent: true },
    warnings: [expect.stringContaining('may be notified again')],
  });
});

describe('a repeated notice on request', () => {
  test('is not sent within ten minutes', async () => {
    const cloud = newCloud();
    await cloud.invoke(CREATE);
    await cloud.clock.advance(9 * 60_000);
    for (let i = 0; i < 20; i += 1) {
      const answer = await cloud.invoke(NOTIFY);
      expect(answer).toMatchObject({
        statusCode: 200,
        notice: {
          sent: false,
          facts: { kind: 'notified-lately', at: expect.stringContaining('2025'), minutes: 10 },
        },
      });
      expect(answer.text.message).toContain(testKey('made').value);
    }
    expect(cloud.sns.published).toHaveLength(1);
  });

  test('is sent after that, and included in the answer', async () => {
    const cloud = newCloud();
    const { record } = await cloud.invoke(CREATE);
    await cloud.clock.advance(10 * 60_000);

    const answer = await cloud.invoke(NOTIFY);

    expect(answer).toMatchObject({ statusCode: 200, record, notice: { sent: true } });
    expect(cloud.sns.published).toHaveLength(2);
    expect(cloud.sns.published[1]).toEqual({ topicArn: TOPICS.dns, ...answer.text });
    expect(cloud.s3.json(BUCKET, RECORD).notifiedAt).toBe('2025-09-17T10:40:00.000Z');
  });

  test('can be about a key that another tool has made', async () => {
    const cloud = newCloud();
    cloud.giveKey('example.com', 's1', { publish: false });
    expect(await cloud.invoke(NOTIFY)).toMatchObject({
      notice: { sent: true },
      record: { value: testKey('s1').value },
    });
  });

  test('fails if it cannot be sent', async () => {
    const cloud = newCloud();
    await cloud.invoke(CREATE);
    await cloud.clock.advance(10 * 60_000);
    cloud.calls.addFault({ action: 'sns:Publish', error: FAILURES.denied() });
    expect(await cloud.invoke(NOTIFY)).toMatchObject({
      statusCode: 403,
      error: 'ACCESS_DENIED',
      details: { action: 'sns:Publish', resource: TOPICS.dns },
    });
  });
});

describe('a notice asks only for records that are not published yet:', () => {
  const WITH_MAIL_FROM = { ...NOTIFY, mailFrom: { subdomain: 'bounce' } };
  const letter = async (cloud: FakeCloud): Promise<string> =>
    (await cloud.invoke(WITH_MAIL_FROM)).text.message;

  test('only the MAIL FROM records if the key’s record is published', async () => {
    const cloud = newCloud();
    const key = cloud.giveKey('example.com', 's1', { publish: false });
    const all = await letter(cloud);
    expect(all).toContain('Please publish 3 records in the DNS of example.com, by 2025-09-24.');

    await cloud.clock.advance(3_600_000);
    cloud.dns.publish('s1._domainkey.example.com', key.value);
    const rest = await letter(cloud);
    expect(rest).toContain('Please publish 2 records');
    expect(rest).not.toContain('s1._domainkey.example.com');
  });

  test('only the records of a region whose MAIL FROM domain is new', async () => {
    const cloud = newCloud();
    const key = cloud.giveKey('example.com', 's1');
    cloud.dns.publish('s1._domainkey.example.com', key.value);
    const own = 'bounce-ap-northeast-1.example.com';
    cloud.dns.publishOther(own, 'MX', '10 feedback-smtp.ap-northeast-1.amazonses.com');
    cloud.dns.publishOther(own, 'TXT', 'v=spf1 include:amazonses.com ~all');
    const mailFrom = { subdomain: 'bounce-{region}', regions: ['ap-northeast-1', 'us-east-1'] };
    const { text } = await cloud.invoke({ ...NOTIFY, mailFrom });
    expect(text.message).toContain('Please publish 2 records');
    expect(text.message).toContain('bounce-us-east-1.example.com');
    expect(text.message).not.toContain(own);
  });

  test.each([
    ['the MX record of another region', ['us-east-1']],
    ['those of two regions', ['ap-northeast-1', 'us-east-1']],
  ])('none that would replace others if a MAIL FROM domain has %s', async (_, regions) => {
    const cloud = newCloud();
    const key = cloud.giveKey('example.com', 's1');
    cloud.dns.publish('s1._domainkey.example.com', key.value);
    const mx = regions.map((region) => `10 feedback-smtp.${region}.amazonses.com`);
    cloud.dns.publishOther('bounce.example.com', 'MX', ...mx);
    cloud.dns.publishOther('bounce.example.com', 'TXT', 'v=spf1 include:amazonses.com ~all');
    const { notice } = await cloud.invoke(WITH_MAIL_FROM);
    expect(notice).toMatchObject({ sent: false, code: 'PUBLISHED' });
  });

  test('none if all are published', async () => {
    const cloud = newCloud();
    const key = cloud.giveKey('example.com', 's1');
    cloud.dns.publish('s1._domainkey.example.com', key.value);
    expect((await cloud.invoke(NOTIFY)).notice).toMatchObject({ sent: false, code: 'PUBLISHED' });
    expect(cloud.sns.published).toEqual([]);
  });

  test('with the day if it is urgent', async () => {
    const cloud = newCloud();
    await cloud.invoke({ ...CREATE, urgent: true });
    expect(cloud.sns.published[0]).toMatchObject({
      subject: 'URGENT: DNS record to publish for example.com (DKIM)',
      message: expect.stringContaining('by 2025-09-17.'),
    });
  });
});
