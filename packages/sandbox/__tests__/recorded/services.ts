import { type Recorded, refusal } from './recorded';

const ACCOUNT = '123456789012';
const REGION = 'ap-northeast-1';
const topic = `arn:aws:sns:${REGION}:${ACCOUNT}:topic`;
const fn = `arn:aws:lambda:${REGION}:${ACCOUNT}:function`;

const parameter = (what: string) => refusal('InvalidParameter', 400, `Invalid parameter: ${what}`);
const made = ['CreateTopic', { Name: 'topic', Tags: [{ Key: 'a', Value: '1' }] }] as const;
const publish = (what: string, more: object, refused: Pick<Recorded, 'refused'>): Recorded => ({
  what,
  operation: 'Publish',
  after: [made],
  input: { TopicArn: topic, Message: 'm', ...more },
  ...refused,
});

export const SNS: readonly Recorded[] = [
  publish(
    'a topic that is not there',
    { TopicArn: `${topic}-2` },
    refusal('NotFound', 404, 'Topic does not exist'),
  ),
  publish(
    'an ARN that is a word',
    { TopicArn: 'word' },
    parameter('TopicArn Reason: An ARN must have at least 6 elements, not 1'),
  ),
  publish(
    'an ARN of two words',
    { TopicArn: 'a:b' },
    parameter('TopicArn Reason: An ARN must have at least 6 elements, not 2'),
  ),
  publish(
    'a topic of another region',
    { TopicArn: topic.replace(REGION, 'eu-west-1') },
    parameter('TopicArn'),
  ),
  publish('an empty subject', { Subject: '' }, parameter('Subject')),
  publish('an empty message', { Message: '' }, parameter('Empty message')),
  publish('a message too long', { Message: 'x'.repeat(256 * 1024 + 1) }, parameter('Message too long')),
  publish(
    'a message too long by its attributes',
    { Message: 'x'.repeat(256 * 1024), MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } } },
    parameter('Message too long'),
  ),
  publish(
    'JSON without a default',
    { MessageStructure: 'json', Message: '{}' },
    parameter('Message Structure - No default entry in JSON message body'),
  ),
  publish(
    'JSON that is none',
    { MessageStructure: 'json', Message: '{' },
    parameter('Message Structure - JSON message body failed to parse'),
  ),
  publish(
    'a default that is no text',
    { MessageStructure: 'json', Message: '{"default":{}}' },
    parameter('Message Structure - No default entry in JSON message body'),
  ),
  {
    what: 'attributes of a topic that is not there',
    operation: 'GetTopicAttributes',
    input: { TopicArn: `${topic}-2` },
    ...refusal('NotFound', 404, 'Topic does not exist'),
  },
  {
    what: 'attributes of a word',
    operation: 'GetTopicAttributes',
    input: { TopicArn: 'word' },
    ...parameter('TopicArn Reason: An ARN must have at least 6 elements, not 1'),
  },
  {
    what: 'attributes across regions',
    operation: 'GetTopicAttributes',
    input: { TopicArn: topic.replace(REGION, 'eu-west-1') },
    ...parameter('TopicArn'),
  },
  {
    what: 'a deletion across regions',
    operation: 'DeleteTopic',
    input: { TopicArn: topic.replace(REGION, 'eu-west-1') },
    ...parameter('TopicArn'),
  },
  {
    what: 'a topic made again with other tags',
    operation: 'CreateTopic',
    after: [made],
    input: { Name: 'topic', Tags: [{ Key: 'b', Value: '1' }] },
    ...parameter('Tags Reason: Topic already exists with different tags'),
  },
  {
    what: 'a topic made again with other attributes',
    operation: 'CreateTopic',
    after: [made],
    input: { Name: 'topic', Attributes: { DisplayName: 'x' } },
    ...parameter('Attributes Reason: Topic already exists with different attributes'),
  },
  {
    what: 'a tag twice',
    operation: 'CreateTopic',
    input: {
      Name: 'tags',
      Tags: [
        { Key: 'a', Value: '1' },
        { Key: 'a', Value: '2' },
      ],
    },
    ...parameter('Duplicated keys are not allowed.'),
  },
  {
    what: 'a name with a blank',
    operation: 'CreateTopic',
    input: { Name: 'a b' },
    ...parameter('Topic Name'),
  },
  {
    what: 'a name too long',
    operation: 'CreateTopic',
    input: { Name: 'a'.repeat(257) },
    ...parameter('Topic Name'),
  },
  { what: 'an empty name', operation: 'CreateTopic', input: { Name: '' }, ...parameter('Topic Name') },
];

