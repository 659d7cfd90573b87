import { awsFailure } from '../errors/aws-failure';

/** Returns the account of the caller's credentials. @throws CliError if AWS does not return it */
export async function callerAccount(region: string): Promise<string> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  try {
    const { Account } = await new STSClient({ region }).send(new GetCallerIdentityCommand({}));
    // AWS always names it.
    return Account!;
  } catch (error) {
    throw awsFailure(error, { action: 'sts:GetCallerIdentity', resource: region });
  }
}
