import type { Allowances, GateSettings } from '../handlers/contract/settings/settings';
import type { AuditSchedule } from './audit-schedule';
import type { HandlerCode } from './built-handler';
import type { TopicChoices } from './topic-choices';

/** What regions read of each other's key stores. Places are `bucket/prefix`. */
export interface SharedObjects {
  /** Private keys in other regions that this function reads. */
  readonly keys: readonly string[];
  /** DNS information in other regions that this function reads. */
  readonly records: readonly string[];
  /** DNS information and ledgers in key stores of any region, `*` for the region: what another one needs, listed or not. */
  readonly known: readonly string[];
  /** KMS keys that these are encrypted with. */
  readonly kmsKeyArns: readonly string[];
  /** Prefixes of the private keys of this key store that the function of each region reads. */
  readonly readers: Readonly<Record<string, readonly string[]>>;
}

/** The name of a bucket that is made here, or of one that exists and is left as it is. */
export type BucketChoice =
  | {
      /** Name of a new one: 3 to 63 lower-case letters, digits, dots and hyphens. */
      readonly name: string;
      /** Not with `name`. */
      readonly existing?: never;
    }
  | {
      /** Name of one that is there. */
      readonly existing: string;
      /** Not with `existing`. */
      readonly name?: never;
    };

export const NOTHING_SHARED: SharedObjects = {
  keys: [],
  records: [],
  known: [],
  kmsKeyArns: [],
  readers: {},
};

/** Everything is optional: without props it is a control plane in the provider's region. */
export interface ByodkimControlPlaneProps {
  /** Name of the function, of letters, digits, hyphens and underscores; domains find it by this name. @default ses-byodkim */
  readonly functionName?: string;

  /** Region, such as `ap-northeast-1`. Give it if an account has control planes in several: role names carry it. @default the provider's */
  readonly region?: string;

  /** The key store's bucket: `{ name }` of a new one, or `{ existing }`. @default a new one, named after the function */
  readonly bucket?: BucketChoice;

  /**
   * Refuse to destroy the bucket with the keys, the function and its schedule group, also by another name. Even without it S3
   * refuses to delete a bucket that holds a key, but the rest would be gone by then.
   * @default true
   */
  readonly protectKeys?: boolean;

  /**
   * ARNs of IAM roles and users that may read private keys beside the function, in a bucket that is made here; `*`
   * matches any text. All others are denied, whatever their policies say.
   * @default none
   */
  readonly keyReaders?: readonly string[];

  /**
   * ARNs of IAM roles and users that may store private keys and their records beside the function, in a bucket that is
   * made here; `*` matches any text. All others are denied, whatever their policies say.
   * @default none
   */
  readonly keyWriters?: readonly string[];

  /** Places outside the key store that keys and DNS information are read from, as `bucket/prefix`. @default none */
  readonly alsoRead?: readonly string[];

  /** What regions of the same domains read of each other's key stores. @default nothing */
  readonly shared?: SharedObjects;

  /** ARN of the KMS key that the key store is encrypted with; not of an alias of one. @default the key that S3 manages */
  readonly kmsKeyArn?: string;

  /** Topics for the DNS team (`dns`), for results (`result`) and for the audit (`audit`). @default none */
  readonly topics?: TopicChoices;

  /** Language of the notices to the DNS team. @default en */
  readonly noticeLanguage?: 'en' | 'ja';

  /** Whom the DNS team answers to, e.g. a mail address. @default no contact is named */
  readonly noticeContact?: string;

  /** How DNS is asked if an event does not say: by direct calls. @default every authoritative server, once */
  readonly gate?: GateSettings;

  /**
   * What domains and direct calls may ask for although it weakens the proof: callers of the function decide nothing
   * of it. What `gate` says itself is allowed.
   * @default nothing
   */
  readonly allow?: Allowances;

  /** When the audit runs. @default daily */
  readonly audit?: AuditSchedule;

  /** A CloudWatch dashboard: domains by state, those that need a person, failures. @default false */
  readonly dashboard?: boolean;

  /** Days that logs are kept: one of the numbers that CloudWatch allows, such as 30, 90 or 365. @default 365 */
  readonly logRetentionDays?: number;

  /** The function's code. @default what `npm run build` made; refused when its sources have changed since */
  readonly code?: HandlerCode;

  /** Further variables for the function, such as AWS_ENDPOINT_URL for a test. @default none */
  readonly environment?: Readonly<Record<string, string>>;

  /** Tags of everything that can have them. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}
