import type { ObjectPlace, PutOptions } from '../aws/object-store';
import { type FoundKey, fetchKey } from '../aws/stored-key';
import { s3Uri } from '../contract/contract';
import type { SigningRequest } from '../contract/event';
import { ByodkimError, nullOn } from '../errors/errors';
import { readSigningKey } from '../key/private-key';
import { findReplaced } from '../selector/replaced-key';
import type { Services, World } from '../world';
import { requireFreeSelector } from './selector-in-use';

/** What work on the key of one selector needs. */
export interface KeyWork {
  readonly world: World;
  readonly services: Services;
  readonly request: SigningRequest;
  /** Place of the private key. */
  readonly keyPlace: ObjectPlace;
  /** Place of its DNS information. */
  readonly recordPlace: ObjectPlace;
}

export function keyWork(world: World, request: SigningRequest): KeyWork {
  const { domain, region, selector, keyStore } = request;
  const { bucket, privateKey, dnsRecords } = keyStore;
  return {
    world,
    services: world.services(domain, region, world.clock),
    request,
    keyPlace: { bucket, key: privateKey },
    recordPlace: { bucket, key: dnsRecords.endsWith('/') ? `${dnsRecords}${selector}.json` : dnsRecords },
  };
}

/** The key of a selector, and whether this run made it. */
export interface EnsuredKey {
  readonly found: FoundKey;
  readonly created: boolean;
  /** It replaces another key. */
  readonly renewed?: true;
  readonly warnings?: readonly string[];
}

/** S3 refuses a conditional write while another one is in progress, which may still fail. */
const ATTEMPTS = 4;
const PAUSE_MS = 500;

/**
 * Returns the private key that is there.
 * @throws ByodkimError CERTIFICATE_NOT_FOUND, CERTIFICATE_INVALID, KEY_REPLACED, ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function requireKey(work: KeyWork): Promise<FoundKey> {
  const { found, replaced } = await readKey(work);
  if (replaced) throw replaced.error;
  return found;
}

/** Returns the private key that is there, and whether it has replaced the one that SES signs with. */
export async function readKey({ world, services: { store }, request, keyPlace }: KeyWork) {
  const found = await fetchKey(store, world.redactor, keyPlace);
  return { found, replaced: await findReplaced(world, store, request, found) };
}

/** Returns the private key that is there; `null` if no key is. */
export const findKey = (work: KeyWork): Promise<FoundKey | null> =>
  nullOn(requireKey(work), 'CERTIFICATE_NOT_FOUND');

/**
 * Makes a private key in memory, and registers it with the redactor.
 * @param replaced fingerprint of the key that it replaces, whose record may still be published
 * @throws ByodkimError SELECTOR_IN_USE
 */
export async function newKey({ world, services, keyPlace, request }: KeyWork, replaced?: string) {
  const { redactor, environment } = world;
  const pem = await world.makePrivateKey();
  const key = readSigningKey(Buffer.from(pem), s3Uri(keyPlace));
  const { fingerprint } = key.publicKey;
  for (const form of [key.der, key.stored]) redactor.register(form, key.publicKey.spki);
  const warnings = await requireFreeSelector(world, request, key.publicKey, replaced);
  return {
    fingerprint,
    warnings,
    /**
     * Stores it. It is not read back: S3 has checked its checksum, and the gate reads it before it is used.
     * @returns `null`: another run wrote in between
     */
    async put(over: Pick<PutOptions, 'ifAbsent' | 'ifMatch'>): Promise<FoundKey | null> {
      const written = await services.store.put(keyPlace, pem, {
        ...over,
        contentType: 'application/x-pem-file',
        kmsKeyArn: environment.kmsKeyArn || undefined,
      });
      return written && { key, reference: { ...keyPlace, ...written, fingerprint } };
    },
  };
}

/**
 * Makes a private key and stores it, unless one exists. Of two runs at once one wins, and both get its key.
 * @throws ByodkimError SELECTOR_IN_USE, CERTIFICATE_INVALID, ACCESS_DENIED, DEPENDENCY_FAILED.
 */
export async function makeKey(work: KeyWork): Promise<EnsuredKey> {
  const made = await newKey(work);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const written = await made.put({ ifAbsent: true });
    if (written !== null) return { found: written, created: true, warnings: made.warnings };
    const found = await findKey(work);
    // The SDK repeats a write whose answer was lost, and then finds its own key.
    if (found !== null) return { found, created: found.reference.fingerprint === made.fingerprint };
    await work.world.clock.sleep(PAUSE_MS);
  }
  throw writtenMeanwhile(
    work.keyPlace,
    `other writes to it were in progress ${ATTEMPTS} times, and none of them stored a key. Nothing was written`,
  );
}

/** Makes the error of a conditional write that another one has prevented. */
export const writtenMeanwhile = (place: ObjectPlace, reason: string): ByodkimError =>
  new ByodkimError('DEPENDENCY_FAILED', {
    what: `s3:PutObject on ${s3Uri(place)} failed: ${reason}.`,
    details: { action: 's3:PutObject', resource: s3Uri(place) },
  });
