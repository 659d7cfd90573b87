import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';

/** A CloudWatch metric, as an alarm's configuration wants it. */
export interface Metric {
  /** Such as `AWS/Lambda`. */
  readonly namespace: string;
  /** Its name in that namespace. */
  readonly metricName: string;
  /** Name of each dimension → its value. */
  readonly dimensions: Record<string, string>;
}

/** Metrics of the schedule group. `docs.aws.amazon.com/scheduler/…/monitoring-cloudwatch.html` */
export const scheduleMetric = (metricName: string, scheduleGroup: string): Metric => ({
  namespace: 'AWS/Scheduler',
  metricName,
  dimensions: { ScheduleGroup: scheduleGroup },
});

/** Metrics of the function, whatever it was called as. */
export const functionMetric = (metricName: string, functionName: string): Metric => ({
  namespace: 'AWS/Lambda',
  metricName,
  dimensions: { FunctionName: functionName },
});

export interface AlarmsProps {
  readonly functionName: string;
  readonly scheduleGroup: string;
  readonly topicArn: string;
  readonly region?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

interface Watch {
  readonly id: string;
  readonly metricName: string;
  readonly description: string;
  /** How many are too many. @default 1 */
  readonly from?: number;
  /** Within which time. @default 300 */
  readonly periodSeconds?: number;
}

const OF_SCHEDULES: readonly Watch[] = [
  {
    id: 'schedule-target-errors',
    metricName: 'TargetErrorCount',
    description:
      'A schedule fired and could not call the function: a revert or an audit is late. Run byodkim drill to see where it breaks',
  },
  {
    id: 'schedule-invocations-dropped',
    metricName: 'InvocationDroppedCount',
    description:
      'A schedule gave up on the function: an unconfirmed change was not reverted, or an audit did not run. Run byodkim status, then byodkim drill',
  },
  {
    id: 'schedule-targets-throttled',
    metricName: 'TargetErrorThrottledCount',
    description: 'Lambda throttled a schedule: a revert or an audit is late',
  },
  {
    id: 'schedule-invocations-throttled',
    metricName: 'InvocationThrottleCount',
    description: 'EventBridge Scheduler is over its quota: a revert or an audit is late',
  },
];

const OF_FUNCTION: readonly Watch[] = [
  {
    id: 'function-errors',
    metricName: 'Errors',
    description:
      'The function failed three times within a quarter of an hour: a revert that cannot go on does, and so do several refused applies. Run byodkim status',
    // A refused apply is an error as well, one; what comes from a schedule is tried three times.
    from: 3,
    periodSeconds: 900,
  },
  {
    id: 'function-events-dropped',
    metricName: 'AsyncEventsDropped',
    description:
      'Lambda gave up on an event of a schedule: a revert or an audit did not end. Run byodkim status',
  },
  {
    id: 'function-throttled',
    metricName: 'Throttles',
    description: 'Lambda throttled the function: more at once than its concurrency, or the account, allows',
  },
];

const PERIOD_SECONDS = 300;

/** A revert that is dead says nothing by itself: these say it to the audit topic. */
export class Alarms extends Construct {
  /** By id, such as `schedule-target-errors`. */
  readonly alarms: Readonly<Record<string, CloudwatchMetricAlarm>>;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { functionName, scheduleGroup, topicArn, region, tags } = props;
    const watched = [
      ...OF_SCHEDULES.map((watch) => ({ watch, metric: scheduleMetric(watch.metricName, scheduleGroup) })),
      ...OF_FUNCTION.map((watch) => ({ watch, metric: functionMetric(watch.metricName, functionName) })),
    ];
    this.alarms = Object.fromEntries(
      watched.map(({ watch, metric }) => [
        watch.id,
        new CloudwatchMetricAlarm(this, watch.id, {
          ...metric,
          region,
          tags,
          alarmName: `${functionName}-${watch.id}`,
          alarmDescription: watch.description,
          statistic: 'Sum',
          period: watch.periodSeconds ?? PERIOD_SECONDS,
          evaluationPeriods: 1,
          threshold: watch.from ?? 1,
          comparisonOperator: 'GreaterThanOrEqualToThreshold',
          // These metrics are there only when there is something to count.
          treatMissingData: 'notBreaching',
          // No word when it is over: what was dropped is not made good by nothing further being dropped.
          alarmActions: [topicArn],
        }),
      ]),
    );
  }
}
