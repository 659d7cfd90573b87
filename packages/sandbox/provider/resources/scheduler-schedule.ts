import type { ProviderContext, ResourceType, State } from '../resource';
import { doing, given, nameOrPrefixed, orGone, rfc3339 } from './common';

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
  delete: async (context, state) => {
    const [GroupName, Name] = state.id.split('/');
    await doing(
      `deleting ${NAME} (${state.id})`,
      orGone(context.call('scheduler', 'DeleteSchedule', { GroupName, Name })),
    );
  },
};

function input(planned: State, Name: string, GroupName: string): object {
  const [window] = planned.flexible_time_window;
  const [target] = planned.target;
  return given({
    Name,
    GroupName,
    ActionAfterCompletion: planned.action_after_completion,
    Description: planned.description,
    StartDate: planned.start_date && new Date(planned.start_date),
    EndDate: planned.end_date && new Date(planned.end_date),
    ScheduleExpression: planned.schedule_expression,
    ScheduleExpressionTimezone: planned.schedule_expression_timezone,
    State: planned.state,
    FlexibleTimeWindow: given({
      Mode: window.mode,
      MaximumWindowInMinutes: window.maximum_window_in_minutes,
    }),
    Target: given({
      Arn: target.arn,
      RoleArn: target.role_arn,
      Input: target.input,
      RetryPolicy: target.retry_policy?.[0] && {
        MaximumEventAgeInSeconds: target.retry_policy[0].maximum_event_age_in_seconds,
        MaximumRetryAttempts: target.retry_policy[0].maximum_retry_attempts,
      },
    }),
  });
}

async function found(context: ProviderContext, state: State): Promise<State | null> {
  const [GroupName, Name] = state.id.split('/');
  const it = await orGone(context.call('scheduler', 'GetSchedule', { GroupName, Name }));
  if (!it) return null;
  const { Target: target, FlexibleTimeWindow: window } = it;
  return {
    ...state,
    action_after_completion: it.ActionAfterCompletion ?? 'NONE',
    arn: it.Arn,
    description: it.Description || null,
    end_date: rfc3339(it.EndDate),
    flexible_time_window: [
      { mode: window.Mode, maximum_window_in_minutes: window.MaximumWindowInMinutes ?? null },
    ],
    group_name: it.GroupName ?? GroupName,
    name: it.Name,
    name_prefix: state.name_prefix ?? '',
    schedule_expression: it.ScheduleExpression,
    schedule_expression_timezone: it.ScheduleExpressionTimezone ?? 'UTC',
    start_date: rfc3339(it.StartDate),
    state: it.State ?? 'ENABLED',
    target: [
      {
        arn: target.Arn,
        role_arn: target.RoleArn,
        input: target.Input ?? null,
        retry_policy: [
          {
            maximum_event_age_in_seconds: target.RetryPolicy?.MaximumEventAgeInSeconds ?? 86_400,
            maximum_retry_attempts: target.RetryPolicy?.MaximumRetryAttempts ?? 185,
          },
        ],
      },
    ],
  };
}
