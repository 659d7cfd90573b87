import type { PolicyStatement } from '../function-policy';
import { deployControl } from './deploy-control';
import { deployDomain } from './deploy-domain';
import { readThroughTheFunction } from './operators';
import { type Role, stateStatements } from './role';

/** A plan in CI: reads what a deployer reads, changes nothing, and takes no lock. */
export const plan: Role = {
  title: 'plans: `byodkim diff`, of the control stack as well',
  githubJobs: ['pull_request'],
  statements: (deployment) => [
    readThroughTheFunction(deployment),
    ...[deployControl, deployDomain]
      .flatMap((role) => role.statements({ ...deployment, state: undefined }))
      .flatMap(reading),
    ...stateStatements(deployment, true),
  ],
};

/** Read in the middle of a change alone, or before a destroy. */
const WHILE_CHANGING = new Set([
  'route53:GetChange',
  'iam:ListInstanceProfilesForRole',
  'scheduler:ListSchedules',
]);

/** Returns what of a statement only reads. */
function reading(statement: PolicyStatement): PolicyStatement[] {
  const actions = statement.actions.filter(
    (action) => /:(Get|List|Describe)/.test(action) && !WHILE_CHANGING.has(action),
  );
  return actions.length === 0 ? [] : [{ ...statement, actions, reason: `Read only. ${statement.reason}` }];
}
