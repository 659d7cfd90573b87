import { type ObjectPlace, type ObjectStore, putJson, readJson } from '../aws/object-store';
import { dnsRecordObject, s3Uri } from '../contract';
import { ByodkimError } from '../errors';
import type { SigningRequest } from '../event';
import { type RsaPublicKey, readPublicKeyDer } from '../key/public-key';
import type { Wanted } from '../ledger/ledger';
import type { Services, World } from '../world';
import { type DnsRecord, dnsRecord } from './dns-record';
import { type EnsuredKey, privateKeyPlace, writtenMeanwhile } from './private-key';

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

/** What our own description says of the key with this fingerprint. */
const describing = (stored: StoredInformation, fingerprint: string): DnsInformation | undefined =>
  stored.kind === 'ours' && stored.information.fingerprint === fingerprint ? stored.information : undefined;

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
  return madeAt(store, stored, key.fingerprint, place);
}

async function madeAt(
  store: ObjectStore,
  stored: StoredInformation,
  fingerprint: string,
  place: ObjectPlace,
): Promise<number | undefined> {
  const described = describing(stored, fingerprint);
  if (described) return Date.parse(described.createdAt);
  return (await store.head(place))?.lastModified?.getTime();
}

/** The record of a key, as old as that is. */
export async function recordOf(
  { clock }: World,
  { store }: Services,
  request: SigningRequest,
  { found, created }: EnsuredKey,
  stored: StoredInformation,
): Promise<DnsRecord> {
  const { publicKey } = found.key;
  const made = created
    ? undefined
    : await madeAt(store, stored, publicKey.fingerprint, privateKeyPlace(request));
  return dnsRecord(request, publicKey, made ?? clock.now());
}

export interface EnsuredInformation {
  readonly record: DnsRecord;
  readonly stored: StoredInformation;
  /** Whether this run has written it. */
  readonly written: boolean;
  readonly warnings: readonly string[];
}

/**
 * Lays the record to publish beside a key, unless it is there; what somebody else laid there stays, and so does that of
 * another key, unless that one was made anew.
 * @throws ByodkimError CERTIFICATE_INVALID (it is the record of another key), ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function ensureInformation(
  world: World,
  services: Services,
  request: SigningRequest,
  ensured: EnsuredKey,
  stored: StoredInformation,
): Promise<EnsuredInformation> {
  const { renewed } = ensured;
  const { publicKey } = ensured.found.key;
  const place = informationPlace(request);
  const isStanding = stored.kind === 'ours' && stored.information.deletedAt === undefined;
  const isDescribed = describing(stored, publicKey.fingerprint) !== undefined;
  if (isStanding && !isDescribed && !renewed) throw ofOtherKey(stored.information, request, publicKey);
  const record = await recordOf(world, services, request, ensured, stored);
  if (isStanding && isDescribed) return { record, stored, written: false, warnings: [] };
  if (stored.kind === 'foreign') {
    const warning =
      `${s3Uri(place)} was written by somebody else and does not hold the record of this key ` +
      `(${publicKey.fingerprint}); it was left as it is`;
    const warnings = stored.text.includes(publicKey.spki) ? [] : [warning];
    return { record, stored, written: false, warnings };
  }
  const before = stored.kind === 'ours' ? stored : null;
  // Of aliases that lead to what is made anew the DNS team need not be told again.
  const notifiedAt = renewed ? before?.information.notifiedAt : undefined;
  const information = { format: 1, ...record, notifiedAt } as const;
  const written = await writeInformation(services.store, place, information, before?.etag ?? null);
  if (written !== null) return { record, stored: written, written: true, warnings: [] };
  const theirs = await readInformation(services.store, place);
  if (theirs.kind !== 'absent') return ensureInformation(world, services, request, ensured, theirs);
  throw writtenMeanwhile(
    place,
    'another write to it was under way. The private key is stored',
    'Try again to have its DNS information written.',
  );
}

function ofOtherKey(
  information: DnsInformation,
  request: SigningRequest,
  { fingerprint }: RsaPublicKey,
): ByodkimError {
  const place = s3Uri(informationPlace(request));
  return new ByodkimError('CERTIFICATE_INVALID', {
    what:
      `The DNS information in ${place} is of another key than ${s3Uri(privateKeyPlace(request))}: ` +
      `expected ${fingerprint}, found ${information.fingerprint}. One of the two was replaced. Nothing was written.`,
    advice:
      'Bring the private key back from its earlier version, or delete the DNS information so that it is written anew ' +
      '(and the DNS team is told).',
    details: {
      place,
      reason: 'it describes another key',
      expected: fingerprint,
      found: information.fingerprint,
    },
  });
}
