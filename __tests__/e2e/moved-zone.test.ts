import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { recordName } from '../../handlers/contract';
import { type DnsServer, startDnsServer } from '../../packages/sandbox/dns/server';
import { Deployment, failed, passed } from '../support/deployment';
import { hostZone } from '../support/route53';
import type { StackSettings } from '../support/workplace';

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

  /** The same in plain HCL. */
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

  /** @param served by which servers the domain is delegated */
  const list = (zone: 'before' | 'now', served: readonly DnsServer[]): StackSettings => ({
    selector: 's1',
    createKey: true,
    record: { hostedZoneId: zones[zone] },
    gate: { nameservers: served.map(({ address }) => address), resolvers: [] },
  });
  const holders = async (domain = DOMAIN): Promise<string[]> => {
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
  const isSigning = async (): Promise<void> =>
    expect(await deployment.dkim(DOMAIN)).toMatchObject({ Status: 'SUCCESS', Tokens: ['s1'] });

  it('signs from the first one', async () => {
    await passed(deployment.deploy(DOMAIN, list('before', [deployment.dns])));
    expect(await holders()).toEqual(['before']);
    await isSigning();
  });

  it('is refused while DNS serves the first one: its record stays, however often it is tried', async () => {
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const refused = await failed(deployment.deploy(DOMAIN, list('now', [deployment.dns])));
      expect(refused).toContain('DNS_TXT_NOT_READY');
      expect(refused.replace(/\s+/g, ' ')).toContain(
        `moves from hosted zone ${zones.before} to ${zones.now}`,
      );
      expect(await holders()).toEqual(['before', 'now']);
      await isSigning();
    }
  });

  it('goes back with the list, and keeps the record that is served', async () => {
    await passed(deployment.deploy(DOMAIN, list('before', [deployment.dns])));
    expect(await holders()).toEqual(['before']);
    expect((await deployment.plan(DOMAIN, list('before', [deployment.dns]))).exitCode).toBe(0);
    await isSigning();
  });

  it('passes once DNS serves the second one, and only then the first one loses its record', async () => {
    await failed(deployment.deploy(DOMAIN, list('now', [deployment.dns])));
    await passed(deployment.deploy(DOMAIN, list('now', [elsewhere])));
    expect(await holders()).toEqual(['now']);
    expect((await deployment.plan(DOMAIN, list('now', [elsewhere]))).exitCode).toBe(0);
    await isSigning();
    await passed(deployment.destroy(DOMAIN, list('now', [elsewhere])));
    expect(await holders()).toEqual([]);
  });

  it('is refused by the module, too, and passes once DNS serves the second one', async () => {
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
