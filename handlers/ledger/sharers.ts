/**
 * Records the regions that share a domain's keys and records. A region that the list no longer names may still sign with them,
 * so its record and its key must stay.
 */
import { homeAmong } from '../contract/contract';
import type { Sharer } from '../contract/input/event-schema';
import { currentOwner, type Ledger, type Owner } from './ledger';

const MOST_SHARERS = 50;

/** Returns the other regions that share or have shared the domain's keys and records. */
export const sharersIn = (ledger: Ledger): readonly Sharer[] =>
  union(ledger.sharers, named(currentOwner(ledger)));

/** Returns the regions that share the domain's keys according to the last applied list. */
export const namedSharers = (ledger: Ledger): readonly Sharer[] => named(currentOwner(ledger));

/** Returns the sharers after an apply of a stack, which forgets the others only if it allows irreversible changes. */
export const sharersAfter = (ledger: Ledger, owner: Owner | null): readonly Sharer[] =>
  owner?.forgets === true ? named(owner) : union(sharersIn(ledger), named(owner));

/** Checks whether other regions share the key of this one, given those regions. */
export const isHome = (sharers: readonly Sharer[] = []): boolean =>
  sharers.length > 0 && homeAmong(sharers) === undefined;

/** Checks whether the domain's key is in this region and other regions share it. */
export const isSharedHome = (ledger: Ledger): boolean => isHome(sharersIn(ledger));

/** Returns the buckets that may have the domain's keys: the home's first, then this region's own. */
export function keyBucketsOf(ledger: Ledger, own: string): ReadonlySet<string> {
  const sharers = sharersIn(ledger);
  const home = homeAmong(sharers);
  return new Set([home?.bucket ?? own, own, ...sharers.map(({ bucket }) => bucket)]);
}

const named = (owner: Owner | null): readonly Sharer[] => owner?.rotation?.sharedWith ?? [];

/**
 * Returns each region once, with its latest data, in the order in which they were last named. Among regions that name
 * each other, one is the home.
 */
export function union(known: readonly Sharer[], newer: readonly Sharer[]): readonly Sharer[] {
  if (newer.length === 0) return known;
  const others = known
    .filter(({ region }) => newer.every((each) => each.region !== region))
    .map(({ region, bucket }) => ({ region, bucket }));
  return [...others, ...newer].slice(-MOST_SHARERS);
}
