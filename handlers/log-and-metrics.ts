import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import type { Context } from 'aws-lambda';
import { AUDIT_METRIC, metricDimensions } from './contract/contract';
import { type Redactor, sanitize } from './errors/redact';
import { oneLine } from './escape';
import { loggedFacts, logMessage } from './words/log';
import type { Log, Metrics, WriteEntry } from './world';

/**
 * Returns a log of JSON lines on stdout (Powertools): `message` is the sentence of the entry, `event` its code. Both and the
 * fields are redacted and escaped here.
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
  const write =
    (level: keyof Log): WriteEntry =>
    (code, facts) => {
      const fields: Record<string, unknown> = { ...loggedFacts(facts), event: code };
      logger[level](oneLine(redactor.redact(logMessage(code, facts))), sanitize(redactor, fields));
    };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}

/** Returns metrics that are written to the log in CloudWatch's embedded format, which needs no call and no permission. */
export function createMetrics({ functionName }: Pick<Context, 'functionName'>): Metrics {
  return {
    // The metrics are created on use, since most invocations count nothing.
    count: (values) => {
      const metrics = new Powertools({
        namespace: AUDIT_METRIC.namespace,
        serviceName: metricDimensions(functionName).service,
      });
      for (const [name, value] of Object.entries(values)) metrics.addMetric(name, 'Count', value);
      metrics.publishStoredMetrics();
    },
  };
}
