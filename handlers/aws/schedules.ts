import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { iso } from '../clock';
import { SCHEDULE_DESCRIPTION } from '../words/descriptions';
import { nullOnAwsError } from './aws-error';

/** A one-time invocation of this function. */
export interface OneTimeSchedule {
  /** 1–64 of `[0-9A-Za-z-_.]`. */
  readonly name: string;
  /** Milliseconds since the epoch; EventBridge Scheduler is precise to a minute. */
  readonly at: number;
  readonly payload: unknown;
}

export interface SchedulesSettings {
  readonly group: string;
  readonly roleArn: string;
  /** ARN of the function itself from the invocation's context, with a qualifier if it was called with one. */
  readonly invokedFunctionArn: string;
}

/**
 * Returns the function's ARN as IAM grants it to the scheduler's role. The provider calls with `Qualifier=$LATEST`, which the
 * context repeats, and a grant on one form of the ARN does not cover the other.
 */
const withoutQualifier = (functionArn: string): string => functionArn.split(':').slice(0, 7).join(':');

/** Returns the request to EventBridge Scheduler. The SDK does not check it. */
export const createScheduleInput = (
  { name, at, payload }: OneTimeSchedule,
  { group, roleArn, invokedFunctionArn }: SchedulesSettings,
): CreateScheduleCommandInput => ({
  Name: name,
  GroupName: group,
  // A client token may not contain dots.
  ClientToken: name.replaceAll('.', '-'),
  ScheduleExpression: `at(${iso(Math.ceil(at / 1000) * 1000).slice(0, 19)})`,
  ScheduleExpressionTimezone: 'UTC',
  FlexibleTimeWindow: { Mode: 'OFF' },
  ActionAfterCompletion: 'DELETE',
  Description: SCHEDULE_DESCRIPTION,
  Target: { Arn: withoutQualifier(invokedFunctionArn), RoleArn: roleArn, Input: JSON.stringify(payload) },
});

/** EventBridge Scheduler, as far as this project needs it. */
export interface Schedules {
  /** Leaves an existing schedule of that name unchanged. */
  create(schedule: OneTimeSchedule): Promise<void>;
  /** Succeeds if the schedule is already gone. */
  remove(name: string): Promise<void>;
}

/** Makes the calls with a client. Errors are the SDK's. */
export function schedules(client: Pick<SchedulerClient, 'send'>, settings: SchedulesSettings): Schedules {
  return {
    async create(schedule) {
      const command = new CreateScheduleCommand(createScheduleInput(schedule, settings));
      await nullOnAwsError(client.send(command), 'ConflictException');
    },
    async remove(name) {
      const command = new DeleteScheduleCommand({ Name: name, GroupName: settings.group });
      await nullOnAwsError(client.send(command), 'ResourceNotFoundException');
    },
  };
}
