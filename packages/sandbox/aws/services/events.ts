import type { SandboxCore } from '../../contract/core';
import { type Common, type OwnOperation, type OwnOperations, operationsOf } from '../../contract/operations';
import { AwsError, type CallContext, type Service } from '../../contract/service';
import { NotServed } from '../../wire/refusals';
import { type Delivery, EventBus, notFound, type Rule, type Target } from './events/bus';
import { type BusEvent, type EntryError, readEntry, sizeOf } from './events/entry';
import { readPattern } from './events/pattern';
import { tagOperations } from './tagging';

export interface EventsService extends Service {
  /** Returns what was put on the default buses, oldest first. */
  events(): readonly BusEvent[];
  /** Returns what rules sent to targets, oldest first. */
  deliveries(): readonly Delivery[];
}

const SERVED = ['Id', 'Arn', 'Input', 'RetryPolicy'];
const MOST_TARGETS = 5;
const MOST_BYTES = 256 * 1024;

/** EventBridge: the default bus of each region, rules with an event pattern, and Lambda functions as targets. */
export const createEvents = (core: SandboxCore): EventsService => {
  const bus = new EventBus(core);
  if (core.options.cloudTrail ?? true) bus.followTrail();
  const common: Common = {
    resource: (input, context) => bus.ruleArn(input, context),
    resourceTags: (input, context) => bus.rules.get(bus.ruleArn(input, context))?.tags.arrived ?? {},
    conditionKeys: (_input, { accountId }) => ({ 'events:creatorAccount': accountId }),
  };
  const operations = operationsOf('events', common, {
    ...ruleOperations(core, bus),
    ...targetOperations(bus),
    PutEvents: putEvents(bus),
    ...tagOperations({
      service: 'events',
      members: ['ResourceARN', 'Tags', 'TagKeys'],
      find: (arn) => bus.rules.get(arn)?.tags,
      missing: (arn) => notFound(`Rule ${arn.split('/').at(-1)} does not exist on EventBus default.`),
    }),
  });
  return {
    name: 'events',
    operations,
    events: () => bus.events,
    deliveries: () => bus.deliveries,
  };
};

function ruleOperations(core: SandboxCore, bus: EventBus): OwnOperations {
  return {
    PutRule: {
      action: ({ Tags = [] }) => ['events:PutRule', ...(Tags.length > 0 ? ['events:TagResource'] : [])],
      run: (input, context) => {
        bus.checkBus(input, context);
        const { Name, Description, EventPattern, State = 'ENABLED', Tags = [] } = input;
        if (EventPattern === undefined)
          throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
        readPattern(EventPattern);
        const Arn = bus.ruleArn(input, context);
        const before = bus.rules.get(Arn);
        const tags = before?.tags ?? core.resourceTags(Tags);
        const targets: Rule['targets'] = before?.targets ?? new Map();
        const made = { EventBusName: 'default', CreatedBy: core.accountId, tags, targets } as const;
        bus.rules.set(Arn, { Name, Arn, Description, EventPattern, State, ...made });
        return { RuleArn: Arn };
      },
    },
    DescribeRule(input, context) {
      const { tags: _, targets: __, ...shown } = bus.rule(input, context);
      return shown;
    },
    DeleteRule(input, context) {
      bus.checkBus(input, context);
      const rule = bus.rules.get(bus.ruleArn(input, context));
      if (rule && rule.targets.size > 0) throw invalid("Rule can't be deleted since it has targets.");
      bus.rules.delete(bus.ruleArn(input, context));
    },
  };
}

function targetOperations(bus: EventBus): OwnOperations {
  return {
    PutTargets: {
      // Each rule has to be allowed.
      conditionKeys: undefined,
      action: () => [],
      run: (input, context) => {
        for (const { Arn } of input.Targets)
          context.authorize('events:PutTargets', bus.ruleArn(input, context), {
            'events:TargetArn': Arn,
            'events:creatorAccount': context.accountId,
          });
        const rule = bus.rule(input, context);
        const targets = new Map(rule.targets);
        for (const target of input.Targets.map(readTarget)) targets.set(target.Id, target);
        if (targets.size > MOST_TARGETS)
          throw new AwsError(
            'LimitExceededException',
            'The requested resource exceeds the maximum number allowed.',
          );
        bus.rules.set(rule.Arn, { ...rule, targets });
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    },
    ListTargetsByRule: (input, context) => ({ Targets: [...bus.rule(input, context).targets.values()] }),
    RemoveTargets(input, context) {
      const rule = bus.rule(input, context);
      const targets = new Map([...rule.targets].filter(([id]) => !input.Ids.includes(id)));
      bus.rules.set(rule.Arn, { ...rule, targets });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
  };
}

/** @throws NotServed for another kind of target, or for a target that takes only a part of the event */
function readTarget(target: Target): Target {
  const more = Object.keys(target).find((name) => !SERVED.includes(name));
  if (more !== undefined) throw new NotServed('events', 'PutTargets', `Targets.${more}`);
  if (/^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/.test(target.Arn)) return target;
  throw new NotServed('events', 'PutTargets', `the target ${target.Arn}`);
}

const putEvents = (bus: EventBus): OwnOperation => ({
  resource: (_input, { region }) => bus.busArn(region),
  resourceTags: undefined,
  conditionKeys: undefined,
  // Each entry has to be allowed.
  action: () => [],
  run: async ({ Entries }, context) => {
    authorizeEntries(Entries, bus.busArn(context.region), context);
    if (Entries.reduce((sum: number, entry: any) => sum + sizeOf(entry), 0) > MOST_BYTES)
      throw invalid('Total size of the entries in the request is over the limit.');
    const read: (BusEvent | EntryError)[] = [];
    for (const entry of Entries) {
      bus.checkBus(entry, context);
      const event = readEntry(entry, context.clock.now(), context);
      read.push(event);
      if ('id' in event) await bus.publish(event);
    }
    return {
      FailedEntryCount: read.filter((event) => 'ErrorCode' in event).length,
      Entries: read.map((event) => ('id' in event ? { EventId: event.id } : event)),
    };
  },
});

function authorizeEntries(entries: readonly any[], busArn: string, context: CallContext): void {
  for (const { Source, DetailType } of entries)
    context.authorize('events:PutEvents', busArn, {
      ...(Source && { 'events:source': Source }),
      ...(DetailType && { 'events:detail-type': DetailType }),
    });
}

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);