export const LAMBDA: readonly Recorded[] = [
  ...[
    'GetFunction',
    'GetFunctionConfiguration',
    'GetFunctionConcurrency',
    'DeleteFunction',
    'Invoke',
  ].flatMap((operation): Recorded[] => [
    {
      what: `${operation} of what is not there`,
      operation,
      input: { FunctionName: 'none' },
      ...refusal('ResourceNotFoundException', 404, `Function not found: ${fn}:none`),
    },
    {
      what: `${operation} of another region`,
      operation,
      input: { FunctionName: `${fn.replace(REGION, 'eu-west-1')}:none` },
      ...refusal(
        'ResourceNotFoundException',
        404,
        `Functions from 'eu-west-1' are not reachable in this region ('${REGION}')`,
      ),
    },
  ]),
  ...['GetFunction', 'GetFunctionConfiguration'].flatMap((operation): Recorded[] => [
    {
      what: `${operation} by two names`,
      operation,
      input: { FunctionName: `${fn}:none:$LATEST`, Qualifier: '1' },
      ...refusal(
        'InvalidParameterValueException',
        400,
        'The derived qualifier from the function name does not match the specified qualifier.',
      ),
    },
    {
      what: `${operation} of the latest of what is not there`,
      operation,
      input: { FunctionName: 'none', Qualifier: '$LATEST' },
      ...refusal('ResourceNotFoundException', 404, `Function not found: ${fn}:none:$LATEST`),
    },
    {
      what: `${operation} of a version that is not there`,
      operation,
      input: { FunctionName: 'f', Qualifier: '1221' },
      ...refusal('ResourceNotFoundException', 404, `Function not found: ${fn}:f:1221`),
    },
  ]),
  {
    what: 'settings of events of what is not there',
    operation: 'GetFunctionEventInvokeConfig',
    input: { FunctionName: 'none' },
    ...refusal(
      'ResourceNotFoundException',
      404,
      `The function ${fn}:none:$LATEST doesn't have an EventInvokeConfig`,
    ),
  },
  {
    what: 'settings of events that there are none of',
    operation: 'GetFunctionEventInvokeConfig',
    input: { FunctionName: 'f' },
    ...refusal(
      'ResourceNotFoundException',
      404,
      `The function ${fn}:f:$LATEST doesn't have an EventInvokeConfig`,
    ),
  },
  {
    what: 'settings of events of a version',
    operation: 'GetFunctionEventInvokeConfig',
    input: { FunctionName: 'f', Qualifier: '1221' },
    ...refusal(
      'ResourceNotFoundException',
      404,
      `The function ${fn}:f:1221 doesn't have an EventInvokeConfig`,
    ),
  },
  {
    what: 'deleting settings that there are none of',
    operation: 'DeleteFunctionEventInvokeConfig',
    input: { FunctionName: 'f' },
    ...refusal(
      'ResourceNotFoundException',
      404,
      `The function ${fn}:f:$LATEST doesn't have an EventInvokeConfig`,
    ),
  },
  {
    what: 'settings for what is not there',
    operation: 'PutFunctionEventInvokeConfig',
    input: { FunctionName: 'none', MaximumRetryAttempts: 1 },
    ...refusal('ResourceNotFoundException', 404, "The function doesn't exist."),
  },
  {
    what: 'settings of nothing',
    operation: 'PutFunctionEventInvokeConfig',
    input: { FunctionName: 'f' },
    ...refusal(
      'InvalidParameterValueException',
      400,
      'You must specify at least one of error handling or destination setting.',
    ),
  },
  {
    what: 'concurrency of what is not there',
    operation: 'PutFunctionConcurrency',
    input: { FunctionName: 'none', ReservedConcurrentExecutions: 1 },
    ...refusal('ResourceNotFoundException', 404, `Function not found: ${fn}:none:$LATEST`),
  },
  {
    what: 'an alias twice',
    operation: 'CreateAlias',
    after: [['CreateAlias', { FunctionName: 'f', Name: 'custom', FunctionVersion: '$LATEST' }]],
    input: { FunctionName: 'f', Name: 'custom', FunctionVersion: '$LATEST' },
    ...refusal('ResourceConflictException', 409, `Alias already exists: ${fn}:f:custom`),
  },
  {
    what: 'an alias of a version that is not there',
    operation: 'CreateAlias',
    input: { FunctionName: 'f', Name: 'ten', FunctionVersion: '10' },
    ...refusal('ResourceNotFoundException', 404, `Function not found: ${fn}:f:10`),
  },
  {
    what: 'an alias that is not there',
    operation: 'GetAlias',
    input: { FunctionName: 'f', Name: 'non-existent' },
    ...refusal('ResourceNotFoundException', 404, `Cannot find alias arn: ${fn}:f:non-existent`),
  },
  {
    what: 'a function by an alias that is not there',
    operation: 'GetFunction',
    input: { FunctionName: 'f', Qualifier: 'aliasdoesnotexist' },
    ...refusal('ResourceNotFoundException', 404, `Function not found: ${fn}:f:aliasdoesnotexist`),
  },
  {
    what: 'tags of what is not there',
    operation: 'ListTags',
    input: { Resource: `${fn}:none` },
    ...refusal('ResourceNotFoundException', 404, `Function not found: ${fn}:none`),
  },
  {
    what: 'a policy that is not there',
    operation: 'GetPolicy',
    input: { FunctionName: 'f' },
    ...refusal('ResourceNotFoundException', 404, 'The resource you requested does not exist.'),
  },
  {
    what: 'a permission on the latest',
    operation: 'AddPermission',
    input: {
      FunctionName: 'f',
      Qualifier: '$LATEST',
      StatementId: 's',
      Action: 'lambda:InvokeFunction',
      Principal: 'sns.amazonaws.com',
    },
    ...refusal(
      'InvalidParameterValueException',
      400,
      'We currently do not support adding policies for $LATEST.',
    ),
  },
];

