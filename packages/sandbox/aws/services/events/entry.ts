import { randomUUID } from 'node:crypto';
import type { CallContext } from '../../../contract/service';

export interface BusEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  /** Time of the event, in whole seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: any;
}

type Place = Pick<CallContext, 'accountId' | 'region'>;

export const wholeSeconds = (at: Date): string => at.toISOString().replace(/\.\d{3}Z$/, 'Z');

export const busEvent = (
  event: Pick<BusEvent, 'detail-type' | 'source' | 'resources' | 'detail'>,
  at: Date,
  { accountId, region }: Place,
): BusEvent => ({
  version: '0',
  id: randomUUID(),
  ...event,
  account: accountId,
  time: wholeSeconds(at),
  region,
});

/** Returns why an entry of `PutEvents` is not accepted. The other entries are. */
export interface EntryError {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/** Reads an entry of `PutEvents`. */
export function readEntry(entry: any, now: number, place: Place): BusEvent | EntryError {
  for (const name of ['Source', 'DetailType', 'Detail'])
    if (!entry[name])
      return {
        ErrorCode: 'InvalidArgument',
        ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      };
  if (entry.Source.startsWith('aws.'))
    return {
      ErrorCode: 'NotAuthorizedForSourceException',
      ErrorMessage: 'Not authorized for the source.',
    };
  const detail = jsonObject(entry.Detail);
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const { Source: source, DetailType, Resources: resources = [], Time } = entry;
  const event = { 'detail-type': DetailType, source, resources, detail };
  return busEvent(event, Time === undefined ? new Date(now) : new Date(Time), place);
}

function jsonObject(text: string): object | undefined {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the size of an entry as EventBridge counts it: 14 bytes for a time, and the UTF-8 length of each text. */
export const sizeOf = ({ Time, Source = '', DetailType = '', Detail = '', Resources = [] }: any): number =>
  (Time === undefined ? 0 : 14) +
  [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), 0);
