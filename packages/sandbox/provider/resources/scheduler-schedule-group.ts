import type { ProviderContext, ResourceType, State } from '../resource';
import { deletedBy, doing, nameOrPrefixed, orGone } from './common';
import { stateOf } from './naming';
import { tagList, tagsByArn } from './tags';

const NAME = 'Amazon EventBridge Scheduler Schedule Group';

/** `aws_scheduler_schedule_group`. */
export const scheduleGroup: ResourceType = {
  create: async (context, planned) => {
    const name = nameOrPrefixed(planned);
    await doing(
      `creating ${NAME} (${name})`,
      context.call('scheduler', 'CreateScheduleGroup', { Name: name, Tags: tagList(planned.tags_all) }),
    );
    return { id: name };
  },
  read: (context, state) => doing(`reading ${NAME} (${state.id})`, found(context, state)),
  tagging: tagsByArn('scheduler'),
  delete: deletedBy(NAME, 'scheduler', 'DeleteScheduleGroup', (state) => ({ Name: state.id })),
};

async function found(context: ProviderContext, state: State): Promise<State | null> {
  const group = await orGone(context.call('scheduler', 'GetScheduleGroup', { Name: state.id }));
  if (!group) return null;
  return {
    ...state,
    ...stateOf('scheduler', 'GetScheduleGroupOutput', group),
    name_prefix: state.name_prefix ?? '',
  };
}
