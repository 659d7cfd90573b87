import { LEDGER_PREFIX, recordName } from '../../handlers/contract';
import { Deployment, failed, passed } from '../support/deployment';
import { hostZone } from '../support/route53';
import type { StackSettings } from '../support/workplace';

const DOMAIN = 'example.com';
const REGIONS = ['ap-northeast-1', 'us-east-1'];
const [FIRST = '', FURTHER = ''] = REGIONS;
const STACK = `${DOMAIN}@${FURTHER}`;
const DAY_MS = 24 * 3_600_000;
const LIMIT_MS = 120_000;

it(
  'a domain of two regions has one key and one record, which stays as long as one of them signs with it',
  async () => {
    const deployment = await Deployment.start(
      { lambda: { sleep: { factor: 0.1 } } },
      { keyStore: { bucket: 'keys-{region}', protect: false }, topics: { audit: 'create' } },
    );
    try {
      const { first, sandbox } = deployment;
      const hostedZoneId = await hostZone(deployment, DOMAIN);
      const list = (selector: string, ...previousSelectors: string[]): StackSettings => ({
        selector,
        regions: REGIONS,
        createKey: true,
        record: { hostedZoneId, ...(previousSelectors.length > 0 && { previousSelectors }) },
        gate: { waitSeconds: 60 },
      });
      const signsIn = async (region: string): Promise<unknown> => {
        const { DkimAttributes } = await sandbox.call(
          'ses',
          'GetEmailIdentity',
          { EmailIdentity: DOMAIN },
          undefined,
          region,
        );
        const { Status, Tokens, SigningAttributesOrigin } = DkimAttributes;
        return [SigningAttributesOrigin, Status, ...Tokens];
      };
      const keysIn = async (region: string, prefix: string): Promise<string[]> => {
        const input = { Bucket: `keys-${region}`, Prefix: prefix };
        const { Contents = [] } = await sandbox.call('s3', 'ListObjectsV2', input, undefined, region);
        return Contents.map(({ Key }: { Key: string }) => Key);
      };

      for (const region of REGIONS) await passed(first.deployControl(undefined, region, list('s1')));
      // Nothing of the key is there yet.
      expect(await failed(first.deploy(DOMAIN, list('s1'), undefined, STACK))).toContain(
        'CERTIFICATE_NOT_FOUND',
      );
      await passed(first.deploy(DOMAIN, list('s1')));
      await passed(first.deploy(DOMAIN, list('s1'), undefined, STACK));
      const signing = (selector: string) => ['EXTERNAL', 'SUCCESS', selector];
      expect(await Promise.all(REGIONS.map(signsIn))).toEqual([signing('s1'), signing('s1')]);
      expect(await keysIn(FURTHER, 'dkim-certificates/')).toEqual([]);
      for (const region of REGIONS)
        expect(await keysIn(region, LEDGER_PREFIX)).toEqual([`${LEDGER_PREFIX}${region}/${DOMAIN}.json`]);

      const alone = { ...list('s1'), regions: undefined, region: FIRST };
      const left = await failed(first.deploy(DOMAIN, alone));
      expect(left.replace(/\s+/g, ' ')).toContain('found us-east-1 taken out, where SES still signs with s1');

      await passed(first.deploy(DOMAIN, list('s2', 's1')));
      await sandbox.clock.advance(9 * DAY_MS);
      const refused = await failed(first.deploy(DOMAIN, list('s2')));
      expect(refused.replace(/\s+/g, ' ')).toMatch(/RECORD_STILL_NEEDED.*SES signs with s1 in us-east-1/);

      await passed(first.deploy(DOMAIN, list('s2', 's1'), undefined, STACK));
      expect(await Promise.all(REGIONS.map(signsIn))).toEqual([signing('s2'), signing('s2')]);
      await sandbox.clock.advance(9 * DAY_MS);
      await passed(first.deploy(DOMAIN, list('s2')));

      await passed(first.destroy(DOMAIN, list('s2'), undefined, STACK));
      expect(await signsIn(FIRST)).toEqual(signing('s2'));
      await passed(first.destroy(DOMAIN, list('s2')));
      const { ResourceRecordSets } = await sandbox.call('route53', 'ListResourceRecordSets', {
        HostedZoneId: hostedZoneId,
      });
      expect(JSON.stringify(ResourceRecordSets)).not.toContain(recordName(DOMAIN, 's2'));
    } finally {
      await deployment.close();
    }
  },
  LIMIT_MS,
);
