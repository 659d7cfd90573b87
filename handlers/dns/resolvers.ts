import { getServers } from 'node:dns';

/**
 * Public resolvers, asked beside the machine's own: three operators, all of them validating DNSSEC, as those of large
 * mail receivers do. Cloudflare, Google, Quad9.
 */
export const PUBLIC_RESOLVERS = ['1.1.1.1', '8.8.8.8', '9.9.9.9'] as const;

/** The machine's own resolvers first: they are near, and in closed networks the only ones. */
export const defaultResolvers = (own: () => readonly string[] = getServers): readonly string[] => [
  ...new Set([...own(), ...PUBLIC_RESOLVERS]),
];
