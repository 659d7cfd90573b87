import type { ObjectStore } from '../../aws/object-store';
import { s3Uri } from '../../contract/contract';
import type { Place } from '../../contract/input/event';
import { ByodkimError, CERTIFICATE_CODES, nullOn } from '../../errors/errors';
import type { DomainAccess } from '../../ledger/domain-access';
import { isSetInSes } from '../../ledger/ledger';
import { readLedger } from '../../ledger/ledger-store';
import { type FoundKey, fetchKey } from '../stored-key';

/** A key in S3 that has replaced the one that SES signs with. */
export interface ReplacedKey {
  /** The key with which SES signs; `null` if S3 no longer has it. */
  readonly applied: FoundKey | null;
  /** The refusal, KEY_REPLACED. */
  readonly error: ByodkimError;
}

/**
 * Finds out whether the key in S3 has replaced the key that was applied for a selector in force. SES then signs with the
 * earlier key, and its record must stay. `null` if it has not, or if nothing is known about the domain.
 */
export async function findReplaced(
  { environment, redactor }: Pick<DomainAccess['world'], 'environment' | 'redactor'>,
  store: ObjectStore,
  { domain, region, selector }: Place & { readonly selector: string },
  { reference }: FoundKey,
): Promise<ReplacedKey | null> {
  // An object that cannot be read must not hide the key.
  const ledger = await readLedger(store, environment.keyStoreBucket, { domain, region }).catch(() => null);
  const inForce = ledger && (isSetInSes(ledger.open) ? ledger.open.wanted : ledger.inForce);
  if (inForce?.selector !== selector || inForce.key.fingerprint === reference.fingerprint) return null;
  const applied = await nullOn(fetchKey(store, redactor, inForce.key), ...CERTIFICATE_CODES);
  const isThere = applied?.reference.fingerprint === inForce.key.fingerprint;
  const error = new ByodkimError('KEY_REPLACED', {
    domain,
    selector,
    place: s3Uri(reference),
    versionId: reference.versionId,
    expected: inForce.key.fingerprint,
    found: reference.fingerprint,
    earlier: isThere ? s3Uri(inForce.key) : null,
  });
  return { applied: isThere ? applied : null, error };
}
