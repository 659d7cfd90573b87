import { AttributeError, type ProviderContext, type ResourceType, type State } from '../resource';
import type { Block } from '../schema/schema';
import {
  oneBlock,
  optional,
  optionalComputed,
  required,
  STRING_MAP,
  STRING_SET,
  setBlock,
} from '../schema/schema';
import { ARN, doing, given, ID, nameOrPrefixed, orGone, REGION, rfc3339 } from './common';

const NAME = 'Amazon EventBridge Scheduler Schedule';
const string = optional('string');
const number = optional('number');

/** Targets other than functions, queues and topics. */
const OTHER_TARGETS: Required<Block>['blocks'] = {
  ecs_parameters: oneBlock({
    attributes: {
      enable_ecs_managed_tags: optional('bool'),
      enable_execute_command: optional('bool'),
      group: string,
      launch_type: string,
      platform_version: string,
      propagate_tags: string,
      reference_id: string,
      tags: optional(STRING_MAP),
      task_count: number,
      task_definition_arn: required('string'),
    },
    blocks: {
      capacity_provider_strategy: setBlock({
        base: number,
        capacity_provider: required('string'),
        weight: number,
      }),
      network_configuration: oneBlock({
        assign_public_ip: optional('bool'),
        security_groups: optional(STRING_SET),
        subnets: required(STRING_SET),
      }),
      placement_constraints: setBlock({ expression: string, type: required('string') }),
      placement_strategy: setBlock({ field: string, type: required('string') }),
    },
  }),
  eventbridge_parameters: oneBlock({ detail_type: required('string'), source: required('string') }),
  kinesis_parameters: oneBlock({ partition_key: required('string') }),
  sagemaker_pipeline_parameters: oneBlock({
    attributes: {},
    blocks: { pipeline_parameter: setBlock({ name: required('string'), value: required('string') }) },
  }),
  sqs_parameters: oneBlock({ message_group_id: string }),
};

const TARGET: Block = {
  attributes: { arn: required('string'), input: string, role_arn: required('string') },
  blocks: {
    ...OTHER_TARGETS,
    dead_letter_config: oneBlock({ arn: required('string') }),
    retry_policy: oneBlock(
      {
        maximum_event_age_in_seconds: optional('number', { default: 86_400 }),
        maximum_retry_attempts: optional('number', { default: 185 }),
      },
      { computed: true },
    ),
  },
};

/** `aws_scheduler_schedule`. */
export const schedule: ResourceType = {
  block: {
    attributes: {
      ...ID,
      ...ARN,
      ...REGION,
      action_after_completion: optionalComputed('string'),
      description: string,
      end_date: string,
      group_name: optionalComputed('string', { forceNew: true }),
      kms_key_arn: string,
      name: optionalComputed('string', { forceNew: true }),
      name_prefix: optionalComputed('string', { forceNew: true }),
      schedule_expression: required('string'),
      schedule_expression_timezone: optional('string', { default: 'UTC' }),
      start_date: string,
      state: optional('string', { default: 'ENABLED' }),
    },
    blocks: {
      flexible_time_window: oneBlock(
        { maximum_window_in_minutes: number, mode: required('string') },
        { min: 1 },
      ),
      target: oneBlock(TARGET, { min: 1 }),
    },
  },
  validate: (config) => {
    for (const name of Object.keys(OTHER_TARGETS)) {
      if (config.target?.[0]?.[name]?.length > 0) {
        throw new AttributeError('target', `${name} is not simulated by the sandbox's scheduler`);
      }
    }
  },
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
    KmsKeyArn: planned.kms_key_arn,
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
      DeadLetterConfig: target.dead_letter_config[0] && { Arn: target.dead_letter_config[0].arn },
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
    kms_key_arn: it.KmsKeyArn ?? null,
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
        dead_letter_config: target.DeadLetterConfig?.Arn ? [{ arn: target.DeadLetterConfig.Arn }] : [],
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
