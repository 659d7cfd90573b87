import { PROJECT_ROOT } from '../../constructs/built-handler';
import { privateKeyObject, recordName } from '../../handlers/contract/contract';
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

  /** Calls the function directly, as the old runbook does. */
  async function change(domain: string) {
    const { address } = account.dns;
    const event = { action: 'update_ses_byodkim_automated', domain, selector: 's1' };
    const { Payload } = await account.sandbox.call('lambda', 'Invoke', {
      FunctionName: 'ses-byodkim',
      Payload: Buffer.from(JSON.stringify({ ...event, gate: { nameservers: [address], resolvers: [] } })),
    });
    return JSON.parse(Buffer.from(Payload).toString('utf8'));
  }

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
    expect(await change(domain)).toMatchObject({ statusCode: 200 });
    const record = await account.inProcess('record', domain);

    // Somebody rotates by hand, and puts the new key into the old place.
    const other = await account.storeKey(domain, 's1');
    if (isChanged) account.publish(domain, 's1', other.publicKey);
    const refused = await change(domain);
    expect(refused.statusCode).toBeGreaterThanOrEqual(400);
    const said = await Promise.all(
      [account.inProcess('check', domain), account.inProcess('record', domain)].map(async (each) => {
        const { exitCode, stdout, stderr } = await each;
        expect(exitCode).toBe(3);
        return stdout + stderr;
      }),
    );
    for (const text of [`${refused.message} ${refused.advice}`, ...said]) {
      expect(text).toContain('Do not change DNS: the record of the earlier key must stay.');
      expect(text).toContain('If it was replaced, publish what this prints: `byodkim record');
      expect(text).not.toMatch(/publish(es)? the record of/);
    }
    expect(said[1]).toContain(record.stdout.trim());

    if (isChanged) {
      const { value } = JSON.parse((await account.inProcess('record', domain, '--json')).stdout);
      for (const server of [dns, account.second]) server.setTxt(recordName(domain, 's1'), value);
    }
    const [, Bucket, Key, VersionId] =
      /aws s3api delete-object --bucket (\S+) --key (\S+) --version-id (\S+)/.exec(said[0]!)!;
    for (const text of [refused.advice, ...said]) expect(text).toContain(`--version-id ${VersionId}`);
    await sandbox.call('s3', 'DeleteObject', { Bucket, Key, VersionId });

    expect(await account.inProcess('check', domain)).toMatchObject({ exitCode: 0 });
    expect(await change(domain)).toMatchObject({ statusCode: 200 });
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
    expect(await change(domain)).toMatchObject({ statusCode: 200 });
    expect(puts()).toBe(before);
    expect(await account.dkim(domain)).toMatchObject({ Status: 'SUCCESS', Tokens: ['s1'] });
  });

  it('leaves nothing unfinished on Ctrl-C: the function makes the key that it has begun to make', async () => {
    account.list({ 'example.org': '{ identity: existing }' });
    account.dns.misbehave({ name: recordName('example.org', 's2'), delayMs: 500, times: 1 });
    const { child, ended } = account.start('key', 'create', 'example.org', '-s', 's2');
    await until(() => account.dns.log.some((question) => question.name === recordName('example.org', 's2')));
    child.kill('SIGINT');
    expect(await ended).toMatchObject({
      exitCode: 130,
      stderr: expect.stringContaining('completes what it has begun'),
    });
    const made = { Bucket: BUCKET, Key: privateKeyObject('example.org', 's2') };
    await until(() =>
      account.sandbox.call('s3', 'HeadObject', made).then(
        () => true,
        () => false,
      ),
    );
  });
});
