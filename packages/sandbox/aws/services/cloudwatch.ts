import type { ServiceFactory } from '../core';
import { AwsError, type CallContext, type Operation, type Service } from '../service';

export interface MetricDatum {
  readonly namespace: string;
  readonly metricName: string;
  readonly value: number;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly dimensions: Readonly<Record<string, string>>;
}

export interface CloudWatchService extends Service {
  /** What was put, in order. Alarms do not look at it: `SetAlarmState` moves them. */
  readonly metrics: readonly MetricDatum[];
}

interface Alarm {
  readonly region: string;
  readonly arn: string;
  readonly input: any;
  readonly tags: Map<string, string>;
  state: { StateValue: string; StateReason: string; StateUpdatedTimestamp: Date };
}

/** CloudWatch: metrics as they were put, and alarms as they were described. */
export const createCloudWatch: ServiceFactory<CloudWatchService> = (core) => {
  const alarms = new Map<string, Alarm>();
  const metrics: MetricDatum[] = [];
  const alarmArn = (name: string, region: string) =>
    `arn:aws:cloudwatch:${region}:${core.accountId}:alarm:${name}`;
  const tagged = (arn: string): Alarm => {
    const found = alarms.get(arn);
    if (!found) throw new AwsError('ResourceNotFoundException', `Unknown alarm ${arn}`, 404);
    return found;
  };
  const operation = (
    action: string,
    run: (input: any, context: CallContext) => unknown,
    resource: Operation['resource'] = (input, { region }) =>
      input.ResourceARN ?? alarmArn(input.AlarmName ?? input.AlarmNames?.[0] ?? '*', region),
  ): Operation => ({ action: `cloudwatch:${action}`, resource, run });

  const operations: Record<string, Operation> = {
    PutMetricData: operation(
      'PutMetricData',
      ({ Namespace, MetricData }, { clock }) => {
        MetricData.forEach((datum: any, index: number) => {
          if (datum.Values && datum.Counts && datum.Values.length !== datum.Counts.length) {
            const at = `MetricData.member.${index + 1}`;
            throw new AwsError(
              'InvalidParameterValue',
              `The parameters ${at}.Values and ${at}.Counts must be of the same size.`,
              400,
            );
          }
          for (const other of ['Values', 'StatisticValues']) {
            if (datum.Value === undefined || datum[other] === undefined) continue;
            const at = `MetricData.member.${index + 1}`;
            throw new AwsError(
              'InvalidParameterCombination',
              `The parameters ${at}.Value and ${at}.${other} are mutually exclusive and you have specified both.`,
            );
          }
        });
        for (const { MetricName, Value, Timestamp, Dimensions = [] } of MetricData) {
          metrics.push({
            namespace: Namespace,
            metricName: MetricName,
            value: Number(Value),
            timestamp: Timestamp ? new Date(Timestamp).getTime() : clock.now(),
            dimensions: Object.fromEntries(Dimensions.map((it: any) => [it.Name, it.Value])),
          });
        }
        return {};
      },
      () => '*',
    ),
    PutMetricAlarm: operation('PutMetricAlarm', ({ Tags = [], ...input }, { region, clock }) => {
      checkAlarm(input);
      const arn = alarmArn(input.AlarmName, region);
      const existing = alarms.get(arn);
      alarms.set(arn, {
        region,
        arn,
        input,
        // Tags given here count only when the alarm is made.
        tags: existing?.tags ?? new Map(Tags.map(({ Key, Value }: any) => [Key, Value])),
        state: existing?.state ?? {
          StateValue: 'INSUFFICIENT_DATA',
          StateReason: 'Unchecked: Initial alarm creation',
          StateUpdatedTimestamp: new Date(clock.now()),
        },
      });
      return {};
    }),
    DescribeAlarms: operation('DescribeAlarms', ({ AlarmNames, AlarmNamePrefix = '' }, { region }) => ({
      MetricAlarms: [...alarms.values()]
        .filter((alarm) => alarm.region === region)
        .filter(({ input: { AlarmName } }) =>
          AlarmNames ? AlarmNames.includes(AlarmName) : AlarmName.startsWith(AlarmNamePrefix),
        )
        .map(({ arn, input, state }) => ({ ...input, ...state, AlarmArn: arn })),
    })),
    SetAlarmState: operation('SetAlarmState', (input, { region, clock }) => {
      const alarm = alarms.get(alarmArn(input.AlarmName, region));
      if (!alarm) throw new AwsError('ResourceNotFound', '', 404);
      alarm.state = {
        StateValue: input.StateValue,
        StateReason: input.StateReason,
        StateUpdatedTimestamp: new Date(clock.now()),
      };
      return {};
    }),
    DeleteAlarms: operation('DeleteAlarms', ({ AlarmNames }, { region }) => {
      const arns: string[] = AlarmNames.map((name: string) => alarmArn(name, region));
      if (!arns.every((arn) => alarms.has(arn))) {
        throw new AwsError('ResourceNotFound', `Alarms not found: ${AlarmNames.join(', ')}`, 404);
      }
      for (const arn of arns) alarms.delete(arn);
      return {};
    }),
    TagResource: operation('TagResource', ({ ResourceARN, Tags }) => {
      for (const { Key, Value } of Tags) tagged(ResourceARN).tags.set(Key, Value);
      return {};
    }),
    UntagResource: operation('UntagResource', ({ ResourceARN, TagKeys }) => {
      for (const key of TagKeys) tagged(ResourceARN).tags.delete(key);
      return {};
    }),
    ListTagsForResource: operation('ListTagsForResource', ({ ResourceARN }) => ({
      Tags: [...tagged(ResourceARN).tags].map(([Key, Value]) => ({ Key, Value })),
    })),
  };
  return { name: 'cloudwatch', operations, metrics };
};

const ACTIONS = ['AlarmActions', 'OKActions', 'InsufficientDataActions'];
const TREATMENTS = ['breaching', 'notBreaching', 'ignore', 'missing'];
const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** @throws AwsError ValidationError */
function checkAlarm(input: any): void {
  const { Period, EvaluationPeriods, DatapointsToAlarm = 0, TreatMissingData = 'missing' } = input;
  if (!input.MetricName === !input.Metrics) throw invalid('Either MetricName or Metrics must be specified.');
  if (input.MetricName) checkMetric(input);
  if (DatapointsToAlarm > EvaluationPeriods)
    throw invalid('DatapointsToAlarm must not be greater than EvaluationPeriods.');
  const longest = Period >= HOUR_SECONDS ? 7 * DAY_SECONDS : DAY_SECONDS;
  if (Period * EvaluationPeriods > longest)
    throw invalid(`EvaluationPeriods * Period must be <= ${longest}.`);
  if (!TREATMENTS.includes(TreatMissingData))
    throw invalid(`Option ${TreatMissingData} for parameter TreatMissingData is not supported.`);
  for (const arn of ACTIONS.flatMap((name) => input[name] ?? []))
    if (!arn.startsWith('arn:')) throw invalid(`Invalid arn syntax: ${arn}`);
}

function checkMetric({ Period, Statistic, ExtendedStatistic, Threshold }: any): void {
  if (Period === undefined || Threshold === undefined)
    throw invalid('An alarm on a metric needs a Period and a Threshold.');
  if (![10, 20, 30].includes(Period) && Period % 60 !== 0)
    throw invalid('Period must be 10, 20, 30 or a multiple of 60.');
  if (!Statistic === !ExtendedStatistic)
    throw invalid('Either Statistic or ExtendedStatistic must be specified, and not both.');
}

const invalid = (message: string): AwsError => new AwsError('ValidationError', message, 400);
