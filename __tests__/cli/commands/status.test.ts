import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { privateKeyObject, recordName } from '../../../handlers/contract/contract';
import { type DnsServer, startDnsServer } from '../../../packages/sandbox/dns/server';
import { BUCKET, FakeCloud, newTestKey, TOPICS, testKey } from '../../support/world';
import { awsError, functionIn } from '../support/function';
import { byodkim, files } from '../support/terminal';

describe('status', () => {
  let dns: DnsServer;
  let cloud: FakeCloud;
  let folder: string;
  const key = testKey('s1');

  beforeEach(async () => {
    dns = await startDnsServer({ zones: { 'example.com': {}, 'example.org': {} } });
    cloud = new FakeCloud();
    folder = mkdtempSync(path.join(tmpdir(), 'byodkim-status-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
    return dns.close();
  });

  const list = (...domains: string[]): string =>
    [
      'defaults:',
      '  region: ap-northeast-1',
      '  selector: s1',
      `  gate: { nameservers: ['${dns.address}'], resolvers: [] }`,
      'domains:',
      ...domains.map((domain) => `  ${domain}`),
    ].join('\n');

  /** As a deploy leaves it: signing set, and confirmed unless told otherwise. */
  async function deployed(domain: string, { confirm = true } = {}): Promise<void> {
    cloud.giveKey(domain, 's1', { key });
    cloud.ses.give(domain);
    dns.setTxt(recordName(domain, 's1'), key.value);
    const event = { transaction: `t-${domain}`, domain, selector: 's1', stack: 'B1' };
    await cloud.invoke({ ...event, resource: 'Signing' });
    if (confirm) await cloud.invoke({ ...event, resource: 'Confirmation' });
  }

  const status = (text: string, args: readonly string[] = [], invoke = functionIn(cloud)) =>
    byodkim(['status', '--list', `${folder}/domains.yaml`, ...args], {
      readFile: files({ [`${folder}/domains.yaml`]: text }),
      invoke,
      clock: { now: () => cloud.clock.now(), sleep: async () => {} },
    });

  it('names a topic without readers, and how to subscribe an address', async () => {
    cloud = new FakeCloud({ environment: { resultTopicArn: TOPICS.result } });
    await deployed('example.com');
    cloud.sns.subscribers = { confirmed: 0, pending: 0 };
    const { exitCode, stdout } = await status(list('example.com:'));
    expect(stdout).toContain(`aws sns subscribe --region ap-northeast-1 --topic-arn ${TOPICS.result}`);
    expect(exitCode).toBe(0);

    cloud.sns.subscribers = { confirmed: 1, pending: 0 };
    expect((await status(list('example.com:'))).stdout).not.toContain('aws sns');
  });

  it('names a topic that is gone', async () => {
    cloud = new FakeCloud({ environment: { resultTopicArn: TOPICS.result } });
    await deployed('example.com');
    cloud.sns.states[TOPICS.result] = 'gone';
    expect((await status(list('example.com:'))).stdout).toContain(`${TOPICS.result}  the topic is gone`);
  });

  it('reports that no audit runs, for few domains and for many', async () => {
    const few = ['example.com:'];
    const many = [...few, ...Array.from({ length: 11 }, (_, at) => `d${at}.example:`)];
    await deployed('example.com');
    await cloud.invoke({ action: 'audit', scheduled: true });
    for (const entries of [few, many])
      expect((await status(list(...entries))).stdout).not.toContain('No audit of all domains');
    await cloud.clock.advance(3 * 86_400_000);
    for (const entries of [few, many])
      expect((await status(list(...entries))).stdout).toMatch(
        /No audit of all domains has begun since \S+ in ap-northeast-1, so nothing is watching the domains\./,
      );
  });

  it('shows every domain of the list, and exits with 0 without problems', async () => {
    await deployed('example.com');
    await deployed('example.org');
    const { exitCode, stdout } = await status(list('example.com:', 'example.org:'));
    expect(stdout).toBe(
      [
        'domain       SES      signs with  DNS    key age  change     next',
        'example.com  SUCCESS  s1          ready  0 d      confirmed  -',
        'example.org  SUCCESS  s1          ready  0 d      confirmed  -',
        '',
        '2 domains: 2 OK.\n',
      ].join('\n'),
    );
    expect(exitCode).toBe(0);
  });

  it('refuses a name that is not in the list, with the one that was meant, and asks nothing', async () => {
    await deployed('example.com');
    const before = cloud.calls.made.length;
    const { exitCode, stdout, stderr } = await status(list('example.com:'), ['example.com', 'exmaple.com']);
    expect([exitCode, stdout, cloud.calls.made.length]).toEqual([1, '', before]);
    expect(stderr).toContain(
      'No region for exmaple.com. It is not in domains.yaml (did you mean example.com?)',
    );
  });

  it('names domains that are deployed and no longer in the list', async () => {
    await deployed('example.com');
    mkdirSync(`${folder}/state`);
    for (const stack of ['example.com', 'example.org']) {
      const resources = [
        { mode: 'managed', type: 'aws_sesv2_email_identity', name: 'Identity', instances: [{}] },
      ];
      writeFileSync(`${folder}/state/${stack}.tfstate`, JSON.stringify({ version: 4, resources }));
    }
    const { exitCode, stdout } = await status(list('example.com:'));
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /1 OK\.\n\nDeployed, and not in the list: example\.org\. Their state in SES does not change\. To remove one, .* Keep its state: only the state knows what the stack owns/,
    );
    expect((await status(list('example.com:'), ['example.com'])).stdout).not.toContain('not in the list');
  });

  it('asks SES only about open changes in a long list, and about all domains with --live', async () => {
    const domains = Array.from({ length: 12 }, (_, at) => `d${at}.example.com`);
    for (const domain of domains) await deployed(domain, { confirm: domain !== 'd3.example.com' });
    const text = list(...domains.map((domain) => `${domain}:`));
    const asked = async (...args: string[]) => {
      const before = cloud.calls.made.length;
      const ended = await status(text, args);
      const made = cloud.calls.made.slice(before).filter(({ action }) => action === 'ses:GetEmailIdentity');
      return { ...ended, resources: made.map(({ resource }) => resource) };
    };

    const { stdout, resources } = await asked();
    expect(resources).toEqual([expect.stringContaining('d3.example.com')]);
    expect(stdout).toMatch(/^d0\.example\.com +SUCCESS +s1 +ready +0 d +confirmed +-$/m);
    expect(stdout).toMatch(/^d3\.example\.com .*not confirmed/m);
    expect(stdout).toMatch(
      /11 as last seen, at \S+ or later; 1 asked now\. Pass --live to ask about all of them/,
    );
    expect((await asked('--live')).resources).toHaveLength(12);
  });

  describe.each([
    ['few domains', 2],
    ['many, which were audited', 12],
  ])('of %s', (_, count) => {
    const domains = Array.from({ length: count }, (_, at) => `d${at}.example.com`);
    const keyOf = (domain: string) => privateKeyObject(domain, 's1');

    it.each<[string, string, (domain: string) => void, RegExp]>([
      [
        'the key was overwritten',
        'KEY_REPLACED',
        (domain) => cloud.s3.write(BUCKET, keyOf(domain), newTestKey().pem),
        /was overwritten since it was applied[\s\S]*To do: Do not change DNS, or change it back, and restore the earlier key: `byodkim check/,
      ],
      [
        'somebody changed SES',
        'DRIFT',
        (domain) => cloud.ses.give(domain),
        /was changed outside this project: expected EXTERNAL with selector s1, found AWS_SES/,
      ],
    ])('shows the audit’s findings in the audit’s words: %s', async (_, code, breaks, words) => {
      for (const domain of domains) await deployed(domain);
      breaks('d1.example.com');
      await cloud.clock.advance(60_000);
      await cloud.invoke({ action: 'audit', scheduled: true });
      await cloud.fireAll();

      const { exitCode, stdout } = await status(list(...domains.map((domain) => `${domain}:`)));

      expect(exitCode).toBe(3);
      expect(stdout).toMatch(new RegExp(`^d1\\.example\\.com .* ${code}$`, 'm'));
      expect(stdout).toMatch(new RegExp(`^d1\\.example\\.com: ${code}, since 2025-09-17T10:3`, 'm'));
      expect(stdout).toMatch(words);
      expect(stdout).toContain(`${count} domains: ${count - 1} OK, 1 wrong.`);
    });
  });

  it('prints advice on a failure, with the exit code of every command that fails so', async () => {
    const denied = () => Promise.reject(awsError('AccessDeniedException', 403));
    const [shown, data] = [
      await status(list('example.com:'), [], denied),
      await status(list('example.com:'), ['--json'], denied),
    ];
    expect(shown.exitCode).toBe(1);
    expect(shown.stdout).toMatch(
      /^example\.com: CALLER_DENIED\n {2}- You are not allowed to call .*\n {4}To do: Ask for this permission/m,
    );
    expect(JSON.parse(data.stdout)).toMatchObject({
      code: 'FAILED',
      facts: { domains: 1, ok: 0, unknown: 1 },
      domains: [
        {
          code: 'CALLER_DENIED',
          facts: { action: 'lambda:InvokeFunction' },
          problem: { message: expect.any(String), advice: expect.any(String), exitCode: 1 },
        },
      ],
    });
  });

  it('names entries that wait for their first deploy, and whether their records are published', async () => {
    const { exitCode, stdout } = await status(list('example.com:'));
    expect(stdout).toMatch(/no identity +- +no key yet +- +none +the owner of the keys: store the key/);
    expect(exitCode).toBe(2);
    const made = await status(list('example.com: { createKey: true }'));
    expect(made.stdout).toContain(
      'you: deploy; it asks the DNS team for the record, and stops until that is published (not deployed: no key yet; the deploy makes it)',
    );
    expect(made.exitCode).toBe(2);

    cloud.giveKey('example.com', 's1', { key });
    expect((await status(list('example.com:'))).stdout).toMatch(
      /- +missing on 1 of 1 server +- +none +the DNS team: publish the record/,
    );
    dns.setTxt(recordName('example.com', 's1'), key.value);
    expect((await status(list('example.com:'))).stdout).toMatch(
      /- +ready on 1 of 1 server +- +none +you: deploy \(not deployed: ready on 1 of 1 server\)/,
    );
  });

  it('does not call a record published that the deploy will publish', async () => {
    await deployed('example.com');
    cloud.giveKey('example.com', 's2');
    const record = 'createKey: true, record: { hostedZoneId: Z0123456789ABCDEFGHIJ }';
    const { stdout } = await status(list(`example.com: { selector: s2, ${record} }`));
    expect(stdout).toContain('missing on 1 of 1 server; the deploy publishes it');
    expect(stdout).toContain('s2 pending: its record is not proved in DNS yet');
  });
});
