import { nameOrPrefixed } from './common';
import { stateOf } from './naming';
import { simpleResource } from './simple-resource';
import { tagList, tagsByArn } from './tags';

/** `aws_scheduler_schedule_group`. */
export const scheduleGroup = simpleResource({
  what: 'Amazon EventBridge Scheduler Schedule Group',
  service: 'scheduler',
  create: 'CreateScheduleGroup',
  read: 'GetScheduleGroup',
  delete: 'DeleteScheduleGroup',
  identity: (planned) => ({ id: nameOrPrefixed(planned) }),
  input: ({ id, tags_all }) => ({ Name: id, Tags: tagList(tags_all) }),
  named: ({ id }) => ({ Name: id }),
  state: (answer, state) => ({
    ...stateOf('scheduler', 'GetScheduleGroupOutput', answer),
    name_prefix: state.name_prefix ?? '',
  }),
  tagging: tagsByArn('scheduler'),
});
