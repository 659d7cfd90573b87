import {
  dnsRecordObject,
  ledgerObject,
  privateKeyObject,
  recordName,
} from '../../../handlers/contract/contract';
import { dnsRecord } from '../../../handlers/keys/state/dns-record';
import { emptyLedger, type Ledger } from '../../../handlers/ledger/ledger';
import { BUCKET, FakeCloud, type FakeCloudOptions, REGION, TOPICS, testKey } from '../../support/world';

export const SELECTOR = 's1';
export const KEY = testKey('audited');

export const auditedCloud = (options: FakeCloudOptions = {}): FakeCloud =>
  new FakeCloud({ ...options, environment: { auditTopicArn: TOPICS.audit, ...options.environment } });

/** A domain that a stack has brought to BYODKIM, that is confirmed, and with which all is well. */
export function giveManagedDomain(cloud: FakeCloud, domain: string, region = REGION): Ledger {
  const keyObject = privateKeyObject(domain, SELECTOR);
  const { etag, versionId } = cloud.s3.write(BUCKET, keyObject, KEY.pem);
  const record = dnsRecord({ domain, selector: SELECTOR }, KEY.publicKey, cloud.clock.now());
  cloud.s3.write(BUCKET, dnsRecordObject(domain, SELECTOR), JSON.stringify({ format: 1, ...record }));
  cloud.dns.publish(recordName(domain, SELECTOR), KEY.value);
  cloud.ses.give(domain, { region, origin: 'EXTERNAL', selector: SELECTOR, spki: KEY.publicKey.spki });
  const key = { bucket: BUCKET, key: keyObject, versionId, etag, fingerprint: KEY.publicKey.fingerprint };
  const ledger: Ledger = {
    ...emptyLedger(domain, region),
    owner: { transaction: 't1', stack: 'B1', wanted: { selector: SELECTOR, key }, confirmed: true },
    inForce: { selector: SELECTOR, key },
    last: { at: Date.parse('2025-09-01T00:00:00.000Z'), event: 'confirmed' },
    history: [{ at: '2025-09-01T00:00:00.000Z', event: 'confirmed', transaction: 't1', selector: SELECTOR }],
  };
  writeLedger(cloud, ledger);
  return ledger;
}

export const writeLedger = (cloud: FakeCloud, ledger: Ledger): void => {
  cloud.s3.write(BUCKET, ledgerObject(ledger.region, ledger.domain), JSON.stringify(ledger));
};
