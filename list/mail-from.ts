/** Finds the regions of each MAIL FROM domain: those of the entries of one domain that have the same subdomain. */
import { publishesMailFrom } from '../constructs/check-identity-props';
import { type ListedDomain, publishingOf } from './domain-list';

/**
 * Returns the entries, those of several regions with `mailFrom.regions`, unless they set it. The first region is that whose
 * stack publishes a name that they share, and so is deployed first: the home, if it has that name.
 */
export function withMailFromRegions(domains: readonly ListedDomain[]): ListedDomain[] {
  return domains.map((listed) => withoutZone(withRegions(domains, listed)));
}

function withRegions(domains: readonly ListedDomain[], listed: ListedDomain): ListedDomain {
  const { mailFrom } = listed;
  if (mailFrom?.subdomain === undefined || mailFrom.regions) return listed;
  const entries = [...entriesWithNameOf(domains, listed)].sort((a, b) => rankOf(a) - rankOf(b));
  const regions = [...new Set(entries.map(({ region }) => region))];
  return regions.length === 1 ? listed : { ...listed, mailFrom: { ...mailFrom, regions } };
}

/** Returns the entries that have the MAIL FROM subdomain of one, itself included, in the order of the list. */
const entriesWithNameOf = (
  domains: readonly ListedDomain[],
  { domain, mailFrom }: ListedDomain,
): readonly ListedDomain[] =>
  domains.filter((each) => each.domain === domain && each.mailFrom?.subdomain === mailFrom?.subdomain);

/** Ranks homes that publish in Route 53 before other homes, and those before entries that use their key. */
function rankOf({ home, record }: ListedDomain): number {
  if (home !== undefined) return 2;
  return record === undefined ? 1 : 0;
}

/** Leaves the zone out of an entry that would publish only MAIL FROM records, and whose name another region publishes. */
function withoutZone(listed: ListedDomain): ListedDomain {
  const { otherRecord, ...rest } = listed;
  if (otherRecord === undefined || otherRecord.previousSelectors) return listed;
  return publishesMailFrom({ ...listed, record: publishingOf(listed) }) ? listed : rest;
}
