import type { PolicyStatement, Principal } from '../../aws/service';
import { type Deployment, deploy, FUNCTION, makeRole } from './deployment';

const SAYS_ITS_ARN = 'exports.handler = async (_event, context) => ({ arn: context.invokedFunctionArn });';

describe('a function that is called by its names', () => {
  let deployment: Deployment;
  let arn: string;
  beforeEach(async () => {
    deployment = await deploy(SAYS_ITS_ARN);
    arn = `arn:aws:lambda:ap-northeast-1:${deployment.sandbox.accountId}:function:${FUNCTION}`;
  });
  afterEach(() => deployment.close());

  const lambda = (operation: string, input: object, principal?: Principal) =>
    deployment.sandbox.call('lambda', operation, { FunctionName: FUNCTION, ...input }, principal);
  const makeAlias = () => lambda('CreateAlias', { Name: 'read', FunctionVersion: '$LATEST' });
  const invokedArn = async (input: object, principal?: Principal): Promise<string> =>
    JSON.parse(String((await lambda('Invoke', input, principal)).Payload)).arn;

  /** A principal that may invoke those ARNs alone. */
  const invoker = async (...resources: string[]): Promise<Principal> => {
    const statement: PolicyStatement = {
      Effect: 'Allow',
      Action: 'lambda:InvokeFunction',
      Resource: resources,
    };
    const roleArn = await makeRole(deployment.sandbox, 'invoker', 'ec2.amazonaws.com', [statement]);
    return { type: 'role', roleName: 'invoker', roleArn, sessionName: 's' };
  };

  it('is told the ARN with the qualifier that it was called with, and none without', async () => {
    await makeAlias();
    expect(await invokedArn({})).toBe(arn);
    expect(await invokedArn({ Qualifier: '$LATEST' })).toBe(`${arn}:$LATEST`);
    expect(await invokedArn({ FunctionName: `${arn}:$LATEST` })).toBe(`${arn}:$LATEST`);
    expect(await invokedArn({ Qualifier: 'read' })).toBe(`${arn}:read`);
  });

  it.each([
    ['the function', '', [{}], [{ Qualifier: '$LATEST' }, { Qualifier: 'read' }]],
    ['`$LATEST`', ':$LATEST', [{ Qualifier: '$LATEST' }], [{}, { Qualifier: 'read' }]],
    ['an alias', ':read', [{ Qualifier: 'read' }], [{}, { Qualifier: '$LATEST' }]],
    ['every qualifier', ':*', [{ Qualifier: '$LATEST' }, { Qualifier: 'read' }], [{}]],
  ])('is opened by a grant on %s in that name alone', async (_what, suffix, granted, refused) => {
    await makeAlias();
    const principal = await invoker(`${arn}${suffix}`);
    for (const input of granted) await invokedArn(input, principal);
    for (const input of refused) {
      await expect(invokedArn(input, principal)).rejects.toMatchObject({ code: 'AccessDeniedException' });
    }
  });

  it('keeps an alias until it is deleted', async () => {
    const alias = await makeAlias();
    expect(alias).toMatchObject({ AliasArn: `${arn}:read`, Name: 'read', FunctionVersion: '$LATEST' });
    expect(await lambda('GetAlias', { Name: 'read' })).toEqual(alias);
    await expect(makeAlias()).rejects.toMatchObject({
      code: 'ResourceConflictException',
      message: `Alias already exists: ${arn}:read`,
    });
    const changed = await lambda('UpdateAlias', {
      Name: 'read',
      Description: 'd',
      RevisionId: alias.RevisionId,
    });
    expect(changed).toMatchObject({ Description: 'd', FunctionVersion: '$LATEST' });
    await expect(lambda('UpdateAlias', { Name: 'read', RevisionId: alias.RevisionId })).rejects.toMatchObject(
      { code: 'PreconditionFailedException', statusCode: 412 },
    );
    await lambda('DeleteAlias', { Name: 'read' });
    await expect(lambda('GetAlias', { Name: 'read' })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
      message: `Cannot find alias arn: ${arn}:read`,
    });
    await expect(lambda('Invoke', { Qualifier: 'read' })).rejects.toMatchObject({
      message: `Function not found: ${arn}:read`,
    });
  });

  it('refuses an alias of a version that is not there, or named by a number', async () => {
    await expect(lambda('CreateAlias', { Name: 'a', FunctionVersion: '7' })).rejects.toMatchObject({
      message: `Function not found: ${arn}:7`,
    });
    await expect(lambda('CreateAlias', { Name: '1', FunctionVersion: '$LATEST' })).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });

  it('refuses two qualifiers that differ', async () => {
    await expect(
      lambda('Invoke', { FunctionName: `${FUNCTION}:read`, Qualifier: '$LATEST' }),
    ).rejects.toMatchObject({
      message: 'The derived qualifier from the function name does not match the specified qualifier.',
    });
  });
});
