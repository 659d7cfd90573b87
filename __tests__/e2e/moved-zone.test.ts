import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { recordName } from '../../handlers/contract';
import { type DnsServer, startDnsServer } from '../../packages/sandbox/dns/server';
import { Deployment, failed, passed } from '../support/deployment';
import { hostZone } from '../support/route53';

const DOMAIN = 'example.com';

describe('a domain whose hosted zone is another one now', () => {
  let deployment: Deployment;
  let elsewhere: DnsServer;
  let zones: Record<'before' | 'now', string>;

  beforeAll(async () => {
    elsewhere = await startDnsServer({ zones: { [DOMAIN]: {} } });
    deployment = await Deployment.start({}, { allow: { servers: [elsewhere.address] } });
    const { sandbox, dns } = deployment;
    zones = {
      before: await hostZone({ sandbox, dns }, DOMAIN),
      now: await hostZone({ sandbox, dns: elsewhere }, DOMAIN),
    };
    await passed(deployment.deployControl());
  });
  afterAll(async () => {
    await deployment.close();
    await elsewhere.close();
  });

  const applyHcl = async (domain: string, zone: 'before' | 'now', served: readonly DnsServer[]) => {
    const folder = path.join(deployment.first.folder, 'hcl');
    const isNew = !existsSync(folder);
    mkdirSync(folder, { recursive: true });
    const nameservers = served.map(({ address }) => address);
    const module = {
      source: path.join(PROJECT_ROOT, 'modules/domain'),
      providers: { aws: 'aws', 'aws.zone': 'aws' },
      domain,
      region: 'ap-northeast-1',
      selector: 's1',
      create_key: true,
      record: { hosted_zone_id: zones[zone] },
      gate: { nameservers, resolvers: [] },
    };
    const text = { provider: { aws: { region: 'ap-northeast-1' } }, module: { mail: module } };
    writeFileSync(path.join(folder, 'main.tf.json'), JSON.stringify(text));
    if (isNew) await passed(deployment.first.engineIn(folder, 'init', '-no-color'));
    return deployment.first.engineIn(folder, 'apply', '-auto-approve', '-no-color');
  };

  const holders = async (domain: string): Promise<string[]> => {
    const found = await Promise.all(
      (['before', 'now'] as const).map(async (zone) => {
        const input = { HostedZoneId: zones[zone] };
        const { ResourceRecordSets } = await deployment.sandbox.call(
          'route53',
          'ListResourceRecordSets',
          input,
        );
        return JSON.stringify(ResourceRecordSets).includes(recordName(domain, 's1')) ? [zone] : [];
      }),
    );
    return found.flat();
  };
  it('is refused by the module while DNS serves the first one, and passes once it serves the second', async () => {
    const domain = `hcl.${DOMAIN}`;
    await passed(applyHcl(domain, 'before', [deployment.dns]));
    expect(await failed(applyHcl(domain, 'now', [deployment.dns]))).toContain('DNS_TXT_NOT_READY');
    expect(await holders(domain)).toEqual(['before', 'now']);
    // One resource for both zones: going back, the engine would make the record that it still has to delete.
    expect(await failed(applyHcl(domain, 'before', [deployment.dns]))).toContain('already exists');
    expect(await holders(domain)).toEqual(['before', 'now']);
    await passed(applyHcl(domain, 'now', [elsewhere]));
    expect(await holders(domain)).toEqual(['now']);
  });
});
