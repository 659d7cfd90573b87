import type { ResourceType } from '../resource';
import { keepSpelling } from '../schema/spelling';
import { deletedBy, doing, nameOrPrefixed, orGone } from './common';

/** `aws_iam_role_policy`: an inline policy of a role. */
export const iamRolePolicy: ResourceType = {
  create: async (context, planned) => {
    const { role, policy } = planned;
    const name = nameOrPrefixed(planned);
    await doing(
      `putting IAM Role (${role}) Policy (${name})`,
      context.call('iam', 'PutRolePolicy', { RoleName: role, PolicyName: name, PolicyDocument: policy }),
    );
    return { id: `${role}:${name}`, name, name_prefix: planned.name_prefix ?? '' };
  },
  read: async (context, state) => {
    const [role, name] = state.id.split(':');
    const found = await doing(
      `reading IAM Role Policy (${state.id})`,
      orGone(context.call('iam', 'GetRolePolicy', { RoleName: role, PolicyName: name })),
    );
    if (!found) return null;
    const policy = keepSpelling(state.policy, decodeURIComponent(found.PolicyDocument));
    return { ...state, role, name, name_prefix: state.name_prefix ?? '', policy };
  },
  update: async (context, _prior, planned) => {
    const { role, name, policy } = planned;
    await doing(
      `putting IAM Role (${role}) Policy (${name})`,
      context.call('iam', 'PutRolePolicy', { RoleName: role, PolicyName: name, PolicyDocument: policy }),
    );
  },
  delete: deletedBy('IAM Role Policy', 'iam', 'DeleteRolePolicy', ({ role, name }) => ({
    RoleName: role,
    PolicyName: name,
  })),
};
