import type { EarlierRecords } from '../constructs/key-and-record';
import type { StatePlace } from '../constructs/roles/role';
import type { TopicChoices } from '../constructs/topic-choices';
import type { Delegation } from '../handlers/contract/input/event-schema';
import type { KeyStore, Senders } from '../handlers/contract/settings/settings';
import { type EntryKey, formatEntryKey } from './entry-key';
import type { ControlSettings, DomainSettings, ProviderSettings } from './schema';

/** Environment variable that names another list. */
export const DOMAINS_VARIABLE = 'BYODKIM_DOMAINS';

/** Default name of the list, in the folder in which commands run. */
export const DEFAULT_LIST = 'domains.yaml';

/** Last resource and output of an entry's stack: a hash of the configuration that was applied completely. */
export const APPLIED_OUTPUT = 'applied';
/** Output with the same hash of the configuration that was applied last, even if not completely. */
export const BEGUN_OUTPUT = 'begun';
/** Output of a control stack: the revision of the contract with which it was last applied, even if not completely. */
export const REVISION_OUTPUT = 'contract_revision';

/** The domain list after reading: checked, with defaults. */
export interface DomainList {
  /** Absolute path of the file. */
  readonly file: string;
  readonly backend: Backend;
  readonly provider: ProviderSettings;
  readonly control: ControlSettings;
  /** `defaults.gate`, which the function uses for events without gate settings. */
  readonly gate?: DomainSettings['gate'];
  /** `defaults.tags`, which the control stack also has. */
  readonly tags?: DomainSettings['tags'];
  /** Region of the control stack for a list without domains. */
  readonly region?: string | undefined;
  readonly domains: readonly ListedDomain[];
  /** Keys with which several entries sign. */
  readonly sharedKeys: readonly SharedKey[];
}

/** A key, with its one record, that several entries of a domain share, each in its own region. */
export interface SharedKey {
  readonly domain: string;
  /** `stack` of the home, the entry that has the key, makes it and publishes its record. */
  readonly home: string;
  /** The places of the private key and of its DNS information. */
  readonly place: KeyStore & { readonly bucket: string };
  /** Whether the key is in the key store of the home's region and not in another bucket. */
  readonly isInKeyStore: boolean;
  /** The way in which the home's stack publishes the record, including a delegation. Absent: others publish it. */
  readonly record?: ListedRecord;
  /** The entries that sign with the key and so need the record, the home first. */
  readonly signers: readonly SharingEntry[];
}

/** An entry that signs with a shared key. */
export interface SharingEntry {
  /** Id of its stack. */
  readonly stack: string;
  readonly region: string;
  /** Bucket of its region's key store; empty if the list does not name it, which is a mistake. */
  readonly bucket: string;
  readonly isHome: boolean;
}

/** One entry of the list: a domain in one region, with its own settings and those of `defaults`. */
export interface ListedDomain extends Omit<DomainSettings, 'selector' | 'region' | 'record' | 'senders'> {
  /** A domain in A-labels. */
  readonly domain: string;
  readonly selector: string;
  readonly region: string;
  /** Its key in A-labels (`example.com`, `example.com@us-east-1`), which is the id of its stack. */
  readonly stack: string;
  readonly record?: ListedRecord;
  readonly senders?: Senders;
  /** The domain as it is written in the list. */
  readonly name: string;
  /** Its line in the file, beginning with 1. */
  readonly line: number;
  /**
   * `stack` of the entry whose key and record it signs with: they share a selector. Then `keyStore` is the place of that
   * key, and `createKey` and `record` are absent. Absent for the home itself, and for an entry that shares with none.
   */
  readonly home?: string;
  /**
   * The way in which an entry that is not the home publishes its own records: earlier records, if it was the home until a
   * rotation, and those of its MAIL FROM domain.
   */
  readonly otherRecord?: ListedRecord;
}

/** The way in which a domain's stack publishes its record in Route 53. */
export interface ListedRecord extends EarlierRecords {
  readonly hostedZoneId: string;
  readonly delegation?: Delegation;
  /** Role of the zone's account. */
  readonly roleArn?: string;
}

export type Backend = LocalBackend | S3Backend;

/** Suffix of the name of a stack's state. */
export const STATE_SUFFIX = '.tfstate';

export interface LocalBackend {
  readonly type: 'local';
  /** Absolute. */
  readonly folder: string;
}

export interface S3Backend extends StatePlace {
  readonly type: 's3';
}

/** Returns the way in which an entry's stack publishes records of any kind; undefined if others publish them. */
export const publishingOf = ({
  record,
  otherRecord,
}: Pick<ListedDomain, 'record' | 'otherRecord'>): ListedRecord | undefined => record ?? otherRecord;

/** Returns the regions that need a control plane, sorted by name. */
export const regionsOf = ({ domains, region: alone }: Pick<DomainList, 'domains' | 'region'>): string[] =>
  [...new Set([...(alone ? [alone] : []), ...domains.map(({ region }) => region)])].sort();

/** Finds the entry of a key. `example.com@us-east-1` also finds an entry `example.com` in that region. */
export function findEntry(domains: readonly ListedDomain[], key: EntryKey): ListedDomain | undefined {
  const id = formatEntryKey(key);
  return (
    domains.find(({ stack }) => stack === id) ??
    domains.find(({ domain, region }) => domain === key.domain && region === key.region)
  );
}

/** Returns the places outside a region's key store that its function reads. */
export const alsoReadIn = ({ keyStore }: ControlSettings, region: string): string[] =>
  (keyStore?.alsoRead ?? []).map((place) => inRegion(place, region));

/** Returns the topics of one region's control plane. */
export const topicsIn = (topics: TopicChoices, region: string): TopicChoices =>
  Object.fromEntries(
    Object.entries(topics).map(([name, topic]) => [
      name,
      typeof topic === 'string'
        ? inRegion(topic, region)
        : { subscribers: topic.subscribers.map((each) => inRegion(each, region)) },
    ]),
  );

/** Returns the id of the control plane's stack in a region. It has no dot, so that no domain can have that name. */
export const controlStackId = (region: string): string => `${CONTROL_STACK}${region}`;
export const isControlStack = (id: string): boolean => id.startsWith(CONTROL_STACK);
const CONTROL_STACK = 'byodkim-control-';

/** Returns the key store's bucket as the list names it, and whether it exists already. */
export function keyStoreBucketOf({ keyStore }: ControlSettings): { name?: string; exists: boolean } {
  const bucket = keyStore?.bucket;
  if (bucket === undefined) return { exists: false };
  return typeof bucket === 'string'
    ? { name: bucket, exists: false }
    : { name: bucket.existing, exists: true };
}

/** Inserts the region into a name that may contain `{region}`. */
export const inRegion = (name: string, region: string): string => name.replaceAll('{region}', region);
