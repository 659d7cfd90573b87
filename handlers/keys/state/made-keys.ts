/**
 * Records which private keys of a domain the function has made, in an object that only the function writes. A principal that
 * may write to the key store could otherwise store a key that it knows in the place of the next key.
 */
import type { ObjectStore } from '../../aws/object-store';
import { getJson, putJson, type StoredJson } from '../../aws/stored-json';
import { type Clock, iso } from '../../clock';
import {
  dnsRecordObject,
  KEY_PREFIX,
  madeKeysObject,
  privateKeyObject,
  s3Uri,
} from '../../contract/contract';
import type { Place } from '../../contract/input/event';
import { ByodkimError, CERTIFICATE_CODES, nullOn } from '../../errors/errors';
import { knownKeys, type Ledger } from '../../ledger/ledger';
import { readLedger } from '../../ledger/ledger-store';
import type { World } from '../../world';
import { type FoundKey, fetchKey } from '../stored-key';

/** A key that the function has made. */
export interface RecordedKey {
  readonly selector: string;
  /** Fingerprint that identifies the key; nobody can store another key with the same fingerprint. */
  readonly fingerprint: string;
  /** Version of its object; absent until it is stored, or if the bucket keeps no versions. */
  readonly versionId?: string | undefined;
  /** When it was recorded. ISO 8601. */
  readonly at: string;
}

interface MadeKeys {
  readonly format: 1;
  /** Newest last. */
  readonly keys: readonly RecordedKey[];
}

/** Number of keys that are kept. A dropped key counts as made by others, but a domain has only a few keys a year. */
const MOST_KEYS = 1_000;
const LARGEST_BYTES = 1_000_000;
/** Number of keys of one domain that are read. */
const MOST_LISTED = 100;

/** S3 refuses a conditional write while another one is in progress, and selectors of one domain are often made together. */
const ATTEMPTS = 8;
const PAUSE_MS = 250;

const isMadeKeys = ({ format, keys }: Partial<MadeKeys>): boolean =>
  format === 1 &&
  Array.isArray(keys) &&
  keys.every(
    (each: Partial<RecordedKey> | null) =>
      typeof each?.selector === 'string' && typeof each.fingerprint === 'string',
  );

/**
 * Reads the keys that the function has made for a domain. `null` if none were recorded yet.
 * @throws ByodkimError DEPENDENCY_FAILED if this project did not write the object
 */
export const readMadeKeys = async (
  store: ObjectStore,
  bucket: string,
  place: Place,
): Promise<readonly RecordedKey[] | null> => (await read(store, bucket, place)).value?.keys ?? null;

async function read(
  store: ObjectStore,
  bucket: string,
  { domain, region }: Place,
): Promise<Partial<StoredJson<MadeKeys>> & Pick<StoredJson<MadeKeys>, 'etag'>> {
  const place = { bucket, key: madeKeysObject(region, domain) };
  const found = await getJson<MadeKeys>(store, place, LARGEST_BYTES, isMadeKeys);
  if (found.foreign === undefined) return found;
  const problem = { kind: 'foreign' } as const;
  throw new ByodkimError('DEPENDENCY_FAILED', {
    kind: 'object',
    resource: s3Uri(place),
    object: 'made-keys',
    problem,
  });
}

/** Place and clock of the record of made keys. */
export interface MadeKeysWork {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly bucket: string;
  readonly place: Place;
}

/**
 * Records keys before they are stored, so that a run that is cut off leaves no unrecorded key. A repeated call adds the
 * version of the object.
 * @throws ByodkimError DEPENDENCY_FAILED
 */
export async function recordKeys(
  work: MadeKeysWork,
  keys: readonly Omit<RecordedKey, 'at'>[],
): Promise<void> {
  const { store, clock, bucket, place } = work;
  const object = { bucket, key: madeKeysObject(place.region, place.domain) };
  const at = iso(clock.now());
  const added = keys.map((each) => ({ ...each, at }));
  const isAdded = ({ selector, fingerprint }: RecordedKey): boolean =>
    added.some((each) => each.selector === selector && each.fingerprint === fingerprint);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const { value, etag } = await read(store, bucket, place);
    const others = (value?.keys ?? []).filter((each) => !isAdded(each));
    const next: MadeKeys = { format: 1, keys: [...others, ...added].slice(-MOST_KEYS) };
    if ((await putJson(store, object, next, { etag })) !== null) return;
    await clock.sleep(PAUSE_MS * attempt);
  }
  throw new ByodkimError('DEPENDENCY_FAILED', {
    kind: 'conflict',
    action: 's3:PutObject',
    resource: s3Uri(object),
    conflict: { kind: 'busy', attempts: ATTEMPTS },
  });
}

