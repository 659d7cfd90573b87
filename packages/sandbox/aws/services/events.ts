import type { SandboxCore } from '../../contract/core';
import { type Common, operationsOf } from '../../contract/operations';
import type { ResourceTags } from '../../contract/resource-tags';
import { AwsError, type CallContext, type Principal } from '../../contract/service';
import { NotServed } from '../../wire/refusals';
import { type BusEvent, readEntry, sizeOf } from './events/entry';
import { isLogged, managementEvent } from './events/management-event';
import { matches, readPattern } from './events/pattern';
import type { LambdaService } from './lambda';
import { tagOperations } from './tagging';

export type EventsService = ReturnType<typeof createEvents>;

interface Rule {
  readonly Name: string;
  readonly Arn: string;
  readonly Description?: string;
  readonly EventPattern: string;
  readonly State: 'ENABLED' | 'DISABLED' | 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';
  readonly EventBusName: 'default';
  readonly CreatedBy: string;
  readonly tags: ResourceTags;
  readonly targets: ReadonlyMap<string, Target>;
}

/** A Lambda function that gets the whole event, or a constant in its place. */
interface Target {
  readonly Id: string;
  readonly Arn: string;
  /** JSON. */
  readonly Input?: string;
}

const SERVED = ['Id', 'Arn', 'Input', 'RetryPolicy'];

/** @throws NotServed for another target, and for a part of the event */
function readTarget(target: Target): Target {
  const more = Object.keys(target).find((name) => !SERVED.includes(name));
  if (more !== undefined) throw new NotServed('events', 'PutTargets', `Targets.${more}`);
  if (/^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/.test(target.Arn)) return target;
  throw new NotServed('events', 'PutTargets', `the target ${target.Arn}`);
}

/** One event that a rule sent to a target. */
export interface Delivery {
  readonly ruleArn: string;
  readonly targetId: string;
  readonly eventId: string;
  /** Of the invocation that Lambda accepted. */
  readonly requestId?: string;
  /** Why Lambda did not accept it: EventBridge gives such an event up, or tries for a day; here it is given up. */
  readonly error?: string;
}

const MOST_TARGETS = 5;
const MOST_BYTES = 256 * 1024;
/** CloudTrail says "within 15 minutes", and is mostly faster. */
const TRAIL_DELAY_MS = 2 * 60_000;

