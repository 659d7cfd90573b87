import { REGION_PATTERN } from '../handlers/contract';

export const REGION_ALLOWED = 'an AWS region such as ap-northeast-1';

/** Returns what is allowed in place of a name that is no region's; undefined for one that may be. */
export const regionMistake = (region: string): string | undefined =>
  REGION_PATTERN.test(region) ? undefined : REGION_ALLOWED;
