import { makeRole, zipOf } from '../../lambda/deployment';
import { useSandbox } from '../../use-sandbox';

const NAME = 'ses-byodkim';
const ECHO = zipOf('exports.handler = async (event) => event;');

const sandbox = useSandbox();
let roleArn: string;

const call = (operation: string, input: object = {}) => sandbox.call('lambda', operation, input);

beforeEach(async () => {
  roleArn = await makeRole(sandbox, 'function', 'lambda.amazonaws.com');
});

const input = (more: object = {}) => ({
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

const create = (more: object = {}) => call('CreateFunction', input(more));
const functionArn = () => `arn:aws:lambda:${sandbox.region}:${sandbox.accountId}:function:${NAME}`;

describe('a function', () => {
  it('is found by name, partial ARN or ARN, each with or without $LATEST', async () => {
    await create();

    for (const FunctionName of [NAME, `function:${NAME}`, functionArn(), `${functionArn()}:$LATEST`]) {
      const { FunctionArn } = await call('GetFunctionConfiguration', { FunctionName });
      // The answer names it as it was asked.
      expect(FunctionArn).toBe(
        FunctionName.endsWith(':$LATEST') ? `${functionArn()}:$LATEST` : functionArn(),
      );
    }
    const { Functions } = await call('ListFunctions');
    expect(Functions.map(({ FunctionName }: any) => FunctionName)).toEqual([NAME]);
  });

  it.each<[string, () => object, string]>([
    ['a role that is not there', () => ({ Role: `${roleArn}-2` }), 'cannot be assumed by Lambda'],
    ['another language', () => ({ Runtime: 'python3.13' }), 'python3.13'],
    ['a timeout of 901 s', () => ({ Timeout: 901 }), 'less than or equal to 900'],
    ['a memory of 64 MB', () => ({ MemorySize: 64 }), 'greater than or equal to 128'],
    [
      'a variable of Lambda',
      () => ({ Environment: { Variables: { AWS_REGION: 'x' } } }),
      'Reserved keys used in this request: AWS_REGION',
    ],
    ['a name with a space', () => ({ FunctionName: 'a b' }), "at 'functionName' failed"],
  ])('refuses %s', async (_what, more, reason) => {
    await expect(create(more())).rejects.toThrow(reason);

    expect((await call('ListFunctions')).Functions).toEqual([]);
  });
});
