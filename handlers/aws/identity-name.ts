/**
 * Returns the ARN of an identity: `arn:aws:ses:us-east-1:111122223333:identity/example.com`.
 * @param other any ARN of the same account
 */
export function identityArn({ domain, region }: { domain: string; region: string }, other: string): string {
  const [, partition = 'aws', , , account = 'ACCOUNT'] = other.split(':');
  return `arn:${partition}:ses:${region}:${account}:identity/${domain}`;
}

/** Names an identity in messages. */
export const identityResource = ({ domain, region }: { domain: string; region: string }): string =>
  `identity/${domain} in ${region}`;
