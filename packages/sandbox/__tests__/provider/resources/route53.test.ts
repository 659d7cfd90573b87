import type { Route53Service, ZoneContents } from '../../../aws/services/route53';
import { unwrapped, useFixture } from '../fixture';

const world = useFixture();

const LONG = `v=DKIM1; k=rsa; p=${'A'.repeat(230)}""${'B'.repeat(100)}`;
const record = (value: string, more: object = {}) => ({
  resource: {
    aws_route53_record: {
      it: {
        zone_id: zoneId,
        name: 's1._domainkey',
        type: 'TXT',
        ttl: 300,
        records: [value],
        ...more,
      },
    },
  },
});

let zoneId: string;
const published: ZoneContents[] = [];

beforeEach(async () => {
  const { sandbox } = world;
  const route53 = sandbox.service<Route53Service>('route53');
  route53.onChange((zone) => void published.push(zone));
  const { HostedZone } = await sandbox.call('route53', 'CreateHostedZone', {
    Name: 'example.com',
    CallerReference: 'test',
  });
  zoneId = HostedZone.Id.split('/').at(-1);
});

const texts = () => published.at(-1)!.records.filter(({ type }) => type === 'TXT');

test('a record is published before the apply ends, and withdrawn by the destroy', async () => {
  const { stack } = world;
  await stack.apply(record(LONG));
  const there = texts();
  const empty = await stack.planIsEmpty();
  await stack.destroy();

  expect(there).toEqual([
    { name: 's1._domainkey.example.com.', type: 'TXT', ttlSeconds: 300, values: [`"${LONG}"`] },
  ]);
  expect(empty).toBe(true);
  expect(texts()).toEqual([]);
});

test('fails where another record stands', async () => {
  const { sandbox, stack } = world;
  const ResourceRecordSet = {
    Name: 's1._domainkey.example.com',
    Type: 'TXT',
    TTL: 60,
    ResourceRecords: [{ Value: '"v=DKIM1; p=stray"' }],
  };
  await sandbox.call('route53', 'ChangeResourceRecordSets', {
    HostedZoneId: zoneId,
    ChangeBatch: { Changes: [{ Action: 'CREATE', ResourceRecordSet }] },
  });
  stack.write(record('v=DKIM1; p=one'));
  const { exitCode, output } = await stack.run('apply', '-auto-approve');

  expect(exitCode).toBe(1);
  expect(unwrapped(output)).toContain('but it already exists');
  expect(texts()[0]?.values).toEqual(['"v=DKIM1; p=stray"']);
});
