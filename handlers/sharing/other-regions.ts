/** Finds the keys and records that other regions share with a domain, since everything that one of them needs must stay. */

import type { ObjectStore } from '../aws/object-store';
import type { Place } from '../contract/input/event';
import type { RotationSettings } from '../contract/input/event-schema';
import { asByodkimError, ByodkimError } from '../errors/errors';
import { isNeeded, keyUse, type UseRules } from '../keys/state/stages';
import { currentOwner, emptyLedger, isHeld, knownKeys, type Ledger, type Signer } from '../ledger/ledger';
import { readLedger } from '../ledger/ledger-store';
import { isSharedHome, namedSharers, sharersIn, union } from '../ledger/sharers';
import type { UnreadRegion } from '../words/errors/regions';

/** Another region with its ledger. */
export interface OtherRegion {
  readonly region: string;
  /** `null` if the domain was never deployed there, and an error if the ledger cannot be read. */
  readonly ledger: Ledger | null | ByodkimError;
}

/** State of the other regions, as far as their ledgers can be read. */
export interface OtherRegions {
  readonly all: readonly OtherRegion[];
  readonly ledgers: readonly Ledger[];
  /** The ledgers of the regions that share the domain's keys now. */
  readonly sharing: readonly Ledger[];
  /**
   * All ledgers, of which those that no longer share have only the selectors with which this region has signed, too.
   */
  readonly users: readonly Ledger[];
  /** Regions whose ledgers cannot be read. They must not count as regions that need nothing. */
  readonly unread: readonly UnreadRegion[];
}

export const NO_OTHERS: OtherRegions = { all: [], ledgers: [], sharing: [], users: [], unread: [] };

/**
 * Reads the ledgers of the other regions that share or have shared the domain's keys. A ledger that cannot be read does not
 * hide the others.
 * @param rotation those of a request, which may name more regions than the ledger knows
 */
export async function askOtherRegions(
  store: ObjectStore,
  ledger: Ledger,
  rotation: RotationSettings = {},
): Promise<OtherRegions> {
  const { domain } = ledger;
  const sharers = union(sharersIn(ledger), rotation.sharedWith ?? []);
  const buckets = new Map(sharers.map(({ region, bucket }) => [region, bucket]));
  const all = await Promise.all(
    [...buckets].map(async ([region, bucket]) => ({
      region,
      ledger: await readLedger(store, bucket, { domain, region }).catch(asByodkimError),
    })),
  );
  const ledgers = all.flatMap(({ ledger }) => (ledger instanceof ByodkimError ? [] : (ledger ?? [])));
  return {
    all,
    ledgers,
    ...ofSharedKeys(ledger, ledgers),
    unread: all.flatMap(({ region, ledger }) =>
      ledger instanceof ByodkimError ? [{ region, why: ledger.message }] : [],
    ),
  };
}

/** Finds the parts of other regions' ledgers that concern the keys that a region shares or has shared. */
function ofSharedKeys(ledger: Ledger, others: readonly Ledger[]): Pick<OtherRegions, 'sharing' | 'users'> {
  const named = new Set(namedSharers(ledger).map(({ region }) => region));
  const own = new Set([...ledger.signers.map(({ selector }) => selector), ...ledger.records]);
  return {
    sharing: others.filter(({ region }) => named.has(region)),
    users: others.map((other) =>
      named.has(other.region)
        ? other
        : { ...other, signers: other.signers.filter(({ selector }) => own.has(selector)) },
    ),
  };
}

/** A selector with which a region signs, and since when, in milliseconds since the epoch. */
interface SigningRegion {
  readonly region: string;
  readonly selector: string;
  readonly since: number;
}

/** Returns the selectors with which regions sign that share a key, if they differ; none if they are one. */
export function differingSelectors(ledger: Ledger, { sharing }: OtherRegions): readonly SigningRegion[] {
  const signing = [ledger, ...sharing].flatMap(({ region, signers }) =>
    signers
      .filter(({ stoppedAt }) => stoppedAt === null)
      .map(({ selector, since }) => ({ region, selector, since: since ?? 0 })),
  );
  return new Set(signing.map(({ selector }) => selector)).size < 2 ? [] : signing;
}

/**
 * Checks whether this region reports that the record of an earlier selector may be removed: it is the last one that has signed
 * with it, or the first of these by name, and every other region can be asked and has the state in force. A region in which the
 * last audit has seen another state may sign with any selector.
 */
export function isLastUser(ledger: Ledger, { users, unread }: OtherRegions, selector: string): boolean {
  const isElsewhere = ({ inForce, seen }: Ledger): boolean => inForce !== null && seen?.status === 'none';
  if (unread.length > 0 || users.some(isElsewhere)) return false;
  const [last] = [ledger, ...users]
    .flatMap(({ region, signers }) => {
      const signer = signers.find((each) => each.selector === selector);
      return signer ? [{ region, until: signer.stoppedAt ?? Number.POSITIVE_INFINITY }] : [];
    })
    .sort((a, b) => b.until - a.until || (a.region < b.region ? -1 : 1));
  return last?.region === ledger.region;
}

