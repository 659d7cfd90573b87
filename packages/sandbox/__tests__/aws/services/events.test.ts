import type { Sandbox } from '../../../aws/sandbox';
import type { EventsService } from '../../../aws/services/events';
import type { LambdaService } from '../../../aws/services/lambda';
import type { Principal } from '../../../contract/service';
import { deploy, FUNCTION, makeRole } from '../../lambda/deployment';

const ARN = `arn:aws:lambda:ap-northeast-1:123456789012:function:${FUNCTION}`;
const RULE = 'arn:aws:events:ap-northeast-1:123456789012:rule/r';
const ENTRY = { Source: 'byodkim', DetailType: 'Finding', Detail: '{"domain":"example.com"}' };
const ofUs = { EventPattern: '{"source":["byodkim"]}' };

describe('EventBridge', () => {
  let sandbox: Sandbox;
  beforeEach(async () => {
    ({ sandbox } = await deploy('exports.handler = async (event) => console.log(JSON.stringify(event));'));
  });
  afterEach(() => sandbox.close());

  const call = (operation: string, input: object = {}, principal?: Principal) =>
    sandbox.call('events', operation, input, { principal });
  const events = () => sandbox.service<EventsService>('events');
  const putRule = (more: object = ofUs) => call('PutRule', { Name: 'r', ...more });
  const target = (more: object = {}) =>
    call('PutTargets', { Rule: 'r', Targets: [{ Id: 't', Arn: ARN, ...more }] });
  const permit = (more: object = { SourceArn: RULE }) =>
    sandbox.call('lambda', 'AddPermission', {
      FunctionName: FUNCTION,
      StatementId: 's',
      Action: 'lambda:InvokeFunction',
      Principal: 'events.amazonaws.com',
      ...more,
    });
  /** What the function got, of the one event that is put. */
  const received = async () => {
    await call('PutEvents', { Entries: [ENTRY] });
    const lambda = sandbox.service<LambdaService>('lambda');
    await lambda.idle();
    const line = lambda.logs(FUNCTION).find((one) => /\t[{"]/.test(one));
    return line && JSON.parse(line.slice(line.search(/[{"][^\t]*$/)));
  };

  it('sends matching events to the function that permits it', async () => {
    await putRule();
    await target();
    await permit();
    expect(await received()).toMatchObject({
      version: '0',
      source: 'byodkim',
      'detail-type': 'Finding',
      account: '123456789012',
      region: 'ap-northeast-1',
      detail: { domain: 'example.com' },
    });
    expect(events().deliveries()).toMatchObject([
      { ruleArn: RULE, targetId: 't', requestId: expect.any(String) },
    ]);
  });

  it.each([
    ['nothing is permitted', undefined],
    ['another rule is permitted', { SourceArn: `${RULE}2` }],
    ['another account is permitted', { SourceAccount: '210987654321' }],
    ['a topic is permitted', { Principal: 'sns.amazonaws.com' }],
    ['the rule is permitted for an alias', { SourceArn: RULE, Qualifier: '$LATEST' }],
  ])('does not reach the function if %s', async (_, permission) => {
    await putRule();
    await target();
    if (permission) await permit(permission).catch(() => {});
    await call('PutEvents', { Entries: [ENTRY] });
    expect(events().deliveries()).toMatchObject([
      { error: expect.stringContaining('no resource-based policy allows the lambda:InvokeFunction action') },
    ]);
  });

  it.each([
    ['', ':watch', false],
    [':watch', ':watch', true],
    [':watch', '', false],
    [':other', ':watch', false],
  ])(
    'a rule with the target f%s, permitted for f%s, reaches it: %s',
    async (targeted, permitted, reaches) => {
      for (const Name of ['watch', 'other'])
        await sandbox.call('lambda', 'CreateAlias', {
          FunctionName: FUNCTION,
          Name,
          FunctionVersion: '$LATEST',
        });
      await putRule();
      await target({ Arn: `${ARN}${targeted}` });
      await permit({ SourceArn: RULE, ...(permitted && { Qualifier: permitted.slice(1) }) });
      expect((await received()) !== undefined).toBe(reaches);
    },
  );

  it('keeps events on the bus, and sends nothing by a disabled rule or to a removed target', async () => {
    await putRule({ ...ofUs, State: 'DISABLED' });
    await target();
    await permit();
    expect(await received()).toBeUndefined();
    await putRule();
    await call('RemoveTargets', { Rule: 'r', Ids: ['t'] });
    expect(await received()).toBeUndefined();
    expect(events().events()).toHaveLength(2);
  });

  it('accepts the valid entries of a request, and names the faults of the others', async () => {
    const { FailedEntryCount, Entries } = await call('PutEvents', {
      Entries: [
        ENTRY,
        { ...ENTRY, Source: undefined },
        { ...ENTRY, Source: 'aws.ses' },
        { ...ENTRY, Detail: '[1]' },
      ],
    });
    expect(FailedEntryCount).toBe(3);
    expect(Entries).toMatchObject([
      { EventId: expect.any(String) },
      { ErrorCode: 'InvalidArgument' },
      { ErrorCode: 'NotAuthorizedForSourceException' },
      { ErrorCode: 'MalformedDetail' },
    ]);
    expect(events().events()).toHaveLength(1);
  });

  it.each([
    ['more than 10 entries', { Entries: Array(11).fill(ENTRY) }, 'ValidationException'],
    ['no entry', { Entries: [] }, 'ValidationException'],
    [
      'more than 256 KB',
      { Entries: [{ ...ENTRY, Detail: JSON.stringify({ a: 'x'.repeat(2 ** 18) }) }] },
      'ValidationException',
    ],
    ['another bus', { Entries: [{ ...ENTRY, EventBusName: 'mine' }] }, 'ResourceNotFoundException'],
  ])('refuses a request of %s', async (_, input, code) => {
    await expect(call('PutEvents', input)).rejects.toMatchObject({ code });
  });

  it('lets a role put events of the sources that its policy names', async () => {
    const roleArn = await makeRole(sandbox, 'putter', 'lambda.amazonaws.com', [
      {
        Effect: 'Allow',
        Action: 'events:PutEvents',
        Resource: 'arn:aws:events:*:*:event-bus/default',
        Condition: { StringEquals: { 'events:source': 'byodkim' } },
      },
    ]);
    const role = { type: 'role', roleName: 'putter', roleArn, sessionName: 's' } as const;
    await call('PutEvents', { Entries: [ENTRY] }, role);
    await expect(
      call('PutEvents', { Entries: [ENTRY, { ...ENTRY, Source: 'other' }] }, role),
    ).rejects.toMatchObject({ code: 'AccessDeniedException' });
  });

  it('keeps targets and tags of a rule that is put again, and deletes it when it has no targets', async () => {
    await putRule({ ...ofUs, Tags: [{ Key: 'a', Value: 'b' }] });
    await target();
    await putRule({ ...ofUs, Description: 'other' });
    const { Tags } = await call('ListTagsForResource', { ResourceARN: RULE });
    expect(Tags).toEqual([{ Key: 'a', Value: 'b' }]);
    expect(await call('ListTargetsByRule', { Rule: 'r' })).toEqual({ Targets: [{ Id: 't', Arn: ARN }] });
    await expect(call('DeleteRule', { Name: 'r' })).rejects.toMatchObject({ code: 'ValidationException' });
    await call('RemoveTargets', { Rule: 'r', Ids: ['t'] });
    await call('DeleteRule', { Name: 'r' });
    await call('DeleteRule', { Name: 'r' });
  });

  it.each([
    ['a part of the event', { InputPath: '$.detail' }, 'NotImplemented'],
    ['a topic', { Arn: 'arn:aws:sns:ap-northeast-1:123456789012:t' }, 'NotImplemented'],
    [
      'a queue for what fails',
      { DeadLetterConfig: { Arn: 'arn:aws:sqs:a:123456789012:q' } },
      'NotImplemented',
    ],
  ])('refuses %s', async (_, more, code) => {
    await putRule();
    await expect(target(more)).rejects.toMatchObject({ code });
  });
});
