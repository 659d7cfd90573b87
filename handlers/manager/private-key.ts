import type { ObjectPlace } from '../aws/object-store';
import { s3Uri } from '../contract';
import { ByodkimError, nullOn } from '../errors';
import type { SigningRequest } from '../event';
import { type FoundKey, fetchKey } from '../key/key-source';
import { readSigningKey } from '../key/private-key';
import type { Services, World } from '../world';

/** The key of a selector, and whether this run has made it. */
export interface EnsuredKey {
  readonly found: FoundKey;
  readonly created: boolean;
}

/** S3 answers a conditional write with a conflict while another one is under way, which may yet fail. */
const ATTEMPTS = 4;
const PAUSE_MS = 500;

export const privateKeyPlace = ({ keyStore }: SigningRequest): ObjectPlace => ({
  bucket: keyStore.bucket,
  key: keyStore.privateKey,
});

/**
 * The private key that is there; `null` when there is none.
 * @throws ByodkimError CERTIFICATE_INVALID, ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export const findKey = (
  { redactor }: World,
  { store }: Services,
  place: ObjectPlace,
): Promise<FoundKey | null> => nullOn(fetchKey(store, redactor, place), 'CERTIFICATE_NOT_FOUND');

/** A new private key, and how it is stored where it is to lie. From here on the redactor knows it. */
export async function newKey({ makePrivateKey, redactor, environment: { kmsKeyArn } }: World, shown: string) {
  const pem = await makePrivateKey();
  const key = readSigningKey(Buffer.from(pem), shown);
  redactor.register(key.der, key.publicKey.spki);
  return { pem, key, stored: { contentType: 'application/x-pem-file', ...(kmsKeyArn && { kmsKeyArn }) } };
}

/**
 * Makes a private key and stores it where there is none. Of two that do so at once one wins, and both get its key. It
 * is not read back: S3 has checked its checksum and is consistent, and the gate reads it anyway before it is used.
 * @throws ByodkimError CERTIFICATE_INVALID, ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function makeKey(world: World, services: Services, place: ObjectPlace): Promise<EnsuredKey> {
  const shown = s3Uri(place);
  const { pem, key, stored } = await newKey(world, shown);
  const { fingerprint } = key.publicKey;
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const written = await services.store.put(place, pem, { ...stored, ifAbsent: true });
    if (written !== null)
      return { found: { key, reference: { ...place, ...written, fingerprint } }, created: true };
    const found = await findKey(world, services, place);
    // A write whose answer was lost is repeated by the SDK, and then meets itself.
    if (found !== null) return { found, created: found.reference.fingerprint === fingerprint };
    await world.clock.sleep(PAUSE_MS);
  }
  throw new ByodkimError('DEPENDENCY_FAILED', {
    what:
      `s3:PutObject on ${shown} failed: other writes to it were under way ${ATTEMPTS} times, and none of them left a ` +
      'key. Nothing was written.',
    advice: 'Try again.',
    details: { action: 's3:PutObject', resource: shown },
  });
}