/** The owner of a key: its selector, and the region if it is another one. */
interface KeyOwner {
  readonly selector: string;
  readonly region: string | undefined;
}

/** Finds the owner of a key that this domain signs or has signed with, here or in a region that shares its key. */
export async function findKeyOwner(
  store: ObjectStore,
  keyStoreBucket: string,
  { domain, region, rotation }: Place & { readonly rotation?: RotationSettings | undefined },
  fingerprints: ReadonlySet<string | undefined>,
): Promise<KeyOwner | undefined> {
  const read = await readLedger(store, keyStoreBucket, { domain, region }).catch(() => null);
  const own = read ?? emptyLedger(domain, region);
  const { ledgers } = await askOtherRegions(store, own, rotation);
  for (const ledger of [own, ...ledgers]) {
    const owner = knownKeys(ledger).find(({ key }) => fingerprints.has(key.fingerprint));
    if (owner)
      return { selector: owner.selector, region: ledger.region === region ? undefined : ledger.region };
  }
  return undefined;
}

/** Finds whether a selector is needed, here or in a region that shares its key, and which regions cannot be asked. */
export async function findNeed(
  store: ObjectStore,
  ledger: Ledger,
  selector: string,
  { rotation, ...rules }: UseRules & { readonly rotation: RotationSettings | undefined },
): Promise<{ readonly isNeeded: boolean; readonly unread: readonly UnreadRegion[] }> {
  const { ledgers, unread } = await askOtherRegions(store, ledger, rotation);
  const uses = [
    keyUse(ledger, selector, rules),
    ...ledgers.map((each) => keyUse(each, selector, { ...rules, shown: null })),
  ].flatMap((each) => each ?? []);
  return { isNeeded: uses.some(isNeeded), unread };
}

/** One region's keys and records that other regions use. */
interface UsesElsewhere {
  readonly users: readonly { readonly region: string; readonly selector: string }[];
  /** Regions that cannot be asked and may need a record of this region. */
  readonly unread: readonly UnreadRegion[];
  /** Ledgers of regions in which a run is at work, which may be about to sign with a record of this region. */
  readonly atWork: readonly Ledger[];
}

/**
 * Finds the keys and records of this region with which other regions sign, are about to sign, or would be rolled back to. Mail
 * in transit does not count, since it must not prevent a destroy.
 * @param keyStoreBucket place of this region's keys, if the ledger does not have it
 * @param now in milliseconds since the epoch
 */
export async function findUsesElsewhere(
  store: ObjectStore,
  ledger: Ledger,
  { keyStoreBucket, now }: { readonly keyStoreBucket: string; readonly now: number },
): Promise<UsesElsewhere> {
  const { records } = ledger;
  const bucket = isSharedHome(ledger)
    ? (currentOwner(ledger)?.wanted.key.bucket ?? keyStoreBucket)
    : undefined;
  if (records.length === 0 && bucket === undefined) return { users: [], unread: [], atWork: [] };
  const { ledgers, unread } = await askOtherRegions(store, ledger);
  const users = ledgers.flatMap((other) => {
    const used = keysInUse(other).filter(
      (each) =>
        records.includes(each.selector) ||
        (bucket !== undefined && each.bucket === bucket && isKeyOf(ledger, other, each)),
    );
    const selectors = new Set(used.map(({ selector }) => selector));
    return [...selectors].map((selector) => ({ region: other.region, selector }));
  });
  if (records.length === 0) return { users, unread: [], atWork: [] };
  return { users, unread, atWork: ledgers.filter(({ lease }) => isHeld(lease, now)) };
}

/**
 * Checks whether a key in the bucket of this region's keys is this region's. If the other region keeps its own keys in the same
 * bucket, it may be one of those, once the other region no longer shares.
 */
function isKeyOf(
  ledger: Ledger,
  other: Ledger,
  { selector, bucket }: Pick<Signer, 'selector' | 'bucket'>,
): boolean {
  const isInOneBucket = sharersIn(ledger).some(
    (each) => each.region === other.region && each.bucket === bucket,
  );
  const isSharing = namedSharers(other).some(({ region }) => region === ledger.region);
  return !isInOneBucket || isSharing || ledger.asked.includes(selector);
}

/**
 * Returns the keys with which SES signs or is about to sign, or to which it would be rolled back, with their buckets if known.
 */
function keysInUse({ signers, open }: Ledger): Pick<Signer, 'selector' | 'bucket'>[] {
  const restored = open?.previous.restoration;
  const ofOpen = [open?.wanted, restored?.kind === 'byodkim' ? restored : undefined];
  return [
    ...signers.filter(({ stoppedAt }) => stoppedAt === null),
    ...ofOpen.flatMap((each) => (each ? [{ selector: each.selector, bucket: each.key.bucket }] : [])),
  ];
}
