import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { SchedulerScheduleGroup } from '@cdktf/provider-aws/lib/scheduler-schedule-group';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import { type PolicyStatement, policyDocument, trustPolicy } from './function-policy';
import type { PartProps } from './names';
import { DESCRIPTIONS } from './words';

/** The schedule group in which reverts are armed, and the role that invokes the function. */
export class Scheduler extends Construct {
  readonly group: SchedulerScheduleGroup;
  readonly role: IamRole;
  /** The account of these resources. It is read from an ARN, since a data source would be read at each plan. */
  readonly account: string;
  /** Its region, read likewise. */
  readonly regionName: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PartProps & {
      /** Whether to refuse to delete the group, and with it every armed revert. */
      readonly isProtected: boolean;
    },
  ) {
    super(scope, id);
    const { names, region, tags, roles, isProtected: preventDestroy } = props;
    this.group = new SchedulerScheduleGroup(this, 'Group', {
      region,
      name: names.scheduleGroup,
      tags,
      lifecycle: { preventDestroy },
    });
    this.account = accountOf(this.group.arn);
    this.regionName = regionOf(this.group.arn);
    this.role = new IamRole(this, 'Role', {
      ...roles,
      name: names.schedulerRole,
      description: DESCRIPTIONS.schedulerRole,
      assumeRolePolicy: schedulerTrust(this.account, this.group.arn),
      tags,
    });
  }

  /** Lets schedules invoke the function. */
  mayInvoke(functionArn: string): IamRolePolicy {
    return new IamRolePolicy(this, 'MayInvoke', {
      role: this.role.name,
      name: `${this.props.names.schedulerRole}-may-invoke`.slice(0, 128),
      policy: policyDocument(invokePolicy(functionArn)),
    });
  }
}

/** Formats the trust policy (JSON) of the scheduler's role. */
export const schedulerTrust = (account: string, groupArn: string): string =>
  trustPolicy(
    { Service: 'scheduler.amazonaws.com' },
    // The scheduler names the group, not the schedule (its guide, "confused deputy").
    { StringEquals: { 'aws:SourceAccount': account, 'aws:SourceArn': groupArn } },
  );

/** Returns the statements of the scheduler's role. */
export const invokePolicy = (functionArn: string): PolicyStatement[] => [
  {
    sid: 'InvokeFunction',
    reason: 'To let a schedule call the function with the event that it was armed with.',
    actions: ['lambda:InvokeFunction'],
    // Targets carry no qualifier, and IAM distinguishes a function from its versions and aliases.
    resources: [functionArn],
  },
];

/** Returns the region of an ARN (`arn:partition:service:region:account:…`) that the engine may not know yet. */
export const regionOf = (arn: string): string => Fn.element(Fn.split(':', arn), 3);

/** Returns the account of such an ARN. */
const accountOf = (arn: string): string => Fn.element(Fn.split(':', arn), 4);
