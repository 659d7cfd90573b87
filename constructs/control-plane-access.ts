import { DataAwsCallerIdentity } from '@cdktf/provider-aws/lib/data-aws-caller-identity';
import type { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { Token } from 'cdktf';
import { Construct } from 'constructs';
import { AUDIT_METRIC } from '../handlers/contract';
import { functionMetric, type Metric, scheduleMetric } from './alarms';
import { type PolicyStatement, policyDocument } from './function-policy';
import type { ControlPlane } from './identity-props';
import { namesOf } from './names';
import { partitionOf } from './partition';
import { type Deployment, ROLES } from './roles';
import { arns } from './roles/role';

/** Where a control plane lies. */
export interface AccessPlace {
  /** @default any */
  readonly region?: string;
  readonly account: string;
  /** Absent where it is not known. */
  readonly bucket?: string;
  readonly kmsKeyArn?: string;
  readonly scheduleGroup: string;
}

/** What is known of a control plane that is deployed elsewhere. */
export interface ForeignControlPlane {
  /** @default any */
  readonly region?: string;
  /** Name of its key store's bucket, for `grantPutKey`. @default unknown */
  readonly keyStoreBucket?: string;
  /** Of its key store. @default none of its own */
  readonly kmsKeyArn?: string;
}

/** Who may use a control plane, and what it can be watched by. */
export abstract class ControlPlaneAccess extends Construct implements ControlPlane {
  abstract readonly functionName: string;
  protected abstract readonly place: AccessPlace;

  /**
   * Lets a role do everything that the function does: change, confirm, revert. Deploying a domain needs it.
   * @param role the role, or its name
   */
  grantInvoke(role: IamRole | string): IamRolePolicy {
    const { changing, reading } = arns(this.deployment);
    return this.grant(role, 'Invoke', [
      {
        sid: 'InvokeFunction',
        reason: 'Everything that the function does.',
        actions: ['lambda:InvokeFunction'],
        resources: [...changing, reading],
      },
    ]);
  }

  /** Lets a role see how things stand, and change nothing: `status`, `record`, `review`, plans. */
  grantRead(role: IamRole | string): IamRolePolicy {
    return this.grant(role, 'Read', ROLES.look.statements(this.deployment));
  }

  /**
   * Lets a role put private keys and their records into the key store, and read none of them.
   * @throws Error where the bucket is not known
   */
  grantPutKey(role: IamRole | string): IamRolePolicy {
    if (this.place.bucket === undefined)
      throw new Error(
        `${this.node.path}: the bucket of this control plane is not known. Give keyStoreBucket.`,
      );
    return this.grant(role, 'PutKey', ROLES['put-keys'].statements(this.deployment));
  }

  /** Calls of the function that failed: a refused apply is one, a revert that cannot go on are several. */
  metricErrors(): Metric {
    return functionMetric('Errors', this.functionName);
  }

  /** Schedules that gave up on the function: a revert or an audit that did not happen. */
  metricSchedulesDropped(): Metric {
    return scheduleMetric('InvocationDroppedCount', this.place.scheduleGroup);
  }

  /** What each audit writes: how many domains need a person. */
  metricDomainsNeedingAttention(): Metric {
    const { namespace, metricName, dimensions } = AUDIT_METRIC;
    return { namespace, metricName, dimensions };
  }

  private grant(role: IamRole | string, what: string, statements: readonly PolicyStatement[]): IamRolePolicy {
    const earlier = this.node.children.filter((child) => child instanceof IamRolePolicy).length;
    const suffix =
      typeof role !== 'string' ? role.friendlyUniqueId : Token.isUnresolved(role) ? `${earlier}` : role;
    return new IamRolePolicy(this, `${what}-${suffix}`, {
      role: typeof role === 'string' ? role : role.name,
      name: `byodkim-${what}`,
      policy: policyDocument(statements),
    });
  }

  private get deployment(): Deployment {
    const { region, account, bucket = '', kmsKeyArn } = this.place;
    return {
      partition: partitionOf(region),
      region: region ?? '*',
      account,
      functionName: this.functionName,
      bucket,
      kmsKeyArn,
      topics: false,
      hostedZoneIds: [],
      mailFromDomains: [],
      managedIdentities: [],
      sendEmailRoles: [],
      configurationSets: [],
    };
  }
}

/** A control plane that is deployed elsewhere, found by its function's name. */
export class FoundControlPlane extends ControlPlaneAccess {
  constructor(
    scope: Construct,
    id: string,
    readonly functionName: string,
    private readonly more: ForeignControlPlane,
  ) {
    super(scope, id);
  }

  protected get place(): AccessPlace {
    const { region, keyStoreBucket, kmsKeyArn } = this.more;
    return {
      region,
      kmsKeyArn,
      account: this.caller.accountId,
      bucket: keyStoreBucket,
      scheduleGroup: namesOf(this.functionName, region).scheduleGroup,
    };
  }

  /** Asked only where something is granted. */
  private get caller(): DataAwsCallerIdentity {
    return (
      (this.node.tryFindChild('Caller') as DataAwsCallerIdentity | undefined) ??
      new DataAwsCallerIdentity(this, 'Caller')
    );
  }
}
