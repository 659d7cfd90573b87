import { malformed } from './errors';
import type { Shape } from './model';

/** A value that travels as text: in a path, a query, a header, an XML element, a form. */
export function readScalar(shape: Shape, text: string): unknown {
  switch (shape.type) {
    case 'boolean':
      if (text !== 'true' && text !== 'false') throw malformed(`'${text}' is no boolean`);
      return text === 'true';
    case 'integer':
    case 'long': {
      if (!/^[+-]?\d+$/.test(text.trim())) throw malformed(`'${text}' is no integer`);
      return Number(text);
    }
    case 'double':
    case 'float': {
      const number = Number(text);
      if (text.trim() === '' || Number.isNaN(number)) throw malformed(`'${text}' is no number`);
      return number;
    }
    case 'timestamp':
      return readTimestamp(/^\d+(\.\d+)?$/.test(text) ? Number(text) : text);
    case 'blob':
      return Buffer.from(text, 'base64');
    default:
      return text;
  }
}

/** Seconds since the epoch, ISO 8601, or an HTTP date. */
export function readTimestamp(value: unknown): Date {
  const date = new Date(typeof value === 'number' ? value * 1000 : String(value));
  if (Number.isNaN(date.getTime())) throw malformed(`'${value}' is no time`);
  return date;
}

/** @param byDefault format of times here, unless the shape specifies another */
export function writeScalar(shape: Shape, value: any, byDefault: 'iso8601' | 'rfc822'): string {
  if (shape.type === 'timestamp') {
    const date = toDate(value);
    const format = shape.timestampFormat ?? byDefault;
    if (format === 'unixTimestamp') return String(date.getTime() / 1000);
    // Services omit fractions from times in whole seconds.
    return format === 'rfc822' ? date.toUTCString() : date.toISOString();
  }
  if (shape.type === 'blob') return Buffer.from(value).toString('base64');
  return String(value);
}

/** Services store times as dates, or as milliseconds. */
export const toDate = (value: Date | number | string): Date =>
  value instanceof Date ? value : new Date(value);
