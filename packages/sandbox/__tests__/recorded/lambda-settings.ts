import { type Recorded, refusal } from './recorded';

const ARN = 'arn:aws:lambda:ap-northeast-1:123456789012:function';
const f = { FunctionName: 'f' };
const MISMATCH = refusal(
  'InvalidParameterValueException',
  400,
  'The derived qualifier from the function name does not match the specified qualifier.',
);
const notFound = (name: string) =>
  refusal('ResourceNotFoundException', 404, `Function not found: ${ARN}:${name}`);
const stale = (call: string) =>
  refusal(
    'PreconditionFailedException',
    412,
    `The Revision Id provided does not match the latest Revision Id. Call the ${call} API to retrieve the latest Revision Id`,
  );
const invalid = (message?: string) => refusal('InvalidParameterValueException', 400, message);
const OTHER_REVISION = '3e2f7a52-0000-4000-8000-000000000000';

const permission = {
  ...f,
  StatementId: 's1',
  Action: 'lambda:InvokeFunction',
  Principal: 'sns.amazonaws.com',
};
const granted = ['AddPermission', permission] as const;
const aliased = ['CreateAlias', { ...f, Name: 'live', FunctionVersion: '$LATEST' }] as const;
const ask = (
  what: string,
  operation: string,
  input: object,
  answer: Pick<Recorded, 'refused' | 'answered'>,
  after?: Recorded['after'],
): Recorded => ({ what, operation, input: { ...f, ...input }, ...answer, ...(after && { after }) });

