import type { PolicyStatement } from '../function-policy';
import { deployControl } from './deploy-control';
import { deployDomain, zone } from './deploy-domain';
import { adopt, auditor, look, onCall, putKeys, readThroughTheFunction, setDomain } from './operators';
import { type Role, stateStatements } from './role';

/** A plan in CI, which reads everything that a deployer reads, changes nothing, and takes no lock. */
const plan: Role = {
  title: 'plans: `byodkim diff`, of the control stack as well',
  githubJobs: ['pull_request'],
  statements: (deployment) => [
    readThroughTheFunction(deployment),
    ...[deployControl, deployDomain]
      .flatMap((role) => role.statements({ ...deployment, state: undefined }))
      .flatMap(reading),
    ...stateStatements(deployment, 'none'),
  ],
};

/** Actions that read only during a change or before a destroy. */
const WHILE_CHANGING = new Set([
  'route53:GetChange',
  'iam:ListInstanceProfilesForRole',
  'scheduler:ListSchedules',
]);

/** Returns the part of a statement that only reads. */
function reading(statement: PolicyStatement): PolicyStatement[] {
  const actions = statement.actions.filter(
    (action) => /:(Get|List|Describe)/.test(action) && !WHILE_CHANGING.has(action),
  );
  return actions.length === 0 ? [] : [{ ...statement, actions, reason: `Read only. ${statement.reason}` }];
}

/**
 * The people and machines that work with a deployment, and the permissions that each of them needs. docs/permissions.md,
 * `byodkim policy` and the sandbox's principals in tests are derived from it.
 */
export const ROLES = {
  'deploy-control': deployControl,
  'deploy-domain': deployDomain,
  plan,
  look,
  'on-call': onCall,
  audit: auditor,
  'put-keys': putKeys,
  adopt,
  'set-domain': setDomain,
  zone,
} as const satisfies Readonly<Record<string, Role>>;
export type RoleName = keyof typeof ROLES;
export const ROLE_NAMES = Object.keys(ROLES) as RoleName[];
