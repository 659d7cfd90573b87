import { generateKeyPairSync } from 'node:crypto';
import { dnsRecordObject, privateKeyObject, recordName } from '../../../handlers/contract/contract';
import { awsFailure, BUCKET, FakeCloud, newTestKey, TOPICS, testKey } from '../../support/world';
import { functionIn } from '../support/function';
import { byodkim, files } from '../support/terminal';

const LIST = `
control: { keyStore: { bucket: { existing: ${BUCKET} } } }
defaults: { region: ap-northeast-1 }
domains:
  example.com: { selector: s1 }
`;
const KEY = privateKeyObject('example.com', 's1');
const NAME = recordName('example.com', 's1');

describe('key', () => {
  const key = testKey('own');
  let cloud: FakeCloud;
  /** Regions in which a function was called, or an object was stored. */
  let regions: string[];
  /** Accounts that the buckets had to belong to. */
  let accounts: string[];
  beforeEach(() => {
    regions = [];
    accounts = [];
    cloud = new FakeCloud({
      environment: { dnsTopicArn: TOPICS.dns, allow: JSON.stringify({ aliasZones: ['k.example'] }) },
    });
    cloud.ses.give('example.com');
  });

  const run = (args: readonly string[], pem = key.pem, list = LIST) =>
    byodkim(args, {
      readFile: files({ 'domains.yaml': list, 'k.pem': pem }),
      invoke: (call) => {
        regions.push(call.region);
        return functionIn(cloud)(call);
      },
      clock: { now: () => cloud.clock.now(), sleep: async () => {} },
      prove: (request, gate) => cloud.run((world) => world.prove(request, gate)),
      callerAccount: async () => '111122223333',
      storeNew: async ({ region, bucket, account, key: place, body }) => {
        regions.push(region);
        accounts.push(account);
        if (cloud.s3.object(bucket, place)) return false;
        cloud.s3.write(bucket, place, body);
        return true;
      },
    });
  const put = (...more: string[]) => run(['key', 'put', 'example.com', 'k.pem', ...more]);

  describe('put', () => {
    it('stores the key and its record where the function finds them, and prints the next step', async () => {
      const { exitCode, stdout, stderr } = await put();
      expect(`${exitCode} ${stderr}`).toBe('0 ');
      expect(stdout).toContain('byodkim record example.com');
      expect(stdout).not.toContain('PRIVATE');
      expect(cloud.s3.text(BUCKET, KEY)).toBe(key.pem);

      // As `key create` would have described it.
      const stored = cloud.s3.json(BUCKET, dnsRecordObject('example.com', 's1'));
      cloud.s3.remove(BUCKET, dnsRecordObject('example.com', 's1'));
      await cloud.invoke({
        action: 'create_key',
        domain: 'example.com',
        selector: 's1',
        notifyDnsTeam: false,
      });
      expect(stored).toEqual(cloud.s3.json(BUCKET, dnsRecordObject('example.com', 's1')));

      cloud.dns.publish(NAME, key.value);
      const update = { action: 'update_ses_byodkim_automated', domain: 'example.com', selector: 's1' };
      expect(await cloud.invoke(update)).toMatchObject({ statusCode: 200, final_dkim_status: 'SUCCESS' });
    });

    it.each([
      ['the caller’s', '', '111122223333'],
      ['the one that the list allows', 'provider: { allowedAccountIds: ["444455556666"] }', '444455556666'],
      [
        'the caller’s, if the list allows several',
        'provider: { allowedAccountIds: ["444455556666", "111122223333"] }',
        '111122223333',
      ],
      [
        'the account of the list’s role',
        'provider: { assumeRoleArn: "arn:aws:iam::777788889999:role/deploy" }',
        '777788889999',
      ],
    ])('stores only in a bucket of this account: %s', async (_, provider, account) => {
      await run(['key', 'put', 'example.com', 'k.pem'], key.pem, `${provider}\n${LIST}`);
      expect(accounts).toEqual([account, account]);
    });

    it('writes nothing when repeated, and writes the rest after an interruption', async () => {
      await put();
      expect(await put()).toMatchObject({
        exitCode: 2,
        stdout: expect.stringContaining('is already stored at'),
      });
      cloud.s3.remove(BUCKET, dnsRecordObject('example.com', 's1'));
      expect(await put()).toMatchObject({ exitCode: 0 });
      expect(cloud.s3.object(BUCKET, dnsRecordObject('example.com', 's1'))).toBeDefined();
      expect(cloud.s3.versionsOf(BUCKET, KEY)).toHaveLength(1);
    });

    it('reports that its record is published, and notifies nobody', async () => {
      cloud.dns.publish(NAME, key.value);
      const { stdout } = await put();
      expect(stdout).toContain('; its record is published.');
      expect(stdout).not.toContain('DNS team');
      expect(cloud.sns.published).toEqual([]);
    });

    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    it('refuses an EC key', async () => {
      const pem = ec.export({ type: 'sec1', format: 'pem' }) as string;
      expect(await run(['key', 'put', 'example.com', 'k.pem'], pem)).toMatchObject({
        exitCode: 3,
        stderr: expect.stringContaining('it is a key of type EC, and SES takes RSA only'),
      });
      expect(cloud.s3.keys(BUCKET)).toEqual([]);
    });

    it('refuses a key that does not match the published record', async () => {
      cloud.dns.publish(NAME, newTestKey().value);
      expect(await put()).toMatchObject({
        exitCode: 3,
        stderr: expect.stringContaining(`does not match the record published at ${NAME}`),
      });
      expect(cloud.s3.keys(BUCKET)).toEqual([]);
    });

    it('advises what to pass instead of a file that is not a key', async () => {
      const { exitCode, stderr } = await run(['key', 'put', 'example.com', 'k.pem'], 'no key');
      expect(stderr).toContain('`openssl genrsa -out private_key.pem 2048` makes a key that SES accepts.');
      expect(stderr).not.toContain('Replace the object');
      expect(exitCode).toBe(3);
    });

    it('never overwrites another key', async () => {
      cloud.giveKey('example.com', 's1', { publish: false });
      const before = cloud.s3.text(BUCKET, KEY);
      expect(await put()).toMatchObject({
        exitCode: 3,
        stderr: expect.stringContaining('never overwritten'),
      });
      expect(cloud.s3.text(BUCKET, KEY)).toBe(before);
    });
  });

  it('gives advice that works: it names the entry, and avoids the command that was just refused', async () => {
    const { stderr: missing } = await run(['record', 'example.com']);
    expect(missing).toContain(
      'To do: Store the key (`byodkim key put example.com --region ap-northeast-1 FILE -s s1`)',
    );
    cloud.dns.publish(NAME, newTestKey().value);
    const { stderr } = await put();
    expect(stderr).toContain('To do: Use another selector (-s), or the private key of the record');
    expect(stderr).not.toContain('byodkim key put');
  });

  it('put and create use the home of an entry that shares its key', async () => {
    const list = LIST.replace(`{ existing: ${BUCKET} }`, '"keys-{region}"').concat(
      '  example.com@us-east-1: { selector: s1 }\n',
    );
    const stored = await run(['key', 'put', 'example.com@us-east-1', 'k.pem'], key.pem, list);
    expect(stored).toMatchObject({
      exitCode: 0,
      stderr: 'example.com@us-east-1 signs with the key of example.com, which is kept there.\n',
      stdout: expect.stringContaining('byodkim record example.com '),
    });
    expect(cloud.s3.text('keys-ap-northeast-1', KEY)).toBe(key.pem);
    const made = await run(['key', 'create', 'example.com@us-east-1', '-s', 's2'], key.pem, list);
    expect(made.exitCode).toBe(0);
    expect(new Set(regions)).toEqual(new Set(['ap-northeast-1']));
  });

  it('create, record and manual print the aliases of a delegated key, from each entry that shares it', async () => {
    const record = '{ hostedZoneId: Z0123456789, delegation: { zone: k.example, selectors: [s1, s2] } }';
    const entries = `s1, record: ${record} }\n  example.com@us-east-1: { selector: s1 }`;
    const list = LIST.replace(`{ existing: ${BUCKET} }`, '"keys-{region}"').replace('s1 }', entries);
    for (const command of ['key create -s s1,s2', 'record --key-file k.pem', 'manual']) {
      const { stdout } = await run([...command.split(' '), 'example.com@us-east-1'], key.pem, list);
      expect(stdout).toMatch(
        / CNAME s1\..*\.\n.* CNAME s2\.|^ZONE=k\.example;.*\n.* TXT s1\..*\.k\.example @/m,
      );
      expect(stdout).not.toMatch(/^Type| IN TXT /m);
    }
  });

  describe('create, of several selectors', () => {
    const create = () => run(['key', 'create', 'example.com', '-s', 's1,s2,s3']);

    it('makes all keys, notifies the DNS team once, and prints all records', async () => {
      const { exitCode, stdout } = await create();
      expect(exitCode).toBe(0);
      const values = ['s1', 's2', 's3'].map(
        (selector) =>
          cloud.s3.json<{ value: string }>(BUCKET, dnsRecordObject('example.com', selector)).value,
      );
      expect(cloud.sns.published).toHaveLength(1);
      const [{ subject, message }] = cloud.sns.published as [(typeof cloud.sns.published)[number]];
      expect(subject).toBe('DNS records to publish for example.com (DKIM)');
      expect(message).toContain('Please publish 3 records in the DNS of example.com, by');
      for (const value of values) expect(message).toContain(value);
      for (const selector of ['s1', 's2', 's3'])
        expect(stdout).toContain(`${selector}._domainkey.example.com`);
      expect(stdout).toContain('made and stored. Publish the record, unless the stack does, then deploy.');

      const { spares } = await cloud.invoke({ action: 'status', domain: 'example.com' });
      expect(spares).toEqual(['s1', 's2', 's3']);
    });

    it('makes none if another key’s record is published for one of them', async () => {
      cloud.dns.publish(recordName('example.com', 's2'), newTestKey().value);
      const { exitCode, stderr } = await create();
      expect(stderr).toContain('Selector s2 of example.com is in use');
      expect(stderr).toContain('No key was made for any selector.');
      expect(exitCode).toBe(3);
      for (const selector of ['s1', 's2', 's3'])
        expect(cloud.s3.object(BUCKET, privateKeyObject('example.com', selector))).toBeUndefined();
    });

    it('names the keys that it made before one failed', async () => {
      const error = awsFailure('AccessDenied', 'no', 403);
      const object = `s3://${BUCKET}/${privateKeyObject('example.com', 's2')}`;
      cloud.calls.addFault({ action: 's3:PutObject', resource: object, error, times: 9 });
      expect((await create()).stderr).toContain('Before that, keys were made for s1.');
    });

    it.each(['s1,S1', 's1,s2,s1'])('refuses %s, which DNS does not distinguish', async (selectors) => {
      const { exitCode, stderr } = await run(['key', 'create', 'example.com', '-s', selectors]);
      expect([exitCode, stderr]).toEqual([1, expect.stringContaining('is named twice')]);
      expect(cloud.s3.object(BUCKET, KEY)).toBeUndefined();
    });

    it('notifies nobody again if all keys exist', async () => {
      await create();
      expect((await create()).exitCode).toBe(2);
      expect(cloud.sns.published).toHaveLength(1);
    });
  });

  it('create does not ask for a record that is already published: an adopted domain', async () => {
    cloud.giveKey('example.com', 's1', { dnsInformation: false });
    expect(await run(['key', 'create', 'example.com'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(
        /, unless it is there .*No request was sent to the DNS team: its record is published\./s,
      ),
    });
    expect(cloud.sns.published).toEqual([]);
    expect(cloud.s3.json(BUCKET, dnsRecordObject('example.com', 's1')).format).toBe(1);
  });

  it('put and create print with --json what they have written', async () => {
    const asData = async (args: readonly string[]) => JSON.parse((await run([...args, '--json'])).stdout);
    const putArgs = ['key', 'put', 'example.com', 'k.pem'];
    const stored = { domain: 'example.com', selector: 's1', fingerprint: key.publicKey.fingerprint };
    expect(await asData(putArgs)).toMatchObject({ ...stored, written: 'key-and-record' });
    cloud.s3.remove(BUCKET, dnsRecordObject('example.com', 's1'));
    expect(await asData(putArgs)).toMatchObject({ ...stored, written: 'record' });
    expect(await asData(putArgs)).toMatchObject({ ...stored, written: 'nothing' });
    const createArgs = ['key', 'create', 'example.com', '-s', 's9'];
    const made = { domain: 'example.com', selector: 's9' };
    expect(await asData(createArgs)).toMatchObject({ ...made, created: true });
    expect(await asData(createArgs)).toMatchObject({ ...made, created: false, described: false });
  });
});
