import { randomBytes } from 'node:crypto';
import type { Arriving } from '../../contract/arriving';
import type { PolicySource, SandboxCore } from '../../contract/core';
import { type Common, type OwnOperations, operationsOf } from '../../contract/operations';
import type { ResourceTags, Tag } from '../../contract/resource-tags';
import { AwsError, type PolicyDocument, type PolicyStatement, type Service } from '../../contract/service';
import { inLowerCase } from '../authorize';
import { evaluate, isRoleArn, namesOneOf } from '../policy';
import { ManagedPolicies } from './iam-managed-policies';
import { type ParsedPolicy, parsePolicy, sizeOf } from './iam-policies';

export interface Role {
  readonly RoleName: string;
  readonly RoleId: string;
  readonly Arn: string;
  readonly Path: string;
  readonly CreateDate: Date;
  Description?: string;
  MaxSessionDuration: number;
  /** Undefined: no principal may assume it yet. */
  readonly trust: Arriving<ParsedPolicy | undefined>;
  readonly tags: ResourceTags;
  readonly policies: Arriving<ReadonlyMap<string, ParsedPolicy>>;
  /** ARNs of the managed policies that are attached. */
  readonly attached: Arriving<readonly string[]>;
  /** ARN of the managed policy that is the permissions boundary. */
  readonly boundary: Arriving<string | undefined>;
}

class Roles {
  private readonly roles = new Map<string, Role>();
  readonly managed: ManagedPolicies;

  constructor(readonly core: SandboxCore) {
    this.managed = new ManagedPolicies(core.accountId);
  }

  /** @throws AwsError NoSuchEntity */
  get(name: string): Role {
    const found = this.roles.get(name);
    if (!found) throw noSuchEntity(`The role with name ${name} cannot be found.`);
    return found;
  }

  find(name: string): Role | undefined {
    return this.roles.get(name);
  }

  all(): readonly Role[] {
    return [...this.roles.values()];
  }

  add(role: Role): void {
    this.roles.set(role.RoleName, role);
  }

  remove(name: string): void {
    this.roles.delete(name);
  }

  /** @throws AwsError NoSuchEntity */
  policy({ RoleName, PolicyName }: any): ParsedPolicy {
    const found = this.get(RoleName).policies.shown.get(PolicyName);
    if (!found) throw noSuchEntity(`The role policy with name ${PolicyName} cannot be found.`);
    return found;
  }

  byArn(arn: string): Role | undefined {
    return this.all().find((candidate) => candidate.Arn === arn);
  }

  /** Returns whether the role has arrived everywhere. A role that was just made has not. */
  readonly exists = (arn: string): boolean => this.byArn(arn)?.trust.arrived !== undefined;

  /** Returns whether the role's trust policy lets a principal assume it, by the statements that name the principal. */
  trusts(
    arn: string,
    names: (statement: PolicyStatement) => boolean,
    keys: Readonly<Record<string, string>>,
  ): boolean {
    const trust = this.byArn(arn)?.trust.arrived;
    if (trust === undefined) return false;
    // A trust policy has no resource, since it is about the role itself.
    const policies = [trust.document.Statement]
      .flat()
      .filter(names)
      .map(({ Principal: _, ...statement }) => ({ Statement: { ...statement, Resource: '*' } }));
    const request = {
      action: 'sts:AssumeRole',
      resource: arn,
      principalArns: [],
      keys: inLowerCase(keys),
    };
    return evaluate(policies, request) === 'allow';
  }
}

export interface IamService extends Service, PolicySource {
  /** Returns the role's permissions: its inline and its attached policies. Empty for a role that does not exist. */
  rolePolicies(name: string): readonly PolicyDocument[];
  roleExists(arn: string): boolean;
  /** Returns the role with that ARN, if there is one. */
  roleAt(arn: string): Role | undefined;
  /** Returns whether a service (`lambda.amazonaws.com`) may assume the role with that ARN. */
  trustsService(arn: string, servicePrincipal: string, keys?: Record<string, string>): boolean;
  /**
   * Returns whether the principal with one of these ARNs may assume the role, according to the role's own trust policy.
   */
  trustsPrincipal(arn: string, principalArns: readonly string[], keys: Record<string, string>): boolean;
}

