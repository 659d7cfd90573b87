import { DEFAULT_FUNCTION_NAME } from '../../handlers/contract/contract';
import type { Sandbox } from '../../packages/sandbox/aws/sandbox';
import type { Credentials } from '../../packages/sandbox/contract/credentials';
import { type AwsCall, awsCalls } from '../../packages/terraform/provider/aws-call';
import { runByodkim, type Workplace } from './byodkim';
import type { Reader } from './stage';

const ROLE = 'reviewer';

/**
 * Makes a role in the simulated account with the policy that `byodkim policy look` prints for the list, and nothing else.
 * @param workplace the deployer's, who also makes the role
 */
export async function makeReader(sandbox: Sandbox, workplace: Workplace): Promise<Reader> {
  const PolicyDocument = await printed(workplace, 'policy', 'look', '--account', sandbox.accountId);
  const trust = { Effect: 'Allow', Principal: { AWS: sandbox.accountId }, Action: 'sts:AssumeRole' };
  const { Role } = await sandbox.call('iam', 'CreateRole', {
    RoleName: ROLE,
    AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [trust] }),
  });
  await sandbox.call('iam', 'PutRolePolicy', { RoleName: ROLE, PolicyName: 'look', PolicyDocument });
  const { Credentials: issued } = await sandbox.call('sts', 'AssumeRole', {
    RoleArn: Role.Arn,
    RoleSessionName: ROLE,
  });
  const credentials: Credentials = {
    accessKeyId: issued.AccessKeyId,
    secretAccessKey: issued.SecretAccessKey,
    sessionToken: issued.SessionToken,
  };
  const as = {
    ...workplace.environment,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken!,
  };
  const call = awsCalls({ account: sandbox, credentials, maxAttempts: 1 });
  const inRegion: AwsCall = (...what) => call({ region: sandbox.region }, ...what);
  return {
    run: (...args) => printed({ ...workplace, environment: as }, ...args),
    refusal: (event, alias) => refusal(inRegion, event, alias),
  };
}

/**
 * Calls the function. Returns the code with which IAM or the function refuses the call, or `null` if it is allowed.
 */
async function refusal(call: AwsCall, event: object, Qualifier?: string): Promise<string | null> {
  try {
    const { Payload } = await call('lambda', 'Invoke', {
      FunctionName: DEFAULT_FUNCTION_NAME,
      Payload: Buffer.from(JSON.stringify(event)),
      ...(Qualifier !== undefined && { Qualifier }),
    });
    // A direct call returns its error in the answer. Only Terraform's calls fail with a thrown one.
    return JSON.parse(Buffer.from(Payload).toString('utf8')).error ?? null;
  } catch (error) {
    return (error as Error).name;
  }
}

/** Returns the output of a command. @throws Error with the output if the command fails */
async function printed(workplace: Workplace, ...args: string[]): Promise<string> {
  const { exitCode, output } = await runByodkim(workplace, args);
  if (exitCode !== 0) throw new Error(`byodkim ${args.join(' ')} ended with ${exitCode}: ${output}`);
  return output.trimEnd();
}
