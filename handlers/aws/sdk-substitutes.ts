/** What the bundle has in the place of parts of the SDK (`alias` in `tools/build/handler.ts`). */

/**
 * `@aws-sdk/credential-provider-node`, the search for credentials: profiles, SSO, web identities and instance metadata
 * are a tenth of the bundle, and Lambda gives a function its own in the environment.
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
    { name: 'CredentialsProviderError' },
  );
};

/**
 * `@smithy/core/event-streams`: no call of ours has one. The SDK imports them only when one comes, for which the bundler
 * makes half of the SDK's core load in pieces.
 */
export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config;

export const eventStreamSerdeProvider = (): never => {
  throw new Error('The function is built without event streams, which no call of it has.');
};
