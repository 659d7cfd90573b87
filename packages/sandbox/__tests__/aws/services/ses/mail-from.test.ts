import { type Sandbox, startSandbox } from '../../../../aws/sandbox';
import type { SesService } from '../../../../aws/services/ses';
import { type DnsServer, startDnsServer } from '../../../../dns/server';
import { judge } from '../../../../mail/receive';

const EmailIdentity = 'example.com';
const MailFromDomain = 'bounce.example.com';
const MX = '10 feedback-smtp.ap-northeast-1.amazonses.com';
const HOUR_MS = 3_600_000;

describe('a MAIL FROM domain', () => {
  let dns: DnsServer;
  let sandbox: Sandbox;
  beforeEach(async () => {
    dns = await startDnsServer({ zones: { 'example.com': {} } });
    sandbox = await startSandbox({ dns: [dns.address], sesRequestsPerSecond: Number.POSITIVE_INFINITY });
    await sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity });
    await sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity });
  });
  afterEach(async () => {
    await sandbox.close();
    await dns.close();
  });

  const put = (more: object = { MailFromDomain }) =>
    sandbox.call('ses', 'PutEmailIdentityMailFromAttributes', { EmailIdentity, ...more });
  const attributes = async () =>
    (await sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity })).MailFromAttributes;
  const status = async () => (await attributes()).MailFromDomainStatus;
  const send = async () => {
    await sandbox.call('ses', 'SendEmail', {
      FromEmailAddress: 'ops@example.com',
      Destination: { ToAddresses: ['reader@example.net'] },
      Content: { Simple: { Subject: { Data: 's' }, Body: { Text: { Data: 't' } } } },
    });
    return sandbox.service<SesService>('ses').mailbox.messages.at(-1)!;
  };

  it('is the envelope sender once its MX is found, so that unsigned mail passes DMARC by SPF', async () => {
    dns.setTxt('_dmarc.example.com', 'v=DMARC1; p=reject');
    dns.setTxt(MailFromDomain, 'v=spf1 include:amazonses.com -all');
    await sandbox.call('ses', 'PutEmailIdentityDkimAttributes', { EmailIdentity, SigningEnabled: false });
    await put();
    const before = await send();
    expect(before.envelopeFrom).toMatch(/@ap-northeast-1\.amazonses\.com$/);
    expect(await judge(before, [dns.address])).toMatchObject({
      spf: { domain: 'ap-northeast-1.amazonses.com', result: 'pass' },
      dmarc: { result: 'fail', policy: 'reject' },
    });
    dns.setRecords(MailFromDomain, 'MX', [MX]);
    expect(await status()).toBe('SUCCESS');
    const after = await send();
    expect(after.envelopeFrom).toMatch(/@bounce\.example\.com$/);
    expect(await judge(after, [dns.address])).toMatchObject({
      signatures: [],
      spf: { domain: MailFromDomain, result: 'pass' },
      dmarc: { result: 'pass', spf: 'bounce.example.com' },
    });
  });

  it.each([
    ['no MX', []],
    ['two MX', [MX, '20 mx.example.com']],
    ['the MX of another region', ['10 feedback-smtp.us-east-1.amazonses.com']],
    ['another preference', ['5 feedback-smtp.ap-northeast-1.amazonses.com']],
  ])('fails with %s, after 72 hours', async (_, records) => {
    dns.setRecords(MailFromDomain, 'MX', records);
    await put();
    expect(await status()).toBe('PENDING');
    await sandbox.clock.advance(73 * HOUR_MS);
    dns.setRecords(MailFromDomain, 'MX', [MX]);
    expect(await status()).toBe('FAILED');
    await put();
    expect(await status()).toBe('SUCCESS');
  });

  it('sends nothing without its MX if it is configured to reject', async () => {
    await put({ MailFromDomain, BehaviorOnMxFailure: 'REJECT_MESSAGE' });
    await expect(send()).rejects.toMatchObject({ code: 'MailFromDomainNotVerifiedException' });
    await put({});
    expect(await attributes()).toEqual({ BehaviorOnMxFailure: 'USE_DEFAULT_VALUE' });
    await send();
  });

  it('cannot be an invalid name', async () => {
    const MailFromDomain = 'a b.example.com';
    await expect(put({ MailFromDomain })).rejects.toMatchObject({ code: 'BadRequestException' });
  });

  it.each(['example.com', 'bounce.example.net', 'notexample.com'])('cannot be %s', async (domain) => {
    await expect(put({ MailFromDomain: domain })).rejects.toMatchObject({
      code: 'BadRequestException',
      message: expect.stringContaining('is not subdomain of the domain of the identity'),
    });
  });
});
