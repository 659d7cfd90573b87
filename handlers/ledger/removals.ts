import { day } from '../clock';
import { recordName } from '../contract/contract';
import type { AskedRemoval } from '../words/removal';
import type { Removal } from './ledger';

/** Returns the request to remove the record of a selector, which the DNS team may still obey; undefined if none. */
export function askedRemovalOf(
  removals: readonly Removal[],
  { domain, selector }: { readonly domain: string; readonly selector: string },
): AskedRemoval | undefined {
  const removal = removals.find((each) => each.selector === selector);
  return removal && { recordName: recordName(domain, selector), askedOn: day(removal.askedAt) };
}
