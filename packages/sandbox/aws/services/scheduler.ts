import { isDeepStrictEqual } from 'node:util';
import type { SandboxCore } from '../../contract/core';
import { type Common, type OwnOperations, operationsOf } from '../../contract/operations';
import { AwsError, type CallContext, type Service } from '../../contract/service';
import type { IamService } from './iam';
import type { LambdaService } from './lambda';
import { parseExpression, type Timetable } from './scheduler-expression';
import { callTarget, type Firing, newOccasion, type Occasion } from './scheduler-firing';
import { groupOperations, ScheduleGroups } from './scheduler-groups';
import { groupArnOf, readDefinition, type ScheduleDefinition } from './scheduler-schedule';

interface Schedule {
  readonly definition: ScheduleDefinition;
  readonly dates: { readonly CreationDate: Date; readonly LastModificationDate: Date };
  readonly clientToken?: string;
  readonly timetable: Timetable;
  cancel(): void;
}

export interface SchedulerService extends Service {
  /** Returns the current schedules. */
  schedules(): readonly ScheduleDefinition[];
  /** Returns every call of a target so far, oldest first. */
  firings(): readonly Firing[];
  /**
   * Fires a schedule now, as if it were due, and removes it as its settings say. A schedule that has been deleted fires
   * with its last settings, since a firing may come late or twice. Resolves when the target has been called.
   */
  fire(name: string, groupName?: string, region?: string): Promise<Firing>;
}

/** Keeps the schedules of an account; each fires when the sandbox's clock reaches it. */
class Schedules {
  readonly firings: Firing[] = [];
  private readonly schedules = new Map<string, Schedule>();
  /** Every schedule that ever existed, by ARN, with its last settings. */
  private readonly remembered = new Map<string, ScheduleDefinition>();

  constructor(readonly core: SandboxCore) {}

  arn({ Name = '*', GroupName = 'default' }: any, { region }: { readonly region: string }): string {
    return `arn:aws:scheduler:${region}:${this.core.accountId}:schedule/${GroupName}/${Name}`;
  }

  find(arn: string): Schedule | undefined {
    return this.schedules.get(arn);
  }

  /** @throws AwsError ResourceNotFoundException */
  get(input: any, context: CallContext): Schedule {
    const found = this.schedules.get(this.arn(input, context));
    if (found) return found;
    throw new AwsError('ResourceNotFoundException', `Schedule ${input.Name} does not exist.`, 404);
  }

  all(): readonly Schedule[] {
    return [...this.schedules.values()];
  }

  remove(arn: string): void {
    this.schedules.get(arn)?.cancel();
    this.schedules.delete(arn);
  }

  removeGroup(groupArn: string): void {
    const prefix = `${groupArn.replace(':schedule-group/', ':schedule/')}/`;
    for (const arn of [...this.schedules.keys()]) if (arn.startsWith(prefix)) this.remove(arn);
  }

  /** Puts a schedule in place. It fires at its time, and again if it recurs. */
  put(definition: ScheduleDefinition, more: Pick<Schedule, 'dates' | 'clientToken'>): void {
    this.remove(definition.Arn);
    const modifiedAt = more.dates.LastModificationDate.getTime();
    const timetable = parseExpression(definition.ScheduleExpression, modifiedAt);
    let cancel = () => {};
    const wait = (after: number): void => {
      const at = timetable.next(after);
      if (at === undefined || definition.State === 'DISABLED') return;
      cancel = this.core.clock.schedule(at, async () => {
        if (!timetable.once) wait(at);
        await this.fireAndSettle(definition, newOccasion(at));
      });
    };
    wait(modifiedAt - 1);
    this.schedules.set(definition.Arn, { definition, timetable, cancel: () => cancel(), ...more });
    this.remembered.set(definition.Arn, definition);
  }

  fireNow(name: string, groupName: string, region: string): Promise<Firing> {
    const arn = this.arn({ Name: name, GroupName: groupName }, { region });
    const definition = this.schedules.get(arn)?.definition ?? this.remembered.get(arn);
    if (!definition) throw new Error(`there never was a schedule ${groupName}/${name} in ${region}`);
    return this.fire(definition, newOccasion(this.core.clock.now()));
  }

  /**
   * Calls the target once. If Lambda does not accept the call, it retries later, even if the schedule has been deleted
   * by then.
   */
  private async fire(definition: ScheduleDefinition, occasion: Occasion): Promise<Firing> {
    const firing = await callTarget(this.core, definition, occasion);
    this.firings.push(firing);
    if (firing.retryAt !== undefined) {
      const again = { ...occasion, attempt: occasion.attempt + 1 };
      this.core.clock.schedule(firing.retryAt, () => this.fireAndSettle(definition, again));
      return firing;
    }
    const schedule = this.schedules.get(definition.Arn);
    if (schedule?.definition === definition) this.complete(schedule, occasion);
    return firing;
  }

