import { Metrics as Powertools } from '@aws-lambda-powertools/metrics';
import { AUDIT_METRIC } from './contract';

/** CloudWatch metrics. */
export interface Metrics {
  /** Publishes one value, unit Count. */
  count(name: string, value: number): void;
}

/** Written to the log in CloudWatch's embedded metric format: no call, so no permission. */
export function createMetrics(): Metrics {
  return {
    // Made here: most invocations count nothing.
    count: (name, value) => {
      const metrics = new Powertools({
        namespace: AUDIT_METRIC.namespace,
        serviceName: AUDIT_METRIC.dimensions.service,
      });
      metrics.addMetric(name, 'Count', value);
      metrics.publishStoredMetrics();
    },
  };
}
