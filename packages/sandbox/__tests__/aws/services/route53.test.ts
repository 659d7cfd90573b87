import type { Route53Service, ZoneContents } from '../../../aws/services/route53';
import { useSandbox } from '../../use-sandbox';

const sandbox = useSandbox();
let route53: Route53Service;
let zoneId: string;

beforeEach(async () => {
  route53 = sandbox.service<Route53Service>('route53');
  const made = await call('CreateHostedZone', { Name: 'Example.COM', CallerReference: '1' });
  zoneId = made.HostedZone.Id;
});

const call = (operation: string, input: object) => sandbox.call('route53', operation, input);
const set = (Name: string, values: string[], Type = 'TXT') => ({
  Name,
  Type,
  TTL: 300,
  ResourceRecords: values.map((Value) => ({ Value })),
});
const change = (...changes: [string, object][]) =>
  call('ChangeResourceRecordSets', {
    HostedZoneId: zoneId,
    ChangeBatch: { Changes: changes.map(([Action, ResourceRecordSet]) => ({ Action, ResourceRecordSet })) },
  });
const texts = () => route53.zones()[0]!.records.filter(({ type }) => type === 'TXT');
const SELECTOR = 's1._domainkey.example.com';

test('records are made, replaced and removed', async () => {
  await change(['CREATE', set(SELECTOR, ['"one"'])]);
  await change(['UPSERT', set(`${SELECTOR}.`, ['"two" "and more"'])]);
  expect(texts()).toEqual([
    { name: `${SELECTOR}.`, type: 'TXT', ttlSeconds: 300, values: ['"two" "and more"'] },
  ]);
  await change(['DELETE', set(SELECTOR, ['"two" "and more"'])]);
  expect(texts()).toEqual([]);
});

test('a change is answered once all listeners have finished', async () => {
  const seen: ZoneContents[] = [];
  const stop = route53.onChange(async (zone) => {
    await new Promise((resolve) => setImmediate(resolve));
    seen.push(zone);
  });
  const { ChangeInfo } = await change(['CREATE', set(SELECTOR, ['"one"'])]);
  expect(seen).toMatchObject([{ name: 'example.com.', zoneId: zoneId.replace('/hostedzone/', '') }]);
  expect(ChangeInfo.Status).toBe('PENDING');
  const { ChangeInfo: later } = await sandbox.call('route53', 'GetChange', { Id: ChangeInfo.Id });
  expect(later.Status).toBe('INSYNC');
  stop();
  await change(['DELETE', set(SELECTOR, ['"one"'])]);
  expect(seen).toHaveLength(1);
});

test('records are listed from a name on, by their labels from the right', async () => {
  await change(['CREATE', set(SELECTOR, ['"one"'])], ['CREATE', set('a.example.com', ['192.0.2.1'], 'A')]);
  const from = { HostedZoneId: zoneId, StartRecordName: SELECTOR, StartRecordType: 'TXT', MaxItems: '1' };
  expect(await call('ListResourceRecordSets', from)).toEqual({
    ResourceRecordSets: [set(`${SELECTOR}.`, ['"one"'])],
    IsTruncated: true,
    NextRecordName: 'a.example.com.',
    NextRecordType: 'A',
    MaxItems: '1',
  });
  const rest = { ...from, StartRecordName: 'a.example.com.', StartRecordType: 'A' };
  expect(await call('ListResourceRecordSets', rest)).toEqual({
    ResourceRecordSets: [set('a.example.com.', ['192.0.2.1'], 'A')],
    IsTruncated: false,
    MaxItems: '1',
  });
});

test.each<[string, string, object, string]>([
  ['a record outside of the zone', 'CREATE', set('example.org', ['"x"']), 'not permitted in zone'],
  ['what only looks like the zone', 'CREATE', set('badexample.com', ['"x"']), 'not permitted in zone'],
  ['a TXT value without quotes', 'CREATE', set(SELECTOR, ['x']), 'enclosed in quotation marks'],
  ['a string too long', 'CREATE', set(SELECTOR, [`"${'x'.repeat(256)}"`]), 'CharacterStringTooLong'],
  ['no values', 'CREATE', set(SELECTOR, []), 'length greater than or equal to 1'],
  ['no TTL', 'CREATE', { ...set(SELECTOR, ['"x"']), TTL: undefined }, "Missing field 'TTL'"],
  ['an unknown action', 'PUT', set(SELECTOR, ['"x"']), 'enum value set: [CREATE, DELETE, UPSERT]'],
  ['removing what is not there', 'DELETE', set(SELECTOR, ['"x"']), 'was not found'],
])('refuses %s', async (_what, action, records, message) => {
  await expect(change([action, records])).rejects.toThrow(message);
});

test('refuses a missing zone', async () => {
  await expect(call('GetHostedZone', { Id: 'Z' })).rejects.toThrow('No hosted zone found');
});
