import { malformed } from './malformed';
import type { Shape } from './model';
import { readTimestamp, toDate } from './scalars';

/** A JSON body as an object; an empty one is an empty object. */
export function parseJson(body: Buffer): any {
  const text = body.toString('utf8');
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed((error as Error).message);
  }
}

/** A value of JSON in the shapes of the SDK. Members that the model does not know are dropped, as AWS drops them. */
export function readJson(shape: Shape, value: any): any {
  if (value === null || value === undefined) return undefined;
  switch (shape.type) {
    case 'structure': {
      if (typeof value !== 'object' || Array.isArray(value)) throw unexpected(value, 'a structure');
      const result: Record<string, unknown> = {};
      for (const [name, member] of shape.members) {
        if (member.location) continue;
        const read = readJson(member, value[member.locationName ?? name]);
        if (read !== undefined) result[name] = read;
      }
      return result;
    }
    case 'list':
      if (!Array.isArray(value)) throw unexpected(value, 'a list');
      return value.map((item) => readJson(shape.item, item));
    case 'map':
      if (typeof value !== 'object' || Array.isArray(value)) throw unexpected(value, 'a map');
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, readJson(shape.item, item)]),
      );
    case 'timestamp':
      return readTimestamp(value);
    case 'blob':
      return Buffer.from(String(value), 'base64');
    case 'string':
      if (typeof value !== 'string') throw unexpected(value, 'a string');
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw unexpected(value, 'a boolean');
      return value;
    default:
      if (typeof value !== 'number') throw unexpected(value, 'a number');
      return value;
  }
}

export function writeJson(shape: Shape, value: any): any {
  if (value === null || value === undefined) return undefined;
  switch (shape.type) {
    case 'structure': {
      const result: Record<string, unknown> = {};
      for (const [name, member] of shape.members) {
        if (value[name] !== undefined && !member.location)
          result[member.locationName ?? name] = writeJson(member, value[name]);
      }
      return result;
    }
    case 'list':
      return value.map((item: unknown) => writeJson(shape.item, item));
    case 'map':
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, writeJson(shape.item, item)]),
      );
    case 'timestamp':
      return shape.timestampFormat === 'iso8601'
        ? toDate(value).toISOString()
        : toDate(value).getTime() / 1000;
    case 'blob':
      return Buffer.from(value).toString('base64');
    default:
      return value;
  }
}

const unexpected = (value: unknown, expected: string) =>
  malformed(`${Array.isArray(value) ? 'a list' : `a ${typeof value}`} can not be converted to ${expected}`);
