import { day } from '../../handlers/clock';
import { recordName } from '../../handlers/contract/contract';
import type { KnownDomain } from '../../handlers/reports/known-domain';
import type { AskedRemoval } from '../../handlers/words/removal';
import type { ListedDomain } from '../../list/domain-list';

/** Returns the request to remove the record of an entry's selector, which the DNS team may still obey; undefined if none. */
export function askedRemovalOf(
  { domain, selector }: Pick<ListedDomain, 'domain' | 'selector'>,
  { removals }: Pick<KnownDomain, 'removals'>,
): AskedRemoval | undefined {
  const removal = removals.find((each) => each.selector === selector);
  return removal && { recordName: recordName(domain, selector), askedOn: day(removal.askedAt) };
}
