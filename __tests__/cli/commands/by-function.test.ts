import { BEFORE_A_PUT } from '../../../handlers/words/unsigned-mail';
import { FakeCloud, newTestKey, TOPICS } from '../../support/world';
import { awsError, functionIn } from '../support/function';
import { byodkim, files } from '../support/terminal';

const PLACE = ['--region', 'ap-northeast-1', '--no-list'];

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
      stack: 'B1',
    });
  }

  it('advice contains the entry that was named, even if a function of an earlier version returns none', async () => {
    const payload = { statusCode: 409, error: 'ROLLBACK_FAILED', message: 'It was not rolled back.' };
    const { stderr } = await byodkim(['confirm', 'example.com', ...PLACE], {
      invoke: async () => ({ payload }),
    });
    expect(stderr).toMatch(/To do: .*byodkim revert example\.com/);
    expect(stderr).not.toContain('<domain>');
  });

  it('record prints the record of the key in S3 in every form', async () => {
    const { value } = cloud.giveKey('example.com', 's1');
    const { exitCode, stdout } = await run('record', 'example.com', '-s', 's1');
    expect(stdout).toContain('Name   s1._domainkey.example.com\n');
    expect(stdout).toContain(`Value  ${value}\n`);
    expect(stdout).toMatch(/^s1\._domainkey\.example\.com\. 300 IN TXT "v=DKIM1; /m);
    expect(exitCode).toBe(0);
  });

  it('record --json has the source of the key', async () => {
    const { pem } = newTestKey(2048);
    cloud.giveKey('example.com', 's1');
    const sourceOf = ({ stdout }: { readonly stdout: string }) => JSON.parse(stdout).source;
    expect(sourceOf(await run('record', 'example.com', '-s', 's1', '--json'))).toBe(
      'function ses-byodkim in ap-northeast-1',
    );
    const ofFile = ['record', 'example.com', '-s', 's1', '--no-list', '--key-file', 'k.pem', '--json'];
    expect(sourceOf(await byodkim(ofFile, { readFile: files({ 'k.pem': pem }) }))).toBe('the command line');
  });

  it('record prints a change batch that Route 53 accepts', async () => {
    const { value, pem } = newTestKey(2048);
    const { stdout } = await byodkim(
      [
        ...['record', 'example.com', '-s', 's1', '--no-list', '--key-file', 'k.pem'],
        ...['--form', 'change-batch'],
      ],
      { readFile: files({ 'k.pem': pem }) },
    );
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

  it('confirm keeps a change that is waiting for SES', async () => {
    await unconfirmed();
    const { exitCode, stdout } = await run('confirm', 'example.com');
    expect(stdout).toContain('example.com: the change t1 is confirmed and stays.');
    expect(exitCode).toBe(0);
    expect(cloud.scheduler.pending()).toEqual([]);
  });

  it('confirm warns of a schedule that could not be removed', async () => {
    await unconfirmed();
    cloud.calls.addFault({ action: 'scheduler:DeleteSchedule' });
    expect((await run('confirm', 'example.com')).stdout).toMatch(
      /stays\.\nWarning: Schedule \S+ could not be/,
    );
  });

  it('revert rolls back when the operator agrees', async () => {
    await unconfirmed();
    const questions: string[] = [];
    const { exitCode, stdout, stderr } = await byodkim(['revert', 'example.com', ...PLACE], {
      invoke: functionIn(cloud),
      ask: async (question) => {
        questions.push(question);
        return 'yes';
      },
    });
    expect(stderr).toContain(BEFORE_A_PUT);
    expect(questions).toEqual([
      'Restore the state of SES for example.com in ap-northeast-1 before its last change? Type "yes" to continue:',
    ]);
    expect(stdout).toContain('example.com: rolled back: ');
    expect(exitCode).toBe(0);
    expect(cloud.ses.state('example.com')).toMatchObject({ origin: 'AWS_SES' });
  });

  it('record --notify notifies the DNS team again', async () => {
    cloud.giveKey('example.com', 's1', { publish: false });
    const { exitCode, stdout } = await run('record', 'example.com', '-s', 's1', '--notify');
    expect(stdout).toContain('A request to publish s1._domainkey.example.com was sent.');
    expect(exitCode).toBe(0);
    expect(cloud.sns.published).toHaveLength(1);
  });

  it('record --notify --remove does not ask for the removal of a record that mail may need', async () => {
    await unconfirmed();
    const { exitCode, stdout } = await run('record', 'example.com', '-s', 's1', '--notify', '--remove');
    expect(stdout).toContain(
      'No request to remove the record of s1 was sent: mail or a rollback may need it',
    );
    expect(exitCode).toBe(3);
    expect((await run('record', 'example.com', '--notify', '--remove')).exitCode).toBe(1);
    expect((await run('record', 'example.com', '-s', 's1', '--remove')).exitCode).toBe(1);
  });

  it.each(['y', 'YES', 'no', ''])('revert changes nothing if the answer is %j', async (typed) => {
    const { exitCode, stderr } = await byodkim(['revert', 'example.com', ...PLACE], {
      ask: async () => typed,
    });
    const unchanged = 'Nothing was changed: the answer was not "yes".\n';
    expect([exitCode, stderr]).toEqual([2, `${BEFORE_A_PUT}\n${unchanged}`]);
  });

  describe('with --json', () => {
    const asData = async (...args: string[]) => JSON.parse((await run(...args, '--json')).stdout);
    const KEY = { domain: 'example.com', selector: 's1' };

    it('record and its notice have the data of the record', async () => {
      const { publicKey } = cloud.giveKey('example.com', 's1', { publish: false });
      const record = ['record', 'example.com', '-s', 's1'];
      expect(await asData(...record)).toMatchObject({ ...KEY, fingerprint: publicKey.fingerprint });
      expect(await asData(...record, '--notify')).toMatchObject({
        record: { ...KEY, name: 's1._domainkey.example.com' },
        notice: { sent: true },
      });
    });

    it('confirm prints the function’s answer, whether or not there was a change to confirm', async () => {
      await unconfirmed();
      expect(await asData('confirm', 'example.com')).toMatchObject({
        domain: 'example.com',
        transaction: 't1',
        verified: true,
      });
      expect(await asData('confirm', 'example.com')).toMatchObject({
        code: 'NOTHING_TO_CONFIRM',
        facts: { kind: 'nothing-to-confirm' },
      });
    });

    it('revert has the code of the restored state', async () => {
      await unconfirmed();
      expect(await asData('revert', 'example.com', '--yes')).toMatchObject({
        code: 'PRIOR_STATE',
        facts: { kind: 'prior-state', origin: 'easy-dkim' },
      });
    });
  });

  describe('status --always', () => {
    const list = 'defaults: { region: ap-northeast-1, selector: s1 }\ndomains: { other.example: {} }\n';
    const always = (...args: string[]) =>
      byodkim(['status', '--always', '--region', 'ap-northeast-1', ...args], {
        readFile: files({ 'domains.yaml': list }),
        invoke: functionIn(cloud),
        clock: { now: () => cloud.clock.now(), sleep: async () => {} },
      });

    it('audits each domain that the function has changed, and prints where the report is', async () => {
      await unconfirmed();
      await run('confirm', 'example.com');
      const { exitCode, stdout } = await always('example.com');
      expect(stdout).toMatch(
        /^ap-northeast-1: No problems in 1 domain.*\nNo notice was sent: .*\nReport: s3:/,
      );
      expect(stdout).toMatch(/^example\.com +SUCCESS/m);
      expect(exitCode).toBe(0);
      expect(JSON.parse((await always('example.com', '--json')).stdout)).toMatchObject({
        code: 'OK',
        audits: [{ region: 'ap-northeast-1', code: 'OK', audited: 1 }],
      });
    });

    it('exits with 2 while a change is open, and reports that the domain was not checked', async () => {
      await unconfirmed();
      const { exitCode, stdout } = await always('example.com');
      expect(stdout).toContain('The signing state of 1 domain is not final');
      expect(exitCode).toBe(2);
    });

    it('prints the findings of a domain that the list does not have, and exits with 3', async () => {
      await unconfirmed();
      await run('confirm', 'example.com');
      cloud.dns.unpublish('s1._domainkey.example.com');
      const { exitCode, stdout } = await always();
      expect(stdout).toContain('example.com (ap-northeast-1, selector s1)');
      expect(stdout).toContain('To do: ');
      expect(exitCode).toBe(3);
    });

    it('prints advice if the function cannot be called, with the exit code of every command that fails so', async () => {
      const denied = { invoke: () => Promise.reject(awsError('AccessDeniedException', 403)) };
      const { stdout } = await byodkim(['status', 'example.com', '--always', ...PLACE], denied);
      expect(stdout).toMatch(
        /^ap-northeast-1: CALLER_DENIED: You are not allowed to call .*\nTo do: Ask for this permission/,
      );
      const ended = await byodkim(['status', 'example.com', '--always', ...PLACE, '--json'], denied);
      expect(ended.exitCode).toBe(1);
      expect(JSON.parse(ended.stdout).audits).toMatchObject([
        { code: 'CALLER_DENIED', facts: { action: 'lambda:InvokeFunction' }, exitCode: 1 },
      ]);
    });
  });

  it('manual prints the restore of the prior state, not the change, while a rollback fails', async () => {
    cloud.giveKey('example.com', 's1');
    cloud.ses.give('example.com');
    cloud.calls.addFault({ action: 'ses:PutEmailIdentityDkimSigningAttributes', nth: 2, times: 100 });
    cloud.ses.ending = 'fails';
    const event = {
      resource: 'Signing',
      transaction: 't1',
      domain: 'example.com',
      selector: 's1',
      stack: 'B1',
    };
    await expect(cloud.invoke(event)).rejects.toThrow('and so did the rollback');

    const { exitCode, stdout } = await run('manual', 'example.com', '-s', 's1');
    const { restore } = JSON.parse((await run('status', 'example.com', '--json')).stdout).domains[0];

    expect(exitCode).toBe(0);
    expect(restore).toHaveLength(3);
    expect(stdout.split('\n').filter((line) => line.startsWith('aws '))).toEqual(restore);
    expect(restore[0]).toMatch(
      /put-email-identity-dkim-signing-attributes .*--signing-attributes-origin AWS_SES$/,
    );
    expect(stdout).toContain('# First roll back again: `byodkim revert example.com --yes`.');
    expect((await run('status', 'example.com')).stdout).toContain(restore[0]);
    expect(JSON.parse((await run('manual', 'example.com', '-s', 's1', '--json')).stdout)).toEqual({
      domain: 'example.com',
      entry: 'example.com',
      region: 'ap-northeast-1',
      readsKey: false,
      commands: restore,
    });
  });

  it('manual warns of an open change', async () => {
    await unconfirmed();
    const { stdout } = await run('manual', 'example.com', '-s', 's1', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      entry: 'example.com',
      cautions: [expect.stringContaining('a change is open'), expect.stringContaining('write the name')],
    });
  });

  it('prints the manual steps without the function', async () => {
    const { exitCode, stdout } = await byodkim(['manual', 'example.com', '-s', 's1', ...PLACE]);
    expect(stdout).toContain(
      '# Caution: write the name of the bucket with the private keys in place of KEY_STORE_BUCKET.',
    );
    expect(stdout).toContain('# Caution: the function could not be asked whether a change is open');
    expect(stdout).toContain('last resort');
    expect(exitCode).toBe(0);
  });
});
