import { randomBytes } from 'node:crypto';
import { type Common, operationsOf } from '../../../contract/operations';
import { AwsError, type CallContext, type Operation } from '../../../contract/service';
import type { Identity } from './identity';
import { badRequest } from './validation';

interface Tenant {
  readonly name: string;
  readonly id: string;
  readonly arn: string;
  readonly region: string;
  /** Times of its associations, by the ARN of the resource. */
  readonly associations: Map<string, Date>;
}

/** Tenants of all regions. */
export type Tenants = Tenant[];

/** An ARN of SES: region, type and name of the resource. */
const SES_ARN = /^arn:[^:]+:ses:([^:]*):[^:]*:(identity|configuration-set|template)\/(.+)$/;

/**
 * Refuses to delete an identity that a tenant holds. The text and the code were seen on AWS: ekristen/aws-nuke#962 shows the
 * text for an identity, by SES v1; floci-io/floci#2710 and its test show it with this code for a configuration set, by v2.
 * Nobody has shown the code of v2 for an identity.
 * @throws AwsError BadRequestException
 */
export function requireNoTenant(tenants: Tenants, arn: string): void {
  if (tenants.some(({ associations }) => associations.has(arn)))
    throw badRequest(
      `Cannot delete <${arn}> because it has tenant associations. Remove all tenant associations and try again.`,
    );
}

/**
 * Makes the operations on tenants, as far as they can hold an identity. The texts of errors are those that floci-io/floci#2644
 * and #2710 have seen on AWS.
 */
export function tenantOperations(
  tenants: Tenants,
  findIdentity: (region: string, name: string) => Identity | undefined,
): Record<string, Operation> {
  const find = (name: string, { region }: CallContext): Tenant | undefined =>
    tenants.find((tenant) => tenant.region === region && tenant.name === name);
  const require = (name: string, context: CallContext): Tenant => {
    const tenant = find(name, context);
    if (tenant) return tenant;
    throw new AwsError('NotFoundException', `The requested tenant <${name}> does not exist.`, 404);
  };
  const identityOf = (arn: string, { region }: CallContext): Identity => {
    const [, ofRegion, type, name = ''] = SES_ARN.exec(arn) ?? [];
    if (type === undefined) throw badRequest('Provided resource identifier is not an SES resource');
    if (ofRegion !== region) throw badRequest(`Resource <${arn}> must be in the same region`);
    const identity = type === 'identity' ? findIdentity(region, name) : undefined;
    if (identity?.arn === arn) return identity;
    throw new AwsError('NotFoundException', `Email identity ${name} does not exist.`, 404);
  };
  const common: Common = {
    resource: (input) => input.ResourceArn,
    resourceTags: (input, { region }) => {
      const [, , , name = ''] = SES_ARN.exec(input.ResourceArn) ?? [];
      return findIdentity(region, name)?.tags.arrived ?? {};
    },
    conditionKeys: () => ({ 'ses:ApiVersion': '2' }),
  };
  return operationsOf('ses', common, {
    CreateTenant: {
      resource: (input, { region, accountId }) =>
        `arn:aws:ses:${region}:${accountId}:tenant/${input.TenantName}/*`,
      resourceTags: undefined,
      run: (input, context) => {
        const tenant = newTenant(input.TenantName, context);
        if (find(tenant.name, context))
          throw new AwsError(
            'AlreadyExistsException',
            `Tenant with name ${tenant.name} already exists in account ${context.accountId}`,
          );
        tenants.push(tenant);
        return {
          TenantName: tenant.name,
          TenantId: tenant.id,
          TenantArn: tenant.arn,
          CreatedTimestamp: new Date(context.clock.now()),
          SendingStatus: 'ENABLED',
        };
      },
    },
    CreateTenantResourceAssociation(input, context) {
      const { arn, name, associations } = require(input.TenantName, context);
      context.authorize('ses:CreateTenantResourceAssociation', arn);
      const identity = identityOf(input.ResourceArn, context);
      if (associations.has(identity.arn))
        throw new AwsError(
          'AlreadyExistsException',
          `Resources ${identity.arn} has already been associated with tenant ${name}`,
        );
      associations.set(identity.arn, new Date(context.clock.now()));
    },
    ListResourceTenants: (input, context) => {
      const { arn } = identityOf(input.ResourceArn, context);
      return {
        ResourceTenants: tenants.flatMap(({ name, id, associations }) => {
          const at = associations.get(arn);
          return at ? [{ TenantName: name, TenantId: id, ResourceArn: arn, AssociatedTimestamp: at }] : [];
        }),
      };
    },
    DeleteTenantResourceAssociation(input, context) {
      const { arn, associations } = require(input.TenantName, context);
      context.authorize('ses:DeleteTenantResourceAssociation', arn);
      // SES answers as if the association had existed.
      associations.delete(identityOf(input.ResourceArn, context).arn);
    },
  });
}

const LONGEST_NAME = 64;

/** @throws AwsError BadRequestException */
function newTenant(name: string, { region, accountId }: CallContext): Tenant {
  if (!/^[\w-]+$/.test(name))
    throw badRequest(
      `Invalid tenant name <${name}>: only alphanumeric ASCII characters, '_', and '-' are allowed.`,
    );
  if (name.length > LONGEST_NAME) throw badRequest(`Tenant name is longer than ${LONGEST_NAME} characters.`);
  const id = `tn-${randomBytes(14).toString('hex')}`;
  return {
    name,
    id,
    region,
    arn: `arn:aws:ses:${region}:${accountId}:tenant/${name}/${id}`,
    associations: new Map(),
  };
}
