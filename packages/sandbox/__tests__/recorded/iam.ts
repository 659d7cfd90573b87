import { type Recorded, refusal } from './recorded';

const trust = (principal: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  });
const role = { RoleName: 'r', AssumeRolePolicyDocument: trust({ Service: 'lambda.amazonaws.com' }) };
const made = ['CreateRole', role] as const;
const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
const allowed = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const put = ['PutRolePolicy', { RoleName: 'r', PolicyName: 'p', PolicyDocument: policy(allowed) }] as const;
const noRole = refusal('NoSuchEntity', 404, 'The role with name none cannot be found.');

/** As AWS answered; LocalStack's snapshots of IAM (`test_iam`). */
export const IAM: readonly Recorded[] = [
  {
    what: 'a trust that is no JSON',
    operation: 'CreateRole',
    input: { ...role, AssumeRolePolicyDocument: '{test}' },
    ...refusal('MalformedPolicyDocument', 400, 'This policy contains invalid Json'),
  },
  {
    what: 'a role twice',
    operation: 'CreateRole',
    after: [made],
    input: role,
    ...refusal('EntityAlreadyExists', 409, 'Role with name r already exists.'),
  },
  { what: 'a role that is not there', operation: 'GetRole', input: { RoleName: 'none' }, ...noRole },
  {
    what: 'a role that is not there, deleted',
    operation: 'DeleteRole',
    input: { RoleName: 'none' },
    ...noRole,
  },
  {
    what: 'a role with a policy, deleted',
    operation: 'DeleteRole',
    after: [made, put],
    input: { RoleName: 'r' },
    ...refusal('DeleteConflict', 409, 'Cannot delete entity, must delete policies first.'),
  },
  {
    what: 'a policy that is not there',
    operation: 'GetRolePolicy',
    after: [made],
    input: { RoleName: 'r', PolicyName: 'none' },
    ...refusal('NoSuchEntity', 404, 'The role policy with name none cannot be found.'),
  },
  {
    what: 'a policy of a role that is not there',
    operation: 'PutRolePolicy',
    input: { ...put[1], RoleName: 'none' },
    ...noRole,
  },
  {
    what: 'a role without tags has no list of them',
    operation: 'GetRole',
    after: [made],
    input: { RoleName: 'r' },
    answered: { Role: { RoleName: 'r', Path: '/', MaxSessionDuration: 3600, RoleLastUsed: {} } },
  },
  {
    what: 'policies of a role with none',
    operation: 'ListRolePolicies',
    after: [made],
    input: { RoleName: 'r' },
    answered: { PolicyNames: [], IsTruncated: false },
  },
  {
    what: 'attached policies of a role with none',
    operation: 'ListAttachedRolePolicies',
    after: [made],
    input: { RoleName: 'r' },
    answered: { AttachedPolicies: [], IsTruncated: false },
  },
];
