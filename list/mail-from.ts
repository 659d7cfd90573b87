/** Finds the regions in which a domain has the same MAIL FROM subdomain, which contains `{region}`. */
import { isNamedByRegion } from '../handlers/contract/contract';
import type { ListedDomain } from './domain-list';

/** Returns the entries, and sets `mailFrom.regions` for those of several regions, unless they set it themselves. */
export const withMailFromRegions = (domains: readonly ListedDomain[]): ListedDomain[] =>
  domains.map((listed) => withRegions(domains, listed));

function withRegions(domains: readonly ListedDomain[], listed: ListedDomain): ListedDomain {
  const { mailFrom } = listed;
  if (mailFrom === undefined || mailFrom.regions || !isNamedByRegion(listed)) return listed;
  const regions = [...new Set(entriesWithNameOf(domains, listed).map(({ region }) => region))];
  return regions.length === 1 ? listed : { ...listed, mailFrom: { ...mailFrom, regions } };
}

/** Returns the entries with the same MAIL FROM subdomain as this one, including itself, in the order of the list. */
const entriesWithNameOf = (
  domains: readonly ListedDomain[],
  { domain, mailFrom }: ListedDomain,
): readonly ListedDomain[] =>
  domains.filter((each) => each.domain === domain && each.mailFrom?.subdomain === mailFrom?.subdomain);
