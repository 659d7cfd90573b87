import { Decoder, Encoder, ExtensionCodec } from '@msgpack/msgpack';

/**
 * Values as the engine sends them (cty over MessagePack): null, `UNKNOWN`, string, number, boolean, an array for a
 * list, set or tuple, a plain object for a map or object.
 */
class Unknown {
  /** Sets are sorted by their JSON, unknown elements included. */
  toJSON(): string {
    return '\u0000unknown';
  }
}
/** A value that is known only after the apply. */
export const UNKNOWN = new Unknown();

const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: 0,
  encode: (value) => (value instanceof Unknown ? new Uint8Array([0]) : null),
  decode: () => UNKNOWN,
});
// An unknown value with refinements, which are not used here.
extensionCodec.register({ type: 12, encode: () => null, decode: () => UNKNOWN });
const encoder = new Encoder({ extensionCodec });
const decoder = new Decoder({ extensionCodec });

export interface DynamicValue {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

export const encodeValue = (value: unknown): DynamicValue => ({ msgpack: encoder.encode(value) });

export function decodeValue(value: DynamicValue | null | undefined): any {
  if (value?.msgpack?.length) return decoder.decode(value.msgpack);
  if (value?.json?.length) return JSON.parse(Buffer.from(value.json).toString());
  return null;
}

export const isUnknown = (value: unknown): boolean => value === UNKNOWN;

/** Returns whether any part of the value is still unknown. */
export const hasUnknown = (value: unknown): boolean =>
  value === UNKNOWN || (typeof value === 'object' && value !== null && Object.values(value).some(hasUnknown));

/** Returns the value with null in place of its unknown parts, from which a handler starts. */
export function withoutUnknown(value: any): any {
  if (value === UNKNOWN) return null;
  if (Array.isArray(value)) return value.map(withoutUnknown);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutUnknown(inner)]));
}
