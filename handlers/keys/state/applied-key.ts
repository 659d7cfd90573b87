/** Reads the state of a key that was applied, for a change, a plan, an audit and a status. */
import type { ObjectPlace, ObjectStore } from '../../aws/object-store';
import type { Services } from '../../aws/services';
import { s3Uri } from '../../contract/contract';
import type { Place } from '../../contract/input/event';
import { ByodkimError, CERTIFICATE_CODES, hasCode, nullOn } from '../../errors/errors';
import type { DomainAccess } from '../../ledger/domain-access';
import { isSetInSes, type Ledger, type Wanted } from '../../ledger/ledger';
import { readLedger } from '../../ledger/ledger-store';
import type { ErrorFacts } from '../../words/errors';
import type { World } from '../../world';
import { type FoundKey, fetchKey } from '../stored-key';
import { type Description, type DnsInformation, describedKey } from './dns-information';

/** What S3 has at the place of a key that was applied. SES signs with that key, whatever S3 has. */
export interface AppliedObject {
  readonly state: 'kept' | 'replaced' | 'missing';
  /** Time at which the present object was stored; undefined if there is none. */
  readonly storedAt: number | undefined;
}

/** Asks S3 without reading the key. */
export async function appliedObject(
  store: Pick<ObjectStore, 'head'>,
  { key: { bucket, key, etag } }: Wanted,
): Promise<AppliedObject> {
  const head = await store.head({ bucket, key });
  if (head === null) return { state: 'missing', storedAt: undefined };
  return { state: head.etag === etag ? 'kept' : 'replaced', storedAt: head.lastModified?.getTime() };
}

/** Returns the description of the applied key; undefined if there is none, or that of another key. */
export async function appliedDescription(
  world: World,
  services: Services,
  ledger: Ledger,
  { selector, key }: Wanted,
): Promise<Description | undefined> {
  const described = await describedKey(world, services, ledger, selector);
  return described?.publicKey.fingerprint === key.fingerprint ? described : undefined;
}

/**
 * Returns the time at which the applied key began to age (milliseconds since the epoch), from its DNS information or its
 * object; undefined if neither is known.
 */
export async function keyAgesFrom(
  world: World,
  services: Services,
  ledger: Ledger,
  wanted: Wanted,
): Promise<number | undefined> {
  const described = await appliedDescription(world, services, ledger, wanted);
  if (described !== undefined) return agesFrom(described.information, ledger, wanted.selector);
  return (await services.store.head(wanted.key))?.lastModified?.getTime();
}

/** Returns the time at which a key began to age: when it was made or, for a prepared key, when SES began to sign with it. */
export const agesFrom = ({ createdAt }: DnsInformation, { signers }: Ledger, selector: string): number =>
  Math.max(Date.parse(createdAt), signers.find((each) => each.selector === selector)?.since ?? 0);

/** Returns the facts of the applied key, which is missing. A version that S3 does not deny exists. */
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

/** A domain's selector whose key is asked for. */
type Asked = Place & { readonly selector: string };

/**
 * Returns what SES signs with, if it is the selector that is asked for. `null` also without a ledger that can be read, which
 * must not hide the key or its error.
 */
async function appliedFor(
  { environment }: Pick<DomainAccess['world'], 'environment'>,
  store: ObjectStore,
  { domain, region, selector }: Asked,
): Promise<Wanted | null> {
  const ledger = await readLedger(store, environment.keyStoreBucket, { domain, region }).catch(() => null);
  const applied = ledger && (isSetInSes(ledger.open) ? ledger.open.wanted : ledger.inForce);
  return applied?.selector === selector ? applied : null;
}

/**
 * Converts the error of a missing private key to KEY_MISSING, if SES signs with that key. Returns any other error as it is.
 * @param error of the key at its place
 */
export async function asMissing(
  world: Pick<DomainAccess['world'], 'environment'>,
  store: ObjectStore,
  asked: Asked,
  error: unknown,
): Promise<unknown> {
  if (!hasCode(error, 'CERTIFICATE_NOT_FOUND') || error.facts.kind !== 'key') return error;
  const { bucket, key } = error.facts.expected;
  const applied = await appliedFor(world, store, asked);
  if (applied?.key.bucket !== bucket || applied.key.key !== key) return error;
  return new ByodkimError('KEY_MISSING', await whatIsMissing(store, applied), { cause: error });
}

/** A key in S3 that has replaced the one that SES signs with. */
export interface ReplacedKey {
  /** The key with which SES signs; `null` if S3 no longer has it. */
  readonly applied: FoundKey | null;
  /** The refusal, KEY_REPLACED. */
  readonly error: ByodkimError;
}

/**
 * Finds out whether the key in S3 has replaced the applied key of the selector. SES then signs with the earlier key, and its
 * record must stay. `null` if it has not, or if nothing is known about the domain.
 */
export async function findReplaced(
  world: Pick<DomainAccess['world'], 'environment' | 'redactor'>,
  store: ObjectStore,
  asked: Asked,
  { reference }: FoundKey,
): Promise<ReplacedKey | null> {
  const { domain, selector } = asked;
  const expected = (await appliedFor(world, store, asked))?.key;
  if (expected === undefined || expected.fingerprint === reference.fingerprint) return null;
  const applied = await nullOn(fetchKey(store, world.redactor, expected), ...CERTIFICATE_CODES);
  const isKept = applied?.reference.fingerprint === expected.fingerprint;
  const error = new ByodkimError('KEY_REPLACED', {
    domain,
    selector,
    place: s3Uri(reference),
    versionId: reference.versionId,
    expected: expected.fingerprint,
    found: reference.fingerprint,
    earlier: isKept ? s3Uri(expected) : null,
  });
  return { applied: isKept ? applied : null, error };
}
