import { useSandbox } from '../../use-sandbox';

const sandbox = useSandbox();

const call = (operation: string, input: object) => sandbox.call('cloudwatch', operation, input);
const ALARM = {
  AlarmName: 'a',
  MetricName: 'Unsigned',
  Namespace: 'Mail',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  ComparisonOperator: 'GreaterThanThreshold',
  Threshold: 0,
};

test.each([
  ['an alarm on nothing', { MetricName: undefined }],
  ['an alarm that is never evaluated', { EvaluationPeriods: 0 }],
  ['an alarm that notifies in another region', { AlarmActions: ['arn:aws:sns:us-east-1:123456789012:t'] }],
])('refuses %s', async (_what, more) => {
  const put = call('PutMetricAlarm', { ...ALARM, ...more });
  await expect(put).rejects.toMatchObject({ name: 'ValidationError' });
});

test.each([
  ['DeleteAlarms', { AlarmNames: ['x'] }, 'ResourceNotFound'],
  ['ListTagsForResource', { ResourceARN: 'x' }, 'ResourceNotFoundException'],
])('refuses %s of a missing alarm', async (operation, input, code) => {
  await expect(call(operation, input)).rejects.toMatchObject({ name: code });
});
