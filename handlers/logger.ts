import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from './log';
import type { Redactor } from './redact';

/**
 * Powertools' JSON lines on stdout, redacted as text at the very end: what a field holds does not matter.
 * @param correlation the same for all invocations of one transaction.
 */
export function createLog(
  redactor: Redactor,
  correlation: { correlationId: string; requestId: string; functionName: string },
): Log {
  const logger = new Logger({
    serviceName: 'byodkim',
    persistentKeys: { function_name: correlation.functionName, function_request_id: correlation.requestId },
  });
  logger.setCorrelationId(correlation.correlationId);
  return {
    info: (message, fields = {}) => logger.info(redactor.redact(message), redactor.redactValue(fields)),
    warn: (message, fields = {}) => logger.warn(redactor.redact(message), redactor.redactValue(fields)),
    error: (message, fields = {}) => logger.error(redactor.redact(message), redactor.redactValue(fields)),
  };
}
