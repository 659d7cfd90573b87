import { ListEmailIdentitiesCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import type { SesService } from '../../../../aws/services/ses';
import { useSandbox } from '../../../use-sandbox';

describe('SES identities', () => {
  const sandbox = useSandbox({ sesRequestsPerSecond: Number.POSITIVE_INFINITY });
  const call = (operation: string, input: object = {}, region?: string) =>
    sandbox.call('ses', operation, input, { region });
  const create = (EmailIdentity: string, region?: string) =>
    call('CreateEmailIdentity', { EmailIdentity }, region);

  it('are listed page by page, only those of the region', async () => {
    for (const name of ['c.example', 'a.example', 'me@a.example']) await create(name);
    await create('other.example', 'us-east-1');
    const first = await call('ListEmailIdentities', { PageSize: 2 });
    const { EmailIdentities, NextToken } = await call('ListEmailIdentities', { NextToken: first.NextToken });
    const shown = (IdentityName: string, IdentityType = 'DOMAIN') => ({
      ...{ IdentityName, IdentityType, SendingEnabled: false, VerificationStatus: 'PENDING' },
    });
    expect(first.EmailIdentities).toEqual([shown('a.example'), shown('c.example')]);
    expect(EmailIdentities).toEqual([shown('me@a.example', 'EMAIL_ADDRESS')]);
    expect(NextToken).toBeUndefined();

    // The JavaScript SDK asks by a POST of its own.
    const { region, url, credentials } = sandbox;
    const client = new SESv2Client({ region, endpoint: url, credentials: credentials.admin });
    const second = new ListEmailIdentitiesCommand({ NextToken: first.NextToken, PageSize: 5 });
    expect((await client.send(second)).EmailIdentities).toEqual(EmailIdentities);
    client.destroy();
  });

  it.each([0, -1, 1001])('are not listed by pages of %d', async (PageSize) => {
    await create('a.example');
    await expect(call('ListEmailIdentities', { PageSize })).rejects.toMatchObject({
      code: 'BadRequestException',
    });
  });

  it('that are single addresses override the DKIM of their domain, and have none', async () => {
    const ses = sandbox.service<SesService>('ses');
    const send = async (from: string) => {
      await call('SendEmail', {
        FromEmailAddress: from,
        Content: { Simple: { Subject: { Data: 's' }, Body: { Text: { Data: 't' } } } },
      });
      return ses.mailbox.messages.at(-1)!;
    };
    await create('a.example');
    await call('GetEmailIdentity', { EmailIdentity: 'a.example' });
    await create('me@a.example');
    expect((await send('me@a.example')).raw).toContain('DKIM-Signature');
    expect((await send('me@below.a.example')).identity).toBe('a.example');
    ses.confirmAddress('me@a.example');
    expect((await send('me@a.example')).raw).not.toContain('DKIM-Signature');
    await expect(
      call('PutEmailIdentityDkimSigningAttributes', {
        EmailIdentity: 'me@a.example',
        SigningAttributesOrigin: 'AWS_SES',
      }),
    ).rejects.toMatchObject({ code: 'BadRequestException' });
  });
});
