import type { ListedDomain } from '../../list/domain-list';
import { EXIT } from '../exit-codes';
import type { DomainChange } from './changes';
import type { Readiness } from './readiness';

/**
 * Refuses a change of the region of an entry. A deploy would make the identity in the new region, where the key is not, and
 * delete the one that signs.
 * @returns undefined where the region stays
 */
export function refusedRegion(change: DomainChange): Readiness | undefined {
  if (change.kind !== 'changed' || change.before.region === change.after.region) return undefined;
  const { before, after } = change;
  return {
    exitCode: EXIT.wrong,
    isPublished: false,
    words: `the region of an entry must not change: ${before.region} → ${after.region}`,
    report: safeWay(before, after),
    next: {
      who: 'you',
      what: `leave ${before.stack} in ${before.region}, and add ${after.domain}@${after.region} with a selector of its own`,
    },
  };
}

const safeWay = ({ stack, region }: ListedDomain, { domain, region: wanted }: ListedDomain): string =>
  [
    `${stack} is in ${region}: found ${wanted}, expected the region that it was deployed in.`,
    `To move the domain to ${wanted}:`,
    `1. Set region: ${region} at ${stack}, and add ${domain}@${wanted} with a new selector. Deploy it.`,
    `2. Send mail through ${wanted}.`,
    `3. Run byodkim destroy ${stack}, then remove it from the list.`,
  ].join('\n');
