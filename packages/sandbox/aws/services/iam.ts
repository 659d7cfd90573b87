import { randomBytes } from 'node:crypto';
import type { Arriving } from '../../contract/arriving';
import type { SandboxCore } from '../../contract/core';
import { type Common, operationsOf } from '../../contract/operations';
import type { ResourceTags, Tag } from '../../contract/resource-tags';
import { AwsError, type Operation, type PolicyDocument, type PolicyStatement } from '../../contract/service';
import { NotServed } from '../../wire/refusals';
import { inLowerCase } from '../authorize';
import { evaluate, isRoleArn, namesOneOf } from '../policy';
import { parsePolicy } from './iam-policies';

export type IamService = ReturnType<typeof createIam>;

interface Role {
  readonly RoleName: string;
  readonly RoleId: string;
  readonly Arn: string;
  readonly Path: string;
  readonly CreateDate: Date;
  Description?: string;
  MaxSessionDuration: number;
  /** Undefined: no principal may assume it yet. */
  readonly trust: Arriving<InlinePolicy | undefined>;
  readonly tags: ResourceTags;
  readonly policies: Arriving<ReadonlyMap<string, InlinePolicy>>;
}

/** A policy as it was put, and as it is asked at each call. */
interface InlinePolicy {
  readonly text: string;
  readonly document: PolicyDocument;
}

/** Identity and Access Management: roles, their trust, their inline policies. */
export const createIam = (core: SandboxCore) => {
  const roles = new Map<string, Role>();
  const role = (name: string): Role => {
    const found = roles.get(name);
    if (!found) throw noSuchEntity(`The role with name ${name} cannot be found.`);
    return found;
  };
  const policy = (input: any): InlinePolicy => {
    const found = role(input.RoleName).policies.shown.get(input.PolicyName);
    if (!found) throw noSuchEntity(`The role policy with name ${input.PolicyName} cannot be found.`);
    return found;
  };
  const byArn = (arn: string): Role | undefined =>
    [...roles.values()].find((candidate) => candidate.Arn === arn);
  /** Whether it is known everywhere: a role that was just made is not. */
  const roleExists = (arn: string): boolean => byArn(arn)?.trust.arrived !== undefined;
  const roleArn = (input: any): string =>
    roles.get(input.RoleName)?.Arn ??
    `arn:aws:iam::${core.accountId}:role${input.Path ?? '/'}${input.RoleName ?? ''}`;
  const common: Common = {
    resource: roleArn,
    resourceTags: (input) => roles.get(input.RoleName)?.tags.arrived ?? {},
  };

  const createRole: Operation['run'] = (input, { clock }) => {
    const { RoleName, Path = '/', Description } = input;
    if ([...roles.keys()].some((name) => name.toLowerCase() === RoleName.toLowerCase())) {
      throw new AwsError('EntityAlreadyExists', `Role with name ${RoleName} already exists.`, 409);
    }
    if (input.PermissionsBoundary !== undefined)
      throw new NotServed('iam', 'CreateRole', 'PermissionsBoundary');
    const trust = checkedTrust(input.AssumeRolePolicyDocument, roleExists);
    checkTags(input.Tags);
    const created: Role = {
      RoleName,
      Path,
      Description,
      RoleId: `AROA${randomBytes(9).toString('hex').toUpperCase().slice(0, 17)}`,
      Arn: `arn:aws:iam::${core.accountId}:role${Path}${RoleName}`,
      CreateDate: new Date(clock.now()),
      MaxSessionDuration: Number(input.MaxSessionDuration ?? 3600),
      trust: core.arriving<InlinePolicy | undefined>(undefined),
      tags: core.resourceTags(input.Tags),
      policies: core.arriving<ReadonlyMap<string, InlinePolicy>>(new Map()),
    };
    created.trust.set(trust);
    roles.set(RoleName, created);
    return { Role: described(created) };
  };

  const operations = operationsOf('iam', common, {
    CreateRole: createRole,
    GetRole: (input) => ({
      Role: { ...described(role(input.RoleName)), RoleLastUsed: {} },
    }),
    ListRoles: ({ PathPrefix = '/' }) => ({
      Roles: [...roles.values()]
        .filter(({ Path }) => Path.startsWith(PathPrefix))
        .map((listed) => ({ ...described(listed), Tags: undefined })),
    }),
    UpdateRole(input) {
      const updated = role(input.RoleName);
      if (input.Description !== undefined) updated.Description = input.Description;
      if (input.MaxSessionDuration !== undefined)
        updated.MaxSessionDuration = Number(input.MaxSessionDuration);
    },
    UpdateAssumeRolePolicy(input) {
      const updated = role(input.RoleName);
      updated.trust.set(checkedTrust(input.PolicyDocument, roleExists));
    },
    DeleteRole(input) {
      if (role(input.RoleName).policies.shown.size > 0) {
        throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
      }
      roles.delete(input.RoleName);
    },
    TagRole(input) {
      checkTags(input.Tags);
      role(input.RoleName).tags.put(input.Tags);
    },
    UntagRole(input) {
      role(input.RoleName).tags.remove(input.TagKeys);
    },
    PutRolePolicy(input) {
      const owner = role(input.RoleName);
      const text: string = input.PolicyDocument;
      const put = { text, document: parsePolicy(text, 'permissions') };
      const policies = new Map(owner.policies.shown).set(input.PolicyName, put);
      checkSize(input.RoleName, [...policies.values()]);
      owner.policies.set(policies);
    },
    GetRolePolicy: (input) => ({
      RoleName: input.RoleName,
      PolicyName: input.PolicyName,
      // The API answers in percent-encoding.
      PolicyDocument: encodeURIComponent(policy(input).text),
    }),
    DeleteRolePolicy(input) {
      policy(input);
      const { policies } = role(input.RoleName);
      policies.set(new Map([...policies.shown].filter(([name]) => name !== input.PolicyName)));
    },
    ListRolePolicies: (input) => ({
      PolicyNames: [...role(input.RoleName).policies.shown.keys()],
    }),
    ListInstanceProfilesForRole: ({ RoleName }) => ({ InstanceProfiles: role(RoleName) && [] }),
    ListAttachedRolePolicies: ({ RoleName }) => ({ AttachedPolicies: role(RoleName) && [] }),
  });

  const trusts = (
    arn: string,
    names: (statement: PolicyStatement) => boolean,
    keys: Record<string, string>,
  ): boolean => {
    const trust = byArn(arn)?.trust.arrived;
    if (trust === undefined) return false;
    const statements = [trust.document.Statement].flat();
    // A trust policy has no resource: it is about the role itself.
    const policies = statements
      .filter(names)
      .map(({ Principal: _, ...statement }) => ({ Statement: { ...statement, Resource: '*' } }));
    const request = {
      action: 'sts:AssumeRole',
      resource: arn,
      principalArns: [],
      keys: inLowerCase(keys),
    };
    return evaluate(policies, request) === 'allow';
  };
  const iam = {
    name: 'iam',
    operations,
    /** What the role may do: its inline policies. Empty for a role that does not exist. */
    rolePolicies: (name: string): readonly PolicyDocument[] =>
      [...(roles.get(name)?.policies.arrived.values() ?? [])].map(({ document }) => document),
    roleExists,
    /** The role of that ARN, if there is one. */
    roleAt: (arn: string): Role | undefined => byArn(arn),
    /** Whether a service (`lambda.amazonaws.com`) may assume the role of that ARN. */
    trustsService: (arn: string, servicePrincipal: string, keys: Record<string, string> = {}): boolean =>
      trusts(arn, ({ Principal }) => namesService(Principal, servicePrincipal), keys),
    /** Whether the principal of one of these ARNs may assume the role, by the role's own trust. */
    trustsPrincipal: (arn: string, principalArns: readonly string[], keys: Record<string, string>): boolean =>
      trusts(arn, ({ Principal }) => Principal !== undefined && namesOneOf(Principal, principalArns), keys),
  };
  core.providePolicies(iam);
  return iam;
};

