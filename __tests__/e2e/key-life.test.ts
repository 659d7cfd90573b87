import { recordName } from '../../handlers/contract';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import { type DnsResolver, startDnsResolver } from '../../packages/sandbox/dns/resolver';
import { receive } from '../../packages/sandbox/mail/receive';
import { Deployment, failed, passed } from '../support/deployment';
import { hostZone } from '../support/route53';

const DAY_MS = 24 * 3_600_000;
const ZONE = 'keys.example.net';

/** A message, as it lies with its receiver. */
interface Sent {
  readonly selector: string;
  readonly sentAt: number;
  readonly raw: string;
}

describe('the keys of a domain, through the months', () => {
  let deployment: Deployment;
  /** A receiver's own, with a cache. */
  let resolver: DnsResolver;

  beforeAll(async () => {
    deployment = await Deployment.start({ lambda: { sleep: { factor: 0.1 } } });
    await passed(deployment.deployControl());
    const [address, port] = deployment.dns.address.split(':') as [string, string];
    resolver = await startDnsResolver({
      roots: [address],
      dnsPort: Number(port),
      now: () => deployment.sandbox.clock.now(),
    });
  });
  afterAll(async () => {
    await resolver.close();
    await deployment.close();
  });

  const pass = (days: number) => deployment.sandbox.clock.advance(days * DAY_MS);

  /** Sends a mail as the domain. */
  async function send(domain: string): Promise<Sent> {
    const { sandbox } = deployment;
    await sandbox.call('ses', 'SendEmail', {
      FromEmailAddress: `news@${domain}`,
      Destination: { ToAddresses: ['reader@example.net'] },
      Content: { Simple: { Subject: { Data: 'News' }, Body: { Text: { Data: 'Of this month.' } } } },
    });
    const { raw, sentAt } = sandbox.service<SesService>('ses').mailbox.messages.at(-1)!;
    const selector = /[;\s]s=([^;\s]+)/.exec(/^DKIM-Signature:[\s\S]*?\r\n(?!\s)/m.exec(raw)?.[0] ?? '')?.[1];
    return { raw, sentAt, selector: selector ?? 'unsigned' };
  }
  /** What a verifier that is not ours makes of it now. */
  const verdict = async ({ raw }: Sent): Promise<string> =>
    (await receive(raw, [resolver.address])).map(({ result }) => result).join() || 'unsigned';

  it('turn for a year without a ticket, and every message verifies as long as it may be under way', async () => {
    const domain = 'example.com';
    deployment.dns.setZone(ZONE, {});
    const hostedZoneId = await hostZone(deployment, ZONE);
    for (const selector of ['s1', 's2'])
      deployment.dns.setRecords(recordName(domain, selector), 'CNAME', [
        `${recordName(domain, selector)}.${ZONE}`,
      ]);
    const list = (selector: string, ...previousSelectors: string[]) => ({
      selector,
      createKey: true,
      record: {
        hostedZoneId,
        delegation: { zone: ZONE, selectors: ['s1', 's2'] },
        ...(previousSelectors.length > 0 && { previousSelectors }),
      },
      gate: { waitSeconds: 100 },
    });
    const signedBy: string[] = [];
    let last: Sent | undefined;
    await passed(deployment.deploy(domain, list('s1')));
    for (const [selector, other] of [
      ['s2', 's1'],
      ['s1', 's2'],
    ] as const) {
      for (let month = 0; month < 6; month += 1) {
        last = await send(domain);
        signedBy.push(last.selector);
        expect(await verdict(last)).toBe('pass');
        if (month < 5) await pass(30);
      }
      // As `byodkim rotate` does; then the edited list is deployed.
      await deployment.invoke({ action: 'create_key', domain, selector, renew: true, notifyDnsTeam: false });
      await passed(deployment.deploy(domain, list(selector, other)));
      expect(await verdict(last!)).toBe('pass');
      expect((await send(domain)).selector).toBe(selector);
      await pass(6);
      expect(await verdict(last!)).toBe('pass');
      expect(await failed(deployment.deploy(domain, list(selector)))).toContain('RECORD_STILL_NEEDED');
      await pass(2);
      await passed(deployment.deploy(domain, list(selector)));
      expect(await verdict(last!)).not.toBe('pass');
      await pass(22);
    }
    expect(signedBy).toEqual(['s1', 's2'].flatMap((each) => Array<string>(6).fill(each)));
    const { domains } = await deployment.invoke({ action: 'audit', domains: [domain] });
    expect(domains).toEqual([]);
  }, 180_000);

  it('end where they began when a DNS team never answers', async () => {
    const domain = 'example.org';
    const list = (selector: string) => ({ selector, createKey: true });
    await failed(deployment.deploy(domain, list('s1')));
    const { record } = await deployment.invoke({ action: 'create_key', domain, selector: 's1' });
    deployment.dns.setTxt(recordName(domain, 's1'), record.value);
    await passed(deployment.deploy(domain, list('s1')));

    await deployment.invoke({ action: 'create_key', domain, selector: 's2' });
    for (let week = 0; week < 4; week += 1) {
      expect(await failed(deployment.deploy(domain, list('s2')))).toContain('DNS_TXT_NOT_READY');
      const sent = await send(domain);
      expect([sent.selector, await verdict(sent)]).toEqual(['s1', 'pass']);
      await pass(7);
    }
    expect(deployment.armed(domain)).toEqual([]);
    const { signers, confirmed } = await deployment.invoke({ action: 'status', domain });
    expect(confirmed).toBe(true);
    expect(signers.map(({ selector, stoppedAt }: any) => [selector, stoppedAt])).toEqual([['s1', null]]);
    // Given up: the list goes back, SES is not touched, and there is nothing to do any more.
    const puts = () =>
      deployment.sandbox.calls.filter(
        ({ operation }) => operation === 'PutEmailIdentityDkimSigningAttributes',
      ).length;
    const before = puts();
    await passed(deployment.deploy(domain, list('s1')));
    expect(puts()).toBe(before);
    expect((await deployment.plan(domain, list('s1'))).exitCode).toBe(0);
  }, 120_000);
});
