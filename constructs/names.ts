/** IAM ends a role's name here. */
const ROLE_NAME_LENGTH = 64;
/** Schedules, groups, rules and functions end here as well. */
const NAME_LENGTH = 64;

const SCHEDULER_ROLE_SUFFIX = '-scheduler';
const AUDIT_SUFFIX = '-audit';
const CHANGED_SUFFIX = '-changed';

/** The names that a control plane makes of its function's. Role names are one namespace for all regions of an account. */
export function namesOf(functionName: string, region?: string) {
  const role = region === undefined ? functionName : `${functionName}-${region}`;
  return {
    functionName,
    role,
    schedulerRole: `${role}${SCHEDULER_ROLE_SUFFIX}`,
    scheduleGroup: functionName,
    auditSchedule: `${functionName}${AUDIT_SUFFIX}`,
    changedRule: `${functionName}${CHANGED_SUFFIX}`,
    logGroup: `/aws/lambda/${functionName}`,
    // A bucket's prefix ends at 37 characters.
    bucketPrefix: `${functionName.toLowerCase().replaceAll('_', '-').slice(0, 31)}-keys-`,
  };
}

/** What every part of a control plane is made with. */
export interface PartProps {
  readonly names: ReturnType<typeof namesOf>;
  readonly region?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Returns what is allowed in place of a function's name; undefined for a valid one. */
export function functionNameMistake(functionName: string, region?: string): string | undefined {
  const { schedulerRole, changedRule } = namesOf('', region);
  const limit = Math.min(ROLE_NAME_LENGTH - schedulerRole.length, NAME_LENGTH - changedRule.length);
  // The key store's bucket is named after it, and S3 wants a letter or digit first.
  if (/^[A-Za-z0-9][A-Za-z0-9-_]*$/.test(functionName) && functionName.length <= limit) return undefined;
  return `1 to ${limit} letters, digits, "-" and "_", the first one a letter or digit (its scheduler's role, NAME${schedulerRole}, may have ${ROLE_NAME_LENGTH})`;
}
