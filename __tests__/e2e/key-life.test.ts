import { dnsRecordObject, privateKeyObject, recordName } from '../../handlers/contract/contract';
import { Deployment, failed, passed } from '../support/deployment';
import { hostZone, recordSets } from '../support/route53';

const DAY_MS = 24 * 3_600_000;
const DOMAIN = 'asked.example.com';
/** Where its keys lie: its own zone has aliases of them. */
const ZONE = 'asked.example.net';

let deployment: Deployment;
let zoneId: string;

beforeAll(async () => {
  const queue = 'arn:aws:sqs:ap-northeast-1:123456789012:dns-team';
  deployment = await Deployment.start({}, { topics: { dns: { subscribers: [queue] }, result: 'create' } });
  deployment.dns.setZone(ZONE, {});
  zoneId = await hostZone(deployment, ZONE);
  // The control stack allows the zones of the list that it is deployed with.
  deployment.others = { [DOMAIN]: list('s1') };
  await passed(deployment.deployControl());
  await deployment.stopAudits();
});
afterAll(() => deployment.close());

const list = (selector: string, previousSelectors: readonly string[] = [], waitSeconds = 100) => ({
  selector,
  createKey: true,
  record: {
    hostedZoneId: zoneId,
    delegation: { zone: ZONE, selectors: ['s1', 's2'] },
    ...(previousSelectors.length > 0 && { previousSelectors }),
  },
  gate: { waitSeconds },
});

const signsWith = (selector: string) => ({ Status: 'SUCCESS', SigningEnabled: true, Tokens: [selector] });

describe('a domain whose DNS team publishes two aliases, once', () => {
  const told = () => deployment.notices('dns').filter(({ subject }) => subject?.includes(DOMAIN));
  const lead = (selector: string, target = `${recordName(DOMAIN, selector)}.${ZONE}`) =>
    deployment.dns.setRecords(recordName(DOMAIN, selector), 'CNAME', [target]);
  /** An alias leads to another name, though the key there is the right one. */
  const leadElsewhere = async () => {
    const { value } = JSON.parse((await deployment.read(dnsRecordObject(DOMAIN, 's1')))!);
    deployment.dns.setTxt('copied.example.com', value);
    lead('s1', 'copied.example.com');
  };
  const targets = async (): Promise<Record<string, string>> =>
    Object.fromEntries(
      (await recordSets(deployment, zoneId)).map(({ Name, ResourceRecords: [record] }) => [
        Name.slice(0, 2),
        record!.Value.replaceAll('"', '').slice(0, 20),
      ]),
    );

  it('signs through aliases that its team publishes once, rotates there and back, and leaves nothing behind', async () => {
    const { sandbox } = deployment;

    // It is refused until its team has published them, and the team is told what.
    const early = await failed(deployment.deploy(DOMAIN, list('s1', [], 0)));
    expect(early).toContain('DNS_TXT_NOT_READY');
    expect(early.replace(/\s+/g, ' ')).toContain(`must be a CNAME to s1._domainkey.${DOMAIN}.${ZONE}`);
    for (const selector of ['s1', 's2'])
      expect(told()[0]!.message).toContain(
        `${selector}._domainkey.${DOMAIN}. 3600 IN CNAME ${selector}._domainkey.${DOMAIN}.${ZONE}.`,
      );
    await leadElsewhere();
    const misled = await failed(deployment.deploy(DOMAIN, list('s1', [], 0)));
    expect(misled.replace(/\s+/g, ' ')).toContain('has an alias of copied.example.com');
    expect(await deployment.dkim(DOMAIN)).toBeNull();
    lead('s1');
    lead('s2');
    await passed(deployment.deploy(DOMAIN, list('s1')));
    expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s1'));
    expect(await targets()).toEqual({ s1: 'v=DKIM1; k=rsa; p=MI', s2: 'v=DKIM1; p=' });

    // It rotates there and back without asking anybody, each time with a new key.
    const firstKey = await deployment.read(privateKeyObject(DOMAIN, 's1'));
    await passed(deployment.deploy(DOMAIN, list('s2', ['s1'])));
    expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s2'));
    expect(await deployment.read(privateKeyObject(DOMAIN, 's1'))).toBe(firstKey);
    await sandbox.clock.advance(8 * DAY_MS);
    await passed(deployment.deploy(DOMAIN, list('s2')));
    expect(await targets()).toEqual({ s1: 'v=DKIM1; p=', s2: 'v=DKIM1; k=rsa; p=MI' });
    await sandbox.clock.advance(30 * DAY_MS);
    await passed(deployment.deploy(DOMAIN, list('s1', ['s2'])));
    expect(await deployment.read(privateKeyObject(DOMAIN, 's1'))).not.toBe(firstKey);
    expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s1'));
    expect((await deployment.plan(DOMAIN, list('s1', ['s2']))).exitCode).toBe(0);
    expect(told()).toHaveLength(1);

    // A record that somebody deleted is made again, of the key that signs now and not of the first one.
    const signer = async () =>
      (await recordSets(deployment, zoneId)).find(({ Name }) => Name.startsWith('s1.'));
    const ResourceRecordSet = await signer();
    await sandbox.call('route53', 'ChangeResourceRecordSets', {
      HostedZoneId: zoneId,
      ChangeBatch: { Changes: [{ Action: 'DELETE', ResourceRecordSet }] },
    });
    await passed(deployment.deploy(DOMAIN, list('s1', ['s2'])));
    expect(await signer()).toEqual(ResourceRecordSet);

    // The audit finds an alias that was led elsewhere since.
    await leadElsewhere();
    const { domains } = await deployment.invoke({ action: 'audit', domains: [DOMAIN] });
    expect(domains[0].findings.map(({ code }: { code: string }) => code)).toContain('ALIAS_CHANGED');
    lead('s1');
    await passed(deployment.destroy(DOMAIN, list('s1', ['s2'])));
    expect(await targets()).toEqual({});
  });
});
