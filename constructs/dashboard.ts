import { AUDIT_METRIC, STATE_METRICS } from '../handlers/contract/contract';

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
    [stat, period]: readonly [string, number],
    stacked = false,
  ) => ({
    type: 'metric',
    ...{ x: 0, y: 6 * row, width: 24, height: 6 },
    properties: { title, region, metrics, view: 'timeSeries', stacked, stat, period },
  });
  const ofAudit = (name: string) => [AUDIT_METRIC.namespace, name, ...audited];
  const states = Object.values(STATE_METRICS).map(ofAudit);
  const failures = [
    ['AWS/Lambda', 'Errors', 'FunctionName', functionName],
    ['AWS/Lambda', 'Throttles', 'FunctionName', functionName],
    ['AWS/Scheduler', 'InvocationDroppedCount', 'ScheduleGroup', functionName],
  ];
  return JSON.stringify({
    widgets: [
      graph('Domains that need a person', 0, [ofAudit(AUDIT_METRIC.metricName)], ['Maximum', DAY_SECONDS]),
      graph('Domains by what SES says', 1, states, ['Maximum', DAY_SECONDS], true),
      graph('Failures of the function and its schedules', 2, failures, ['Sum', HOUR_SECONDS]),
    ],
  });
}
