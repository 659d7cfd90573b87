import { readFileSync } from 'node:fs';
import path from 'node:path';
import { ByodkimControlPlane } from '../../constructs';
import { PROJECT_ROOT } from '../../constructs/built-handler';
import { AUDIT_METRIC, STATE_METRICS } from '../../handlers/contract/contract';
import { synthesize } from '../constructs/synth';

/** List prices: a standard alarm, and a custom metric that is written in one hour of the day. */
const ALARM = 0.1;
const METRIC = 0.3 / 24;

test('the README counts alarms and metrics as the control stack has them', () => {
  const [, alarms, metrics, price] =
    /^\| (\d+) alarms, (\d+) metrics \| \$([\d.]+) /m.exec(
      readFileSync(path.join(PROJECT_ROOT, 'README.md'), 'utf8'),
    ) ?? [];
  const { resource } = synthesize(
    (stack, code) =>
      new ByodkimControlPlane(stack, 'Byodkim', { region: 'eu-west-1', topics: { audit: 'create' }, code }),
  );
  expect(Object.keys(resource.aws_cloudwatch_metric_alarm!)).toHaveLength(Number(alarms));
  expect([AUDIT_METRIC.metricName, ...Object.values(STATE_METRICS)]).toHaveLength(Number(metrics));
  expect((Number(alarms) * ALARM + Number(metrics) * METRIC).toFixed(2)).toBe(price);
});
