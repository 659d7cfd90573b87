/** Lists of DNS servers as settings have them: `ip:port`, the address alone, or `https://…`. */

/** `192.0.2.1` and `192.0.2.1:53` are one server. */
const withPort = (server: string): string =>
  (/^https:/i.test(server) || /(^[^[:]+|\]):\d+$/.test(server) ? server : `${server}:53`).toLowerCase();

/** Whether every server is among those that are allowed. */
export const isWithin = (servers: readonly string[], allowed: readonly string[]): boolean => {
  const known = new Set(allowed.map(withPort));
  return servers.every((server) => known.has(withPort(server)));
};

export const sameServers = (some: readonly string[], others: readonly string[] = []): boolean =>
  isWithin(some, others) && isWithin(others, some);

/** Formats what may be asked: the usual servers, and each list. */
export const formatServers = (usual: string, ...lists: (readonly string[])[]): string =>
  [usual, ...new Set(lists.flat())].join(', ');
