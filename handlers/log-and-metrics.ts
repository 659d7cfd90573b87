import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { AUDIT_METRIC } from './contract/contract';
import { type Redactor, sanitize } from './errors/redact';
import { oneLine } from './escape';
import type { Log, Metrics } from './world';

/**
 * Returns a log of JSON lines on stdout (Powertools). Messages and fields are redacted and escaped here.
 * @param correlationId the same for all invocations of one transaction
 */
export function createLog(
  redactor: Redactor,
  { functionName, awsRequestId }: Context,
  correlationId: string,
): Log {
  const logger = new Logger({
    serviceName: 'byodkim',
    persistentKeys: { function_name: functionName, function_request_id: awsRequestId },
  });
  logger.setCorrelationId(correlationId);
  const text = (message: string) => oneLine(redactor.redact(message));
  return {
    info: (message, fields = {}) => logger.info(text(message), sanitize(redactor, fields)),
    warn: (message, fields = {}) => logger.warn(text(message), sanitize(redactor, fields)),
    error: (message, fields = {}) => logger.error(text(message), sanitize(redactor, fields)),
  };
}

/** Returns metrics that go to the log in CloudWatch's embedded format, which needs no call and no permission. */
export function createMetrics(): Metrics {
  return {
    // Created on use: most invocations count nothing.
    count: (values) => {
      const metrics = new Powertools({
        namespace: AUDIT_METRIC.namespace,
        serviceName: AUDIT_METRIC.dimensions.service,
      });
      for (const [name, value] of Object.entries(values)) metrics.addMetric(name, 'Count', value);
      metrics.publishStoredMetrics();
    },
  };
}
