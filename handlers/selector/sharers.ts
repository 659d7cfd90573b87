/** Reads the ledgers of the other regions that sign with the key of a domain: what one of them needs has to stay. */
import type { ObjectStore } from '../aws/object-store';
import type { Sharer } from '../contract/input/event-schema';
import { asByodkimError, ByodkimError } from '../errors/errors';
import { currentOwner, type Ledger } from '../ledger/ledger';
import { readLedger } from '../ledger/ledger-store';

/** Returns the other regions that share the key of what is in force. */
export const sharersIn = (ledger: Ledger): readonly Sharer[] =>
  currentOwner(ledger)?.rotation?.sharedWith ?? [];

/** A region that shares a key: its ledger, `null` if it was never deployed there, or why that cannot be read. */
export interface AskedSharer {
  readonly region: string;
  readonly ledger: Ledger | null | ByodkimError;
}

/** Reads the ledger of each region. */
export const askSharers = (
  store: ObjectStore,
  domain: string,
  sharers: readonly Sharer[],
): Promise<AskedSharer[]> =>
  Promise.all(
    [...new Map(sharers.map((each) => [each.region, each])).values()].map(async ({ region, bucket }) => ({
      region,
      ledger: await readLedger(store, bucket, { domain, region }).catch(asByodkimError),
    })),
  );

/** @throws ByodkimError ACCESS_DENIED, DEPENDENCY_FAILED: what is not known must not pass for safe. */
export async function readSharers(
  store: ObjectStore,
  domain: string,
  sharers: readonly Sharer[],
): Promise<Ledger[]> {
  return (await askSharers(store, domain, sharers)).flatMap(({ ledger }) => {
    if (ledger instanceof ByodkimError) throw ledger;
    return ledger ?? [];
  });
}
