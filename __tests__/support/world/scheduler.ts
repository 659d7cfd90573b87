import type { OneTimeSchedule, Schedules } from '../../../handlers/aws/schedules';
import type { Clock } from '../../../handlers/clock';
import type { Calls } from './calls';
import type { Invocation } from './invocation';

/** EventBridge Scheduler: one-time schedules that wait until a test lets them fire. */
export class Scheduler {
  private readonly schedules = new Map<string, OneTimeSchedule>();

  constructor(private readonly calls: Calls) {}

  /** The earliest first. */
  pending(): OneTimeSchedule[] {
    return [...this.schedules.values()].sort((a, b) => a.at - b.at);
  }

  /** What is due; from then on it is gone, as with `ActionAfterCompletion: DELETE`. */
  takeDue(now: number): OneTimeSchedule[] {
    const due = this.pending().filter(({ at }) => at <= now);
    for (const { name } of due) this.schedules.delete(name);
    return due;
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
          if (!/^[0-9A-Za-z-_.]{1,64}$/.test(schedule.name)) throw new Error(`bad name ${schedule.name}`);
          if (!this.schedules.has(schedule.name))
            this.schedules.set(schedule.name, {
              ...schedule,
              payload: JSON.parse(JSON.stringify(schedule.payload)),
            });
        }),
      remove: (name) =>
        perform('DeleteSchedule', name, () => {
          this.schedules.delete(name);
        }),
    };
  }
}
