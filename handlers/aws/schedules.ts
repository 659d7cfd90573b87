import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { isAwsError } from './aws-error';

/** A one-time invocation of this function. */
export interface OneTimeSchedule {
  /** At most 64 of `[0-9A-Za-z-_.]`. */
  readonly name: string;
  /** Milliseconds since the epoch; EventBridge Scheduler is precise to a minute. */
  readonly at: number;
  readonly payload: unknown;
  /** Whoever looks into the console reads this. @default that it reverts an unconfirmed change */
  readonly description?: string;
}

/** EventBridge Scheduler, as far as this project needs it. Errors are the SDK's. */
export interface Schedules {
  /** A schedule of that name that is there already is left as it is. */
  create(schedule: OneTimeSchedule): Promise<void>;
  /** A schedule that is gone is success. */
  remove(name: string): Promise<void>;
}

export interface SchedulesSettings {
  readonly group: string;
  readonly roleArn: string;
  /** ARN of the function itself, from the invocation's context. */
  readonly functionArn: string;
}

export function schedules(client: SchedulerClient, settings: SchedulesSettings): Schedules {
  return {
    async create({ name, at, payload, description }) {
      try {
        await client.send(
          new CreateScheduleCommand({
            Name: name,
            GroupName: settings.group,
            ClientToken: name,
            ScheduleExpression: `at(${new Date(Math.ceil(at / 1000) * 1000).toISOString().slice(0, 19)})`,
            ScheduleExpressionTimezone: 'UTC',
            FlexibleTimeWindow: { Mode: 'OFF' },
            ActionAfterCompletion: 'DELETE',
            Description: description ?? 'Reverts an unconfirmed DKIM change',
            Target: { Arn: settings.functionArn, RoleArn: settings.roleArn, Input: JSON.stringify(payload) },
          }),
        );
      } catch (error) {
        if (!isAwsError(error, 'ConflictException')) throw error;
      }
    },
    async remove(name) {
      try {
        await client.send(new DeleteScheduleCommand({ Name: name, GroupName: settings.group }));
      } catch (error) {
        if (!isAwsError(error, 'ResourceNotFoundException')) throw error;
      }
    },
  };
}
