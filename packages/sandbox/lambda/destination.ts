import type { InvocationOutcome } from './outcome';

export interface AsyncEvent {
  readonly requestId: string;
  /** As the caller named it, with its qualifier if any. */
  readonly functionArn: string;
  readonly payload: string;
}

/** How an asynchronous invocation ended, as Lambda tells a destination. */
export function destinationRecord(ended: {
  readonly event: AsyncEvent;
  readonly outcome: InvocationOutcome;
  readonly condition: 'Success' | 'RetriesExhausted' | 'EventAgeExceeded';
  readonly invokeCount: number;
  readonly now: number;
}) {
  const { event, outcome, condition, invokeCount, now } = ended;
  return {
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    requestContext: {
      requestId: event.requestId,
      functionArn: /:function:[^:]+:/.test(event.functionArn)
        ? event.functionArn
        : `${event.functionArn}:$LATEST`,
      condition,
      approximateInvokeCount: invokeCount,
    },
    requestPayload: JSON.parse(event.payload),
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      ...(outcome.functionError ? { functionError: outcome.functionError } : {}),
    },
    responsePayload: JSON.parse(outcome.payload),
  };
}
