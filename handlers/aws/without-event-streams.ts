/**
 * In the bundle, in the place of the SDK's event streams (`@smithy/core/event-streams`): no call of ours has one. The SDK
 * imports them only when one comes, for which the bundler makes half of the SDK's core load in pieces.
 */
export const resolveEventStreamSerdeConfig = <Config>(config: Config): Config => config;

export const eventStreamSerdeProvider = (): never => {
  throw new Error('The function is built without event streams, which no call of it has.');
};
