import { DAY_MS } from '../../../handlers/clock';
import { ACTIONS, dnsRecordObject, recordName } from '../../../handlers/contract/contract';
import { dnsRecord } from '../../../handlers/keys/state/dns-record';
import { BUCKET, type FakeCloud, TOPICS, testKey } from '../../support/world';
import { DOMAIN, given, type Stack } from '../transaction/support';

const ask = (cloud: FakeCloud, selector: string) =>
  cloud.invoke({ action: ACTIONS.askRemoval, domain: DOMAIN, selector });

/** A domain that was rotated from s1 to s2, so many days ago. */
async function rotated(days: number, fields: object = {}): Promise<{ cloud: FakeCloud; stack: Stack }> {
  const { cloud, stack } = given({ environment: { dnsTopicArn: TOPICS.dns } });
  const record = dnsRecord({ domain: DOMAIN, selector: 's1' }, testKey('s1').publicKey, cloud.clock.now());
  cloud.s3.write(BUCKET, dnsRecordObject(DOMAIN, 's1'), JSON.stringify({ format: 1, ...record }));
  await stack.apply('t1', 's1');
  await cloud.clock.advance(DAY_MS);
  await stack.apply('t2', 's2', { ...fields });
  await cloud.clock.advance(days * DAY_MS);
  return { cloud, stack };
}

test('the DNS team is asked to remove a record that no mail needs', async () => {
  const { cloud } = await rotated(8);
  const { notice, message } = await ask(cloud, 's1');
  expect(notice).toMatchObject({ sent: true });
  expect(message).toContain('A request to remove the record of s1 was sent.');
  expect(cloud.sns.to(TOPICS.dns)).toEqual([
    expect.objectContaining({
      subject: `DNS record to remove for ${DOMAIN} (DKIM)`,
      message: expect.stringContaining(`Name:  ${recordName(DOMAIN, 's1')}\n`),
    }),
  ]);
});

test('does not ask for the removal of one that the stack publishes, since the engine would publish it again', async () => {
  const { cloud } = await rotated(8, { rotation: { records: ['s2', 's1'] } });
  expect(await ask(cloud, 's1')).toMatchObject({ notice: { code: 'PUBLISHED_BY_STACK' }, text: null });
  expect(cloud.sns.to(TOPICS.dns)).toEqual([]);
});

test('does not ask for the removal of one with which SES signs again, as a person has set it', async () => {
  const { cloud } = await rotated(8);
  cloud.ses.give(DOMAIN, { origin: 'EXTERNAL', selector: 's1', spki: testKey('s1').publicKey.spki });
  expect(await ask(cloud, 's1')).toMatchObject({ notice: { code: 'STILL_NEEDED' }, text: null });
});

test.each([
  ['that signs', 8, 's2'],
  ['whose mail is in transit', 6, 's1'],
  ['that SES has never signed with', 8, 's9'],
])('does not ask for the removal of one %s', async (_, days, selector) => {
  const { cloud } = await rotated(days);
  expect(await ask(cloud, selector)).toMatchObject({
    notice: { sent: false, code: 'STILL_NEEDED' },
    text: null,
  });
  expect(cloud.sns.to(TOPICS.dns)).toEqual([]);
});
