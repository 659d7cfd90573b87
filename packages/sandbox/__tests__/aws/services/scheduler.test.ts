import type { SchedulerService } from '../../../aws/services/scheduler';
import type { Principal } from '../../../contract/service';
import { type Deployment, FUNCTION, makeRole, useDeployment } from '../../lambda/deployment';
import { advanceToMidMonth } from '../../mid-month';

const MINUTE_MS = 60_000;
const GROUP = 'byodkim';

const deployed = useDeployment();
let deployment: Deployment;
let roleArn: string;
let functionArn: string;

/** The function says which event it got, and fails for those that ask for it. */
const SOURCE = `exports.handler = async (event) => {
  process.stdout.write('EVENT ' + JSON.stringify(event) + '\\n');
  if (event.fail) throw new Error('told to fail');
};`;

beforeEach(async () => {
  deployment = await deployed(SOURCE);
  const { sandbox } = deployment;
  functionArn = `arn:aws:lambda:${sandbox.region}:${sandbox.accountId}:function:${FUNCTION}`;
  roleArn = await makeRole(sandbox, 'scheduler', 'scheduler.amazonaws.com', [
    { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: functionArn },
  ]);
  await call('CreateScheduleGroup', { Name: GROUP });
});

const call = (operation: string, input: object, as?: Principal) =>
  deployment.sandbox.call('scheduler', operation, input, { principal: as });
const scheduler = () => deployment.sandbox.service<SchedulerService>('scheduler');

/** The events that the function got, oldest first. */
const events = () =>
  deployment.lambda
    .logs(FUNCTION)
    .filter((line) => line.startsWith('EVENT '))
    .map((line) => JSON.parse(line.slice('EVENT '.length)));

/** `at(…)`, so far ahead of the sandbox's clock. */
const inMinutes = (minutes: number) =>
  `at(${new Date(deployment.sandbox.clock.now() + minutes * MINUTE_MS).toISOString().slice(0, 19)})`;

/** A one-time schedule, as the handler makes one. */
const schedule = (more: object = {}) => ({
  Name: 'revert-example.com-1',
  GroupName: GROUP,
  ClientToken: 'token',
  ScheduleExpression: inMinutes(10),
  ScheduleExpressionTimezone: 'UTC',
  FlexibleTimeWindow: { Mode: 'OFF' },
  ActionAfterCompletion: 'DELETE',
  Target: { Arn: functionArn, RoleArn: roleArn, Input: JSON.stringify({ transaction: 't1' }) },
  ...more,
});

const create = (more: object = {}, as?: Principal) => call('CreateSchedule', schedule(more), as);
const named = { Name: 'revert-example.com-1', GroupName: GROUP };

describe('a one-time schedule', () => {
  it('calls the function once at its time, and is removed', async () => {
    await create();

    await deployment.sandbox.clock.advance(9 * MINUTE_MS);
    expect(events()).toEqual([]);
    await deployment.sandbox.clock.advance(2 * MINUTE_MS);

    expect(events()).toEqual([{ transaction: 't1' }]);
    expect(scheduler().schedules()).toEqual([]);
    await deployment.sandbox.clock.advance(60 * MINUTE_MS);
    expect(events()).toHaveLength(1);
  });

  it('fires on demand, and again after its removal: late, and twice', async () => {
    await create();
    const { lambda } = deployment;

    await scheduler().fire(named.Name, GROUP);
    await lambda.idle();
    expect(scheduler().schedules()).toEqual([]);
    await scheduler().fire(named.Name, GROUP);
    await lambda.idle();

    expect(events()).toEqual([{ transaction: 't1' }, { transaction: 't1' }]);
  });

  it('calls again if Lambda does not accept the call', async () => {
    await create();
    deployment.sandbox.faults.add({ operation: 'lambda:Invoke', kind: 'error500', times: 2 });

    await deployment.sandbox.clock.advance(30 * MINUTE_MS);

    expect(
      scheduler()
        .firings()
        .map(({ attempt, requestId }) => [attempt, requestId !== undefined]),
    ).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ]);
    expect(events()).toHaveLength(1);
    expect(scheduler().schedules()).toEqual([]);
  });

  it('may fire twice if an answer is lost', async () => {
    await create();
    deployment.sandbox.faults.add({ operation: 'lambda:Invoke', kind: 'resetAfter', times: 1 });

    await deployment.sandbox.clock.advance(30 * MINUTE_MS);
    await deployment.lambda.idle();

    expect(events()).toHaveLength(2);
  });
});

