import dns from 'node:dns/promises';
import type { SentMessage } from './mailbox';

/** Describes one `DKIM-Signature` of a message, as a receiver finds it. */
export interface ReceivedSignature {
  /** `d=` */
  readonly domain: string;
  /** `s=` */
  readonly selector: string;
  /** `pass`, `fail`, `neutral`, … (RFC 8601 §2.7.1). */
  readonly result: string;
  /** The reason, if it did not pass. */
  readonly comment?: string;
}

/** Verifies a message's `DKIM-Signature`s as a receiver does, with the records of these servers (`ip:port`). */
export async function receive(raw: string, servers: readonly string[]): Promise<ReceivedSignature[]> {
  const { dkimVerify } = await import('mailauth/lib/dkim/verify.js');
  const { results } = await dkimVerify(Buffer.from(raw, 'latin1'), { resolver: resolverOf(servers) });
  return signaturesOf(results);
}

/** A receiver's verdict on a message from SES, with results in the terms of RFC 8601. */
export interface Verdict {
  readonly signatures: readonly ReceivedSignature[];
  readonly spf: { readonly domain: string; readonly result: string };
  readonly dmarc: {
    readonly result: string;
    /** `none`, `quarantine` or `reject`: the domain's policy for mail that fails. */
    readonly policy: string;
    /** The aligned domains that passed, if any. */
    readonly dkim: string | undefined;
    readonly spf: string | undefined;
  };
}

/** Judges a message as a receiver does, with an independent verifier and the records of these servers. */
export async function judge(
  { raw, envelopeFrom }: SentMessage,
  servers: readonly string[],
): Promise<Verdict> {
  const resolver = resolverOf(servers);
  // Imports only the parts, since the package's entry point needs a newer Node for features that are not used here.
  const { dkimVerify } = await import('mailauth/lib/dkim/verify.js');
  const { spf: checkSpf } = await import('mailauth/lib/spf/index.js');
  const { evaluateDmarc } = await import('mailauth/lib/dmarc/index.js');
  const dkim: any = await dkimVerify(Buffer.from(raw, 'latin1'), { resolver, sender: envelopeFrom });
  const client = { ip: SES_ADDRESS, helo: 'a8-1.smtp-out.amazonses.com', mta: 'mx.receiver.example' };
  const spf: any = await checkSpf({ ...client, sender: envelopeFrom, resolver });
  const passed = dkim.results.filter(({ status }: any) => status.result === 'pass');
  const { response: dmarc }: any = await evaluateDmarc({
    headerFrom: dkim.headerFrom,
    fromFields: dkim.fromFields,
    spfDomains: spf.status.result === 'pass' ? [spf.domain] : [],
    dkimDomains: passed.map(({ id, signingDomain, status }: any) => ({
      ...{ id, domain: signingDomain, aligned: status.aligned, underSized: status.underSized },
    })),
    resolver,
  });
  return {
    signatures: signaturesOf(dkim.results),
    spf: { domain: spf.domain, result: spf.status.result },
    dmarc: {
      result: dmarc?.status.result ?? 'none',
      policy: dmarc?.policy ?? 'none',
      dkim: dmarc?.alignment.dkim.result || undefined,
      spf: dmarc?.alignment.spf.result || undefined,
    },
  };
}

const SES_ADDRESS = '54.240.8.1';
/** SPF record of `amazonses.com` and the names below it, which no zone of the sandbox contains. */
const SES_SPF = 'v=spf1 ip4:54.240.0.0/18 -all';

function resolverOf(servers: readonly string[]) {
  const resolver = new dns.Resolver();
  resolver.setServers(servers);
  return async (name: string, type = 'TXT'): Promise<any> => {
    if (type === 'TXT' && /^([\w-]+\.)?amazonses\.com$/.test(name) && !name.startsWith('_'))
      return [[SES_SPF]];
    try {
      return await resolver.resolve(name, type);
    } catch (error: any) {
      // Outside the sandbox's zones no name exists.
      if (error.code === 'EREFUSED') error.code = 'ENOTFOUND';
      throw error;
    }
  };
}

const signaturesOf = (results: readonly any[]): ReceivedSignature[] =>
  results.flatMap(({ signingDomain, selector, status }) =>
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
