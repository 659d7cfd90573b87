import type { ServerVerdict } from './outcome';

/** Servers of a name's own zone that answer, and not with an alias of the target. Resolvers do not show where they went. */
export const otherAliases = (servers: readonly ServerVerdict[], target: string): ServerVerdict[] =>
  servers.filter(
    ({ role, askedFor, verdict, aliasTo }) =>
      role === 'authoritative' &&
      askedFor === undefined &&
      verdict !== 'unreachable' &&
      aliasTo?.toLowerCase() !== target,
  );
