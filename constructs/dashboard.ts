import { AUDIT_METRIC, metricDimensions, STATE_METRICS } from '../handlers/contract/contract';
import { GRAPHS } from './words';

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3_600;

/** A graph of the dashboard. */
interface Graph {
  readonly title: string;
  /** One metric per entry, as CloudWatch writes it: namespace, name, dimensions. */
  readonly metrics: readonly (readonly string[])[];
  readonly stat: 'Maximum' | 'Sum';
  /** Length of a period in seconds. */
  readonly period: number;
  readonly stacked: boolean;
}

/** Returns the metric of this name that the audit of a function writes. */
const ofAudit = (functionName: string, name: string): readonly string[] => [
  AUDIT_METRIC.namespace,
  name,
  ...Object.entries(metricDimensions(functionName)).flat(),
];

/** Returns the graphs, the uppermost first. */
const graphsOf = (functionName: string): readonly Graph[] => [
  {
    title: GRAPHS.needingAttention,
    metrics: [ofAudit(functionName, AUDIT_METRIC.metricName)],
    stat: 'Maximum',
    period: DAY_SECONDS,
    stacked: false,
  },
  {
    title: GRAPHS.byStatus,
    metrics: Object.values(STATE_METRICS).map((name) => ofAudit(functionName, name)),
    stat: 'Maximum',
    period: DAY_SECONDS,
    stacked: true,
  },
  {
    title: GRAPHS.failures,
    metrics: [
      ['AWS/Lambda', 'Errors', 'FunctionName', functionName],
      ['AWS/Lambda', 'Throttles', 'FunctionName', functionName],
      ['AWS/Scheduler', 'InvocationDroppedCount', 'ScheduleGroup', functionName],
    ],
    stat: 'Sum',
    period: HOUR_SECONDS,
    stacked: false,
  },
];

/**
 * Returns the dashboard's body (JSON). It shows how many domains need a person, the states of the domains, and whether the
 * function and its schedules work.
 */
export const dashboardBody = (functionName: string, region: string): string =>
  JSON.stringify({
    widgets: graphsOf(functionName).map(({ title, metrics, stat, period, stacked }, row) => ({
      type: 'metric',
      ...{ x: 0, y: 6 * row, width: 24, height: 6 },
      properties: { title, region, metrics, view: 'timeSeries', stacked, stat, period },
    })),
  });
