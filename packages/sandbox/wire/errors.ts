import { AwsError, type WireRequest } from '../contract/service';
import type { Model, Shape } from './model';

/** Makes the error for a request whose bytes violate the protocol. `refusals.ts` adds each protocol's own code. */
export const malformed = (message: string): AwsError => new AwsError('SerializationException', message);

/** Finds the model's shape of an error, under its own name or the query protocol's. */
export function errorShape(model: Model, code: string): Shape | undefined {
  for (const operation of model.operations.values()) {
    const found = operation.errors.find(({ name, error }) => name === code || error?.code === code);
    if (found) return found;
  }
  return undefined;
}

/** Returns an error's members: those in its shape, or only the message. */
export function errorMembers(shape: Shape | undefined, error: AwsError): Record<string, unknown> {
  if (!shape) return { message: error.message, ...error.detail };
  if (![...shape.members.keys()].some(isMessage)) return { message: error.message };
  const members: Record<string, unknown> = {};
  for (const name of shape.members.keys()) {
    if (isMessage(name)) members[name] = error.message;
    else if (name === 'Type') members[name] = error.statusCode < 500 ? 'User' : 'Service';
    else if (error.detail?.[name] !== undefined) members[name] = error.detail[name];
  }
  return members;
}

const isMessage = (name: string): boolean => name.toLowerCase() === 'message';

/** Adds the error's name in the place where clients of the older query protocol look for it. */
export function queryErrorHeader(
  error: AwsError,
  shape: Shape | undefined,
  { headers }: WireRequest,
): Record<string, string> {
  if (headers['x-amzn-query-mode'] !== 'true') return {};
  return {
    'x-amzn-query-error': `${shape?.error?.code ?? error.code};${error.statusCode < 500 ? 'Sender' : 'Receiver'}`,
  };
}
