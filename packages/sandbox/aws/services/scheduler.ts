import { isDeepStrictEqual } from 'node:util';
import type { SandboxCore } from '../../contract/core';
import { type Common, operationsOf } from '../../contract/operations';
import { AwsError, type CallContext } from '../../contract/service';
import type { IamService } from './iam';
import type { LambdaService } from './lambda';
import { parseExpression, type Timetable } from './scheduler-expression';
import { callTarget, type Firing, newOccasion, type Occasion } from './scheduler-firing';
import { groupOperations, ScheduleGroups } from './scheduler-groups';
import { groupArnOf, readDefinition, type ScheduleDefinition } from './scheduler-schedule';

export type SchedulerService = ReturnType<typeof createScheduler>;

interface Schedule {
  readonly definition: ScheduleDefinition;
  readonly dates: { readonly CreationDate: Date; readonly LastModificationDate: Date };
  readonly clientToken?: string;
  readonly timetable: Timetable;
  cancel(): void;
}

/** EventBridge Scheduler: schedules fire when the sandbox's clock reaches them. */
export const createScheduler = (core: SandboxCore) => {
  const schedules = new Map<string, Schedule>();
  /** Every schedule there ever was, by ARN, as it was last. */
  const remembered = new Map<string, ScheduleDefinition>();
  const firings: Firing[] = [];
  const groups = new ScheduleGroups(core);

  const arnOf = ({ Name = '*', GroupName = 'default' }: any, { region }: { region: string }): string =>
    `arn:aws:scheduler:${region}:${core.accountId}:schedule/${GroupName}/${Name}`;
  const get = (input: any, context: CallContext): Schedule => {
    const found = schedules.get(arnOf(input, context));
    if (found) return found;
    throw new AwsError('ResourceNotFoundException', `Schedule ${input.Name} does not exist.`, 404);
  };
  const remove = (arn: string): void => {
    schedules.get(arn)?.cancel();
    schedules.delete(arn);
  };

  /** Calls the target once; if Lambda does not take it, again later, even if the schedule has gone by then. */
  const fire = async (definition: ScheduleDefinition, occasion: Occasion): Promise<Firing> => {
    const firing = await callTarget(core, definition, occasion);
    firings.push(firing);
    if (firing.retryAt !== undefined) {
      core.clock.schedule(firing.retryAt, () =>
        fireAndSettle(definition, { ...occasion, attempt: occasion.attempt + 1 }),
      );
      return firing;
    }
    const schedule = schedules.get(definition.Arn);
    if (schedule?.definition !== definition) return firing;
    const { timetable } = schedule;
    if (timetable.once) schedule.cancel();
    const completed = timetable.once || timetable.next(occasion.scheduledAt) === undefined;
    if (completed && definition.ActionAfterCompletion === 'DELETE') remove(definition.Arn);
    return firing;
  };
  /** An advance of the clock goes on when the function has run, so that what it does comes at its own time. */
  const fireAndSettle = async (definition: ScheduleDefinition, occasion: Occasion): Promise<void> => {
    const { requestId } = await fire(definition, occasion);
    if (requestId) await core.service<LambdaService>('lambda').settled(requestId);
  };

  /** Puts a schedule in place; it fires when its time has come, and again if it recurs. */
  const put = (definition: ScheduleDefinition, more: Pick<Schedule, 'dates' | 'clientToken'>) => {
    remove(definition.Arn);
    const modifiedAt = more.dates.LastModificationDate.getTime();
    const timetable = parseExpression(definition.ScheduleExpression, modifiedAt);
    let cancel = () => {};
    const wait = (after: number): void => {
      const at = timetable.next(after);
      if (at === undefined || definition.State === 'DISABLED') return;
      cancel = core.clock.schedule(at, async () => {
        if (!timetable.once) wait(at);
        await fireAndSettle(definition, newOccasion(at));
      });
    };
    wait(modifiedAt - 1);
    schedules.set(definition.Arn, { definition, timetable, cancel: () => cancel(), ...more });
    remembered.set(definition.Arn, definition);
  };

  const checkRole = ({ Target, Arn }: ScheduleDefinition, context: CallContext): void => {
    context.authorize('iam:PassRole', Target.RoleArn, {
      'iam:PassedToService': 'scheduler.amazonaws.com',
    });
    const keys = { 'aws:SourceArn': groupArnOf(Arn), 'aws:SourceAccount': core.accountId };
    if (core.service<IamService>('iam').trustsService(Target.RoleArn, 'scheduler.amazonaws.com', keys))
      return;
    throw new AwsError(
      'ValidationException',
      'The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
    );
  };

  const common: Common = { resource: arnOf };
  const operations = operationsOf('scheduler', common, {
    ...groupOperations(groups, core.resourceTags, (groupArn) => {
      const prefix = `${groupArn.replace(':schedule-group/', ':schedule/')}/`;
      for (const arn of [...schedules.keys()]) if (arn.startsWith(prefix)) remove(arn);
    }),
    CreateSchedule(input, context) {
      const definition = readDefinition(input, arnOf(input, context));
      groups.get(groups.arn(context.region, definition.GroupName));
      checkRole(definition, context);
      const existing = schedules.get(definition.Arn);
      const repeated =
        input.ClientToken !== undefined &&
        existing?.clientToken === input.ClientToken &&
        isDeepStrictEqual(existing!.definition, definition);
      if (existing && !repeated) {
        throw new AwsError('ConflictException', `Schedule ${input.Name} already exists.`, 409);
      }
      const now = new Date(context.clock.now());
      const dates = { CreationDate: now, LastModificationDate: now };
      if (!existing) put(definition, { dates, clientToken: input.ClientToken });
      return { ScheduleArn: definition.Arn };
    },
    UpdateSchedule(input, context) {
      const { dates, clientToken } = get(input, context);
      const definition = readDefinition(input, arnOf(input, context));
      checkRole(definition, context);
      const LastModificationDate = new Date(context.clock.now());
      put(definition, { dates: { ...dates, LastModificationDate }, clientToken });
      return { ScheduleArn: definition.Arn };
    },
    GetSchedule(input, context) {
      const { definition, dates } = get(input, context);
      return { ...definition, ...dates };
    },
    DeleteSchedule(input, context) {
      remove(get(input, context).definition.Arn);
    },
    ListSchedules: ({ GroupName, NamePrefix = '', State }, { region }) => ({
      Schedules: [...schedules.values()]
        .filter(({ definition: { Arn } }) => Arn.split(':')[3] === region)
        .filter(({ definition }) => GroupName === undefined || definition.GroupName === GroupName)
        .filter(({ definition }) => definition.Name.startsWith(NamePrefix))
        .filter(({ definition }) => State === undefined || definition.State === State)
        .map(({ definition: { Arn, Name, GroupName, State, Target }, dates }) => ({
          ...{ Arn, Name, GroupName, State, ...dates },
          Target: { Arn: Target.Arn },
        })),
    }),
  });

  return {
    name: 'scheduler',
    operations,
    /** The schedules that there are now. */
    schedules: (): readonly ScheduleDefinition[] =>
      [...schedules.values()].map(({ definition }) => definition),
    /** Every call of a target so far, oldest first. */
    firings: (): readonly Firing[] => firings,
    /**
     * Fires a schedule now, as if it were due: a one-time one is removed as at its own time. One that has gone fires
     * as it was last, since a firing may come late or twice. Resolves when the target has been called.
     */
    fire: (Name: string, GroupName = 'default', region = core.region): Promise<Firing> => {
      const arn = arnOf({ Name, GroupName }, { region });
      const definition = schedules.get(arn)?.definition ?? remembered.get(arn);
      if (!definition) throw new Error(`there never was a schedule ${GroupName}/${Name} in ${region}`);
      return fire(definition, newOccasion(core.clock.now()));
    },
  };
};
