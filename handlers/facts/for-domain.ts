/** Inserts a domain, if it is known, into the commands in a piece of advice. */
export const forDomain = (
  todo: string,
  { domain, region }: { readonly domain?: string | undefined; readonly region?: string | undefined },
): string =>
  domain === undefined || region === undefined
    ? todo
    : todo.replaceAll('<domain>', `${domain} --region ${region}`);
