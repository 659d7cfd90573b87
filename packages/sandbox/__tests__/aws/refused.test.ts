import { type Sandbox, startSandbox } from '../../aws/sandbox';
import { makeRole, zipOf } from '../lambda/deployment';

const BUCKET = 'bucket';
const TOPIC = 'arn:aws:sns:ap-northeast-1:123456789012:t';
const policy = (statement: object, more: object = {}) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [statement], ...more });
const trust = (Principal: object) => policy({ Effect: 'Allow', Action: 'sts:AssumeRole', Principal });
const LAMBDA = trust({ Service: 'lambda.amazonaws.com' });
const tags = (count: number) => Array.from({ length: count }, (_, n) => ({ Key: `k${n}`, Value: 'v' }));

type Asked = readonly [operation: string, input: object];
const grant = (statement: object, more?: object): Asked => [
  'PutRolePolicy',
  {
    RoleName: 'r',
    PolicyName: 'p',
    PolicyDocument: policy({ Effect: 'Allow', Action: 's3:GetObject', Resource: '*', ...statement }, more),
  },
];
const role = (more: object): Asked => [
  'CreateRole',
  { RoleName: 'new', AssumeRolePolicyDocument: LAMBDA, ...more },
];
const bucketPolicy = (statement: object): Asked => [
  'PutBucketPolicy',
  {
    Bucket: BUCKET,
    Policy: policy({
      ...{ Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: `arn:aws:s3:::${BUCKET}/*` },
      ...statement,
    }),
  },
];
const bucket = (Bucket: string): Asked => [
  'CreateBucket',
  { Bucket, CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-1' } },
];
const put = (more: object): Asked => ['PutObject', { Bucket: BUCKET, Key: 'k', Body: '', ...more }];
const remove = (count: number): Asked => [
  'DeleteObjects',
  { Bucket: BUCKET, Delete: { Objects: tags(count).map(({ Key }) => ({ Key })) } },
];
const attribute = (AttributeName: string, AttributeValue: string): Asked => [
  'SetTopicAttributes',
  { TopicArn: TOPIC, AttributeName, AttributeValue },
];
const subscribe = (Protocol: string, Endpoint: string): Asked => [
  'Subscribe',
  { TopicArn: TOPIC, Protocol, Endpoint },
];
const alarm = (more: object): Asked => [
  'PutMetricAlarm',
  {
    ...{ AlarmName: 'a', MetricName: 'm', Namespace: 'n', Statistic: 'Sum', Period: 60, Threshold: 0 },
    ...{ EvaluationPeriods: 1, ComparisonOperator: 'GreaterThanThreshold', ...more },
  },
];
const record = (set: object): Asked => [
  'ChangeResourceRecordSets',
  {
    HostedZoneId: 'ZONE',
    ChangeBatch: {
      Changes: [
        {
          Action: 'CREATE',
          ResourceRecordSet: {
            ...{ Name: 'a.example.com', Type: 'TXT', TTL: 60, ResourceRecords: [{ Value: '"a"' }], ...set },
          },
        },
      ],
    },
  },
];
const values = (...given: string[]) => ({ ResourceRecords: given.map((Value) => ({ Value })) });
const lambda = (more: object): Asked => [
  'CreateFunction',
  {
    ...{ FunctionName: 'new', Role: 'arn:aws:iam::123456789012:role/r', Runtime: 'nodejs24.x' },
    ...{ Handler: 'index.handler', Code: { ZipFile: zipOf('exports.handler = async () => 1;') }, ...more },
  },
];
const identity = (EmailIdentity: string, more: object = {}): Asked => [
  'CreateEmailIdentity',
  { EmailIdentity, ...more },
];

/** What AWS refuses, by service and by its code. */
const REFUSED: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Asked>>>>>> = {
  iam: {
    MalformedPolicyDocument: {
      'a Sid with a blank': grant({ Sid: 'a b' }),
      'a Sid twice': grant({}, { Statement: [1, 2].map(() => sidStatement()) }),
      'a resource that is no ARN': grant({ Resource: 'foo' }),
      'a resource of no partition': grant({ Resource: 'arn::s3:::b' }),
      'a bucket with a region': grant({ Resource: 'arn:aws:s3:ap-northeast-1::b/*' }),
      'a role with a region': grant({ Resource: 'arn:aws:iam:ap-northeast-1:123456789012:role/x' }),
      'an element that is none': grant({ Foo: 1 }),
      'a member beside the statements': grant({}, { Foo: 1 }),
      'actions and all but actions': grant({ NotAction: 's3:*' }),
      'no actions': grant({ Action: [] }),
      'no resources': grant({ Resource: [] }),
      'an operator that is none': grant({ Condition: { StringEqual: { 'aws:x': 'b' } } }),
      'a key of nobody': grant({ Condition: { StringEquals: { foo: 'b' } } }),
      'a condition that is a text': grant({ Condition: 'x' }),
      'a service that is none': role({ AssumeRolePolicyDocument: trust({ Service: 'foo' }) }),
    },
    EntityAlreadyExists: { 'a role in other case': role({ RoleName: 'R' }) },
    InvalidInput: {
      'a tag twice, in other case': role({ Tags: [tag('a'), tag('A')] }),
      'a tag of AWS': ['TagRole', { RoleName: 'r', Tags: [tag('aws:x')] }],
    },
  },
  s3: {
    MalformedPolicy: {
      'an element that is none': bucketPolicy({ Foo: 1 }),
      'an operator that is none': bucketPolicy({ Condition: { StringEqual: { 'aws:x': 'b' } } }),
      'a key that is none': bucketPolicy({ Condition: { StringEquals: { 'foo:bar': 'b' } } }),
      'an effect that is none': bucketPolicy({ Effect: 'Maybe' }),
      'more than 20 KB': bucketPolicy({
        Condition: { StringEquals: { 'aws:PrincipalArn': tags(2000).map(({ Key }) => `arn:${Key}`) } },
      }),
      'a blank before it': ['PutBucketPolicy', { Bucket: BUCKET, Policy: ' {}' }],
    },
    InvalidBucketName: {
      'an address': bucket('192.168.5.4'),
      'two dots': bucket('a..b'),
      "another alphabet's beginning": bucket('xn--b'),
      "an alias's end": bucket('b-s3alias'),
    },
    KeyTooLongError: { 'a key of 1025 bytes': put({ Key: 'x'.repeat(1025) }) },
    MetadataTooLarge: { 'metadata of more than 2 KB': put({ Metadata: { a: 'x'.repeat(2048) } }) },
    BadRequest: {
      '51 tags of a bucket': ['PutBucketTagging', { Bucket: BUCKET, Tagging: { TagSet: tags(51) } }],
    },
    NotImplemented: {
      'tags of an object': put({ Tagging: 'a=b' }),
      'a lock': put({ ObjectLockLegalHoldStatus: 'ON' }),
      'a storage class': put({ StorageClass: 'GLACIER' }),
    },
    IllegalVersioningConfigurationException: {
      'versioning of no status': ['PutBucketVersioning', { Bucket: BUCKET, VersioningConfiguration: {} }],
    },
    InvalidArgument: {
      "a key of KMS for S3's own encryption": [
        'PutBucketEncryption',
        {
          Bucket: BUCKET,
          ServerSideEncryptionConfiguration: {
            Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256', KMSMasterKeyID: 'x' } }],
          },
        },
      ],
    },
    MalformedXML: {
      'to delete nothing': remove(0),
      'to delete 1001 at once': remove(1001),
    },
  },
  sns: {
    InvalidParameter: {
      'an address that is none': subscribe('email', 'x'),
      'a rate over 100': attribute('HTTPSuccessFeedbackSampleRate', '101'),
      'a display name over 100': attribute('DisplayName', 'x'.repeat(101)),
    },
    TagLimitExceeded: { '51 tags': ['TagResource', { ResourceArn: TOPIC, Tags: tags(51) }] },
  },
  cloudwatch: {
    ValidationError: {
      'a period of 45 seconds': alarm({ Period: 45 }),
      'more than a day of minutes': alarm({ EvaluationPeriods: 1441 }),
      'more than a week of days': alarm({ Period: 86_400, EvaluationPeriods: 8 }),
      'two statistics': alarm({ ExtendedStatistic: 'p99' }),
      'no statistic': alarm({ Statistic: undefined }),
      'no threshold': alarm({ Threshold: undefined }),
      'no period': alarm({ Period: undefined }),
      'a treatment that is none': alarm({ TreatMissingData: 'foo' }),
      'an action that is no ARN': alarm({ AlarmActions: ['foo'] }),
      'more points than periods': alarm({ DatapointsToAlarm: 2 }),
    },
  },
  route53: {
    InvalidChangeBatch: {
      'an alias of two': record({ Type: 'CNAME', ...values('a.b', 'c.d') }),
      'a value twice': record(values('"a"', '"a"')),
      'an address that is none': record({ Type: 'A', ...values('1.2.3') }),
      'a label of 64': record({ Name: `${'l'.repeat(64)}.example.com` }),
    },
    NoSuchChange: { 'a change that is not there': ['GetChange', { Id: 'C0000000' }] },
    HostedZoneAlreadyExists: {
      'a zone asked for twice': ['CreateHostedZone', { Name: 'example.com', CallerReference: 'x' }],
    },
    InvalidDomainName: {
      'a name that is none': ['CreateHostedZone', { Name: 'exa mple', CallerReference: 'y' }],
    },
  },
  lambda: {
    InvalidParameterValueException: {
      'a tag of AWS': lambda({ Tags: { 'aws:x': 'y' } }),
      'code from two places': lambda({ Code: { ZipFile: zipOf(''), S3Bucket: BUCKET, S3Key: 'k' } }),
      'a level without JSON': lambda({ LoggingConfig: { LogFormat: 'Text', ApplicationLogLevel: 'INFO' } }),
      'a destination that the role may not reach': [
        'PutFunctionEventInvokeConfig',
        { FunctionName: 'f', DestinationConfig: { OnFailure: { Destination: TOPIC } } },
      ],
    },
  },
  ses: {
    BadRequestException: {
      'what is no domain': identity('c example'),
      'a tag twice': identity('a.example', { Tags: [tag('a'), tag('a')] }),
      '51 tags': identity('b.example', { Tags: tags(51) }),
    },
  },
};

function tag(Key: string) {
  return { Key, Value: '' };
}
function sidStatement() {
  return { Sid: 'A', Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
}

const CASES = Object.entries(REFUSED).flatMap(([service, codes]) =>
  Object.entries(codes).flatMap(([code, asked]) =>
    Object.entries(asked).map(([what, call]) => [service, what, code, ...call] as const),
  ),
);

describe('what AWS refuses', () => {
  let sandbox: Sandbox;
  let zoneId: string;
  beforeAll(async () => {
    sandbox = await startSandbox();
    await makeRole(sandbox, 'r', 'lambda.amazonaws.com');
    await sandbox.call('s3', ...bucket(BUCKET));
    await sandbox.call('sns', 'CreateTopic', { Name: 't' });
    await sandbox.call('lambda', ...lambda({ FunctionName: 'f' }));
    const zone = { Name: 'example.com', CallerReference: 'x' };
    zoneId = (await sandbox.call('route53', 'CreateHostedZone', zone)).HostedZone.Id;
  });
  afterAll(() => sandbox.close());

  it.each(CASES)('%s refuses %s: %s', async (service, _what, code, operation, input) => {
    const asked = 'HostedZoneId' in input ? { ...input, HostedZoneId: zoneId } : input;
    await expect(sandbox.call(service, operation, asked)).rejects.toMatchObject({ code });
  });
});

describe('a destination of failed events', () => {
  it('is taken once the policy that lets the role publish has arrived', async () => {
    const sandbox = await startSandbox();
    await makeRole(sandbox, 'r', 'lambda.amazonaws.com');
    await sandbox.call('sns', 'CreateTopic', { Name: 't' });
    await sandbox.call('lambda', ...lambda({ FunctionName: 'f' }));
    sandbox.arrival.delayMs = 60_000;
    await sandbox.call('iam', ...grant({ Action: 'sns:Publish', Resource: TOPIC }));
    const say = () =>
      sandbox.call('lambda', 'PutFunctionEventInvokeConfig', {
        FunctionName: 'f',
        DestinationConfig: { OnFailure: { Destination: TOPIC } },
      });

    await expect(say()).rejects.toThrow(
      `The function's execution role does not have permissions to call Publish on ${TOPIC}`,
    );
    await sandbox.clock.advance(61_000);
    await expect(say()).resolves.toBeDefined();
    await sandbox.close();
  });
});
