import { nearest } from '../constructs/nearest';

/** The beginnings of the names of AWS's regions, as the SDK knows them. A number more is no mistake: regions are added. */
export const REGION_BEGINNINGS =
  'af-south ap-east ap-northeast ap-south ap-southeast ca-central ca-west eu-central eu-north eu-south eu-west il-central ' +
  'me-central me-south me-west mx-central sa-east sa-west us-east us-west cn-north cn-northwest eusc-de-east us-gov-east ' +
  'us-gov-west us-iso-east us-iso-west us-isob-east us-isob-west eu-isoe-west us-isof-east us-isof-south';

/** Returns the region that was probably meant; undefined for one that AWS has, or that resembles none. */
export function nearestRegion(region: string): string | undefined {
  const known = REGION_BEGINNINGS.split(' ');
  const [, beginning = '', number = ''] = /^(.*)-(\d+)$/.exec(region) ?? [];
  if (beginning === '' || known.includes(beginning)) return undefined;
  const meant = nearest(beginning, known);
  return meant && `${meant}-${number}`;
}