/** As AWS answered: permissions, aliases, settings, tags; LocalStack's snapshots of Lambda (`test_lambda_api`). */
export const LAMBDA_SETTINGS: readonly Recorded[] = [
  ask(
    'a permission by two names',
    'AddPermission',
    { ...permission, FunctionName: 'f:1', Qualifier: '2' },
    MISMATCH,
  ),
  ask(
    'a permission for nobody that there is',
    'AddPermission',
    { ...permission, Principal: 'invalid.nonaws.com' },
    invalid('The provided principal was invalid. Please check the principal and try again.'),
  ),
  ask(
    'a permission named with a dot',
    'AddPermission',
    { ...permission, StatementId: 'example.com' },
    refusal('ValidationException', 400),
  ),
  ask(
    'a permission on what is not there',
    'AddPermission',
    { ...permission, FunctionName: 'none' },
    notFound('none'),
  ),
  ask(
    'a permission on an alias that is not there',
    'AddPermission',
    { ...permission, Qualifier: 'alias-doesnotexist' },
    refusal('ResourceNotFoundException', 404, `Cannot find alias arn: ${ARN}:f:alias-doesnotexist`),
  ),
  ask(
    'a permission on a version that is not there',
    'AddPermission',
    { ...permission, Qualifier: '42' },
    notFound('f:42'),
  ),
  ask(
    'a permission with a qualifier that can be none',
    'AddPermission',
    { ...permission, Qualifier: 'invalid-qualifier-with-?-char' },
    refusal('ValidationException', 400),
  ),
  ask(
    'a permission twice',
    'AddPermission',
    permission,
    refusal(
      'ResourceConflictException',
      409,
      'The statement id (s1) provided already exists. Please provide a new statement id, or remove the existing statement.',
    ),
    [granted],
  ),
  ask(
    'a permission on another revision',
    'AddPermission',
    { ...permission, RevisionId: OTHER_REVISION },
    stale('GetFunction/GetAlias'),
  ),
  ask(
    'the policy of what is not there',
    'GetPolicy',
    { FunctionName: 'none' },
    refusal('ResourceNotFoundException', 404, 'The resource you requested does not exist.'),
  ),
  ask(
    'the policy of a version that is not there',
    'GetPolicy',
    { Qualifier: '42' },
    refusal('ResourceNotFoundException', 404, 'The resource you requested does not exist.'),
  ),
  ask(
    'a permission taken from a policy that there is none of',
    'RemovePermission',
    { StatementId: 's2' },
    refusal('ResourceNotFoundException', 404, 'No policy is associated with the given resource.'),
  ),
  ask(
    'a permission taken from what is not there',
    'RemovePermission',
    { FunctionName: 'none', StatementId: 's2' },
    refusal('ResourceNotFoundException', 404, `No policy found for: ${ARN}:none`),
  ),
  ask(
    'a permission taken from an alias that is not there',
    'RemovePermission',
    { StatementId: 's2', Qualifier: 'alias-doesnotexist' },
    refusal('ResourceNotFoundException', 404, `Cannot find alias arn: ${ARN}:f:alias-doesnotexist`),
  ),
  ask(
    'a statement that is not there, of a policy that is',
    'RemovePermission',
    { StatementId: 'non-existent' },
    refusal('ResourceNotFoundException', 404, 'Statement non-existent is not found in resource policy.'),
    [granted],
  ),
  ask(
    'a permission taken at another revision',
    'RemovePermission',
    { StatementId: 's1', RevisionId: OTHER_REVISION },
    stale('GetFunction/GetAlias'),
    [granted],
  ),
  ask(
    'an alias that is a number',
    'CreateAlias',
    { Name: '2024', FunctionVersion: '$LATEST' },
    refusal('ValidationException', 400),
  ),
  ask(
    'an alias of what is not there',
    'CreateAlias',
    { FunctionName: 'f-unknown', Name: 'custom', FunctionVersion: '1' },
    notFound('f-unknown:1'),
  ),
  ask(
    'an alias over too many versions',
    'CreateAlias',
    { Name: 'custom', FunctionVersion: '1', RoutingConfig: { AdditionalVersionWeights: { 1: 0.8, 2: 0.5 } } },
    invalid('Number of items in AdditionalVersionWeights cannot be greater than 1'),
  ),
  ask(
    'an alias of the latest and another',
    'CreateAlias',
    { Name: 'custom', FunctionVersion: '$LATEST', RoutingConfig: { AdditionalVersionWeights: { 1: 0.5 } } },
    invalid('$LATEST is not supported for an alias pointing to more than 1 version'),
  ),
  ask(
    'an alias changed at another revision',
    'UpdateAlias',
    { Name: 'live', Description: 'x', RevisionId: OTHER_REVISION },
    stale('GetFunction/GetAlias'),
    [aliased],
  ),
  ask(
    'the latest version deleted by itself',
    'DeleteFunction',
    { Qualifier: '$LATEST' },
    invalid('$LATEST version cannot be deleted without deleting the function.'),
  ),
  ask(
    'a version of what is not there, deleted',
    'DeleteFunction',
    { FunctionName: 'none', Qualifier: '1233' },
    notFound('none'),
  ),
  ask(
    'tags of what is not there, set',
    'TagResource',
    { FunctionName: undefined, Resource: `${ARN}:none`, Tags: { a: '1' } },
    notFound('none'),
  ),
  ask(
    'tags of what is not there, removed',
    'UntagResource',
    { FunctionName: undefined, Resource: `${ARN}:none`, TagKeys: ['a'] },
    notFound('none'),
  ),
  ask(
    'tags of a version',
    'TagResource',
    { FunctionName: undefined, Resource: `${ARN}:f:1`, Tags: { a: '1' } },
    invalid('Tags on function aliases and versions are not supported. Please specify a function ARN.'),
  ),
  ask(
    'tags of the latest',
    'TagResource',
    { FunctionName: undefined, Resource: `${ARN}:f:$LATEST`, Tags: { a: '1' } },
    invalid('Tags on function aliases and versions are not supported. Please specify a function ARN.'),
  ),
  ask(
    'no tags',
    'TagResource',
    { FunctionName: undefined, Resource: `${ARN}:f`, Tags: {} },
    invalid('An error occurred and the request cannot be processed.'),
  ),
  ask(
    'too many tags',
    'TagResource',
    {
      FunctionName: undefined,
      Resource: `${ARN}:f`,
      Tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, 'v'])),
    },
    invalid('Number of tags exceeds resource tag limit.'),
  ),
  ask(
    'tags of an ARN that is none',
    'TagResource',
    { FunctionName: undefined, Resource: 'arn:aws:something', Tags: { a: '1' } },
    refusal('ValidationException', 400),
  ),
  ask(
    'a destination that is the function itself',
    'PutFunctionEventInvokeConfig',
    { DestinationConfig: { OnSuccess: { Destination: `${ARN}:f` } } },
    invalid("You can't specify the function as a destination for itself."),
  ),
  ask(
    'a destination that is not there',
    'PutFunctionEventInvokeConfig',
    { DestinationConfig: { OnSuccess: { Destination: `${ARN}:doesnotexist` } } },
    invalid(`The destination ARN ${ARN}:doesnotexist is invalid.`),
  ),
  ask(
    'settings of events of an alias that is not there',
    'PutFunctionEventInvokeConfig',
    { Qualifier: 'aliasdoesnotexist', MaximumRetryAttempts: 1 },
    refusal('ResourceNotFoundException', 404, "The function doesn't exist."),
  ),
  ask(
    'settings of events by two names',
    'PutFunctionEventInvokeConfig',
    { FunctionName: 'f:$LATEST', Qualifier: 'live', MaximumRetryAttempts: 1 },
    MISMATCH,
    [aliased],
  ),
  ask(
    'settings of events of a name that is none of its',
    'GetFunctionEventInvokeConfig',
    { Qualifier: 'doesnotexist' },
    refusal(
      'ResourceNotFoundException',
      404,
      `The function ${ARN}:f:doesnotexist doesn't have an EventInvokeConfig`,
    ),
  ),
  ask(
    'concurrency of a version',
    'PutFunctionConcurrency',
    { FunctionName: `${ARN}:f:1`, ReservedConcurrentExecutions: 1 },
    invalid(),
  ),
  ask(
    'more environment than 4 KB',
    'UpdateFunctionConfiguration',
    { Environment: { Variables: { LARGE: 'x'.repeat(4 * 1024) } } },
    invalid(),
  ),
  ask(
    'a runtime that is none',
    'UpdateFunctionConfiguration',
    { Runtime: 'non-existent-runtime' },
    invalid(),
  ),
  ask(
    'a role that is a word',
    'UpdateFunctionConfiguration',
    { Role: 'r1' },
    refusal('ValidationException', 400),
  ),
  ask(
    'settings changed at another revision',
    'UpdateFunctionConfiguration',
    { Description: 'x', RevisionId: OTHER_REVISION },
    stale('GetFunction/GetAlias'),
  ),
  ask(
    'code that is no zip',
    'UpdateFunctionCode',
    { ZipFile: Buffer.from('this is not a zip') },
    invalid('Could not unzip uploaded file. Please check your file, then try to upload again.'),
  ),
  ask(
    'code changed at another revision',
    'UpdateFunctionCode',
    { ZipFile: Buffer.from('x'), RevisionId: OTHER_REVISION },
    stale('GetFunction/GetAlias'),
  ),
  ask(
    'two architectures',
    'UpdateFunctionCode',
    { ZipFile: Buffer.from('x'), Architectures: ['x86_64', 'arm64'] },
    refusal('ValidationException', 400),
  ),
  ask(
    'a name with a colon too many',
    'GetFunction',
    { FunctionName: 'invalid:function:name' },
    refusal('ValidationException', 400),
  ),
  ask(
    'a function of another account',
    'GetFunction',
    { FunctionName: `${ARN.replace('123456789012', '210987654321')}:f` },
    refusal('AccessDeniedException', 403),
  ),
  ask(
    'functions of a version that is none',
    'ListFunctions',
    { FunctionVersion: 'invalid' },
    refusal('ValidationException', 400),
  ),
  ask(
    'code signing of another region',
    'GetFunctionCodeSigningConfig',
    { FunctionName: `${ARN.replace('ap-northeast-1', 'eu-west-1')}:f` },
    refusal(
      'ResourceNotFoundException',
      404,
      "Functions from 'eu-west-1' are not reachable in this region ('ap-northeast-1')",
    ),
  ),
];
