/** Finds the regions of each MAIL FROM domain: those of the entries of one domain that have the same subdomain. */
import { isNamedByRegion } from '../handlers/contract/contract';
import type { ListedDomain } from './domain-list';

/** Returns the entries, those of several regions with `mailFrom.regions`, unless they set it. */
export function withMailFromRegions(domains: readonly ListedDomain[]): ListedDomain[] {
  return domains.map((listed) => {
    const { mailFrom } = listed;
    if (mailFrom?.subdomain === undefined || mailFrom.regions || !isNamedByRegion(listed)) return listed;
    const regions = [...new Set(othersOf(domains, listed).map(({ region }) => region))];
    return regions.length === 1 ? listed : { ...listed, mailFrom: { ...mailFrom, regions } };
  });
}

/** Returns the entries that have the MAIL FROM subdomain of one, itself included, in the order of the list. */
const othersOf = (
  domains: readonly ListedDomain[],
  { domain, mailFrom }: ListedDomain,
): readonly ListedDomain[] =>
  domains.filter((each) => each.domain === domain && each.mailFrom?.subdomain === mailFrom?.subdomain);
