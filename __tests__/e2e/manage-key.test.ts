import { dnsRecordObject, privateKeyObject, recordName } from '../../handlers/contract';
import { findHandlerErrors } from '../../scripts/stacks/handler-errors';
import { BUCKET, Deployment, failed, passed } from '../support/deployment';
import { hostZone } from '../support/route53';

describe('a domain without a key, through the real engine', () => {
  let deployment: Deployment;
  let zoneId: string;

  beforeAll(async () => {
    deployment = await Deployment.start(
      { lambda: { sleep: { factor: 0.1 } } },
      { topics: { dns: 'create' }, notices: { contact: 'mail@example.com' } },
    );
    await passed(deployment.deployControl());
    zoneId = await hostZone(deployment, 'example.org');
  });
  afterAll(() => deployment.close());

  const versionsOf = async (key: string): Promise<string[]> => {
    const input = { Bucket: BUCKET, Prefix: key };
    const { Versions = [] } = await deployment.sandbox.call('s3', 'ListObjectVersions', input);
    return Versions.map(({ VersionId }: { VersionId: string }) => VersionId);
  };
  const signsWith = (selector: string) => ({
    Status: 'SUCCESS',
    SigningAttributesOrigin: 'EXTERNAL',
    SigningEnabled: true,
    Tokens: [selector],
  });

  describe('whose DNS another team keeps', () => {
    const DOMAIN = 'example.com';
    const LIST = { selector: 's1', createKey: true };
    const KEY = privateKeyObject(DOMAIN, 's1');

    it('gets a key, has the DNS team told what to publish, and goes on from there at the next apply', async () => {
      expect(await failed(deployment.deploy(DOMAIN, LIST))).toContain('DNS_TXT_NOT_READY');
      expect(await deployment.dkim(DOMAIN)).toBeNull();
      const [notice, ...others] = deployment.notices('dns');
      expect(others).toEqual([]);
      expect(notice!.subject).toBe('DNS record to publish for example.com (DKIM)');
      expect(notice!.message).toContain('mail@example.com');
      const made = await deployment.read(KEY);
      expect(made).toContain('PRIVATE KEY');

      // Nobody has acted yet, and somebody is impatient.
      await failed(deployment.deploy(DOMAIN, LIST));
      const again = await deployment.invoke({ action: 'create_key', domain: DOMAIN, selector: 's1' });
      expect(again).toMatchObject({ statusCode: 200, created: false, notice: { sent: false } });
      expect(deployment.notices('dns')).toHaveLength(1);

      // Whoever knows nothing but the notice can publish the record.
      const [, name, strings] = /^\s*(\S+)\. 300 IN TXT (".+")\s*$/m.exec(notice!.message)!;
      expect(name).toBe(recordName(DOMAIN, 's1'));
      deployment.dns.setTxt(name!, strings!.replace(/" "|"/g, ''));

      await passed(deployment.deploy(DOMAIN, LIST));
      expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s1'));
      await passed(deployment.plan(DOMAIN, LIST));
      expect(await versionsOf(KEY)).toHaveLength(1);
      expect(await deployment.read(KEY)).toBe(made);
      expect(deployment.notices('dns')).toHaveLength(1);
    });

    it('keeps key and record when it is destroyed, and takes them up again', async () => {
      const made = await deployment.read(KEY);
      await passed(deployment.destroy(DOMAIN, LIST));
      expect(await deployment.dkim(DOMAIN)).toBeNull();
      await passed(deployment.deploy(DOMAIN, LIST));
      expect(await deployment.read(KEY)).toBe(made);
      expect(deployment.notices('dns')).toHaveLength(1);
      await passed(deployment.destroy(DOMAIN, LIST));
    });

    it('refuses to make a second key for a record that was given away', async () => {
      await deployment.sandbox.call('s3', 'DeleteObject', { Bucket: BUCKET, Key: KEY });
      expect(await failed(deployment.deploy(DOMAIN, LIST))).toContain('CERTIFICATE_NOT_FOUND');
      expect(await deployment.read(KEY)).toBeNull();
    });
  });

  describe('whose zone is in Route 53', () => {
    const DOMAIN = 'example.org';
    const list = (selector: string, record: object = {}) => ({
      selector,
      createKey: true,
      record: { hostedZoneId: zoneId, ...record },
      gate: { waitSeconds: 200 },
    });
    const published = async (): Promise<string[]> => {
      const input = { HostedZoneId: zoneId };
      const { ResourceRecordSets } = await deployment.sandbox.call(
        'route53',
        'ListResourceRecordSets',
        input,
      );
      return ResourceRecordSets.filter(({ Type }: { Type: string }) => Type === 'TXT').map(
        ({ Name }: { Name: string }) => Name,
      );
    };

    it('goes from nothing to SUCCESS in one deploy, the gate waiting for the record', async () => {
      const { dns } = deployment;
      const name = recordName(DOMAIN, 's1');
      const told = deployment.notices('dns').length;
      // The zone's servers are behind: the first two times that they are asked they do not have it.
      dns.misbehave({ name, type: 'TXT', rcode: 'NXDOMAIN', times: 2 });
      await passed(deployment.deploy(DOMAIN, list('s1')));
      expect(dns.log.filter((question) => question.name === name).length).toBeGreaterThan(2);
      expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s1'));
      await passed(deployment.plan(DOMAIN, list('s1')));
      expect(deployment.notices('dns')).toHaveLength(told);
      expect(await deployment.read(dnsRecordObject(DOMAIN, 's1'))).toContain('"route53"');
    });

    it('refuses to plan a rotation that would remove the record which signs, and a destroy of that list passes', async () => {
      const output = await failed(deployment.deploy(DOMAIN, list('s2')));
      expect(findHandlerErrors(output)).toEqual([
        { code: 'RECORD_STILL_NEEDED', message: expect.stringContaining('previousSelectors: [s1]') },
      ]);
      expect(await published()).toEqual(['s1._domainkey.example.org.']);
      expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s1'));

      await passed(deployment.destroy(DOMAIN, list('s2')));
      expect(await published()).toEqual([]);
      await passed(deployment.deploy(DOMAIN, list('s1')));
    });

    it('keeps the old record through a rotation that names its selector, and removes it when its mail has arrived', async () => {
      const keeping = list('s2', { previousSelectors: ['s1'] });
      await passed(deployment.deploy(DOMAIN, keeping));
      expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s2'));
      expect(await published()).toEqual(['s1._domainkey.example.org.', 's2._domainkey.example.org.']);
      await passed(deployment.plan(DOMAIN, keeping));

      expect(await failed(deployment.deploy(DOMAIN, list('s2')))).toContain('RECORD_STILL_NEEDED');
      expect(await published()).toHaveLength(2);

      await deployment.sandbox.clock.advance(7 * 24 * 3_600_000);
      await passed(deployment.deploy(DOMAIN, list('s2')));
      await passed(deployment.plan(DOMAIN, list('s2')));
      expect(await published()).toEqual(['s2._domainkey.example.org.']);
      expect(await deployment.dkim(DOMAIN)).toMatchObject(signsWith('s2'));
      expect(deployment.armed(DOMAIN)).toEqual([]);
    });

    it('leaves no record behind when it is destroyed', async () => {
      await passed(deployment.destroy(DOMAIN, list('s2')));
      expect(await published()).toEqual([]);
      expect(await deployment.dkim(DOMAIN)).toBeNull();
    });
  });
});
