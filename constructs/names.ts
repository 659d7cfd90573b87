/** Names of roles, schedules, groups, rules and functions end here. */
const NAME_LENGTH = 64;

/** The names that a control plane makes of its function's. */
export interface ControlPlaneNames {
  readonly functionName: string;
  /** Of the function's role. */
  readonly role: string;
  readonly schedulerRole: string;
  readonly scheduleGroup: string;
  readonly auditSchedule: string;
  /** Rule of the identity watch. */
  readonly changedRule: string;
  readonly logGroup: string;
  /** Beginning of the key store's bucket. */
  readonly bucketPrefix: string;
}

/** Returns the names of a control plane. Role names are one namespace for all regions of an account. */
export function namesOf(functionName: string, region?: string): ControlPlaneNames {
  const role = region === undefined ? functionName : `${functionName}-${region}`;
  return {
    functionName,
    role,
    schedulerRole: `${role}-scheduler`,
    scheduleGroup: functionName,
    auditSchedule: `${functionName}-audit`,
    changedRule: `${functionName}-changed`,
    logGroup: `/aws/lambda/${functionName}`,
    // A bucket's prefix ends at 37 characters.
    bucketPrefix: `${functionName.toLowerCase().replaceAll('_', '-').slice(0, 31)}-keys-`,
  };
}

/** What every part of a control plane is made with. */
export interface PartProps {
  readonly names: ControlPlaneNames;
  readonly region?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** How long a function's name may be, and the name made of it that is the longest. */
export interface NameLimits {
  readonly most: number;
  /** What the name of its scheduler's role adds. */
  readonly suffix: string;
  /** How long that name may be. */
  readonly length: number;
}

/** Returns how long a function's name may be in a region. */
export function limitsOfFunctionName(region?: string): NameLimits {
  const { schedulerRole, changedRule } = namesOf('', region);
  const most = NAME_LENGTH - Math.max(schedulerRole.length, changedRule.length);
  return { most, suffix: schedulerRole, length: NAME_LENGTH };
}

/** Whether AWS takes a function's name, and every name that is made of it. */
export const isFunctionName = (functionName: string, region?: string): boolean =>
  // The key store's bucket is named after it, and S3 wants a letter or digit first.
  /^[A-Za-z0-9][A-Za-z0-9-_]*$/.test(functionName) &&
  functionName.length <= limitsOfFunctionName(region).most;

/** The beginning of a region's name → its partition, if that is not `aws`. */
const PARTITIONS = {
  'cn-': 'aws-cn',
  'us-gov-': 'aws-us-gov',
  'us-iso-': 'aws-iso',
  'us-isob-': 'aws-iso-b',
  'us-isof-': 'aws-iso-f',
  'eu-isoe-': 'aws-iso-e',
  'eusc-': 'aws-eusc',
} as const;

/** Returns the partition that a region is in: `aws`, `aws-cn`, `aws-us-gov` and so on. */
export const partitionOf = (region = ''): string =>
  Object.entries(PARTITIONS).find(([beginning]) => region.startsWith(beginning))?.[1] ?? 'aws';
