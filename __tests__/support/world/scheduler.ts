import type { CreateScheduleCommandInput } from '@aws-sdk/client-scheduler';
import {
  createScheduleInput,
  type OneTimeSchedule,
  type Schedules,
  type SchedulesSettings,
} from '../../../handlers/aws/schedules';
import type { Clock } from '../../../handlers/clock';
import { awsFailure } from './aws-failure';
import type { Calls } from './calls';
import type { Invocation } from './invocation';

/** What AWS's service model (scheduler/2021-06-30) allows, member by member. */
const MODEL: Readonly<Record<string, RegExp>> = {
  Name: /^[0-9a-zA-Z-_.]{1,64}$/,
  GroupName: /^[0-9a-zA-Z-_.]{1,64}$/,
  ClientToken: /^[a-zA-Z0-9-_]{1,64}$/,
  ScheduleExpression: /^at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)$/,
  ScheduleExpressionTimezone: /^.{1,50}$/,
  ActionAfterCompletion: /^(NONE|DELETE)$/,
  Description: /^.{0,512}$/s,
  'Target.Arn': /^.{1,1600}$/,
  'Target.RoleArn': /^arn:aws(-[a-z]+)?:iam::\d{12}:role\/[\w+=,.@/-]{1,1570}$/,
  'Target.Input': /^.+$/s,
};

/** EventBridge Scheduler: one-time schedules that wait until a test lets them fire. */
export class Scheduler {
  private readonly schedules = new Map<string, OneTimeSchedule & { readonly target: string }>();
  /** Names of schedules that fired, and whose role could not invoke their target: nobody hears of it. */
  readonly dropped: string[] = [];

  /** @param mayInvoke the one ARN that the schedules' role is granted. IAM takes it literally. */
  constructor(
    private readonly calls: Calls,
    private readonly settings: () => SchedulesSettings,
    private readonly mayInvoke: string,
  ) {}

  /** The earliest first. */
  pending(): OneTimeSchedule[] {
    return [...this.schedules.values()].sort((a, b) => a.at - b.at);
  }

  /** What is due; from then on it is gone, as with `ActionAfterCompletion: DELETE`. */
  takeDue(now: number): OneTimeSchedule[] {
    const due = this.pending().filter(({ at }) => at <= now);
    const targets = new Map([...this.schedules].map(([name, { target }]) => [name, target]));
    for (const { name } of due) this.schedules.delete(name);
    const arrives = ({ name }: OneTimeSchedule) => targets.get(name) === this.mayInvoke;
    this.dropped.push(...due.filter((each) => !arrives(each)).map(({ name }) => name));
    return due.filter(arrives);
  }

  remove(name: string): void {
    this.schedules.delete(name);
  }

  api(invocation: Invocation, clock: Clock): Schedules {
    const perform = <T>(action: string, name: string, effect: () => T): Promise<T> =>
      this.calls.perform(invocation, clock, { action: `scheduler:${action}`, resource: name }, effect);
    return {
      create: (schedule) =>
        perform('CreateSchedule', schedule.name, () => {
          const sent = createScheduleInput(schedule, this.settings());
          hold(sent);
          if (!this.schedules.has(schedule.name))
            this.schedules.set(schedule.name, {
              ...schedule,
              payload: JSON.parse(sent.Target!.Input!),
              target: sent.Target!.Arn!,
            });
        }),
      remove: (name) =>
        perform('DeleteSchedule', name, () => {
          this.schedules.delete(name);
        }),
    };
  }
}

/** @throws ValidationException, as AWS: for whatever its model does not allow. */
function hold({ Target: target, ...sent }: CreateScheduleCommandInput): void {
  const members = {
    ...sent,
    ...Object.fromEntries(Object.entries(target!).map(([k, v]) => [`Target.${k}`, v])),
  };
  for (const [member, pattern] of Object.entries(MODEL)) {
    const value = (members as Record<string, unknown>)[member];
    if (typeof value !== 'string' || !pattern.test(value))
      throw awsFailure(
        'ValidationException',
        `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${pattern.source}`,
        400,
      );
  }
}
