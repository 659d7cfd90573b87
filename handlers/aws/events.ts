import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { EVENT_SOURCE } from '../contract/contract';

/** Names the bus that events are put on. */
export const DEFAULT_BUS = 'the default event bus';

/** An event for other tools. Holds no secret. */
export interface BusEvent {
  readonly detailType: string;
  readonly detail: object;
  /** The identity that it concerns; absent if it concerns every domain. */
  readonly place?: { readonly domain: string; readonly region: string };
}

/** Largest number of events in one PutEvents call. */
const MOST = 10;

/** EventBridge, as far as this project needs it: the default bus. */
export interface Events {
  /** Puts all events in as few calls as possible. @throws Error with the name of the first failure from EventBridge */
  put(all: readonly BusEvent[]): Promise<void>;
}

/**
 * Makes the calls with a client. Errors are the SDK's.
 * @param arnOf returns the ARN of an identity
 */
export function events(
  client: Pick<EventBridgeClient, 'send'>,
  arnOf: (place: NonNullable<BusEvent['place']>) => string,
): Events {
  return {
    async put(all) {
      for (let from = 0; from < all.length; from += MOST) {
        const Entries = all.slice(from, from + MOST).map(({ detailType, detail, place }) => ({
          Source: EVENT_SOURCE,
          DetailType: detailType,
          Detail: JSON.stringify(detail),
          Resources: place && [arnOf(place)],
        }));
        const answer = await client.send(new PutEventsCommand({ Entries }));
        const refused = answer.Entries?.find(({ ErrorCode }) => ErrorCode !== undefined);
        if (refused) throw Object.assign(new Error(refused.ErrorMessage), { name: refused.ErrorCode });
      }
    },
  };
}
