import { recordName } from '../../../handlers/contract/contract';
import { type DnsServer, startDnsServer } from '../../../packages/sandbox/dns/server';
import { FakeCloud, newTestKey, testKey } from '../../support/world';
import { functionIn } from '../support/function';
import { byodkim, files } from '../support/terminal';

describe('status', () => {
  let dns: DnsServer;
  let cloud: FakeCloud;
  const key = testKey('s1');

  beforeEach(async () => {
    dns = await startDnsServer({ zones: { 'example.com': {}, 'example.org': {} } });
    cloud = new FakeCloud();
  });
  afterEach(() => dns.close());

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
    byodkim(['status', ...args], {
      readFile: files({ 'domains.yaml': text }),
      invoke,
      clock: { now: () => cloud.clock.now(), sleep: async () => {} },
    });

  it('shows every domain of the list, and ends with 0 without problems', async () => {
    await deployed('example.com');
    await deployed('example.org');
    const { exitCode, stdout } = await status(list('example.com:', 'example.org:'));
    expect(stdout).toBe(
      [
        'domain       SES      signs with  DNS                     key age  change     next',
        'example.com  SUCCESS  s1          ready on 1 of 1 server  0 d      confirmed  -',
        'example.org  SUCCESS  s1          ready on 1 of 1 server  0 d      confirmed  -',
        '',
        'Unsigned mail of example.com, example.org: refused by Gmail, Yahoo or Outlook from bulk senders: no valid DMARC policy',
        '',
        '2 domains: 2 OK.\n',
      ].join('\n'),
    );
    expect(exitCode).toBe(0);
  });

  it('asks SES about open changes alone in a long list, and about all with --live', async () => {
    const domains = Array.from({ length: 12 }, (_, at) => `d${at}.example.com`);
    for (const domain of domains) await deployed(domain, { confirm: domain !== 'd3.example.com' });
    const text = list(...domains.map((domain) => `${domain}:`));
    const asked = async (...args: string[]) => {
      const before = cloud.calls.made.length;
      const ended = await status(text, ['--no-dns', ...args]);
      const made = cloud.calls.made.slice(before).filter(({ action }) => action === 'ses:GetEmailIdentity');
      return { ...ended, resources: made.map(({ resource }) => resource) };
    };

    const { stdout, resources } = await asked();
    expect(resources).toEqual([expect.stringContaining('d3.example.com')]);
    expect(stdout).toMatch(/^d0\.example\.com +SUCCESS +s1 +ready +- +confirmed +-$/m);
    expect(stdout).toMatch(/^d3\.example\.com .*not confirmed/m);
    expect(stdout).toMatch(
      /11 as last seen, at \S+ or later \(\d min ago\); 1 asked now\. --live asks about all/,
    );
    expect((await asked('--live')).resources).toHaveLength(12);
  });

  it('tells what SES has of the MAIL FROM domain, and what happens to unsigned mail', async () => {
    await deployed('example.com');
    dns.setTxt('_dmarc.example.com', 'v=DMARC1; p=quarantine');
    const mailFrom = { domain: 'bounce.example.com', onMxFailure: 'use-default' } as const;
    const shown = async (state: string) => {
      cloud.ses.tamper('example.com', { mailFrom: { ...mailFrom, status: state } });
      return status(list('example.com:'));
    };
    const pending = await shown('PENDING');
    expect(pending.stdout).toContain('SES: finds its MX record (MAIL FROM bounce.example.com: PENDING)');
    expect(pending.stdout).toContain(
      'Unsigned mail of example.com: quarantined: p=quarantine and SES has not verified the MAIL FROM domain (PENDING)',
    );
    expect(pending.exitCode).toBe(2);
    expect(await shown('FAILED')).toMatchObject({
      stdout: expect.stringMatching(
        /byodkim check example\.com, then have its records published \(MAIL FROM/,
      ),
      exitCode: 3,
    });
    expect((await shown('SUCCESS')).stdout).toContain(
      'quarantined: p=quarantine and the MAIL FROM domain has no SPF record',
    );
    dns.setTxt('bounce.example.com', 'v=spf1 include:amazonses.com ~all');
    expect(await shown('SUCCESS')).toMatchObject({
      stdout: expect.stringContaining('Unsigned mail of example.com: passes DMARC by SPF'),
      exitCode: 0,
    });
  });

  it('tells what waits for its first deploy, and whether its record is there', async () => {
    const { exitCode, stdout } = await status(list('example.com:'));
    expect(stdout).toMatch(
      /no identity +- +no key yet +- +none +the owner of the keys: put the key of s1 into the key store/,
    );
    expect(exitCode).toBe(2);
    const made = await status(list('example.com: { createKey: true }'));
    expect(made.stdout).toContain('you: byodkim key create example.com -s s1');

    cloud.giveKey('example.com', 's1', { key });
    expect((await status(list('example.com:'))).stdout).toMatch(
      /- +missing on 1 of 1 server +- +none +the DNS team: publish s1\._domainkey\.example\.com/,
    );
    dns.setTxt(recordName('example.com', 's1'), key.value);
    expect((await status(list('example.com:'))).stdout).toMatch(
      /- +ready on 1 of 1 server +- +none +you: deploy \(not deployed: ready on 1 of 1 server\)/,
    );
  });

  it('ends with 3 when somebody changed SES, or the record', async () => {
    await deployed('example.com');
    dns.setTxt(recordName('example.com', 's1'), newTestKey().value);
    await deployed('example.org');
    cloud.ses.give('example.org');
    const { exitCode, stdout } = await status(list('example.com:', 'example.org:'), ['--json']);
    expect(JSON.parse(stdout).domains).toEqual([
      expect.objectContaining({
        domain: 'example.com',
        exitCode: 3,
        next: [
          expect.objectContaining({ why: expect.stringContaining('record of another key on 1 of 1 server') }),
        ],
      }),
      expect.objectContaining({ domain: 'example.org', exitCode: 3, drifted: true }),
    ]);
    expect(exitCode).toBe(3);
  });

  it('ends with 2 after a rotation that waited for SES was rolled back, and does not report drift', async () => {
    await deployed('example.com');
    const next = testKey('s2');
    cloud.giveKey('example.com', 's2', { key: next });
    dns.setTxt(recordName('example.com', 's2'), next.value);
    cloud.ses.verifySeconds = 3600;
    const event = { transaction: 't2', domain: 'example.com', selector: 's2', stack: 'B1' };
    await cloud.invoke({ ...event, resource: 'Signing' });
    await cloud.invoke({ ...event, resource: 'Confirmation' });
    await cloud.invoke({ action: 'revert', domain: 'example.com' });
    await cloud.clock.advance(2 * 3_600_000);

    for (const selector of ['s2', 's1']) {
      const { exitCode, stdout } = await status(list(`example.com: { selector: ${selector} }`));
      expect(stdout).toMatch(/SUCCESS +s1 +ready on 1 of 1 server +0 d +rolled back +you: fix the cause/);
      expect(stdout).not.toContain('outside of this project');
      expect(exitCode).toBe(2);
    }
  });

  it('tells when the record of an earlier selector may go, through a rotation', async () => {
    await deployed('example.com');
    const next = testKey('s2');
    cloud.giveKey('example.com', 's2', { key: next });
    const rotated = list('example.com: { selector: s2 }');
    expect((await status(rotated)).stdout).toMatch(
      /SUCCESS +s1 .* the DNS team: publish s2\._domainkey\.example\.com \(the list says s2: missing on 1 of 1 server\)/,
    );
    dns.setTxt(recordName('example.com', 's2'), next.value);
    const event = { transaction: 't2', domain: 'example.com', selector: 's2', stack: 'B1' };
    await cloud.invoke({ ...event, resource: 'Signing' });
    await cloud.invoke({ ...event, resource: 'Confirmation' });
    expect((await status(rotated)).stdout).toContain(
      's2 active since 2025-09-17; s1 retiring since 2025-09-17: its record stays, until 2025-09-25',
    );
    await cloud.clock.advance(8 * 86_400_000);
    expect(await status(rotated)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining(
        's1 retired: its record and its key are no longer needed since 2025-09-24',
      ),
    });
  });

  it('does not call a record published that the deploy is to publish', async () => {
    await deployed('example.com');
    cloud.giveKey('example.com', 's2');
    const record = 'createKey: true, record: { hostedZoneId: Z0123456789ABCDEFGHIJ }';
    const { stdout } = await status(list(`example.com: { selector: s2, ${record} }`));
    expect(stdout).toContain('missing on 1 of 1 server; the deploy publishes it');
    expect(stdout).toContain('s2 pending: its record is not published yet');
  });

  it('refuses a domain that is not in the list, and names the nearest', async () => {
    const { exitCode, stdout } = await byodkim(['status', 'exmaple.com'], {
      readFile: files({ 'domains.yaml': list('example.com:') }),
      env: { AWS_REGION: 'eu-west-1' },
      invoke: functionIn(cloud),
    });
    expect(stdout).toContain(
      'In which region is exmaple.com? It is not in domains.yaml (did you mean example.com?); name the region with --region.',
    );
    expect(exitCode).toBe(4);
  });
});
