import type { FunctionCall, InvokeFunction } from '../../../cli/world/world';
import type { FakeCloud } from '../../support/world';

/** An SDK error, as the client of Lambda throws it. */
export const awsError = (name: string, httpStatusCode = 400, message = 'no'): Error =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode } });

/** The function of this project, in memory. Calls are kept in `calls`. */
export function functionIn(cloud: FakeCloud, calls: FunctionCall[] = []): InvokeFunction {
  return async (call) => {
    calls.push(call);
    // As it goes over the wire.
    const event = JSON.parse(JSON.stringify(call.payload));
    return {
      payload: JSON.parse(JSON.stringify(await cloud.invoke(event, call.qualifier))),
    };
  };
}
