import type { OtherRegion } from '../constructs/control-plane-props';
import type { RecordProps } from '../constructs/identity-props';
import { KEY_PREFIX, RECORD_PREFIX } from '../handlers/contract';
import type { ControlSettings, DomainSettings, ProviderSettings } from './schema';

/** The domain list as read: checked, defaults filled in. */
export interface DomainList {
  /** Absolute path of the file. */
  readonly file: string;
  readonly backend: Backend;
  readonly provider: ProviderSettings;
  readonly control: ControlSettings;
  /** Of `defaults`: what the function keeps to where nobody says otherwise. */
  readonly gate?: DomainSettings['gate'];
  /** Of `defaults`: the control stack has them too. */
  readonly tags?: DomainSettings['tags'];
  readonly domains: readonly ListedDomain[];
}

/** One domain in one region, with its own settings and those of `defaults`. A domain of several regions is there for each. */
export interface ListedDomain extends Omit<DomainSettings, 'selector' | 'region' | 'regions' | 'record'> {
  /** In A-labels. */
  readonly domain: string;
  readonly selector: string;
  readonly region: string;
  /** All of the domain's; the first has its key and its record. */
  readonly regions: readonly string[];
  /** Id of its stack. */
  readonly stack: string;
  readonly record?: RecordProps;
  /** As it is written in the list. */
  readonly name: string;
  /** Where it stands in the file, from 1. */
  readonly line: number;
}

export type Backend =
  | { readonly type: 'local' /** Absolute. */; readonly folder: string }
  | {
      readonly type: 's3';
      readonly bucket: string;
      readonly region: string;
      readonly keyPrefix: string;
      readonly lockTable?: string;
      readonly kmsKeyArn?: string;
    };

/** Regions that need a control plane, in order of name. */
export const regionsOf = (list: Pick<DomainList, 'domains'>): string[] =>
  [...new Set(list.domains.map(({ region }) => region))].sort();

/**
 * Id of a domain's stack in one of its regions. In the first it is the domain: so a region that is added later leaves
 * the stack that is there alone.
 */
export const domainStackId = (domain: string, region: string, [first]: readonly string[]): string =>
  region === first ? domain : `${domain}@${region}`;

/** Whether the key is made, and the record published, by the stack of this region. */
export const isFirstRegion = ({ region, regions }: Pick<ListedDomain, 'region' | 'regions'>): boolean =>
  region === regions[0];

/** The record that a domain's stacks publish, and whether they make its key: of a further region, what the first does. */
export function publishedBy(
  { domains }: Pick<DomainList, 'domains'>,
  { domain, regions }: Pick<ListedDomain, 'domain' | 'regions'>,
): Pick<ListedDomain, 'record' | 'createKey'> {
  const first = domains.find((each) => each.domain === domain && each.region === regions[0]);
  return { ...(first?.record && { record: first.record }), ...(first?.createKey && { createKey: true }) };
}

/** A domain in several regions: the others, as the control plane of one of them is told, and those that were taken out. */
export function otherRegionsOf(
  { control, domains }: Pick<DomainList, 'control' | 'domains'>,
  region: string,
): OtherRegion[] {
  const shared = domains.filter(({ regions }) => regions.includes(region));
  return [...new Set([...shared.flatMap(({ regions }) => regions), ...(control.formerRegions ?? [])])]
    .sort()
    .filter((other) => other !== region)
    .map((other) => ({
      region: other,
      bucket: inRegion(keyStoreBucketOf(control).name ?? '', other),
      readsKeysHere: shared.some(({ regions }) => regions[0] === region && regions.includes(other)),
    }));
}

/** Places outside its own key store that the function of a region reads: those of the list, and other regions' keys. */
export function alsoReadIn(list: Pick<DomainList, 'control' | 'domains'>, region: string): string[] {
  const said = (list.control.keyStore?.alsoRead ?? []).map((place) => inRegion(place, region));
  const first = new Set(
    list.domains.filter(({ regions }) => regions.includes(region)).map(({ regions }) => regions[0]!),
  );
  first.delete(region);
  const { name = '' } = keyStoreBucketOf(list.control);
  const keys = [...first]
    .sort()
    .flatMap((of) => [KEY_PREFIX, RECORD_PREFIX].map((prefix) => `${inRegion(name, of)}/${prefix}`));
  return [...new Set([...said, ...keys])];
}

/** Id of the control plane's stack in a region. It holds no dot, so that no domain can be called so. */
export const controlStackId = (region: string): string => `${CONTROL_STACK}${region}`;
export const isControlStack = (id: string): boolean => id.startsWith(CONTROL_STACK);
const CONTROL_STACK = 'byodkim-control-';

/** The key store's bucket as the list names it, and whether it exists already. */
export function keyStoreBucketOf({ keyStore }: ControlSettings): { name?: string; exists: boolean } {
  const bucket = keyStore?.bucket;
  if (bucket === undefined) return { exists: false };
  return typeof bucket === 'string'
    ? { name: bucket, exists: false }
    : { name: bucket.existing, exists: true };
}

/** Puts the region into a name that may hold `{region}`. */
export const inRegion = (name: string, region: string): string => name.replaceAll('{region}', region);