describe('a recurring schedule', () => {
  it('fires each time, at its own time', async () => {
    await advanceToMidMonth(deployment.sandbox.clock);
    await create({ ScheduleExpression: 'cron(0 3 1 * ? *)', ActionAfterCompletion: 'NONE' });

    await deployment.sandbox.clock.advance(92 * 24 * 60 * MINUTE_MS);

    const firings = scheduler().firings();
    expect(firings).toHaveLength(3);
    for (const { scheduledAt } of firings) {
      expect(new Date(scheduledAt).toISOString()).toMatch(/-01T03:00:00.000Z$/);
    }
    expect(scheduler().schedules()).toHaveLength(1);
  });
});

describe('the role of a schedule', () => {
  it('refuses a role that does not trust the scheduler', async () => {
    const other = await makeRole(deployment.sandbox, 'other', 'lambda.amazonaws.com');

    await expect(create({ Target: { Arn: functionArn, RoleArn: other, Input: '{}' } })).rejects.toMatchObject(
      {
        name: 'ValidationException',
        message: expect.stringContaining('must allow AWS EventBridge Scheduler to assume the role'),
      },
    );
  });

  it('calls nobody if it may not invoke the function', async () => {
    const powerless = await makeRole(deployment.sandbox, 'powerless', 'scheduler.amazonaws.com');
    await create({ Target: { Arn: functionArn, RoleArn: powerless, Input: '{}' } });

    await deployment.sandbox.clock.advance(30 * MINUTE_MS);

    expect(events()).toEqual([]);
    expect(scheduler().firings()).toMatchObject([
      { error: expect.stringContaining('lambda:InvokeFunction'), attempt: 1 },
    ]);
  });

  const allow = (Action: string, Resource: string, Condition?: object) => ({
    Effect: 'Allow',
    Action,
    Resource,
    ...(Condition && { Condition }),
  });
  const toScheduler = { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } };

  it('is passed by a caller that may pass it to the scheduler', async () => {
    const role = await roleWith([
      allow('scheduler:CreateSchedule', `arn:aws:scheduler:*:*:schedule/${GROUP}/*`),
      allow('iam:PassRole', roleArn, toScheduler),
    ]);

    await create({}, role);

    const call = deployment.sandbox.calls.find(
      ({ operation, principal }) => operation === 'CreateSchedule' && principal.type === 'role',
    );
    expect(call?.actions).toEqual(['scheduler:CreateSchedule', 'iam:PassRole']);
  });

  it.each([
    ['iam:PassRole', () => [allow('scheduler:CreateSchedule', '*')]],
    ['iam:PassRole', () => [allow('scheduler:CreateSchedule', '*'), allow('iam:PassRole', `${roleArn}-2`)]],
    [
      'iam:PassRole',
      () => [
        allow('scheduler:CreateSchedule', '*'),
        allow('iam:PassRole', '*', { StringEquals: { 'iam:PassedToService': 'lambda.amazonaws.com' } }),
      ],
    ],
    ['scheduler:CreateSchedule', () => [allow('iam:PassRole', '*', toScheduler)]],
  ])('refuses a caller who lacks %s', async (action, statements) => {
    const role = await roleWith(statements());

    await expect(create({}, role)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(action),
    });
    expect(scheduler().schedules()).toEqual([]);
  });

  async function roleWith(statements: object[]): Promise<Principal> {
    const arn = await makeRole(deployment.sandbox, 'caller', 'lambda.amazonaws.com', statements);
    return { type: 'role', roleName: 'caller', roleArn: arn, sessionName: 'x' };
  }
});

describe('the interface', () => {
  it.each([
    ['reading', () => call('GetSchedule', named)],
    ['deleting', () => call('DeleteSchedule', named)],
    ['updating', () => call('UpdateSchedule', schedule())],
    ['creating in a group that is not there', () => create({ GroupName: 'nowhere' })],
  ])('fails with ResourceNotFoundException if %s a missing object', async (_what, call) => {
    await expect(call()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});
