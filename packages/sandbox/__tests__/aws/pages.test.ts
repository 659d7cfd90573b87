import { pagesOf } from '../../aws/pages';
import { type Sandbox, startSandbox } from '../../aws/sandbox';
import { makeRole, zipOf } from '../lambda/deployment';
import { trusting } from '../provider/fixture';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const GROUP = { logGroupName: 'group-a' };
const SCHEDULE = {
  ScheduleExpression: 'rate(1 day)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: 'arn:aws:lambda:ap-northeast-1:123456789012:function:f', Input: '{}' },
};
const ALARM = {
  Namespace: 'N',
  MetricName: 'M',
  Statistic: 'Sum',
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: 'GreaterThanThreshold',
};

/** What is made under each of these names, in this order, and the answer's names for it. */
const NAMES = ['c', 'a', 'b'];

interface Listing {
  /** What has to be there first. */
  readonly stage?: () => Promise<unknown>;
  readonly make: (name: string) => Promise<unknown>;
  /** What narrows the list to what was made. */
  readonly input?: object;
  readonly nameOf: (item: any) => string;
  readonly names?: readonly string[];
}

const LISTINGS: Readonly<Record<string, Listing>> = {
  'cloudwatch:DescribeAlarms': {
    make: (name) => sandbox.call('cloudwatch', 'PutMetricAlarm', { AlarmName: name, ...ALARM }),
    nameOf: ({ AlarmName }) => AlarmName,
  },
  'iam:ListRoles': {
    make: (RoleName) =>
      sandbox.call('iam', 'CreateRole', {
        RoleName,
        Path: '/listed/',
        AssumeRolePolicyDocument: trusting('lambda.amazonaws.com'),
      }),
    input: { PathPrefix: '/listed/' },
    nameOf: ({ RoleName }) => RoleName,
  },
  'iam:ListRolePolicies': {
    stage: () => makeRole(sandbox, 'holder', 'lambda.amazonaws.com'),
    make: (PolicyName) =>
      sandbox.call('iam', 'PutRolePolicy', {
        RoleName: 'holder',
        PolicyName,
        PolicyDocument: JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }],
        }),
      }),
    input: { RoleName: 'holder' },
    nameOf: (name) => name,
  },
  'lambda:ListFunctions': {
    stage: () => makeRole(sandbox, 'r', 'lambda.amazonaws.com'),
    make: (FunctionName) =>
      sandbox.call('lambda', 'CreateFunction', {
        FunctionName,
        Role: 'arn:aws:iam::123456789012:role/r',
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: zipOf('exports.handler = async () => {};') },
      }),
    nameOf: ({ FunctionName }) => FunctionName,
  },
  'logs:DescribeLogGroups': {
    make: (name) => sandbox.call('logs', 'CreateLogGroup', { logGroupName: `group-${name}` }),
    nameOf: ({ logGroupName }) => logGroupName.replace('group-', ''),
  },
  'logs:FilterLogEvents': {
    stage: () => sandbox.call('logs', 'CreateLogStream', { ...GROUP, logStreamName: 's' }),
    make: (message) =>
      sandbox.call('logs', 'PutLogEvents', {
        ...GROUP,
        logStreamName: 's',
        logEvents: [{ timestamp: 1, message }],
      }),
    input: GROUP,
    nameOf: ({ message }) => message,
    // As they were written.
    names: NAMES,
  },
  's3:ListBuckets': {
    make: (name) =>
      sandbox.call('s3', 'CreateBucket', {
        Bucket: `listed-${name}`,
        CreateBucketConfiguration: { LocationConstraint: 'ap-northeast-1' },
      }),
    nameOf: ({ Name }) => Name.replace('listed-', ''),
  },
  'scheduler:ListScheduleGroups': {
    make: (Name) => sandbox.call('scheduler', 'CreateScheduleGroup', { Name: `listed-${Name}` }),
    input: { NamePrefix: 'listed-' },
    nameOf: ({ Name }) => Name.replace('listed-', ''),
  },
  'scheduler:ListSchedules': {
    stage: () => makeRole(sandbox, 's', 'scheduler.amazonaws.com'),
    make: (Name) =>
      sandbox.call('scheduler', 'CreateSchedule', {
        Name,
        ...SCHEDULE,
        Target: { ...SCHEDULE.Target, RoleArn: 'arn:aws:iam::123456789012:role/s' },
      }),
    nameOf: ({ Name }) => Name,
  },
};

/** Where nothing here can be more than a page: the token alone. */
const OF_ONE_PAGE: Readonly<Record<string, object>> = {
  'iam:ListAttachedRolePolicies': { RoleName: 'holder' },
  'iam:ListInstanceProfilesForRole': { RoleName: 'holder' },
  'lambda:ListVersionsByFunction': { FunctionName: 'a' },
};

