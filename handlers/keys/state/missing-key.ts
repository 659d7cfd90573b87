import type { ObjectPlace, ObjectStore } from '../../aws/object-store';
import { s3Uri } from '../../contract/contract';
import type { Place } from '../../contract/input/event';
import { ByodkimError, hasCode } from '../../errors/errors';
import { isSetInSes, type Wanted } from '../../ledger/ledger';
import { readLedger } from '../../ledger/ledger-store';
import type { ErrorFacts } from '../../words/errors';
import type { World } from '../../world';

/** Returns the facts of the key in force, which is missing. A version that S3 does not deny exists. */
export async function whatIsMissing(
  store: Pick<ObjectStore, 'head'>,
  { selector, key }: Wanted,
): Promise<ErrorFacts['KEY_MISSING']> {
  const { bucket, key: object, versionId } = key;
  const isKept = await isThere(store, { bucket, key: object, ...(versionId && { versionId }) });
  return { selector, place: s3Uri({ bucket, key: object }), isKept };
}

const isThere = (store: Pick<ObjectStore, 'head'>, place: ObjectPlace): Promise<boolean> =>
  store.head(place).then(
    (head) => head !== null,
    () => true,
  );

/**
 * Converts the error of a missing private key to KEY_MISSING, if SES signs with that key. Returns any other error as it is.
 * @param error of the key at its place
 */
export async function asMissing(
  { environment }: Pick<World, 'environment'>,
  store: ObjectStore,
  { domain, region, selector }: Place & { readonly selector: string },
  error: unknown,
): Promise<unknown> {
  if (!hasCode(error, 'CERTIFICATE_NOT_FOUND') || error.facts.kind !== 'key') return error;
  const { bucket, key } = error.facts.expected;
  // An object that cannot be read must not hide the error.
  const ledger = await readLedger(store, environment.keyStoreBucket, { domain, region }).catch(() => null);
  const inForce = ledger && (isSetInSes(ledger.open) ? ledger.open.wanted : ledger.inForce);
  const isInForce =
    inForce?.selector === selector && inForce.key.bucket === bucket && inForce.key.key === key;
  if (!isInForce) return error;
  return new ByodkimError('KEY_MISSING', await whatIsMissing(store, inForce), { cause: error });
}
