import type { SandboxCore, ServiceFactory } from '../../contract/core';
import { type Common, type OwnOperations, operationsOf } from '../../contract/operations';
import type { ResourceTags } from '../../contract/resource-tags';
import { AwsError } from '../../contract/service';
import { checkAlarm, checkQueries } from './cloudwatch-alarm';
import { readExpression, type Series } from './metric-math';
import { tagOperations } from './tagging';

interface Alarm {
  readonly region: string;
  readonly arn: string;
  readonly input: any;
  readonly tags: ResourceTags;
  readonly state: { StateValue: string; StateReason: string; StateUpdatedTimestamp: Date };
}

/**
 * CloudWatch: stores alarms and dashboards as they were put. Nothing evaluates them. No metric has a sample, since nothing
 * writes one here.
 */
export const createCloudWatch: ServiceFactory = (core) => {
  const alarms = new Map<string, Alarm>();
  const alarmArn = (name: string, region: string) =>
    `arn:aws:cloudwatch:${region}:${core.accountId}:alarm:${name}`;
  const common: Common = {
    resource: (input, { region }) => alarmArn(input.AlarmName ?? input.AlarmNames?.[0] ?? '*', region),
  };

  const operations = operationsOf('cloudwatch', common, {
    PutMetricAlarm({ Tags = [], ...input }, { region, clock }) {
      checkAlarm(input, region);
      const arn = alarmArn(input.AlarmName, region);
      const existing = alarms.get(arn);
      alarms.set(arn, {
        region,
        arn,
        input,
        // AWS ignores tags in an update of an alarm.
        tags: existing?.tags ?? core.resourceTags(Tags),
        state: existing?.state ?? {
          StateValue: 'INSUFFICIENT_DATA',
          StateReason: 'Unchecked: Initial alarm creation',
          StateUpdatedTimestamp: new Date(clock.now()),
        },
      });
    },
    DescribeAlarms: ({ AlarmNames, AlarmNamePrefix = '' }, { region }) => ({
      CompositeAlarms: [],
      MetricAlarms: [...alarms.values()]
        .filter((alarm) => alarm.region === region)
        .filter(({ input: { AlarmName } }) =>
          AlarmNames ? AlarmNames.includes(AlarmName) : AlarmName.startsWith(AlarmNamePrefix),
        )
        .map(({ arn, input, state }) => ({ ...input, ...state, AlarmArn: arn })),
    }),
    DeleteAlarms({ AlarmNames }, { region }) {
      const arns: string[] = AlarmNames.map((name: string) => alarmArn(name, region));
      if (!arns.every((arn) => alarms.has(arn))) {
        throw new AwsError('ResourceNotFound', `Alarms not found: ${AlarmNames.join(', ')}`, 404);
      }
      for (const arn of arns) alarms.delete(arn);
    },
    GetMetricData: { resource: () => '*', run: metricData },
    ...dashboardOperations(core),
    ...tagOperations({
      service: 'cloudwatch',
      members: ['ResourceARN', 'Tags', 'TagKeys'],
      find: (arn) => alarms.get(arn)?.tags,
      missing: (arn) => new AwsError('ResourceNotFoundException', `Unknown alarm ${arn}`, 404),
    }),
  });
  return { name: 'cloudwatch', operations };
};

const NO_SAMPLE: Series = () => undefined;

/** Computes expressions over metrics that have no sample, the newest period first. */
function metricData({ MetricDataQueries: queries, StartTime, EndTime }: any): object {
  if (StartTime >= EndTime)
    throw new AwsError('ValidationError', 'The parameter StartTime must be less than the parameter EndTime.');
  const periodMs = checkQueries(queries) * 1000;
  const periods: Date[] = [];
  for (let start = Math.floor(StartTime / periodMs) * periodMs; start < EndTime; start += periodMs)
    periods.unshift(new Date(start));
  const ids: string[] = queries.flatMap(({ Id, MetricStat }: any) => (MetricStat ? [Id] : []));
  const metrics = Object.fromEntries(ids.map((id) => [id, NO_SAMPLE]));
  const results = queries
    .filter(({ ReturnData = true }: any) => ReturnData)
    .map(({ Id, Label = Id, Expression }: any) => {
      const at = Expression ? readExpression(Expression, ids)(metrics) : NO_SAMPLE;
      const Timestamps = periods.filter((start) => at(start) !== undefined);
      return { Id, Label, Timestamps, Values: Timestamps.map(at), StatusCode: 'Complete' };
    });
  return { MetricDataResults: results, Messages: [] };
}

/** Dashboards are global: two regions share each name. */
function dashboardOperations(core: SandboxCore): OwnOperations {
  const dashboards = new Map<string, string>();
  const dashboardArn = (name: string) => `arn:aws:cloudwatch::${core.accountId}:dashboard/${name}`;
  const dashboard = {
    resource: ({ DashboardName, DashboardNames: [name] = [DashboardName] }: any) => dashboardArn(name),
  };
  return {
    PutDashboard: {
      ...dashboard,
      run: ({ DashboardName: name, DashboardBody: body }) => {
        if (!/^[\w-]{1,255}$/.test(name)) throw invalidDashboard('The DashboardName is invalid.');
        checkDashboard(body);
        dashboards.set(name, body);
        return { DashboardValidationMessages: [] };
      },
    },
    GetDashboard: {
      ...dashboard,
      run: ({ DashboardName: name }) => {
        const DashboardBody = dashboards.get(name);
        if (DashboardBody === undefined) throw noDashboard(name);
        return { DashboardArn: dashboardArn(name), DashboardBody, DashboardName: name };
      },
    },
    DeleteDashboards: {
      ...dashboard,
      run: ({ DashboardNames }) => {
        for (const name of DashboardNames) if (!dashboards.has(name)) throw noDashboard(name);
        for (const name of DashboardNames) dashboards.delete(name);
      },
    },
  };
}

const MOST_WIDGETS = 500;

/** @throws AwsError InvalidParameterInput unless it is a list of widgets that each have a type and properties */
function checkDashboard(body: string): void {
  let widgets: unknown;
  try {
    ({ widgets } = JSON.parse(body));
  } catch {
    throw invalidDashboard('The field DashboardBody must be valid JSON.');
  }
  if (!Array.isArray(widgets) || widgets.length > MOST_WIDGETS)
    throw invalidDashboard('Should have required property "widgets".');
  if (!widgets.every(({ type, properties }) => typeof type === 'string' && typeof properties === 'object'))
    throw invalidDashboard('Each widget has a type and properties.');
}

const invalidDashboard = (message: string): AwsError =>
  new AwsError(
    'InvalidParameterInput',
    `The dashboard is invalid, there are 1 validation errors: ${message}`,
  );
const noDashboard = (name: string): AwsError =>
  new AwsError('ResourceNotFound', `Dashboard ${name} does not exist`, 404);