/** Without a size of the caller's choice. */
const OF_A_HUNDRED: Readonly<Record<string, object>> = {
  'sns:ListTopics': {},
  'sns:ListSubscriptionsByTopic': { TopicArn: 'arn:aws:sns:ap-northeast-1:123456789012:t0' },
};

/** Page by page, as AWS's clients go on. */
async function pagesOfList(name: string, input: object, size?: number): Promise<any[][]> {
  const [service, operation] = name.split(':') as [string, string];
  const {
    input_token: token,
    output_token: next,
    limit_key: limit,
    more_results: more,
    result_key,
  } = pagesOf(service, operation)!;
  const pages: any[][] = [];
  for (let at: string | undefined; ; ) {
    const output = await sandbox.call(service, operation, {
      ...input,
      ...(limit && { [limit]: size }),
      [token]: at,
    });
    pages.push(output[[result_key].flat()[0]!]);
    at = output[next];
    if (more) expect(output[more]).toBe(at !== undefined);
    if (at === undefined) return pages;
  }
}

describe.each(Object.entries(LISTINGS))('%s', (name, { stage, make, input = {}, nameOf, names }) => {
  beforeAll(async () => {
    await stage?.();
    for (const each of NAMES) await make(each);
  });

  it('cuts pages of the size that is asked for, in an order of its own, and leaves nothing out', async () => {
    const pages = await pagesOfList(name, input, 2);
    expect(pages.map((page) => page.map(nameOf))).toEqual(
      ((all) => [all.slice(0, 2), all.slice(2)])(names ?? [...NAMES].sort()),
    );
    const whole = await pagesOfList(name, input);
    expect(whole).toEqual([pages.flat()]);
  });

  it('refuses a token that it never gave', async () => {
    const [service, operation] = name.split(':') as [string, string];
    const { input_token: token } = pagesOf(service, operation)!;
    await expect(sandbox.call(service, operation, { ...input, [token]: 'nonsense' })).rejects.toMatchObject({
      statusCode: 400,
      code: expect.stringMatching(/^(Invalid|Validation)/),
    });
  });
});

it.each(Object.entries(OF_ONE_PAGE))('%s refuses a token: there is one page', async (name, input) => {
  const [service, operation] = name.split(':') as [string, string];
  expect(await pagesOfList(name, input, 1)).toHaveLength(1);
  await expect(sandbox.call(service, operation, { ...input, Marker: 'nonsense' })).rejects.toMatchObject({
    statusCode: 400,
  });
});

describe('topics and their subscriptions', () => {
  beforeAll(async () => {
    for (let count = 0; count < 101; count++) {
      const { TopicArn } = await sandbox.call('sns', 'CreateTopic', { Name: `t${count}` });
      await sandbox.call('sns', 'Subscribe', {
        TopicArn: TopicArn.replace(/t\d+$/, 't0'),
        Protocol: 'email',
        Endpoint: `reader${count}@example.com`,
      });
    }
  });

  it.each(Object.entries(OF_A_HUNDRED))('%s gives a hundred at a time', async (name, input) => {
    const pages = await pagesOfList(name, input);
    expect(pages.map(({ length }) => length)).toEqual([100, 1]);
    const all = pages.flat().map(({ TopicArn, Endpoint }) => Endpoint ?? TopicArn);
    expect(new Set(all).size).toBe(101);
  });
});

it('goes on behind what was deleted meanwhile', async () => {
  for (const name of ['x1', 'x2', 'x3']) await sandbox.call('logs', 'CreateLogGroup', { logGroupName: name });
  const listed = { logGroupNamePrefix: 'x', limit: 2 };
  const { nextToken } = await sandbox.call('logs', 'DescribeLogGroups', listed);
  for (const name of ['x1', 'x2']) await sandbox.call('logs', 'DeleteLogGroup', { logGroupName: name });
  const { logGroups } = await sandbox.call('logs', 'DescribeLogGroups', { ...listed, nextToken });

  expect(logGroups.map(({ logGroupName }: any) => logGroupName)).toEqual(['x3']);
});

it('has every operation that AWS pages and the sandbox serves', () => {
  const paged = [
    'cloudwatch',
    'iam',
    'lambda',
    'logs',
    's3',
    'scheduler',
    'ses',
    'sns',
    'sts',
    'kms',
  ].flatMap((service) =>
    Object.keys(sandbox.service(service).operations)
      .filter((operation) => pagesOf(service, operation))
      .map((operation) => `${service}:${operation}`),
  );
  // By keys and versions: `s3.test.ts`.
  const own = ['s3:ListObjectsV2', 's3:ListObjectVersions'];
  const tried = [LISTINGS, OF_ONE_PAGE, OF_A_HUNDRED].flatMap((table) => Object.keys(table));
  expect(paged.sort()).toEqual([...tried, ...own].sort());
});
