import type { AwsError, WireRequest } from '../aws/service';
import type { Shape } from './model';

/** Clients that grew up with the query protocol ask for the error's name there. */
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
