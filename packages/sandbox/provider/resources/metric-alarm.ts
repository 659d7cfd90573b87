import type { ProviderContext, ResourceType, State } from '../resource';
import { doing, given, orGone } from './common';
import { tagList, tagsByArn } from './tags';

const WHAT = 'CloudWatch Metric Alarm';
/** State's names of what the alarm has, besides its lists. */
const PROPERTIES: Readonly<Record<string, string>> = {
  actions_enabled: 'ActionsEnabled',
  alarm_description: 'AlarmDescription',
  comparison_operator: 'ComparisonOperator',
  datapoints_to_alarm: 'DatapointsToAlarm',
  evaluate_low_sample_count_percentiles: 'EvaluateLowSampleCountPercentile',
  evaluation_periods: 'EvaluationPeriods',
  extended_statistic: 'ExtendedStatistic',
  metric_name: 'MetricName',
  namespace: 'Namespace',
  period: 'Period',
  statistic: 'Statistic',
  threshold: 'Threshold',
  threshold_metric_id: 'ThresholdMetricId',
  treat_missing_data: 'TreatMissingData',
  unit: 'Unit',
};
const ACTIONS: Readonly<Record<string, string>> = {
  alarm_actions: 'AlarmActions',
  insufficient_data_actions: 'InsufficientDataActions',
  ok_actions: 'OKActions',
};

/** `aws_cloudwatch_metric_alarm`, on one metric or on an expression. */
export const metricAlarm: ResourceType = {
  create: async (context, planned) => {
    await put(context, planned, 'creating');
    return { id: planned.alarm_name };
  },
  read: (context, state) => doing(`reading ${WHAT} (${state.id})`, found(context, state)),
  update: (context, _prior, planned) => put(context, planned, 'updating'),
  tagging: tagsByArn('cloudwatch', 'ResourceARN'),
  delete: async (context, state) => {
    await doing(
      `deleting ${WHAT} (${state.id})`,
      orGone(context.call('cloudwatch', 'DeleteAlarms', { AlarmNames: [state.id] })),
    );
  },
};

async function put(context: ProviderContext, planned: State, verb: string): Promise<void> {
  const renamed = (names: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(names).map(([attribute, name]) => [name, planned[attribute]]));
  const name = planned.alarm_name;
  await doing(
    `${verb} ${WHAT} (${name})`,
    context.call('cloudwatch', 'PutMetricAlarm', {
      AlarmName: name,
      ...given({ ...renamed(PROPERTIES), ...renamed(ACTIONS) }),
      Dimensions: dimensionList(planned.dimensions),
      Tags: tagList(planned.tags_all),
      ...(planned.metric_query.length > 0 && { Metrics: planned.metric_query.map(toQuery) }),
    }),
  );
}

async function found(context: ProviderContext, state: State): Promise<State | null> {
  const { MetricAlarms } = await context.call('cloudwatch', 'DescribeAlarms', {
    AlarmNames: [state.id],
    AlarmTypes: ['MetricAlarm'],
  });
  const [alarm] = MetricAlarms;
  if (!alarm) return null;
  const values = Object.entries(PROPERTIES).map(([attribute, name]) => [attribute, alarm[name] ?? null]);
  // None is written as an empty list, or not at all.
  const actions = Object.entries(ACTIONS).map(([attribute, name]) => [
    attribute,
    alarm[name]?.length > 0 ? alarm[name] : emptyOrNull(state[attribute]),
  ]);
  return {
    ...state,
    ...Object.fromEntries([...values, ...actions]),
    alarm_name: alarm.AlarmName,
    arn: alarm.AlarmArn,
    dimensions: dimensionMap(alarm.Dimensions) ?? (state.dimensions ? {} : null),
    evaluate_low_sample_count_percentiles: alarm.EvaluateLowSampleCountPercentile ?? '',
    metric_query: (alarm.Metrics ?? []).map(fromQuery),
    treat_missing_data: alarm.TreatMissingData ?? 'missing',
  };
}

const emptyOrNull = (value: unknown): [] | null => (Array.isArray(value) ? [] : null);

const dimensionList = (dimensions: Record<string, string> | null): object[] =>
  Object.entries(dimensions ?? {}).map(([Name, Value]) => ({ Name, Value }));

const dimensionMap = (dimensions: any[] | undefined): Record<string, string> | null =>
  dimensions?.length ? Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value])) : null;

function toQuery(query: State): object {
  const [metric] = query.metric;
  return given({
    AccountId: query.account_id,
    Expression: query.expression,
    Id: query.id,
    Label: query.label,
    Period: query.period,
    ReturnData: query.return_data,
    MetricStat:
      metric &&
      given({
        Metric: given({
          MetricName: metric.metric_name,
          Namespace: metric.namespace,
          Dimensions: dimensionList(metric.dimensions),
        }),
        Period: metric.period,
        Stat: metric.stat,
        Unit: metric.unit,
      }),
  });
}

const fromQuery = (query: any): State => ({
  account_id: query.AccountId ?? null,
  expression: query.Expression ?? null,
  id: query.Id,
  label: query.Label ?? null,
  period: query.Period ?? null,
  return_data: query.ReturnData ?? false,
  metric: query.MetricStat
    ? [
        {
          dimensions: dimensionMap(query.MetricStat.Metric.Dimensions),
          metric_name: query.MetricStat.Metric.MetricName,
          namespace: query.MetricStat.Metric.Namespace ?? null,
          period: query.MetricStat.Period,
          stat: query.MetricStat.Stat,
          unit: query.MetricStat.Unit ?? null,
        },
      ]
    : [],
});
