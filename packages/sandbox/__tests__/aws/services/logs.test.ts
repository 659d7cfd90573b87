import type { LogsService } from '../../../aws/services/logs';
import { useSandbox } from '../../use-sandbox';

const sandbox = useSandbox();
beforeEach(() => call('CreateLogGroup', { tags: { a: 'b' } }));

const call = (operation: string, input: object = {}) =>
  sandbox.call('logs', operation, { logGroupName: '/aws/lambda/f', ...input });

test('events are found by text and by time', async () => {
  await call('CreateLogStream', { logStreamName: 's' });
  const now = sandbox.clock.now();
  const logEvents = [
    { timestamp: now, message: 'START' },
    { timestamp: now + 1, message: 'done' },
  ];
  await call('PutLogEvents', { logStreamName: 's', logEvents });
  const found = await call('FilterLogEvents', { filterPattern: 'done' });
  const early = await call('FilterLogEvents', { endTime: now });

  expect(found.events).toMatchObject([{ timestamp: now + 1, message: 'done', logStreamName: 's' }]);
  expect(early.events).toHaveLength(1);
  expect(sandbox.service<LogsService>('logs').events('/aws/lambda/f')).toHaveLength(2);
  expect(sandbox.service<LogsService>('logs').events('/nowhere')).toEqual([]);
});

test('events that are too old, beyond the retention, or too far in the future are reported, not kept', async () => {
  await call('CreateLogStream', { logStreamName: 's' });
  await call('PutRetentionPolicy', { retentionInDays: 7 });
  const hour = 3_600_000;
  const logEvents = [-15 * 24, -8 * 24, -1, 0, 3].map((hours) => ({
    timestamp: sandbox.clock.now() + hours * hour,
    message: String(hours),
  }));
  expect(await call('PutLogEvents', { logStreamName: 's', logEvents })).toMatchObject({
    rejectedLogEventsInfo: {
      tooOldLogEventEndIndex: 1,
      expiredLogEventEndIndex: 2,
      tooNewLogEventStartIndex: 4,
    },
  });
  const { events } = await call('FilterLogEvents');
  expect(events.map(({ message }: { message: string }) => message)).toEqual(['-1', '0']);
});

test('a role needs the permission on the exact stream', async () => {
  await call('CreateLogStream', { logStreamName: 's' });
  await call('PutLogEvents', { logStreamName: 's', logEvents: [{ timestamp: 1, message: 'm' }] });
  expect(sandbox.calls.at(-1)).toMatchObject({
    actions: ['logs:PutLogEvents'],
    resource: 'arn:aws:logs:ap-northeast-1:123456789012:log-group:/aws/lambda/f:log-stream:s',
  });
});

test.each([
  ['a name that is none', 'CreateLogGroup', { logGroupName: 'a b' }, 'InvalidParameterException'],
  ['a retention that is none', 'PutRetentionPolicy', { retentionInDays: 2 }, 'InvalidParameterException'],
  ['a group that is not there', 'DeleteLogGroup', { logGroupName: 'x' }, 'ResourceNotFoundException'],
])('refuses %s', async (_what, operation, input, code) => {
  await expect(call(operation, input)).rejects.toMatchObject({ name: code });
});
