import type { ProviderContext, ResourceType, State } from '../resource';
import { keepSpelling } from '../schema/spelling';
import { doing, given, nameOrPrefixed, orGone, rfc3339 } from './common';
import { simpleResource } from './simple-resource';
import { READ_TAGS, readTags, tagList, tagMap } from './tags';

/** `aws_iam_role`. Managed and inline policies in the role's own block are not simulated; `aws_iam_role_policy` is. */
export const iamRole: ResourceType = {
  ...simpleResource({
    what: 'IAM Role',
    service: 'iam',
    create: 'CreateRole',
    read: 'GetRole',
    delete: 'DeleteRole',
    identity: (planned) => ({ id: nameOrPrefixed(planned) }),
    input: (planned) => ({
      RoleName: planned.id,
      AssumeRolePolicyDocument: planned.assume_role_policy,
      Path: planned.path,
      MaxSessionDuration: planned.max_session_duration,
      Tags: tagList(planned.tags_all),
      ...given({ Description: planned.description, PermissionsBoundary: planned.permissions_boundary }),
    }),
    named: ({ id }) => ({ RoleName: id }),
    state: async ({ Role }, state, context) => ({
      ...flattened(state, Role),
      ...(await policiesOf(context, state.id)),
    }),
    tagging: {
      list: readTags,
      tag: (context, { id }, tags) => context.call('iam', 'TagRole', { RoleName: id, Tags: tagList(tags) }),
      untag: (context, { id }, TagKeys) => context.call('iam', 'UntagRole', { RoleName: id, TagKeys }),
    },
  }),
  update: async (context, prior, planned) => {
    const RoleName = planned.id;
    const changed = (name: string) => prior[name] !== planned[name];
    const updating = (operation: string, input: object) =>
      doing(`updating IAM Role (${RoleName})`, context.call('iam', operation, { RoleName, ...input }));
    if (changed('assume_role_policy')) {
      await updating('UpdateAssumeRolePolicy', { PolicyDocument: planned.assume_role_policy });
    }
    if (changed('permissions_boundary')) {
      const PermissionsBoundary = planned.permissions_boundary;
      if (PermissionsBoundary) await updating('PutRolePermissionsBoundary', { PermissionsBoundary });
      else await updating('DeleteRolePermissionsBoundary', {});
    }
    if (changed('description') || changed('max_session_duration')) {
      await updating('UpdateRole', {
        Description: planned.description ?? '',
        MaxSessionDuration: planned.max_session_duration,
      });
    }
  },
  delete: async (context, state) => {
    await doing(`deleting IAM Role (${state.id})`, orGone(removed(context, state.id)));
  },
};

/**
 * The provider looks for instance profiles, which would keep the role from being deleted. They are not simulated, so it
 * finds none.
 */
async function removed(context: ProviderContext, RoleName: string): Promise<void> {
  await context.call('iam', 'ListInstanceProfilesForRole', { RoleName });
  await context.call('iam', 'DeleteRole', { RoleName });
}

async function policiesOf(context: ProviderContext, RoleName: string): Promise<State> {
  const { PolicyNames } = await context.call('iam', 'ListRolePolicies', { RoleName });
  const inline = [];
  for (const PolicyName of PolicyNames) {
    const found = await orGone(context.call('iam', 'GetRolePolicy', { RoleName, PolicyName }));
    if (found) inline.push({ name: PolicyName, policy: decodeURIComponent(found.PolicyDocument) });
  }
  const { AttachedPolicies } = await context.call('iam', 'ListAttachedRolePolicies', { RoleName });
  return {
    inline_policy: inline,
    managed_policy_arns: AttachedPolicies.map(({ PolicyArn }: { PolicyArn: string }) => PolicyArn),
  };
}

function flattened(state: State, role: any): State {
  const trust = decodeURIComponent(role.AssumeRolePolicyDocument);
  return {
    ...state,
    [READ_TAGS]: tagMap(role.Tags),
    id: role.RoleName,
    arn: role.Arn,
    assume_role_policy: keepSpelling(state.assume_role_policy, trust),
    create_date: rfc3339(role.CreateDate),
    description: role.Description || null,
    force_detach_policies: state.force_detach_policies ?? false,
    max_session_duration: role.MaxSessionDuration,
    name: role.RoleName,
    path: role.Path,
    permissions_boundary: role.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
    unique_id: role.RoleId,
  };
}

/** `aws_iam_role_policy`: an inline policy of a role. */
export const iamRolePolicy = simpleResource({
  what: 'IAM Role Policy',
  service: 'iam',
  put: 'PutRolePolicy',
  read: 'GetRolePolicy',
  delete: 'DeleteRolePolicy',
  identity: (planned) => {
    const name = nameOrPrefixed(planned);
    return { id: `${planned.role}:${name}`, name };
  },
  input: ({ role, name, policy }) => ({ RoleName: role, PolicyName: name, PolicyDocument: policy }),
  named: ({ id }) => {
    const [RoleName, PolicyName] = id.split(':');
    return { RoleName, PolicyName };
  },
  state: ({ RoleName: role, PolicyName: name, PolicyDocument }, state) => ({
    role,
    name,
    policy: keepSpelling(state.policy, decodeURIComponent(PolicyDocument)),
  }),
  told: (_verb, { role, name }) => `putting IAM Role (${role}) Policy (${name})`,
});
