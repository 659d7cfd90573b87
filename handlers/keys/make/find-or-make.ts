import type { ObjectPlace, PutOptions } from '../../aws/object-store';
import type { Services } from '../../aws/services';
import { recordName, s3Uri } from '../../contract/contract';
import type { SigningRequest } from '../../contract/input/event';
import { ByodkimError, hasCode, nullOn } from '../../errors/errors';
import type { WriteConflict } from '../../words/errors/calls';
import type { GateOutcome } from '../../words/gate';
import type { KeyWarning } from '../../words/key-answers';
import { gateWorld, type World } from '../../world';
import { readSigningKey } from '../format/pem';
import type { PublicKey } from '../format/public-key';
import { asMissing, findReplaced, type ReplacedKey } from '../state/applied-key';
import { readInformation, type StoredInformation } from '../state/dns-information';
import { type RecordedKey, recordKeys } from '../state/made-keys';
import { type FoundKey, fetchKey } from '../stored-key';

/** Everything that work on the key of one selector needs. */
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

/** A key, and whether this run made it; another run may have made one at the same time. */
export interface MadeKey {
  readonly found: FoundKey;
  readonly created: boolean;
  readonly warnings?: readonly KeyWarning[];
}

/** S3 refuses a conditional write while another one, which may still fail, is in progress. */
const ATTEMPTS = 4;
const PAUSE_MS = 500;

/** Returns the stored private key. @throws ByodkimError CERTIFICATE_NOT_FOUND, CERTIFICATE_INVALID, KEY_REPLACED */
export async function requireKey(work: KeyWork): Promise<FoundKey> {
  const { found, replaced } = await readKey(work);
  if (replaced) throw replaced.error;
  return found;
}

/** The stored private key, and whether it has replaced the one that SES signs with. */
export interface KeyReading {
  readonly found: FoundKey;
  readonly replaced: ReplacedKey | null;
}

/** Reads the stored private key. @throws ByodkimError CERTIFICATE_NOT_FOUND, CERTIFICATE_INVALID */
export async function readKey({
  world,
  services: { store },
  request,
  keyPlace,
}: KeyWork): Promise<KeyReading> {
  const found = await fetchKey(store, world.redactor, keyPlace);
  return { found, replaced: await findReplaced(world, store, request, found) };
}

/** Returns the private key, or `null` if there is none. @throws ByodkimError CERTIFICATE_INVALID, KEY_REPLACED */
export const findKey = (work: KeyWork): Promise<FoundKey | null> =>
  nullOn(requireKey(work), 'CERTIFICATE_NOT_FOUND');

/** Converts the error of a missing key to that of a lost key, if SES signs with it, or its record was given to the DNS team. */
export async function asGone(
  { world, services, request, keyPlace, recordPlace }: KeyWork,
  error: unknown,
): Promise<unknown> {
  const missing = await asMissing(world, services.store, request, error);
  if (!hasCode(missing, 'CERTIFICATE_NOT_FOUND') || missing.facts.kind !== 'key') return missing;
  const { value } = await readInformation(services.store, recordPlace);
  return value ? goneKey({ keyPlace, recordPlace }, value) : missing;
}

/** Returns the private key that is there, and reports one as lost that SES signs with. @throws ByodkimError as `requireKey`, KEY_MISSING */
export const requireKeyInForce = (work: KeyWork): Promise<FoundKey> =>
  requireKey(work).catch(async (error: unknown) => {
    throw await asGone(work, error);
  });

/** Makes the error of a private key that was lost after its record was given to the DNS team. */
export const goneKey = (
  { keyPlace, recordPlace }: Pick<KeyWork, 'keyPlace' | 'recordPlace'>,
  { fingerprint, createdAt }: NonNullable<StoredInformation['value']>,
): ByodkimError =>
  new ByodkimError('CERTIFICATE_NOT_FOUND', {
    kind: 'described-key',
    expected: keyPlace,
    fingerprint,
    createdAt,
    describedAt: s3Uri(recordPlace),
  });

/** A private key in memory, which is not stored yet. */
export interface NewKey {
  readonly fingerprint: string;
  readonly warnings: readonly KeyWarning[];
  /** Stores the key without reading it back, which the gate does. @returns `null` if another run wrote in between */
  put(over: Pick<PutOptions, 'ifAbsent' | 'ifMatch'>): Promise<FoundKey | null>;
}

