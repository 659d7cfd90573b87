import type { ObjectStore } from '../aws/object-store';
import { DAY_MS, dayFrom } from '../clock';
import { homeAmong, MINIMUM_OVERLAP_DAYS, recordName } from '../contract/contract';
import type { SigningRequest } from '../contract/input/event';
import { ByodkimError } from '../errors/errors';
import { isNeeded, keyUse, type ShownSigning } from '../keys/state/stages';
import type { Ledger, Signer } from '../ledger/ledger';
import { restores } from '../ledger/ownership';
import type { NeededRecord } from '../words/errors/regions';
import type { SelectorStage } from '../words/stages';
import { askOtherRegions, NO_OTHERS, type OtherRegions } from './other-regions';

/** Checks whether the ledgers of other regions must be read to know which records a deploy would remove too early. */
const needsOthers = (request: SigningRequest, ledger: Ledger): boolean =>
  isSharedHome(request) || removedBy(request, ledger).length > 0;

/** Checks whether this stack publishes the record with which other regions sign. */
const isSharedHome = ({ rotation: { records, sharedWith } = {} }: SigningRequest): boolean =>
  records !== undefined && sharedWith !== undefined && homeAmong(sharedWith) === undefined;

/**
 * Returns the selectors whose records a deploy would remove. Only another region's ledger shows a record that the stack had
 * before it failed: that region signs with a key of this store, or has signed with one that this region never used.
 */
function removedBy(
  request: SigningRequest,
  { records, signers }: Ledger,
  others: readonly Ledger[] = [],
): readonly string[] {
  const { rotation, keyStore, irreversible } = request;
  if (irreversible === 'allow') return [];
  const ofOthers = others.flatMap((other) => [...other.signers, ...signersOfOpen(other)]);
  const unknown = ofOthers.filter(
    ({ selector, bucket, stoppedAt }) =>
      bucket === keyStore.bucket &&
      (stoppedAt === null || signers.every((each) => each.selector !== selector)),
  );
  const published = isSharedHome(request) ? [...records, ...unknown.map((each) => each.selector)] : records;
  return [...new Set(published)].filter((each) => rotation?.records?.includes(each) !== true);
}

/** Returns the selector of an open change, with which SES may already sign. */
const signersOfOpen = ({ open }: Ledger): Pick<Signer, 'selector' | 'bucket' | 'stoppedAt'>[] =>
  open === null ? [] : [{ selector: open.wanted.selector, bucket: open.wanted.key.bucket, stoppedAt: null }];

/**
 * Finds the records that a plan would remove too early, in this region and in those that share them. The others are asked if
 * a record would go: one that the list no longer names may still sign with it.
 * @returns as `earlyRemoval`
 */
export async function plannedRemoval(
  store: ObjectStore,
  request: SigningRequest,
  ledger: Ledger,
  facts: Omit<RemovalFacts, 'others'>,
): Promise<ByodkimError | null> {
  const isAsked = needsOthers(request, ledger);
  const others = isAsked ? await askOtherRegions(store, ledger, request.rotation) : NO_OTHERS;
  return earlyRemoval(request, ledger, { ...facts, others });
}

/** Facts about a removal in addition to this region's ledger. */
export interface RemovalFacts {
  readonly now: number;
  /** State of the other regions that share the key. */
  readonly others: OtherRegions;
  /** The signing state in SES now, which a late Put may have set. `null` without an identity or a ledger. */
  readonly shown: ShownSigning;
}

/**
 * Finds records that a deploy would remove although their selector signs or may have to sign again.
 * @returns the refusal (RECORD_STILL_NEEDED) with the list to write instead, or `null` if no record is removed too early
 */
export function earlyRemoval(
  request: SigningRequest,
  ledger: Ledger,
  { now, others, shown }: RemovalFacts,
): ByodkimError | null {
  const { records: kept = [], overlapDays = MINIMUM_OVERLAP_DAYS } = request.rotation ?? {};
  const removed = removedBy(request, ledger, others.ledgers);
  const known = removed.flatMap((each) =>
    [ledger, ...others.ledgers].flatMap((one) => {
      const rules = { overlapDays, now, shown: one === ledger ? shown : null, mayRestore: isPrevious };
      const stage = keyUse(one, each, rules);
      const region = others.all.length > 0 ? one.region : undefined;
      return stage && isNeeded(stage) ? [{ ...need(stage, overlapDays, now), region }] : [];
    }),
  );
  const unread = removed.flatMap((selector) =>
    others.unread.map((region) => ({ selector, overlapDays, use: 'unread', ...region }) as const),
  );
  const needed: NeededRecord[] = [...known, ...unread];
  if (needed.length === 0) return null;
  const { domain, selector } = request;
  const selectors = [...new Set(needed.map((each) => each.selector))];
  const previous = [...kept.filter((each) => each !== selector), ...selectors];
  return new ByodkimError('RECORD_STILL_NEEDED', {
    domain,
    needed: selectors,
    reasons: needed,
    recordNames: selectors.map((each) => recordName(domain, each)),
    isKnown: selectors.every((each) => ledger.records.includes(each)),
    previousSelectors: kept.length > 0 ? previous : null,
  });
}

const signsNow = (selector: string, overlapDays: number, now: number): NeededRecord => ({
  selector,
  overlapDays,
  use: 'signs',
  freeOn: dayFrom(now + overlapDays * DAY_MS),
});

/**
 * Checks whether the open change rolls back to it. The baseline does not count, since a destroy removes the records anyway.
 */
const isPrevious = ({ open }: Ledger, selector: string): boolean => restores(open?.previous, selector);

/** Returns the reason why a record is needed, and how long it must stay. */
function need(
  { selector, stage, recordMayGoAt }: SelectorStage,
  overlapDays: number,
  now: number,
): NeededRecord {
  if (stage === 'active') return signsNow(selector, overlapDays, now);
  const known = { selector, overlapDays };
  if (recordMayGoAt !== null) return { ...known, use: 'in-transit', freeOn: dayFrom(recordMayGoAt) };
  return { ...known, use: 'rollback' };
}
