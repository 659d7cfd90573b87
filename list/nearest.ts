/** Returns the candidate that was probably meant, if at most a third of its letters differ. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const plain = (text: string): string => text.toLowerCase().replace(/[-_ ]/g, '');
  const ranked = candidates
    .map((candidate) => ({ candidate, distance: editDistance(plain(word), plain(candidate)) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  return best && best.distance <= Math.max(1, Math.floor(best.candidate.length / 3))
    ? best.candidate
    : undefined;
}

/**
 * Returns the edit distance; two swapped neighbours count once. Words that are longer than any key are left out, to save time.
 */
function editDistance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 8) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        next[j] = Math.min(next[j]!, before[j - 2]! + 1);
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}

/** Beginnings of the names of AWS's regions, from the SDK. A higher number is not a mistake, since regions are added. */
export const REGION_BEGINNINGS =
  'af-south ap-east ap-northeast ap-south ap-southeast ca-central ca-west eu-central eu-north eu-south eu-west il-central ' +
  'me-central me-south me-west mx-central sa-east sa-west us-east us-west cn-north cn-northwest eusc-de-east us-gov-east ' +
  'us-gov-west us-iso-east us-iso-west us-isob-east us-isob-west eu-isoe-west us-isof-east us-isof-south';

/** Returns the region that was probably meant; undefined if AWS has this region or if it resembles none. */
export function nearestRegion(text: string): string | undefined {
  const known = REGION_BEGINNINGS.split(' ');
  // A letter at the end is that of an availability zone.
  const [, beginning = '', number = ''] = /^(.*?)[-_ ]?(\d+)[a-z]?$/i.exec(text.slice(0, 64)) ?? [];
  if (beginning === '') return undefined;
  const place = known.includes(beginning) ? beginning : nearest(beginning, known);
  const region = place && `${place}-${number}`;
  return region === text ? undefined : region;
}
