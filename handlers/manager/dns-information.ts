import { type ObjectPlace, type ObjectStore, putJson, readJson } from '../aws/object-store';
import { dnsRecordObject } from '../contract';
import type { SigningRequest } from '../event';
import { type RsaPublicKey, readPublicKeyDer } from '../key/public-key';
import type { Wanted } from '../ledger/ledger';
import type { DnsRecord } from './dns-record';

/** The record beside a key in S3, and whether the DNS team was told of it. */
export interface DnsInformation extends DnsRecord {
  readonly format: 1;
  /** When the DNS team was told. ISO 8601. */
  readonly notifiedAt?: string;
  /** When its key was deleted on purpose: another one may be made under this selector. ISO 8601. */
  readonly deletedAt?: string;
}

/** What lies in the place of the DNS information. */
export type StoredInformation =
  | { readonly kind: 'absent' }
  | { readonly kind: 'ours'; readonly information: DnsInformation; readonly etag: string }
  /** Written by somebody else, in a form of their own; it is never written over. */
  | { readonly kind: 'foreign'; readonly text: string };

/** Where the DNS information of a selector lies: the object that is named, or `{selector}.json` in the folder. */
export function informationPlace({ keyStore, selector }: SigningRequest): ObjectPlace {
  const { bucket, dnsRecords } = keyStore;
  return { bucket, key: dnsRecords.endsWith('/') ? `${dnsRecords}${selector}.json` : dnsRecords };
}

/** @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED. */
export async function readInformation(store: ObjectStore, place: ObjectPlace): Promise<StoredInformation> {
  const object = await store.get(place);
  if (object === null) return { kind: 'absent' };
  const information = readJson<DnsInformation>(object.body, isInformation);
  return information === null
    ? { kind: 'foreign', text: Buffer.from(object.body).toString('utf8') }
    : { kind: 'ours', information, etag: object.etag };
}

/**
 * Writes over `etag`, or only if there is nothing. `null`: somebody else wrote in between.
 * @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function writeInformation(
  store: ObjectStore,
  place: ObjectPlace,
  information: DnsInformation,
  etag: string | null,
): Promise<StoredInformation | null> {
  const written = await putJson(store, place, `${JSON.stringify(information, null, 2)}\n`, etag);
  return written && { kind: 'ours', information, etag: written.etag };
}

/** What is read of it is shown to people, so it is taken in our own form only. */
const BASE64 = /^[A-Za-z0-9+/]{1,2000}={0,2}$/;
const FINGERPRINT = /^SHA256:[A-Za-z0-9+/]{43}=?$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?Z$/;
const isTime = (value: unknown): boolean =>
  typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(value));

const isInformation = (value: Partial<DnsInformation>): boolean =>
  value.format === 1 &&
  BASE64.test(String(value.publicKey)) &&
  FINGERPRINT.test(String(value.fingerprint)) &&
  isTime(value.createdAt) &&
  [value.notifiedAt, value.deletedAt].every((each) => each === undefined || isTime(each));

/** The public half of the key that is described; undefined where it is no key. */
export function describedKey({ publicKey }: DnsInformation): RsaPublicKey | undefined {
  const reading = readPublicKeyDer(Buffer.from(publicKey, 'base64'));
  return 'key' in reading ? reading.key : undefined;
}

/**
 * When a key was made, milliseconds since the epoch: as its description says, else since when its object is there.
 * Undefined: nobody knows.
 * @param bucket of descriptions: we describe keys in our own alone, and may not even look into another one for them
 */
export async function keyMadeAt(
  store: ObjectStore,
  bucket: string,
  domain: string,
  { selector, key }: Wanted,
  place: ObjectPlace = key,
): Promise<number | undefined> {
  const stored = await readInformation(store, { bucket, key: dnsRecordObject(domain, selector) });
  if (stored.kind === 'ours' && stored.information.fingerprint === key.fingerprint)
    return Date.parse(stored.information.createdAt);
  return storedSince(store, place);
}

/** The age of a key that nobody described is that of its object. */
export const storedSince = async (store: ObjectStore, place: ObjectPlace): Promise<number | undefined> =>
  (await store.head(place))?.lastModified?.getTime();
