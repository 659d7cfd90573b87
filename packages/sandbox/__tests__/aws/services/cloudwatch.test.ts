import { type Sandbox, startSandbox } from '../../../aws/sandbox';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox();
});
afterEach(() => sandbox.close());

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
  ['an alarm on nothing', 'PutMetricAlarm', { ...ALARM, MetricName: undefined }, 'ValidationError'],
  [
    'an alarm that is never evaluated',
    'PutMetricAlarm',
    { ...ALARM, EvaluationPeriods: 0 },
    'ValidationError',
  ],
  [
    'an alarm that notifies a topic of another region',
    'PutMetricAlarm',
    { ...ALARM, AlarmActions: ['arn:aws:sns:us-east-1:123456789012:t'] },
    'ValidationError',
  ],
  ['deleting an alarm that is not there', 'DeleteAlarms', { AlarmNames: ['x'] }, 'ResourceNotFound'],
  [
    'the tags of an alarm that is not there',
    'ListTagsForResource',
    { ResourceARN: 'x' },
    'ResourceNotFoundException',
  ],
])('refuses %s', async (_what, operation, input, code) => {
  await expect(call(operation, input)).rejects.toMatchObject({ name: code });
});
