import type { PolicyStatement, Principal } from '../../contract/service';
import { type Deployment, deploy, FUNCTION, makeRole } from './deployment';

const SAYS_ITS_ARN = 'exports.handler = async (_event, context) => ({ arn: context.invokedFunctionArn });';

describe('a function that is called by its different names', () => {
  let deployment: Deployment;
  let arn: string;
  beforeEach(async () => {
    deployment = await deploy(SAYS_ITS_ARN);
    arn = `arn:aws:lambda:ap-northeast-1:${deployment.sandbox.accountId}:function:${FUNCTION}`;
  });
  afterEach(() => deployment.close());

  const lambda = (operation: string, input: object, principal?: Principal) =>
    deployment.sandbox.call('lambda', operation, { FunctionName: FUNCTION, ...input }, { principal });
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

  it('sees the ARN with the qualifier of the call, and without one otherwise', async () => {
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
  ])('is opened by a grant on %s only under that name', async (_what, suffix, granted, refused) => {
    await makeAlias();
    const principal = await invoker(`${arn}${suffix}`);
    for (const input of granted) await invokedArn(input, principal);
    for (const input of refused) {
      await expect(invokedArn(input, principal)).rejects.toMatchObject({ code: 'AccessDeniedException' });
    }
  });
});
