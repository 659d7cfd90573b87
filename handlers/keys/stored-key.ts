import { isAwsError } from '../aws/aws-error';
import type { ObjectPlace, ObjectStore } from '../aws/object-store';
import { s3Uri } from '../contract/contract';
import { ByodkimError, CERTIFICATE_CODES, hasCode, nullOn } from '../errors/errors';
import type { Redactor } from '../errors/redact';
import { MAX_OBJECT_BYTES, readSigningKey } from './format/pem';
import type { SigningKey } from './format/public-key';

/** The place of a private key, and its fingerprint. */
export interface KeyReference extends ObjectPlace {
  readonly etag: string;
  readonly fingerprint: string;
}

export interface FoundKey {
  readonly key: SigningKey;
  readonly reference: KeyReference;
}

/**
 * Fetches and reads a private key, and registers it with the redactor.
 * @throws ByodkimError CERTIFICATE_NOT_FOUND, CERTIFICATE_INVALID, ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function fetchKey(
  store: ObjectStore,
  redactor: Redactor,
  place: ObjectPlace,
): Promise<FoundKey> {
  const uri = s3Uri(place);
  const object = await store.get(place, MAX_OBJECT_BYTES).catch((error: unknown) => {
    if (!hasCode(error, 'DEPENDENCY_FAILED') || error.facts.kind !== 'object') throw error;
    const { problem } = error.facts;
    if (problem.kind !== 'too-large') throw error;
    throw new ByodkimError('CERTIFICATE_INVALID', { kind: 'file', place: uri, problem });
  });
  if (object === null) {
    const kind = (await isBucketMissing(store, place)) ? 'bucket' : 'key';
    throw new ByodkimError('CERTIFICATE_NOT_FOUND', { kind, expected: place });
  }
  const { body, versionId, etag } = object;
  const key = readSigningKey(body, uri);
  for (const form of [key.der, key.stored]) redactor.register(form, key.publicKey.spki);
  return { key, reference: { ...place, versionId, etag, fingerprint: key.publicKey.fingerprint } };
}

/** Checks whether the bucket is missing: S3 also answers 404 for a missing key, but with another error name. */
const isBucketMissing = (store: ObjectStore, { bucket, key }: ObjectPlace): Promise<boolean> =>
  store.list(bucket, key, 1).then(
    () => false,
    (error: unknown) => isAwsError(error, 'NoSuchBucket'),
  );

/**
 * Fetches the key that a ledger names. If its version is gone (a restored or copied bucket has new version ids), returns the
 * current object if it holds the same key.
 * @throws ByodkimError as `fetchKey`; that of the version also if the current object holds another key.
 */
export async function fetchRecordedKey(
  store: ObjectStore,
  redactor: Redactor,
  recorded: KeyReference,
): Promise<FoundKey> {
  try {
    return await fetchKey(store, redactor, recorded);
  } catch (error) {
    // AWS does not document whether S3 misses a version that is gone, or denies it to those that may not list versions.
    if (recorded.versionId === undefined || !hasCode(error, 'CERTIFICATE_NOT_FOUND', 'ACCESS_DENIED'))
      throw error;
    const { bucket, key } = recorded;
    const current = await nullOn(fetchKey(store, redactor, { bucket, key }), ...CERTIFICATE_CODES);
    if (current?.reference.fingerprint !== recorded.fingerprint) throw error;
    return current;
  }
}

/**
 * Requires the DNS information that is stored with every key, since the DNS team was not notified without it.
 * @param place an object, or a folder (ends in `/`) that must hold at least one.
 */
export async function requireDnsInformation(store: ObjectStore, place: ObjectPlace): Promise<void> {
  const present = await (place.key.endsWith('/')
    ? store.list(place.bucket, place.key, 1).then((keys) => keys.length > 0)
    : store.head(place).then((head) => head !== null));
  if (!present) throw new ByodkimError('CERTIFICATE_NOT_FOUND', { kind: 'dns-information', expected: place });
}
