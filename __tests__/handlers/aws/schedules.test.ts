import { createScheduleInput } from '../../../handlers/aws/schedules';
import { emptyLedger } from '../../../handlers/ledger/ledger';
import { planRevert } from '../../../handlers/transaction/arming';
import { DOMAIN, givenCloud, Stack } from '../transaction/support';

const ARN = 'arn:aws:lambda:ap-northeast-1:111122223333:function:ses-byodkim';
const schedule = {
  name: 'byodkim-example.com-1',
  at: Date.parse('2025-09-17T10:30:00.400Z'),
  payload: { a: 1 },
};
const settings = { group: 'byodkim', roleArn: 'arn:aws:iam::111122223333:role/s', invokedFunctionArn: ARN };

test('sends each member of a schedule', () => {
  expect(createScheduleInput(schedule, settings)).toEqual({
    Name: 'byodkim-example.com-1',
    GroupName: 'byodkim',
    ClientToken: 'byodkim-example-com-1',
    ScheduleExpression: 'at(2025-09-17T10:30:01)',
    ScheduleExpressionTimezone: 'UTC',
    FlexibleTimeWindow: { Mode: 'OFF' },
    ActionAfterCompletion: 'DELETE',
    Description: 'Calls the DKIM function once, with the event in its input',
    Target: { Arn: ARN, RoleArn: settings.roleArn, Input: '{"a":1}' },
  });
});

test.each(['example.com', 'xn--bcher-kva.example', `${'a-long-label.'.repeat(19)}example`])(
  'the token of an arming is of what AWS’s model takes, [a-zA-Z0-9-_]{1,64}: %s',
  (domain) => {
    const request = {
      domain,
      region: 'ap-northeast-1',
      verification: {},
      confirmTimeoutMinutes: 10,
    } as Parameters<typeof planRevert>[1];
    const armed = planRevert(schedule.at, request, emptyLedger(domain, 'ap-northeast-1'))!;

    expect(createScheduleInput({ ...schedule, name: armed.schedule }, settings).ClientToken).toMatch(
      /^[a-zA-Z0-9-_]{1,64}$/,
    );
  },
);

test.each(['$LATEST', '1', 'live'])('grants IAM the target of a call with qualifier %s', (qualifier) => {
  const sent = createScheduleInput(schedule, { ...settings, invokedFunctionArn: `${ARN}:${qualifier}` });

  expect(sent.Target!.Arn).toBe(ARN);
});

test('a revert that was armed by a call with a qualifier reaches the function', async () => {
  const cloud = givenCloud();
  await new Stack(cloud).signing('t1', 's1');

  await cloud.fireAll();

  expect(cloud.scheduler.dropped).toEqual([]);
  expect(cloud.ses.state(DOMAIN)?.origin).toBe('AWS_SES');
});
