import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { SchedulerScheduleGroup } from '@cdktf/provider-aws/lib/scheduler-schedule-group';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import { bothForms, type PolicyStatement, policyDocument, trustPolicy } from './function-policy';
import type { PartProps } from './names';

/** `arn:partition:service:region:account:…` */
const REGION_FIELD = 3;
const ACCOUNT_FIELD = 4;

/** Where the reverts of unconfirmed changes are armed, and the role that they invoke the function with. */
export class Scheduler extends Construct {
  readonly group: SchedulerScheduleGroup;
  readonly role: IamRole;
  /** The account that all of it is in. Read from an ARN: a data source would be asked at each plan. */
  readonly account: string;
  /** Its region, read likewise. */
  readonly regionName: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PartProps,
  ) {
    super(scope, id);
    const { names, region, tags } = props;
    this.group = new SchedulerScheduleGroup(this, 'Group', { region, name: names.scheduleGroup, tags });
    this.account = Fn.element(Fn.split(':', this.group.arn), ACCOUNT_FIELD);
    this.regionName = Fn.element(Fn.split(':', this.group.arn), REGION_FIELD);
    this.role = new IamRole(this, 'Role', {
      name: names.schedulerRole,
      description: 'Invokes the BYODKIM function: reverts of unconfirmed changes, and the audit',
      // The scheduler names the group, not the schedule (its guide, "confused deputy").
      assumeRolePolicy: trustPolicy('scheduler.amazonaws.com', {
        StringEquals: { 'aws:SourceAccount': this.account, 'aws:SourceArn': this.group.arn },
      }),
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

/** Returns what the scheduler's role may do. */
export const invokePolicy = (functionArn: string): PolicyStatement[] => [
  {
    sid: 'InvokeFunction',
    reason: 'A schedule calls the function with what it was armed with.',
    actions: ['lambda:InvokeFunction'],
    resources: bothForms(functionArn),
  },
];
