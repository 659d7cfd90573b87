import type { CliWorld } from '../world/world';

/** Makes the SES calls with the caller's credentials, as the function makes them with its own. */
export const identities: CliWorld['identities'] = async ({ domain, region }, clock) => {
  const { clientsIn } = await import('../../handlers/aws/clients');
  const { emailIdentities } = await import('../../handlers/aws/email-identity');
  const { ClockedRetryStrategy } = await import('../../handlers/aws/retry');
  const { identitiesWithAwsErrors } = await import('../../handlers/aws/with-aws-errors');
  const { ses } = clientsIn(region, domain, new ClockedRetryStrategy(clock, Math.random));
  return identitiesWithAwsErrors(emailIdentities(ses), region);
};
