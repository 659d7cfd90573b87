import { PROJECT_ROOT } from '../../constructs/built-handler';
import { ledgerObject, privateKeyObject, recordName } from '../../handlers/contract/contract';
import { until } from '../../packages/sandbox/__tests__/until';
import { buildProgram, PROGRAMS } from '../../tools/build/programs';
import { BUCKET } from '../support/built-function';
import { makeKey } from '../support/deployment';
import { send, signers } from '../support/mail';
import { Account } from './support/account';

const DOMAIN = 'example.com';

/** The built command as a process, against the built function in a simulated account. */
describe('byodkim', () => {
  let account: Account;

  beforeAll(async () => {
    await buildProgram(PROJECT_ROOT, PROGRAMS.cli);
    account = await Account.open([DOMAIN, 'example.org', 'example.net']);
    account.list({ [DOMAIN]: '{ identity: existing }' });
  });
  afterAll(() => account.close());

  it('takes a domain from no identity to signed mail, and back', async () => {
    await account.createIdentity(DOMAIN);

    // Nothing is there yet: neither key nor record.
    expect(await account.byodkim('check', DOMAIN)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('CERTIFICATE_NOT_FOUND'),
    });
    expect(await account.inProcess('status')).toMatchObject({
      exitCode: 2,
      stdout: expect.stringMatching(
        /example\.com +Easy DKIM SUCCESS +- +no key yet +- +none +the owner of the keys: store the key/,
      ),
    });

    // A key, once.
    expect(await account.byodkim('key', 'create', DOMAIN)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(
        'A request to publish was sent. The topic of the DNS team has 1 confirmed subscriber.',
      ),
    });
    expect(await account.inProcess('key', 'create', DOMAIN)).toMatchObject({
      exitCode: 2,
      stdout: expect.stringContaining('exists already; nothing was written'),
    });
    const record = JSON.parse((await account.inProcess('record', DOMAIN, '--json')).stdout);
    expect(record).toMatchObject({ name: recordName(DOMAIN, 's1'), type: 'TXT' });

    // The record, server by server.
    account.dns.setTxt(record.name, record.value);
    expect(await account.inProcess('check', DOMAIN)).toMatchObject({
      exitCode: 2,
      stdout: expect.stringContaining('1 of 2'),
    });
    account.second.setTxt(record.name, record.value);
    expect(await account.inProcess('check', DOMAIN)).toMatchObject({ exitCode: 0 });

    // Signed, by a change that nobody confirms; then taken back.
    const event = {
      resource: 'Signing',
      transaction: 't1',
      domain: DOMAIN,
      selector: 's1',
      stack: 'B1',
    };
    const gate = { nameservers: [account.dns.address], resolvers: [] };
    const { FunctionError } = await account.sandbox.call('lambda', 'Invoke', {
      FunctionName: 'ses-byodkim',
      Payload: Buffer.from(JSON.stringify({ ...event, gate })),
    });
    expect(FunctionError).toBeUndefined();
    expect(await account.inProcess('status')).toMatchObject({
      exitCode: 2,
      stdout: expect.stringMatching(/SUCCESS +s1 +ready +0 d +reverts in \d+ min/),
    });
    expect(await account.inProcess('revert', DOMAIN, '--yes')).toMatchObject({ exitCode: 0 });
    expect(await account.dkim(DOMAIN)).toMatchObject({ SigningAttributesOrigin: 'AWS_SES' });
    expect(await account.inProcess('confirm', DOMAIN)).toMatchObject({ exitCode: 2 });
  });

  it.each([
    ['kept.example.net', 'a key that was overwritten in S3'],
    ['changed.example.net', 'one whose record was published then'],
  ])('leads back to signed mail if its advice is followed literally: %s, %s', async (domain) => {
    const { sandbox, dns } = account;
    const isChanged = domain.startsWith('changed');
    const VersioningConfiguration = { Status: 'Enabled' };
    await sandbox.call('s3', 'PutBucketVersioning', { Bucket: BUCKET, VersioningConfiguration });
    await account.createIdentity(domain);
    account.list({ [domain]: '{ identity: existing }' });
    const { publicKey } = await account.storeKey(domain, 's1');
    account.publish(domain, 's1', publicKey);
    const update = () => account.inProcess('update', domain, '--yes');
    expect(await update()).toMatchObject({ exitCode: 0 });
    const record = await account.inProcess('record', domain);

    // Somebody rotates by hand, and puts the new key into the old place.
    const other = await account.storeKey(domain, 's1');
    if (isChanged) account.publish(domain, 's1', other.publicKey);
    const said = await Promise.all(
      [update(), account.inProcess('check', domain), account.inProcess('record', domain)].map(
        async (each) => {
          const { exitCode, stdout, stderr } = await each;
          return { exitCode, text: stdout + stderr };
        },
      ),
    );
    for (const { exitCode, text } of said) {
      expect(exitCode).toBe(3);
      expect(text).toContain('Do not change DNS: the record of the earlier key must stay.');
      expect(text).toContain('If it was replaced, publish what this prints: byodkim record');
      expect(text).not.toMatch(/publish(es)? the record of/);
    }
    expect(said[2]!.text).toContain(record.stdout.trim());

    if (isChanged) {
      const { value } = JSON.parse((await account.inProcess('record', domain, '--json')).stdout);
      for (const server of [dns, account.second]) server.setTxt(recordName(domain, 's1'), value);
    }
    const [, Bucket, Key, VersionId] =
      /aws s3api delete-object --bucket (\S+) --key (\S+) --version-id (\S+)/.exec(said[0]!.text)!;
    expect(new Set(said.map(({ text }) => text.includes(`--version-id ${VersionId}`)))).toEqual(
      new Set([true]),
    );
    await sandbox.call('s3', 'DeleteObject', { Bucket, Key, VersionId });

    expect(await account.inProcess('check', domain)).toMatchObject({ exitCode: 0 });
    expect(await update()).toMatchObject({ exitCode: 0 });
    expect(await signers(account, await send(account, domain))).toBe('s1 pass');
  });

  it('adopts an identity in one round: its output is enough for a deploy that writes nothing to SES', async () => {
    const { sandbox } = account;
    const domain = 'adopted.example.net';
    const { privateKey, publicKey } = makeKey('pkcs1');
    const DkimSigningAttributes = {
      DomainSigningSelector: 's1',
      DomainSigningPrivateKey: privateKey.replace(/-----[^-]+-----|\s/g, ''),
    };
    await sandbox.call('ses', 'CreateEmailIdentity', { EmailIdentity: domain, DkimSigningAttributes });
    const Key = privateKeyObject(domain, 's1');
    await sandbox.call('s3', 'PutObject', { Bucket: BUCKET, Key, Body: Buffer.from(privateKey) });
    account.publish(domain, 's1', publicKey);
    account.list({ [DOMAIN]: '{ identity: existing }' });

    const { exitCode, stdout } = await account.byodkim('adopt', domain);
    expect(exitCode).toBe(0);
    const [, arn, tag] = /--resource-arn "(\S+)" --tags (\S+);/.exec(stdout)!;
    const ResourceArn = arn!.replace('$ACCOUNT', sandbox.accountId).replace('$NAME', domain);
    const [, TagKey, Value] = /^Key=(.+),Value=(.+)$/.exec(tag!)!;
    await sandbox.call('ses', 'TagResource', { ResourceArn, Tags: [{ Key: TagKey, Value }] });
    expect(stdout).toContain(`for NAME in ${domain}; do byodkim key create "$NAME"; done`);
    expect((await account.byodkim('key', 'create', domain)).stdout).toContain(
      'No request was sent to the DNS team: its record is published.',
    );

    const puts = () =>
      sandbox.calls.filter(({ operation }) => /^PutEmailIdentityDkim/.test(operation)).length;
    const before = puts();
    expect(await account.inProcess('update', domain, '--yes')).toMatchObject({ exitCode: 0 });
    expect(puts()).toBe(before);
    expect(await account.dkim(domain)).toMatchObject({ Status: 'SUCCESS', Tokens: ['s1'] });
  });

  it('leaves nothing unfinished on Ctrl-C: the function completes the change that it has begun', async () => {
    await account.createIdentity('example.org');
    account.list({ 'example.org': '{ identity: existing }' });
    const key = await account.storeKey('example.org', 's2');
    account.publish('example.org', 's2', key.publicKey);
    account.dns.misbehave({ name: recordName('example.org', 's2'), delayMs: 500, times: 1 });
    const { child, ended } = account.start('update', 'example.org', '-s', 's2', '--yes');
    await until(() => account.dns.log.some((question) => question.name === recordName('example.org', 's2')));
    child.kill('SIGINT');
    expect(await ended).toMatchObject({
      exitCode: 130,
      stderr: expect.stringContaining('completes what it has begun'),
    });
    await until(async () => (await account.dkim('example.org')).Tokens?.[0] === 's2');
    const ledger = { Bucket: BUCKET, Key: ledgerObject(account.sandbox.region, 'example.org') };
    await until(async () => {
      const { Body } = await account.sandbox.call('s3', 'GetObject', ledger);
      return JSON.parse(Buffer.from(Body).toString('utf8')).lease === null;
    });
    expect(await account.dkim('example.org')).toMatchObject({ Status: 'SUCCESS', SigningEnabled: true });
  });
});
