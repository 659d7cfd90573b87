import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { SchedulerSchedule } from '@cdktf/provider-aws/lib/scheduler-schedule';
import { Construct } from 'constructs';
import { ACTIONS, AUDIT_METRIC } from '../handlers/contract/contract';
import type { PartProps } from './names';
import { DESCRIPTIONS } from './words';

/** Time at which the audit checks every domain. */
export interface AuditSchedule {
  /**
   * EventBridge Scheduler expression, in UTC. If it is rarer than daily, the alarm `audit-overdue` is raised. @default cron(0
   * 3 * * ? *), each day at 03:00
   */
  readonly schedule?: string;
}

export interface AuditProps extends AuditSchedule, PartProps {
  readonly functionArn: string;
  readonly schedulerRoleArn: string;
  /** It is known once the group is created. */
  readonly scheduleGroup: string;
  readonly topicArn?: string;
}

const DEFAULT_SCHEDULE = 'cron(0 3 * * ? *)';
const DAY_SECONDS = 86_400;

/** Schedules the audit of every domain, and raises an alarm on its findings. */
export class Audit extends Construct {
  readonly schedule: SchedulerSchedule;
  /** Alarm on findings. Absent without an audit topic. */
  readonly alarm?: CloudwatchMetricAlarm;
  /** Alarm if the audit does not run. Absent without an audit topic. */
  readonly overdue?: CloudwatchMetricAlarm;

  constructor(scope: Construct, id: string, props: AuditProps) {
    super(scope, id);
    const { names, region } = props;
    this.schedule = new SchedulerSchedule(this, 'Schedule', {
      region,
      name: names.auditSchedule,
      groupName: props.scheduleGroup,
      description: DESCRIPTIONS.auditSchedule,
      scheduleExpression: props.schedule ?? DEFAULT_SCHEDULE,
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: props.functionArn,
        roleArn: props.schedulerRoleArn,
        // `scheduled`: a failure is thrown, so that Lambda repeats the audit and then notifies the audit topic.
        input: JSON.stringify({ action: ACTIONS.audit, scheduled: true }),
      },
    });
    if (props.topicArn === undefined) return;
    const common = {
      ...AUDIT_METRIC,
      region,
      period: DAY_SECONDS,
      alarmActions: [props.topicArn],
      okActions: [props.topicArn],
    };
    this.alarm = new CloudwatchMetricAlarm(this, 'Alarm', {
      ...common,
      alarmName: `${names.functionName}-domains-needing-attention`,
      alarmDescription: DESCRIPTIONS.domainsNeedingAttention,
      statistic: 'Maximum',
      evaluationPeriods: 1,
      threshold: 0,
      comparisonOperator: 'GreaterThanThreshold',
      // If an audit is late, the alarm keeps its state.
      treatMissingData: 'ignore',
    });
    this.overdue = new CloudwatchMetricAlarm(this, 'Overdue', {
      ...common,
      alarmName: `${names.functionName}-audit-overdue`,
      alarmDescription: DESCRIPTIONS.auditOverdue,
      statistic: 'SampleCount',
      evaluationPeriods: 2,
      threshold: 1,
      comparisonOperator: 'LessThanThreshold',
      // A schedule that is gone or disabled produces no data.
      treatMissingData: 'breaching',
    });
  }
}
