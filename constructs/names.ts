/** Longest names that AWS accepts for roles, schedules, groups, rules and functions. */
const NAME_LENGTH = 64;

/** Names that a control plane derives from the name of its function. */
export interface ControlPlaneNames {
  readonly functionName: string;
  /** Name of the function's role. */
  readonly role: string;
  readonly schedulerRole: string;
  readonly scheduleGroup: string;
  readonly auditSchedule: string;
  /** Name of the rule of the identity watch. */
  readonly changedRule: string;
  readonly logGroup: string;
  /** Beginning of the name of the key store's bucket. */
  readonly bucketPrefix: string;
}

/**
 * Returns the names of a control plane. Role names contain the region, since all regions of an account share one namespace of
 * roles.
 */
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

/** Processor of the function, whose code runs on both. */
export type Architecture = 'arm64' | 'x86_64';

/** What an account demands of the roles that the control plane makes. */
export interface RoleSettings {
  /** ARN of the managed policy that is the permissions boundary. @default none */
  readonly permissionsBoundary?: string;
  /** Path, which begins and ends with a slash. @default / */
  readonly path?: string;
}

/** Values that every part of a control plane uses. */
export interface PartProps {
  readonly names: ControlPlaneNames;
  readonly region?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** What the account demands of roles. @default nothing */
  readonly roles?: RoleSettings;
}

/** The longest possible function name, and the longest name that is derived from it. */
export interface NameLimits {
  readonly most: number;
  /** Suffix of the name of the scheduler's role. */
  readonly suffix: string;
  /** Longest possible name of that role. */
  readonly length: number;
}

/** Returns the longest possible function name in a region. */
export function limitsOfFunctionName(region?: string): NameLimits {
  const { schedulerRole, changedRule } = namesOf('', region);
  const most = NAME_LENGTH - Math.max(schedulerRole.length, changedRule.length);
  return { most, suffix: schedulerRole, length: NAME_LENGTH };
}

/** Checks whether AWS accepts a function's name and every name that is derived from it. */
export const isFunctionName = (functionName: string, region?: string): boolean =>
  // The key store's bucket is named after it, and S3 requires a letter or digit at the beginning.
  /^[A-Za-z0-9][A-Za-z0-9-_]*$/.test(functionName) &&
  functionName.length <= limitsOfFunctionName(region).most;

/** Maps the beginning of a region's name to its partition, if that is not `aws`. */
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

/** The names in the ARN of a function's role. */
export interface RolePlace {
  readonly account: string;
  readonly functionName: string;
  /** Path of the role. @default / */
  readonly path?: string;
}

/** Returns the ARN of the role of a region's function. */
export const functionRoleArn = ({ account, functionName, path = '/' }: RolePlace, region?: string): string =>
  `arn:${partitionOf(region)}:iam::${account}:role${path}${namesOf(functionName, region).role}`;
