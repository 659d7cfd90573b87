import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  type SchedulerClient,
} from '@aws-sdk/client-scheduler';
import { isAwsError } from './aws-error';
import { createScheduleInput, type OneTimeSchedule, type SchedulesSettings } from './schedule-input';

/** EventBridge Scheduler, as far as this project needs it. Errors are the SDK's. */
export interface Schedules {
  /** A schedule of that name that is there already is left as it is. */
  create(schedule: OneTimeSchedule): Promise<void>;
  /** A schedule that is gone is success. */
  remove(name: string): Promise<void>;
}

export function schedules(client: Pick<SchedulerClient, 'send'>, settings: SchedulesSettings): Schedules {
  return {
    async create(schedule) {
      try {
        await client.send(new CreateScheduleCommand(createScheduleInput(schedule, settings)));
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