/** All inline policies of a role together. */
const MAX_INLINE_CHARACTERS = 10_240;
const MAX_TRUST_CHARACTERS = 2048;

/** @throws AwsError InvalidInput */
function checkTags(tags: readonly Tag[] = []): void {
  const keys = tags.map(({ Key }) => Key.toLowerCase());
  const refused = keys.some((key) => key.startsWith('aws:'))
    ? 'aws: prefixed tag key names are not allowed for external use.'
    : new Set(keys).size < keys.length &&
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.';
  if (refused) throw new AwsError('InvalidInput', refused);
}

/** White space does not count. */
const sizeOf = (text: string): number => text.replace(/\s/g, '').length;

/** @throws AwsError LimitExceeded */
function checkSize(roleName: string, policies: readonly InlinePolicy[]): void {
  if (sizeOf(policies.map(({ text }) => text).join('')) <= MAX_INLINE_CHARACTERS) return;
  const message = `Maximum policy size of ${MAX_INLINE_CHARACTERS} bytes exceeded for role ${roleName}`;
  throw new AwsError('LimitExceeded', message, 409);
}

/** @throws AwsError for what is no trust policy, or a longer one than an account may have by default */
function checkedTrust(text: string, roleExists: (arn: string) => boolean): InlinePolicy {
  const document = parsePolicy(text, 'trust');
  for (const { Principal } of [document.Statement].flat()) {
    const named = typeof Principal === 'object' ? [Principal.AWS ?? []].flat() : [];
    const unknown = named.find((arn) => isRoleArn(arn) && !roleExists(arn));
    if (unknown !== undefined)
      throw new AwsError('MalformedPolicyDocument', `Invalid principal in policy: "AWS":"${unknown}"`);
  }
  if (sizeOf(text) > MAX_TRUST_CHARACTERS)
    throw new AwsError(
      'LimitExceeded',
      `Cannot exceed quota for ACLSizePerRole: ${MAX_TRUST_CHARACTERS}`,
      409,
    );
  return { text, document };
}

const namesService = (principal: PolicyStatement['Principal'], service: string): boolean =>
  typeof principal === 'object' && [principal.Service ?? []].flat().includes(service);

const described = ({ trust, tags, policies: _, ...shown }: Role) => ({
  ...shown,
  AssumeRolePolicyDocument: encodeURIComponent(trust.shown!.text),
  Tags: tags.shown.size === 0 ? undefined : tags.list,
});

const noSuchEntity = (message: string): AwsError => new AwsError('NoSuchEntity', message, 404);