/** Identity and Access Management: roles, their trust policies, and their inline policies. */
export const createIam = (core: SandboxCore): IamService => {
  const roles = new Roles(core);
  const common: Common = {
    resource: (input) =>
      roles.find(input.RoleName)?.Arn ??
      `arn:aws:iam::${core.accountId}:role${input.Path ?? '/'}${input.RoleName ?? ''}`,
    conditionKeys: (input) =>
      boundaryKey(input.PermissionsBoundary ?? roles.find(input.RoleName)?.boundary.shown),
    resourceTags: (input) => roles.find(input.RoleName)?.tags.arrived ?? {},
  };
  const iam: IamService = {
    name: 'iam',
    operations: operationsOf('iam', common, {
      ...roleOperations(roles),
      ...policyOperations(roles),
      ...attachmentOperations(roles),
      ...roles.managed.operations(isUsed(roles)),
    }),
    rolePolicies: (name) =>
      [
        ...(roles.find(name)?.policies.arrived.values() ?? []),
        ...(roles.find(name)?.attached.arrived ?? []).map((arn) => roles.managed.get(arn)),
      ].map(({ document }) => document),
    roleBoundary: (name) => {
      const arn = roles.find(name)?.boundary.arrived;
      return arn === undefined ? undefined : roles.managed.get(arn).document;
    },
    roleExists: roles.exists,
    roleAt: (arn) => roles.byArn(arn),
    trustsService: (arn, service, keys = {}) =>
      roles.trusts(arn, ({ Principal }) => namesService(Principal, service), keys),
    trustsPrincipal: (arn, principalArns, keys) =>
      roles.trusts(
        arn,
        ({ Principal }) => Principal !== undefined && namesOneOf(Principal, principalArns),
        keys,
      ),
  };
  core.providePolicies(iam);
  return iam;
};

/** Makes the operations on roles themselves. */
function roleOperations(roles: Roles): OwnOperations {
  return {
    CreateRole(input, { clock }) {
      const created = newRole(roles, input, clock.now());
      roles.add(created);
      return { Role: described(created) };
    },
    GetRole: (input) => ({
      Role: { ...described(roles.get(input.RoleName)), RoleLastUsed: {} },
    }),
    ListRoles: ({ PathPrefix = '/' }) => ({
      Roles: roles
        .all()
        .filter(({ Path }) => Path.startsWith(PathPrefix))
        .map((listed) => ({ ...described(listed), Tags: undefined })),
    }),
    UpdateRole(input) {
      const updated = roles.get(input.RoleName);
      if (input.Description !== undefined) updated.Description = input.Description;
      if (input.MaxSessionDuration !== undefined)
        updated.MaxSessionDuration = Number(input.MaxSessionDuration);
    },
    UpdateAssumeRolePolicy(input) {
      const updated = roles.get(input.RoleName);
      updated.trust.set(checkedTrust(input.PolicyDocument, roles.exists));
    },
    DeleteRole(input) {
      const { policies, attached } = roles.get(input.RoleName);
      if (policies.shown.size > 0 || attached.shown.length > 0) {
        throw new AwsError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
      }
      roles.remove(input.RoleName);
    },
    TagRole(input) {
      checkTags(input.Tags);
      roles.get(input.RoleName).tags.put(input.Tags);
    },
    UntagRole(input) {
      roles.get(input.RoleName).tags.remove(input.TagKeys);
    },
  };
}

/** @throws AwsError for a name that is taken, or a trust policy or tags that IAM does not accept */
function newRole(roles: Roles, input: any, now: number): Role {
  const { core } = roles;
  const { RoleName, Path = '/', Description } = input;
  if (roles.all().some((other) => other.RoleName.toLowerCase() === RoleName.toLowerCase())) {
    throw new AwsError('EntityAlreadyExists', `Role with name ${RoleName} already exists.`, 409);
  }
  const { PermissionsBoundary: boundary } = input;
  if (boundary !== undefined) roles.managed.require(boundary, 'CreateRole', 'PermissionsBoundary');
  const trust = checkedTrust(input.AssumeRolePolicyDocument, roles.exists);
  checkTags(input.Tags);
  const created: Role = {
    RoleName,
    Path,
    Description,
    RoleId: `AROA${randomBytes(9).toString('hex').toUpperCase().slice(0, 17)}`,
    Arn: `arn:aws:iam::${core.accountId}:role${Path}${RoleName}`,
    CreateDate: new Date(now),
    MaxSessionDuration: Number(input.MaxSessionDuration ?? 3600),
    trust: core.arriving<ParsedPolicy | undefined>(undefined),
    tags: core.resourceTags(input.Tags),
    policies: core.arriving<ReadonlyMap<string, ParsedPolicy>>(new Map()),
    attached: core.arriving<readonly string[]>([]),
    boundary: core.arriving<string | undefined>(boundary),
  };
  created.trust.set(trust);
  return created;
}

