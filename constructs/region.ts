import { REGION_PATTERN } from '../handlers/contract';
import { PARTITION_OF_REGION } from './aws-regions';
import { nearest } from './nearest';

export const REGION_ALLOWED = 'an AWS region such as ap-northeast-1';
const REGIONS = Object.keys(PARTITION_OF_REGION);

/**
 * What is allowed in place of a region that AWS has not; undefined for one that it has.
 * A control plane in a region that is none would fail at its first call, long after the review.
 * @param knownRegions those that are newer than this release
 */
export function regionMistake(region: string, knownRegions: readonly string[] = []): string | undefined {
  if (region in PARTITION_OF_REGION || knownRegions.includes(region)) return undefined;
  if (!REGION_PATTERN.test(region)) return REGION_ALLOWED;
  const meant = nearest(region, REGIONS);
  return `a region of AWS${meant === undefined ? '' : `; did you mean ${meant}?`} One that is newer than this release goes into knownRegions`;
}
