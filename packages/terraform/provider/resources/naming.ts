import type { Shape } from '../../../sandbox/wire/model';
import { modelOf } from '../../../sandbox/wire/models';
import type { State } from '../resource';
import { rfc3339 } from './common';

/**
 * State and AWS's shapes use similar names: `memory_size` is `MemorySize`, and a block of one is a structure. So the
 * models determine how most attributes go into a request and come out of an answer. The resource itself handles
 * attributes with a different name, or with a different meaning when they are empty.
 */
const snakeCase = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toLowerCase();

/** Converts state to a shape of AWS. Members that are not set are left out, as the SDK leaves them out. */
export const inputOf = (service: string, shape: string, state: State): Record<string, any> =>
  written(modelOf(service)!.shape(shape), state);

const written = (shape: Shape, state: State): Record<string, any> =>
  Object.fromEntries(
    [...shape.members].flatMap(([name, member]) => {
      const value = inputValue(member, state[snakeCase(name)]);
      return value === undefined ? [] : [[name, value]];
    }),
  );

function inputValue(shape: Shape, said: any): unknown {
  if (said === null || said === undefined || said === '') return undefined;
  if (shape.type === 'structure') return said[0] && written(shape, said[0]);
  if (shape.type === 'timestamp') return new Date(said);
  // A map in state that AWS has as a list (tags, dimensions), which the resource writes itself.
  return shape.type === 'list' && !Array.isArray(said) ? undefined : said;
}

/** Converts a shape of AWS to state. A missing member becomes null, or no block. */
export const stateOf = (service: string, shape: string, answer: any): State =>
  read(modelOf(service)!.shape(shape), answer);

const read = (shape: Shape, answer: any): State =>
  Object.fromEntries(
    [...shape.members].map(([name, member]) => [snakeCase(name), stateValue(member, answer[name])]),
  );

function stateValue(shape: Shape, value: any): unknown {
  if (shape.type === 'structure') return value ? [read(shape, value)] : [];
  if (shape.type === 'timestamp') return rfc3339(value);
  return value === '' ? null : value;
}
