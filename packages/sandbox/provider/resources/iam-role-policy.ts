import { keepSpelling } from '../schema/spelling';
import { nameOrPrefixed } from './common';
import { simpleResource } from './simple-resource';

/** `aws_iam_role_policy`: an inline policy of a role. */
export const iamRolePolicy = simpleResource({
  what: 'IAM Role Policy',
  service: 'iam',
  create: 'PutRolePolicy',
  read: 'GetRolePolicy',
  update: 'PutRolePolicy',
  delete: 'DeleteRolePolicy',
  identity: (planned) => {
    const name = nameOrPrefixed(planned);
    return { id: `${planned.role}:${name}`, name, name_prefix: planned.name_prefix ?? '' };
  },
  input: ({ role, name, policy }) => ({ RoleName: role, PolicyName: name, PolicyDocument: policy }),
  named: ({ id }) => {
    const [RoleName, PolicyName] = id.split(':');
    return { RoleName, PolicyName };
  },
  state: ({ RoleName: role, PolicyName: name, PolicyDocument }, state) => ({
    role,
    name,
    name_prefix: state.name_prefix ?? '',
    policy: keepSpelling(state.policy, decodeURIComponent(PolicyDocument)),
  }),
  told: (_verb, { role, name }) => `putting IAM Role (${role}) Policy (${name})`,
});