const aRole = (RoleArn: string): Recorded => ({
  what: `a role that is called ${RoleArn}`,
  operation: 'AssumeRole',
  input: { RoleArn: RoleArn.padEnd(20, 'x'), RoleSessionName: 's1' },
  ...refusal('ValidationError', 400, `${RoleArn.padEnd(20, 'x')} is invalid`),
});

export const STS: readonly Recorded[] = [
  aRole('nothing-valid-in-here'),
  aRole('arn::b:::something/test-role'),
  aRole('arn:a::::something/test-role'),
  aRole('arn:a:::something/test-role'),
  {
    what: 'a session with a colon',
    operation: 'AssumeRole',
    input: { RoleArn: `arn:aws:iam::${ACCOUNT}:role/r`, RoleSessionName: 'Session1:2' },
    ...refusal(
      'ValidationError',
      400,
      "1 validation error detected: Value 'Session1:2' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]*",
    ),
  },
  {
    what: 'a role of no resource',
    operation: 'AssumeRole',
    input: { RoleArn: 'arn:a:a::aaaaaaaaaa:', RoleSessionName: 's1' },
    ...refusal('ValidationError', 400, 'arn:a:a::aaaaaaaaaa: is invalid'),
  },
  {
    what: 'a tag twice, in other case',
    operation: 'AssumeRole',
    input: {
      RoleArn: 'arn:aws:iam::123456789012:role/r',
      RoleSessionName: 's1',
      Tags: [
        { Key: 'SessionTag1', Value: 'a' },
        { Key: 'sessiontag1', Value: 'b' },
      ],
    },
    ...refusal(
      'InvalidParameterValue',
      400,
      'Duplicate tag keys found. Please note that Tag keys are case insensitive.',
    ),
  },
  {
    what: 'a tag handed on that is none',
    operation: 'AssumeRole',
    input: {
      RoleArn: 'arn:aws:iam::123456789012:role/r',
      RoleSessionName: 's1',
      Tags: [{ Key: 'a', Value: 'a' }],
      TransitiveTagKeys: ['b'],
    },
    ...refusal(
      'InvalidParameterValue',
      400,
      'The specified transitive tag key must be included in the requested tags.',
    ),
  },
];

const stream = ['CreateLogStream', { logGroupName: 'group', logStreamName: 'stream' }] as const;
const group = ['CreateLogGroup', { logGroupName: 'group' }] as const;
const events = (...times: number[]) => ({
  logEvents: times.map((timestamp) => ({ timestamp, message: 'm' })),
});

