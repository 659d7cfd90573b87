import { keepSpelling, sortedJson } from '../schema/spelling';
import { given } from './common';
import { inputOf, stateOf } from './naming';
import { simpleResource } from './simple-resource';
import { tagList, tagsByArn } from './tags';

const ACTIONS = ['alarm_actions', 'insufficient_data_actions', 'ok_actions'];

/** `aws_cloudwatch_metric_alarm`, on one metric or on an expression. */
export const metricAlarm = simpleResource({
  what: 'CloudWatch Metric Alarm',
  service: 'cloudwatch',
  put: 'PutMetricAlarm',
  read: 'DescribeAlarms',
  delete: 'DeleteAlarms',
  identity: (planned) => ({ id: planned.alarm_name }),
  input: (planned) => ({
    ...inputOf('cloudwatch', 'PutMetricAlarmInput', planned),
    ...given({ EvaluateLowSampleCountPercentile: planned.evaluate_low_sample_count_percentiles }),
    Dimensions: dimensionList(planned.dimensions),
    Metrics: planned.metric_query?.length ? planned.metric_query.map(queryOf) : undefined,
    Tags: tagList(planned.tags_all),
  }),
  // The model has no types for a deletion, and so leaves them out.
  named: ({ id }) => ({ AlarmNames: [id], AlarmTypes: ['MetricAlarm'] }),
  state: ({ MetricAlarms: [alarm] }, state) => {
    if (!alarm) return null;
    const told = stateOf('cloudwatch', 'MetricAlarm', alarm);
    // An absent list keeps its form in state: empty or null.
    const actions = ACTIONS.map((name) => [
      name,
      told[name]?.length > 0 ? told[name] : emptyOrNull(state[name]),
    ]);
    return {
      ...told,
      ...Object.fromEntries(actions),
      arn: alarm.AlarmArn,
      dimensions: dimensionMap(alarm.Dimensions) ?? (state.dimensions ? {} : null),
      // The provider keeps the earlier blocks if AWS returns none.
      metric_query: alarm.Metrics?.length ? alarm.Metrics.map(blockOf) : (state.metric_query ?? []),
      evaluate_low_sample_count_percentiles: alarm.EvaluateLowSampleCountPercentile ?? '',
      treat_missing_data: alarm.TreatMissingData ?? 'missing',
    };
  },
  tagging: tagsByArn('cloudwatch', 'ResourceARN'),
});

/** Converts a block `metric_query` to an element of `Metrics`. */
const queryOf = ({ metric: [metric], ...block }: any): object => ({
  ...inputOf('cloudwatch', 'MetricDataQuery', block),
  ...(metric && {
    MetricStat: {
      ...inputOf('cloudwatch', 'MetricStat', metric),
      Metric: given({
        Namespace: metric.namespace,
        MetricName: metric.metric_name,
        Dimensions: dimensionList(metric.dimensions),
      }),
    },
  }),
});

const blockOf = ({ MetricStat, ...query }: any): object => ({
  ...stateOf('cloudwatch', 'MetricDataQuery', query),
  metric: MetricStat
    ? [
        {
          ...stateOf('cloudwatch', 'MetricStat', MetricStat),
          metric_name: MetricStat.Metric.MetricName,
          namespace: MetricStat.Metric.Namespace,
          dimensions: dimensionMap(MetricStat.Metric.Dimensions),
        },
      ]
    : [],
});

const emptyOrNull = (value: unknown): [] | null => (Array.isArray(value) ? [] : null);

/** Returns the dimensions in AWS's form, or undefined for none, since the provider does not send an empty list. */
const dimensionList = (dimensions: Record<string, string> | null): object[] | undefined => {
  const list = Object.entries(dimensions ?? {}).map(([Name, Value]) => ({ Name, Value }));
  return list.length > 0 ? list : undefined;
};

const dimensionMap = (dimensions: any[] | undefined): Record<string, string> | null =>
  dimensions?.length ? Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value])) : null;

/** `aws_cloudwatch_dashboard`. */
export const dashboard = simpleResource({
  what: 'CloudWatch Dashboard',
  service: 'cloudwatch',
  put: 'PutDashboard',
  read: 'GetDashboard',
  delete: 'DeleteDashboards',
  identity: ({ dashboard_name: id }) => ({ id }),
  input: ({ id, dashboard_body }) => ({ DashboardName: id, DashboardBody: sortedJson(dashboard_body) }),
  named: ({ id }) => ({ DashboardName: id, DashboardNames: [id] }),
  state: ({ DashboardArn, DashboardBody, DashboardName }, { dashboard_body }) => ({
    dashboard_arn: DashboardArn,
    dashboard_body: keepSpelling(dashboard_body, DashboardBody),
    dashboard_name: DashboardName,
  }),
});
