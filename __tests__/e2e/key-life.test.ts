import { dnsRecordObject, privateKeyObject, recordName } from '../../handlers/contract';
import type { SesService } from '../../packages/sandbox/aws/services/ses';
import { receive } from '../../packages/sandbox/mail/receive';
import { BUCKET, Deployment, failed, passed } from '../support/deployment';
import { type DnsResolver, startDnsResolver } from '../support/dns/resolver';
import { hostZone } from '../support/route53';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Where the keys of a domain lie whose own zone has aliases of them; each has a zone of its own. */
const ZONES = {
  asked: 'asked.example.net',
  year: 'year.example.net',
} as const;

let deployment: Deployment;
let zoneIds: Record<keyof typeof ZONES, string>;

beforeAll(async () => {
  deployment = await Deployment.start(
    { lambda: { sleep: { factor: 0.1 } } },
    { topics: { dns: 'create', result: 'create' } },
  );
  const hosted = Object.entries(ZONES).map(async ([name, zone]) => {
    deployment.dns.setZone(zone, {});
    return [name, await hostZone(deployment, zone)];
  });
  zoneIds = Object.fromEntries(await Promise.all(hosted));
  await passed(deployment.deployControl());
});
afterAll(() => deployment.close());

const alias = (domain: string, selector: string, target: string) =>
  deployment.dns.setRecords(recordName(domain, selector), 'CNAME', [target]);
const signsWith = (selector: string) => ({ Status: 'SUCCESS', SigningEnabled: true, Tokens: [selector] });

