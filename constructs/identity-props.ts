import type { ITerraformDependable, TerraformStack } from 'cdktf';
import { homeAmong } from '../handlers/contract/contract';
import type { RotationSettings, Sharer } from '../handlers/contract/input/event-schema';
import type { Control } from '../handlers/contract/settings/allowances';
import type { EventSettings, KeyStore } from '../handlers/contract/settings/settings';
import type { DkimKey, DkimRecord, RecordProps } from './key-and-record';

/** The part of a control plane that a domain depends on. `ByodkimControlPlane` is one. */
export interface ControlPlane {
  /** Name of the function, as text that is known at synth. */
  readonly functionName: string;
  /** Stack of the control plane. @default deployed elsewhere */
  readonly stack?: TerraformStack;
  /**
   * ARN of the function: unknown to the engine until the function works, and known from then on.
   * @default deployed elsewhere
   */
  readonly readyFunctionArn?: string;
  /** Resources that the function needs; a domain in the same stack is deleted before these. @default none */
  readonly dependencies?: readonly ITerraformDependable[];
  /** Settings that it allows domains to use, checked at synth. @default only the function checks them */
  readonly policy?: Control;
}

/** Props of {@link ByodkimIdentity}. Two are required: the domain, and the selector that signs. */
export interface ByodkimIdentityProps extends EventSettings {
  /** The domain, known at synth, in letters of any script (an IDN becomes A-labels). */
  readonly domain: string;

  /** DKIM selector: 1 to 63 letters, digits and hyphens, a letter or digit at both ends. A new selector is a rotation. */
  readonly selector: string;

  /**
   * `managed`: the stack makes the SES identity, and destroys it. `import`: the stack takes over an existing identity, once;
   * later plans find this done. `existing`: the stack reads an existing identity and does not change it. An existing identity
   * must carry the tag `byodkim = managed`, or the function may not change it; an imported one gets the tag.
   * @default managed
   */
  readonly identity?: 'managed' | 'existing' | 'import';

  /** Configuration set of a managed identity; `grantSendEmail` covers it too. @default none */
  readonly configurationSetName?: string;

  /**
   * Forward bounces and complaints of a managed identity to the sender. Removing this leaves it off.
   * @default unchanged; SES starts with true
   */
  readonly feedbackForwarding?: boolean;

  /** The control plane to call, or the name of its function. @default ses-byodkim */
  readonly controlPlane?: ControlPlane | string;

  /** Region of the identity and the function, such as `ap-northeast-1`. @default the provider's */
  readonly region?: string;

  /**
   * Whether the function makes the private key, and the place of the key. @default others put it into S3, in the places that
   * the runbook lists
   */
  readonly key?: DkimKey;

  /**
   * The other regions that sign with its key and record. A record stays while any of them needs it. If one of them is the
   * home, `record` publishes only earlier selectors and the records of the MAIL FROM domain.
   * @default none
   */
  readonly sharedWith?: readonly Sharer[];

  /** Publish the record in the stack. @default others publish it */
  readonly record?: DkimRecord;

  /**
   * Pattern of the next selector's name, or two selectors that alternate, each with a new key. @default the operator chooses
   */
  readonly selectorNaming?: string | readonly [string, string];

  /** Number of days that a record stays after its selector's last mail: 7 to 365. @default 7 */
  readonly overlapDays?: number;

  /** Number of days until a key must be replaced: 90 to 1095. The audit warns 60 days before. @default 456 */
  readonly keyLifetimeDays?: number;

  /**
   * Resources that must exist before the change is confirmed.
   * @default every other resource of the stack, including those that are added later
   */
  readonly confirmAfter?: readonly ITerraformDependable[];

  /** Tags of a managed identity, in addition to the tag that marks it as ours. @default none */
  readonly tags?: Readonly<Record<string, string>>;
}

/** The props under the names of the table of settings. */
export interface IdentitySettings extends Omit<ByodkimIdentityProps, 'key' | 'record'> {
  readonly createKey?: boolean;
  readonly keyStore?: KeyStore;
  readonly record?: RecordProps;
}

/** Returns the settings that the props contain. */
export const identitySettings = ({ key, record, ...props }: ByodkimIdentityProps): IdentitySettings => ({
  ...props,
  ...key?.settings,
  ...(record && { record: record.settings }),
});

/** Returns whether another region has the key, makes it, and publishes its record. */
export const isHomeElsewhere = ({ sharedWith }: Pick<IdentitySettings, 'sharedWith'>): boolean =>
  homeAmong(sharedWith) !== undefined;

/** Returns the selectors whose records a stack keeps: the current one, unless another region is its home, and earlier ones. */
export const publishedSelectors = ({
  selector,
  record = {},
  sharedWith,
}: Pick<IdentitySettings, 'selector' | 'record' | 'sharedWith'>): string[] => [
  ...new Set([...(isHomeElsewhere({ sharedWith }) ? [] : [selector]), ...(record.previousSelectors ?? [])]),
];

/** Returns the function's settings of a domain's rotation, or undefined if the props set none of them. */
export function rotationSettings({
  selector,
  record,
  overlapDays,
  keyLifetimeDays,
  sharedWith,
}: Omit<IdentitySettings, 'domain'>): RotationSettings | undefined {
  const settings = Object.entries({
    records: record && publishedSelectors({ selector, record, sharedWith }),
    overlapDays,
    keyLifetimeDays,
    delegation: record?.delegation,
    sharedWith,
  }).filter(([, value]) => value !== undefined);
  return settings.length > 0 ? Object.fromEntries(settings) : undefined;
}

/** Returns the settings that the claim of a stack names: only those of a stack that shares its key with other regions. */
export const claimedRotation = (settings: Omit<IdentitySettings, 'domain'>): RotationSettings | undefined =>
  settings.sharedWith ? rotationSettings(settings) : undefined;

/** Returns the place of a selector's key. A place for one key or one record belongs to the current selector. */
export function keyStoreOfSelector(settings: IdentitySettings, selector: string): KeyStore | undefined {
  const { keyStore } = settings;
  if (selector === settings.selector || keyStore === undefined) return keyStore;
  // Keys of earlier selectors were made before the key moved to another region.
  if (isHomeElsewhere(settings)) return undefined;
  const { bucket, dnsRecords } = keyStore;
  return { bucket, dnsRecords: dnsRecords?.endsWith('/') ? dnsRecords : undefined };
}
