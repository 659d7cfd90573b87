import type { Credentials } from '../../../sandbox/contract/credentials';
import type { AwsCall } from '../aws-call';

/** Returns the caller's keys: those in the configuration, or else those in the environment. */
export function credentialsOf(
  config: Readonly<Record<string, any>>,
  environment: Readonly<Record<string, string | undefined>>,
): Credentials {
  const own = config.access_key && config.secret_key;
  const accessKeyId = own ? config.access_key : environment.AWS_ACCESS_KEY_ID;
  const secretAccessKey = own ? config.secret_key : environment.AWS_SECRET_ACCESS_KEY;
  if (!accessKeyId || !secretAccessKey) {
    throw new Error(
      'No valid credential sources found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or access_key and secret_key ' +
        'in the provider block. The stand-in provider reads no profiles.',
    );
  }
  const sessionToken = (own ? config.token : environment.AWS_SESSION_TOKEN) || undefined;
  return { accessKeyId, secretAccessKey, sessionToken };
}

/** Assumes the roles that the configuration names, each with the credentials of the one before. */
export async function assumedRoles(
  blocks: readonly Record<string, any>[],
  credentials: Credentials,
  callAs: (credentials: Credentials) => AwsCall,
): Promise<Credentials> {
  let current = credentials;
  for (const block of blocks) {
    const { Credentials: issued } = await callAs(current)('sts', 'AssumeRole', {
      RoleArn: block.role_arn,
      RoleSessionName: block.session_name ?? `aws-go-sdk-${Date.now()}`,
      ...(block.external_id && { ExternalId: block.external_id }),
    }).catch((error: Error) => {
      throw new Error(`Cannot assume IAM Role (${block.role_arn}): ${error.message}`);
    });
    current = {
      accessKeyId: issued.AccessKeyId,
      secretAccessKey: issued.SecretAccessKey,
      sessionToken: issued.SessionToken,
    };
  }
  return current;
}

/**
 * Asks for the identity of these keys, as the provider does at each start, and checks the account against the
 * configuration.
 */
export async function checkedAccount(
  config: Readonly<Record<string, any>>,
  identity: () => Promise<{ readonly Account: string }>,
): Promise<string> {
  const { Account } = await identity().catch((error: Error) => {
    throw new Error(`validating provider credentials: retrieving caller identity from STS: ${error.message}`);
  });
  const allowed: readonly string[] | null = config.allowed_account_ids;
  const refused =
    (allowed && allowed.length > 0 && !allowed.includes(Account)) ||
    config.forbidden_account_ids?.includes(Account);
  if (refused) throw new Error(`AWS account ID not allowed: ${Account}`);
  return Account;
}