describe('a domain whose DNS team publishes two aliases, once', () => {
  const DOMAIN = 'asked.example.com';
  const ZONE = ZONES.asked;
  const told = () => deployment.notices('dns').filter(({ subject }) => subject?.includes(DOMAIN));
  const list = (selector: string, previous: readonly string[] = []) => ({
    selector,
    createKey: true,
    record: {
      hostedZoneId: zoneIds.asked,
      delegation: { zone: ZONE, selectors: ['s1', 's2'] },
      ...(previous.length > 0 && { previousSelectors: previous }),
    },
    gate: { waitSeconds: 100 },
  });
  const lead = (selector: string, target = `${recordName(DOMAIN, selector)}.${ZONE}`) =>
    alias(DOMAIN, selector, target);
  const targets = async (): Promise<Record<string, string>> => {
    const { ResourceRecordSets } = await deployment.sandbox.call('route53', 'ListResourceRecordSets', {
      HostedZoneId: zoneIds.asked,
    });
    return Object.fromEntries(
      ResourceRecordSets.filter(({ Type }: { Type: string }) => Type === 'TXT').map(
        ({ Name, ResourceRecords: [{ Value }] }: any) => [
          Name.slice(0, 2),
          Value.replaceAll('"', '').slice(0, 20),
        ],
      ),
    );
  };

  it('signs through aliases that its team publishes once, rotates there and back, and leaves nothing', async () => {
    // It is refused until its team has published them, and the team is told what.
    {
      const refused = await failed(deployment.deploy(DOMAIN, { ...list('s1'), gate: { waitSeconds: 0 } }));
      expect(refused).toContain('DNS_TXT_NOT_READY');
      expect(refused.replace(/\s+/g, ' ')).toContain(`IN CNAME s1._domainkey.${DOMAIN}.${ZONE}`);
      expect(await deployment.dkim(DOMAIN)).toBeNull();
      const [notice, ...others] = told();
      expect(others).toEqual([]);
      for (const selector of ['s1', 's2'])
        expect(notice!.message).toContain(
          `${selector}._domainkey.${DOMAIN}. 3600 IN CNAME ${selector}._domainkey.${DOMAIN}.${ZONE}.`,
        );
    }

    // It is refused where an alias leads elsewhere, though the key there is the right one.
    {
      const { value } = JSON.parse((await deployment.read(dnsRecordObject(DOMAIN, 's1')))!);
      deployment.dns.setTxt('copied.example.com', value);
      lead('s1', 'copied.example.com');
      const refused = await failed(deployment.deploy(DOMAIN, { ...list('s1'), gate: { waitSeconds: 0 } }));
      expect(refused.replace(/\s+/g, ' ')).toContain('has an alias of copied.example.com');
      expect(await deployment.dkim(DOMAIN)).toBeNull();
    }
    lead('s1');
    lead('s2');
    await passed(deployment.deploy(DOMAIN, list('s1')));
    expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s1'));
    expect(await targets()).toEqual({ s1: 'v=DKIM1; k=rsa; p=MI', s2: 'v=DKIM1; p=' });

    // It rotates there and back without asking anybody, each time with a new key.
    {
      const { sandbox } = deployment;
      const firstKey = await deployment.read(privateKeyObject(DOMAIN, 's1'));
      await passed(deployment.deploy(DOMAIN, list('s2', ['s1'])));
      expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s2'));

      const renew = {
        action: 'create_key',
        domain: DOMAIN,
        selector: 's1',
        renew: true,
        notifyDnsTeam: false,
      };
      expect(await deployment.invoke(renew)).toMatchObject({ statusCode: 200, created: false });
      expect(await deployment.read(privateKeyObject(DOMAIN, 's1'))).toBe(firstKey);

      await sandbox.clock.advance(8 * DAY_MS);
      await passed(deployment.deploy(DOMAIN, list('s2')));
      expect(await targets()).toEqual({ s1: 'v=DKIM1; p=', s2: 'v=DKIM1; k=rsa; p=MI' });

      await sandbox.clock.advance(170 * DAY_MS);
      await passed(deployment.deploy(DOMAIN, list('s1', ['s2'])));
      expect(await deployment.read(privateKeyObject(DOMAIN, 's1'))).not.toBe(firstKey);
      expect(await deployment.invoke(renew)).toMatchObject({ statusCode: 200, created: false });
      expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s1'));
      expect((await deployment.plan(DOMAIN, list('s1', ['s2']))).exitCode).toBe(0);
      expect(told()).toHaveLength(1);
      const { Versions } = await sandbox.call('s3', 'ListObjectVersions', {
        Bucket: BUCKET,
        Prefix: privateKeyObject(DOMAIN, 's1'),
      });
      expect(Versions).toHaveLength(2);
    }

    // A record that somebody deleted is made again, of the key that signs now and not of the first one.
    {
      const sets = async (): Promise<any[]> => {
        const input = { HostedZoneId: zoneIds.asked };
        return (await deployment.sandbox.call('route53', 'ListResourceRecordSets', input)).ResourceRecordSets;
      };
      const ofSigner = ({ Name, Type }: any): boolean => Type === 'TXT' && Name.startsWith('s1.');
      const before = (await sets()).find(ofSigner);
      await deployment.sandbox.call('route53', 'ChangeResourceRecordSets', {
        HostedZoneId: zoneIds.asked,
        ChangeBatch: { Changes: [{ Action: 'DELETE', ResourceRecordSet: before }] },
      });
      expect((await sets()).filter(ofSigner)).toEqual([]);
      await passed(deployment.deploy(DOMAIN, list('s1', ['s2'])));
      expect((await sets()).filter(ofSigner)).toEqual([before]);
    }

    // It finds an alias that was led elsewhere since.
    {
      const { value } = JSON.parse((await deployment.read(dnsRecordObject(DOMAIN, 's1')))!);
      deployment.dns.setTxt('copied.example.com', value);
      lead('s1', 'copied.example.com');
      const { domains } = await deployment.invoke({ action: 'audit', domains: [DOMAIN] });
      expect(domains[0].findings.map(({ code }: { code: string }) => code)).toContain('ALIAS_CHANGED');
      lead('s1');
    }
    await passed(deployment.destroy(DOMAIN, list('s1', ['s2'])));
    expect(await targets()).toEqual({});
  });
});

/** A message, as it lies with its receiver. */
interface Sent {
  readonly selector: string;
  readonly sentAt: number;
  readonly raw: string;
}

describe('the keys of a domain, through the months', () => {
  /** A receiver's own, with a cache. */
  let resolver: DnsResolver;

  beforeAll(async () => {
    const [address, port] = deployment.dns.address.split(':') as [string, string];
    resolver = await startDnsResolver({
      roots: [address],
      dnsPort: Number(port),
      now: () => deployment.sandbox.clock.now(),
    });
  });
  afterAll(() => resolver.close());

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
    const domain = 'year.example.com';
    for (const selector of ['s1', 's2'])
      alias(domain, selector, `${recordName(domain, selector)}.${ZONES.year}`);
    const list = (selector: string, ...previousSelectors: string[]) => ({
      selector,
      createKey: true,
      record: {
        hostedZoneId: zoneIds.year,
        delegation: { zone: ZONES.year, selectors: ['s1', 's2'] },
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
      if (selector === 's2')
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
    for (let week = 0; week < 2; week += 1) {
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
