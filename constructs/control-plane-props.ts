import type { Allowances, GateSettings } from '../handlers/contract/settings/settings';
import type { AuditSchedule } from './audit-schedule';
import type { HandlerCode } from './built-handler';
import type { Architecture, RoleSettings } from './names';
import type { TopicChoices } from './topic-choices';

/** Access of regions to each other's key stores. Places are `bucket/prefix`. */
export interface SharedObjects {
  /** Private keys in other regions that this function reads. */
  readonly keys: readonly string[];
  /** DNS information in other regions that this function reads. */
  readonly records: readonly string[];
  /**
   * DNS information and ledgers in key stores of any region, with `*` for the region. They show what another region needs, in
   * the list or not.
   */
  readonly known: readonly string[];
  /** KMS keys that encrypt these objects. */
  readonly kmsKeyArns: readonly string[];
  /** Prefixes of private keys in this key store that the function of each region reads. */
  readonly readers: Readonly<Record<string, readonly string[]>>;
}

/** Name of a bucket that the stack makes, or of an existing one that it does not change. */
export type BucketChoice =
  | {
      /** Name of a new bucket: 3 to 63 lower-case letters, digits, dots and hyphens. */
      readonly name: string;
      /** Not with `name`. */
      readonly existing?: never;
    }
  | {
      /** Name of an existing bucket. */
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

/** All props are optional: the default is a control plane in the provider's region. */
export interface ByodkimControlPlaneProps {
  /** Name of the function, of letters, digits, hyphens and underscores; domains find it by this name. @default ses-byodkim */
  readonly functionName?: string;

  /**
   * Region, such as `ap-northeast-1`. Region of the control plane. Set it if an account has control planes in several regions,
   * since role names contain the region. @default the provider's
   */
  readonly region?: string;

  /** The key store's bucket: `{ name }` of a new one, or `{ existing }`. @default a new one, named after the function */
  readonly bucket?: BucketChoice;

  /**
   * Refuse to destroy the bucket with the keys, the function and its schedule group, also by another name. Even without this,
   * S3 refuses to delete a bucket that holds a key, but the other resources would be gone by then.
   * @default true
   */
  readonly protectKeys?: boolean;

  /**
   * ARNs of IAM roles and users that may also read private keys, in a bucket that the stack makes; `*` matches any text. All
   * others are denied, whatever their policies say.
   * @default none
   */
  readonly keyReaders?: readonly string[];

  /**
   * ARNs of IAM roles and users that may also store private keys and their records, in a bucket that the stack makes; `*`
   * matches any text. All others are denied, whatever their policies say.
   * @default none
   */
  readonly keyWriters?: readonly string[];

  /** Places outside the key store from which the function reads keys and DNS information, as `bucket/prefix`. @default none */
  readonly alsoRead?: readonly string[];

  /** Access of the regions of a domain to each other's key stores. @default none */
  readonly shared?: SharedObjects;

  /** ARN of the KMS key that encrypts the key store; the ARN of an alias is refused. @default the key that S3 manages */
  readonly kmsKeyArn?: string;

  /** Topics for the DNS team (`dns`), for results (`result`) and for the audit (`audit`). @default none */
  readonly topics?: TopicChoices;

  /** Language of the notices to the DNS team. @default en */
  readonly noticeLanguage?: 'en' | 'ja';

  /** Contact for the DNS team's answers, e.g. a mail address. @default no contact is named */
  readonly noticeContact?: string;

  /** How DNS is checked if an event, such as a direct call, does not set it. @default every authoritative server, once */
  readonly gate?: GateSettings;

  /**
   * Settings that domains and direct calls may use although they weaken the proof. Callers of the function cannot extend them.
   * The settings in `gate` are allowed in any case.
   * @default nothing
   */
  readonly allow?: Allowances;

  /** Time of the audit. @default daily */
  readonly audit?: AuditSchedule;

  /** The IAM roles of the function and of its schedules, for accounts with rules for roles. @default no boundary, path / */
  readonly roles?: RoleSettings;

  /**
   * Whether to make a CloudWatch dashboard, with domains by state, domains that need a person, and failures. @default false
   */
  readonly dashboard?: boolean;

  /** Processor of the function, for regions that do not offer Lambda functions on arm64. @default arm64 */
  readonly architecture?: Architecture;

  /** Number of days that logs are kept: one of the numbers that CloudWatch allows, such as 30, 90 or 365. @default 365 */
  readonly logRetentionDays?: number;

  /** The function's code. @default the output of `npm run build`, which is refused if the sources have changed since */
  readonly code?: HandlerCode;

  /** Further variables for the function, such as AWS_ENDPOINT_URL for a test. @default none */
  readonly environment?: Readonly<Record<string, string>>;

  /** Tags of all resources that can have tags. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}
