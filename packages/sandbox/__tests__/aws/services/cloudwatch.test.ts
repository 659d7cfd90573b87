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

const METRIC = { Metric: { Namespace: 'Mail', MetricName: 'Unsigned' }, Period: 86_400, Stat: 'Sum' };
const COUNTED = { Id: 'mails', MetricStat: METRIC, ReturnData: false };
const EXPRESSION = { Id: 'counted', Expression: 'FILL(mails, 0)' };
const MATH = {
  AlarmName: 'm',
  Metrics: [COUNTED, EXPRESSION],
  EvaluationPeriods: 7,
  ComparisonOperator: 'LessThanThreshold',
  Threshold: 1,
};

test('keeps an alarm on an expression as it was described', async () => {
  await call('PutMetricAlarm', MATH);
  const { MetricAlarms } = await call('DescribeAlarms', { AlarmNames: ['m'] });
  expect(MetricAlarms).toEqual([expect.objectContaining(MATH)]);
});

test.each<[string, object]>([
  ['of a metric as well', { MetricName: 'Unsigned' }],
  ['without a threshold', { Threshold: undefined }],
  ['over more than a week', { EvaluationPeriods: 8 }],
  ['without a metric', { Metrics: [{ Id: 'counted', Expression: 'FILL(mails, 0)' }] }],
  ['with two metrics of one id', { Metrics: [COUNTED, COUNTED, EXPRESSION] }],
  ['with an id that begins with a capital', { Metrics: [{ ...COUNTED, Id: 'Mails' }, EXPRESSION] }],
  ['that returns two series', { Metrics: [{ ...COUNTED, ReturnData: true }, EXPRESSION] }],
  ['that returns none', { Metrics: [COUNTED, { ...EXPRESSION, ReturnData: false }] }],
  ['with an element that is neither', { Metrics: [COUNTED, EXPRESSION, { Id: 'x', ReturnData: false }] }],
  [
    'with metrics of two periods',
    { Metrics: [COUNTED, { ...COUNTED, Id: 'other', MetricStat: { ...METRIC, Period: 60 } }, EXPRESSION] },
  ],
  ['that cannot be read', { Metrics: [COUNTED, { ...EXPRESSION, Expression: 'FILL(mails' }] }],
])('refuses an alarm on an expression %s', async (_what, more) => {
  await expect(call('PutMetricAlarm', { ...MATH, ...more })).rejects.toMatchObject({
    name: 'ValidationError',
  });
});

const DATA = {
  MetricDataQueries: [COUNTED, EXPRESSION],
  StartTime: new Date('2026-12-01T00:00:00Z'),
  EndTime: new Date('2026-12-03T00:00:00Z'),
};

test('computes an expression over a metric without a sample for each day, the newest first', async () => {
  const { MetricDataResults } = await call('GetMetricData', DATA);
  expect(MetricDataResults).toEqual([
    {
      Id: 'counted',
      Label: 'counted',
      Timestamps: [new Date('2026-12-02T00:00:00Z'), new Date('2026-12-01T00:00:00Z')],
      Values: [0, 0],
      StatusCode: 'Complete',
    },
  ]);
});

test('has no value for a metric itself', async () => {
  const MetricDataQueries = [{ ...COUNTED, ReturnData: true }];
  const { MetricDataResults } = await call('GetMetricData', { ...DATA, MetricDataQueries });
  expect(MetricDataResults).toMatchObject([{ Id: 'mails', Timestamps: [], Values: [] }]);
});

test.each<[string, object]>([
  ['that end before they begin', { EndTime: new Date('2026-11-30T00:00:00Z') }],
  ['of two queries with one id', { MetricDataQueries: [COUNTED, COUNTED] }],
  [
    'of an expression that cannot be read',
    { MetricDataQueries: [COUNTED, { ...EXPRESSION, Expression: 'FILL(mails' }] },
  ],
])('refuses data %s', async (_what, more) => {
  await expect(call('GetMetricData', { ...DATA, ...more })).rejects.toMatchObject({
    name: 'ValidationError',
  });
});

test.each([
  ['DeleteAlarms', { AlarmNames: ['x'] }, 'ResourceNotFound'],
  ['ListTagsForResource', { ResourceARN: 'x' }, 'ResourceNotFoundException'],
])('refuses %s of a missing alarm', async (operation, input, code) => {
  await expect(call(operation, input)).rejects.toMatchObject({ name: code });
});