/**
 * Makes a private key in memory, and registers it with the redactor.
 * @param replaced fingerprints of the keys that it replaces, whose records may still be published
 * @throws ByodkimError SELECTOR_IN_USE
 */
export async function newKey(work: KeyWork, replaced: readonly (string | undefined)[] = []): Promise<NewKey> {
  const { world, services, keyPlace } = work;
  const { redactor, environment } = world;
  const pem = await world.makePrivateKey();
  const key = readSigningKey(Buffer.from(pem), s3Uri(keyPlace));
  const { fingerprint } = key.publicKey;
  for (const form of [key.der, key.stored]) redactor.register(form, key.publicKey.spki);
  const warnings = await requireFreeSelector(work, key.publicKey, replaced);
  return {
    fingerprint,
    warnings,
    async put(over) {
      await recordMade(work, { fingerprint });
      const written = await services.store.put(keyPlace, pem, {
        ...over,
        contentType: 'application/x-pem-file',
        kmsKeyArn: environment.kmsKeyArn || undefined,
      });
      if (written === null) return null;
      const { versionId } = written;
      if (versionId !== undefined) await recordMade(work, { fingerprint, versionId });
      return { key, reference: { ...keyPlace, ...written, fingerprint } };
    },
  };
}

/** Records a key of the request's selector as one that the function has made. */
function recordMade(
  { world, services: { store }, request }: KeyWork,
  key: Omit<RecordedKey, 'at' | 'selector'>,
): Promise<void> {
  const { selector, domain, region } = request;
  const bucket = world.environment.keyStoreBucket;
  return recordKeys({ store, clock: world.clock, bucket, place: { domain, region } }, [{ selector, ...key }]);
}

/** Asks DNS once for the record of a key. @param selector the request's selector, or another one */
export function askDns(
  { world, request: { domain, gate, ...asked } }: KeyWork,
  expected: PublicKey,
  selector = asked.selector,
): Promise<GateOutcome> {
  return world.prove({ domain, selector, expected, ...gate, waitSeconds: 0 }, gateWorld(world));
}

/**
 * Refuses a selector if the record of another key is already published at its name, since the new record would replace it.
 * @param made the key whose record will be published there
 * @returns a warning if no server answers, so that the state of the name is unknown. A name that does not exist is free
 * @throws ByodkimError SELECTOR_IN_USE
 */
async function requireFreeSelector(
  work: KeyWork,
  made: PublicKey,
  replaced: readonly (string | undefined)[],
): Promise<readonly KeyWarning[]> {
  const { servers } = await askDns(work, made);
  const { domain, selector } = work.request;
  const name = recordName(domain, selector);
  const others = servers.filter(
    ({ verdict, fingerprint }) =>
      verdict === 'other-value' && (fingerprint === undefined || !replaced.includes(fingerprint)),
  );
  if (others.length > 0)
    throw new ByodkimError('SELECTOR_IN_USE', {
      domain,
      selector,
      recordName: name,
      place: s3Uri(work.keyPlace),
      found: [...new Set(others.flatMap(({ fingerprint }) => fingerprint ?? []))],
      servers: others,
      asked: servers.length,
    });
  if (servers.some(({ verdict }) => verdict !== 'unreachable')) return [];
  return [{ kind: 'selector-unknown', recordName: name, servers }];
}

/**
 * Makes a private key and stores it, unless one exists. If two runs do this at once, one wins, and both get its key.
 * @throws ByodkimError SELECTOR_IN_USE; DEPENDENCY_FAILED if S3 keeps refusing the write
 */
export async function makeKey(work: KeyWork): Promise<MadeKey> {
  const made = await newKey(work);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const written = await made.put({ ifAbsent: true });
    if (written !== null) return { found: written, created: true, warnings: made.warnings };
    const found = await findKey(work);
    // The SDK repeats a write whose answer was lost, and then finds its own key.
    if (found !== null) return { found, created: found.reference.fingerprint === made.fingerprint };
    await work.world.clock.sleep(PAUSE_MS);
  }
  throw writtenMeanwhile(work.keyPlace, { kind: 'always', attempts: ATTEMPTS });
}

/** Makes the error of a conditional write that another one has prevented. */
export const writtenMeanwhile = (place: ObjectPlace, conflict: WriteConflict): ByodkimError =>
  new ByodkimError('DEPENDENCY_FAILED', {
    kind: 'conflict',
    action: 's3:PutObject',
    resource: s3Uri(place),
    conflict,
  });
