import { isDeepStrictEqual } from 'node:util';
import { putJson } from '../../aws/stored-json';
import { s3Uri } from '../../contract/contract';
import { ByodkimError } from '../../errors/errors';
import type { KeyWarning } from '../../words/key-answers';
import type { DnsRecord } from '../../words/record';
import { readInformation, type StoredInformation } from '../state/dns-information';
import { dnsRecord } from '../state/dns-record';
import type { FoundKey } from '../stored-key';
import { type KeyWork, writtenMeanwhile } from './find-or-make';

/** Returns the record of a key, with a date from its DNS information or from its object. */
export async function recordOf(
  { world: { clock }, services, request, keyPlace }: KeyWork,
  { key: { publicKey } }: FoundKey,
  { value: information }: StoredInformation,
): Promise<DnsRecord> {
  const madeAt =
    information?.fingerprint === publicKey.fingerprint
      ? Date.parse(information.createdAt)
      : (await services.store.head(keyPlace))?.lastModified?.getTime();
  return dnsRecord(request, publicKey, madeAt ?? clock.now());
}

/** The record of a key, and its DNS information in S3. */
export interface EnsuredInformation {
  readonly record: DnsRecord;
  readonly stored: StoredInformation;
  /** Whether this run wrote it. */
  readonly written: boolean;
  readonly warnings: readonly KeyWarning[];
}

/**
 * Stores the record of a key for publication, unless it is stored already. Never overwrites another tool's object, and
 * overwrites the record of another key only if the key was renewed.
 */
export async function ensureInformation(
  work: KeyWork,
  found: FoundKey,
  stored: StoredInformation,
  isRenewed = false,
): Promise<EnsuredInformation> {
  const { store } = work.services;
  const { recordPlace: place } = work;
  const { publicKey } = found.key;
  const { value: before, foreign } = stored;
  if (!isRenewed) requireSameKey(work, stored, found);
  const isOfKey = before?.fingerprint === publicKey.fingerprint;
  const record = await recordOf(work, found, stored);
  // The DNS team does not know of a changed MAIL FROM domain yet.
  const isDescribed = isOfKey && (!record.mailFrom || isDeepStrictEqual(record.mailFrom, before?.mailFrom));
  const left = { record, stored, written: false };
  if (isDescribed) return { ...left, warnings: [] };
  if (foreign !== undefined) {
    const { fingerprint } = publicKey;
    const warning = { kind: 'information-of-others', place: s3Uri(place), fingerprint } as const;
    return { ...left, warnings: foreign.includes(publicKey.spki) ? [] : [warning] };
  }
  // A delegated name has its alias in DNS already, so the DNS team is not notified of a renewed key.
  const notifiedAt = isRenewed && work.request.rotation?.delegation ? before?.notifiedAt : undefined;
  const written = await putJson(store, place, { format: 1, ...record, notifiedAt } as const, stored);
  if (written !== null) return { record, stored: written, written: true, warnings: [] };
  const theirs = await readInformation(store, place);
  if (theirs.etag !== null) return ensureInformation(work, found, theirs, isRenewed);
  throw writtenMeanwhile(place, { kind: 'key-stored' });
}

/** Refuses DNS information of another key. @throws ByodkimError CERTIFICATE_INVALID. */
export function requireSameKey(
  { keyPlace, recordPlace }: KeyWork,
  { value: information }: StoredInformation,
  { reference: { fingerprint: expected } }: FoundKey,
): void {
  const found = information?.fingerprint ?? expected;
  if (found === expected) return;
  const place = s3Uri(recordPlace);
  throw new ByodkimError('CERTIFICATE_INVALID', {
    kind: 'dns-information',
    place,
    keyPlace: s3Uri(keyPlace),
    expected,
    found,
  });
}
