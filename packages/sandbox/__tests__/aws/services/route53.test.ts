import fc from 'fast-check';
import { type Sandbox, startSandbox } from '../../../aws/sandbox';
import type { Route53Service, ZoneContents } from '../../../aws/services/route53';
import { changeRecords } from '../../../aws/services/route53-records';

let sandbox: Sandbox;
let route53: Route53Service;
let zoneId: string;

beforeEach(async () => {
  sandbox = await startSandbox();
  route53 = sandbox.service<Route53Service>('route53');
  const made = await call('CreateHostedZone', { Name: 'Example.COM', CallerReference: '1' });
  zoneId = made.HostedZone.Id;
});
afterEach(() => sandbox.close());

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

test('a zone is found by its ID, in either form, and by name', async () => {
  const bare = zoneId.replace('/hostedzone/', '');
  expect((await call('GetHostedZone', { Id: bare })).HostedZone).toMatchObject({
    Id: zoneId,
    Name: 'example.com.',
    ResourceRecordSetCount: 2,
  });
  expect((await call('ListHostedZonesByName', { DNSName: 'example.com' })).HostedZones).toHaveLength(1);
});

test('records are made, replaced and removed', async () => {
  await change(['CREATE', set(SELECTOR, ['"one"'])]);
  await change(['UPSERT', set(`${SELECTOR}.`, ['"two" "and more"'])]);
  expect(texts()).toEqual([
    { name: `${SELECTOR}.`, type: 'TXT', ttlSeconds: 300, values: ['"two" "and more"'] },
  ]);
  await change(['DELETE', set(SELECTOR, ['"two" "and more"'])]);
  expect(texts()).toEqual([]);
});

test('a change is answered when all who listen are done with it', async () => {
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

test('a batch is all or nothing', async () => {
  await expect(
    change(['CREATE', set(SELECTOR, ['"one"'])], ['CREATE', set('example.org', ['"two"'])]),
  ).rejects.toMatchObject({ name: 'InvalidChangeBatch' });
  expect(texts()).toEqual([]);
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

test('zones are listed page by page, by their labels from the right', async () => {
  for (const Name of ['b.example.com', 'a.example.org', 'example.com'])
    await call('CreateHostedZone', { Name, CallerReference: `${Name} listed` });
  const pages: any[] = [];
  for (let more: object | undefined = {}; more; ) {
    const page = await call('ListHostedZonesByName', { MaxItems: '2', ...more });
    pages.push(page);
    const { NextDNSName: DNSName, NextHostedZoneId: HostedZoneId } = page;
    more = page.IsTruncated ? { DNSName, HostedZoneId } : undefined;
  }

  expect(pages.map(({ HostedZones }) => HostedZones.map(({ Name }: any) => Name))).toEqual([
    ['example.com.', 'example.com.'],
    ['b.example.com.', 'a.example.org.'],
  ]);
  expect(new Set(pages.flatMap(({ HostedZones }) => HostedZones.map(({ Id }: any) => Id))).size).toBe(4);
  expect(pages[1]).toMatchObject({ IsTruncated: false, MaxItems: '2' });
});

test.each([
  ['ListHostedZonesByName', { HostedZoneId: 'Z1' }],
  ['ListHostedZonesByName', { MaxItems: 'many' }],
  ['ListResourceRecordSets', { HostedZoneId: 'Z1', StartRecordType: 'TXT' }],
])('%s refuses %p', async (operation, input) => {
  await expect(call(operation, input)).rejects.toMatchObject({ name: 'InvalidInput' });
});

test.each<[string, () => Promise<unknown>, string]>([
  [
    'a record outside of the zone',
    () => change(['CREATE', set('example.org', ['"x"'])]),
    'not permitted in zone',
  ],
  [
    'what looks like the zone only',
    () => change(['CREATE', set('badexample.com', ['"x"'])]),
    'not permitted in zone',
  ],
  [
    'a TXT value without quotes',
    () => change(['CREATE', set(SELECTOR, ['x'])]),
    'enclosed in quotation marks',
  ],
  [
    'a string too long',
    () => change(['CREATE', set(SELECTOR, [`"${'x'.repeat(256)}"`])]),
    'CharacterStringTooLong',
  ],
  ['no values', () => change(['CREATE', set(SELECTOR, [])]), 'length greater than or equal to 1'],
  ['no TTL', () => change(['CREATE', { ...set(SELECTOR, ['"x"']), TTL: undefined }]), "Missing field 'TTL'"],
  [
    'an unknown action',
    () => change(['PUT', set(SELECTOR, ['"x"'])]),
    'enum value set: [CREATE, DELETE, UPSERT]',
  ],
  ['removing what is not there', () => change(['DELETE', set(SELECTOR, ['"x"'])]), 'was not found'],
  ['a zone that is not there', () => call('GetHostedZone', { Id: 'Z' }), 'No hosted zone found'],
])('refuses %s', async (_what, asked, message) => {
  await expect(asked()).rejects.toThrow(message);
});

test('refuses what conflicts with a record that is there', async () => {
  await change(['CREATE', set(SELECTOR, ['"one"'])]);
  await expect(change(['CREATE', set(SELECTOR, ['"two"'])])).rejects.toThrow('already exists');
  await expect(change(['DELETE', set(SELECTOR, ['"two"'])])).rejects.toThrow(
    'do not match the current values',
  );
  await expect(change(['CREATE', set(SELECTOR, ['x.example.org'], 'CNAME')])).rejects.toThrow('conflicts');
});

test('whatever is asked, a zone holds only well-formed records of its own', () => {
  const record = fc.record({
    Name: fc.constantFrom('example.com', 'a.example.com', 'example.org', 'A.Example.com.', ''),
    Type: fc.constantFrom('TXT', 'A', 'CNAME'),
    TTL: fc.constantFrom(60, -1, undefined),
    ResourceRecords: fc.array(fc.record({ Value: fc.oneof(fc.string(), fc.constant('"x"')) }), {
      maxLength: 2,
    }),
  });
  const actions = fc.array(
    fc.record({ Action: fc.constantFrom('CREATE', 'UPSERT', 'DELETE', 'X'), ResourceRecordSet: record }),
    { maxLength: 6 },
  );
  fc.assert(
    fc.property(actions, (changes) => {
      let records: ReturnType<typeof changeRecords> = [];
      for (const one of changes) {
        try {
          records = changeRecords('example.com.', records, [one]);
        } catch (error) {
          expect((error as Error).name).toBe('InvalidChangeBatch');
        }
      }
      for (const { name, type, ttlSeconds, values } of records) {
        expect(name.endsWith('example.com.')).toBe(true);
        expect(ttlSeconds).toBeGreaterThanOrEqual(0);
        expect(values.length).toBeGreaterThan(0);
        if (type === 'CNAME') expect(records.filter((other) => other.name === name)).toHaveLength(1);
      }
      expect(new Set(records.map(({ name, type }) => `${name} ${type}`)).size).toBe(records.length);
    }),
  );
});
