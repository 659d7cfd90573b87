import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  DeleteFunctionEventInvokeConfigCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  ListTagsCommand,
  PutFunctionEventInvokeConfigCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { type Sandbox, startSandbox } from '../../../aws/sandbox';
import { makeRole, zipOf } from '../../lambda/deployment';

const NAME = 'ses-byodkim';
const sha256 = (content: Uint8Array): string => createHash('sha256').update(content).digest('base64');
const ECHO = zipOf(`exports.handler = async (event) => {
  if (event.fail) throw new Error('told to fail');
  console.log('echo');
  return { echo: event };
};`);

let sandbox: Sandbox;
let lambda: LambdaClient;
let roleArn: string;

const clientOf = (credentials: { accessKeyId: string; secretAccessKey: string }) =>
  new LambdaClient({ region: sandbox.region, endpoint: sandbox.url, credentials, maxAttempts: 1 });

beforeEach(async () => {
  sandbox = await startSandbox();
  lambda = clientOf(sandbox.credentials.admin);
  roleArn = await makeRole(sandbox, 'function', 'lambda.amazonaws.com');
});

afterEach(async () => {
  lambda.destroy();
  await sandbox.close();
});

const input = (more: Partial<CreateFunctionCommandInput> = {}): CreateFunctionCommandInput => ({
  FunctionName: NAME,
  Role: roleArn,
  Runtime: 'nodejs24.x',
  Handler: 'index.handler',
  Architectures: ['arm64'],
  Timeout: 300,
  MemorySize: 256,
  Environment: { Variables: { BYODKIM_KEY_STORE_BUCKET: 'keys' } },
  Code: { ZipFile: ECHO },
  Tags: { project: 'byodkim' },
  ...more,
});

const create = (more: Partial<CreateFunctionCommandInput> = {}) =>
  lambda.send(new CreateFunctionCommand(input(more)));
/** Made, and seen to be there: until then it takes no change. */
const createdAndActive = async () => {
  const created = await create();
  await lambda.send(new GetFunctionCommand(named));
  return created;
};
const functionArn = () => `arn:aws:lambda:${sandbox.region}:${sandbox.accountId}:function:${NAME}`;
const named = { FunctionName: NAME };

