import type { ProviderContext, ResourceType, State } from '../resource';
import { deletedBy, doing, given } from './common';
import { inputOf, stateOf } from './naming';
import { tagList, tagsByArn } from './tags';

const WHAT = 'CloudWatch Metric Alarm';
const ACTIONS = ['alarm_actions', 'insufficient_data_actions', 'ok_actions'];

/** `aws_cloudwatch_metric_alarm`, on one metric or on an expression. */
export const metricAlarm: ResourceType = {
  create: async (context, planned) => {
    await put(context, planned, 'creating');
    return { id: planned.alarm_name };
  },
  read: (context, state) => doing(`reading ${WHAT} (${state.id})`, found(context, state)),
  update: (context, _prior, planned) => put(context, planned, 'updating'),
  tagging: tagsByArn('cloudwatch', 'ResourceARN'),
  delete: deletedBy(WHAT, 'cloudwatch', 'DeleteAlarms', (state) => ({ AlarmNames: [state.id] })),
};

async function put(context: ProviderContext, planned: State, verb: string): Promise<void> {
  const name = planned.alarm_name;
  await doing(
    `${verb} ${WHAT} (${name})`,
    context.call('cloudwatch', 'PutMetricAlarm', {
      ...inputOf('cloudwatch', 'PutMetricAlarmInput', planned),
      ...given({ EvaluateLowSampleCountPercentile: planned.evaluate_low_sample_count_percentiles }),
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
  const told = stateOf('cloudwatch', 'MetricAlarm', alarm);
  // None is written as an empty list, or not at all.
  const actions = ACTIONS.map((name) => [
    name,
    told[name]?.length > 0 ? told[name] : emptyOrNull(state[name]),
  ]);
  return {
    ...state,
    ...told,
    ...Object.fromEntries(actions),
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
  return {
    ...inputOf('cloudwatch', 'MetricDataQuery', query),
    ...(metric && {
      MetricStat: {
        ...inputOf('cloudwatch', 'MetricStat', metric),
        Metric: {
          ...inputOf('cloudwatch', 'Metric', metric),
          Dimensions: dimensionList(metric.dimensions),
        },
      },
    }),
  };
}

const fromQuery = (query: any): State => ({
  ...stateOf('cloudwatch', 'MetricDataQuery', query),
  return_data: query.ReturnData ?? false,
  metric: query.MetricStat
    ? [
        {
          ...stateOf('cloudwatch', 'MetricStat', query.MetricStat),
          ...stateOf('cloudwatch', 'Metric', query.MetricStat.Metric),
          dimensions: dimensionMap(query.MetricStat.Metric.Dimensions),
        },
      ]
    : [],
});
