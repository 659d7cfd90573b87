import { isDeepStrictEqual } from 'node:util';
import type { ObjectPlace, ObjectStore } from '../aws/object-store';
import { getJson, type JsonReading, putJson } from '../aws/stored-json';
import { dnsRecordObject, s3Uri } from '../contract/contract';
import { ByodkimError } from '../errors/errors';
import { MAX_FILE_BYTES } from '../key/private-key';
import { type RsaPublicKey, readPublicKeyDer } from '../key/public-key';
import type { Ledger, Wanted } from '../ledger/ledger';
import type { Services, World } from '../world';
import { type DnsRecord, dnsRecord } from './dns-record';
import { type EnsuredKey, type KeyWork, writtenMeanwhile } from './private-key';

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

/** Reads the DNS information of a selector in the key store's bucket: the function may not read it in another one. */
function readOwnInformation(
  { environment }: World,
  { store }: Services,
  domain: string,
  selector: string,
): Promise<StoredInformation> {
  return readInformation(store, {
    bucket: environment.keyStoreBucket,
    key: dnsRecordObject(domain, selector),
  });
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
  const stored = await readOwnInformation(world, services, ledger.domain, selector);
  if (stored.value?.fingerprint === key.fingerprint) return agesFrom(stored.value, ledger, selector);
  return madeAt(services.store, stored, key.fingerprint, key);
}

/** Returns when a key began to age: when it was made or, if it was prepared before, when SES began to sign with it. */
export const agesFrom = ({ createdAt }: DnsInformation, { signers }: Ledger, selector: string): number =>
  Math.max(Date.parse(createdAt), signers.find((each) => each.selector === selector)?.since ?? 0);

async function madeAt(
  store: ObjectStore,
  { value: information }: StoredInformation,
  fingerprint: string,
  place: ObjectPlace,
): Promise<number | undefined> {
  if (information?.fingerprint === fingerprint) return Date.parse(information.createdAt);
  return (await store.head(place))?.lastModified?.getTime();
}

/** Returns the record of a key, dated by the key's age. */
export async function recordOf(
  { world: { clock }, services, request, keyPlace }: KeyWork,
  { found, created }: EnsuredKey,
  stored: StoredInformation,
): Promise<DnsRecord> {
  const { publicKey } = found.key;
  const made = created ? undefined : await madeAt(services.store, stored, publicKey.fingerprint, keyPlace);
  return dnsRecord(request, publicKey, made ?? clock.now());
}

/** The record of a key, and the DNS information that S3 has of it. */
export interface EnsuredInformation {
  readonly record: DnsRecord;
  readonly stored: StoredInformation;
  /** Whether this run has written it. */
  readonly written: boolean;
  readonly warnings: readonly string[];
}

/**
 * Stores the record to publish beside a key, unless it is stored already. Overwrites nothing of another tool, and the record
 * of another key only if the key was renewed.
 * @throws ByodkimError CERTIFICATE_INVALID (the record is of another key), ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function ensureInformation(
  work: KeyWork,
  ensured: EnsuredKey,
  stored: StoredInformation,
): Promise<EnsuredInformation> {
  const { store } = work.services;
  const { recordPlace: place } = work;
  const { publicKey } = ensured.found.key;
  const { value: before, foreign } = stored;
  if (!ensured.renewed) requireSameKey(work, stored, publicKey);
  const isOfKey = before?.fingerprint === publicKey.fingerprint;
  const record = await recordOf(work, ensured, stored);
  // The DNS team does not know of a changed MAIL FROM domain yet.
  const isDescribed = isOfKey && (!record.mailFrom || isDeepStrictEqual(record.mailFrom, before?.mailFrom));
  const left = { record, stored, written: false };
  if (isDescribed) return { ...left, warnings: [] };
  if (foreign !== undefined) {
    const warning =
      `${s3Uri(place)} was not written by this project and does not hold the record of this key ` +
      `(${publicKey.fingerprint}); it was not changed`;
    return { ...left, warnings: foreign.includes(publicKey.spki) ? [] : [warning] };
  }
  // A renewed key has an alias in DNS already, so the DNS team is not notified again.
  const notifiedAt = ensured.renewed ? before?.notifiedAt : undefined;
  const written = await putJson(store, place, { format: 1, ...record, notifiedAt } as const, stored.etag);
  if (written !== null) return { record, stored: written, written: true, warnings: [] };
  const theirs = await readInformation(store, place);
  if (theirs.etag !== null) return ensureInformation(work, ensured, theirs);
  throw writtenMeanwhile(
    place,
    'another write to it was in progress. The private key is stored',
    'Try again to have its DNS information written.',
  );
}

/** Refuses DNS information of another key. @throws ByodkimError CERTIFICATE_INVALID. */
export function requireSameKey(
  { keyPlace, recordPlace }: KeyWork,
  { value: information }: StoredInformation,
  { fingerprint: expected }: RsaPublicKey,
): void {
  const found = information?.fingerprint ?? expected;
  if (found === expected) return;
  const place = s3Uri(recordPlace);
  throw new ByodkimError('CERTIFICATE_INVALID', {
    what:
      `The DNS information in ${place} is of another key than ${s3Uri(keyPlace)}: ` +
      `expected ${expected}, found ${found}. One of the two was replaced. Nothing was written.`,
    advice:
      'Restore the private key from its earlier version, or delete the DNS information so that it is written again ' +
      '(and the DNS team is notified).',
    details: { place, reason: 'it describes another key', expected, found },
  });
}
