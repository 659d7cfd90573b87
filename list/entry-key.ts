import { REGION_PATTERN } from '../handlers/contract/contract';
import { toALabels } from '../handlers/contract/settings/settings';

/** The key of a list entry: `example.com`, or `example.com@us-east-1` for a further region of the domain. */
export interface EntryKey {
  /** A domain in A-labels. */
  readonly domain: string;
  /** Absent if the entry's settings or `defaults` set the region. */
  readonly region?: string;
}

/** Parses the key of an entry; the domain may be in any script. Returns undefined for any other text. */
export function parseEntryKey(text: string): EntryKey | undefined {
  const [name = '', region, ...more] = text.split('@');
  const domain = toALabels(name);
  if (domain === undefined || more.length > 0) return undefined;
  if (region === undefined) return { domain };
  return REGION_PATTERN.test(region) ? { domain, region } : undefined;
}

/** Formats the key of an entry, which is the id of its stack. */
export const formatEntryKey = ({ domain, region }: EntryKey): string =>
  region === undefined ? domain : `${domain}@${region}`;
