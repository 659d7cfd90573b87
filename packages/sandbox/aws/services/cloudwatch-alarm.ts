import { AwsError } from '../../contract/service';
import { readExpression } from './metric-math';

const ACTIONS = ['AlarmActions', 'OKActions', 'InsufficientDataActions'];
const TREATMENTS = ['breaching', 'notBreaching', 'ignore', 'missing'];
const HOUR_SECONDS = 3600;
const DAY_SECONDS = 24 * HOUR_SECONDS;

/** @throws AwsError ValidationError */
export function checkAlarm(input: any, region: string): void {
  const { EvaluationPeriods, DatapointsToAlarm = 0, TreatMissingData = 'missing' } = input;
  const Period = input.Metrics ? checkMetrics(input) : checkMetric(input);
  if (DatapointsToAlarm > EvaluationPeriods)
    throw invalid('DatapointsToAlarm must not be greater than EvaluationPeriods.');
  const longest = Period >= HOUR_SECONDS ? 7 * DAY_SECONDS : DAY_SECONDS;
  if (Period * EvaluationPeriods > longest)
    throw invalid(`EvaluationPeriods * Period must be <= ${longest}.`);
  if (!TREATMENTS.includes(TreatMissingData))
    throw invalid(`Option ${TreatMissingData} for parameter TreatMissingData is not supported.`);
  for (const arn of ACTIONS.flatMap((name) => input[name] ?? [])) {
    if (!arn.startsWith('arn:')) throw invalid(`Invalid arn syntax: ${arn}`);
    // Actions of EC2 automation carry no region of their own.
    const [, , , named = ''] = arn.split(':');
    if (named !== '' && named !== region)
      throw invalid(`Invalid region ${named} specified. Only ${region} is supported.`);
  }
}

/** Checks an alarm on one metric, and returns its period. */
function checkMetric({ MetricName, Period, Statistic, ExtendedStatistic, Threshold }: any): number {
  if (!MetricName) throw invalid('Either MetricName or Metrics must be specified.');
  if (Period === undefined || Threshold === undefined)
    throw invalid('An alarm on a metric needs a Period and a Threshold.');
  checkPeriod(Period);
  if (!Statistic === !ExtendedStatistic)
    throw invalid('Either Statistic or ExtendedStatistic must be specified, and not both.');
  return Period;
}

function checkPeriod(Period: number): void {
  if (![10, 20, 30].includes(Period) && Period % 60 !== 0)
    throw invalid('Period must be 10, 20, 30 or a multiple of 60.');
}

/** What belongs to an alarm on one metric, and not to one on an expression. */
const OF_ONE_METRIC = ['MetricName', 'Namespace', 'Dimensions', 'Period', 'Statistic', 'ExtendedStatistic'];

/** Checks an alarm on an expression of metric math, and returns the period of its metrics. */
function checkMetrics(input: any): number {
  const { Metrics, Threshold } = input;
  const alone = OF_ONE_METRIC.find((name) => input[name] !== undefined);
  if (alone) throw invalid(`${alone} cannot be specified together with Metrics.`);
  if (Threshold === undefined) throw invalid('An alarm on an expression needs a Threshold.');
  if (Metrics.filter(({ ReturnData = true }: any) => ReturnData).length !== 1)
    throw invalid('Exactly one element of the metrics list should return data.');
  return checkQueries(Metrics);
}

/** Checks metrics and the expressions over them, and returns the period of the metrics. @throws AwsError ValidationError */
export function checkQueries(queries: any[]): number {
  const ids: string[] = queries.map(({ Id }: any) => Id);
  const notAnId = ids.find((id) => !/^[a-z]\w*$/.test(id));
  if (notAnId !== undefined)
    throw invalid(`The value ${notAnId} for parameter Id is not matching the expected pattern.`);
  if (new Set(ids).size < ids.length) throw invalid('The values for parameter Id in Metrics are not unique.');
  if (queries.some(({ MetricStat, Expression }: any) => !MetricStat === !Expression))
    throw invalid('Each element of Metrics must have either a MetricStat or an Expression.');
  return checkExpressions(queries);
}

function checkExpressions(metrics: any[]): number {
  const measured = metrics.filter(({ MetricStat }) => MetricStat);
  const ids: string[] = measured.map(({ Id }) => Id);
  for (const { Expression } of metrics) if (Expression) readExpression(Expression, ids);
  const [period, ...others] = new Set<number>(measured.map(({ MetricStat }) => MetricStat.Period));
  if (period === undefined || others.length > 0)
    throw invalid('The metrics of an expression must have one Period, and there must be a metric.');
  checkPeriod(period);
  return period;
}

const invalid = (message: string): AwsError => new AwsError('ValidationError', message);
