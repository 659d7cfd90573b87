import { keepSpelling, sortedJson } from '../schema/spelling';
import { simpleResource } from './simple-resource';

/** `aws_cloudwatch_dashboard`. */
export const dashboard = simpleResource({
  what: 'CloudWatch Dashboard',
  service: 'cloudwatch',
  create: 'PutDashboard',
  read: 'GetDashboard',
  update: 'PutDashboard',
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
