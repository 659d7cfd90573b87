import type { ObjectPlace, ObjectStore } from '../../aws/object-store';
import type { Services } from '../../aws/services';
import { getJson, type JsonReading } from '../../aws/stored-json';
import { dnsRecordObject } from '../../contract/contract';
import type { Ledger } from '../../ledger/ledger';
import { keyBucketsOf } from '../../ledger/sharers';
import type { DnsRecord } from '../../words/record';
import type { World } from '../../world';
import { MAX_OBJECT_BYTES } from '../format/pem';
import { type PublicKey, readPublicKeyDer } from '../format/public-key';

/** The record of a key in S3, with the time of the notice to the DNS team. */
export interface DnsInformation extends DnsRecord {
  readonly format: 1;
  /** Time at which the DNS team was notified. ISO 8601. */
  readonly notifiedAt?: string;
}

/** The object at the place of the DNS information; the text of another tool (`foreign`) is never overwritten. */
export type StoredInformation = JsonReading<DnsInformation>;

export const readInformation = (store: ObjectStore, place: ObjectPlace): Promise<StoredInformation> =>
  getJson<DnsInformation>(store, place, MAX_OBJECT_BYTES, isInformation);

/** Accepts only the form that this project writes, since it is printed. */
const BASE64 = /^[A-Za-z0-9+/]{1,2000}={0,2}$/;
const FINGERPRINT = /^SHA256:[A-Za-z0-9+/]{43}=?$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;
const isText = (value: unknown, form: RegExp): boolean => typeof value === 'string' && form.test(value);
const isTime = (value: unknown): boolean => isText(value, TIME) && !Number.isNaN(Date.parse(String(value)));

const isInformation = (value: Partial<DnsInformation>): boolean =>
  value.format === 1 &&
  isText(value.publicKey, BASE64) &&
  isText(value.fingerprint, FINGERPRINT) &&
  isTime(value.createdAt) &&
  (value.notifiedAt === undefined || isTime(value.notifiedAt));

/** The DNS information of a selector, and its key. */
export interface Description {
  readonly information: DnsInformation;
  readonly publicKey: PublicKey;
}

/** Reads the DNS information of a selector and its key; undefined if none exists, or its parts contradict each other. */
export async function readDescription(
  store: ObjectStore,
  bucket: string,
  domain: string,
  selector: string,
): Promise<Description | undefined> {
  const place = { bucket, key: dnsRecordObject(domain, selector) };
  const { value: information } = await readInformation(store, place);
  if (information === undefined) return undefined;
  const reading = readPublicKeyDer(Buffer.from(information.publicKey, 'base64'));
  const isOne = 'key' in reading && reading.key.fingerprint === information.fingerprint;
  return isOne ? { information, publicKey: reading.key } : undefined;
}

/** Reads it in the region that has the key, or here, or in a region that had it before the home was moved. */
export async function describedKey(
  { environment }: World,
  { store }: Services,
  ledger: Ledger,
  selector: string,
): Promise<Description | undefined> {
  for (const bucket of keyBucketsOf(ledger, environment.keyStoreBucket)) {
    const described = await readDescription(store, bucket, ledger.domain, selector);
    if (described !== undefined) return described;
  }
  return undefined;
}
