import { dnsRecordObject, ledgerObject, recordName } from '../../../../handlers/contract/contract';
import { dnsRecord } from '../../../../handlers/keys/state/dns-record';
import type { Ledger } from '../../../../handlers/ledger/ledger';
import { BUCKET, FAILURES, type FakeCloud, REGION, testKey } from '../../../support/world';
import { auditedCloud, giveManagedDomain, writeLedger } from '../managed-domain';

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
const audited = async (cloud: FakeCloud): Promise<{ code: string; todo: string; found: string }[]> =>
  (await cloud.invoke({ action: 'audit' })).domains.flatMap(({ findings }: any) => findings);

test('reports that a record may go once it is no longer needed, and since when', async () => {
  const todo = expect.stringMatching(/^Remove s0 from DNS .* safe since 2025-09-15/);
  expect(await audited(rotated(9))).toMatchObject([{ code: 'RECORD_MAY_GO', todo }]);
});

test('tells the deployer to take a record out of the list that the stack publishes', async () => {
  const cloud = rotated(9);
  const ledger = cloud.s3.json<Ledger>(BUCKET, ledgerObject(REGION, DOMAIN));
  writeLedger(cloud, { ...ledger, records: ['s1', 's0'] });
  const todo = expect.stringMatching(/^Take s0 out of previousSelectors, safe since 2025-09-15, and deploy/);
  expect(await audited(cloud)).toMatchObject([{ code: 'RECORD_MAY_GO', todo }]);
});

test('says that a record may go until it is gone, however many selectors have signed since', async () => {
  const cloud = rotated(9);
  await cloud.invoke({ action: 'audit', scheduled: true });
  const ledger = cloud.s3.json<Ledger>(BUCKET, ledgerObject(REGION, DOMAIN));
  const later = ['s5', 's6', 's7'].map((selector) => ({ ...ledger.signers[0]!, selector }));
  writeLedger(cloud, { ...ledger, signers: [...ledger.signers, ...later] });
  expect((await audited(cloud)).map(({ code }) => code)).toEqual(['RECORD_MAY_GO']);
  cloud.dns.unpublish(recordName(DOMAIN, 's0'));
  expect(await audited(cloud)).toEqual([]);
});

test.each<[string, number, (cloud: FakeCloud) => void, string[]]>([
  ['is still needed', 2, () => {}, []],
  ['went too early', 2, (cloud) => cloud.dns.unpublish(recordName(DOMAIN, 's0')), ['RECORD_GONE_TOO_EARLY']],
  [
    'was revoked too early',
    2,
    (cloud) => cloud.dns.publish(recordName(DOMAIN, 's0'), 'v=DKIM1; p='),
    ['RECORD_GONE_TOO_EARLY'],
  ],
  ['stays too long', 60, () => {}, ['RECORD_STAYS_TOO_LONG']],
  ['went in time', 60, (cloud) => cloud.dns.unpublish(recordName(DOMAIN, 's0')), []],
  [
    'is left where nothing is in force any more',
    9,
    (cloud) => {
      const ledger = cloud.s3.json<Ledger>(BUCKET, ledgerObject(REGION, DOMAIN));
      writeLedger(cloud, { ...ledger, owner: null, inForce: null });
    },
    ['RECORD_MAY_GO'],
  ],
])('a record that %s', async (_, daysAgo, change, codes) => {
  const cloud = rotated(daysAgo);
  change(cloud);
  expect((await audited(cloud)).map(({ code }) => code)).toEqual(codes);
});

test.each<[string, (cloud: FakeCloud) => void]>([
  [
    'SES shows its selector, which a person or a late Put has set',
    ({ ses }) => ses.give(DOMAIN, { origin: 'EXTERNAL', selector: 's0', spki: FORMER.publicKey.spki }),
  ],
  [
    'SES cannot be asked',
    ({ calls }) => calls.addFault({ action: 'ses:GetEmailIdentity', error: FAILURES.denied() }),
  ],
  [
    'a region that shares it may sign with any selector',
    (cloud) => {
      const ledger = cloud.s3.json<Ledger>(BUCKET, ledgerObject(REGION, DOMAIN));
      writeLedger(cloud, { ...ledger, sharers: [{ region: 'us-east-1', bucket: BUCKET }] });
      const seen = { status: 'none', enabled: false, person: 'set-anew' } as const;
      writeLedger(cloud, { ...ledger, region: 'us-east-1', signers: [], seen });
    },
  ],
])('no record may go while %s', async (_, change) => {
  const cloud = rotated(9);
  change(cloud);
  expect((await audited(cloud)).map(({ code }) => code)).not.toContain('RECORD_MAY_GO');
});

test('a prepared key ages from the time at which it starts to sign', async () => {
  const cloud = auditedCloud();
  const ledger = giveManagedDomain(cloud, DOMAIN);
  await cloud.clock.advance(420 * DAY);
  expect(await audited(cloud)).toMatchObject([{ code: 'KEY_DUE' }]);

  const signers = [{ selector: 's1', since: cloud.clock.now() - DAY, stoppedAt: null }];
  writeLedger(cloud, { ...ledger, signers });
  expect(await audited(cloud)).toEqual([]);
});