  /** Removes a schedule that has fired for the last time, if its settings say so. */
  private complete({ definition, timetable, cancel }: Schedule, { scheduledAt }: Occasion): void {
    if (timetable.once) cancel();
    const isCompleted = timetable.once || timetable.next(scheduledAt) === undefined;
    if (isCompleted && definition.ActionAfterCompletion === 'DELETE') this.remove(definition.Arn);
  }

  /** Fires, and waits until the function has run, so that an advance of the clock continues only then. */
  private async fireAndSettle(definition: ScheduleDefinition, occasion: Occasion): Promise<void> {
    const { requestId } = await this.fire(definition, occasion);
    if (requestId) await this.core.service<LambdaService>('lambda').settled(requestId);
  }
}

/** EventBridge Scheduler: schedules fire when the sandbox's clock reaches them. */
export const createScheduler = (core: SandboxCore): SchedulerService => {
  const schedules = new Schedules(core);
  const groups = new ScheduleGroups(core);
  const common: Common = { resource: (input, context) => schedules.arn(input, context) };
  return {
    name: 'scheduler',
    operations: operationsOf('scheduler', common, {
      ...groupOperations(groups, core.resourceTags, (groupArn) => schedules.removeGroup(groupArn)),
      ...scheduleOperations(schedules, groups),
    }),
    schedules: () => schedules.all().map(({ definition }) => definition),
    firings: () => schedules.firings,
    fire: (name, groupName = 'default', region = core.region) => schedules.fireNow(name, groupName, region),
  };
};

function scheduleOperations(schedules: Schedules, groups: ScheduleGroups): OwnOperations {
  const { core } = schedules;
  return {
    CreateSchedule(input, context) {
      const definition = readDefinition(input, schedules.arn(input, context));
      groups.get(groups.arn(context.region, definition.GroupName));
      checkRole(core, definition, context);
      const existing = schedules.find(definition.Arn);
      if (existing && !repeats(input, definition, existing)) {
        throw new AwsError('ConflictException', `Schedule ${input.Name} already exists.`, 409);
      }
      const now = new Date(context.clock.now());
      const dates = { CreationDate: now, LastModificationDate: now };
      if (!existing) schedules.put(definition, { dates, clientToken: input.ClientToken });
      return { ScheduleArn: definition.Arn };
    },
    UpdateSchedule(input, context) {
      const { dates, clientToken } = schedules.get(input, context);
      const definition = readDefinition(input, schedules.arn(input, context));
      checkRole(core, definition, context);
      const LastModificationDate = new Date(context.clock.now());
      schedules.put(definition, { dates: { ...dates, LastModificationDate }, clientToken });
      return { ScheduleArn: definition.Arn };
    },
    GetSchedule(input, context) {
      const { definition, dates } = schedules.get(input, context);
      return { ...definition, ...dates };
    },
    DeleteSchedule(input, context) {
      schedules.remove(schedules.get(input, context).definition.Arn);
    },
    ListSchedules: ({ GroupName, NamePrefix = '', State }, { region }) => ({
      Schedules: schedules
        .all()
        .filter(({ definition: { Arn } }) => Arn.split(':')[3] === region)
        .filter(({ definition }) => GroupName === undefined || definition.GroupName === GroupName)
        .filter(({ definition }) => definition.Name.startsWith(NamePrefix))
        .filter(({ definition }) => State === undefined || definition.State === State)
        .map(({ definition: { Arn, Name, GroupName, State, Target }, dates }) => ({
          ...{ Arn, Name, GroupName, State, ...dates },
          Target: { Arn: Target.Arn },
        })),
    }),
  };
}

/** Returns whether a creation repeats the request that made the schedule. */
const repeats = ({ ClientToken }: any, definition: ScheduleDefinition, existing: Schedule): boolean =>
  ClientToken !== undefined &&
  existing.clientToken === ClientToken &&
  isDeepStrictEqual(existing.definition, definition);

/** Checks that the caller may pass the role, and that the role lets the scheduler assume it. */
function checkRole(core: SandboxCore, { Target, Arn }: ScheduleDefinition, context: CallContext): void {
  context.authorize('iam:PassRole', Target.RoleArn, {
    'iam:PassedToService': 'scheduler.amazonaws.com',
  });
  const keys = { 'aws:SourceArn': groupArnOf(Arn), 'aws:SourceAccount': core.accountId };
  if (core.service<IamService>('iam').trustsService(Target.RoleArn, 'scheduler.amazonaws.com', keys)) return;
  throw new AwsError(
    'ValidationException',
    'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
  );
}