/** Makes the operations on the inline policies of roles. */
function policyOperations(roles: Roles): OwnOperations {
  return {
    PutRolePolicy(input) {
      const owner = roles.get(input.RoleName);
      const text: string = input.PolicyDocument;
      const put = { text, document: parsePolicy(text, 'permissions') };
      const policies = new Map(owner.policies.shown).set(input.PolicyName, put);
      checkSize(input.RoleName, [...policies.values()]);
      owner.policies.set(policies);
    },
    GetRolePolicy: (input) => ({
      RoleName: input.RoleName,
      PolicyName: input.PolicyName,
      // The API returns policies percent-encoded.
      PolicyDocument: encodeURIComponent(roles.policy(input).text),
    }),
    DeleteRolePolicy(input) {
      roles.policy(input);
      const { policies } = roles.get(input.RoleName);
      policies.set(new Map([...policies.shown].filter(([name]) => name !== input.PolicyName)));
    },
    ListRolePolicies: (input) => ({
      PolicyNames: [...roles.get(input.RoleName).policies.shown.keys()],
    }),
    ListInstanceProfilesForRole: ({ RoleName }) => ({ InstanceProfiles: roles.get(RoleName) && [] }),
  };
}

/** IAM's default, which it raises to twenty on request. */
const MAX_ATTACHED = 10;

/** Makes the operations on the managed policies of roles, and on their permissions boundaries. */
function attachmentOperations(roles: Roles): OwnOperations {
  return {
    AttachRolePolicy({ RoleName, PolicyArn }) {
      roles.managed.require(PolicyArn, 'AttachRolePolicy', 'PolicyArn');
      const { attached } = roles.get(RoleName);
      const arns = [...new Set([...attached.shown, PolicyArn])];
      if (arns.length > MAX_ATTACHED)
        throw new AwsError('LimitExceeded', `Cannot exceed quota for PoliciesPerRole: ${MAX_ATTACHED}`, 409);
      attached.set(arns);
    },
    DetachRolePolicy({ RoleName, PolicyArn }) {
      const { attached } = roles.get(RoleName);
      if (!attached.shown.includes(PolicyArn)) throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
      attached.set(attached.shown.filter((arn) => arn !== PolicyArn));
    },
    ListAttachedRolePolicies: ({ RoleName }) => ({
      AttachedPolicies: roles
        .get(RoleName)
        .attached.shown.map((PolicyArn) => ({ PolicyName: PolicyArn.split('/').at(-1), PolicyArn })),
    }),
    PutRolePermissionsBoundary({ RoleName, PermissionsBoundary: arn }) {
      roles.managed.require(arn, 'PutRolePermissionsBoundary', 'PermissionsBoundary');
      roles.get(RoleName).boundary.set(arn);
    },
    DeleteRolePermissionsBoundary({ RoleName }) {
      roles.get(RoleName).boundary.set(undefined);
    },
  };
}

const isUsed =
  (roles: Roles) =>
  (arn: string): boolean =>
    roles.all().some(({ attached, boundary }) => attached.shown.includes(arn) || boundary.shown === arn);

/** Returns the condition key of a role's boundary: the one that a request sets, or the one that the role has. */
const boundaryKey = (arn: string | undefined): Record<string, string> =>
  arn === undefined ? {} : { 'iam:PermissionsBoundary': arn };

/** Limits the total size of a role's inline policies, as IAM does. */
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

/** @throws AwsError LimitExceeded */
function checkSize(roleName: string, policies: readonly ParsedPolicy[]): void {
  if (sizeOf(policies.map(({ text }) => text).join('')) <= MAX_INLINE_CHARACTERS) return;
  const message = `Maximum policy size of ${MAX_INLINE_CHARACTERS} bytes exceeded for role ${roleName}`;
  throw new AwsError('LimitExceeded', message, 409);
}

/** @throws AwsError for a text that is not a trust policy, or is longer than an account's default limit */
function checkedTrust(text: string, roleExists: (arn: string) => boolean): ParsedPolicy {
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

const described = ({ trust, tags, boundary, policies: _, attached: __, ...shown }: Role) => ({
  ...shown,
  PermissionsBoundary: boundary.shown && {
    PermissionsBoundaryType: 'PermissionsBoundaryPolicy',
    PermissionsBoundaryArn: boundary.shown,
  },
  AssumeRolePolicyDocument: encodeURIComponent(trust.shown!.text),
  Tags: tags.shown.size === 0 ? undefined : tags.list,
});

const noSuchEntity = (message: string): AwsError => new AwsError('NoSuchEntity', message, 404);
