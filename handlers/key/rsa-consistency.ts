import {
  constants,
  createPublicKey,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
  randomBytes,
} from 'node:crypto';

const fromBytes = (bytes: Buffer): bigint => BigInt(`0x${bytes.toString('hex') || '0'}`);
const integer = (base64url: string): bigint => fromBytes(Buffer.from(base64url, 'base64url'));
/**
 * Rounds of the test below. Of what a generator took for a prime of 1024 bits by mistake, one in 2^40 passes each
 * (Damgård, Landrock, Pomerance 1993). A number made to pass it also makes signatures that verify, and is their own key.
 */
const ROUNDS = 2;

/**
 * Whether what the key signs can be verified. With CRT numbers that are consistent this is Fermat's test, with a random
 * base, of both factors at once.
 */
const signs = (privateKey: KeyObject, modulus: bigint): boolean => {
  const publicKey = createPublicKey(privateKey);
  const padding = constants.RSA_NO_PADDING;
  return Array.from({ length: ROUNDS }).every(() => {
    const octets = Math.ceil(modulus.toString(16).length / 2);
    const message = Buffer.concat([Buffer.alloc(1), randomBytes(octets - 1)]);
    try {
      const signature = privateEncrypt({ key: privateKey, padding }, message);
      return publicDecrypt({ key: publicKey, padding }, signature).equals(message);
    } catch {
      return false; // OpenSSL's message is not passed on.
    }
  });
};

/**
 * The two factors of an RSA private key, or why its numbers do not make a key that signs (RFC 8017 §3.2). OpenSSL reads
 * a damaged key without a word, and even signs with it where the damage is in the CRT numbers; what SES would do is
 * anyone's guess. The modulus must have been bounded before.
 */
export const factorsOf = (
  privateKey: KeyObject,
): { factors: readonly [bigint, bigint] } | { problem: string } => {
  let jwk: ReturnType<KeyObject['export']> & Record<string, unknown>;
  try {
    jwk = privateKey.export({ format: 'jwk' }) as typeof jwk;
  } catch {
    return { problem: 'it is no RSA key of two primes' };
  }
  const [n, e, d, p, q, dp, dq, qi] = (['n', 'e', 'd', 'p', 'q', 'dp', 'dq', 'qi'] as const).map((part) =>
    integer(String(jwk[part] ?? '')),
  ) as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
  const consistent =
    p >= 3n &&
    q >= 3n &&
    e >= 3n &&
    d < n &&
    p * q === n &&
    (d * e) % (p - 1n) === 1n &&
    (d * e) % (q - 1n) === 1n &&
    d % (p - 1n) === dp &&
    d % (q - 1n) === dq &&
    (qi * q) % p === 1n;
  if (!consistent) return { problem: 'its numbers do not belong together: the file is damaged' };
  return signs(privateKey, n)
    ? { factors: [p, q] }
    : { problem: 'one of its two factors is no prime: it can be factored, and signatures fail' };
};
