import { AwsError, type CallContext } from '../../contract/service';
import type { AsyncEvents } from '../../lambda/async-events';
import type { FunctionRecord } from '../../lambda/function-record';
import type { Invoker } from '../../lambda/invoker';
import type { InvocationOutcome } from '../../lambda/outcome';

const MAX_PAYLOAD_BYTES = { RequestResponse: 6 * 2 ** 20, Event: 2 ** 20 };
const MAX_ANSWER_BYTES = 6_291_556;

/** Names the function that is invoked, and its ARN, with the qualifier if the caller gave one. */
interface Invoked {
  readonly fn: FunctionRecord;
  readonly functionArn: string;
}

/** Runs functions, at once or later. */
interface Runners {
  readonly invoker: Invoker;
  readonly events: AsyncEvents;
}

/**
 * Answers `Invoke`. The call's request id names the invocation. `RequestResponse` waits for the outcome, `Event`
 * queues, `DryRun` does neither. An error of the function is not an error of the call.
 */
export async function invoke(
  { fn, functionArn }: Invoked,
  input: any,
  context: CallContext,
  { invoker, events }: Runners,
): Promise<object> {
  const type = input.InvocationType ?? 'RequestResponse';
  if (type === 'DryRun') return { StatusCode: 204, RequestId: context.requestId };
  const payload = readPayload(input.Payload, MAX_PAYLOAD_BYTES[type as 'Event']);
  const request = { requestId: context.requestId, functionArn, payload };
  if (type === 'Event') {
    events.accept(request);
    return { StatusCode: 202, RequestId: context.requestId, Payload: Buffer.alloc(0) };
  }
  const outcome = limited(await invoker.run(fn, request));
  return {
    StatusCode: 200,
    ExecutedVersion: '$LATEST',
    FunctionError: outcome.functionError,
    LogResult: input.LogType === 'Tail' ? Buffer.from(outcome.logTail).toString('base64') : undefined,
    Payload: Buffer.from(outcome.payload),
    RequestId: context.requestId,
  };
}

/** Replaces an answer that is too long with the error that Lambda returns for it. */
function limited(outcome: InvocationOutcome): InvocationOutcome {
  const bytes = Buffer.byteLength(outcome.payload);
  if (bytes <= MAX_ANSWER_BYTES) return outcome;
  const errorMessage = `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${MAX_ANSWER_BYTES} bytes).`;
  const payload = JSON.stringify({ errorType: 'Function.ResponseSizeTooLarge', errorMessage });
  return { ...outcome, functionError: 'Unhandled', payload };
}

function readPayload(payload: Uint8Array | string | undefined, maxBytes: number): string {
  const bytes = Buffer.from(payload ?? '');
  if (bytes.length > maxBytes) {
    throw new AwsError(
      'RequestEntityTooLargeException',
      `${bytes.length} byte payload is too large for the RequestResponse invocation type (limit ${maxBytes} bytes)`,
      413,
    );
  }
  const text = bytes.length === 0 ? '{}' : bytes.toString('utf8');
  try {
    JSON.parse(text);
    return text;
  } catch (error) {
    throw new AwsError(
      'InvalidRequestContentException',
      `Could not parse request body into json: ${(error as Error).message}`,
    );
  }
}
