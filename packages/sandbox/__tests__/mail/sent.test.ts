import { type Sandbox, startSandbox } from '../../aws/sandbox';
import type { SesService } from '../../aws/services/ses';
import { type DnsServer, startDnsServer } from '../../dns/server';
import { receive } from '../../mail/receive';
import { makeKey, ownKey } from '../signing-key';

const DOMAIN = 'example.com';
const HOUR_MS = 3_600_000;

describe('mail', () => {
  let sandbox: Sandbox;
  let zone: DnsServer;
  const key = makeKey();

  beforeEach(async () => {
    zone = await startDnsServer({ zones: { [DOMAIN]: {} } });
    sandbox = await startSandbox({
      sesRequestsPerSecond: Number.POSITIVE_INFINITY,
      dns: [zone.address],
      sesVerification: { delayMs: HOUR_MS },
    });
    await sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity: DOMAIN });
    await sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity: DOMAIN });
  });
  afterEach(async () => {
    await sandbox.close();
    await zone.close();
  });

  const publish = (selector: string, record: string) =>
    zone.setTxt(`${selector}._domainkey.${DOMAIN}`, record);
  const ses = () => sandbox.service<SesService>('ses');
  const send = async (more: object = {}) => {
    await sandbox.call('ses', 'SendEmail', {
      FromEmailAddress: `Ops <ops@${DOMAIN}>`,
      Destination: { ToAddresses: ['reader@example.net'] },
      Content: { Simple: { Subject: { Data: 'Grüße' }, Body: { Text: { Data: 'line\n.\nline' } } } },
      ...more,
    });
    return ses().mailbox.messages.at(-1)!;
  };
  /** An independent verifier's word, with records from our own name servers. */
  const verify = async (raw: string) =>
    (await receive(raw, [zone.address])).map(
      ({ domain, selector, result }) => `${domain} ${selector} ${result}`,
    );
  const signWithOwnKey = () =>
    sandbox.call('ses', 'PutEmailIdentityDkimSigningAttributes', {
      EmailIdentity: DOMAIN,
      ...ownKey(key.privateKey),
    });

  it('is signed by the published key once SES has verified, and unsigned before if it may be sent', async () => {
    ses().pace({ sendingMeanwhile: 'allowed' });
    publish('s1', key.record);
    await signWithOwnKey();
    expect(await verify((await send()).raw)).toEqual([]);
    await sandbox.clock.advance(HOUR_MS);
    const { raw } = await send();
    expect(raw).toMatch(
      /^DKIM-Signature: v=1; a=rsa-sha256; c=relaxed\/relaxed; d=example\.com;\s+q=dns\/txt; s=s1;/,
    );
    expect(await verify(raw)).toEqual([`${DOMAIN} s1 pass`]);
  });

  it('is refused until SES has verified a Put, also of the same key and of Easy DKIM', async () => {
    ses().pace({ sendingMeanwhile: 'refused', easyDkimDelayMs: HOUR_MS });
    publish('s1', key.record);
    const signWithEasyDkim = () =>
      sandbox.call('ses', 'PutEmailIdentityDkimSigningAttributes', {
        EmailIdentity: DOMAIN,
        SigningAttributesOrigin: 'AWS_SES',
      });
    const mayBeSent = async () =>
      (await sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity: DOMAIN })).VerifiedForSendingStatus;
    for (const put of [signWithOwnKey, signWithOwnKey, signWithEasyDkim]) {
      expect(await mayBeSent()).toBe(true);
      await put();
      expect(await mayBeSent()).toBe(false);
      await expect(send()).rejects.toMatchObject({ name: 'MessageRejected' });
      await sandbox.clock.advance(HOUR_MS);
    }
    expect(await mayBeSent()).toBe(true);
    await send();
  });

  it('is not verified by a key other than the published one', async () => {
    publish('s1', key.record);
    await signWithOwnKey();
    await sandbox.clock.advance(HOUR_MS);
    publish('s1', makeKey().record);
    expect(await verify((await send()).raw)).toEqual([`${DOMAIN} s1 fail`]);
  });

  it('is signed by SES under Easy DKIM', async () => {
    const { DkimAttributes } = await sandbox.call('ses', 'GetEmailIdentity', { EmailIdentity: DOMAIN });
    publish(DkimAttributes.Tokens[0], ses().easyDkimRecord());
    expect(await verify((await send()).raw)).toEqual([`${DOMAIN} ${DkimAttributes.Tokens[0]} pass`]);
  });

  it('is unsigned again when SES loses what it had verified', async () => {
    publish('s1', key.record);
    await signWithOwnKey();
    await sandbox.clock.advance(HOUR_MS);
    ses().pace({ ending: 'fails' });
    await sandbox.clock.advance(13 * HOUR_MS);
    const { DkimAttributes, VerificationInfo } = await sandbox.call('ses', 'GetEmailIdentity', {
      EmailIdentity: DOMAIN,
    });
    expect(DkimAttributes.Status).toBe('FAILED');
    expect(VerificationInfo).toMatchObject({
      ErrorType: 'INVALID_VALUE',
      LastCheckedTimestamp: expect.any(Date),
      LastSuccessTimestamp: expect.any(Date),
      SOARecord: { SerialNumber: expect.any(Number) },
    });
    await expect(send()).rejects.toMatchObject({ name: 'MessageRejected' });
  });
});