/** EventBridge: the default bus of each region, rules with an event pattern, and Lambda functions as targets. */
export const createEvents = (core: SandboxCore) => {
  const rules = new Map<string, Rule>();
  const events: BusEvent[] = [];
  const deliveries: Delivery[] = [];

  const arnOf = ({ Name, Rule: rule = Name ?? '*' }: any, { region }: Pick<CallContext, 'region'>): string =>
    `arn:aws:events:${region}:${core.accountId}:rule/${rule}`;
  const busArn = (region: string): string => `arn:aws:events:${region}:${core.accountId}:event-bus/default`;
  const checkBus = ({ EventBusName: name = 'default' }: any, { region }: CallContext): void => {
    if (name !== 'default' && name !== busArn(region)) throw notFound(`Event bus ${name} does not exist.`);
  };
  const get = (input: any, context: CallContext): Rule => {
    checkBus(input, context);
    const found = rules.get(arnOf(input, context));
    if (found) return found;
    throw notFound(`Rule ${input.Rule ?? input.Name} does not exist on EventBus default.`);
  };

  const deliver = async (rule: Rule, target: Target, event: BusEvent): Promise<void> => {
    const delivery = { ruleArn: rule.Arn, targetId: target.Id, eventId: event.id };
    const principal: Principal = {
      type: 'service',
      service: 'events.amazonaws.com',
      sourceArn: rule.Arn,
    };
    try {
      const Payload = target.Input ?? JSON.stringify(event);
      const input = { FunctionName: target.Arn, InvocationType: 'Event', Payload };
      const { RequestId } = await core.call('lambda', 'Invoke', input, { principal, region: event.region });
      deliveries.push({ ...delivery, requestId: RequestId });
    } catch (error) {
      deliveries.push({ ...delivery, error: (error as Error).message });
    }
  };
  /** Puts an event on the bus; resolves when each target has taken it. */
  const publish = async (event: BusEvent): Promise<void> => {
    events.push(event);
    const wanted = [...rules.values()].filter(
      ({ Arn, State, EventPattern }) =>
        Arn.split(':')[3] === event.region &&
        State !== 'DISABLED' &&
        matches(JSON.parse(EventPattern), event),
    );
    await Promise.all(
      wanted.flatMap((rule) => [...rule.targets.values()].map((target) => deliver(rule, target, event))),
    );
  };

  if (core.options.cloudTrail ?? true)
    core.onCall((call, made) => {
      if (!isLogged(call)) return;
      const event = managementEvent(call, made, core.accountId);
      core.clock.schedule(core.clock.now() + TRAIL_DELAY_MS, async () => {
        await publish(event);
        // An advance of the clock goes on when the functions have run.
        const of = deliveries.filter(({ eventId }) => eventId === event.id);
        const lambda = of.length > 0 && core.service<LambdaService>('lambda');
        for (const { requestId } of of) if (lambda && requestId) await lambda.settled(requestId);
      });
    });

  const common: Common = {
    resource: arnOf,
    resourceTags: (input, context) => rules.get(arnOf(input, context))?.tags.arrived ?? {},
    conditionKeys: (_input, { accountId }) => ({ 'events:creatorAccount': accountId }),
  };
  const operations = operationsOf('events', common, {
    PutRule: {
      action: ({ Tags = [] }) => ['events:PutRule', ...(Tags.length > 0 ? ['events:TagResource'] : [])],
      run: (input, context) => {
        checkBus(input, context);
        const { Name, Description, EventPattern, State = 'ENABLED', Tags = [] } = input;
        if (EventPattern === undefined)
          throw invalid('Parameter(s) EventPattern or ScheduleExpression must be specified.');
        readPattern(EventPattern);
        const Arn = arnOf(input, context);
        const before = rules.get(Arn);
        const tags = before?.tags ?? core.resourceTags(Tags);
        const targets: Rule['targets'] = before?.targets ?? new Map();
        const made = { EventBusName: 'default', CreatedBy: core.accountId, tags, targets } as const;
        rules.set(Arn, { Name, Arn, Description, EventPattern, State, ...made });
        return { RuleArn: Arn };
      },
    },
    DescribeRule(input, context) {
      const { tags: _, targets: __, ...shown } = get(input, context);
      return shown;
    },
    DeleteRule(input, context) {
      checkBus(input, context);
      const rule = rules.get(arnOf(input, context));
      if (rule && rule.targets.size > 0) throw invalid("Rule can't be deleted since it has targets.");
      rules.delete(arnOf(input, context));
    },
    PutTargets: {
      // Each has to be allowed.
      conditionKeys: undefined,
      action: () => [],
      run: (input, context) => {
        for (const { Arn } of input.Targets)
          context.authorize('events:PutTargets', arnOf(input, context), {
            'events:TargetArn': Arn,
            'events:creatorAccount': context.accountId,
          });
        const rule = get(input, context);
        const targets = new Map(rule.targets);
        for (const target of input.Targets.map(readTarget)) targets.set(target.Id, target);
        if (targets.size > MOST_TARGETS)
          throw new AwsError(
            'LimitExceededException',
            'The requested resource exceeds the maximum number allowed.',
          );
        rules.set(rule.Arn, { ...rule, targets });
        return { FailedEntryCount: 0, FailedEntries: [] };
      },
    },
    ListTargetsByRule: (input, context) => ({ Targets: [...get(input, context).targets.values()] }),
    RemoveTargets(input, context) {
      const rule = get(input, context);
      const targets = new Map([...rule.targets].filter(([id]) => !input.Ids.includes(id)));
      rules.set(rule.Arn, { ...rule, targets });
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    PutEvents: {
      resource: (_input, { region }) => busArn(region),
      resourceTags: undefined,
      conditionKeys: undefined,
      // Each entry has to be allowed.
      action: () => [],
      run: async ({ Entries }, context) => {
        for (const { Source, DetailType } of Entries)
          context.authorize('events:PutEvents', busArn(context.region), {
            ...(Source && { 'events:source': Source }),
            ...(DetailType && { 'events:detail-type': DetailType }),
          });
        if (Entries.reduce((sum: number, entry: any) => sum + sizeOf(entry), 0) > MOST_BYTES)
          throw invalid('Total size of the entries in the request is over the limit.');
        const read: ReturnType<typeof readEntry>[] = [];
        for (const entry of Entries) {
          checkBus(entry, context);
          const event = readEntry(entry, context.clock.now(), context);
          read.push(event);
          if ('id' in event) await publish(event);
        }
        return {
          FailedEntryCount: read.filter((event) => 'ErrorCode' in event).length,
          Entries: read.map((event) => ('id' in event ? { EventId: event.id } : event)),
        };
      },
    },
    ...tagOperations({
      service: 'events',
      members: ['ResourceARN', 'Tags', 'TagKeys'],
      find: (arn) => rules.get(arn)?.tags,
      missing: (arn) => notFound(`Rule ${arn.split('/').at(-1)} does not exist on EventBus default.`),
    }),
  });

  return {
    name: 'events',
    operations,
    /** What was put on the default buses, oldest first. */
    events: (): readonly BusEvent[] => events,
    /** What rules sent to targets, oldest first. */
    deliveries: (): readonly Delivery[] => deliveries,
  };
};

const notFound = (message: string): AwsError => new AwsError('ResourceNotFoundException', message);
const invalid = (message: string): AwsError => new AwsError('ValidationException', message);
