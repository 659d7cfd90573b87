/** Finds the regions of each MAIL FROM domain: those of the entries of one domain that have the same subdomain. */
import { isMailFromInZone, publishesMailFrom } from '../constructs/check-identity-props';
import { type ListedDomain, publishingOf } from './domain-list';

/**
 * Returns the entries, those of several regions with `mailFrom.regions`, unless they set it. The first region is that of the
 * home, if its stack publishes in Route 53 and so is deployed first; else that of the first entry, whose MX record stays
 * where it is when further regions are added.
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

/** Ranks entries whose stack publishes in the domain's zone and waits for no home before the others. */
const rankOf = ({ home, record }: ListedDomain): number =>
  home === undefined && isMailFromInZone({ record }) ? 0 : 1;

/** Leaves the zone out of an entry that would publish only MAIL FROM records, and whose name another region publishes. */
function withoutZone(listed: ListedDomain): ListedDomain {
  const { otherRecord, ...rest } = listed;
  if (otherRecord === undefined || otherRecord.previousSelectors) return listed;
  return publishesMailFrom({ ...listed, record: publishingOf(listed) }) ? listed : rest;
}
