import type { SandboxCore } from '../../../contract/core';
import type { ResourceTags } from '../../../contract/resource-tags';
import { AwsError, type CallContext, type Principal } from '../../../contract/service';
import type { LambdaService } from '../lambda';
import type { BusEvent } from './entry';
import { isLogged, managementEvent } from './management-event';
import { matches } from './pattern';

export interface Rule {
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

/** Names a Lambda function that gets the whole event, or a constant in its place. */
export interface Target {
  readonly Id: string;
  readonly Arn: string;
  /** JSON. */
  readonly Input?: string;
}

/** Records one event that a rule sent to a target. */
export interface Delivery {
  readonly ruleArn: string;
  readonly targetId: string;
  readonly eventId: string;
  /** Request id of the invocation that Lambda accepted. */
  readonly requestId?: string;
  /**
   * Lambda's reason for not accepting it. EventBridge either gives up such an event or retries it for a day; here it is
   * given up.
   */
  readonly error?: string;
}

/** CloudTrail documents "within 15 minutes", and is usually faster. */
const TRAIL_DELAY_MS = 2 * 60_000;

/** Simulates the default bus of each region: rules, and the events that they send to targets. */
export class EventBus {
  /** Rules by ARN. */
  readonly rules = new Map<string, Rule>();
  readonly events: BusEvent[] = [];
  readonly deliveries: Delivery[] = [];

  constructor(private readonly core: SandboxCore) {}

  ruleArn({ Name, Rule: rule = Name ?? '*' }: any, { region }: Pick<CallContext, 'region'>): string {
    return `arn:aws:events:${region}:${this.core.accountId}:rule/${rule}`;
  }

  busArn(region: string): string {
    return `arn:aws:events:${region}:${this.core.accountId}:event-bus/default`;
  }

  /** @throws AwsError ResourceNotFoundException for any bus except the default one */
  checkBus({ EventBusName: name = 'default' }: any, { region }: CallContext): void {
    if (name !== 'default' && name !== this.busArn(region))
      throw notFound(`Event bus ${name} does not exist.`);
  }

  /** @throws AwsError ResourceNotFoundException */
  rule(input: any, context: CallContext): Rule {
    this.checkBus(input, context);
    const found = this.rules.get(this.ruleArn(input, context));
    if (found) return found;
    throw notFound(`Rule ${input.Rule ?? input.Name} does not exist on EventBus default.`);
  }

  /** Puts an event on the bus; resolves when each target has taken it. */
  async publish(event: BusEvent): Promise<void> {
    this.events.push(event);
    const wanted = [...this.rules.values()].filter(
      ({ Arn, State, EventPattern }) =>
        Arn.split(':')[3] === event.region &&
        State !== 'DISABLED' &&
        matches(JSON.parse(EventPattern), event),
    );
    await Promise.all(
      wanted.flatMap((rule) => [...rule.targets.values()].map((target) => this.deliver(rule, target, event))),
    );
  }

  /** Puts each change that is made through SES's API on the bus, some time later, as CloudTrail does. */
  followTrail(): void {
    const { core } = this;
    core.onCall((call, made) => {
      if (!isLogged(call)) return;
      const event = managementEvent(call, made, core.accountId);
      core.clock.schedule(core.clock.now() + TRAIL_DELAY_MS, () => this.publishAndSettle(event));
    });
  }

  /** Publishes an event. An advance of the clock waits until the functions have run. */
  private async publishAndSettle(event: BusEvent): Promise<void> {
    await this.publish(event);
    const own = this.deliveries.filter(({ eventId }) => eventId === event.id);
    for (const { requestId } of own)
      if (requestId) await this.core.service<LambdaService>('lambda').settled(requestId);
  }

  private async deliver(rule: Rule, target: Target, event: BusEvent): Promise<void> {
    const delivery = { ruleArn: rule.Arn, targetId: target.Id, eventId: event.id };
    const principal: Principal = {
      type: 'service',
      service: 'events.amazonaws.com',
      sourceArn: rule.Arn,
    };
    try {
      const Payload = target.Input ?? JSON.stringify(event);
      const input = { FunctionName: target.Arn, InvocationType: 'Event', Payload };
      const caller = { principal, region: event.region };
      const { RequestId } = await this.core.call('lambda', 'Invoke', input, caller);
      this.deliveries.push({ ...delivery, requestId: RequestId });
    } catch (error) {
      this.deliveries.push({ ...delivery, error: (error as Error).message });
    }
  }
}

export const notFound = (message: string): AwsError => new AwsError('ResourceNotFoundException', message);
