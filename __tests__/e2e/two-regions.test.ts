import { Deployment, failed, passed } from '../support/deployment';
import { granted, unused, used } from '../support/permissions';
import { hostZone, recordSets } from '../support/route53';

const DOMAIN = 'example.com';
const ENTRIES = { 'ap-northeast-1': DOMAIN, 'us-east-1': `${DOMAIN}@us-east-1` } as const;
const REGIONS = Object.keys(ENTRIES) as (keyof typeof ENTRIES)[];

const OTHER_ROLE = 'ses-byodkim-us-east-1';

it('two regions sign with one key and one record', async () => {
  const kmsKeyArn = 'arn:aws:kms:{region}:123456789012:key/mrk-3e2f7a520000400080000000000000';
  const keyStore = { bucket: 'keys-{region}', protect: false, kmsKeyArn };
  const deployment = await Deployment.start({}, { keyStore });
  deployment.shortenSleeps(0.005);
  try {
    const { sandbox } = deployment;
    const hostedZoneId = await hostZone(deployment, DOMAIN);
    const [home, other] = REGIONS.map((region) => ENTRIES[region]) as [string, string];
    const list = (selector: string, previousSelectors: string[] = [], others = selector) => {
      const record = { hostedZoneId, previousSelectors };
      deployment.others = {
        [home]: { selector, createKey: true, record, gate: { waitSeconds: 60 } },
        [other]: { selector: others },
      };
    };
    const deploy = (entry: string) => deployment.deploy(entry, deployment.others[entry]!);
    const signIn = () =>
      Promise.all(
        REGIONS.map(async (region) => {
          const input = { EmailIdentity: DOMAIN };
          const { DkimAttributes } = await sandbox.call('ses', 'GetEmailIdentity', input, { region });
          return [DkimAttributes.Status, ...DkimAttributes.Tokens].join(' ');
        }),
      );

    list('s1');
    for (const region of REGIONS) await passed(deployment.deployControl(undefined, region));
    for (const entry of [home, other]) await passed(deploy(entry));
    expect(await signIn()).toEqual(['SUCCESS s1', 'SUCCESS s1']);

    list('s2', ['s1']);
    await passed(deploy(home));
    expect(await signIn()).toEqual(['SUCCESS s2', 'SUCCESS s1']);
    list('s2');
    expect(await failed(deploy(home))).toMatch(/RECORD_STILL_NEEDED.*us-east-1/s);
    list('s2', ['s1']);
    await passed(deploy(other));
    expect(await signIn()).toEqual(['SUCCESS s2', 'SUCCESS s2']);

    const input = { Bucket: 'keys-us-east-1', Prefix: 'dkim-certificates/' };
    const kept = await sandbox.call('s3', 'ListObjectsV2', input, { region: 'us-east-1' });
    expect(kept.Contents ?? []).toEqual([]);

    // What is granted of the home's bucket is used.
    const ask = async (payload: object) => {
      const call = { FunctionName: 'ses-byodkim', Payload: Buffer.from(JSON.stringify(payload)) };
      const { Payload } = await sandbox.call('lambda', 'Invoke', call, { region: 'us-east-1' });
      return JSON.parse(Buffer.from(Payload).toString());
    };
    expect(await ask({ action: 'audit' })).toMatchObject({ audited: 1, needingAttention: 0 });
    expect(await ask({ action: 'status', domain: DOMAIN })).toMatchObject({
      selector: 's2',
      regions: [{ region: 'ap-northeast-1', selector: 's2' }],
    });
    const missing = { domain: DOMAIN, selector: 's9', keyStore: { bucket: 'keys-ap-northeast-1' } };
    expect(await ask({ action: 'record', ...missing })).toMatchObject({ error: 'CERTIFICATE_NOT_FOUND' });
    const shared = granted(deployment, OTHER_ROLE).filter(({ Sid = '' }) => /Shared|Forbidden2/.test(Sid));
    expect(shared).toHaveLength(4);
    expect(unused(shared, used(deployment, OTHER_ROLE))).toEqual([]);

    // The home moves; the former one keeps the records that mail in transit needs, and lets them go.
    const move = (former: object) => {
      const settings = { createKey: true, record: { hostedZoneId }, gate: { waitSeconds: 60 } };
      deployment.others = { [home]: { selector: 's3', ...former }, [other]: { selector: 's3', ...settings } };
    };
    const names = async (): Promise<string[]> =>
      (await recordSets(deployment, hostedZoneId)).map(({ Name }) => Name.split('.')[0]!).sort();
    move({ record: { hostedZoneId, previousSelectors: ['s2', 's1'] } });
    for (const region of REGIONS) await passed(deployment.deployControl(undefined, region));
    for (const entry of [other, home]) await passed(deploy(entry));
    expect(await signIn()).toEqual(['SUCCESS s3', 'SUCCESS s3']);
    expect(await names()).toEqual(['s1', 's2', 's3']);
    move({});
    expect(await failed(deploy(home))).toContain('RECORD_STILL_NEEDED');
    for (const region of REGIONS) await deployment.stopAudits(region);
    await sandbox.clock.advance(8 * 24 * 3_600_000);
    await passed(deploy(home));
    expect(await names()).toEqual(['s3']);
    expect(await signIn()).toEqual(['SUCCESS s3', 'SUCCESS s3']);

    // The engine alone destroys the home last.
    const destroy = (entry: string) => deployment.destroy(entry, deployment.others[entry]!);
    expect(await failed(destroy(other))).toMatch(/KEY_SHARED.*ap-northeast-1/s);
    expect([await signIn(), await names()]).toEqual([['SUCCESS s3', 'SUCCESS s3'], ['s3']]);
    await passed(destroy(home));
    await passed(destroy(other));
    expect(await names()).toEqual([]);
  } finally {
    await deployment.close();
  }
});
