import { FakeCloud, newTestKey, TOPICS, testKey } from '../../support/world';
import { functionIn } from '../support/function';
import { byodkim } from '../support/terminal';

const PLACE = ['--region', 'ap-northeast-1', '--no-list'];

/** Base64 that only the private half has. */
const secretOf = (pem: string): string => pem.split('\n').slice(-5, -3).join('');

describe('commands that the function carries out', () => {
  let cloud: FakeCloud;
  beforeEach(() => {
    cloud = new FakeCloud({ environment: { dnsTopicArn: TOPICS.dns } });
  });

  const run = (...args: string[]) =>
    byodkim([...args, ...PLACE], {
      invoke: functionIn(cloud),
      clock: { now: () => cloud.clock.now(), sleep: async () => {} },
    });

  /** A change that waits for its confirmation. */
  async function unconfirmed(): Promise<void> {
    cloud.giveKey('example.com', 's1');
    cloud.ses.give('example.com');
    await cloud.invoke({
      resource: 'Signing',
      transaction: 't1',
      domain: 'example.com',
      selector: 's1',
      tf: { action: 'create' },
    });
  }

  describe('record', () => {
    const long = newTestKey(2048);

    it('prints the record of the key in S3 in every form', async () => {
      const { value } = cloud.giveKey('example.com', 's1');
      const { exitCode, stdout } = await run('record', 'example.com', '-s', 's1');
      expect(stdout).toContain('Name   s1._domainkey.example.com\n');
      expect(stdout).toContain(`Value  ${value}\n`);
      expect(stdout).toMatch(/^s1\._domainkey\.example\.com\. 300 IN TXT "v=DKIM1; /m);
      expect(exitCode).toBe(0);
    });

    it.each([
      ['value', /^v=DKIM1; k=rsa; p=\S+\n$/],
      ['zone', /^s1\._domainkey\.example\.com\. 300 IN TXT "[^"]{1,255}"( "[^"]{1,255}")*\n$/],
      ['route53', /^"[^"]{1,255}"( "[^"]{1,255}")*\n$/],
      [
        'nsupdate',
        /^update delete s1\._domainkey\.example\.com\. TXT\nupdate add s1\._domainkey\.example\.com\. 300 IN TXT "[^\n]+"\nsend\n$/,
      ],
      ['terraform', /^resource "aws_route53_record" "dkim_s1_example_com" \{\n[^{}]+\n\}\n$/],
    ])('prints one form alone: %s', async (form, pattern) => {
      const { stdout } = await byodkim([
        'record',
        'example.com',
        '-s',
        's1',
        '--no-list',
        '--record',
        long.value,
        '--form',
        form,
      ]);
      expect(stdout).toMatch(pattern);
      expect(stdout.replace(/" "|\\"\\"/g, '')).toContain(long.publicKey.spki);
    });

    it('prints a change batch that Route 53 takes', async () => {
      const { value } = long;
      const { stdout } = await byodkim([
        'record',
        'example.com',
        '-s',
        's1',
        '--no-list',
        '--record',
        value,
        '--form',
        'change-batch',
      ]);
      const strings = /^"([^"]{255})" "([^"]{1,255})"$/.exec(
        JSON.parse(stdout).Changes[0].ResourceRecordSet.ResourceRecords[0].Value,
      );
      expect(strings?.slice(1).join('')).toBe(value);
      expect(JSON.parse(stdout)).toMatchObject({
        Changes: [
          {
            Action: 'UPSERT',
            ResourceRecordSet: { Name: 's1._domainkey.example.com.', Type: 'TXT', TTL: 300 },
          },
        ],
      });
    });

    it('needs no AWS for a key file, and keeps it to itself', async () => {
      const { pem, publicKey } = testKey();
      const { exitCode, stdout } = await byodkim(
        ['record', 'example.com', '-s', 's1', '--no-list', '--key-file', 'k.pem', '--json'],
        { readFile: async () => Buffer.from(pem) },
      );
      expect(JSON.parse(stdout)).toMatchObject({
        name: 's1._domainkey.example.com',
        type: 'TXT',
        publicKey: publicKey.spki,
        fingerprint: publicKey.fingerprint,
      });
      expect(JSON.parse(stdout)).not.toHaveProperty('createdAt');
      expect(stdout).not.toContain(secretOf(pem));
      expect(exitCode).toBe(0);
    });
  });

  describe('key', () => {
    it('create has the function make one, and shows the record and who was told', async () => {
      const { exitCode, stdout } = await run('key', 'create', 'example.com', '-s', 's2');
      expect(stdout).toContain('A private key for selector s2 of example.com was made and stored.');
      expect(stdout).toContain('The DNS team was told.');
      expect(stdout).toContain('Name   s2._domainkey.example.com');
      expect(exitCode).toBe(0);
      expect(cloud.sns.published).toHaveLength(1);
    });

    it('create refuses to write over a key: says so, ends with 2, and writes nothing', async () => {
      await run('key', 'create', 'example.com', '-s', 's2');
      const writes = () => cloud.calls.count('s3:PutObject');
      const before = writes();
      const { exitCode, stdout } = await run('key', 'create', 'example.com', '-s', 's2');
      expect(stdout).toContain(
        'A private key for selector s2 of example.com exists already; nothing was written.',
      );
      expect(exitCode).toBe(2);
      expect(writes()).toBe(before);
    });

    it('create refuses what lies in the place of a key with 3', async () => {
      cloud.s3.write('key-store', 'dkim-certificates/example.com/s2/private_key.pem', 'not a key');
      const { exitCode, stderr } = await run('key', 'create', 'example.com', '-s', 's2');
      expect(stderr).toContain('CERTIFICATE_INVALID');
      expect(exitCode).toBe(3);
    });

    it('show tells fingerprint, age and place, and nothing of the key', async () => {
      const key = cloud.giveKey('example.com', 's1', { dnsInformation: false });
      await cloud.clock.advance(100 * 86_400_000);
      const { exitCode, stdout, stderr } = await run('key', 'show', 'example.com', '-s', 's1');
      expect(stdout).toContain(`Key    ${key.publicKey.fingerprint}, RSA of 1024 bits`);
      expect(stdout).toContain('Made   2025-09-17, 100 days ago');
      expect(stdout).toContain('in 356 days');
      expect(stdout).toContain('Stored s3://key-store/dkim-certificates/example.com/s1/private_key.pem');
      expect(stdout).toContain('Warning: there is no DNS information');
      expect(stdout + stderr).not.toContain(secretOf(key.pem));
      expect(exitCode).toBe(0);
    });

    it('show ends with 2 when there is none', async () => {
      const { exitCode, stderr } = await run('key', 'show', 'example.com', '-s', 's1');
      expect(stderr).toContain('CERTIFICATE_NOT_FOUND');
      expect(exitCode).toBe(2);
    });
  });

  describe('confirm', () => {
    it('keeps a change that waits', async () => {
      await unconfirmed();
      const { exitCode, stdout } = await run('confirm', 'example.com');
      expect(stdout).toContain('example.com: the change t1 is confirmed and stays.');
      expect(exitCode).toBe(0);
      expect(cloud.scheduler.pending()).toEqual([]);
    });

    it('says that SES must verify it all the same', async () => {
      cloud.ses.verifySeconds = 20 * 60;
      await unconfirmed();
      const { exitCode, stdout } = await run('confirm', 'example.com');
      expect(stdout).toMatch(
        /is confirmed\. SES has not verified it yet: .* unless it has by 2025-09-17T11:30:00/,
      );
      expect(exitCode).toBe(0);
      expect(cloud.scheduler.pending()).toHaveLength(1);
    });

    it('ends with 2 when nothing waits', async () => {
      const { exitCode, stdout } = await run('confirm', 'example.com');
      expect(stdout).toContain('nothing was confirmed: nothing is waiting for a confirmation.');
      expect(exitCode).toBe(2);
    });
  });

  describe('revert', () => {
    it('puts back what SES had, when the operator agrees', async () => {
      await unconfirmed();
      const questions: string[] = [];
      const { exitCode, stdout } = await byodkim(['revert', 'example.com', ...PLACE], {
        invoke: functionIn(cloud),
        ask: async (question) => {
          questions.push(question);
          return 'y';
        },
      });
      expect(questions).toEqual([
        'Put back what SES had for example.com in ap-northeast-1 before its last change? [y/N]',
      ]);
      expect(stdout).toContain('example.com: reverted: ');
      expect(exitCode).toBe(0);
      expect(cloud.ses.state('example.com')).toMatchObject({ origin: 'AWS_SES' });
    });

    it.each(['', 'n', 'no', 'yeah'])('changes nothing on the answer %j', async (answer) => {
      const { exitCode, stderr } = await byodkim(['revert', 'example.com', ...PLACE], {
        ask: async () => answer,
      });
      expect(stderr).toContain('Nothing was changed.');
      expect(exitCode).toBe(2);
    });

    it('refuses to guess where nobody can be asked', async () => {
      const { exitCode, stderr } = await run('revert', 'example.com');
      expect(stderr).toContain('say --yes');
      expect(exitCode).toBe(1);
    });

    it('ends with 2 when nothing waits', async () => {
      const { exitCode, stdout } = await run('revert', 'example.com', '--yes');
      expect(stdout).toContain('SES was not changed: nothing is waiting for a confirmation, or for SES.');
      expect(exitCode).toBe(2);
    });
  });

  describe('record --notify', () => {
    it('has the DNS team told again', async () => {
      cloud.giveKey('example.com', 's1');
      const { exitCode, stdout } = await run('record', 'example.com', '-s', 's1', '--notify');
      expect(stdout).toContain('The DNS team was told to publish s1._domainkey.example.com.');
      expect(exitCode).toBe(0);
      expect(cloud.sns.published).toHaveLength(1);
    });

    it('prints the notice, and ends with 2, where nobody is set up to get it', async () => {
      cloud = new FakeCloud();
      cloud.giveKey('example.com', 's1');
      const { exitCode, stdout } = await run('record', 'example.com', '-s', 's1', '--notify');
      expect(stdout).toContain('Nobody was told');
      expect(stdout).toContain('s1._domainkey.example.com');
      expect(exitCode).toBe(2);
    });
  });

  describe('update', () => {
    it('sets BYODKIM directly', async () => {
      cloud.giveKey('example.com', 's1');
      cloud.ses.give('example.com');
      const { exitCode, stdout } = await run('update', 'example.com', '-s', 's1', '--yes');
      expect(stdout).toContain('SES BYODKIM update completed successfully (EXTERNAL s1, SUCCESS).');
      expect(exitCode).toBe(0);
      expect(cloud.ses.state('example.com')).toMatchObject({ origin: 'EXTERNAL', selector: 's1' });
    });

    it('ends with 2 when the record is not there, and SES is untouched', async () => {
      cloud.giveKey('example.com', 's1', { publish: false });
      cloud.ses.give('example.com');
      const { exitCode, stderr } = await run('update', 'example.com', '-s', 's1', '--yes');
      expect(stderr).toContain(
        'DNS_TXT_NOT_READY: DNS TXT record for s1._domainkey.example.com is not yet available.',
      );
      expect(exitCode).toBe(2);
    });

    it('gives the error as JSON, with its details', async () => {
      cloud.giveKey('example.com', 's1', { publish: false });
      const { stdout } = await run('update', 'example.com', '-s', 's1', '--yes', '--json');
      expect(JSON.parse(stdout)).toMatchObject({
        error: 'DNS_TXT_NOT_READY',
        exitCode: 2,
        details: { servers: expect.any(Array) },
      });
    });
  });

  describe('audit', () => {
    it('ends with 0 when all is well', async () => {
      await unconfirmed();
      await run('confirm', 'example.com');
      const { exitCode, stdout } = await run('audit');
      expect(stdout).toContain('ap-northeast-1: All domains (1) are well');
      expect(stdout).toContain('Report: s3://key-store/byodkim-audit/');
      expect(exitCode).toBe(0);
    });

    it('ends with 3, and says what to do, when something is wrong', async () => {
      await unconfirmed();
      await run('confirm', 'example.com');
      cloud.dns.unpublish('s1._domainkey.example.com');
      const { exitCode, stdout } = await run('audit', 'example.com');
      expect(stdout).toContain('example.com (ap-northeast-1, selector s1)');
      expect(stdout).toContain('To do: ');
      expect(exitCode).toBe(3);
    });

    it('ends with 4 for a domain that nobody knows, and still tells of the other', async () => {
      await unconfirmed();
      await run('confirm', 'example.com');
      const { exitCode, stdout } = await run('audit', 'example.com', 'example.org', '--json');
      const { regions } = JSON.parse(stdout);
      expect(regions[0]).toMatchObject({
        audited: 2,
        needingAttention: 1,
        domains: [{ domain: 'example.org' }],
      });
      expect(exitCode).toBe(4);
    });

    it('asks each region of the list', async () => {
      const regions: string[] = [];
      const { exitCode, stdout } = await byodkim(['audit'], {
        readFile: async () =>
          Buffer.from(
            'defaults: { selector: s }\ndomains:\n  a.example: { region: eu-west-1 }\n  b.example: { region: us-east-1 }\n',
          ),
        invoke: async ({ region, qualifier = 'none', payload }) => {
          regions.push(`${region} ${qualifier}`);
          expect(payload).toEqual({ action: 'audit', always: false });
          if (region === 'us-east-1')
            throw Object.assign(new Error('gone'), { name: 'ResourceNotFoundException' });
          return {
            payload: {
              statusCode: 200,
              message: 'All 1 domains are well',
              complete: true,
              domains: [],
              warnings: [],
              report: 's3://x/y',
            },
          };
        },
      });
      // By the reading door; where there is none, the control stack may be of an earlier release.
      expect(regions).toEqual(['eu-west-1 read', 'us-east-1 read', 'us-east-1 none']);
      expect(stdout).toContain('us-east-1: FUNCTION_NOT_FOUND');
      expect(exitCode).toBe(4);
    });
  });

  describe('manual', () => {
    it('prints the commands, with the way back to what SES has now', async () => {
      await unconfirmed();
      await run('confirm', 'example.com');
      const { exitCode, stdout } = await run('manual', 'example.com', '-s', 's2');
      expect(stdout).toContain('--bucket key-store');
      expect(stdout).toContain('# Step 3, if SES had BYODKIM (EXTERNAL) with selector s1:');
      expect(exitCode).toBe(0);
    });

    it('minds a change that waits for its confirmation', async () => {
      await unconfirmed();
      const { stdout } = await run('manual', 'example.com', '-s', 's2');
      expect(stdout).toContain('# Mind: a change waits for its confirmation, and reverts at ');
    });

    it('works when the function does not', async () => {
      const { exitCode, stdout, stderr } = await byodkim(['manual', 'example.com', '-s', 's1', ...PLACE], {
        invoke: async () => ({
          payload: { errorType: 'Error', errorMessage: 'broken' },
          functionError: 'Unhandled',
        }),
      });
      expect(stderr).toContain(
        'What SES has now could not be told (The function ses-byodkim in ap-northeast-1 failed: broken',
      );
      expect(stdout).toContain("# Mind: put the name of the key store's bucket in place of KEY_STORE_BUCKET");
      expect(stdout).toContain('last resort');
      expect(exitCode).toBe(0);
    });
  });
});
