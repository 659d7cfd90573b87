import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { SchedulerSchedule } from '@cdktf/provider-aws/lib/scheduler-schedule';
import type { SchedulerScheduleGroup } from '@cdktf/provider-aws/lib/scheduler-schedule-group';
import { Fn } from 'cdktf';
import { Construct } from 'constructs';
import { ACTIONS, AUDIT_METRIC, metricDimensions } from '../handlers/contract/contract';
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
  readonly scheduleGroup: SchedulerScheduleGroup;
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
    const { names, region, tags } = props;
    this.schedule = new SchedulerSchedule(this, 'Schedule', {
      region,
      name: names.auditSchedule,
      // The name is known once the group is created.
      groupName: props.scheduleGroup.name,
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
    const metric = { ...AUDIT_METRIC, dimensions: metricDimensions(names.functionName), period: DAY_SECONDS };
    this.alarm = new CloudwatchMetricAlarm(this, 'Alarm', {
      ...metric,
      region,
      tags,
      alarmName: `${names.functionName}-domains-needing-attention`,
      alarmDescription: DESCRIPTIONS.domainsNeedingAttention,
      statistic: 'Maximum',
      evaluationPeriods: 1,
      threshold: 0,
      comparisonOperator: 'GreaterThanThreshold',
      // If an audit is late, the alarm keeps its state.
      treatMissingData: 'ignore',
      alarmActions: [props.topicArn],
      okActions: [props.topicArn],
    });
    this.overdue = new CloudwatchMetricAlarm(this, 'Overdue', {
      region,
      tags,
      alarmName: `${names.functionName}-audit-overdue`,
      alarmDescription: DESCRIPTIONS.auditOverdue,
      metricQuery: [
        // Each audit of all domains is one sample, whatever it finds.
        { id: 'audits', metric: { ...metric, stat: 'SampleCount' } },
        {
          id: 'counted',
          // Each day up to the one on which the group was created counts as one with an audit.
          expression: `IF(${DAY} <= ${Fn.formatdate('YYYYMMDD', props.scheduleGroup.creationDate)}, 1, FILL(audits, 0))`,
          returnData: true,
        },
      ],
      evaluationPeriods: 2,
      threshold: 1,
      comparisonOperator: 'LessThanThreshold',
      // If CloudWatch cannot compute the expression, the alarm is raised.
      treatMissingData: 'breaching',
      alarmActions: [props.topicArn],
      okActions: [props.topicArn],
    });
  }
}

/** The day on which a period begins, as a number such as 20261231, which CloudWatch can compare. */
const DAY = '(YEAR(audits) * 10000 + MONTH(audits) * 100 + DATE(audits))';
