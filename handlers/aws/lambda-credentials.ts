/**
 * In the bundle, in the place of the SDK's search for credentials (`@aws-sdk/credential-provider-node`): profiles, SSO,
 * web identities and instance metadata are a tenth of it, and Lambda gives a function its own in the environment.
 */
export const defaultProvider = () => async () => {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = process.env;
  if (accessKeyId && secretAccessKey)
    return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
  throw Object.assign(
    new Error('The environment holds no credentials, as Lambda gives them to a function.'),
    {
      name: 'CredentialsProviderError',
    },
  );
};
