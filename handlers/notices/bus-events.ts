/** Events on the default bus of EventBridge, so that other tools need no code of ours. */
import type { BusEvent } from '../aws/events';
import { sanitize } from '../redact';
import type { Services, World } from '../world';
import { inTime } from './publish';

/** Puts events on the bus; a failure is logged and returned, since what they are about stands. */
export async function putEvents(
  world: World,
  { events }: Services,
  all: readonly BusEvent[],
): Promise<string | undefined> {
  if (all.length === 0) return undefined;
  try {
    const call = { action: 'events:PutEvents', resource: 'the default event bus' };
    await inTime(world, 'EventBridge', call, () =>
      events.put(all.map((event) => ({ ...event, detail: sanitize(world.redactor, event.detail) }))),
    );
    return undefined;
  } catch (error) {
    const { message } = error as Error;
    world.log.warn('Events could not be put on the bus', { count: all.length, error: message });
    return message;
  }
}
