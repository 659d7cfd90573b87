import type { ProviderContext, ResourceType, State } from '../resource';
import { deletedBy, doing, nameOrPrefixed, orGone } from './common';
import { inputOf, stateOf } from './naming';

const NAME = 'Amazon EventBridge Scheduler Schedule';
/** `aws_scheduler_schedule`. */
export const schedule: ResourceType = {
  create: async (context, planned) => {
    const name = nameOrPrefixed(planned);
    const group = planned.group_name || 'default';
    await doing(
      `creating ${NAME} (${name})`,
      context.call('scheduler', 'CreateSchedule', input(planned, name, group)),
    );
    return { id: `${group}/${name}` };
  },
  read: (context, state) => doing(`reading ${NAME} (${state.id})`, found(context, state)),
  update: async (context, _prior, planned) => {
    await doing(
      `updating ${NAME} (${planned.id})`,
      context.call('scheduler', 'UpdateSchedule', input(planned, planned.name, planned.group_name)),
    );
  },
  delete: deletedBy(NAME, 'scheduler', 'DeleteSchedule', (state) => {
    const [GroupName, Name] = state.id.split('/');
    return { GroupName, Name };
  }),
};

const input = (planned: State, Name: string, GroupName: string): object => ({
  ...inputOf('scheduler', 'CreateScheduleInput', planned),
  Name,
  GroupName,
});

async function found(context: ProviderContext, state: State): Promise<State | null> {
  const [GroupName, Name] = state.id.split('/');
  const it = await orGone(context.call('scheduler', 'GetSchedule', { GroupName, Name }));
  if (!it) return null;
  return { ...state, ...stateOf('scheduler', 'GetScheduleOutput', it), name_prefix: state.name_prefix ?? '' };
}
