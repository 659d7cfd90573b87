import { AUDIT_METRIC, metricDimensions } from '../../handlers/contract/contract';
import { createMetrics } from '../../handlers/log-and-metrics';
import { captured } from './captured';

test('writes a metric as one line in the embedded metric format, with the dimensions of the alarm', () => {
  const lines = captured(() => {
    const metrics = createMetrics({ functionName: 'byodkim-test' });
    metrics.count({ [AUDIT_METRIC.metricName]: 3 });
    metrics.count({ [AUDIT_METRIC.metricName]: 0 });
  });

  const { namespace, metricName } = AUDIT_METRIC;
  const dimensions = metricDimensions('byodkim-test');
  expect(lines.map((line) => JSON.parse(line))).toEqual(
    [3, 0].map((value) => ({
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: namespace,
            Dimensions: [Object.keys(dimensions)],
            Metrics: [{ Name: metricName, Unit: 'Count' }],
          },
        ],
      },
      ...dimensions,
      [metricName]: value,
    })),
  );
});
