import { nameOrPrefixed } from './common';
import { inputOf, stateOf } from './naming';
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
  state: (answer) => stateOf('scheduler', 'GetScheduleGroupOutput', answer),
  tagging: tagsByArn('scheduler'),
});

/** `aws_scheduler_schedule`. */
export const schedule = simpleResource({
  what: 'Amazon EventBridge Scheduler Schedule',
  service: 'scheduler',
  create: 'CreateSchedule',
  read: 'GetSchedule',
  update: 'UpdateSchedule',
  delete: 'DeleteSchedule',
  identity: (planned) => {
    const name = nameOrPrefixed(planned);
    const group = planned.group_name || 'default';
    return { id: `${group}/${name}`, name, group_name: group };
  },
  input: (planned) => inputOf('scheduler', 'CreateScheduleInput', planned),
  named: ({ id }) => {
    const [GroupName, Name] = id.split('/');
    return { GroupName, Name };
  },
  state: (answer) => stateOf('scheduler', 'GetScheduleOutput', answer),
});
