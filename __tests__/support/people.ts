import type { RoleName } from '../../constructs/roles';
import type { Credentials } from '../../packages/sandbox/aws/credentials';
import type { Sandbox } from '../../packages/sandbox/aws/sandbox';
import { byodkim } from '../cli/support/terminal';

/** The IAM role of somebody whom the documents name. */
export const roleOf = (name: RoleName): string => `people-${name}`;

/**
 * Somebody of whom IAM knows exactly the policy that `byodkim policy` prints for a list: whose calls these keys sign.
 * @param list the text of `domains.yaml`
 */
export async function somebody(sandbox: Sandbox, name: RoleName, list: string): Promise<Credentials> {
  const printed = await byodkim(['policy', name, '--account', sandbox.accountId], {
    readFile: async () => Buffer.from(list),
  });
  if (printed.exitCode !== 0) throw new Error(printed.stderr);
  const RoleName = roleOf(name);
  const trust = [{ Effect: 'Allow', Principal: { AWS: sandbox.accountId }, Action: 'sts:AssumeRole' }];
  const { Role } = await sandbox.call('iam', 'CreateRole', {
    RoleName,
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: trust }),
  });
  const PolicyDocument = JSON.stringify(JSON.parse(printed.stdout));
  await sandbox.call('iam', 'PutRolePolicy', { RoleName, PolicyName: 'documented', PolicyDocument });
  return sandbox.credentials.issue({
    type: 'role',
    roleName: RoleName,
    roleArn: Role.Arn,
    sessionName: name,
  });
}
