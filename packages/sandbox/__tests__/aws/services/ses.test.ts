import { type Sandbox, startSandbox } from '../../../aws/sandbox';
import type { SesService } from '../../../aws/services/ses';
import type { SandboxOptions } from '../../../contract/core';
import { type DnsServer, startDnsServer } from '../../../dns/server';
import { makeKey, ownKey } from '../../signing-key';

const EmailIdentity = 'example.com';
const RECORD = 's1._domainkey.example.com';
const HOUR_MS = 3_600_000;

describe('SES', () => {
  const key = makeKey();
  const other = makeKey();
  let dns: DnsServer;
  let sandbox: Sandbox;

  beforeEach(async () => {
    dns = await startDnsServer({ zones: { 'example.com': {} } });
    await start();
  });
  afterEach(async () => {
    await sandbox.close();
    await dns.close();
  });

  async function start(options: SandboxOptions = {}) {
    await sandbox?.close();
    sandbox = await startSandbox({
      dns: [dns.address],
      sesRequestsPerSecond: Number.POSITIVE_INFINITY,
      ...options,
    });
  }

  const call = (operation: string, more: object = {}, region?: string) =>
    sandbox.call('ses', operation, { EmailIdentity, ...more }, { region });
  const create = (more: object = {}) => call('CreateEmailIdentity', more);
  const get = () => call('GetEmailIdentity');
  const status = async () => (await get()).DkimAttributes.Status;
  const errorType = async () => (await get()).VerificationInfo.ErrorType;
  const putExternal = (...key: Parameters<typeof ownKey>) =>
    call('PutEmailIdentityDkimSigningAttributes', ownKey(...key));
  const putEasyDkim = () =>
    call('PutEmailIdentityDkimSigningAttributes', { SigningAttributesOrigin: 'AWS_SES' });

  describe('BYODKIM', () => {
    it.each([
      ['pkcs1', 1024],
      ['pkcs8', 2048],
    ] as const)('verifies a %s key of %i bits once its record is published', async (type, bits) => {
      const pair = makeKey(type, bits);
      await create();
      const put = await putExternal(pair.privateKey);
      expect(put).toMatchObject({ DkimStatus: 'NOT_STARTED', DkimTokens: ['s1'] });
      expect(await status()).toBe('PENDING');

      dns.setTxt(RECORD, pair.record);

      expect(await get()).toMatchObject({
        VerifiedForSendingStatus: true,
        DkimAttributes: {
          Status: 'SUCCESS',
          SigningAttributesOrigin: 'EXTERNAL',
          SigningEnabled: true,
          Tokens: ['s1'],
        },
      });
    });

    it('shows no tokens, as in AWS’s guide, if configured so', async () => {
      await start({ sesVerification: { ownKeyTokens: 'none' } });
      await create();
      expect(await putExternal(key.privateKey)).toMatchObject({ DkimTokens: [] });
      const { SigningAttributesOrigin, Tokens } = (await get()).DkimAttributes;
      expect([SigningAttributesOrigin, Tokens]).toEqual(['EXTERNAL', []]);
    });

    it('never returns the private key, nor keeps it in its records', async () => {
      await create();
      await putExternal(key.privateKey);
      const seen = JSON.stringify([
        await get(),
        sandbox.calls,
        sandbox.service<SesService>('ses').timeline(EmailIdentity),
      ]);
      expect(seen).not.toContain(key.privateKey.slice(100, 124));
    });

    it.each([
      ['no name', () => {}, 'HOST_NOT_FOUND'],
      ['no TXT at the name', () => dns.setRecords(RECORD, 'A', ['127.0.0.1']), 'TYPE_NOT_FOUND'],
      ['the record of another key', () => dns.setTxt(RECORD, other.record), 'INVALID_VALUE'],
      ['a revoked record', () => dns.setTxt(RECORD, 'v=DKIM1; k=rsa; p='), 'INVALID_VALUE'],
      ['garbage', () => dns.setTxt(RECORD, 'hello'), 'INVALID_VALUE'],
    ] as const)('fails to verify: %s', async (_, publish, expected) => {
      publish();
      await create();
      await putExternal(key.privateKey);
      expect(await status()).toBe('PENDING');
      expect(await errorType()).toBe(expected);
    });

    it('fails temporarily if the DNS servers fail', async () => {
      dns.setTxt(RECORD, key.record);
      dns.misbehave({ rcode: 'SERVFAIL' });
      await create();
      await putExternal(key.privateKey);
      expect(await status()).toBe('TEMPORARY_FAILURE');
      expect(await errorType()).toBe('DNS_SERVER_ERROR');

      dns.behave();
      expect(await status()).toBe('SUCCESS');
    });

    it.each([
      ['the base64 of the PEM', () => Buffer.from(key.pem).toString('base64')],
      ['text that is no key', () => 'aGVsbG8='],
      ['a key of 512 bits', () => makeKey('pkcs8', 512).privateKey],
      ['a key of 2304 bits', () => makeKey('pkcs8', 2304).privateKey],
    ])('accepts %s, and then never verifies it', async (_, wrong) => {
      dns.setTxt(RECORD, key.record);
      await create();
      await putExternal(wrong());
      expect(await status()).toBe('PENDING');
      await sandbox.clock.advance(72 * HOUR_MS);
      expect(await status()).toBe('FAILED');
    });

    it.each([
      ['a PEM', 's1', () => String(key.pem)],
      ['a key with line breaks', 's1', () => `${key.privateKey.slice(0, 64)}\n${key.privateKey.slice(64)}`],
      ['an empty key', 's1', () => ''],
      ['a dot in the selector', 'a.b', () => key.privateKey],
      ['a selector of 64 characters', 'a'.repeat(64), () => key.privateKey],
    ])('refuses %s', async (_, selector, privateKey) => {
      await create();
      await expect(putExternal(privateKey(), selector)).rejects.toMatchObject({
        name: 'BadRequestException',
      });
      expect((await get()).DkimAttributes.SigningAttributesOrigin).toBe('AWS_SES');
    });

    it('checks only after its delay, by itself as time passes', async () => {
      await start({ sesVerification: { delayMs: HOUR_MS } });
      dns.setTxt(RECORD, key.record);
      await create();
      await putExternal(key.privateKey);
      expect([await status(), await status()]).toEqual(['NOT_STARTED', 'PENDING']);

      await sandbox.clock.advance(HOUR_MS);
      dns.removeTxt(RECORD);
      expect(await status()).toBe('SUCCESS');
    });

    it('checks verified records again: a lost record fails temporarily, then for good', async () => {
      dns.setTxt(RECORD, key.record);
      await create();
      await putExternal(key.privateKey);
      expect(await status()).toBe('SUCCESS');

      dns.removeTxt(RECORD);
      expect(await status()).toBe('SUCCESS');
      await sandbox.clock.advance(25 * HOUR_MS);
      expect(await status()).toBe('TEMPORARY_FAILURE');
      await sandbox.clock.advance(73 * HOUR_MS);
      expect(await status()).toBe('FAILED');
    });

    it('does not let a look-up that began before a Put decide after it', async () => {
      await create();
      dns.setTxt(RECORD, key.record);
      dns.misbehave({ delayMs: 100, times: 1 });
      await putExternal(key.privateKey);
      const slow = get();
      while (dns.log.length === 0) await new Promise(setImmediate);
      await putExternal(other.privateKey);

      await slow;
      expect(await status()).toBe('PENDING');
    });
  });

  describe('Easy DKIM', () => {
    it('is the state of a new identity, with three tokens that stay the same', async () => {
      const { DkimAttributes } = await create();
      expect(DkimAttributes).toMatchObject({
        SigningAttributesOrigin: 'AWS_SES',
        Status: 'NOT_STARTED',
        CurrentSigningKeyLength: 'RSA_2048_BIT',
        LastKeyGenerationTimestamp: expect.any(Date),
      });
      expect(new Set(DkimAttributes.Tokens)).toHaveProperty('size', 3);
      await putExternal(key.privateKey);

      expect(await putEasyDkim()).toMatchObject({
        DkimStatus: 'NOT_STARTED',
        DkimTokens: DkimAttributes.Tokens,
      });
      expect(await status()).toBe('SUCCESS');
    });

    it('waits for its CNAME records, but not for ever', async () => {
      await start({ sesVerification: { easyDkimDelayMs: HOUR_MS } });
      const { DkimAttributes } = await create();
      expect(await status()).toBe('PENDING');
      expect(await errorType()).toBe('HOST_NOT_FOUND');
      for (const token of DkimAttributes.Tokens) {
        dns.setRecords(`${token}._domainkey.example.com`, 'CNAME', [`${token}.dkim.amazonses.com`]);
      }
      expect(await status()).toBe('SUCCESS');

      await create({ EmailIdentity: 'other.example.com' });
      await sandbox.clock.advance(HOUR_MS);
      const other = await call('GetEmailIdentity', { EmailIdentity: 'other.example.com' });
      expect(other.DkimAttributes.Status).toBe('SUCCESS');
    });

    it('can be the replica of another region, and fails without it', async () => {
      const DkimSigningAttributes = { DomainSigningAttributesOrigin: 'AWS_SES_US_EAST_1' };
      await create({ DkimSigningAttributes });
      expect(await errorType()).toBe('REPLICATION_PRIMARY_NOT_FOUND');
      await call('CreateEmailIdentity', {}, 'us-east-1');
      expect((await get()).DkimAttributes).toMatchObject({
        SigningAttributesOrigin: 'AWS_SES_US_EAST_1',
        Status: 'SUCCESS',
      });
    });
  });

  it('returns errors as AWS does', async () => {
    await expect(get()).rejects.toMatchObject({ name: 'NotFoundException', statusCode: 404 });
    await expect(putExternal(key.privateKey)).rejects.toMatchObject({ name: 'NotFoundException' });
    await expect(call('PutEmailIdentityDkimAttributes', { SigningEnabled: true })).rejects.toMatchObject({
      name: 'BadRequestException',
      message: 'Domain example.com is not verified for DKIM signing.',
    });
    await create();
    await expect(create()).rejects.toMatchObject({ name: 'AlreadyExistsException' });
    await call('DeleteEmailIdentity');
    await expect(get()).rejects.toMatchObject({ name: 'NotFoundException' });
  });

  it('accepts two calls of an operation at once, then one a second by its clock, from all callers together', async () => {
    await start({ sesRequestsPerSecond: undefined });
    await create();
    await get();
    await get();
    await expect(get()).rejects.toMatchObject({ name: 'TooManyRequestsException', statusCode: 429 });
    await sandbox.clock.advance(1_000);
    await get();
  });
});
