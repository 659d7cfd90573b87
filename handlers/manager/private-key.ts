import type { ObjectPlace, PutOptions } from '../aws/object-store';
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
  /** It was made in another one's place. */
  readonly renewed?: true;
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

/** A new private key for a place. From here on the redactor knows it. */
export async function newKey(
  { makePrivateKey, redactor, environment: { kmsKeyArn } }: World,
  { store }: Services,
  place: ObjectPlace,
) {
  const pem = await makePrivateKey();
  const key = readSigningKey(Buffer.from(pem), s3Uri(place));
  const { fingerprint } = key.publicKey;
  redactor.register(key.der, key.publicKey.spki);
  return {
    fingerprint,
    /**
     * It is not read back: S3 has checked its checksum and is consistent, and the gate reads it anyway before it is used.
     * @returns `null`: somebody else wrote in between
     */
    async put(over: Pick<PutOptions, 'ifAbsent' | 'ifMatch'>): Promise<FoundKey | null> {
      const written = await store.put(place, pem, {
        ...over,
        contentType: 'application/x-pem-file',
        kmsKeyArn: kmsKeyArn || undefined,
      });
      return written && { key, reference: { ...place, ...written, fingerprint } };
    },
  };
}

/**
 * Makes a private key and stores it where there is none. Of two that do so at once one wins, and both get its key.
 * @throws ByodkimError CERTIFICATE_INVALID, ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function makeKey(world: World, services: Services, place: ObjectPlace): Promise<EnsuredKey> {
  const made = await newKey(world, services, place);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const written = await made.put({ ifAbsent: true });
    if (written !== null) return { found: written, created: true };
    const found = await findKey(world, services, place);
    // A write whose answer was lost is repeated by the SDK, and then meets itself.
    if (found !== null) return { found, created: found.reference.fingerprint === made.fingerprint };
    await world.clock.sleep(PAUSE_MS);
  }
  throw writtenMeanwhile(
    place,
    `other writes to it were under way ${ATTEMPTS} times, and none of them left a key. Nothing was written`,
  );
}

/** S3 lets one of several writes under a condition through. */
export const writtenMeanwhile = (place: ObjectPlace, said: string, advice = 'Try again.'): ByodkimError =>
  new ByodkimError('DEPENDENCY_FAILED', {
    what: `s3:PutObject on ${s3Uri(place)} failed: ${said}.`,
    advice,
    details: { action: 's3:PutObject', resource: s3Uri(place) },
  });
