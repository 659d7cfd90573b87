import { dnsRecordObject, ledgerObject, recordName } from '../../../handlers/contract/contract';
import type { Ledger } from '../../../handlers/ledger/ledger';
import { dnsRecord } from '../../../handlers/selector/dns-record';
import { BUCKET, type FakeCloud, REGION, testKey } from '../../support/world';
import { auditedCloud, giveManagedDomain, writeLedger } from './managed-domain';

const DOMAIN = 'example.com';
const DAY = 86_400_000;
const FORMER = testKey('former');

/** All is well, and s0 signed until some days ago; its record is still there. */
function rotated(daysAgo: number): FakeCloud {
  const cloud = auditedCloud();
  const ledger = giveManagedDomain(cloud, DOMAIN);
  const stoppedAt = cloud.clock.now() - daysAgo * DAY;
  writeLedger(cloud, { ...ledger, signers: [{ selector: 's0', since: 1, stoppedAt }] });
  const record = dnsRecord({ domain: DOMAIN, selector: 's0' }, FORMER.publicKey, cloud.clock.now());
  cloud.s3.write(BUCKET, dnsRecordObject(DOMAIN, 's0'), JSON.stringify({ format: 1, ...record }));
  cloud.dns.publish(recordName(DOMAIN, 's0'), FORMER.value);
  return cloud;
}
const audited = async (cloud: FakeCloud) => {
  const { report } = await cloud.invoke({ action: 'audit' });
  const { domains } = cloud.s3.json<any>(BUCKET, report.slice(`s3://${BUCKET}/`.length));
  const [{ findings, notes }] = domains;
  return {
    codes: findings.map(({ code }: any) => code),
    todos: findings.map(({ todo }: any) => todo),
    notes,
  };
};

test('a record that is still needed has to stay, and is said to until when', async () => {
  const { codes, notes } = await audited(rotated(2));
  expect(codes).toEqual([]);
  expect(notes.join()).toMatch(/s0 retiring since 2025-09-15: its record stays, until 2025-09-23/);
});

test('a record that is needed no more may go, and is said to since when', async () => {
  const { codes, todos } = await audited(rotated(9));
  expect(codes).toEqual(['RECORD_MAY_GO']);
  expect(todos.join()).toMatch(/^Remove s0 from DNS .* safe since 2025-09-15/);
});

test.each<[string, number, (cloud: FakeCloud) => void, string[]]>([
  ['went too early', 2, (cloud) => cloud.dns.unpublish(recordName(DOMAIN, 's0')), ['RECORD_GONE_TOO_EARLY']],
  [
    'was revoked too early',
    2,
    (cloud) => cloud.dns.publish(recordName(DOMAIN, 's0'), 'v=DKIM1; p='),
    ['RECORD_GONE_TOO_EARLY'],
  ],
  ['stays too long', 60, () => {}, ['RECORD_STAYS_TOO_LONG']],
  ['went in time', 60, (cloud) => cloud.dns.unpublish(recordName(DOMAIN, 's0')), []],
])('a record that %s', async (_, daysAgo, change, codes) => {
  const cloud = rotated(daysAgo);
  change(cloud);
  expect((await audited(cloud)).codes).toEqual(codes);
});

test('a record is looked at as well where nothing is in force any more', async () => {
  const cloud = rotated(9);
  const ledger = cloud.s3.json<Ledger>(BUCKET, ledgerObject(REGION, DOMAIN));
  writeLedger(cloud, { ...ledger, owner: null, inForce: null });
  expect((await audited(cloud)).codes).toEqual(['RECORD_MAY_GO']);
});

test('a prepared selector is listed, and its key ages from when it begins to sign', async () => {
  const cloud = auditedCloud();
  const ledger = giveManagedDomain(cloud, DOMAIN);
  await cloud.invoke({ action: 'create_key', domain: DOMAIN, selector: 's2', notifyDnsTeam: false });
  await cloud.clock.advance(420 * DAY);
  const prepared = 's2 is prepared, its record is not published';
  expect(await audited(cloud)).toMatchObject({ codes: ['KEY_DUE'], notes: [prepared] });

  const signers = [{ selector: 's1', since: cloud.clock.now() - DAY, stoppedAt: null }];
  writeLedger(cloud, { ...ledger, signers });
  expect(await audited(cloud)).toMatchObject({ codes: [], notes: [prepared] });
});
