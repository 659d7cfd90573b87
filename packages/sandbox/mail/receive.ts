import dns from 'node:dns/promises';

/** One `DKIM-Signature` of a message, as whoever receives it finds it. */
export interface ReceivedSignature {
  /** `d=` */
  readonly domain: string;
  /** `s=` */
  readonly selector: string;
  /** `pass`, `fail`, `neutral`, … (RFC 8601 §2.7.1). */
  readonly result: string;
  /** Why, where it did not pass. */
  readonly comment?: string;
}

/**
 * What a receiver makes of a message, with the records that these servers have, by a verifier that is not ours.
 * @param servers `ip:port`
 */
export async function receive(raw: string, servers: readonly string[]): Promise<ReceivedSignature[]> {
  const { dkimVerify } = await import('mailauth/lib/dkim/verify.js');
  const resolver = new dns.Resolver();
  resolver.setServers(servers);
  const { results } = await dkimVerify(Buffer.from(raw, 'latin1'), {
    resolver: (name: string) => resolver.resolve(name, 'TXT') as Promise<any>,
  });
  return results.flatMap(({ signingDomain, selector, status }: any) =>
    signingDomain === undefined
      ? []
      : [
          {
            domain: signingDomain,
            selector,
            result: status.result,
            ...(status.comment && { comment: status.comment }),
          },
        ],
  );
}
