import { FakeCloud, TOPICS } from '../../support/world';
import { direct, givenCloud } from '../transaction/support';

const DOMAIN = 'example.com';
const MX = '10 feedback-smtp.ap-northeast-1.amazonses.com';
const SPF = 'v=spf1 include:amazonses.com ~all';

/** Everything is ready, the MAIL FROM domain too. */
const readyCloud = (): FakeCloud => {
  const cloud = new FakeCloud();
  cloud.ses.give(DOMAIN, {
    mailFrom: { domain: 'bounce.example.com', status: 'SUCCESS', onMxFailure: 'use-default' },
  });
  cloud.giveKey(DOMAIN, 's1');
  cloud.dns.publishOther('bounce.example.com', 'MX', MX);
  cloud.dns.publishOther('bounce.example.com', 'TXT', SPF);
  return cloud;
};

const gate = (cloud: FakeCloud, mailFrom?: object) =>
  cloud.invoke({ resource: 'DnsGate', transaction: 't1', domain: DOMAIN, selector: 's1', mailFrom });

describe('the gate', () => {
  it('passes with the MAIL FROM domain, and reports what happens to unsigned mail', async () => {
    const cloud = readyCloud();
    cloud.dns.publishOther('_dmarc.example.com', 'TXT', 'v=DMARC1; p=reject');
    expect(await gate(cloud, { subdomain: 'bounce' })).toMatchObject({
      ready: true,
      mailFromDomain: 'bounce.example.com',
      unsignedMail: 'passes DMARC by SPF',
      servers: [{ name: 'ns1.example.net', role: 'authoritative' }, { name: 'ns2.example.net' }],
    });
    expect(await gate(cloud)).not.toHaveProperty('mailFromDomain', expect.anything());
  });

  it('reports what happens to unsigned mail until SES has verified the MAIL FROM domain', async () => {
    const cloud = readyCloud();
    cloud.dns.publishOther('_dmarc.example.com', 'TXT', 'v=DMARC1; p=reject');
    cloud.ses.remove(DOMAIN);
    expect(await gate(cloud, { subdomain: 'bounce' })).toMatchObject({
      ready: true,
      unsignedMail: 'rejected: p=reject and no aligned SPF',
    });
  });

  it('fails while a server lacks the records of the MAIL FROM domain, and nothing in SES changes', async () => {
    const cloud = readyCloud();
    cloud.dns.publishOther('bounce.example.com', 'MX');
    await expect(gate(cloud, { subdomain: 'bounce', onMxFailure: 'reject' })).rejects.toMatchObject({
      name: 'MAIL_FROM_NOT_READY',
      message: expect.stringContaining('bounce.example.com is not ready: ns1.example.net'),
    });
    expect(cloud.calls.count('ses:PutEmailIdentityDkimSigningAttributes')).toBe(0);
    expect(await gate(cloud)).toMatchObject({ ready: true });
  });

  it('names both if neither is ready, the key first', async () => {
    const cloud = readyCloud();
    cloud.dns.publishOther('bounce.example.com', 'MX', '10 mail.example.com');
    cloud.dns.unpublish('s1._domainkey.example.com');
    await expect(gate(cloud, { subdomain: 'bounce' })).rejects.toMatchObject({
      name: 'DNS_TXT_NOT_READY',
      message: expect.stringMatching(/s1\._domainkey\.example\.com .*bounce\.example\.com/),
    });
  });

  it('passes if DMARC cannot be read', async () => {
    const cloud = readyCloud();
    cloud.dns.failLookups = 'out of time';
    expect(await gate(cloud)).toMatchObject({
      ready: true,
      unsignedMail: 'not known: DMARC could not be read: out of time',
    });
  });

  it('uses the MX record of its own region', async () => {
    const cloud = readyCloud();
    const name = 'bounce-ap-northeast-1.example.com';
    cloud.dns.publishOther(name, 'MX', MX);
    cloud.dns.publishOther(name, 'TXT', SPF);
    const mailFrom = { subdomain: 'bounce-{region}', regions: ['ap-northeast-1', 'us-east-1'] };
    expect(await gate(cloud, mailFrom)).toMatchObject({ ready: true, mailFromDomain: name, warnings: [] });
  });

  it('restricts the function to the sub-domain as well', async () => {
    const wrong = gate(readyCloud(), { subdomain: 'Bounce.' });
    await expect(wrong).rejects.toMatchObject({
      name: 'VALIDATION_ERROR',
      message: expect.stringContaining('mailFrom.subdomain: expected the labels before the domain'),
    });
  });
});

test('reports by the MAIL FROM domain in SES what receivers do until SES has verified a change', async () => {
  const cloud = givenCloud({ environment: { resultTopicArn: TOPICS.result } });
  Object.assign(cloud.ses, { verifySeconds: 3600, sending: 'allowed' });
  cloud.dns.publishOther('_dmarc.example.com', 'TXT', 'v=DMARC1; p=reject');
  const waiting = await direct(cloud, 's1');
  expect(waiting).toMatchObject({
    final_dkim_status: 'PENDING',
    unsigned_mail: 'rejected: p=reject and no aligned SPF',
  });
  expect(cloud.sns.to(TOPICS.result)[0]!.message.replaceAll(/\s+/g, ' ')).toContain(
    'Mail that is signed as amazonses.com is rejected: p=reject and no aligned SPF.',
  );
});

test('reports that SES refuses mail until it has verified a change, and not what receivers would do', async () => {
  const cloud = givenCloud({ environment: { resultTopicArn: TOPICS.result } });
  Object.assign(cloud.ses, { verifySeconds: 3600, sending: 'refused' });
  expect(await direct(cloud, 's1')).toMatchObject({
    final_dkim_status: 'PENDING',
    verified_for_sending: false,
  });
  const { message } = cloud.sns.to(TOPICS.result)[0]!;
  expect(message).toContain('mail of example.com is refused by SES, which does not let the domain send');
  expect(message).not.toContain('Mail that is signed as amazonses.com');
});

test('reports nothing about unsigned mail for a change that SES has verified', async () => {
  expect(await direct(givenCloud(), 's1')).not.toHaveProperty('unsigned_mail');
});
