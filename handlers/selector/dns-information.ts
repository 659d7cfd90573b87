import type { ObjectPlace, ObjectStore } from '../aws/object-store';
import { getJson, type JsonReading } from '../aws/stored-json';
import { dnsRecordObject } from '../contract/contract';
import type { Sharer } from '../contract/event-schema';
import { MAX_FILE_BYTES } from '../key/private-key';
import { type RsaPublicKey, readPublicKeyDer } from '../key/public-key';
import type { Ledger, Wanted } from '../ledger/ledger';
import type { Services, World } from '../world';
import type { DnsRecord } from './dns-record';
import { sharersIn } from './sharers';

/** The record beside a key in S3, and when the DNS team was notified. */
export interface DnsInformation extends DnsRecord {
  readonly format: 1;
  /** When the DNS team was notified. ISO 8601. */
  readonly notifiedAt?: string;
}

/** What S3 has at the place of the DNS information; the text of another tool (`foreign`) is never overwritten. */
export type StoredInformation = JsonReading<DnsInformation>;

/** @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED. */
export const readInformation = (store: ObjectStore, place: ObjectPlace): Promise<StoredInformation> =>
  getJson<DnsInformation>(store, place, MAX_FILE_BYTES, isInformation);

/** Accepts only the form that this project writes, since it is printed. */
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
  (value.notifiedAt === undefined || isTime(value.notifiedAt));

/**
 * Reads the DNS information of a selector in the key store's bucket, or in that of the region which has the key: the function
 * may not read it in another one.
 */
function readOwnInformation(
  { environment }: World,
  { store }: Services,
  domain: string,
  selector: string,
  sharers: readonly Sharer[] = [],
): Promise<StoredInformation> {
  const bucket = sharers.find(({ home }) => home)?.bucket ?? environment.keyStoreBucket;
  return readInformation(store, { bucket, key: dnsRecordObject(domain, selector) });
}

/** Reads the DNS information of a selector and its key; undefined if none exists, or its parts contradict each other. */
export async function readDescription(
  ...selector: Parameters<typeof readOwnInformation>
): Promise<{ readonly information: DnsInformation; readonly publicKey: RsaPublicKey } | undefined> {
  const { value: information } = await readOwnInformation(...selector);
  if (information === undefined) return undefined;
  const reading = readPublicKeyDer(Buffer.from(information.publicKey, 'base64'));
  const isOne = 'key' in reading && reading.key.fingerprint === information.fingerprint;
  return isOne ? { information, publicKey: reading.key } : undefined;
}

/**
 * Returns when a key began to age (milliseconds since the epoch), by its DNS information or else by its object's age;
 * undefined if neither is known.
 */
export async function keyAgesFrom(
  world: World,
  services: Services,
  ledger: Ledger,
  { selector, key }: Wanted,
): Promise<number | undefined> {
  const stored = await readOwnInformation(world, services, ledger.domain, selector, sharersIn(ledger));
  if (stored.value?.fingerprint === key.fingerprint) return agesFrom(stored.value, ledger, selector);
  return madeAt(services.store, stored, key.fingerprint, key);
}

/** Returns when a key began to age: when it was made or, if it was prepared before, when SES began to sign with it. */
export const agesFrom = ({ createdAt }: DnsInformation, { signers }: Ledger, selector: string): number =>
  Math.max(Date.parse(createdAt), signers.find((each) => each.selector === selector)?.since ?? 0);

/** Returns when a key was made (milliseconds since the epoch), by its DNS information or else by its object's age. */
export async function madeAt(
  store: ObjectStore,
  { value: information }: StoredInformation,
  fingerprint: string,
  place: ObjectPlace,
): Promise<number | undefined> {
  if (information?.fingerprint === fingerprint) return Date.parse(information.createdAt);
  return (await store.head(place))?.lastModified?.getTime();
}