export const LOGS: readonly Recorded[] = [
  {
    what: 'a group twice',
    operation: 'CreateLogGroup',
    after: [group],
    input: group[1],
    ...refusal('ResourceAlreadyExistsException', 400, 'The specified log group already exists'),
  },
  {
    what: 'a stream twice',
    operation: 'CreateLogStream',
    after: [group, stream],
    input: stream[1],
    ...refusal('ResourceAlreadyExistsException', 400, 'The specified log stream already exists'),
  },
  {
    what: 'a prefix and a pattern',
    operation: 'DescribeLogGroups',
    input: { logGroupNamePrefix: 'a', logGroupNamePattern: 'b' },
    ...refusal(
      'InvalidParameterException',
      400,
      'LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.',
    ),
  },
  {
    what: 'events for a stream that is not there',
    operation: 'PutLogEvents',
    after: [group],
    input: { ...stream[1], logStreamName: 'x', ...events(1) },
    ...refusal('ResourceNotFoundException', 400, 'The specified log stream does not exist.'),
  },
  {
    what: 'events for a group that is not there',
    operation: 'PutLogEvents',
    input: { ...stream[1], logGroupName: 'x', ...events(1) },
    ...refusal('ResourceNotFoundException', 400, 'The specified log group does not exist.'),
  },
  {
    what: 'events in the wrong order',
    operation: 'PutLogEvents',
    after: [group, stream],
    input: { ...stream[1], ...events(2, 1) },
    ...refusal(
      'InvalidParameterException',
      400,
      'Log events in a single PutLogEvents request must be in chronological order.',
    ),
  },
  {
    what: 'a name that is too long',
    operation: 'CreateLogGroup',
    input: { logGroupName: 'a'.repeat(513) },
    ...refusal('InvalidParameterException', 400),
  },
  {
    what: 'more events than a page holds',
    operation: 'FilterLogEvents',
    after: [['CreateLogGroup', { logGroupName: 'group' }]],
    input: { logGroupName: 'group', limit: 10_001 },
    ...refusal(
      'InvalidParameterException',
      400,
      "1 validation error detected: Value '10001' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 10000",
    ),
  },
  {
    what: 'a token that is none',
    operation: 'FilterLogEvents',
    after: [['CreateLogGroup', { logGroupName: 'group' }]],
    input: { logGroupName: 'group', nextToken: 'invalid' },
    ...refusal('InvalidParameterException', 400, 'The specified nextToken is invalid.'),
  },
  {
    what: 'events of a group that is not there',
    operation: 'FilterLogEvents',
    input: { logGroupName: 'none' },
    ...refusal('ResourceNotFoundException', 400, 'The specified log group does not exist.'),
  },
  {
    what: 'a stream of a group that is not there',
    operation: 'CreateLogStream',
    input: { logGroupName: 'none', logStreamName: 's' },
    ...refusal('ResourceNotFoundException', 400, 'The specified log group does not exist.'),
  },
];

export const CLOUDWATCH: readonly Recorded[] = [
  {
    what: 'a state that is none',
    operation: 'SetAlarmState',
    input: { AlarmName: 'a', StateValue: 'INVALID', StateReason: 'r' },
    ...refusal('ValidationError', 400),
  },
  {
    what: 'an alarm that is not there',
    operation: 'SetAlarmState',
    input: { AlarmName: 'a', StateValue: 'OK', StateReason: 'r' },
    ...refusal('ResourceNotFound', 404, ''),
  },
  ...['Values', 'StatisticValues'].map(
    (other): Recorded => ({
      what: `a value and ${other}`,
      operation: 'PutMetricData',
      input: {
        Namespace: 'n',
        MetricData: [
          {
            MetricName: 'm',
            Value: 1,
            ...(other === 'Values'
              ? { Values: [1] }
              : { StatisticValues: { SampleCount: 1, Sum: 1, Minimum: 1, Maximum: 1 } }),
          },
        ],
      },
      ...refusal(
        'InvalidParameterCombination',
        400,
        `The parameters MetricData.member.1.Value and MetricData.member.1.${other} are mutually exclusive and you have specified both.`,
      ),
    }),
  ),
  {
    what: 'values without as many counts',
    operation: 'PutMetricData',
    input: { Namespace: 'n', MetricData: [{ MetricName: 'm', Values: [1, 2], Counts: [1] }] },
    ...refusal(
      'InvalidParameterValue',
      400,
      'The parameters MetricData.member.1.Values and MetricData.member.1.Counts must be of the same size.',
    ),
  },
];

export const ROUTE53: readonly Recorded[] = [
  {
    what: 'a zone that is not there',
    operation: 'DeleteHostedZone',
    input: { Id: 'ZASDF1234' },
    ...refusal('NoSuchHostedZone', 404, 'No hosted zone found with ID: ZASDF1234'),
  },
];

export const SCHEDULER: readonly Recorded[] = [
  'cron(0 1 * * * *)',
  'cron(7 20 * * NOT *)',
  'cron(INVALID)',
  'cron(0 dummy ? * MON-FRI *)',
  'cron(71 8 1 * ? *)',
  'cron()',
  'rate(10 seconds)',
  'rate(10 years)',
  'rate()',
  'rate(10)',
  'rate(10 minutess)',
  'rate(foo minutes)',
  'rate(-10 minutes)',
  'rate( 10 minutes )',
  ' rate(10 minutes)',
  'at(2021-12-31T23:59:59Z)',
  'at(2021-12-31)',
].map((ScheduleExpression) => ({
  what: `the expression ${ScheduleExpression}`,
  operation: 'CreateSchedule',
  input: {
    Name: 's',
    ScheduleExpression,
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { Arn: `${fn}:f`, RoleArn: `arn:aws:iam::${ACCOUNT}:role/r` },
  },
  ...refusal('ValidationException', 400, `Invalid Schedule Expression ${ScheduleExpression}.`),
}));
