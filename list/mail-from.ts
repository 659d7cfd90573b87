/** Finds the regions of each MAIL FROM domain, which are those of a domain's entries with the same subdomain. */
import { isMailFromInZone, publishesMailFrom } from '../constructs/check-identity-props';
import { mailFromDomainOf } from '../handlers/contract/contract';
import { type ListedDomain, publishingOf } from './domain-list';

/**
 * Returns the entries, and sets `mailFrom.regions` for those of several regions, unless they set it themselves. The first
 * region is that of the home, if its stack publishes in Route 53 and is therefore deployed first. Otherwise it is that of the
 * first entry, whose MX record stays when further regions are added.
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

/** Returns the entries with the same MAIL FROM subdomain as this one, including itself, in the order of the list. */
const entriesWithNameOf = (
  domains: readonly ListedDomain[],
  { domain, mailFrom }: ListedDomain,
): readonly ListedDomain[] =>
  domains.filter((each) => each.domain === domain && each.mailFrom?.subdomain === mailFrom?.subdomain);

/** Returns the entry whose stack publishes the MAIL FROM records of one; undefined if others publish them. */
export function publisherOfMailFrom(
  domains: readonly ListedDomain[],
  listed: ListedDomain,
): ListedDomain | undefined {
  const name = mailFromDomainOf(listed);
  if (name === undefined) return undefined;
  return domains.find(
    (each) =>
      each.domain === listed.domain &&
      mailFromDomainOf(each) === name &&
      publishesMailFrom({ ...each, record: publishingOf(each) }),
  );
}

/** Ranks entries first whose stack publishes in the domain's zone and waits for no home. */
const rankOf = ({ home, record }: ListedDomain): number =>
  home === undefined && isMailFromInZone({ record }) ? 0 : 1;

/** Removes the zone from an entry that would publish only MAIL FROM records, if another region publishes that name. */
function withoutZone(listed: ListedDomain): ListedDomain {
  const { otherRecord, ...rest } = listed;
  if (otherRecord === undefined || otherRecord.previousSelectors) return listed;
  return publishesMailFrom({ ...listed, record: publishingOf(listed) }) ? listed : rest;
}