/** Returns the selectors whose key is in its usual place. */
export async function storedSelectors(store: ObjectStore, bucket: string, domain: string): Promise<string[]> {
  const folder = `${KEY_PREFIX}${domain}/`;
  const keys = await store.list(bucket, folder, MOST_LISTED);
  return keys.flatMap((key) => /^([^/]+)\/private_key\.pem$/.exec(key.slice(folder.length))?.[1] ?? []);
}

/** Fetches the key of a selector from its usual place; `null` if there is no usable key. */
const fetchUsual = (
  redactor: World['redactor'],
  store: ObjectStore,
  bucket: string,
  { domain, selector }: { readonly domain: string; readonly selector: string },
): Promise<FoundKey | null> =>
  nullOn(
    fetchKey(store, redactor, { bucket, key: privateKeyObject(domain, selector) }),
    ...CERTIFICATE_CODES,
  );

/** Returns the selectors that SES signs with, has signed with, or would be rolled back to. */
const usedSelectors = (ledger: Ledger): ReadonlySet<string> =>
  new Set([...ledger.signers, ...knownKeys(ledger)].map((each) => each.selector));

/**
 * Returns the selectors with which SES has never signed and whose keys others have stored.
 * @param made `null` if the function has made no key of the domain: its owner brings the keys
 */
export async function findKeysOfOthers(
  { environment, redactor }: Pick<World, 'environment' | 'redactor'>,
  store: ObjectStore,
  ledger: Ledger,
  made: readonly RecordedKey[] | null,
): Promise<ByodkimError<'KEY_NOT_MADE_HERE'>[]> {
  if (made === null) return [];
  const { domain } = ledger;
  const bucket = environment.keyStoreBucket;
  const used = usedSelectors(ledger);
  const unused = (await storedSelectors(store, bucket, domain)).filter((each) => !used.has(each));
  const foreign = unused.map(async (selector) => {
    const found = await fetchUsual(redactor, store, bucket, { domain, selector });
    const isForeign = found !== null && !isKnownKey(made, ledger, selector, found.reference.fingerprint);
    return isForeign ? [notMadeHere({ domain, selector }, found)] : [];
  });
  return (await Promise.all(foreign)).flat();
}

/** Checks whether the function has made a key, or whether SES signs with it or would be rolled back to it. */
export function isKnownKey(
  made: readonly RecordedKey[],
  ledger: Ledger | null,
  selector: string,
  fingerprint: string,
): boolean {
  const inLedger = ledger === null ? [] : knownKeys(ledger);
  const known = [...made, ...inLedger.map((each) => ({ selector: each.selector, ...each.key }))];
  return known.some((each) => each.selector === selector && each.fingerprint === fingerprint);
}

/** Makes the error of a key that the function has not made. */
export const notMadeHere = (
  { domain, selector }: { readonly domain: string; readonly selector: string },
  { reference }: FoundKey,
): ByodkimError<'KEY_NOT_MADE_HERE'> =>
  new ByodkimError('KEY_NOT_MADE_HERE', {
    domain,
    selector,
    place: s3Uri(reference),
    describedAt: s3Uri({ bucket: reference.bucket, key: dnsRecordObject(domain, selector) }),
    found: reference.fingerprint,
  });

/**
 * Finds out whether the key of a selector was made by others, in a domain whose keys the function makes. A key that is not
 * recorded is not one that it has made.
 * @returns the refusal, or `null`
 */
export async function findForeignKey(
  { environment, redactor }: Pick<World, 'environment' | 'redactor'>,
  store: ObjectStore,
  request: Place & { readonly selector: string },
  object: { readonly bucket: string; readonly key: string },
): Promise<ByodkimError<'KEY_NOT_MADE_HERE'> | null> {
  const found = await nullOn(fetchKey(store, redactor, object), ...CERTIFICATE_CODES);
  return found === null ? null : foreignKeyError(environment, store, request, found);
}

/** Returns the refusal of a stored key that the function has not made, or `null` if it has made it. */
export async function foreignKeyError(
  { keyStoreBucket }: World['environment'],
  store: ObjectStore,
  request: Place & { readonly selector: string },
  found: FoundKey,
): Promise<ByodkimError<'KEY_NOT_MADE_HERE'> | null> {
  const [made, ledger] = await Promise.all([
    readMadeKeys(store, keyStoreBucket, request),
    readLedger(store, keyStoreBucket, request),
  ]);
  const { fingerprint } = found.reference;
  return isKnownKey(made ?? [], ledger, request.selector, fingerprint) ? null : notMadeHere(request, found);
}
