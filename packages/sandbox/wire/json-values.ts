import { malformed } from './errors';
import type { Shape } from './model';
import { readTimestamp, toDate } from './scalars';
import { type Leaf, readTree, unexpected, writeTree } from './tree-values';

/** Reads a JSON body as an object; an empty one is an empty object. */
export function parseJson(body: Buffer): any {
  const text = body.toString('utf8');
  if (text.trim() === '') return {};
  try {
    return JSON.parse(text);
  } catch (error) {
    throw malformed((error as Error).message);
  }
}

export const readJson = (shape: Shape, value: any): any => readTree(shape, value, readLeaf);
export const writeJson = (shape: Shape, value: any): any => writeTree(shape, value, writeLeaf);

const readLeaf: Leaf = (shape, value) => {
  if (shape.type === 'timestamp') return readTimestamp(value);
  if (shape.type === 'blob') return Buffer.from(String(value), 'base64');
  const kind = shape.type === 'string' || shape.type === 'boolean' ? shape.type : 'number';
  if (typeof value !== kind) throw unexpected(value, `a ${kind}`);
  return value;
};

const writeLeaf: Leaf = (shape, value) => {
  if (shape.type === 'blob') return Buffer.from(value).toString('base64');
  if (shape.type !== 'timestamp') return value;
  const date = toDate(value);
  return shape.timestampFormat === 'iso8601' ? date.toISOString() : date.getTime() / 1000;
};
