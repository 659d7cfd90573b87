import { type RestJsonRoute, restJson } from '../wire/rest-json';

const SCHEDULE = '/schedules/{Name}';
const GROUP = '/schedule-groups/{Name}';
const TAGS = '/tags/{ResourceArn}';

const CLIENT_TOKEN = { clientToken: 'ClientToken' };
const PAGE = { NamePrefix: 'NamePrefix', MaxResults: 'MaxResults', NextToken: 'NextToken' };

/** Input members that are lists, though one may have come. */
const listOf =
  (member: string): RestJsonRoute['decode'] =>
  (input) => ({ ...input, [member]: [input[member] ?? []].flat() });

/** EventBridge Scheduler's REST interface. */
export const schedulerWire = restJson([
  { operation: 'CreateSchedule', method: 'POST', path: SCHEDULE },
  { operation: 'GetSchedule', method: 'GET', path: SCHEDULE, query: { groupName: 'GroupName' } },
  { operation: 'UpdateSchedule', method: 'PUT', path: SCHEDULE },
  {
    operation: 'DeleteSchedule',
    method: 'DELETE',
    path: SCHEDULE,
    query: { groupName: 'GroupName', ...CLIENT_TOKEN },
  },
  {
    operation: 'ListSchedules',
    method: 'GET',
    path: '/schedules',
    query: { ScheduleGroup: 'GroupName', State: 'State', ...PAGE },
  },
  { operation: 'CreateScheduleGroup', method: 'POST', path: GROUP },
  { operation: 'GetScheduleGroup', method: 'GET', path: GROUP },
  { operation: 'DeleteScheduleGroup', method: 'DELETE', path: GROUP, query: CLIENT_TOKEN },
  { operation: 'ListScheduleGroups', method: 'GET', path: '/schedule-groups', query: PAGE },
  { operation: 'TagResource', method: 'POST', path: TAGS },
  {
    operation: 'UntagResource',
    method: 'DELETE',
    path: TAGS,
    query: { TagKeys: 'TagKeys' },
    decode: listOf('TagKeys'),
  },
  { operation: 'ListTagsForResource', method: 'GET', path: TAGS },
]);
