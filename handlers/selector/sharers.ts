/** Answers what the other regions have that share a domain's keys and records: what one of them needs has to stay. */
import type { ObjectStore } from '../aws/object-store';
import type { Sharer } from '../contract/input/event-schema';
import { asByodkimError, ByodkimError } from '../errors/errors';
import type { UnreadRegion } from '../facts/errors';
import type { Ledger, Signer } from '../ledger/ledger';
import { readLedger } from '../ledger/ledger-store';

/** What one other region has. */
export interface OtherRegion {
  readonly region: string;
  /** `null`: the domain was never deployed there. An error: the ledger cannot be read. */
  readonly ledger: Ledger | null | ByodkimError;
}

/** What the other regions have, as far as their ledgers can be read. */
export interface OtherRegions {
  readonly all: readonly OtherRegion[];
  readonly ledgers: readonly Ledger[];
  /** Whoever would remove something must not take these for regions that need nothing. */
  readonly unread: readonly UnreadRegion[];
}

export const NO_OTHERS: OtherRegions = { all: [], ledgers: [], unread: [] };

/** Reads the ledgers of the other regions. One that cannot be read does not hide the others. */
export async function askSharers(
  store: ObjectStore,
  domain: string,
  sharers: readonly Sharer[],
): Promise<OtherRegions> {
  const buckets = new Map(sharers.map(({ region, bucket }) => [region, bucket]));
  const all = await Promise.all(
    [...buckets].map(async ([region, bucket]) => ({
      region,
      ledger: await readLedger(store, bucket, { domain, region }).catch(asByodkimError),
    })),
  );
  return {
    all,
    ledgers: all.flatMap(({ ledger }) => (ledger instanceof ByodkimError ? [] : (ledger ?? []))),
    unread: all.flatMap(({ region, ledger }) =>
      ledger instanceof ByodkimError ? [{ region, why: ledger.message }] : [],
    ),
  };
}

/** What one region has that others may sign with. */
export interface Held {
  /** Selectors whose record it publishes. */
  readonly records: readonly string[];
  /** The bucket of its private keys; absent if its key is another region's. */
  readonly bucket?: string | undefined;
}

/**
 * Returns what other regions sign with, are about to, or would be rolled back to, of what one region has. Mail in transit
 * does not count: it must not keep a stack from its destroy.
 */
export const usesElsewhere = ({ ledgers }: OtherRegions, { records, bucket }: Held): Use[] =>
  ledgers.flatMap((ledger) => {
    const used = keysInUse(ledger).filter(
      (each) => records.includes(each.selector) || (bucket !== undefined && each.bucket === bucket),
    );
    const selectors = new Set(used.map(({ selector }) => selector));
    return [...selectors].map((selector) => ({ region: ledger.region, selector }));
  });

/** A selector that another region uses. */
export interface Use {
  readonly region: string;
  readonly selector: string;
}

/** Returns the keys that SES signs with, is about to, or would be rolled back to, with the bucket of each if it is known. */
function keysInUse({ signers, open }: Ledger): Pick<Signer, 'selector' | 'bucket'>[] {
  const restored = open?.previous.restoration;
  const ofOpen = [open?.wanted, restored?.kind === 'byodkim' ? restored : undefined];
  return [
    ...signers.filter(({ stoppedAt }) => stoppedAt === null),
    ...ofOpen.flatMap((each) => (each ? [{ selector: each.selector, bucket: each.key.bucket }] : [])),
  ];
}
