import type { WireRequest } from '../contract/service';
import { errorMembers, errorShape, queryErrorHeader } from './errors';
import type { Model, Shape } from './model';
import type { Protocol } from './protocol';

/** Describes a protocol with one path, or a path for each operation, and with everything in the body. */
interface OwnWays {
  readonly headers: Readonly<Record<string, string>>;
  recognises(request: WireRequest): boolean;
  /** Returns the operation's name in a request. */
  operationOf(request: WireRequest): string | undefined;
  read(shape: Shape, body: Buffer): any;
  write(shape: Shape, value: any): any;
  print(value: object): string | Buffer;
}

export function rpc(
  model: Model,
  { headers, recognises, operationOf, read, write, print }: OwnWays,
): Protocol {
  const answered = (requestId: string) => ({ ...headers, 'x-amzn-requestid': requestId });
  return {
    recognises,
    route(request) {
      const operation = operationOf(request);
      return operation ? { operation, labels: {} } : undefined;
    },
    read: ({ input }, { body }) => (input ? read(input, body) : {}),
    answer: ({ output: shape }, output, requestId) => ({
      statusCode: 200,
      headers: answered(requestId),
      body: print(shape ? write(shape, output ?? {}) : {}),
    }),
    answerError(error, requestId, request) {
      const shape = errorShape(model, error.code);
      return {
        statusCode: error.statusCode,
        headers: { ...answered(requestId), ...queryErrorHeader(error, shape, request) },
        body: print({ __type: shape?.name ?? error.code, ...errorMembers(shape, error) }),
      };
    },
  };
}
