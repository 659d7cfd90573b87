import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';
import type { PartProps } from './names';
import { ALARMS, type WatchId } from './words';

/** A metric that raises an alarm. */
export interface Watch {
  readonly id: WatchId;
  readonly metricName: string;
  /** Number of events that raises the alarm. */
  readonly from: number;
  /** Period over which events are counted. */
  readonly periodSeconds: number;
}

/** Raises an alarm at one event within five minutes. */
const AT_ONCE = { from: 1, periodSeconds: 300 } as const;

/** Metrics of the schedule group. `docs.aws.amazon.com/scheduler/…/monitoring-cloudwatch.html` */
export const OF_SCHEDULES: readonly Watch[] = [
  {
    id: 'schedule-target-errors',
    metricName: 'TargetErrorCount',
    ...AT_ONCE,
  },
  {
    id: 'schedule-invocations-dropped',
    metricName: 'InvocationDroppedCount',
    ...AT_ONCE,
  },
  {
    id: 'schedule-targets-throttled',
    metricName: 'TargetErrorThrottledCount',
    ...AT_ONCE,
  },
  {
    id: 'schedule-invocations-throttled',
    metricName: 'InvocationThrottleCount',
    ...AT_ONCE,
  },
];

/** Metrics of the function under all of its names. */
export const OF_FUNCTION: readonly Watch[] = [
  {
    id: 'function-errors',
    metricName: 'Errors',
    // A refused apply is one error; an event of a schedule is tried three times.
    from: 3,
    periodSeconds: 900,
  },
  {
    id: 'function-events-dropped',
    metricName: 'AsyncEventsDropped',
    ...AT_ONCE,
  },
  {
    id: 'function-throttled',
    metricName: 'Throttles',
    ...AT_ONCE,
  },
];

/** A revert that is dead reports nothing by itself, so these alarms notify the audit topic. */
export class Alarms extends Construct {
  /** Maps ids, such as `schedule-target-errors`, to alarms. */
  readonly alarms: Readonly<Record<string, CloudwatchMetricAlarm>>;

  constructor(scope: Construct, id: string, props: PartProps & { readonly topicArn: string }) {
    super(scope, id);
    const { names, topicArn, region, tags } = props;
    const { functionName, scheduleGroup } = names;
    const ofSchedules = { namespace: 'AWS/Scheduler', dimensions: { ScheduleGroup: scheduleGroup } };
    const ofFunction = { namespace: 'AWS/Lambda', dimensions: { FunctionName: functionName } };
    this.alarms = Object.fromEntries(
      [...OF_SCHEDULES, ...OF_FUNCTION].map((watch) => [
        watch.id,
        new CloudwatchMetricAlarm(this, watch.id, {
          ...(OF_SCHEDULES.includes(watch) ? ofSchedules : ofFunction),
          metricName: watch.metricName,
          region,
          tags,
          alarmName: `${functionName}-${watch.id}`,
          alarmDescription: ALARMS[watch.id],
          statistic: 'Sum',
          period: watch.periodSeconds,
          evaluationPeriods: 1,
          threshold: watch.from,
          comparisonOperator: 'GreaterThanOrEqualToThreshold',
          // These metrics have data only when there is something to count.
          treatMissingData: 'notBreaching',
          // No notice is sent when the alarm ends, since that does not restore a dropped event.
          alarmActions: [topicArn],
        }),
      ]),
    );
  }
}
