import { AUDIT_METRIC, STATE_METRICS } from '../handlers/contract';

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3_600;

/**
 * Returns the body (JSON) of the dashboard: how many domains need a person, in which states they are, and whether the
 * function and its schedules work.
 */
export function dashboardBody(functionName: string, region: string): string {
  const audited = Object.entries(AUDIT_METRIC.dimensions).flat();
  const graph = (
    title: string,
    row: number,
    metrics: readonly (readonly string[])[],
    options: { readonly stat: string; readonly period: number; readonly stacked?: true },
  ) => ({
    type: 'metric',
    ...{ x: 0, y: 6 * row, width: 24, height: 6 },
    properties: { title, region, metrics, view: 'timeSeries', stacked: false, ...options },
  });
  return JSON.stringify({
    widgets: [
      graph(
        'Domains that need a person',
        0,
        [[AUDIT_METRIC.namespace, AUDIT_METRIC.metricName, ...audited]],
        {
          stat: 'Maximum',
          period: DAY_SECONDS,
        },
      ),
      graph(
        'Domains by what SES says',
        1,
        Object.values(STATE_METRICS).map((name) => [AUDIT_METRIC.namespace, name, ...audited]),
        { stat: 'Maximum', period: DAY_SECONDS, stacked: true },
      ),
      graph(
        'Failures of the function and its schedules',
        2,
        [
          ['AWS/Lambda', 'Errors', 'FunctionName', functionName],
          ['AWS/Lambda', 'Throttles', 'FunctionName', functionName],
          ['AWS/Scheduler', 'InvocationDroppedCount', 'ScheduleGroup', functionName],
        ],
        { stat: 'Sum', period: HOUR_SECONDS },
      ),
    ],
  });
}
