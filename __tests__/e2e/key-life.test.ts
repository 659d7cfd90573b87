import { dnsRecordObject, privateKeyObject, recordName } from '../../handlers/contract/contract';
import { BUCKET, Deployment, FUNCTION, failed, passed } from '../support/deployment';
import { hostZone } from '../support/route53';

const DAY_MS = 24 * 3_600_000;
const DOMAIN = 'asked.example.com';
/** Where its keys lie: its own zone has aliases of them. */
const ZONE = 'asked.example.net';

let deployment: Deployment;
let zoneId: string;

beforeAll(async () => {
  deployment = await Deployment.start({}, { topics: { dns: 'create', result: 'create' } });
  deployment.dns.setZone(ZONE, {});
  zoneId = await hostZone(deployment, ZONE);
  await passed(deployment.deployControl());
  // Six weeks pass here: an audit of each day would take longer than the rest.
  const schedule = { Name: `${FUNCTION}-audit`, GroupName: FUNCTION };
  await deployment.sandbox.call('scheduler', 'DeleteSchedule', schedule);
});
afterAll(() => deployment.close());

const signsWith = (selector: string) => ({ Status: 'SUCCESS', SigningEnabled: true, Tokens: [selector] });

describe('a domain whose DNS team publishes two aliases, once', () => {
  const told = () => deployment.notices('dns').filter(({ subject }) => subject?.includes(DOMAIN));
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
  const lead = (selector: string, target = `${recordName(DOMAIN, selector)}.${ZONE}`) =>
    deployment.dns.setRecords(recordName(DOMAIN, selector), 'CNAME', [target]);
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

  it('signs through aliases that its team publishes once, rotates there and back, and leaves nothing', async () => {
    // It is refused until its team has published them, and the team is told what.
    {
      const refused = await failed(deployment.deploy(DOMAIN, { ...list('s1'), gate: { waitSeconds: 0 } }));
      expect(refused).toContain('DNS_TXT_NOT_READY');
      expect(refused.replace(/\s+/g, ' ')).toContain(`must be a CNAME to s1._domainkey.${DOMAIN}.${ZONE}`);
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

      await sandbox.clock.advance(6 * DAY_MS);
      expect(await failed(deployment.deploy(DOMAIN, list('s2')))).toContain('RECORD_STILL_NEEDED');
      await sandbox.clock.advance(2 * DAY_MS);
      await passed(deployment.deploy(DOMAIN, list('s2')));
      expect(await targets()).toEqual({ s1: 'v=DKIM1; p=', s2: 'v=DKIM1; k=rsa; p=MI' });

      await sandbox.clock.advance(30 * DAY_MS);
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
        const input = { HostedZoneId: zoneId };
        return (await deployment.sandbox.call('route53', 'ListResourceRecordSets', input)).ResourceRecordSets;
      };
      const ofSigner = ({ Name, Type }: any): boolean => Type === 'TXT' && Name.startsWith('s1.');
      const before = (await sets()).find(ofSigner);
      await deployment.sandbox.call('route53', 'ChangeResourceRecordSets', {
        HostedZoneId: zoneId,
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
