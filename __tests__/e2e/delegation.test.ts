import { dnsRecordObject, privateKeyObject, recordName } from '../../handlers/contract';
import { BUCKET, Deployment, failed, passed } from '../support/deployment';
import { hostZone } from '../support/route53';

const DOMAIN = 'example.com';
const ZONE = 'keys.example.net';
const DAY_MS = 24 * 3_600_000;

describe('a domain whose DNS team publishes two aliases, once', () => {
  let deployment: Deployment;
  let zoneId: string;

  beforeAll(async () => {
    deployment = await Deployment.start(
      { lambda: { sleep: { factor: 0.1 } } },
      { topics: { dns: 'create' } },
    );
    await passed(deployment.deployControl());
    deployment.dns.setZone(ZONE, {});
    zoneId = await hostZone(deployment, ZONE);
  });
  afterAll(() => deployment.close());

  const list = (selector: string, previous: readonly string[] = []) => ({
    selector,
    createKey: true,
    record: {
      hostedZoneId: zoneId,
      delegation: { zone: ZONE, selectors: ['s1', 's2'] },
      ...(previous.length > 0 && { previousSelectors: previous }),
    },
    gate: { waitSeconds: 100 },
  });
  const alias = (selector: string, target = `${recordName(DOMAIN, selector)}.${ZONE}`) =>
    deployment.dns.setRecords(recordName(DOMAIN, selector), 'CNAME', [target]);
  const signsWith = (selector: string) => ({ Status: 'SUCCESS', SigningEnabled: true, Tokens: [selector] });
  const targets = async (): Promise<Record<string, string>> => {
    const { ResourceRecordSets } = await deployment.sandbox.call('route53', 'ListResourceRecordSets', {
      HostedZoneId: zoneId,
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

  it('is refused until its team has published them, and the team is told what', async () => {
    const refused = await failed(deployment.deploy(DOMAIN, { ...list('s1'), gate: { waitSeconds: 0 } }));
    expect(refused).toContain('DNS_TXT_NOT_READY');
    expect(refused.replace(/\s+/g, ' ')).toContain(`IN CNAME s1._domainkey.example.com.${ZONE}`);
    expect(await deployment.dkim(DOMAIN)).toBeNull();
    const [notice, ...others] = deployment.notices('dns');
    expect(others).toEqual([]);
    for (const selector of ['s1', 's2'])
      expect(notice!.message).toContain(
        `${selector}._domainkey.example.com. 3600 IN CNAME ${selector}._domainkey.example.com.${ZONE}.`,
      );
  });

  it('is refused where an alias leads elsewhere, though the key there is the right one', async () => {
    const { value } = JSON.parse((await deployment.read(dnsRecordObject(DOMAIN, 's1')))!);
    deployment.dns.setTxt('copied.example.com', value);
    alias('s1', 'copied.example.com');
    const refused = await failed(deployment.deploy(DOMAIN, { ...list('s1'), gate: { waitSeconds: 0 } }));
    expect(refused.replace(/\s+/g, ' ')).toContain('has an alias of copied.example.com');
    expect(await deployment.dkim(DOMAIN)).toBeNull();
  });

  it('signs once they are there; the key that has no turn says that it has none', async () => {
    alias('s1');
    alias('s2');
    await passed(deployment.deploy(DOMAIN, list('s1')));
    expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s1'));
    expect(await targets()).toEqual({ s1: 'v=DKIM1; k=rsa; p=MI', s2: 'v=DKIM1; p=' });
    expect((await deployment.plan(DOMAIN, list('s1'))).exitCode).toBe(0);
  });

  it('rotates there and back without asking anybody, each time with a new key', async () => {
    const { sandbox } = deployment;
    const firstKey = await deployment.read(privateKeyObject(DOMAIN, 's1'));
    await passed(deployment.deploy(DOMAIN, list('s2', ['s1'])));
    expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s2'));

    const renew = { action: 'create_key', domain: DOMAIN, selector: 's1', renew: true, notifyDnsTeam: false };
    expect(await deployment.invoke(renew)).toMatchObject({ error: 'RECORD_STILL_NEEDED' });
    expect(await deployment.read(privateKeyObject(DOMAIN, 's1'))).toBe(firstKey);

    await sandbox.clock.advance(8 * DAY_MS);
    await passed(deployment.deploy(DOMAIN, list('s2')));
    expect(await targets()).toEqual({ s1: 'v=DKIM1; p=', s2: 'v=DKIM1; k=rsa; p=MI' });

    await sandbox.clock.advance(170 * DAY_MS);
    expect(await deployment.invoke(renew)).toMatchObject({ statusCode: 200, created: true });
    expect(await deployment.invoke(renew)).toMatchObject({ statusCode: 200, created: false });
    const secondKey = await deployment.read(privateKeyObject(DOMAIN, 's1'));
    expect(secondKey).not.toBe(firstKey);
    await passed(deployment.deploy(DOMAIN, list('s1', ['s2'])));
    expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s1'));
    expect((await deployment.plan(DOMAIN, list('s1', ['s2']))).exitCode).toBe(0);
    expect(deployment.notices('dns')).toHaveLength(1);
    const { Versions } = await sandbox.call('s3', 'ListObjectVersions', {
      Bucket: BUCKET,
      Prefix: privateKeyObject(DOMAIN, 's1'),
    });
    expect(Versions).toHaveLength(2);
  });

  it('finds an alias that was led elsewhere since', async () => {
    const { value } = JSON.parse((await deployment.read(dnsRecordObject(DOMAIN, 's1')))!);
    deployment.dns.setTxt('copied.example.com', value);
    alias('s1', 'copied.example.com');
    const { domains } = await deployment.invoke({ action: 'audit', domains: [DOMAIN] });
    expect(domains[0].findings.map(({ code }: { code: string }) => code)).toContain('ALIAS_CHANGED');
    alias('s1');
  });

  it('leaves nothing in the zone when it is destroyed', async () => {
    await passed(deployment.destroy(DOMAIN, list('s1', ['s2'])));
    expect(await targets()).toEqual({});
  });
});
