/** DKIM signatures of a message (RFC 6376), by a verifier that is not ours: `mailauth`. */

import { oneLine } from '../../handlers/errors/escape';
import { readRecord } from '../../handlers/key/record';

/** One `DKIM-Signature`. */
export interface Signature {
  /** `d=`, in lower case. */
  readonly domain: string;
  /** `s=` */
  readonly selector: string;
  /** `a=` */
  readonly algorithm: string;
  /** `t=`, ISO 8601; absent if the signature has none. */
  readonly signedAt?: string;
}

export interface MessageHead {
  /** Addresses of `From:`. */
  readonly from: readonly string[];
  /** In the order of the header. */
  readonly signatures: readonly Signature[];
}

/** What a record makes of a signature. */
export interface Verification {
  readonly verifies: boolean;
  /** Why not, in the verifier's words. */
  readonly reason?: string;
  /** Fingerprint of the record's key, if it could be read. */
  readonly fingerprint?: string;
}

/** Reads the header: who claims to have signed the message. Asks no DNS. */
export async function readHead(message: Buffer): Promise<MessageHead> {
  const { headerFrom, results } = await verifyAll(message, async () => {
    throw NO_RECORD;
  });
  const signatures = results.map(({ signingDomain, selector, algo, signTime }) => ({
    domain: oneLine(String(signingDomain).toLowerCase()),
    selector: oneLine(String(selector)),
    algorithm: oneLine(String(algo)),
    ...(signTime && { signedAt: signTime }),
  }));
  return { from: headerFrom.map(oneLine), signatures };
}

/**
 * Whether the message's signature verifies with these records at its name.
 * @param index of the signature, in the order of the header
 * @param now milliseconds since the epoch: a signature may run out
 */
export async function verifyWith(
  message: Buffer,
  { signatures }: MessageHead,
  index: number,
  values: readonly string[],
  now: number,
): Promise<Verification> {
  const { domain, selector } = signatures[index]!;
  const { results } = await verifyAll(
    message,
    async (name) => {
      if (name.toLowerCase() !== `${selector}._domainkey.${domain}`.toLowerCase()) throw NO_RECORD;
      if (values.length === 0) throw NO_RECORD;
      return values.map((value) => [value]);
    },
    now,
  );
  const { result, comment, policy } = results[index]!.status;
  const reading = readRecord(values[0] ?? '');
  const why = comment || Object.values(policy ?? {}).join(', ') || result;
  return {
    verifies: result === 'pass',
    ...(result !== 'pass' && { reason: oneLine(why) }),
    ...(reading.key && { fingerprint: reading.key.fingerprint }),
  };
}

const NO_RECORD = Object.assign(new Error('no record'), { code: 'ENODATA' });

interface Result {
  readonly signingDomain?: string;
  readonly selector?: string;
  readonly algo?: string;
  readonly signTime?: string | null;
  readonly status: {
    readonly result: string;
    readonly comment?: string | false;
    readonly policy?: Readonly<Record<string, string>>;
  };
}

/** Verifies every signature, strictly by the RFCs. */
async function verifyAll(
  message: Buffer,
  resolver: (name: string) => Promise<string[][]>,
  now?: number,
): Promise<{ headerFrom: readonly string[]; results: readonly Result[] }> {
  const { dkimVerify } = await import('mailauth/lib/dkim/verify.js');
  const { headerFrom, results } = await dkimVerify(message, {
    strict: true,
    resolver: resolver as never,
    ...(now !== undefined && { curTime: new Date(now) }),
  } as object);
  // A message without a signature has one result without a domain.
  const signed = (results as readonly Result[]).filter(({ signingDomain }) => signingDomain !== undefined);
  return { headerFrom: headerFrom as readonly string[], results: signed };
}
