import { recordName } from '../../../handlers/contract/contract';
import { notify } from '../../../handlers/notices/publish';
import { FAILURES, FakeCloud, REGION, TOPICS } from '../../support/world';
import { auditedCloud, giveManagedDomain } from '../audit/managed-domain';

const DOMAIN = 'example.com';
describe('findings of the scheduled audit', () => {
  const audit = (cloud: FakeCloud, scheduled = true) => cloud.invoke({ action: 'audit', scheduled });
  const managed = (): FakeCloud => {
    const cloud = auditedCloud();
    giveManagedDomain(cloud, DOMAIN);
    cloud.dns.unpublish(recordName(DOMAIN, 's1'));
    return cloud;
  };

  test('are sent as events when they are new, and when they are resolved', async () => {
    const cloud = managed();
    await audit(cloud);
    await audit(cloud);
    giveManagedDomain(cloud, DOMAIN);
    await audit(cloud);
    const since = expect.stringMatching(/Z$/);
    const common = { domain: DOMAIN, region: REGION, code: 'RECORD_MISSING', severity: 'urgent', since };
    expect(cloud.bus.put).toEqual([
      {
        detailType: 'BYODKIM Finding',
        place: expect.objectContaining({ domain: DOMAIN }),
        detail: { ...common, state: 'new', found: expect.any(String), todo: expect.any(String) },
      },
      expect.objectContaining({ detail: { ...common, state: 'resolved', found: expect.any(String) } }),
    ]);
  });

  test('are not sent by a manual audit', async () => {
    const cloud = managed();
    await audit(cloud, false);
    expect(cloud.bus.put).toEqual([]);
  });

  test('lead to a warning if they cannot be put on the bus, and are kept all the same', async () => {
    const cloud = managed();
    cloud.calls.addFault({ action: 'events:PutEvents', error: FAILURES.denied() });
    expect((await audit(cloud)).warnings).toEqual([expect.stringContaining('Events could not be sent')]);
    await audit(cloud);
    expect(cloud.bus.put).toEqual([]);
  });
});

test('cuts and sends a notice that escaping makes too long', async () => {
  const cloud = new FakeCloud({ environment: { auditTopicArn: TOPICS.audit } });
  const message = '\ue000'.repeat(80_000);
  const notice = { subject: 'Audit', message };
  const sent = await cloud.run((world) =>
    notify(world, world.services(DOMAIN, REGION, world.clock), 'operators', notice),
  );
  expect(sent).toEqual({ sent: true });
  expect(cloud.sns.to(TOPICS.audit)[0]!.message).toMatch(
    /^\\u\{e000\}.*The rest was cut off: too long for a notice\.\n$/s,
  );
});

test.each(['https', '://evil.', 'https://evil.example/login'])(
  'breaks a link out of a zone in the notice of an audit, whatever the contact is: %s',
  async (noticeContact) => {
    const cloud = auditedCloud({ environment: { auditTopicArn: TOPICS.audit, noticeContact } });
    giveManagedDomain(cloud, DOMAIN);
    cloud.dns.publish(recordName(DOMAIN, 's1'), 'v=DKIM1; p=https://evil.example/login');

    await cloud.invoke({ action: 'audit', scheduled: true });

    const message = cloud.sns.to(TOPICS.audit)[0]?.message;
    expect(message).toContain('https[:]//evil.example/login');
    expect(message).not.toContain('://evil');
  },
);

test('keeps the contact as a link in the notice to the DNS team, and only there', async () => {
  const noticeContact = 'https://wiki.example/dns?mail';
  const cloud = new FakeCloud({ environment: { noticeContact, dnsTopicArn: TOPICS.dns } });
  const notice = {
    subject: 'DNS record to publish',
    message: `${noticeContact} https://evil.example\nPlease contact: ${noticeContact}\nhttps://evil.example\n`,
    contact: noticeContact,
  };
  await cloud.run((world) => notify(world, world.services(DOMAIN, REGION, world.clock), 'dns-team', notice));
  expect(cloud.sns.to(TOPICS.dns)[0]!.message).toBe(
    `https[:]//wiki.example/dns?mail https[:]//evil.example\nPlease contact: ${noticeContact}\nhttps[:]//evil.example\n`,
  );
});