describe('a function', () => {
  it('shows how it was made', async () => {
    const created = await create();
    const { Configuration, Tags } = await lambda.send(new GetFunctionCommand(named));

    expect(Configuration).toMatchObject({
      FunctionName: NAME,
      FunctionArn: functionArn(),
      Role: roleArn,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Architectures: ['arm64'],
      Timeout: 300,
      MemorySize: 256,
      CodeSha256: sha256(ECHO),
      CodeSize: ECHO.length,
      State: 'Active',
      LastUpdateStatus: 'Successful',
      Version: '$LATEST',
      Environment: { Variables: { BYODKIM_KEY_STORE_BUCKET: 'keys' } },
      LoggingConfig: { LogFormat: 'Text', LogGroup: `/aws/lambda/${NAME}` },
    });
    expect(Tags).toEqual({ project: 'byodkim' });
    expect(created.CodeSha256).toBe(Configuration?.CodeSha256);
  });

  it('is found by name, partial ARN, ARN, each with or without $LATEST', async () => {
    await create();

    for (const FunctionName of [NAME, `function:${NAME}`, functionArn(), `${functionArn()}:$LATEST`]) {
      const { FunctionArn } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
      // The answer names it as it was asked.
      expect(FunctionArn).toBe(
        FunctionName.endsWith(':$LATEST') ? `${functionArn()}:$LATEST` : functionArn(),
      );
    }
    const { Functions } = await lambda.send(new ListFunctionsCommand({}));
    expect(Functions?.map(({ FunctionName }) => FunctionName)).toEqual([NAME]);
  });

  it('takes a change of configuration, and keeps what was not told', async () => {
    const before = await createdAndActive();

    const after = await lambda.send(new UpdateFunctionConfigurationCommand({ ...named, Timeout: 60 }));

    expect(after).toMatchObject({ Timeout: 60, MemorySize: 256, Environment: before.Environment });
    expect(after.RevisionId).not.toBe(before.RevisionId);
  });

  it('takes new code', async () => {
    await createdAndActive();
    const ZipFile = zipOf(`exports.handler = async () => 'new';`);

    const after = await lambda.send(new UpdateFunctionCodeCommand({ ...named, ZipFile }));
    const answer = await lambda.send(new InvokeCommand(named));

    expect(after.CodeSha256).toBe(sha256(ZipFile));
    expect(answer.Payload?.transformToString()).toBe('"new"');
  });

  it('takes tags', async () => {
    await create();
    const Resource = functionArn();
    await lambda.send(new TagResourceCommand({ Resource, Tags: { a: '1', b: '2' } }));
    await lambda.send(new UntagResourceCommand({ Resource, TagKeys: ['project', 'a'] }));

    expect((await lambda.send(new ListTagsCommand({ Resource }))).Tags).toEqual({ b: '2' });
  });

  it('is gone when it is deleted', async () => {
    await create();
    await lambda.send(new DeleteFunctionCommand(named));

    await expect(lambda.send(new InvokeCommand(named))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Function not found: ${functionArn()}`,
    });
  });

  it('refuses a second one of its name', async () => {
    await create();

    await expect(create()).rejects.toMatchObject({
      name: 'ResourceConflictException',
      message: `Function already exist: ${NAME}`,
    });
  });

  it.each<[string, () => Partial<CreateFunctionCommandInput>, string]>([
    ['a role that is not there', () => ({ Role: `${roleArn}-2` }), 'cannot be assumed by Lambda'],
    ['no zip', () => ({ Code: { ZipFile: Buffer.from('text') } }), 'Could not unzip uploaded file'],
    ['a timeout of 901 s', () => ({ Timeout: 901 }), 'less than or equal to 900'],
    ['a memory of 64 MB', () => ({ MemorySize: 64 }), 'greater than or equal to 128'],
    ['another language', () => ({ Runtime: 'python3.13' }), 'python3.13'],
    [
      'a variable of Lambda',
      () => ({ Environment: { Variables: { AWS_REGION: 'x' } } }),
      'Reserved keys used in this request: AWS_REGION',
    ],
    [
      'variables of more than 4 KB',
      () => ({ Environment: { Variables: { BIG: 'x'.repeat(4096) } } }),
      'exceeded the 4KB limit',
    ],
    ['a name with a space', () => ({ FunctionName: 'a b' }), "at 'functionName' failed"],
  ])('refuses %s', async (_what, more, reason) => {
    await expect(create(more())).rejects.toThrow(reason);

    expect((await lambda.send(new ListFunctionsCommand({}))).Functions).toEqual([]);
  });

  it('refuses a role that trusts somebody else', async () => {
    const Role = await makeRole(sandbox, 'other', 'scheduler.amazonaws.com');

    await expect(create({ Role })).rejects.toThrow('cannot be assumed by Lambda');
  });
});

describe('invoking', () => {
  const payload = (event: unknown) => Buffer.from(JSON.stringify(event));

  it('gives the result, the version and, when asked for, the log', async () => {
    await create();

    const answer = await lambda.send(
      new InvokeCommand({ ...named, Payload: payload({ domain: 'ドメイン' }), LogType: 'Tail' }),
    );

    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(answer.FunctionError).toBeUndefined();
    expect(JSON.parse(answer.Payload!.transformToString())).toEqual({ echo: { domain: 'ドメイン' } });
    expect(Buffer.from(answer.LogResult!, 'base64').toString()).toContain('INFO\techo');
  });

  it('gives an error of the function as an answer', async () => {
    await create();

    const answer = await lambda.send(new InvokeCommand({ ...named, Payload: payload({ fail: true }) }));

    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(answer.Payload!.transformToString())).toMatchObject({
      errorType: 'Error',
      errorMessage: 'told to fail',
    });
    expect(answer.LogResult).toBeUndefined();
  });

  it('answers 202 to an event and 204 to a dry run', async () => {
    await create();

    const event = await lambda.send(new InvokeCommand({ ...named, InvocationType: 'Event' }));
    const dryRun = await lambda.send(new InvokeCommand({ ...named, InvocationType: 'DryRun' }));

    expect([event.StatusCode, dryRun.StatusCode]).toEqual([202, 204]);
  });

  it('takes an empty payload for an empty object', async () => {
    await create();

    const answer = await lambda.send(new InvokeCommand(named));

    expect(JSON.parse(answer.Payload!.transformToString())).toEqual({ echo: {} });
  });

  it('refuses a payload that is no JSON', async () => {
    await create();

    await expect(
      lambda.send(new InvokeCommand({ ...named, Payload: Buffer.from('{') })),
    ).rejects.toMatchObject({ name: 'InvalidRequestContentException' });
  });

  it('refuses a payload of more than 6 MB', async () => {
    await create();

    await expect(
      lambda.send(new InvokeCommand({ ...named, Payload: payload('x'.repeat(6 * 2 ** 20)) })),
    ).rejects.toMatchObject({ name: 'RequestEntityTooLargeException' });
  });

  it('is allowed to a role by its policy alone', async () => {
    await create();
    const callerArn = await makeRole(sandbox, 'caller', 'lambda.amazonaws.com');
    const caller = clientOf(
      sandbox.credentials.issue({ type: 'role', roleName: 'caller', roleArn: callerArn, sessionName: 'x' }),
    );
    const invoke = () => caller.send(new InvokeCommand({ ...named, InvocationType: 'DryRun' }));

    await expect(invoke()).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const PolicyDocument = JSON.stringify({
      Statement: { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' },
    });
    await sandbox.call('iam', 'PutRolePolicy', { RoleName: 'caller', PolicyName: 'p', PolicyDocument });
    await expect(invoke()).resolves.toMatchObject({ StatusCode: 204 });
    caller.destroy();
  });
});

it('keeps how asynchronous invocations are handled', async () => {
  await create();
  const Destination = `arn:aws:sns:${sandbox.region}:${sandbox.accountId}:failures`;
  await sandbox.call('iam', 'PutRolePolicy', {
    RoleName: roleArn.split('/').at(-1),
    PolicyName: 'tells-failures',
    PolicyDocument: JSON.stringify({
      Version: '2012-10-17',
      Statement: { Effect: 'Allow', Action: 'sns:Publish', Resource: Destination },
    }),
  });
  const config = { MaximumRetryAttempts: 1, DestinationConfig: { OnFailure: { Destination } } };
  await lambda.send(new PutFunctionEventInvokeConfigCommand({ ...named, ...config }));

  const get = () => lambda.send(new GetFunctionEventInvokeConfigCommand(named));
  expect(await get()).toMatchObject({
    ...config,
    FunctionArn: `${functionArn()}:$LATEST`,
    LastModified: expect.any(Date),
  });
  const elsewhere = { OnFailure: { Destination: Destination.replace(sandbox.region, 'us-east-1') } };
  await expect(
    lambda.send(new PutFunctionEventInvokeConfigCommand({ ...named, DestinationConfig: elsewhere })),
  ).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  await lambda.send(new DeleteFunctionEventInvokeConfigCommand(named));
  await expect(get()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

const AWS_CLI = (process.env.PATH ?? '').split(path.delimiter).find((folder) => existsSync(`${folder}/aws`));

(AWS_CLI ? it : it.skip)('is what the aws command speaks', async () => {
  await create();
  const folder = mkdtempSync(path.join(os.tmpdir(), 'byodkim-aws-'));
  const answer = path.join(folder, 'answer.json');
  const args = [
    'lambda',
    'invoke',
    '--function-name',
    NAME,
    '--payload',
    '{"from":"cli"}',
    '--output',
    'json',
  ];

  const { stdout } = await promisify(execFile)('aws', [...args, answer], {
    // Version 2 of the command wants to be told that the payload is plain text.
    env: { ...process.env, ...sandbox.environment, AWS_CLI_BINARY_FORMAT: 'raw-in-base64-out' },
  });

  expect(JSON.parse(stdout)).toMatchObject({ StatusCode: 200 });
  expect(JSON.parse(readFileSync(answer, 'utf8'))).toEqual({ echo: { from: 'cli' } });
  rmSync(folder, { recursive: true });
});
